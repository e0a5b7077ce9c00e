"""What would change a decision, in sentences: as far as it, its offer and its dates say so."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.console.figures import away, count, day, instant, money, units
from app.recommendations.tables import STANDING, Recommendation
from app.sourcing.tables import Offer


def named_run(decision: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the run that was chosen, else the best one that was not; empty where none is known."""
    chosen = decision.get("chosen") or {}
    runs = [one for one in decision.get("alternatives") or () if one.get("action") == "run"]
    if chosen.get("action") == "run":
        return chosen
    return max(runs, key=lambda one: Decimal(one["expected_profit"]), default={})


def changing(
    decision: Mapping[str, Any],
    offer: Offer | None,
    recommendations: Sequence[Recommendation],
    *,
    timezone: str,
    today: date,
) -> list[str]:
    """Return what would turn a decision.

    Args:
        decision: As it was stored; empty before the first.
        offer: By which the run of `named_run` would be made, as it is today; None: it is gone.
        recommendations: The style's last ones, newest first.
        timezone: The brand's.
        today: The brand's day.
    """
    return [
        *_of_the_run(decision),
        *_of_the_offer(named_run(decision), offer),
        *_of_the_dates(recommendations, timezone, today),
    ]


def _of_the_run(decision: Mapping[str, Any]) -> Iterator[str]:
    chosen = decision.get("chosen") or {}
    figures = chosen.get("economics") or {}
    if figures.get("break_even_quantity"):
        yield (
            f"Below {units(figures['break_even_quantity'])} the run would not pay its set-up;"
            f" it is of {count(chosen['quantity'])}."
        )
    if figures.get("value_of_waiting") is not None and chosen.get("action") == "run":
        yield (
            f"Waiting for the next review is worth {count(float(figures['value_of_waiting']))}"
            " beside making nothing at all: the run has to earn more than that."
        )
    sells = figures.get("last_unit_sells_probability")
    if sells is not None:
        yield f"The last unit of the run sells with a chance of {sells:.0%}."
    for limit in figures.get("constraints") or []:
        yield (
            f"The {str(limit['constraint']).replace('_', ' ')} of {limit['bound']} binds: without"
            " it another quantity would be best."
        )


def _of_the_offer(run: Mapping[str, Any], offer: Offer | None) -> Iterator[str]:
    if offer is None or not run.get("quantity"):
        return
    quantity, currency = int(run["quantity"]), offer.currency
    breaks = sorted(offer.price_breaks, key=lambda one: int(one["min_quantity"]))
    reached = [one for one in breaks if one["min_quantity"] <= quantity]
    beyond = [one for one in breaks if one["min_quantity"] > quantity]
    if beyond:
        least, cheaper = int(beyond[0]["min_quantity"]), beyond[0]["unit_cost"]
        now = f" instead of {money(reached[-1]['unit_cost'], currency)}" if reached else ""
        which = (
            "every unit costs" if offer.price_break_kind == "all_units" else "a further one costs"
        )
        yield (
            f"The next price break is at {units(least)}, {count(least - quantity)} more: from there"
            f" on {which} {money(cheaper, currency)}{now}."
        )
    elif len(breaks) > 1:
        last = units(breaks[-1]["min_quantity"])
        yield f"The last price break of {offer.code}, at {last}, is reached."
    yield from _least_and_most(quantity, offer)


def _least_and_most(quantity: int, offer: Offer) -> Iterator[str]:
    if offer.moq_run > 1:
        few = "The run is as small as" if quantity <= offer.moq_run else "It could be as small as"
        more = f", {count(offer.moq_colorway)} a colorway" if offer.moq_colorway else ""
        yield f"{few} {offer.code} allows: {units(offer.moq_run)}{more}."
    if offer.max_quantity is not None and quantity >= offer.max_quantity:
        yield f"{offer.code} makes no more than {units(offer.max_quantity)} at a time."


def _of_the_dates(
    recommendations: Sequence[Recommendation], timezone: str, today: date
) -> Iterator[str]:
    for one in recommendations:
        if one.status in STANDING:
            yield (
                f"Ordered from {one.factory} after {day(one.order_by, today=today)}"
                f" ({away(one.order_by, today)}), it would on average come too late for"
                f" {day(one.need_by, today=today)}; its time is over"
                f" {instant(one.expires_at, timezone)}."
            )
