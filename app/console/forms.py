"""A form as it came: read once, bounded, and refused when no page of ours has sent it."""

import hmac
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from app.console.sessions import csrf_of
from app.errors import Forbidden, Malformed
from app.web.context import current_settings
from app.web.strict import read_body
from app.web.upload import received_form

MOST_BYTES = 64 * 1024
MOST_FIELDS = 100

UPLOAD_FIELDS = ("csrf", "once", "back", "kind", "preset", "dry_run", "on_error")
"""What a form with a file has beside it."""

Form = Mapping[str, Any]


async def take_form(request: Request, token: str | None, files: AsyncExitStack | None) -> Form:
    """Return the fields of a form; the file of one that has one is the request's `upload`.

    Args:
        request: A POST.
        token: What the browser that was given the form has in its cookie.
        files: When it closes, the file is gone. None: a form with a file is none here, and is not
            read: it may be large.

    Raises:
        Forbidden: If another site, or a page of an earlier session, has sent it.
        Malformed: If it is no form.
        Invalid: If one with a file has a field that it may not have, or none.
        TooLarge: If it is too large.
    """
    origin = request.headers.get("origin", "")
    if urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("the form came from another site", code="other_origin")
    form = await _fields(request, files)
    given = str(form.get("csrf", ""))
    if token is None or not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
        raise Forbidden("the form is from an earlier session", code="stale_form")
    return form


async def _fields(request: Request, files: AsyncExitStack | None) -> Form:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data" and files is not None:
        limit = current_settings(request).import_limit_bytes
        upload = received_form(request, names=UPLOAD_FIELDS, limit=limit)
        request.state.upload = await files.enter_async_context(upload)
        return cast(Form, request.state.upload.fields)
    if kind != "application/x-www-form-urlencoded":
        raise Malformed("this takes a form")
    body = await read_body(request, limit=MOST_BYTES)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Malformed("this takes a form") from None
    if any("\0" in name + value for name, value in pairs):
        raise Malformed("a field holds a NUL")
    return dict(pairs)


def text_of(form: Form, name: str) -> str:
    """Return a field without the spaces around it; one that is missing is empty."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
