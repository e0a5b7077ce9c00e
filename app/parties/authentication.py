"""Who shows a key with a request, and whether the key is good."""

import time
from dataclasses import replace
from functools import partial
from typing import cast

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from app.clock.time import now
from app.errors import Unauthenticated
from app.parties.keyring import Caller, KeyRing, find_caller
from app.parties.keys import REFUSED, check_form, digest_of, seal_of
from app.parties.queries import keys_that_hold
from app.web.context import current_database, current_settings
from app.web.limits import Limits
from app.web.threads import thread_turn


async def authenticate(request: Request) -> Caller:
    """Return who shows a key with this request.

    A key seen a moment ago is let in even from an address whose other callers keep failing.

    Raises:
        Unauthenticated: If there is no key, or it is unknown, revoked or expired.
        TooManyRequests: If too many bad keys were shown from this address.
    """
    ring = cast(KeyRing, request.app.state.keyring)
    limits = cast(Limits, request.app.state.limits)
    try:
        token = _shown(request)
        digest = digest_of(token)
        known = ring.recall(digest)
        if known is not None:
            return known
        asked = time.monotonic()
        found = await _found(request, limits, token, digest)
    except Unauthenticated:
        request.state.rate_limit = limits.failures_left(_address(request))
        raise
    caller = replace(found, seal=seal_of(token))
    ring.remember(digest, caller, asked=asked)
    return caller


async def _found(request: Request, limits: Limits, token: str, digest: str) -> Caller:
    address = _address(request)
    limits.check_failures(address)
    try:
        check_form(token)
        async with thread_turn(request):
            return await run_in_threadpool(_look_up, request, digest)
    except Unauthenticated:
        limits.count_failure(address)
        raise


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


async def check_still_admitted(request: Request) -> None:
    """Let a request that waited go on, unless its key was revoked or has expired meanwhile.

    Raises:
        Unauthenticated: If so.
    """
    ring = cast(KeyRing, request.app.state.keyring)
    caller = await current_caller(request)
    if not await ring.recheck.holds(caller.key_id, partial(_holding, request)):
        raise Unauthenticated(REFUSED)


def _holding(request: Request, key_ids: set[str]) -> set[str]:
    with current_database(request).read() as session:
        at = now(session, sandbox=current_settings(request).sandbox)
        return keys_that_hold(session, key_ids, at=at)


def _shown(request: Request) -> str:
    """Return the key in the headers; the same one in both is fine, two different ones are not."""
    shown: set[str] = set()
    for name, value in request.scope["headers"]:
        if name == b"x-api-key":
            shown.add(value.decode("latin-1"))
        elif name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                shown.add(token.strip())
    if len(shown) != 1:
        raise Unauthenticated("an API key is needed: Authorization: Bearer <key>")
    return shown.pop()


def _look_up(request: Request, digest: str) -> Caller:
    with current_database(request).read() as session:
        at = now(session, sandbox=current_settings(request).sandbox)
        return find_caller(session, digest, at=at)


async def current_caller(request: Request) -> Caller:
    """Return who was let in; the door has already asked."""
    return cast(Caller, request.scope["state"]["caller"])
