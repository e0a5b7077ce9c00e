"""What a brand and a factory learned of each other: the same figures for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select, tuple_, union
from sqlalchemy.orm import Session

from app.clock.time import local_day
from app.insight.answers import Countered, Pair, counters, outcomes, response_hours
from app.insight.figures import Share, Spread, spread
from app.insight.learned import with_learned
from app.insight.made import made_runs
from app.parties.tables import Brand, BrandFactory, Factory
from app.recommendations.records import RECORD_DAYS
from app.recommendations.tables import Recommendation
from app.sourcing.queries import Offered, offers_for


@dataclass(frozen=True, slots=True)
class PairRef:
    """A brand and a factory, by ids and codes."""

    brand_id: int
    factory_id: int
    brand: str
    factory: str
    timezone: str

    @property
    def key(self) -> Pair:
        """Return the ids."""
        return self.brand_id, self.factory_id


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One pair over the last year.

    Attributes:
        since: First brand-local day that counts.
        response_hours: From when a recommendation could be seen to its answer.
        kept_dates: Runs whose last units came by the day due or needed.
        lead_time_days: Order to delivery: acceptance to the units' mean day of receipt.
        received_share: Units received of those ordered, over runs that are done.
        rejected_share: Units rejected of those ordered.
        countered_up: Counters that would make more than was asked for; and `_down` fewer.
        countered_units: Units countered of the units asked for.
        complained_runs: Runs complained of.
        complained_units: Units complained of, of those received.
        offers: The brand's offers of the factory with what was learned of each.
    """

    pair: PairRef
    since: date
    asked: int
    response_hours: Spread
    accepted: Share
    declined: Share
    countered: Share
    unanswered: Share
    kept_dates: Share
    lead_time_days: Spread
    received_share: Share
    rejected_share: Share
    countered_up: Share
    countered_down: Share
    countered_units: Share
    complaints: int
    complained_runs: Share
    complained_units: Share
    offers: Sequence[Offered]


def pairs_page(
    session: Session,
    *,
    brand_id: int | None,
    factory_id: int | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[PairRef]:
    """Return up to `limit` pairs by brand and factory code, those that follow `after`.

    A pair is a factory that the brand lists, or one that it has asked for something.
    """
    listed = select(BrandFactory.brand_id, BrandFactory.factory_id)
    asked = select(Recommendation.brand_id, Recommendation.factory_id).where(
        Recommendation.opened_at.is_not(None)
    )
    if brand_id is not None:
        listed = listed.where(BrandFactory.brand_id == brand_id)
        asked = asked.where(Recommendation.brand_id == brand_id)
    if factory_id is not None:
        listed = listed.where(BrandFactory.factory_id == factory_id)
        asked = asked.where(Recommendation.factory_id == factory_id)
    pairs = union(listed, asked).subquery("pairs")
    query = (
        select(pairs.c.brand_id, pairs.c.factory_id, Brand.code, Factory.code, Brand.timezone)
        .join(Brand, Brand.id == pairs.c.brand_id)
        .join(Factory, Factory.id == pairs.c.factory_id)
        .order_by(Brand.code, Factory.code)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Brand.code, Factory.code) > after)
    return [PairRef(*row) for row in session.execute(query)]


def scorecards(session: Session, pairs: Sequence[PairRef], *, at: datetime) -> list[Scorecard]:
    """Return the scorecard of each pair, in their order, of the year before `at`."""
    offers = _offers(session, pairs, at)
    return [_scorecard(session, pair, offers[pair.key], at) for pair in pairs]


def _scorecard(
    session: Session, pair: PairRef, offers: Sequence[Offered], at: datetime
) -> Scorecard:
    since = at - timedelta(days=RECORD_DAYS)
    mine = and_(
        Recommendation.brand_id == pair.brand_id,
        Recommendation.factory_id == pair.factory_id,
    )
    ends = outcomes(session, mine, since=since).get(pair.key, {})
    hours = response_hours(session, mine, since=since)
    changed = counters(session, mine, since=since)
    made = made_runs(
        session, brand_id=pair.brand_id, factory_id=pair.factory_id, since=since, until=at
    )
    asked = ends.get("asked", 0)
    ordered = sum(one.ordered_units for one in made)
    received = sum(one.received_units for one in made)
    return Scorecard(
        pair=pair,
        since=local_day(since, pair.timezone),
        asked=asked,
        response_hours=spread(hours),
        accepted=Share(ends.get("accepted", 0), asked),
        declined=Share(ends.get("declined", 0), asked),
        countered=Share(ends.get("countered", 0), asked),
        unanswered=Share(ends.get("expired", 0), asked),
        kept_dates=Share(sum(one.is_in_time for one in made), len(made)),
        lead_time_days=spread([one.elapsed_days for one in made]),
        received_share=Share(received, ordered),
        rejected_share=Share(sum(one.rejected_units for one in made), ordered),
        countered_up=Share(sum(_more(one) > 0 for one in changed), len(changed)),
        countered_down=Share(sum(_more(one) < 0 for one in changed), len(changed)),
        countered_units=Share(
            sum(one.countered_units for one in changed),
            sum(one.asked_units for one in changed),
        ),
        complaints=sum(one.complaints for one in made),
        complained_runs=Share(sum(one.complaints > 0 for one in made), len(made)),
        complained_units=Share(sum(one.complained_units for one in made), received),
        offers=offers,
    )


def _more(counter: Countered) -> int:
    return counter.countered_units - counter.asked_units


def _offers(session: Session, pairs: Sequence[PairRef], at: datetime) -> dict[Pair, list[Offered]]:
    """Return each factory's offers to its brand with what decisions use of them.

    What a brand's runs taught is read once for all its factories.
    """
    found: dict[Pair, list[Offered]] = {}
    for brand_id, timezone in {pair.brand_id: pair.timezone for pair in pairs}.items():
        day = local_day(at, timezone)
        every = offers_for(session, brand_id, day=day)
        learned = with_learned(session, brand_id, {"": every}, day=day, at=at)[""]
        for pair in pairs:
            if pair.brand_id == brand_id:
                mine = [one for one in learned if one.offer.factory_id == pair.factory_id]
                found[pair.key] = mine
    return found
