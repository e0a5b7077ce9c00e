"""Every planned style is due again: none has fallen out of the round."""

from collections.abc import Generator

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.database.upsert import is_sqlite
from app.jobs.signals import noted_keys
from app.jobs.tables import DueWork
from app.parties.tables import Brand
from app.verification.finding import Finding


def forgotten_styles(session: Session) -> Generator[Finding]:
    """Find active styles with an active SKU that no worker will ever look at again."""
    query = (
        select(Brand.code, Style.code)
        .join(Brand, Brand.id == Style.brand_id)
        .outerjoin(DueWork, DueWork.key == Style.id)
        .where(
            Style.planning == "active",
            DueWork.key.is_(None),
            exists().where(Sku.style_id == Style.id, Sku.active),
        )
        .order_by(Style.id)
    )
    if is_sqlite(session):
        query = query.where(Style.id.not_in(noted_keys()))
    for brand, style in session.execute(query):
        yield Finding("signals", f"{brand}/{style}", "never due again")
