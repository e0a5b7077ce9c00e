"""How much of a material a brand can have: what is there, what runs take, what is kept for whom.

A report counts a shelf, and cloth lies on it until it is cut: a run that was accepted but not
begun still takes its share of what was reported. A brand's runs take from what is reserved for it
first, then from what is free.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from app.sourcing.tables import Material, MaterialReservation, MaterialUse

NOTHING = Decimal(0)

TICK = Decimal("0.0001")
"""Quantities of material are kept in it, and a unit takes that at least."""

MOST_TAKEN = Decimal(10**13)
"""Of one material by one run: what is taken off must fit the column."""

LACK_TOLERATED = Decimal("0.01")
SHARE_TOLERATED = Decimal("0.000003")
"""Sharing counts in floats, and every run is rounded up to the tick: a hundred such runs, and
three millionths of what there is, are no lack."""

NOBODY: Mapping[int, Decimal] = {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A reservation of one brand, and what its runs have left of it."""

    brand_id: int
    reservation: MaterialReservation
    left: Decimal


@dataclass(frozen=True, slots=True)
class Availability:
    """One material of one factory.

    Attributes:
        taken: What accepted runs take of the reported stock, in the material's unit, by brand.
        kept: What is left of the reservations of brands that list the factory, lapsed ones too.
    """

    material: Material
    taken: Mapping[int, Decimal]
    kept: Sequence[Kept]

    def usable(self, brand_id: int, *, day: date, by: date) -> Decimal:
        """Return what a run that the brand orders on `day` can use if it is needed on day `by`.

        Reservations of others count to their last day. What is due by then has come; never
        below 0, though more may have been accepted than is there.
        """
        return max(self.spare({brand_id}, day=day, by=by), NOTHING)

    def spare(
        self,
        brands: Collection[int],
        *,
        day: date,
        by: date,
        promised: Mapping[int, Decimal] = NOBODY,
    ) -> Decimal:
        """Return what some brands together can still use; below 0: so much is lacking.

        Args:
            brands: Whose reservations they may use, besides what is free.
            day: Brand-local, as is `by`.
            by: When it is needed.
            promised: What was asked for and is not accepted yet, by brand: of a brand's
                reservation first, then of what is free.
        """
        given = sum(promised.values(), NOTHING)
        kept = self._kept(day, besides=brands, promised=promised)
        return self.there(by) - self.committed - given - kept

    def reservable(self, brand_id: int, *, day: date, until: date) -> Decimal:
        """Return what can be kept for a brand up to a day, its own runs included."""
        others = self.committed - self.taken.get(brand_id, NOTHING)
        free = self.there(until) - others - self._kept(day, besides={brand_id})
        return max(free, NOTHING)

    def free(self, day: date) -> Decimal:
        """Return what is on hand and neither reserved nor taken; never below 0."""
        return max(self.there(day) - self.committed - self._kept(day), NOTHING)

    def reserving(self, day: date, promised: Mapping[int, Decimal]) -> set[int]:
        """Return the brands that something is left for of what was kept for them."""
        return {
            one.brand_id
            for one in self.kept
            if one.reservation.until >= day and one.left > promised.get(one.brand_id, NOTHING)
        }

    @property
    def committed(self) -> Decimal:
        """Return what accepted runs take of the reported stock, all brands together."""
        return sum(self.taken.values(), NOTHING)

    def _kept(
        self,
        day: date,
        *,
        besides: Collection[int] = (),
        promised: Mapping[int, Decimal] = NOBODY,
    ) -> Decimal:
        standing = (one for one in self.kept if one.reservation.until >= day)
        left = (
            max(one.left - promised.get(one.brand_id, NOTHING), NOTHING)
            for one in standing
            if one.brand_id not in besides
        )
        return sum(left, NOTHING)

    def there(self, by: date) -> Decimal:
        """Return what was reported on hand, with what is due up to and including a day."""
        return self.material.on_hand + sum(
            (quantity for due, quantity in self.arrivals() if due <= by), NOTHING
        )

    def arrivals(self) -> list[tuple[date, Decimal]]:
        """Return what the report expects: day and quantity, by day."""
        return [
            (date.fromisoformat(one["due_date"]), Decimal(one["quantity"]))
            for one in self.material.arriving
        ]

    def arrives_after(self, day: date) -> bool:
        """Say whether more of it is expected after a day, within its season."""
        return any(due > day and not self.season_is_over(due) for due, _ in self.arrivals())

    def season_is_over(self, by: date) -> bool:
        """Say whether nothing is made of it any more that day."""
        return self.material.season_end is not None and by > self.material.season_end

    def kept_for(self, brand_id: int, day: date, *, until: date) -> Decimal:
        """Return what is left of what is kept for a brand from a day to another at least."""
        last = max(day, until)
        standing = (one for one in self.kept if one.reservation.until >= last)
        return sum((one.left for one in standing if one.brand_id == brand_id), NOTHING)


def availability(
    material: Material,
    reservations: Sequence[MaterialReservation],
    uses: Sequence[MaterialUse],
) -> Availability:
    """Return what is left of a material; `uses` may hold runs whose cloth was cut since."""
    kept = []
    for one in reservations:
        used = _taken(uses, one.as_of).get(one.brand_id, NOTHING)
        kept.append(Kept(one.brand_id, one, max(one.quantity - used, NOTHING)))
    return Availability(material, _taken(uses, material.as_of), kept)


def _taken(uses: Sequence[MaterialUse], as_of: datetime) -> dict[int, Decimal]:
    """Return what the runs of each brand take that were not cut when the shelf was counted."""
    taken: dict[int, Decimal] = {}
    for use in uses:
        if use.cut_at > as_of:
            taken[use.brand_id] = taken.get(use.brand_id, NOTHING) + use.quantity
    return taken


def per_unit(use: Mapping[str, float | str]) -> Decimal:
    """Return what a unit of a style takes, exactly as the brand wrote it, a tick at least."""
    return max(Decimal(repr(use["per_unit"])), TICK)


def is_enough(spare: Decimal, *, of: Availability) -> bool:
    """Say whether what is spare of a material, below 0 where it lacks, lets everything be made."""
    return spare >= -(LACK_TOLERATED + of.material.on_hand * SHARE_TOLERATED)


def taken_by(units: int, each: Decimal) -> Decimal:
    """Return what a run of so many units takes of a material, `each` by a unit."""
    return min((each * units).quantize(TICK, ROUND_CEILING), MOST_TAKEN)
