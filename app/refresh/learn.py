"""What a brand's styles have taught by a day: learned once, and the same for every batch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import structlog
from sqlalchemy.orm import Session

from app.database.database import Database
from app.demand.build import whole_past
from app.demand.returns import learn_returns
from app.errors import Unavailable
from app.forecasting.learning import learn_priors
from app.forecasting.learning_fits import LEARNED_DAYS, is_recent, learn_fits
from app.forecasting.priors import BrandPriors
from app.forecasting.profiles import LIVED_WEEKS
from app.forecasting.queries import priors_of_day, priors_since
from app.forecasting.store import keep_priors
from app.parties.refs import BrandRef
from app.sales.queries import has_sales_before

log = structlog.get_logger()


def priors_for(database: Database, brand: BrandRef, origin: date) -> BrandPriors:
    """Return the day's stored priors; whoever comes first that day learns them from all styles.

    A day on which no style had anything to teach yet is learned anew, once, when there are sales
    old enough: a brand's first day often begins with a catalog and goes on with its history.
    """
    with database.read() as session:
        stored = priors_of_day(session, brand.id, origin)
        if stored is not None and (stored.styles or stored.has_past):
            return stored
        has_past = _can_teach(session, brand, origin)
        if stored is not None and not has_past:
            return stored
    learned = _or_default(brand, lambda: _learned(database, brand, origin))
    learned = replace(learned, has_past=has_past)
    with database.write() as session:
        keep_priors(session, brand.id, origin, learned)
    return learned


def _can_teach(session: Session, brand: BrandRef, origin: date) -> bool:
    """Say whether the brand has sales from before the weeks that a style must have lived."""
    return has_sales_before(session, brand.id, origin - timedelta(weeks=LIVED_WEEKS))


def _learned(database: Database, brand: BrandRef, origin: date) -> BrandPriors:
    """Learn from the brand's past; what takes many fits is kept for some days."""
    with database.read() as session:
        history = whole_past(session, brand, origin=origin)
        if history is None:
            return BrandPriors()
        returns = learn_returns(session, brand, history)
        before = priors_since(session, brand.id, origin - timedelta(days=LEARNED_DAYS), origin)
    learned = replace(learn_priors(history), returns=returns)
    if before is not None and is_recent(before.handover.learned, origin):
        return replace(learned, pool=before.pool, handover=before.handover)
    return _or_default(brand, lambda: learn_fits(history, learned), learned)


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
