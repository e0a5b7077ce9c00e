"""Loops over arrays, compiled to machine code when they are first called.

For the few loops that numpy can only do in many passes over memory. What is compiled is kept on
disk, so that only the first process on a machine takes the seconds; a process that calls none pays
for nothing, and does not import the compiler.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


def compiled(loop: Callable[P, R]) -> Callable[P, R]:
    """Return a function that does what `loop` does, compiled for the types it is called with.

    It takes and returns numbers and arrays, calls nothing but numpy and what numba knows, and adds
    numbers up in the order that is written: no result depends on the machine. Other threads run
    beside it. `__wrapped__` is the loop itself, not compiled.
    """
    fast: Callable[..., R] | None = None

    @wraps(loop)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        nonlocal fast
        if fast is None:
            fast = _compiler(loop)
        return fast(*args, **kwargs)

    return call


def _compiler(loop: Callable[P, R]) -> Callable[P, R]:
    """Return the loop as numba compiles it, once for each set of types."""
    import numba

    try:
        return cast(Callable[P, R], numba.njit(loop, cache=True, nogil=True, error_model="numpy"))
    except RuntimeError:  # no folder that may be written to: compiled in each process
        return cast(Callable[P, R], numba.njit(loop, nogil=True, error_model="numpy"))
