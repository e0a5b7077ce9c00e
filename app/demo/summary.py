"""Holds the played season against the truth and against one large run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.client.answers import Recommendation
from app.demo.accounts import StyleAccount, account
from app.demo.days import SEASON_DAYS, date_of
from app.demo.large_run import best_run, guessed_run, large_terms, season_with
from app.demo.line import Line, Style
from app.demo.season import Season
from app.demo.shop import Shop


@dataclass(frozen=True)
class LargeRun:
    """One large run before the launch: its units and the season it would have made."""

    units: int
    account: StyleAccount


@dataclass(frozen=True)
class StyleSummary:
    """One style's season.

    Attributes:
        true_units: What customers wanted.
        seen_units: Demand as the service shows it, day by day.
        censored_share: Share of SKU-days that the service knew to be short of stock.
        played: What was earned with Shortrun.
        guessed: With the large run that the first forecast calls for.
        best: With the large run of someone who knew every customer.
        recommendations: All that was recommended, the oldest first.
    """

    style: Style
    true_units: int
    seen_units: int
    censored_share: float
    played: StyleAccount
    guessed: LargeRun
    best: LargeRun
    recommendations: Sequence[Recommendation]

    @property
    def runs(self) -> list[Recommendation]:
        """The recommendations that became runs."""
        return [each for each in self.recommendations if each["status"] == "accepted"]


@dataclass(frozen=True)
class LineSummary:
    """One line's season."""

    line: Line
    styles: Sequence[StyleSummary]
    gapless_feeds: bool

    def profits(self) -> tuple[Decimal, Decimal, Decimal]:
        """Return what was earned as played, with the guessed large run, and with the best."""
        return (
            sum((each.played.profit for each in self.styles), Decimal(0)),
            sum((each.guessed.account.profit for each in self.styles), Decimal(0)),
            sum((each.best.account.profit for each in self.styles), Decimal(0)),
        )


def summarise(season: Season, shop: Shop) -> LineSummary:
    """Ask the service what it saw and did for a line, and settle the season."""
    recommended: dict[str, list[Recommendation]] = {}
    for each in sorted(shop.client.recommendations(), key=lambda found: found["issued_at"]):
        recommended.setdefault(each["style"], []).append(each)
    spent: dict[str, Decimal] = {}
    for run in shop.client.runs():
        spent[run["style"]] = spent.get(run["style"], Decimal(0)) + Decimal(run["total_cost"])
    coming: Counter[str] = Counter()
    for factory in shop.factories:
        coming.update(factory.units_on_their_way())
    styles = [
        _style_summary(
            season,
            shop,
            style,
            played=account(
                shop.world,
                style,
                shop.shelf,
                making_cost=spent.get(style.style, Decimal(0)),
                coming=coming,
            ),
            recommendations=recommended.get(style.style, []),
        )
        for style in shop.line.seasonal
    ]
    gapless = all(factory.events_read == factory.last_seq for factory in shop.factories)
    return LineSummary(shop.line, styles, gapless)


def _style_summary(
    season: Season,
    shop: Shop,
    style: Style,
    *,
    played: StyleAccount,
    recommendations: Sequence[Recommendation],
) -> StyleSummary:
    seen_units, censored_share = _seen(shop, style)
    terms = large_terms(shop.line)
    expected = {sku: season.guesses[sku] for sku, _, _ in style.skus()}
    back_share = style.return_rate * shop.line.resalable_share
    guess = guessed_run(style, terms, expected, back_share=back_share)
    best = best_run(shop.world, style, terms)
    return StyleSummary(
        style=style,
        true_units=shop.world.demand_units(style),
        seen_units=seen_units,
        censored_share=censored_share,
        played=played,
        guessed=LargeRun(sum(guess.values()), season_with(shop.world, style, terms, guess)),
        best=LargeRun(sum(best.values()), season_with(shop.world, style, terms, best)),
        recommendations=recommendations,
    )


def _seen(shop: Shop, style: Style) -> tuple[int, float]:
    """Return the demand that the service shows for the season, and how much of it was cut off."""
    first, last = max(0, style.launch_day), SEASON_DAYS - 1
    days = [
        day
        for sku, _, _ in style.skus()
        for day in shop.client.demand(sku, date_of(first).isoformat(), date_of(last).isoformat())[
            "data"
        ]
    ]
    return sum(day["demand_units"] for day in days), sum(day["censored"] for day in days) / len(
        days
    )
