"""Read a brand's past once, and set the stage of a backtest: the world, and our side of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy.orm import Session, make_transient

from app.backtest.other_terms import offers_by, restated
from app.backtest.policies.shortrun import Shortrun
from app.backtest.rebuild import rebuilt
from app.backtest.replay import Replay
from app.backtest.sampling import sample
from app.backtest.terms import Flags, Floats
from app.backtest.world import WEEK, World
from app.clock.time import start_of_day
from app.database.database import Database
from app.demand.build import whole_past
from app.demand.panel import DemandPanel
from app.demand.panel_parts import part
from app.demand.returns import learn_returns
from app.demand.teachers import MOST_TEACHING, teachers_of
from app.errors import Invalid
from app.forecasting.past.learning import learn_priors
from app.forecasting.past.learning_fits import learn_fits
from app.forecasting.past.priors import BrandPriors
from app.forecasting.seen.cuts import before
from app.imports.economics import Economics
from app.imports.queries import style_prices
from app.parties.refs import BrandRef
from app.refresh.gather import Gathered, gather
from app.sales.tables import SalesRow
from app.sourcing.queries import Offered, offers_for

LEAST_PAST = 8
"""Weeks of a brand's past before the first day decided: with less there is nothing to learn."""

MOST_WEEKS = 156
"""Weeks of the past that are read."""

FITS_WEEKS = 12
"""Weeks that what takes hundreds of fits serves: the range's weights hardly move in a quarter, and
learning them takes as long as five weeks of 200 styles."""


@dataclass(frozen=True)
class Wish:
    """What a backtest is to look at.

    Attributes:
        until: The brand-local day after the last one looked at.
        weeks: Weeks decided, at most; as many as the past allows.
        styles: Styles looked at, at most.
        paths: Joint sample paths of each forecast.
        terms: Economics and offers to try; None: as they are stored.
    """

    until: date
    weeks: int
    styles: int
    paths: int
    terms: Economics | None = None


@dataclass(frozen=True, eq=False)
class Stage:
    """A backtest ready to be run, and what its report has to say of it.

    Attributes:
        start: First day decided.
        of_styles: Styles with sales and an offer that the sample was taken from.
        weekly: Units wanted a week on sale, shape (styles,).
        is_old: Whether a style was on sale before the start, shape (styles,).
    """

    brand: BrandRef
    wish: Wish
    world: World
    replay: Replay
    start: date
    of_styles: int
    codes: tuple[str, ...]
    weekly: Floats
    is_old: Flags


def set_stage(database: Database, brand: BrandRef, wish: Wish) -> Stage:
    """Read everything that a backtest needs, in one snapshot.

    Of a brand of more than MOST_TEACHING styles those that teach are looked at, and no other.

    Raises:
        Invalid: If the past is too short, or no style has sales and an offer for stock.
    """
    weeks_a_review = max(round(brand.review_period_days / WEEK), 1)
    brand = replace(brand, review_period_days=weeks_a_review * WEEK)
    with database.read(SalesRow) as session:
        styles = teachers_of(session, brand, origin=wish.until, most=MOST_TEACHING).teaching
        taught = whole_past(session, brand, origin=wish.until, style_ids=styles, weeks=MOST_WEEKS)
        weeks = _weeks(taught, wish, weeks_a_review)
        assert taught is not None
        offers = _offers(session, brand, wish)
        chosen, total = _sampled(offers, taught, wish, weeks)
        seen = part(taught, chosen)
        at = start_of_day(wish.until, brand.timezone)
        ids = [style.id for style in seen.styles]
        gathered = gather(session, brand, ids, at=at, origin=wish.until, priors=BrandPriors())
        gathered = _as_it_was(session, gathered)
        if wish.terms is not None:
            gathered = restated(gathered, wish.terms, offers)
        world = rebuilt(session, brand, seen, gathered)
    start = world.days - weeks * WEEK
    ours = Shortrun(world, gathered, seen, start, paths=wish.paths)
    learn = _Learning(database, brand, taught)
    replay = Replay(world, ours, learn.by, start=start)
    return Stage(
        brand=brand,
        wish=wish,
        world=world,
        replay=replay,
        start=world.day(start),
        of_styles=total,
        codes=tuple(style.code for style in seen.styles),
        weekly=_weekly(seen),
        is_old=world.launch_day < start,
    )


