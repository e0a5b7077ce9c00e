"""Read a factory's schedule: its runs and recommendations by due day, in its own calendar."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.insight.schedule.forecasts import forecast_lines
from app.insight.schedule.model import DAYS_PER_WEEK, Line, Schedule, Work, monday_of
from app.insight.schedule.queries import (
    Accepted,
    accepted_work,
    materials_of,
    proposed_work,
    release_of,
    sharing_brands,
    terms_of,
    units_of,
)
from app.parties.access import FactoryRef
from app.recommendations.counter import Counter, counter_of, quantities
from app.recommendations.line_work import units_to_make
from app.recommendations.tables import Recommendation
from app.runs.queries import lines_of
from app.runs.tables import RunLine

WEEKS = 26
"""How far forecasts are shown; work is shown whenever it is due."""


def read_schedule(session: Session, factory: FactoryRef, *, at: datetime) -> Schedule:
    """Return what is asked of a factory as of `at`.

    Days are those that brand and factory agreed on, as in the run; today is the factory's own.
    """
    today = local_day(at, factory.timezone)
    accepted = accepted_work(session, factory.id)
    proposed = proposed_work(session, factory.id, at=at)
    style_ids = {one.run.style_id for one in accepted} | {row.style_id for row, _ in proposed}
    made_of = materials_of(session, sorted(style_ids))
    lines = lines_of(session, [one.run.id for one in accepted])
    unmade = {run.id: left for run, left in units_to_make(session, [factory.id], day=today)}
    work = [
        _on_the_line(_firm(one, lines[one.run.id], made_of, today), unmade.get(one.run.id))
        for one in accepted
    ]
    work += [_planned(row, made_of, today) for row, _ in proposed]
    standing = [one for one in work if one.lines]
    until = monday_of(today) + timedelta(days=DAYS_PER_WEEK * WEEKS)
    brands = sharing_brands(session, factory.id)
    named = {brand.code: brand.name for brand in brands}
    named |= {one.brand.code: one.brand.name for one in accepted}
    named |= {brand.code: brand.name for _, brand in proposed}
    latest = max((line.due for one in standing for line in one.lines), default=today)
    return Schedule(
        factory=factory.code,
        name=factory.name,
        timezone=factory.timezone,
        today=today,
        until=max(until, monday_of(latest) + timedelta(days=DAYS_PER_WEEK)),
        release=release_of(session, factory.id, today=today),
        names=dict(sorted(named.items())),
        work=tuple(standing),
        forecast=forecast_lines(
            session, factory, brands, standing, today=today, until=until, at=at
        ),
        shared=frozenset(brand.code for brand in brands),
        terms=terms_of(session, factory.id),
        units=units_of(session, factory.id),
        setup_matrix=factory.setup_matrix or {},
    )


def _start(due: date, lead_time_days: int, today: date) -> date:
    """Return the day by which making begins: today where it should have begun before."""
    return max(due - timedelta(days=lead_time_days), today)


def _firm(
    one: Accepted,
    lines: Sequence[RunLine],
    made_of: Mapping[int, list[dict[str, Any]]],
    today: date,
) -> Work:
    """Show a run: ordered less received less rejected, on the days the factory named."""
    run = one.run
    parts = _split(one.answer, {line.sku: line.quantity for line in lines}, run.due_date)
    shown = []
    for line in lines:
        gone = line.received + line.rejected
        made = max(line.produced, line.shipped, gone)
        left = _left(parts[line.sku], gone)
        unmade = _left(parts[line.sku], made)
        ordered = _left(parts[line.sku], 0)
        shown += [
            Line(
                "firm", run.brand, run.style, line.colorway, line.size, line.sku,
                day, units, unmade.get(day, 0), ordered[day], run.id,
            )
            for day, units in left.items()
        ]  # fmt: skip
    by_day = _by_day(shown)
    due = by_day[0].due if by_day else today
    return Work(
        commitment="firm",
        reference=run.id,
        brand=run.brand,
        style=run.style,
        offer=run.offer,
        lines=by_day,
        start=_start(due, one.lead_time_days, today),
        materials=made_of.get(run.style_id, ()),
        has_begun=run.status != "planned",
        is_shipped=run.status == "shipped",
    )


def _on_the_line(work: Work, units: float | None) -> Work:
    """Say how much of a run still takes time of the line; None: all that is not made."""
    if units is None or not work.to_make:
        return work
    return replace(work, line_share=min(1.0, units / work.to_make))


def _planned(row: Recommendation, made_of: Mapping[int, list[dict[str, Any]]], today: date) -> Work:
    """Show a recommendation: as issued, or as the factory itself countered."""
    answer = row.answer if row.status == "countered" else None
    counter = _counter(answer)
    units = quantities(counter or Counter(), row)
    parts = _split(answer, units, row.need_by)
    shown = _by_day(
        Line(
            "planned", row.brand, row.style, line["colorway"], line["size"], line["sku"],
            day, quantity, quantity, quantity, row.id,
        )
        for line in row.lines
        for day, quantity in _left(parts[line["sku"]], 0).items()
    )  # fmt: skip
    due = shown[0].due if shown else today
    return Work(
        commitment="planned",
        reference=row.id,
        brand=row.brand,
        style=row.style,
        offer=row.offer,
        lines=shown,
        start=_start(due, row.lead_time_days, today),
        materials=made_of.get(row.style_id, ()),
    )


def _counter(answer: Mapping[str, Any] | None) -> Counter | None:
    if answer is None or answer.get("decision") != "counter":
        return None
    return counter_of(answer)


def _split(
    answer: Mapping[str, Any] | None, units: Mapping[str, int], day: date
) -> dict[str, list[tuple[date, int]]]:
    """Return the days and units of each SKU: those of the counter's deliveries, else all on one."""
    counter = _counter(answer)
    if counter is None or not counter.deliveries:
        on = day if counter is None or counter.need_by is None else counter.need_by
        return {sku: [(on, quantity)] for sku, quantity in units.items()}
    found: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    for delivery in sorted(counter.deliveries, key=lambda one: one.need_by):
        for line in delivery.lines:
            found[line.sku].append((delivery.need_by, line.quantity))
    return found


def _left(parts: Sequence[tuple[date, int]], gone: int) -> dict[date, int]:
    """Return what is left by day: what is gone was of the earliest."""
    left: defaultdict[date, int] = defaultdict(int)
    for day, quantity in parts:
        taken = min(gone, quantity)
        gone -= taken
        if quantity > taken:
            left[day] += quantity - taken
    return left


def _by_day(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: line.due))
