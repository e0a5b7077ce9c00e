"""What a brand's styles have taught by a day: learned once, and the same for every batch."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from app.database.database import Database
from app.database.turns import turn_to_learn
from app.demand.build import READ_TOGETHER, whole_past
from app.demand.returns import learn_returns
from app.demand.teachers import MOST_TEACHING, teachers_of
from app.errors import Unavailable
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.learning_fits import LEARNED_DAYS, is_recent, learn_fits
from app.forecasting.past.others import with_others
from app.forecasting.past.priors import BrandPriors
from app.forecasting.queries import StoredPriors, priors_of_day, priors_since
from app.forecasting.store import keep_priors
from app.parties.refs import BrandRef
from app.refresh.metrics import stage
from app.sales.queries import last_event, late_events
from app.sales.tables import SalesRow

EXACT_EVENTS = 50_000
LATE_SHARE = 0.02
"""A brand of so many events or fewer is learned from anew for any event that came late; a larger
one, whose learning takes seconds, when late ones are this share of all. A brand's first day often
begins with a catalog and goes on with its history, in parts."""

MOST_KNOWN = 0.5
"""Share of a brand's events that must have been known for what they taught to be kept."""

log = structlog.get_logger()


def priors_for(database: Database, brand: BrandRef, origin: date) -> BrandPriors:
    """Return the day's stored priors; whoever comes first that day learns them.

    From all of a brand's styles, or beyond MOST_TEACHING of them from so many.

    They are learned anew once enough came in of earlier days that they have not seen. Of several
    workers one learns, and the others wait for it.
    """
    found = _still_right(database, brand, origin)
    if found is not None:
        return found
    with turn_to_learn(database, brand.id):
        found = _still_right(database, brand, origin)  # by whoever had the turn before
        return _learned_and_kept(database, brand, origin) if found is None else found


def _still_right(database: Database, brand: BrandRef, origin: date) -> BrandPriors | None:
    with database.read() as session:
        stored = priors_of_day(session, brand.id, origin)
        if stored is None or _is_outdated(session, brand, origin, stored):
            return None
    return stored.priors


def _learned_and_kept(database: Database, brand: BrandRef, origin: date) -> BrandPriors:
    with stage("learn"):
        learned = _learned(database, brand, origin)
    with database.write() as session:
        keep_priors(
            session,
            brand.id,
            origin,
            learned.priors,
            last_event=learned.last_event,
            events=learned.events,
        )
    return learned.priors


def _is_outdated(session: Session, brand: BrandRef, origin: date, stored: StoredPriors) -> bool:
    """Say whether enough came late since the day's priors were learned."""
    share = 0.0 if stored.events <= EXACT_EVENTS else LATE_SHARE
    enough = max(round(share * stored.events), 1)
    late = late_events(session, brand.id, after=stored.last_event, before=origin, most=enough)
    return late >= enough


def _learned(database: Database, brand: BrandRef, origin: date) -> StoredPriors:
    """Learn from the brand's past; what takes many fits is kept for some days."""
    with database.read(SalesRow) as session:
        newest = last_event(session)
        styles = teachers_of(session, brand, origin=origin, most=MOST_TEACHING)
        history = whole_past(session, brand, origin=origin, style_ids=styles.teaching)
        if history is None or not history.demand.any():
            return StoredPriors(BrandPriors(), newest, 0)
        returns = learn_returns(session, brand, history)
        before = priors_since(session, brand.id, origin - timedelta(days=LEARNED_DAYS), origin)
    learned = _or_default(brand, lambda: replace(learn_priors(history), returns=returns))
    learned, others = _with_others(database, brand, origin, styles.others, learned)
    events = int(history.orders.sum()) + others
    if before is not None and _still_serves(before, origin, events):
        learned = replace(learned, pool=before.priors.pool, handover=before.priors.handover)
    else:
        learned = _or_default(brand, lambda: learn_fits(history, learned), learned)
    return StoredPriors(learned, newest, events)


def _with_others(
    database: Database,
    brand: BrandRef,
    origin: date,
    style_ids: Sequence[int],
    learned: BrandPriors,
) -> tuple[BrandPriors, int]:
    """Return the priors with what other styles sold, read in parts, and these styles' events."""
    events = 0
    for first in range(0, len(style_ids), READ_TOGETHER):
        some = style_ids[first : first + READ_TOGETHER]
        with database.read(SalesRow) as session:
            panel = whole_past(session, brand, origin=origin, style_ids=some)
        if panel is not None:
            learned = _or_default(brand, partial(with_others, learned, panel), learned)
            events += int(panel.orders.sum())
    return learned, events


def _still_serves(before: StoredPriors, origin: date, events: int) -> bool:
    """Say whether what took many fits is recent, and from most of what is known by now."""
    recent = is_recent(before.priors.handover.learned, origin)
    return recent and before.events >= MOST_KNOWN * events


def _or_default(
    brand: BrandRef, learn: Callable[[], BrandPriors], default: BrandPriors | None = None
) -> BrandPriors:
    """Return what is learned; where that fails, the wide default serves everyone honestly."""
    try:
        return learn()
    except Unavailable:
        raise
    except Exception:
        log.exception("priors_failed", brand=brand.code)
        return default or BrandPriors()