@dataclass
class _Learning:
    """What the brand's past taught by a day, as a refresh of that day would learn it.

    But for the rates of styles beyond MOST_TEACHING, which only those that are like them use. What
    takes many fits is kept for FITS_WEEKS.
    """

    database: Database
    brand: BrandRef
    taught: DemandPanel
    fitted: BrandPriors | None = None
    fitted_on: int = 0

    def by(self, day: int) -> Iterator[BrandPriors]:
        """Yield the priors of a day of the world; the brand's true sales until then teach them."""
        past = before(self.taught, self.taught.demand.shape[1] - day // WEEK)
        if not past.styles or not past.demand.any():
            yield BrandPriors()
            return
        with self.database.read(SalesRow) as session:
            returns = learn_returns(session, self.brand, past)
        learned = replace(learn_priors(past), returns=returns)
        if self.fitted is not None and day - self.fitted_on < FITS_WEEKS * WEEK:
            yield replace(learned, pool=self.fitted.pool, handover=self.fitted.handover)
            return
        yield learned
        self.fitted, self.fitted_on = learn_fits(past, learned), day
        yield self.fitted


def _weeks(taught: DemandPanel | None, wish: Wish, weeks_a_review: int) -> int:
    """Return how many weeks are decided, whole reviews."""
    past = 0 if taught is None or not taught.demand.any() else taught.demand.shape[1]
    weeks = min(wish.weeks, past - LEAST_PAST) // weeks_a_review * weeks_a_review
    if weeks < weeks_a_review:
        raise Invalid(
            f"there are {past} weeks of sales before {wish.until}; {LEAST_PAST} are learned from"
            " before the first decision",
            code="too_little_past",
        )
    return weeks


def _offers(session: Session, brand: BrandRef, wish: Wish) -> Sequence[Offered]:
    """Return the offers of the last day: those stored, or the ones to try."""
    if wish.terms is None:
        return offers_for(session, brand.id, day=wish.until)
    prices = style_prices(session, brand.id)
    at = start_of_day(wish.until, brand.timezone)
    return offers_by(wish.terms, brand, prices, day=wish.until, at=at)


def _sampled(
    offered: Sequence[Offered], taught: DemandPanel, wish: Wish, weeks: int
) -> tuple[Flags, int]:
    """Return which styles are looked at, and of how many."""
    stocked = [one for one in offered if not one.offer.made_to_order]
    sold = np.bincount(taught.style_of, taught.demand.sum(axis=1), len(taught.styles)) > 0
    able = [
        index
        for index, style in enumerate(taught.styles)
        if sold[index] and any(one.covers(style.code) for one in stocked)
    ]
    if not able:
        raise Invalid(
            f"no style with sales before {wish.until} has an offer that makes it for stock",
            code="no_offers",
        )
    rows = np.array(able)
    old = np.zeros(len(taught.styles))
    shown = taught.exposure[:, : taught.demand.shape[1] - weeks].sum(axis=1)
    np.add.at(old, taught.style_of, shown)
    codes = [taught.styles[row].code for row in able]
    picked = rows[sample(codes, _weekly(taught)[rows], old[rows] > 0, wish.styles)]
    return np.isin(np.arange(len(taught.styles)), picked), len(able)


def _weekly(panel: DemandPanel) -> Floats:
    """Return each style's units a week on sale, shape (styles,)."""
    count = len(panel.styles)
    units = np.bincount(panel.style_of, panel.demand.sum(axis=1), count)
    weeks = np.zeros(count)
    np.maximum.at(weeks, panel.style_of, panel.exposure.sum(axis=1))
    return np.asarray(units / np.maximum(weeks, 1.0))


def _as_it_was(session: Session, gathered: Gathered) -> Gathered:
    """Return what was read without what is known only today: plans, runs, answers, records, fits.

    All styles were planned then, whatever became of them.
    """
    for style in gathered.styles.values():
        session.expunge(style)
        make_transient(style)
        style.planning, style.test = "active", None
    return replace(
        gathered,
        standing={},
        tooled=frozenset(),
        warm={},
        past={},
        countered={},
        records={},
        declined={},
        outside=(),
        verdicts={},
    )
