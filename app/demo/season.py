"""The season, day by day on the sandbox clock: sell, report, review, answer."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from app.client import ShortrunClient
from app.client.brand_answers import ForecastAnswer
from app.demo.days import DAY_REPORTED, MORNING, SEASON_DAYS, date_of, moment
from app.demo.factory import SimulatedFactory
from app.demo.line import Line
from app.demo.seeding import REVIEW_DAYS, Keys, seed_catalog, seed_offers, seed_parties
from app.demo.service import DemoFailed, RunningService
from app.demo.shop import Shop
from app.demo.world import build_world

LONGEST_FORECAST = 104


@dataclass
class Season:
    """Everybody who takes part, and what was expected when it began.

    Attributes:
        guesses: The first forecast's mean demand of the whole season, by SKU.
        keys: By brand, for whoever wants to look around afterwards.
    """

    ops: ShortrunClient
    shops: list[Shop]
    keys: dict[str, Keys]
    guesses: dict[str, float] = field(default_factory=dict)

    def begin(self) -> None:
        """Let the service take its first look, and note what it expects of the season."""
        self.review()
        for shop in self.shops:
            for sku, style in shop.line.style_of.items():
                if not style.is_past:
                    forecast = shop.client.forecast(sku, periods=LONGEST_FORECAST)
                    self.guesses[sku] = expected_units(forecast, date_of(SEASON_DAYS))
        self._answer(0)

    def play(self, on_day: Callable[[int], None]) -> None:
        """Live the season; every morning factories answer, once a review period it is reviewed.

        A day is reported on its evening: the midnight that makes every style due finds it told.
        """
        line = self.shops[0].line
        for day in range(SEASON_DAYS):
            self.set_clock(line, day, DAY_REPORTED)
            for shop in self.shops:
                for factory in shop.factories:
                    factory.report_progress(day)
                shop.live(day)
            self.set_clock(line, day + 1, MORNING)
            if (day + 1) % REVIEW_DAYS == 0:
                self.review()
            self._answer(day + 1)
            on_day(day)
        for shop in self.shops:
            shop.shelf.end_season()

    def set_clock(self, line: Line, day: int, minute: int) -> None:
        """Move the clock to a minute of a line's day; both lines share their midnight."""
        self.ops.set_clock(moment(line.timezone, day, minute))

    def review(self) -> None:
        """Let every brand's styles be decided, and wait until they are.

        Raises:
            DemoFailed: If a refresh failed.
        """
        asked = [self.ops.start_refresh(brand=shop.line.brand) for shop in self.shops]
        for refresh in asked:
            if self.ops.finish_refresh(refresh["id"])["status"] == "failed":
                raise DemoFailed(f"refresh {refresh['id']} failed")

    def _answer(self, today: int) -> None:
        for shop in self.shops:
            for factory in shop.factories:
                factory.answer_feed(today)


def set_up(stack: ExitStack, service: RunningService, lines: Sequence[Line], seed: int) -> Season:
    """Seed the service with the lines on the eve of the season, and return it on its first morning.

    What a brand teaches is learned once a day, so the history is in before the day begins; and
    offers come last, so that no run can be recommended before history and stock are known. The
    stack closes the clients.
    """

    def connect(key: str) -> ShortrunClient:
        return stack.enter_context(ShortrunClient(service.url, key))

    season = Season(connect(service.ops_key), [], {})
    season.set_clock(lines[0], -1, DAY_REPORTED)
    for line in lines:
        keys = season.keys[line.brand] = seed_parties(season.ops, line)
        factories = [
            SimulatedFactory(
                name, connect(key), line, np.random.default_rng([seed, *name.encode()])
            )
            for name, key in keys.factories.items()
        ]
        shop = Shop(build_world(line, seed), connect(keys.brand), factories)
        seed_catalog(shop.client, line)
        shop.open()
        season.shops.append(shop)
    season.set_clock(lines[0], 0, MORNING)
    for shop in season.shops:
        for factory in shop.factories:
            seed_offers(factory.client, shop.line, factory.name)
    return season


def expected_units(forecast: ForecastAnswer, until: date) -> float:
    """Return the mean demand from a forecast's origin to a date.

    A forecast that ends earlier goes on at the average pace it had.
    """
    origin = date.fromisoformat(forecast["origin"][:10])
    units, covered = 0.0, 0
    for period in forecast["cumulative"]:
        end = date.fromisoformat(period["end"][:10])
        if end > until:
            break
        units, covered = period["mean"], (end - origin).days
    return units * (until - origin).days / covered if covered else 0.0
