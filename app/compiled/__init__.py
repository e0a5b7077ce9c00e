"""Loops over arrays, compiled to machine code when they are first called.

For the few loops that numpy can only do in many passes over memory. What is compiled is kept on
disk, so that only the first process on a machine takes the seconds; a process that calls none pays
for nothing, and does not import the compiler.
"""

import gc
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial, wraps
from types import FunctionType
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_COMPILERS: dict[Callable[..., Any], Callable[[], Callable[..., Any]]] = {}
"""Of each compiled function, what compiles it once."""


def compiled(loop: Callable[P, R]) -> Callable[P, R]:
    """Return a function that does what `loop` does, compiled for the types it is called with.

    It takes and returns numbers and arrays, calls nothing but numpy, what numba knows, and compiled
    functions of its own module (what is kept on disk would not notice a change of another), and
    adds numbers up in the order that is written: no result depends on the machine. Other threads
    run beside it. `__wrapped__` is the loop itself, not compiled.
    """
    fast = cache(partial(_compiler, loop))

    @wraps(loop)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return fast()(*args, **kwargs)

    _COMPILERS[call] = fast
    return call


def _compiler(loop: Callable[P, R]) -> Callable[P, R]:
    """Return the loop as numba compiles it, once for each set of types."""
    import numba

    from app.compiled.kept import Kept

    _set_aside()
    loop = _bound(cast(FunctionType, loop))
    fast: Any = numba.njit(loop, nogil=True, error_model="numpy")
    # Where no folder may be written to each process compiles for itself.
    with suppress(RuntimeError):
        fast._cache = Kept(loop)  # noqa: SLF001  as `cache=True` does with numba's own
    return cast(Callable[P, R], fast)


@cache
def _set_aside() -> None:
    """Where a process has set its imports aside (`gc.freeze`), do so with the compiler's.

    Its objects would make each later full collection 12 to 18 ms longer.
    """
    if gc.get_freeze_count():
        gc.freeze()


def _bound(loop: FunctionType) -> FunctionType:
    """Return the loop with the compiled functions that it calls in the place of their wrappers."""
    known = {name: loop.__globals__.get(name) for name in loop.__code__.co_names}
    called = {
        name: _COMPILERS[function]()
        for name, function in known.items()
        if callable(function) and function.__module__ == loop.__module__ and function in _COMPILERS
    }
    if not called:
        return loop
    names = {**loop.__globals__, **called}
    bound = FunctionType(loop.__code__, names, loop.__name__, loop.__defaults__, loop.__closure__)
    bound.__module__, bound.__qualname__ = loop.__module__, loop.__qualname__
    return bound
