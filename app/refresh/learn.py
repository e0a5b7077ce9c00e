"""What a brand's styles have taught by a day: learned once, and the same for every batch."""

from datetime import date, timedelta

import structlog
from sqlalchemy.orm import Session

from app.database.database import Database
from app.errors import Unavailable
from app.forecasting.priors import BrandPriors, learn_priors
from app.forecasting.profiles import LIVED_WEEKS
from app.forecasting.queries import priors_of_day
from app.forecasting.store import keep_priors
from app.parties.refs import BrandRef
from app.refresh.gather import brand_history
from app.sales.queries import has_sales_before

log = structlog.get_logger()


def priors_for(database: Database, brand: BrandRef, origin: date) -> BrandPriors:
    """Return the day's stored priors; whoever comes first that day learns them from all styles.

    A day on which no style had anything to teach yet is learned anew, once there are sales old
    enough: a brand's first day often begins with a catalog and goes on with its history.
    """
    with database.read() as session:
        stored = priors_of_day(session, brand.id, origin)
        if stored is not None and (stored.brand.styles or not _can_teach(session, brand, origin)):
            return stored
        learned = _learned(session, brand, origin)
    with database.write() as session:
        keep_priors(session, brand.id, origin, learned)
    return learned


def _can_teach(session: Session, brand: BrandRef, origin: date) -> bool:
    """Say whether the brand has sales from before the weeks that a style must have lived."""
    return has_sales_before(session, brand.id, origin - timedelta(weeks=LIVED_WEEKS))


def _learned(session: Session, brand: BrandRef, origin: date) -> BrandPriors:
    """Learn from the brand's past; where that fails, the wide default serves everyone honestly."""
    try:
        history = brand_history(session, brand, origin)
        return BrandPriors() if history is None else learn_priors(history)
    except Unavailable:
        raise
    except Exception:
        log.exception("priors_failed", brand=brand.code)
        return BrandPriors()
