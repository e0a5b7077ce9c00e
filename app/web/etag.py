"""Conditional answers for those who poll, and how long they are willing to wait."""

import hashlib
import re
from collections.abc import Mapping

from fastapi import Request, Response
from pydantic import BaseModel

LONGEST_WAIT_SECONDS = 50
NO_NEWS = 304

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_WAIT = re.compile(r"wait\s*=\s*\"?([0-9]{1,6})\"?", re.ASCII)


def render(answer: BaseModel) -> bytes:
    """Return the bytes of an answer, the same for the same content."""
    return answer.model_dump_json().encode()


def etag_of(body: bytes) -> str:
    """Return the strong entity tag of these bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def names(if_none_match: str | None, etag: str) -> bool:
    """Say whether an `If-None-Match` header names this tag, `*` or in its weak form included."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag in _TAG.findall(if_none_match)


def if_none_match(request: Request) -> str | None:
    """Return the request's `If-None-Match`, repeated headers joined."""
    return ", ".join(request.headers.getlist("if-none-match")) or None


def conditional(
    request: Request,
    body: bytes,
    *,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with the body and its `ETag`, or 304 without a body when the caller has it already.

    `etag` is the body's, for who knows it; else it is computed.
    """
    etag = etag or etag_of(body)
    told = {"ETag": etag, "Cache-Control": "private, no-cache", **(headers or {})}
    if names(if_none_match(request), etag):
        return Response(status_code=NO_NEWS, headers=told)
    return Response(body, media_type="application/json", headers=told)


def wait_asked(request: Request) -> int:
    """Return the seconds of `Prefer: wait=N`, at most 50; 0 where nothing was asked.

    Who honours it answers with `Preference-Applied: wait=N`.
    """
    for header in request.headers.getlist("prefer"):
        for preference in re.split(r"[,;]", header):
            matched = _WAIT.fullmatch(preference.strip().lower())
            if matched:
                return min(int(matched[1]), LONGEST_WAIT_SECONDS)
    return 0
