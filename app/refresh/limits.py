"""What a brand's styles share, with each other and with other brands, and what is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.catalog.tables import Style
from app.parties.refs import BrandRef
from app.recommendations.line_work import work_of
from app.recommendations.material import Promised, promised_material
from app.recommendations.reserve import money_tied_up, open_to_buy
from app.recommendations.weeks import Work
from app.sourcing.availability import Availability
from app.sourcing.material_queries import availabilities
from app.sourcing.queries import Offered
from app.sourcing.ways import Need, needs_of


@dataclass(frozen=True, eq=False)
class Limits:
    """What is left for a brand's styles of a batch, all others as they stand.

    Attributes:
        day: Brand-local.
        brand_id: Whose money it is.
        money_left: None: as much as wanted.
        work: Of each factory that states its capacity, without what stands for the batch.
        materials: By factory and code.
        promised: What recommendations that stand for other styles, of any brand, take of them.
    """

    day: date
    brand_id: int = 0
    money_left: Decimal | None = None
    work: Mapping[int, Sequence[Work]] = field(default_factory=dict)
    materials: Mapping[int, Mapping[str, Availability]] = field(default_factory=dict)
    promised: Promised = field(default_factory=dict)

    @property
    def are_any(self) -> bool:
        """Say whether anything is limited at all."""
        return self.money_left is not None or bool(self.work) or bool(self.materials)

    def needs(self, style: Style, offered: Offered) -> tuple[Need, ...]:
        """Return what a unit takes of the materials that its factory reports."""
        reported = self.materials.get(offered.offer.factory_id, {})
        return needs_of(offered, style.materials, reported, day=self.day)


def read_limits(
    session: Session,
    brand: BrandRef,
    styles: Mapping[int, Style],
    offers: Mapping[str, Sequence[Offered]],
    *,
    day: date,
    decided: Sequence[int],
) -> Limits:
    """Return what is left for these styles; what stands for others, and is accepted, is taken.

    Drafts and open recommendations of all styles that are `decided` in one batch with them are
    not: each decision yields the whole wanted plan.
    """
    every = [offered for mine in offers.values() for offered in mine]
    money = open_to_buy(session, brand.id)
    if money is not None:
        money -= money_tied_up(session, brand.id, besides=decided)
    factories = sorted({o.offer.factory_id for o in every if o.offer.capacity_per_week})
    work = work_of(session, factories, day=day, besides=decided) if factories else {}
    limited = sorted({o.offer.factory_id for o in every if o.material_limit is not None})
    if not limited:
        return Limits(day, brand.id, money, work)
    codes = sorted({use["material"] for style in styles.values() for use in style.materials})
    materials = availabilities(session, limited, codes)
    promised = promised_material(session, limited, besides=decided)
    return Limits(day, brand.id, money, work, materials, promised)
