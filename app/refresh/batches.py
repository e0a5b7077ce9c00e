"""Claim what is due: one brand's styles, with those of brands that share its factories' limits.

Brands that are refreshed one after the other would get a factory's weeks in that order: the first
all of them. Decided together they get them by what they make of them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app.clock.time import local_day, now
from app.database.database import Database
from app.jobs.finish import put_back
from app.jobs.signals import take_in
from app.jobs.work import Claim, claim, due_groups, longest_waiting
from app.parties.queries import brand_with_id
from app.parties.refs import BrandRef
from app.settings import Settings
from app.sourcing.queries import brands_sharing

MOST_BRANDS = 20
"""Brands decided together at most: each takes a lease, and a reading of its own."""


@dataclass(frozen=True)
class Batch:
    """One brand's claimed styles, and the time they are decided at.

    Attributes:
        is_live: `at` is what the clock said at the claim, and not a day that was asked for.
    """

    database: Database
    settings: Settings
    claimed: Claim
    brand: BrandRef
    at: datetime
    is_live: bool

    @property
    def origin(self) -> date:
        """The brand-local day that plans start."""
        return local_day(self.at, self.brand.timezone)

    def day_is_over(self, session: Session) -> bool:
        """Say whether midnight has passed since the claim: then everything is decided anew."""
        if not self.is_live:
            return False
        moment = now(session, sandbox=self.settings.sandbox)
        return local_day(moment, self.brand.timezone) > self.origin


def claim_batches(
    database: Database, settings: Settings, *, at: datetime | None, brand_id: int | None
) -> list[Batch]:
    """Lease what is due of the brand that waits longest, and of those it shares limits with.

    Together no more than a batch's styles, of each brand its part. What may be what ends its
    workers comes alone. With a `brand_id`, only of that brand.

    Returns:
        By brand; empty when nothing is due.
    """
    with database.write() as session:
        time = at or now(session, sandbox=settings.sandbox)
        claims = _claims(session, settings, time, brand_id)
        brands = {brand.id: brand for one in claims if (brand := _brand_of(session, one))}
    return [
        Batch(database, settings, one, brands[one.group_id], time, is_live=at is None)
        for one in sorted(claims, key=lambda one: one.group_id)
    ]


def _brand_of(session: Session, claimed: Claim) -> BrandRef:
    brand = brand_with_id(session, claimed.group_id)
    assert brand is not None, "due work names a stored brand"
    return brand


def _claims(
    session: Session, settings: Settings, at: datetime, brand_id: int | None
) -> list[Claim]:
    wall = datetime.now(UTC)
    left = settings.worker_batch_styles

    def take(group_id: int | None, most: int) -> Claim | None:
        lease = settings.worker_lease_seconds
        return claim(session, at=at, wall=wall, limit=most, lease_seconds=lease, group_id=group_id)

    take_in(session)
    oldest = brand_id if brand_id is not None else longest_waiting(session, at=at, wall=wall)
    if oldest is None:
        return []
    others = [] if brand_id is not None else brands_sharing(session, oldest)
    sharing = due_groups(session, others, at=at, wall=wall, limit=MOST_BRANDS - 1) if others else []
    first = take(oldest, max(1, left // (1 + len(sharing))))
    if first is None or first.is_suspect:
        return [] if first is None else [first]
    found = [first]
    for index, group in enumerate(sharing):
        left = settings.worker_batch_styles - sum(len(one.generations) for one in found)
        more = take(group, left // (len(sharing) - index)) if left > 0 else None
        if more is not None and more.is_suspect:
            put_back(session, more, until=wall)
        elif more is not None:
            found.append(more)
    return found
