"""Which pages there are, as the head of every page lists them.

A new page adds a line here and its router to `routes.py`.
"""

from dataclasses import dataclass

from app.console.sessions import Visitor


@dataclass(frozen=True)
class Section:
    """A page in the navigation; `{brand}` in its path is the brand that is looked at."""

    title: str
    path: str
    for_ops: bool = False


SECTIONS = (
    Section("Today", "/console/b/{brand}/today"),
    Section("Styles", "/console/b/{brand}/styles"),
    Section("Factories", "/console/b/{brand}/factories"),
    Section("Quarantine", "/console/b/{brand}/quarantine"),
    Section("Imports", "/console/b/{brand}/imports"),
    Section("Accuracy", "/console/b/{brand}/accuracy"),
    Section("Backtests", "/console/b/{brand}/backtests"),
    Section("Keys", "/console/keys", for_ops=True),
    Section("Audit", "/console/audit"),
)


def sections(visitor: Visitor | None, brand: str | None) -> list[Section]:
    """Return the pages that somebody may open, their paths made whole."""
    if visitor is None:
        return []
    return [
        Section(one.title, one.path.format(brand=brand), one.for_ops)
        for one in SECTIONS
        if (visitor.is_ops or not one.for_ops) and (brand or "{brand}" not in one.path)
    ]
