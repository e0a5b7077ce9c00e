"""Every SELECT of sourcing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.parties.tables import Brand, BrandFactory, Factory
from app.sourcing.learned_terms import LearnedTerms
from app.sourcing.tables import Material, Offer

_LISTED = (BrandFactory.brand_id == Offer.brand_id) & (BrandFactory.factory_id == Offer.factory_id)


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with the codes of who makes it and for whom, and one way in which it can be had.

    Attributes:
        has_material: All its material is at hand: the shorter lead time holds, up to the limit.
        replenished_days: Days to buy the material and make it up; None: as the offer says.
        material: The material that limits it.
        material_limit: Units ordered that the material allows; None: nothing is limited.
        last_buy: Nothing more of that material will come.
        least_units: Units for which the material is bought at the least; 0: as few as wanted.
        last_release_days: Days after which its material's season is over; None: it has no end.
        kept_units: Units ordered that what is reserved for the brand is enough for.
        kept_value: What each of them saves of the material's cost: it is paid for, and what is
            left of it fetches no more than scrap.
        learned: What runs taught of its lead time and yield; None: too little, the offer's own
            words count.
    """

    offer: Offer
    factory: str
    brand: str
    has_material: bool = False
    replenished_days: float | None = None
    material: str | None = None
    material_limit: int | None = None
    last_buy: bool = False
    least_units: int = 0
    last_release_days: int | None = None
    kept_units: int = 0
    kept_value: Decimal = Decimal(0)
    learned: LearnedTerms | None = None

    def covers(self, style: str) -> bool:
        """Say whether the offer is for that style."""
        return self.offer.styles is None or style in self.offer.styles

    @property
    def lead_time_days(self) -> float:
        """Return the mean days from acceptance to sellable stock, this way.

        What was learned counts in whole days: a standing recommendation would otherwise be
        replaced for every hour that the mean moves.
        """
        if self.learned is None:
            return self.stated_lead_time_days
        learned = round(self.stated_lead_time_days * self.learned.lead_time_ratio)
        same = learned == round(self.stated_lead_time_days)
        return self.stated_lead_time_days if same else float(learned)

    @property
    def stated_lead_time_days(self) -> float:
        """Return the mean days as the factory says."""
        if self.has_material and self.offer.material_lead_time_days_mean is not None:
            return self.offer.material_lead_time_days_mean
        return max(self.offer.lead_time_days_mean, self.replenished_days or 0.0)

    @property
    def lead_time_sd_days(self) -> float:
        """Return their standard deviation, this way."""
        if self.learned is not None:
            return round(self.stated_lead_time_days * self.learned.lead_time_spread, 1)
        if self.has_material and self.offer.material_lead_time_days_mean is not None:
            return self.offer.material_lead_time_days_sd or 0.0
        return self.offer.lead_time_days_sd

    @property
    def yield_rate(self) -> float:
        """Return the mean share of useful units that arrive good, in (0, 1]."""
        if self.learned is None:
            return self.offer.yield_rate
        return min(1.0, round(self.offer.yield_rate * self.learned.yield_ratio, 3))

    @property
    def yield_sd(self) -> float:
        """Return its standard deviation from run to run."""
        if self.learned is None:
            return self.offer.yield_sd or 0.0
        return round(self.offer.yield_rate * self.learned.yield_spread, 3)


def offers_for(session: Session, brand_id: int, *, day: date) -> list[Offered]:
    """Return the offers a decision of that brand-local day may use, by factory and code.

    They are of factories the brand lists, valid on the day, and in the brand's currency.
    """
    return _usable(session, brand_id, _valid_on(day))


def offers_outside(session: Session, brand_id: int, *, day: date) -> list[Offered]:
    """Return the offers that `offers_for` leaves out because they are not valid yet, or no more."""
    return _usable(session, brand_id, not_(_valid_on(day)))


def _valid_on(day: date) -> ColumnElement[bool]:
    return and_(
        or_(Offer.valid_from.is_(None), Offer.valid_from <= day),
        or_(Offer.valid_to.is_(None), Offer.valid_to >= day),
    )


