"""SQLite files for one test after the other, each migrated and empty."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SqliteDatabases:
    """Copies of a migrated template, lent and taken back."""

    def __init__(self, template: Path) -> None:
        """Copy this file for each that is lent, beside it."""
        self._template = template
        self._spare: list[Path] = []
        self._made = 0

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend a database, by the URL that the service takes."""
        path = self._spare.pop() if self._spare else self._named_anew()
        # A new file in the old one's place: a process that a test left behind keeps its own.
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()
        shutil.copy(self._template, path)
        yield f"sqlite:///{path}"
        self._spare.append(path)

    def _named_anew(self) -> Path:
        self._made += 1
        return self._template.with_name(f"lent{self._made}.db")
