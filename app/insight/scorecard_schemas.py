"""Scorecards on the wire: no money, so that both sides are shown the same."""

from typing import Self

from app.insight.figure_schemas import ExpectedShareOut, ShareOut, SpreadOut
from app.insight.figures import Share
from app.insight.learned import ENOUGH_RUNS, PRIOR_RUNS
from app.insight.scorecard import Scorecard
from app.recommendations.records import PRIOR_ASKED, PRIOR_KEPT
from app.sourcing.queries import Offered
from app.web.wire import Day, Wire

WORD_KEPT = PRIOR_KEPT / PRIOR_ASKED
"""Of a factory nobody knows: as decisions take it to be."""

SELDOM = round(1 - WORD_KEPT, 4)


class TermOut(Wire):
    """What an offer says of something, and what decisions reckon with."""

    stated_mean: float
    stated_sd: float
    used_mean: float
    used_sd: float


class LearnedOfferOut(Wire):
    """An offer's lead time and yield, corrected where enough runs of the factory are known.

    `runs` of the factory for the brand stand behind it; below `enough_runs` the statement is
    used. The statement counts as much as `prior_weight` runs.
    """

    offer: str
    runs: int
    enough_runs: int
    prior_weight: float
    is_learned: bool
    lead_time_days: TermOut
    yield_rate: TermOut

    @classmethod
    def of(cls, offered: Offered, runs: int) -> Self:
        """Show an offer beside what was learned."""
        offer, learned = offered.offer, offered.learned
        return cls(
            offer=offer.code,
            runs=runs if learned is None else learned.runs,
            enough_runs=ENOUGH_RUNS,
            prior_weight=PRIOR_RUNS,
            is_learned=learned is not None,
            lead_time_days=TermOut(
                stated_mean=offer.lead_time_days_mean,
                stated_sd=offer.lead_time_days_sd,
                used_mean=offered.lead_time_days,
                used_sd=offered.lead_time_sd_days,
            ),
            yield_rate=TermOut(
                stated_mean=offer.yield_rate,
                stated_sd=offer.yield_sd or 0.0,
                used_mean=offered.yield_rate,
                used_sd=offered.yield_sd,
            ),
        )


class FlexibilityOut(Wire):
    """What counters did to quantities, as far as the last ones are kept."""

    up: ShareOut
    down: ShareOut
    units: ShareOut


class ScorecardOut(Wire):
    """What a brand and a factory learned of each other over the last year.

    `asked` are recommendations that were answered or ran out. Shares of answers are of those,
    figures of runs are of runs that came in and are done with.
    """

    brand: str
    factory: str
    since: Day
    asked: int
    response_hours: SpreadOut
    accepted: ExpectedShareOut
    declined: ExpectedShareOut
    countered: ExpectedShareOut
    unanswered: ExpectedShareOut
    kept_dates: ExpectedShareOut
    lead_time_days: SpreadOut
    received_units: ShareOut
    rejected_units: ShareOut
    flexibility: FlexibilityOut
    complaints: int
    complained_runs: ShareOut
    complained_units: ShareOut
    offers: list[LearnedOfferOut]

    @classmethod
    def of(cls, card: Scorecard) -> Self:
        """Show a scorecard."""
        runs = card.kept_dates.of
        return cls(
            brand=card.pair.brand,
            factory=card.pair.factory,
            since=card.since,
            asked=card.asked,
            response_hours=SpreadOut.of_spread(card.response_hours),
            accepted=_expected(card.accepted, WORD_KEPT),
            declined=_expected(card.declined, SELDOM),
            countered=_expected(card.countered, SELDOM),
            unanswered=_expected(card.unanswered, SELDOM),
            kept_dates=_expected(card.kept_dates, WORD_KEPT),
            lead_time_days=SpreadOut.of_spread(card.lead_time_days),
            received_units=ShareOut.of_share(card.received_share),
            rejected_units=ShareOut.of_share(card.rejected_share),
            flexibility=FlexibilityOut(
                up=ShareOut.of_share(card.countered_up),
                down=ShareOut.of_share(card.countered_down),
                units=ShareOut.of_share(card.countered_units),
            ),
            complaints=card.complaints,
            complained_runs=ShareOut.of_share(card.complained_runs),
            complained_units=ShareOut.of_share(card.complained_units),
            offers=[LearnedOfferOut.of(one, runs) for one in card.offers],
        )


def _expected(share: Share, prior: float) -> ExpectedShareOut:
    return ExpectedShareOut.shrunk(share, prior=prior, weight=PRIOR_ASKED)
