"""Tell that something about styles changed: they are due for a refresh."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.queries import lock_styles
from app.catalog.tables import Style
from app.database.upsert import one_of
from app.jobs.signals import signal


def styles_changed(
    session: Session,
    brand_id: int,
    style_ids: Iterable[int],
    *,
    at: datetime,
    supply: bool = False,
) -> None:
    """Mark the styles due now; `supply` says that what is on its way changed too.

    A decision that saw the supply before such a change is not published.
    """
    ids = sorted(set(style_ids))
    if supply and ids:
        lock_styles(session, ids)
        session.execute(
            update(Style)
            .where(one_of(session, Style.id, ids))
            .values(supply_version=Style.supply_version + 1)
        )
    signal(session, brand_id, ids, at=at)
