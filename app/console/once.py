"""A form that must not be done twice: its second copy gets what was said to the first.

A double click sends a form twice, and the browser shows the answer to the last: without this a
key would be made whose secret nobody sees. What was said is kept where answers to an
`Idempotency-Key` are, in the transaction of the work itself, and for as long.
"""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.console.forms import Form, text_of
from app.console.sessions import Visitor
from app.database.inserting import insert_new
from app.errors import Forbidden
from app.web.tables import KeptAnswer

SEE_OTHER = 303
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


@dataclass(frozen=True)
class Said:
    """What a form came to: where its visitor goes on, the words there, and a new key or nothing."""

    path: str
    words: str
    secret: str = ""


def new_once() -> str:
    """Return the token of a form, 128 random bits: each form of each page has its own."""
    return secrets.token_urlsafe(16)


def said_before(session: Session, visitor: Visitor, form: Form) -> Said | None:
    """Return what was said to this form before; None: it is done now, then call `keep_said`.

    Of two at the same time one waits for the other's transaction.

    Raises:
        Forbidden: If the form has no token of a page.
    """
    token = _token(form)
    row = {
        "caller": visitor.key_id,
        "key": token,
        "request_digest": hashlib.sha256(token.encode()).hexdigest(),
        "status": None,
        "body": None,
        "created_at": datetime.now(UTC),
    }
    if insert_new(session, KeptAnswer, [row], key=("caller", "key")):
        return None
    kept = session.get_one(KeptAnswer, (visitor.key_id, token))
    said = json.loads(_masked(base64.b64decode(kept.body or ""), visitor, token))
    return Said(**said)


def keep_said(session: Session, visitor: Visitor, form: Form, said: Said) -> Said:
    """Keep what a form came to, readable with the visitor's session alone; return it."""
    token = _token(form)
    body = base64.b64encode(_masked(json.dumps(asdict(said)).encode(), visitor, token)).decode()
    session.execute(
        update(KeptAnswer)
        .where(KeptAnswer.caller == visitor.key_id, KeptAnswer.key == token)
        .values(status=SEE_OTHER, body=body)
    )
    return said


def _token(form: Form) -> str:
    token = text_of(form, "once")
    if _TOKEN.fullmatch(token) is None:
        raise Forbidden("the form is from no page of this session", code="stale_form")
    return token


def _masked(body: bytes, visitor: Visitor, token: str) -> bytes:
    """Mask or unmask bytes by what only the visitor's pages have; a token masks one body."""
    stream = hashlib.shake_256(f"{visitor.csrf}\0{token}".encode()).digest(len(body))
    return bytes(one ^ other for one, other in zip(body, stream, strict=True))
