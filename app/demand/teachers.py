"""Which of a brand's styles teach on a day: all of them, or so many that memory stays bounded."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from sqlalchemy.orm import Session

from app.catalog.queries import style_ids_by_code, styles_with_skus
from app.demand.queries import first_sale_days
from app.parties.refs import BrandRef

MOST_TEACHING = 4_000
"""Styles that teach at most, at some 40 KB of memory each: the weights of models, which need the
most, come from up to 1,500 histories of a cohort, and the real shops measured have up to 3,300."""

FAMILY_STYLES = 50
"""Styles of each family that teach before any other of a larger one. A family's own season is
believed from 5 styles on, and the spread of its rates by half at 6."""

ASKED_TOGETHER = 5_000
"""Styles whose first sales are asked for at once."""


@dataclass(frozen=True)
class Teachers:
    """The styles of a brand that teach, by id, and those that were on sale besides."""

    teaching: Sequence[int]
    others: Sequence[int] = ()


def teachers_of(session: Session, brand: BrandRef, *, origin: date, most: int) -> Teachers:
    """Return which of a brand's styles teach by a day.

    All of them up to a number. Beyond it, of those that were on sale before the day, which alone
    have anything to teach, some of every family by the checksum of their code: never by what
    they sold, so that they sell as all do, and the same from day to day.

    Args:
        session: A read transaction.
        brand: Whose styles.
        origin: The brand-local day that the past ends at.
        most: How many teach at most.
    """
    every = sorted(style_ids_by_code(session, brand.id).values())
    if len(every) <= most:
        return Teachers(every)
    styles = styles_with_skus(session, brand.id)
    sold: set[int] = set()
    for first in range(0, len(styles), ASKED_TOGETHER):
        ids = [style_id for style_id, *_ in styles[first : first + ASKED_TOGETHER]]
        sold.update(first_sale_days(session, ids, before=origin))
    on_sale = [
        (style_id, code, category or "")
        for style_id, code, category, launch in styles
        if style_id in sold or (launch is not None and launch < origin)
    ]
    chosen = set(_spread_over_families(on_sale)[:most])
    return Teachers(
        sorted(chosen), [style_id for style_id, *_ in on_sale if style_id not in chosen]
    )


def _spread_over_families(styles: Iterable[tuple[int, str, str]]) -> list[int]:
    """Return the ids of styles (id, code, family): the first of each family, the second, and on.

    Beyond FAMILY_STYLES of each, by checksum alone: families then have the share that they have.
    """
    ranks: Counter[str] = Counter()
    order: list[tuple[int, int, str, int]] = []
    for checksum, code, family, style_id in sorted(
        (crc32(code.encode()), code, family, style_id) for style_id, code, family in styles
    ):
        order.append((min(ranks[family], FAMILY_STYLES), checksum, code, style_id))
        ranks[family] += 1
    return [style_id for *_, style_id in sorted(order)]
