"""From due styles to issued recommendations: the one place that knows the order of the steps.

claim → panel → forecast → decide → publish. The first and the last are short transactions; what
lies between holds none. A style that fails is reported and given back; the others go on.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from app.clock.time import local_day, now, start_of_day
from app.database.database import Database
from app.errors import Unavailable
from app.forecasting.past.priors import BrandPriors
from app.forecasting.store import save_forecasts
from app.jobs.lease import kept
from app.jobs.work import Claim, claim, finish, held, put_back
from app.parties.queries import brand_with_id
from app.parties.refs import BrandRef
from app.recommendations.issue import publish
from app.recommendations.prune import keep_the_newest
from app.recommendations.queries import lock_styles
from app.refresh.decide import Decided, decide_styles
from app.refresh.gather import gather
from app.refresh.learn import priors_for
from app.refresh.progress import Fate, record
from app.settings import Settings
from app.web.tracing import span

PAUSE_AFTER_FAILURE = timedelta(seconds=5)
"""How long a batch rests that failed as a whole: long enough not to spin, short enough to wait."""

MOST_ATTEMPTS = 4
"""A style claimed alone that still ended its worker this often counts as failed."""

PUBLISHED_TOGETHER = 50
"""Styles published in one transaction: long enough to be cheap, short enough that a sale posted
meanwhile does not wait on SQLite's one writer for more than a fraction of a second."""

FAILED_REST = timedelta(hours=1)
"""How long a style waits that could not be decided: what failed may pass, a poison style must not
take the workers from the others."""

SHORT_REST = timedelta(minutes=5)
"""How long a style waits whose run did not fit any more: who took the rest has settled by then."""

log = structlog.get_logger()


@dataclass
class BatchOutcome:
    """What became of one claimed batch."""

    brand: str
    fates: dict[int, Fate] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)


def refresh_next(
    database: Database,
    settings: Settings,
    *,
    at: datetime | None = None,
    brand_id: int | None = None,
) -> BatchOutcome | None:
    """Claim one brand's due styles, decide and publish them; None when nothing is due.

    Args:
        database: Where everything is.
        settings: Size of a batch, length of a lease, number of paths.
        at: The time to decide at; None is the service's clock.
        brand_id: Only this brand's styles.

    Raises:
        Unavailable: If the database went away; the lease runs out and another try follows.
    """
    with database.write() as session:
        time = at or now(session, sandbox=settings.sandbox)
        claimed = claim(
            session,
            at=time,
            wall=datetime.now(UTC),
            limit=settings.worker_batch_styles,
            lease_seconds=settings.worker_lease_seconds,
            group_id=brand_id,
        )
    if claimed is None:
        return None
    with database.read() as session:
        brand = brand_with_id(session, claimed.group_id)
    assert brand is not None, "due work names a stored brand"
    batch = _Batch(database, settings, claimed, brand, time, is_live=at is None)
    try:
        with (
            span("refresh", brand=brand.code, styles=len(claimed.generations)),
            kept(database, claimed, lease_seconds=settings.worker_lease_seconds),
        ):
            return _refresh(batch)
    except Exception:
        # Where the database went away too, the lease runs out by itself.
        with suppress(Unavailable), database.write() as session:
            put_back(session, claimed, until=datetime.now(UTC) + PAUSE_AFTER_FAILURE)
        raise


@dataclass(frozen=True)
class _Batch:
    """One brand's claimed styles, and the time they are decided at.

    Attributes:
        is_live: `at` is what the clock said at the claim, and not a day that was asked for.
    """

    database: Database
    settings: Settings
    claimed: Claim
    brand: BrandRef
    at: datetime
    is_live: bool

    @property
    def origin(self) -> date:
        """The brand-local day that plans start."""
        return local_day(self.at, self.brand.timezone)

    def day_is_over(self, session: Session) -> bool:
        """Say whether midnight has passed since the claim: then everything is decided anew."""
        if not self.is_live:
            return False
        moment = now(session, sandbox=self.settings.sandbox)
        return local_day(moment, self.brand.timezone) > self.origin


def _refresh(batch: _Batch) -> BatchOutcome:
    """Decide and publish what was claimed."""
    outcome = BatchOutcome(batch.brand.code)
    styles = sorted(batch.claimed.generations)
    decided = _given_up(batch) or _decided(
        batch, styles, priors_for(batch.database, batch.brand, batch.origin)
    )
    # What gives way first leaves its money and its weeks to the others.
    styles.sort(key=lambda style: (decided.more_money(style), style))
    for first in range(0, len(styles), PUBLISHED_TOGETHER):
        chunk = styles[first : first + PUBLISHED_TOGETHER]
        ends = first + PUBLISHED_TOGETHER >= len(styles)
        outcome.fates.update(_publish_or_halve(batch, decided, chunk, ends=ends))
    outcome.errors.update(decided.errors)
    return outcome


def _given_up(batch: _Batch) -> Decided | None:
    """Return the failure of a style that ended its worker again and again; it comes alone."""
    ended = {
        style: f"{attempts - 1} workers ended while they worked on it"
        for style, attempts in batch.claimed.attempts.items()
        if attempts > MOST_ATTEMPTS
    }
    return Decided(errors=ended) if ended else None


def _decided(batch: _Batch, style_ids: Sequence[int], priors: BrandPriors) -> Decided:
    """Gather and decide a batch; where that raises, halve it until the culprit stands alone."""
    try:
        with span("gather", styles=len(style_ids)), batch.database.read() as session:
            gathered = gather(
                session, batch.brand, style_ids, at=batch.at, origin=batch.origin, priors=priors
            )
        with span("decide", styles=len(style_ids)):
            return decide_styles(gathered, paths=batch.settings.forecast_paths)
    except Unavailable:
        raise
    except Exception as error:
        if len(style_ids) == 1:
            log.exception("style_failed", brand=batch.brand.code, style_id=style_ids[0])
            return Decided(errors={style_ids[0]: f"{type(error).__name__}: {error}"})
    half = len(style_ids) // 2
    left = _decided(batch, style_ids[:half], priors)
    return left.with_more(_decided(batch, style_ids[half:], priors))


def _publish_or_halve(
    batch: _Batch, decided: Decided, style_ids: Sequence[int], *, ends: bool
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
    first = _publish_or_halve(batch, decided, style_ids[:half], ends=False)
    return {**first, **_publish_or_halve(batch, decided, style_ids[half:], ends=ends)}


def _publish(
    batch: _Batch, decided: Decided, style_ids: Sequence[int], *, ends: bool
) -> Mapping[int, Fate]:
    """Write what the lease still holds; a style whose supply or day moved stays due."""
    with span("publish", styles=len(style_ids)), batch.database.write() as session:
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
    return fates


def _published(
    session: Session, batch: _Batch, decided: Decided, style_ids: Sequence[int], *, ends: bool
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
    batch: _Batch, fates: Mapping[int, Fate], decided: Decided
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
