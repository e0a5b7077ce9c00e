"""API keys: list, make, rotate, revoke; for ops alone."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from app.audit.record import record
from app.clock.time import now
from app.console.answers import go, page
from app.console.door import FormDep, OpsVisitor, pages
from app.console.forms import text_of
from app.console.once import Said, keep_said, said_before
from app.console.paging import paged
from app.errors import FieldError, Invalid
from app.parties.access import KeyRingDep
from app.parties.issue_keys import Wanted, act_on_key, issue_key, revoke_key, rotate_key
from app.parties.queries import keys_page
from app.web.context import DatabaseDep, SettingsDep

routes = pages()

HERE = "/console/keys"
PER_PAGE = 50
LONGEST_NAME = 200
OVERLAP = timedelta(hours=24)
"""So long a rotated key works beside the new one: a day to put that in its place."""


@routes.get("/keys")
def show_keys(
    request: Request,
    visitor: OpsVisitor,  # noqa: ARG001  lets in ops alone
    database: DatabaseDep,
    settings: SettingsDep,
    after: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """List the keys in the order they were made."""
    with database.read() as session:
        at = now(session, sandbox=settings.sandbox)
        rows = keys_page(session, after=(after,) if after else None, limit=PER_PAGE + 1)
    shown = paged(
        rows,
        PER_PAGE,
        HERE,
        cursor="after",
        position=lambda row: row[0].id,
        turned=bool(after),
    )
    return page(request, "keys.html", at=at, **shown)


@routes.post("/keys")
def make_key(
    request: Request,
    visitor: OpsVisitor,
    form: FormDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Make a key and show it once."""
    name, role, party = (text_of(form, field) for field in ("name", "role", "party"))
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _invalid("name", f"say in 1 to {LONGEST_NAME} characters what the key is for")
    if role not in {"ops", "brand", "factory"}:
        raise _invalid("role", "choose one")
    wanted = Wanted(
        role,
        name,
        brand=party if party and role != "factory" else None,
        factory=party if party and role == "factory" else None,
    )
    with database.write() as session:
        said = said_before(session, visitor, form)
        if said is None:
            at = now(session, sandbox=settings.sandbox)
            issued = issue_key(session, wanted, sandbox=settings.sandbox, at=at)
            record(session, visitor, act_on_key("key.made", issued.row), at=at)
            made = Said(HERE, f"The key “{name}” is made.", issued.key)
            said = keep_said(session, visitor, form, made)
    return go(request, said.path, said.words, secret=said.secret)


@routes.post("/keys/{key_id}/rotate")
def rotate(
    request: Request,
    key_id: str,
    visitor: OpsVisitor,
    form: FormDep,
    ring: KeyRingDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Make a new key in a key's place, which works on for a day."""
    with database.write() as session:
        said = said_before(session, visitor, form)
        if said is None:
            at = now(session, sandbox=settings.sandbox)
            issued = rotate_key(session, key_id, overlap=OVERLAP, sandbox=settings.sandbox, at=at)
            record(session, visitor, act_on_key("key.rotated", issued.row, replaces=key_id), at=at)
            words = f"“{issued.row.name}” has a new key; the old one works for 24 more hours."
            said = keep_said(session, visitor, form, Said(HERE, words, issued.key))
    ring.forget()
    return go(request, said.path, said.words, secret=said.secret)


@routes.post("/keys/{key_id}/revoke")
def revoke(
    request: Request,
    key_id: str,
    visitor: OpsVisitor,
    ring: KeyRingDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> Response:
    """Stop a key; doing so again changes nothing."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        revoked = revoke_key(session, key_id, at=at)
        if revoked is not None:
            record(session, visitor, act_on_key("key.revoked", revoked), at=at)
    ring.forget()
    return go(request, HERE, "The key is revoked.")


def _invalid(field: str, message: str) -> Invalid:
    return Invalid("the key is not valid", errors=[FieldError(f"/{field}", "invalid", message)])
