"""From due styles to issued recommendations: the one place that knows the order of the steps.

claim → panel → forecast → decide → publish. The first and the last are short transactions; what
lies between holds none. A style that fails is reported and given back; the others go on.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from app.database.database import Database
from app.errors import Unavailable
from app.forecasting.past.priors import BrandPriors
from app.jobs.finish import put_back
from app.jobs.lease import kept
from app.jobs.work import Claim
from app.refresh.batches import Batch, claim_batches
from app.refresh.cluster import Cluster
from app.refresh.decide import Decided, decide_styles, decide_together
from app.refresh.gather import gather
from app.refresh.learn import priors_for
from app.refresh.metrics import stage
from app.refresh.progress import Fate
from app.refresh.publishing import publish_or_halve
from app.sales.tables import SalesRow
from app.settings import Settings
from app.web.tracing import span

PAUSE_AFTER_FAILURE = timedelta(seconds=5)
"""How long a batch rests that failed as a whole: long enough not to spin, short enough to wait."""

MOST_ATTEMPTS = 4
"""A style claimed alone that still ended its worker this often counts as failed."""

PUBLISHED_TOGETHER = 50
"""Styles published in one transaction: long enough to be cheap, short enough that a sale posted
meanwhile does not wait on SQLite's one writer for more than a fraction of a second."""

log = structlog.get_logger()


@dataclass
class BatchOutcome:
    """What became of one claimed batch; `brand` names the brand, or all that came together.

    `oldest_signal` is when the news came in that had waited longest; None: only a day was over.
    """

    brand: str
    oldest_signal: datetime | None
    fates: dict[int, Fate] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        """How many styles were decided and published."""
        return sum(fate not in {"stale", "failed"} for fate in self.fates.values())


def refresh_next(
    database: Database,
    settings: Settings,
    *,
    at: datetime | None = None,
    brand_id: int | None = None,
    owed: list[Claim] | None = None,
    cluster: Cluster | None = None,
) -> BatchOutcome | None:
    """Claim due styles, decide and publish them; None when nothing is due.

    They are one brand's, with those of brands that share its factories' limits. Log lines carry
    `refresh_id` from the claim on, the first lease that it holds: those of a failure too, written
    by whoever called, in whose context it stays bound.

    Args:
        database: Where everything is.
        settings: Size of a batch, length of a lease, number of paths.
        at: The time to decide at; None is the service's clock.
        brand_id: Only this brand's styles.
        cluster: Forecasts and decides one brand's styles; None: this process does.
        owed: Takes what could not be given back, for whoever is here when the database is.

    Raises:
        Unavailable: If the database went away; what is not given back waits for its lease's end.
    """
    with stage("claim"):
        batches = claim_batches(database, settings, at=at, brand_id=brand_id)
    if not batches:
        return None
    refresh_id = batches[0].claimed.lease
    structlog.contextvars.bind_contextvars(refresh_id=refresh_id)
    codes = ", ".join(batch.brand.code for batch in batches)
    styles = sum(len(batch.claimed.generations) for batch in batches)
    try:
        about = span("refresh", brand=codes, styles=styles, refresh_id=refresh_id)
        with ExitStack() as leases, about:
            for batch in batches:
                seconds = settings.worker_lease_seconds
                leases.enter_context(kept(database, batch.claimed, lease_seconds=seconds))
            return _refresh(batches, BatchOutcome(codes, _oldest_signal(batches)), cluster)
    except Exception:
        claims = [batch.claimed for batch in batches]
        try:
            give_back(database, claims, until=datetime.now(UTC) + PAUSE_AFTER_FAILURE)
        except Unavailable:
            if owed is not None:
                owed += claims
        raise


def give_back(database: Database, claims: Sequence[Claim], *, until: datetime) -> None:
    """Give back what these claims still hold; nobody takes it before `until`.

    Raises:
        Unavailable: If the database is away.
    """
    with database.write() as session:
        for claimed in claims:
            put_back(session, claimed, until=until)


