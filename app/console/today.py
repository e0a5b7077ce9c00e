"""What stands for a brand and waits for somebody, dearest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import floor
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.clock.time import local_day
from app.database.upsert import json_number
from app.parties.refs import BrandRef
from app.recommendations.pricing import COUNTER
from app.recommendations.tables import STANDING, Recommendation

PER_PAGE = 25

SHOWN = {
    "decide": "needs a decision",
    "draft": "drafts",
    "countered": "counters",
    "overdue": "unanswered by their factory",
    "open": "open",
    "all": "all that stand",
}
"""What may be looked at, and how it is called."""


@dataclass(frozen=True)
class Wanted:
    """Which of them, and where in their order."""

    show: str
    factory: str
    search: str
    number: int


@dataclass(frozen=True)
class Waiting:
    """A recommendation as the page shows it.

    Attributes:
        stake: Expected profit above hold's, which is what a wrong answer forgoes; None: not kept.
        hold: Expected profit of hold.
        stock_out: When the first of its SKUs runs out, by the decision's own reckoning.
        is_overdue: Its factory should have answered by now.
    """

    row: Recommendation
    name: str
    profit: Decimal | None
    hold: Decimal | None
    stake: Decimal | None
    stock_out: date | None
    is_overdue: bool

    @property
    def counter(self) -> Mapping[str, Any] | None:
        """What the factory would do instead."""
        return self.row.answer if self.row.status == "countered" else None

    @property
    def counter_price(self) -> Mapping[str, Any] | None:
        """What that is worth; None: it could not be priced."""
        found: Mapping[str, Any] | None = self.row.economics.get(COUNTER)
        return found

    @property
    def counter_quantity(self) -> int:
        """Units by the counter: what it does not name stays."""
        said = self.counter or {}
        parts = said.get("deliveries") or [said]
        named: dict[str, int] = {}
        for part in parts:
            for line in part.get("lines") or ():
                named[line["sku"]] = named.get(line["sku"], 0) + line["quantity"]
        kept = {line["sku"]: line["quantity"] for line in self.row.lines}
        return sum((kept | named).values())

    @property
    def counter_days(self) -> list[date]:
        """The days it would come on."""
        said = self.counter or {}
        days = [part["need_by"] for part in said.get("deliveries") or ()]
        single = said.get("need_by")
        return [date.fromisoformat(one) for one in days or ([single] if single else [])]


def waiting(
    session: Session, brand: BrandRef, wanted: Wanted, *, at: datetime
) -> tuple[list[Waiting], bool]:
    """Return a page of what was asked for, most money at stake first, and whether more follows."""
    stake = func.coalesce(json_number(session, Recommendation.economics, "gain_over_waiting"), 0.0)
    shown = (  # ids alone are sorted: whole rows took 30 MB for page 400
        select(Recommendation.id, stake.label("stake"))
        .where(_is_wanted(brand, wanted, at))
        .order_by(stake.desc(), Recommendation.id)
        .offset(wanted.number * PER_PAGE)
        .limit(PER_PAGE + 1)
    )
    if wanted.search:
        shown = shown.join(Style, Style.id == Recommendation.style_id)
    page = shown.subquery("shown")
    query = (
        select(Recommendation, Style.name)
        .join(page, page.c.id == Recommendation.id)
        .join(Style, Style.id == Recommendation.style_id)
        .order_by(page.c.stake.desc(), Recommendation.id)
    )
    rows = [_waiting(row, name, brand, at) for row, name in session.execute(query)]
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def counted(session: Session, brand: BrandRef, *, at: datetime) -> dict[str, int]:
    """Return how many stand, by what may be looked at."""
    late = and_(Recommendation.status == "open", Recommendation.respond_by < at)
    query = (
        select(Recommendation.status, late, func.count())
        .where(Recommendation.brand_id == brand.id, Recommendation.status.in_(STANDING))
        .group_by(Recommendation.status, late)
    )
    found = dict.fromkeys(SHOWN, 0)
    for status, is_late, number in session.execute(query):
        found[status] += number
        found["all"] += number
        found["overdue"] += number if is_late else 0
        found["decide"] += number if is_late or status != "open" else 0
    return found


def factories_asked(session: Session, brand: BrandRef) -> Sequence[str]:
    """Return the codes of the factories that something stands with."""
    query = (
        select(Recommendation.factory)
        .where(Recommendation.brand_id == brand.id, Recommendation.status.in_(STANDING))
        .distinct()
        .order_by(Recommendation.factory)
    )
    return session.scalars(query).all()


def _is_wanted(brand: BrandRef, wanted: Wanted, at: datetime) -> ColumnElement[bool]:
    late = and_(Recommendation.status == "open", Recommendation.respond_by < at)
    which = {
        "decide": or_(Recommendation.status.in_(("draft", "countered")), late),
        "overdue": late,
        "all": Recommendation.status.in_(STANDING),
    }
    conditions = [
        Recommendation.brand_id == brand.id,
        Recommendation.status.in_(STANDING),
        which.get(wanted.show, Recommendation.status == wanted.show),
    ]
    if wanted.factory:
        conditions.append(Recommendation.factory == wanted.factory)
    if wanted.search:
        conditions.append(
            or_(
                Style.code.icontains(wanted.search, autoescape=True),
                Style.name.icontains(wanted.search, autoescape=True),
            )
        )
    return and_(*conditions)


def _waiting(row: Recommendation, name: str, brand: BrandRef, at: datetime) -> Waiting:
    profit = _amount(row.economics.get("expected_profit"))
    gain = _amount(row.economics.get("gain_over_waiting"))
    holds = [one for one in row.alternatives if one.get("action") == "hold"]
    hold = _amount(holds[0].get("expected_profit")) if holds else None
    return Waiting(
        row=row,
        name=name,
        profit=profit,
        hold=hold,
        stake=gain if gain is not None or profit is None or hold is None else profit - hold,
        stock_out=_stock_out(row, local_day(row.issued_at, brand.timezone)),
        is_overdue=row.status == "open" and row.respond_by < at,
    )


def _stock_out(row: Recommendation, issued_on: date) -> date | None:
    days = [
        reason["values"]["days_of_cover"]
        for reason in row.reasons
        if "days_of_cover" in reason.get("values", {})
    ]
    return issued_on + timedelta(days=floor(min(days))) if days else None


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
