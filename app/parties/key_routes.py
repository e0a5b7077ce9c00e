"""HTTP in and out: API keys, for ops alone."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock.time import now
from app.errors import NotFound
from app.parties.access import FOR_OPS, KeyRingDep, OpsOnly
from app.parties.issue_keys import Wanted, act_on_key, issue_key, revoke_key, rotate_key
from app.parties.queries import key_with_id, keys_page
from app.parties.schemas import KeyIn, KeyOut, NewKeyOut, RotateIn
from app.web.context import DatabaseDep, SettingsDep
from app.web.paging import Page, PageParams
from app.web.routing import router

routes = router(tag="keys")


@routes.post("/api-keys", status_code=201)
def post_api_key(
    body: KeyIn, caller: OpsOnly, database: DatabaseDep, settings: SettingsDep
) -> NewKeyOut:
    """Make a key. It is in this answer and nowhere else: only its hash is stored."""
    wanted = Wanted(**body.model_dump())
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        issued = issue_key(session, wanted, sandbox=settings.sandbox, at=at)
        shown = KeyOut.of(issued.row, body.brand, body.factory)
        record(session, caller, act_on_key("key.made", issued.row), at=at)
    return NewKeyOut.with_key(shown, issued.key)


@routes.get("/api-keys", dependencies=FOR_OPS)
def list_api_keys(database: DatabaseDep, page: PageParams) -> Page[KeyOut]:
    """List the keys in the order they were made, revoked and expired ones included."""
    shown = page.after(str)
    with database.read() as session:
        rows = keys_page(session, after=shown, limit=page.fetch)
        return page.page(rows, key=lambda row: (row[0].id,), out=lambda row: KeyOut.of(*row))


@routes.get("/api-keys/{key_id}", dependencies=FOR_OPS)
def get_api_key(key_id: str, database: DatabaseDep) -> KeyOut:
    """Read what is known of a key."""
    with database.read() as session:
        return _shown(session, key_id)


@routes.delete("/api-keys/{key_id}", status_code=204)
def delete_api_key(
    key_id: str,
    caller: OpsOnly,
    ring: KeyRingDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> None:
    """Revoke a key: refused from now on, within a second by every process."""
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        revoked = revoke_key(session, key_id, at=at)
        if revoked is not None:
            record(session, caller, act_on_key("key.revoked", revoked), at=at)
    ring.forget()


@routes.post("/api-keys/{key_id}/rotate", status_code=201)
def rotate_api_key(
    key_id: str,
    body: RotateIn,
    caller: OpsOnly,
    ring: KeyRingDep,
    database: DatabaseDep,
    settings: SettingsDep,
) -> NewKeyOut:
    """Replace a key by a new one; the old one works on for `overlap_seconds`."""
    overlap = timedelta(seconds=body.overlap_seconds)
    with database.write() as session:
        at = now(session, sandbox=settings.sandbox)
        issued = rotate_key(session, key_id, overlap=overlap, sandbox=settings.sandbox, at=at)
        shown = _shown(session, issued.row.id)
        rotated = act_on_key("key.rotated", issued.row, replaces=key_id)
        record(session, caller, rotated, at=at)
    ring.forget()
    return NewKeyOut.with_key(shown, issued.key)


def _shown(session: Session, key_id: str) -> KeyOut:
    found = key_with_id(session, key_id)
    if found is None:
        raise NotFound("there is no such key")
    return KeyOut.of(*found)