def _oldest_signal(batches: Sequence[Batch]) -> datetime | None:
    signals = [signal for batch in batches for signal in batch.claimed.signals.values()]
    return min((signal for signal in signals if signal is not None), default=None)


def _refresh(
    batches: Sequence[Batch], outcome: BatchOutcome, cluster: Cluster | None
) -> BatchOutcome:
    """Decide and publish what was claimed."""
    found = _decided_together(batches, cluster)
    # What gives way first leaves its money, weeks and material to the others, of any brand.
    for grows in (False, True):
        for batch, decided in zip(batches, found, strict=True):
            styles = _in_order(batch, decided, grows=grows)
            is_last = grows or not _in_order(batch, decided, grows=True)
            for first in range(0, len(styles), PUBLISHED_TOGETHER):
                chunk = styles[first : first + PUBLISHED_TOGETHER]
                ends = is_last and first + PUBLISHED_TOGETHER >= len(styles)
                outcome.fates.update(publish_or_halve(batch, decided, chunk, ends=ends))
    for decided in found:
        outcome.errors.update(decided.errors)
    return outcome


def _in_order(batch: Batch, decided: Decided, *, grows: bool) -> list[int]:
    """Return the styles that take more than stands for them, or the others, the least first."""
    more = {style: decided.more_money(style) for style in batch.claimed.generations}
    styles = [style for style in more if (more[style] > 0) == grows]
    return sorted(styles, key=lambda style: (more[style], style))


def _decided_together(batches: Sequence[Batch], cluster: Cluster | None) -> list[Decided]:
    """Gather and decide what was claimed; brand by brand where that raises for all together."""
    if len(batches) > 1:
        try:
            return _shared_out(batches)
        except Unavailable:
            raise
        except Exception:
            log.exception("not_decided_together", brands=[batch.brand.code for batch in batches])
    return [_given_up(batch) or _decided_alone(batch, cluster) for batch in batches]


def _decided_alone(batch: Batch, cluster: Cluster | None) -> Decided:
    """Decide one brand's styles, on the cluster where there is one that can."""
    style_ids = sorted(batch.claimed.generations)
    priors = priors_for(batch.database, batch.brand, batch.origin)
    found = cluster.decided(batch, style_ids, priors) if cluster is not None else None
    return _decided(batch, style_ids, priors) if found is None else found


def _shared_out(batches: Sequence[Batch]) -> list[Decided]:
    """Gather and decide the styles of several brands as one."""
    together = sorted(style for batch in batches for style in batch.claimed.generations)
    gathered = []
    for batch in batches:
        mine = sorted(batch.claimed.generations)
        priors = priors_for(batch.database, batch.brand, batch.origin)
        with stage("panel", styles=len(mine)), batch.database.read(SalesRow) as session:
            gathered.append(
                gather(
                    session,
                    batch.brand,
                    mine,
                    at=batch.at,
                    origin=batch.origin,
                    priors=priors,
                    decided_with=together,
                )
            )
    with stage("decide", styles=len(together)):
        return decide_together(gathered, paths=batches[0].settings.forecast_paths)


def _given_up(batch: Batch) -> Decided | None:
    """Return the failure of a style that ended its worker again and again; it comes alone."""
    ended = {
        style: f"{attempts - 1} workers ended while they worked on it"
        for style, attempts in batch.claimed.attempts.items()
        if attempts > MOST_ATTEMPTS
    }
    return Decided(errors=ended) if ended else None


def _decided(batch: Batch, style_ids: Sequence[int], priors: BrandPriors) -> Decided:
    """Gather and decide a batch; where that raises, halve it until the culprit stands alone."""
    try:
        with stage("panel", styles=len(style_ids)), batch.database.read(SalesRow) as session:
            gathered = gather(
                session, batch.brand, style_ids, at=batch.at, origin=batch.origin, priors=priors
            )
        with stage("decide", styles=len(style_ids)):
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
