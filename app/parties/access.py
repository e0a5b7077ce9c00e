"""Who may do what for whom: the one place that decides it.

A route declares whom it acts for (`CurrentBrand`, `CurrentFactory`, `PathFactory`, `Reader`) or
that it is for operators (`OpsOnly`), and gets the party back; it never looks at a key itself.
What belongs to somebody else answers as what does not exist.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from app.errors import Forbidden, Malformed, NotFound
from app.parties.authentication import current_caller
from app.parties.keyring import Caller, KeyRing
from app.parties.queries import brand_listing, brand_named, factory_listed, factory_named
from app.parties.refs import BrandRef, FactoryRef
from app.web.context import current_database
from app.web.wire import Identifier

OnClockSet = Callable[[Session, datetime], None]
"""What a room does when the sandbox's clock moved, in the same transaction."""


@dataclass(frozen=True)
class Scope:
    """What a reader may see: work of this brand, of this factory, or of the pair of them."""

    caller: Caller
    brand: BrandRef | None
    factory: FactoryRef | None


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


async def current_brand(request: Request, brand: BrandNamed = None) -> BrandRef:
    """Return the brand that a caller acts for; also for a route that asks itself."""
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

FOR_A_BRAND = [Depends(current_brand)]
"""For routes that ask `current_brand` themselves: a wrong caller is refused before a wrong body."""

CurrentBrand = Annotated[BrandRef, Depends(current_brand)]
CurrentFactory = Annotated[FactoryRef, Depends(_current_factory)]
PathFactory = Annotated[FactoryRef, Depends(path_factory)]
Reader = Annotated[Scope, Depends(_reader)]
KeyRingDep = Annotated[KeyRing, Depends(_key_ring)]
ClockFollowersDep = Annotated[Sequence[OnClockSet], Depends(_clock_followers)]

__all__ = [
    "FOR_A_BRAND",
    "FOR_OPS",
    "BrandNamed",
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
    "current_brand",
    "path_factory",
]
