"""Which way of making suits a brand's styles, and what a factory's offers suit."""

import heapq
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.catalog.tables import Style
from app.database.upsert import json_member, one_of
from app.parties.tables import BrandFactory
from app.recommendations.tables import DecisionRow

WAYS = ("on_demand", "small_batch", "large_batch", "none")

ROWS_AT_ONCE = 1_000

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
        codes: Of its reasons, as the decision has them.
        by_factory: The best way of each factory that offers to make the style.
        decision: The id of what says so.
    """

    style: str
    way: str
    gain: Decimal
    codes: tuple[str, ...]
    by_factory: Mapping[str, str]
    decision: str = ""


@dataclass(frozen=True, slots=True)
class WayShare:
    """The styles that one way suits."""

    way: str
    styles: Sequence[Suited]

    def dearest(self, count: int) -> list[Suited]:
        """Return up to so many of the styles, those with the most money at stake first."""
        return heapq.nsmallest(count, self.styles, key=lambda one: (-one.gain, one.style))

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
    alike: dict[Any, Any] = {}
    later = aliased(DecisionRow)
    newest = select(func.max(later.id)).where(later.style_id == Style.id).scalar_subquery()
    query = (
        select(Style.code, DecisionRow.id, json_member(session, DecisionRow.body, "suitability"))
        .join(DecisionRow, DecisionRow.id == newest)
        .where(Style.planning == "active")
        .order_by(Style.brand_id, Style.code)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if brand_id is not None:
        query = query.where(Style.brand_id == brand_id)
    if factory_id is not None:
        listing = select(BrandFactory.brand_id).where(BrandFactory.factory_id == factory_id)
        query = query.where(Style.brand_id.in_(listing))
    return [
        _suited(code, decision, said, alike)
        for code, decision, said in session.execute(query)
        if said
    ]


def _suited(style: str, decision: str, said: dict[str, Any], alike: dict[Any, Any]) -> Suited:
    """Return what a decision says; codes and factories of styles alike are kept once in all."""
    reasons = said.get("reasons") or []
    way = said["way"]
    gains = [one["values"].get("gain", 0) for one in reasons if one["code"] == f"{way}_pays"]
    gain = Decimal(str(gains[0])) if gains else Decimal(0)
    codes = tuple(reason["code"] for reason in reasons)
    factories = said.get("by_factory") or {}
    return Suited(
        style=style,
        way=sys.intern(way),
        gain=gain,
        codes=alike.setdefault(codes, codes),
        by_factory=alike.setdefault(tuple(factories.items()), factories),
        decision=decision,
    )


def reasons_of(
    session: Session, styles: Iterable[Suited]
) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the reasons in full, JSON-ready, by the id of each style's decision."""
    ids = [one.decision for one in styles]
    query = select(DecisionRow.id, json_member(session, DecisionRow.body, "suitability"))
    rows = session.execute(query.where(one_of(session, DecisionRow.id, ids)))
    return {decision: said.get("reasons") or [] for decision, said in rows}


def by_way(styles: Iterable[Suited]) -> list[WayShare]:
    """Return the styles that each way suits; ways without are left out."""
    found: defaultdict[str, list[Suited]] = defaultdict(list)
    for one in styles:
        found[one.way].append(one)
    return [WayShare(way, found[way]) for way in WAYS if found[way]]


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
