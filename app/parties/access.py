"""Who may do what for whom: the one place that decides it.

A route declares whom it acts for (`CurrentBrand`, `CurrentFactory`, `PathFactory`, `Reader`) or
that it is for operators (`OpsOnly`), and gets the party back; it never looks at a key itself.
What belongs to somebody else answers as what does not exist.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.clock.time import now
from app.errors import Forbidden, Malformed, NotFound, Unauthenticated
from app.parties.keyring import Caller, KeyRing, find_caller
from app.parties.keys import REFUSED, check_form, digest_of, seal_of
from app.parties.queries import (
    brand_listing,
    brand_named,
    factory_listed,
    factory_named,
    keys_that_hold,
)
from app.parties.refs import BrandRef, FactoryRef
from app.web.context import current_database, current_settings
from app.web.limits import Limits
from app.web.threads import thread_turn
from app.web.wire import Identifier

OnClockSet = Callable[[Session, datetime], None]
"""What a room does when the sandbox's clock moved, in the same transaction."""


@dataclass(frozen=True)
class Scope:
    """What a reader may see: work of this brand, of this factory, or of the pair of them."""

    caller: Caller
    brand: BrandRef | None
    factory: FactoryRef | None


async def authenticate(request: Request) -> Caller:
    """Return who shows a key with this request.

    A key seen a moment ago is let in even from an address whose other callers keep failing.

    Raises:
        Unauthenticated: If there is no key, or it is unknown, revoked or expired.
        TooManyRequests: If too many bad keys were shown from this address.
    """
    limits = cast(Limits, request.app.state.limits)
    address = request.client.host if request.client else "unknown"
    try:
        return await _known_caller(request, limits, address)
    except Unauthenticated:
        request.state.rate_limit = limits.failures_left(address)
        raise


async def _known_caller(request: Request, limits: Limits, address: str) -> Caller:
    ring = cast(KeyRing, request.app.state.keyring)
    token = _shown(request)
    digest = digest_of(token)
    known = ring.recall(digest)
    if known is not None:
        return known
    limits.check_failures(address)
    asked = time.monotonic()
    try:
        check_form(token)
        async with thread_turn(request):
            found = await run_in_threadpool(_look_up, request, digest)
    except Unauthenticated:
        limits.count_failure(address)
        raise
    caller = replace(found, seal=seal_of(token))
    ring.remember(digest, caller, asked=asked)
    return caller


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
    shown = set(request.headers.getlist("x-api-key"))
    for header in request.headers.getlist("authorization"):
        scheme, _, token = header.partition(" ")
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
    return cast(Caller, request.state.caller)


CallerDep = Annotated[Caller, Depends(current_caller)]
BrandNamed = Annotated[
    Identifier | None, Query(alias="brand", description="Which brand (ops name it).")
]
FactoryNamed = Annotated[
    Identifier | None, Query(alias="factory", description="Which factory (ops name it).")
]


async def _ops_only(caller: CallerDep) -> Caller:
    if caller.role != "ops":
        raise Forbidden("only an ops key may do this")
    return caller


async def _current_brand(request: Request, brand: BrandNamed = None) -> BrandRef:
    caller = await current_caller(request)
    if caller.role == "factory":
        raise Forbidden("a factory key may not do this")
    if caller.brand is not None:
        if brand not in {None, caller.brand.code}:
            raise no_brand()
        return caller.brand
    if brand is None:
        raise _missing("brand")
    ring = cast(KeyRing, request.app.state.keyring)
    known = ring.recall_brand(brand)
    if known is None:
        asked = time.monotonic()
        known = await run_in_threadpool(_named_brand, request, brand)
        ring.remember_brand(known, asked=asked)
    return known


async def _current_factory(
    request: Request, caller: CallerDep, factory: FactoryNamed = None
) -> FactoryRef:
    return await _act_for_factory(request, caller, factory)


async def path_factory(request: Request, factory: str) -> FactoryRef:
    """Return the factory named in a path, for a route that asks itself.

    Each dependency costs a request 20 microseconds, a fifth of all that a poll without news takes.
    """
    return await _act_for_factory(request, await current_caller(request), factory)


