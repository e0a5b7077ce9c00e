"""One answer for one `Idempotency-Key`: a repeated POST is answered, not done again.

The key is claimed before the work and the answer is kept after it, each in its own short
transaction. A claim left behind by a process that died is taken over by the next repetition.
Answers are kept for a day, sealed with the caller's own key: one of them may be a new API key.
"""

import base64
import hashlib
import os
import re
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from fastapi import Request, Response
from sqlalchemy import ColumnElement, and_, delete, select, update
from starlette.concurrency import run_in_threadpool

from app.database.database import Database
from app.database.inserting import insert_new
from app.errors import Conflict, Invalid, Malformed
from app.web.context import current_database
from app.web.problems import refusal_of
from app.web.tables import KeptAnswer

KEPT = timedelta(days=1)
ABANDONED = timedelta(seconds=60)
"""After this a claim of another machine counts as left behind."""

_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_SELF = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(8)}"

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Claim:
    """A caller's key, what was asked with it, and what seals the answer."""

    caller: str
    key: str
    digest: str
    seal: bytes


_running: set[tuple[str, str]] = set()


async def answered_once(request: Request, body: bytes, handler: Handler) -> Response:
    """Answer a POST; where it carries an `Idempotency-Key` seen before, with the first answer.

    Raises:
        Malformed: If the key is not 1 to 255 printable ASCII characters.
        Invalid: If the key was used for another request.
        Conflict: If the first request with it is still running.
    """
    claim = _asked(request, body)
    if claim is None:
        return await handler(request)
    database = current_database(request)
    kept = await run_in_threadpool(_claim, database, claim)
    if kept is not None:
        return kept
    _running.add((claim.caller, claim.key))
    try:
        return await _first_answer(request, handler, database, claim)
    finally:
        _running.discard((claim.caller, claim.key))


async def _first_answer(
    request: Request, handler: Handler, database: Database, claim: Claim
) -> Response:
    try:
        answer = await handler(request)
    except Conflict as refusal:
        # What the stored state refused once it refuses again: that is an answer.
        answer = refusal_of(request, refusal)
    except Exception:
        await run_in_threadpool(_release, database, claim)
        raise
    if (answer.status_code < 300 or answer.status_code == 409) and hasattr(answer, "body"):
        await run_in_threadpool(_keep, database, claim, answer)
    else:
        await run_in_threadpool(_release, database, claim)
    return answer


def _asked(request: Request, body: bytes) -> Claim | None:
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise Malformed(
            "Idempotency-Key must be 1 to 255 printable ASCII characters",
            code="bad_idempotency_key",
        )
    asked = hashlib.sha256()
    for part in (request.url.path, request.url.query):
        asked.update(part.encode() + b"\0")
    asked.update(body)
    caller = request.state.caller
    return Claim(
        caller=cast(str, caller.key_id),
        key=given[0],
        digest=asked.hexdigest(),
        seal=cast(bytes, caller.seal),
    )


def _claim(database: Database, claim: Claim) -> Response | None:
    """Claim the key; where it is taken, return the answer kept under it."""
    at = datetime.now(UTC)
    row = {
        "caller": claim.caller,
        "key": claim.key,
        "request_digest": claim.digest,
        "status": None,
        "body": _SELF,
        "created_at": at,
    }
    with database.write() as session:
        session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < at - KEPT))
        if insert_new(session, KeptAnswer, [row], key=("caller", "key")):
            return None
        kept = session.scalars(
            select(KeptAnswer)
            .where(KeptAnswer.caller == claim.caller, KeptAnswer.key == claim.key)
            .with_for_update()
        ).one()
        if kept.request_digest != claim.digest:
            raise Invalid(
                "the Idempotency-Key was used for another request", code="idempotency_key_reused"
            )
        if kept.status is not None:
            return _replayed(kept, claim)
        if not _left_behind(kept, at):
            raise Conflict(
                "the first request with this Idempotency-Key is still running",
                code="still_running",
            )
        kept.body, kept.created_at = _SELF, at
        session.flush()
    return None


def _left_behind(kept: KeptAnswer, at: datetime) -> bool:
    """Say whether nobody works on a claim any more."""
    owner = kept.body or ""
    if owner == _SELF:
        return (kept.caller, kept.key) not in _running
    host, pid, _ = owner.split(" ")
    if host == socket.gethostname() and (int(pid) == os.getpid() or not _is_alive(int(pid))):
        return True
    return kept.created_at < at - ABANDONED


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _keep(database: Database, claim: Claim, answer: Response) -> None:
    body = _sealed(bytes(answer.body), claim)
    with database.write() as session:
        session.execute(
            update(KeptAnswer)
            .where(_still_ours(claim))
            .values(status=answer.status_code, body=body)
        )


def _release(database: Database, claim: Claim) -> None:
    with database.write() as session:
        session.execute(delete(KeptAnswer).where(_still_ours(claim)))


def _still_ours(claim: Claim) -> ColumnElement[bool]:
    return and_(
        KeptAnswer.caller == claim.caller,
        KeptAnswer.key == claim.key,
        KeptAnswer.status.is_(None),
        KeptAnswer.body == _SELF,
    )


def _replayed(kept: KeptAnswer, claim: Claim) -> Response:
    status = cast(int, kept.status)
    return Response(
        _opened(kept.body or "", claim),
        status_code=status,
        media_type="application/json" if status < 400 else "application/problem+json",
        headers={"Idempotency-Replayed": "true"},
    )


def _sealed(body: bytes, claim: Claim) -> str:
    nonce = secrets.token_bytes(16)
    return base64.b64encode(nonce + _masked(body, nonce, claim)).decode()


def _opened(kept: str, claim: Claim) -> bytes:
    raw = base64.b64decode(kept)
    return _masked(raw[16:], raw[:16], claim)


def _masked(body: bytes, nonce: bytes, claim: Claim) -> bytes:
    """Mask or unmask bytes with a stream that follows from the caller's key and the nonce."""
    stream = hashlib.shake_256(claim.seal + nonce).digest(len(body))
    size = len(body)
    return (int.from_bytes(body) ^ int.from_bytes(stream)).to_bytes(size)