def _usable(session: Session, brand_id: int, when: ColumnElement[bool]) -> list[Offered]:
    """Return the offers of factories the brand lists, in its currency, by factory and code."""
    query = (
        _offered()
        .join(BrandFactory, _LISTED)
        .where(Offer.brand_id == brand_id, Offer.currency == Brand.currency, when)
    )
    found = [Offered(*row) for row in session.execute(query)]
    return sorted(found, key=lambda offered: (offered.factory, offered.offer.code))


def offers_page(
    session: Session,
    *,
    brand_id: int | None,
    factory_id: int | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Offered]:
    """Return up to `limit` offers by factory and code, those that follow the pair `after`.

    They are the factory's, those made to the brand, or those of the factory to the brand. A brand
    alone sees those of the factories it lists.
    """
    query = _visible(brand_id, factory_id).order_by(Factory.code, Offer.code).limit(limit)
    if after is not None:
        query = query.where(tuple_(Factory.code, Offer.code) > after)
    return [Offered(*row) for row in session.execute(query)]


def offers_named(
    session: Session, code: str, *, brand_id: int | None, factory_id: int | None
) -> list[Offered]:
    """Return the visible offers of that code; several factories may each have one."""
    query = _visible(brand_id, factory_id).where(Offer.code == code).limit(2)
    return [Offered(*row) for row in session.execute(query)]


def brand_open_to(session: Session, factory_id: int, code: str) -> Brand | None:
    """Return the brand of that code if it lists the factory: to any other it does not exist."""
    listed = (BrandFactory.brand_id == Brand.id) & (BrandFactory.factory_id == factory_id)
    return session.scalars(
        select(Brand).join(BrandFactory, listed).where(Brand.code == code)
    ).one_or_none()


def locked_offer(session: Session, factory_id: int, code: str) -> Offer | None:
    """Return the factory's offer of that code, and let nobody else change it until the end."""
    query = select(Offer).where(Offer.factory_id == factory_id, Offer.code == code)
    return session.scalars(query.with_for_update()).one_or_none()


def brands_sharing(session: Session, brand_id: int) -> list[int]:
    """Return the other brands that may want the weeks or the material of a brand's factories.

    Both have an offer of the factory, and both offers state its capacity or it reports material;
    they pay in one currency, so that what a thing is worth to each can be compared.
    """
    mine, other = aliased(Offer), aliased(Offer)
    theirs, own = aliased(Brand), aliased(Brand)
    reports = exists().where(Material.factory_id == mine.factory_id)
    states = mine.capacity_per_week.is_not(None) & other.capacity_per_week.is_not(None)
    query = (
        select(other.brand_id)
        .join(mine, mine.factory_id == other.factory_id)
        .join(theirs, theirs.id == other.brand_id)
        .join(own, own.id == mine.brand_id)
        .where(
            mine.brand_id == brand_id,
            other.brand_id != brand_id,
            theirs.currency == own.currency,
            states | reports,
        )
        .distinct()
    )
    return sorted(session.scalars(query))


def days_before_material(session: Session, factory_id: int, code: str) -> int:
    """Return the days from a run's order until its material must be there, in the usual lead time.

    0 where the offer is gone or states no lead time with the material at hand.
    """
    query = select(Offer.lead_time_days_mean, Offer.material_lead_time_days_mean).where(
        Offer.factory_id == factory_id, Offer.code == code
    )
    row = session.execute(query).one_or_none()
    return 0 if row is None else spare_days(row[0], row[1])


def spare_days(usual: float, with_material: float | None) -> int:
    """Return the whole days by which the usual lead time is longer; 0 where only that is known."""
    return 0 if with_material is None else max(0, int(usual - with_material))


def _visible(brand_id: int | None, factory_id: int | None) -> Select[Offer, str, str]:
    query = _offered()
    if factory_id is not None:
        query = query.where(Offer.factory_id == factory_id)
    if brand_id is not None:
        query = query.where(Offer.brand_id == brand_id)
        if factory_id is None:
            query = query.join(BrandFactory, _LISTED)
    return query


def _offered() -> Select[Offer, str, str]:
    return (
        select(Offer, Factory.code, Brand.code)
        .join(Factory, Factory.id == Offer.factory_id)
        .join(Brand, Brand.id == Offer.brand_id)
        .execution_options(populate_existing=True)
    )
