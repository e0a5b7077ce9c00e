"""Ask to change a run: a request is kept, and the run stays as it was accepted."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.errors import FieldError, Invalid
from app.ids import new_id
from app.parties.queries import brand_with_id
from app.runs.queries import lines_of
from app.runs.tables import ChangeRequest, Run


def request_change(
    session: Session, run: Run, change: Mapping[str, Any], *, requested_by: str, at: datetime
) -> ChangeRequest:
    """Keep what one side asks to change about a run.

    Raises:
        Invalid: If it names a SKU that is not in the run, or a day that is over for its brand.
    """
    known = {line.sku for line in lines_of(session, [run.id])[run.id]}
    errors = [
        FieldError(f"/lines/{index}/sku", "unknown_sku", "is not in the run")
        for index, line in enumerate(change.get("lines") or ())
        if line["sku"] not in known
    ]
    if change.get("need_by") and date.fromisoformat(change["need_by"]) < _today(session, run, at):
        errors.insert(0, FieldError("/need_by", "in_past", "must not lie in the past"))
    if errors:
        raise Invalid("the request is not valid", errors=errors[:20])
    row = ChangeRequest(
        id=new_id("chg"), run_id=run.id, requested_by=requested_by, change=dict(change), at=at
    )
    session.add(row)
    session.flush()
    return row


def _today(session: Session, run: Run, at: datetime) -> date:
    brand = brand_with_id(session, run.brand_id)
    return local_day(at, brand.timezone if brand else "UTC")
