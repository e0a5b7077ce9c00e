"""Which way of making suits a brand's styles, and what a factory's offers suit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.catalog.tables import Style
from app.database.upsert import json_member
from app.parties.tables import BrandFactory
from app.recommendations.tables import DecisionRow

WAYS = ("on_demand", "small_batch", "large_batch", "none")

TELLING_NO_MONEY = frozenset(
    {
        "on_demand_pays",
        "small_batch_pays",
        "large_batch_pays",
        "scale_to_large",
        "stay_with_large_batches",
        "stable_long_life",
        "ask_for_shorter_lead_time",
        "bridge_with_smaller",
    }
)
"""Reasons that a factory may be told: codes alone, without their figures."""


@dataclass(frozen=True, slots=True)
class Suited:
    """Which way suits one style.

    Attributes:
        way: One of `WAYS`.
        gain: What the best way earns above making nothing; 0 for `none`.
        reasons: JSON-ready, as the decision has them.
        by_factory: The best way of each factory that offers to make the style.
    """

    style: str
    way: str
    gain: Decimal
    reasons: Sequence[dict[str, Any]]
    by_factory: dict[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of its reasons."""
        return tuple(reason["code"] for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class WayShare:
    """The styles that one way suits."""

    way: str
    styles: tuple[Suited, ...]

    @property
    def gain(self) -> Decimal:
        """Return what the way earns above making nothing, over its styles."""
        return sum((one.gain for one in self.styles), start=Decimal(0))

    @property
    def reasons(self) -> dict[str, int]:
        """Return how many styles each reason holds for."""
        counts = Counter(code for one in self.styles for code in one.codes)
        return dict(sorted(counts.items()))


def suited_styles(
    session: Session, *, brand_id: int | None = None, factory_id: int | None = None
) -> list[Suited]:
    """Return what the newest decision says of each active style, by brand and code.

    Args:
        session: In a read transaction.
        brand_id: Only this brand's styles.
        factory_id: Only those of brands that list the factory.
    """
    later = aliased(DecisionRow)
    newest = select(func.max(later.id)).where(later.style_id == Style.id).scalar_subquery()
    query = (
        select(Style.code, json_member(session, DecisionRow.body, "suitability"))
        .join(DecisionRow, DecisionRow.id == newest)
        .where(Style.planning == "active")
        .order_by(Style.brand_id, Style.code)
    )
    if brand_id is not None:
        query = query.where(Style.brand_id == brand_id)
    if factory_id is not None:
        listing = select(BrandFactory.brand_id).where(BrandFactory.factory_id == factory_id)
        query = query.where(Style.brand_id.in_(listing))
    return [_suited(code, said) for code, said in session.execute(query) if said]


def _suited(style: str, said: dict[str, Any]) -> Suited:
    reasons = said.get("reasons") or []
    way = said["way"]
    gains = [one["values"].get("gain", 0) for one in reasons if one["code"] == f"{way}_pays"]
    gain = Decimal(str(gains[0])) if gains else Decimal(0)
    return Suited(style, way, gain, reasons, said.get("by_factory") or {})


def by_way(styles: Iterable[Suited]) -> list[WayShare]:
    """Return the styles that each way suits, the dearest style first; ways without are left out."""
    found: defaultdict[str, list[Suited]] = defaultdict(list)
    for one in styles:
        found[one.way].append(one)
    return [
        WayShare(way, tuple(sorted(found[way], key=lambda one: (-one.gain, one.style))))
        for way in WAYS
        if found[way]
    ]


def by_factory(styles: Sequence[Suited]) -> dict[str, list[Suited]]:
    """Return the styles that each factory offers to make."""
    found: defaultdict[str, list[Suited]] = defaultdict(list)
    for one in styles:
        for factory in one.by_factory:
            found[factory].append(one)
    return dict(sorted(found.items()))


NAMES = {
    "on_demand": "making on demand",
    "small_batch": "small batches",
    "large_batch": "large batches",
}


def verdict(shares: Sequence[WayShare], *, with_money: bool) -> tuple[str, str]:
    """Return the way that suits most, and a sentence that says so.

    Args:
        shares: As `by_way` returns them.
        with_money: Weigh and say the money at stake; else only count styles.
    """
    paying = [share for share in shares if share.way != "none"]
    styles = sum(len(share.styles) for share in shares)
    if not paying:
        return "none", "No way of making pays." if styles else "Nothing was decided yet."
    total = sum((share.gain for share in paying), start=Decimal(0))
    best = max(paying, key=lambda one: (one.gain if with_money else 0, len(one.styles)))
    text = f"{NAMES[best.way].capitalize()} suit {len(best.styles)} of {styles} styles"
    if best.way == "on_demand":
        text = text.replace(" suit ", " suits ")
    if with_money and total > 0:
        text += f" and {best.gain / total:.0%} of the money at stake"
    faster = sum(share.reasons.get("ask_for_shorter_lead_time", 0) for share in shares)
    if faster:
        text += f"; for {faster} ask for a shorter lead time first"
    return best.way, text + "."
