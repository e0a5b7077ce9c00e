"""Which styles follow which: what bends the end of one curve and gives another a past."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.catalog.queries import styles_by_code, styles_succeeded_by
from app.catalog.tables import Style
from app.demand.history import launch_days
from app.parties.refs import BrandRef


@dataclass(frozen=True)
class Succession:
    """The styles before and after one.

    Attributes:
        successor: Code of the style that follows; None when it has none.
        successor_launch: First day on sale of that style, None when not known.
        predecessors: Codes of the styles that this one follows, oldest first.
    """

    successor: str | None
    successor_launch: date | None
    predecessors: tuple[str, ...]


def successions(
    session: Session, brand: BrandRef, styles: Sequence[Style], *, origin: date
) -> list[Succession]:
    """Return the succession of each style as the brand states it; first sales before the origin.

    A style that names itself, or a code the brand does not have, has no successor.
    """
    named = {style.successor for style in styles if style.successor not in {None, style.code}}
    after = styles_by_code(session, brand.id, sorted(filter(None, named)))
    before = styles_succeeded_by(session, brand.id, [style.code for style in styles])
    related = {style.id: style for style in (*after.values(), *before)}
    days = launch_days(session, list(related.values()), origin)
    launched = dict(zip(related, days, strict=True))
    earlier: defaultdict[str, list[Style]] = defaultdict(list)
    for style in sorted(before, key=lambda one: (launched[one.id] or date.max, one.id)):
        if style.successor is not None and style.successor != style.code:
            earlier[style.successor].append(style)
    return [
        Succession(
            successor=None if follower is None else follower.code,
            successor_launch=None if follower is None else launched[follower.id],
            predecessors=tuple(one.code for one in earlier[style.code]),
        )
        for style in styles
        for follower in [after.get(style.successor or "")]
    ]
