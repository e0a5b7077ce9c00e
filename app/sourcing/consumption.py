"""What accepted runs take of materials: from acceptance on, and until the cloth is cut.

A row a run and material, written once with the run: two that are accepted at the same moment
count both, without a counter that one of them could overwrite. Kept whether or not the factory
reports the material, so that a first report is read with the runs accepted before it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, delete, insert, update
from sqlalchemy.orm import Session

from app.catalog.queries import lock_styles
from app.catalog.tables import Style
from app.clock.time import start_of_day
from app.parties.queries import brand_with_id
from app.sourcing.availability import per_unit, taken_by
from app.sourcing.material_queries import reported_codes
from app.sourcing.materials import mark_users_due
from app.sourcing.tables import MaterialUse


def take_material(
    session: Session,
    run: str,
    *,
    style_id: int,
    factory_id: int,
    units: int,
    due_date: date,
    at: datetime,
) -> None:
    """Take what `units` ordered of a style need, in the transaction that accepts the run.

    Set-up losses and rejects are made of it too, so the units are those ordered. The styles made
    of the same materials become due. The caller holds the style's row.
    """
    style = session.get_one(Style, style_id)
    if not style.materials:
        return
    codes = [use["material"] for use in style.materials]
    mark_users_due(session, factory_id, reported_codes(session, factory_id, codes), at=at)
    brand = brand_with_id(session, style.brand_id)
    assert brand is not None, "a style has a brand"
    rows = [
        {
            "run": run,
            "material": use["material"],
            "factory_id": factory_id,
            "brand_id": style.brand_id,
            "quantity": taken_by(units, per_unit(use)),
            "cut_at": start_of_day(due_date, brand.timezone),
        }
        for use in style.materials
    ]
    session.execute(insert(MaterialUse), rows)


def cut_material(
    session: Session, run: str, *, style_id: int, cut_at: datetime, at: datetime
) -> None:
    """Say that the cloth of a run was cut by then, which is known the earlier the better.

    A report counted since has it gone already.
    """
    statement = (
        update(MaterialUse)
        .where(MaterialUse.run == run, MaterialUse.cut_at > cut_at)
        .values(cut_at=cut_at)
        .returning(MaterialUse.factory_id, MaterialUse.material)
    )
    lock_styles(session, [style_id])
    _changed(session, session.execute(statement).all(), at=at)


def free_material(
    session: Session, run: str, *, style_id: int, closed_at: datetime, at: datetime
) -> None:
    """Give back what a run took that was closed before its cloth was cut."""
    statement = (
        delete(MaterialUse)
        .where(MaterialUse.run == run, MaterialUse.cut_at > closed_at)
        .returning(MaterialUse.factory_id, MaterialUse.material)
    )
    lock_styles(session, [style_id])
    _changed(session, session.execute(statement).all(), at=at)


def _changed(session: Session, taken: Sequence[Row[int, str]], *, at: datetime) -> None:
    for factory_id in sorted({row.factory_id for row in taken}):
        codes = sorted(row.material for row in taken)
        mark_users_due(session, factory_id, reported_codes(session, factory_id, codes), at=at)
