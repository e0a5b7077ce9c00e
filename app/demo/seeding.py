"""Puts a line into an empty service: who there is, what is sold, on which terms it is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.client import ShortrunClient
from app.demo.days import date_of
from app.demo.line import Line, Style, Terms

REVIEW_DAYS = 7


@dataclass(frozen=True)
class Keys:
    """The keys of one line: its brand's, and each factory's by name."""

    brand: str
    factories: dict[str, str]


def seed_parties(ops: ShortrunClient, line: Line) -> Keys:
    """Create a brand and its factories, and a key for each."""
    for maker in line.makers:
        ops.put_factory(maker.factory, {"name": maker.name, "timezone": maker.timezone})
    ops.put_brand(line.brand, brand_body(line))
    brand = ops.create_key("brand", name=f"{line.brand} shop", brand=line.brand)
    factories = {
        maker.factory: ops.create_key("factory", name=maker.name, factory=maker.factory)["key"]
        for maker in line.makers
    }
    return Keys(brand["key"], factories)


def brand_body(line: Line) -> dict[str, object]:
    """Return a brand as `PUT /v1/brands/{brand}` takes it."""
    return {
        "name": line.name,
        "timezone": line.timezone,
        "currency": line.currency,
        "review_period_days": REVIEW_DAYS,
        "factories": [maker.factory for maker in line.makers],
    }


def seed_catalog(brand: ShortrunClient, line: Line) -> None:
    """Put the styles, those first that others name."""
    ordered = sorted(line.styles, key=lambda style: style.launch_day)
    brand.post_catalog([{"style": style.style, **style_body(line, style)} for style in ordered])


def style_body(line: Line, style: Style) -> dict[str, object]:
    """Return a style as `PUT /v1/styles/{style}` takes it."""
    return {
        "name": style.name,
        "category": style.category,
        "attributes": dict(style.attributes),
        "planning": "ended" if style.is_past else "active",
        "launch_date": date_of(style.launch_day).isoformat(),
        "end_of_life_date": None if style.end_day is None else date_of(style.end_day).isoformat(),
        "successor": style.successor,
        "like": list(style.like),
        "currency": line.currency,
        "price": str(style.price),
        "salvage_value": str(style.salvage),
        "holding_cost_per_unit_week": str(style.holding_per_week),
        "return_rate": style.return_rate,
        "resalable_share": line.resalable_share,
        "skus": [
            {"sku": sku, "colorway": colorway, "size": size} for sku, colorway, size in style.skus()
        ],
    }


def seed_offers(factory: ShortrunClient, line: Line, name: str) -> None:
    """Put what one factory offers for each style of the season."""
    for offer, style, terms in offers_of(line):
        if terms.factory == name:
            factory.put_offer(offer, offer_body(line, style, terms))


def offers_of(line: Line) -> Iterable[tuple[str, Style, Terms]]:
    """Yield every way of making every style of the season, with the offer's id."""
    for style in line.seasonal:
        for terms in line.terms:
            yield f"{style.style}.{terms.mode}", style, terms


def offer_body(line: Line, style: Style, terms: Terms) -> dict[str, object]:
    """Return an offer as `PUT /v1/offers/{offer}` takes it."""
    return {
        "brand": line.brand,
        "styles": [style.style],
        "mode": terms.mode,
        "currency": line.currency,
        "price_break_kind": "all_units",
        "price_breaks": [
            {"min_quantity": least, "unit_cost": str(terms.unit_cost(style, least))}
            for least, _ in terms.cost_breaks
        ],
        "setup_cost": str(terms.setup_cost),
        "colorway_setup_cost": str(terms.colorway_setup_cost),
        "freight_per_unit": str(terms.freight_per_unit),
        "moq": {"run": terms.moq_run, "colorway": terms.moq_colorway, "sku": 0},
        "max_quantity": terms.max_quantity,
        "lead_time_days": {"mean": terms.lead_days, "sd": terms.lead_sd_days},
        "yield_rate": terms.yield_rate,
        "capacity_per_week": terms.capacity_per_week,
    }


def opening_quantities(style: Style) -> dict[str, int]:
    """Split a style's first buy over its SKUs as the usual size shares say."""
    return split(
        style.opening_units,
        {sku: style.size_shares[size] / len(style.colorways) for sku, _, size in style.skus()},
    )


def split(units: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share units out in proportion to weights, whole ones, the largest remainders first."""
    total = sum(weights.values())
    if total <= 0:
        return dict.fromkeys(weights, 0)
    exact = {sku: units * weight / total for sku, weight in weights.items()}
    whole = {sku: int(amount) for sku, amount in exact.items()}
    by_remainder = sorted(exact, key=lambda sku: (whole[sku] - exact[sku], sku))
    for sku in by_remainder[: units - sum(whole.values())]:
        whole[sku] += 1
    return whole