async def _act_for_factory(request: Request, caller: Caller, factory: str | None) -> FactoryRef:
    if caller.role == "brand":
        raise Forbidden("a brand key may not do this")
    if caller.factory is not None:
        if factory not in {None, caller.factory.code}:
            raise no_factory()
        return caller.factory
    if factory is None:
        raise _missing("factory")
    return await run_in_threadpool(_named_factory, request, factory)


async def _reader(
    request: Request, caller: CallerDep, brand: BrandNamed = None, factory: FactoryNamed = None
) -> Scope:
    if caller.brand is not None and brand not in {None, caller.brand.code}:
        raise no_brand()
    if caller.factory is not None and factory not in {None, caller.factory.code}:
        raise no_factory()
    if caller.role == "ops" and brand is None and factory is None:
        raise _missing("brand", "factory")
    asked_brand = brand if caller.brand is None else None
    asked_factory = factory if caller.factory is None else None
    if asked_brand is None and asked_factory is None:
        return Scope(caller, caller.brand, caller.factory)
    return await run_in_threadpool(_named_pair, request, caller, asked_brand, asked_factory)


def _named_brand(request: Request, code: str) -> BrandRef:
    with current_database(request).read() as session:
        found = brand_named(session, code)
    if found is None:
        raise no_brand()
    return found


def _named_factory(request: Request, code: str) -> FactoryRef:
    with current_database(request).read() as session:
        found = factory_named(session, code)
    if found is None:
        raise no_factory()
    return found


def _named_pair(request: Request, caller: Caller, brand: str | None, factory: str | None) -> Scope:
    """Narrow the view to a partner: one that the brand lists, or to its key there is none."""
    if caller.brand is not None and factory is not None:
        return Scope(caller, caller.brand, _listed_factory(request, caller.brand, factory))
    if caller.factory is not None and brand is not None:
        return Scope(caller, _listing_brand(request, brand, caller.factory), caller.factory)
    return Scope(
        caller,
        caller.brand if brand is None else _named_brand(request, brand),
        caller.factory if factory is None else _named_factory(request, factory),
    )


def _listed_factory(request: Request, brand: BrandRef, code: str) -> FactoryRef:
    with current_database(request).read() as session:
        found = factory_listed(session, code, brand.id)
    if found is None:
        raise no_factory()
    return found


def _listing_brand(request: Request, code: str, factory: FactoryRef) -> BrandRef:
    with current_database(request).read() as session:
        found = brand_listing(session, code, factory.id)
    if found is None:
        raise no_brand()
    return found


def no_brand() -> NotFound:
    """Return the one refusal for a brand that does not exist or is somebody else's."""
    return NotFound("there is no such brand")


def no_factory() -> NotFound:
    """Return the one refusal for a factory that does not exist or is somebody else's."""
    return NotFound("there is no such factory")


def _missing(*names: str) -> Malformed:
    said = " or ".join(names)
    return Malformed(f"an ops key names whom it acts for: ?{said}=", code="missing_parameter")


async def _key_ring(request: Request) -> KeyRing:
    return cast(KeyRing, request.app.state.keyring)


async def _clock_followers(request: Request) -> Sequence[OnClockSet]:
    return cast(Sequence[OnClockSet], request.app.state.on_clock_set)


OpsOnly = Annotated[Caller, Depends(_ops_only)]
FOR_OPS = [Depends(_ops_only)]
"""For routes that need no more of an ops caller: `dependencies=FOR_OPS`."""

CurrentBrand = Annotated[BrandRef, Depends(_current_brand)]
CurrentFactory = Annotated[FactoryRef, Depends(_current_factory)]
PathFactory = Annotated[FactoryRef, Depends(path_factory)]
Reader = Annotated[Scope, Depends(_reader)]
KeyRingDep = Annotated[KeyRing, Depends(_key_ring)]
ClockFollowersDep = Annotated[Sequence[OnClockSet], Depends(_clock_followers)]

__all__ = [
    "FOR_OPS",
    "BrandRef",
    "Caller",
    "CallerDep",
    "ClockFollowersDep",
    "CurrentBrand",
    "CurrentFactory",
    "FactoryRef",
    "KeyRingDep",
    "OnClockSet",
    "OpsOnly",
    "PathFactory",
    "Reader",
    "Scope",
    "authenticate",
    "check_still_admitted",
    "path_factory",
]
