"""Write what was decided, chunk by chunk, each in one short transaction under its lease."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.clock.time import start_of_day
from app.errors import Unavailable
from app.forecasting.store import save_forecasts
from app.jobs.finish import finish, held
from app.recommendations.issue import publish
from app.recommendations.prune import keep_the_newest
from app.recommendations.queries import lock_styles
from app.refresh.batches import Batch
from app.refresh.decide import Decided
from app.refresh.metrics import count_styles, stage
from app.refresh.progress import Fate, record

FAILED_REST = timedelta(hours=1)
"""How long a style waits that could not be decided: what failed may pass, a poison style must not
take the workers from the others."""

SHORT_REST = timedelta(minutes=5)
"""How long a style waits whose run did not fit any more: who took the rest has settled by then."""

log = structlog.get_logger()


def publish_or_halve(
    batch: Batch, decided: Decided, style_ids: Sequence[int], *, ends: bool
) -> Mapping[int, Fate]:
    """Publish a chunk; where that raises, halve it until the culprit fails alone.

    `ends`: it is the last one of the batch, and what still stands beyond a limit is taken back.
    """
    try:
        return _publish(batch, decided, style_ids, ends=ends)
    except Unavailable:
        raise
    except Exception as error:
        if len(style_ids) == 1:
            log.exception("style_failed", brand=batch.brand.code, style_id=style_ids[0])
            decided.fail(style_ids[0], f"{type(error).__name__}: not publishable")
            return _publish(batch, decided, style_ids, ends=ends)
    half = len(style_ids) // 2
    first = publish_or_halve(batch, decided, style_ids[:half], ends=False)
    return {**first, **publish_or_halve(batch, decided, style_ids[half:], ends=ends)}


def _publish(
    batch: Batch, decided: Decided, style_ids: Sequence[int], *, ends: bool
) -> Mapping[int, Fate]:
    """Write what the lease still holds; a style whose supply or day moved stays due."""
    with stage("publish", styles=len(style_ids)), batch.database.write() as session:
        lock_styles(session, style_ids)
        ours = held(session, batch.claimed, style_ids)
        fates: dict[int, Fate] = dict.fromkeys(ours, "stale")
        if not batch.day_is_over(session):
            fates |= _published(session, batch, decided, sorted(ours), ends=ends)
            fates |= dict.fromkeys(ours & decided.errors.keys(), "failed")
            seen_until = batch.claimed.wall
            record(session, fates, decided.errors, at=batch.at, seen_until=seen_until)
        unanswered = [style for style, fate in fates.items() if fate in {"stale", "failed"}]
        next_due = _next_due(batch, fates, decided)
        finish(session, batch.claimed, next_due, unanswered=unanswered)
    count_styles(fates.values())
    return fates


def _published(
    session: Session, batch: Batch, decided: Decided, style_ids: Sequence[int], *, ends: bool
) -> Mapping[int, Fate]:
    proposals = [
        replace(decided.proposals[style], signal_at=batch.claimed.signals[style])
        for style in style_ids
        if style in decided.proposals
    ]
    save_forecasts(session, [decided.forecasts[p.style_id] for p in proposals if p.forecast_id])
    fates = publish(session, batch.brand, proposals, at=batch.at, takes_back=ends).fates
    today = start_of_day(batch.origin, batch.brand.timezone)
    keep_the_newest(session, [one.style_id for one in proposals], since=today)
    return fates


def _next_due(
    batch: Batch, fates: Mapping[int, Fate], decided: Decided
) -> dict[int, datetime | None]:
    """Due again at midnight; sooner where the world moved or it failed; never after planning."""
    midnight = start_of_day(batch.origin + timedelta(days=1), batch.brand.timezone)
    sooner = {
        "stale": batch.at,
        "short": min(batch.at + SHORT_REST, midnight),
        "failed": min(batch.at + FAILED_REST, midnight),
    }
    return {
        style: sooner.get(fate, None if style in decided.unplanned else midnight)
        for style, fate in fates.items()
    }
