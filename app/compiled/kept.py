"""Compiled code on disk: read only where it is certainly that of this loop, and never missed.

numba's own cache takes a constant of another module for what it was when it was compiled, fails
the call where its file cannot be written (a full disk) or read (cut short as the power went), and
of two processes that keep a loop at the same moment, each for other types, may file both under one
name.
"""

from contextlib import suppress
from types import FunctionType
from typing import Any

from numba.core.caching import FunctionCache


class Kept(FunctionCache):  # type: ignore[misc]  # numba tells no types
    """What is kept of one loop; compiled anew where it cannot be had."""

    def __init__(self, loop: FunctionType) -> None:
        """Find its folder.

        Raises:
            RuntimeError: If none may be written to.
        """
        super().__init__(loop)
        self._taken_in = repr(_taken_in(loop))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code for such arguments; None if there is none."""
        try:
            found = super().load_overload(sig, target_context)
        except Exception:  # noqa: BLE001  how a damaged file fails depends on its damage
            return None
        return found if found is not None and tuple(found.signature.args) == tuple(sig) else None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the code for such arguments, if that can be done."""
        try:
            super().save_overload(sig, data)
        except Exception:  # noqa: BLE001  it reads what is there as well
            with suppress(OSError):
                self._cache_file.flush()

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return (*super()._index_key(sig, codegen), self._taken_in)


def _taken_in(loop: FunctionType) -> list[object]:
    """Return the constants that are part of the compiled code, those of what it calls as well."""
    names = loop.__globals__
    known = {name: names[name] for name in loop.__code__.co_names if name in names}
    called = [_taken_in(one.py_func) for one in known.values() if hasattr(one, "py_func")]
    numbers = [(name, one) for name, one in known.items() if isinstance(one, int | float | tuple)]
    return [loop.__code__.co_consts, numbers, called]
