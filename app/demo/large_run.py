"""The other way to buy: one large run before the launch, by a guess or with hindsight.

Both large runs are in the shop on the launch day, or on day 0 for what sells already: their long
lead time is forgiven, which favours them. They meet the same customers as the real season.
"""

from collections import Counter
from collections.abc import Mapping

from app.demo.accounts import StyleAccount, account
from app.demo.days import SEASON_DAYS
from app.demo.line import Line, Style, Terms
from app.demo.seeding import opening_quantities, split
from app.demo.shelf import Shelf
from app.demo.world import Order, World

MORE_THAN_ANYONE_WANTS = 1_000_000


def large_terms(line: Line) -> Terms:
    """Return the line's terms for a large batch."""
    return next(terms for terms in line.terms if terms.mode == "large_batch")


def guessed_run(
    style: Style, terms: Terms, expected: Mapping[str, float], *, back_share: float
) -> dict[str, int]:
    """Return the run that the first forecast calls for.

    Args:
        style: What is made.
        terms: Of the large batch.
        expected: Mean demand of the season by SKU, as the first forecast had it.
        back_share: Share of sold units that come back in time to be sold again.

    Returns:
        Units by SKU: expected demand, less what comes back, less the opening stock, and more for
        what is spoilt in the making; raised to the least run, or none where nothing is missing.
    """
    opening = opening_quantities(style)
    missing = {
        sku: max(0.0, units * (1 - back_share) - opening[sku]) for sku, units in expected.items()
    }
    return _ordered(terms, missing)


def best_run(world: World, style: Style, terms: Terms) -> dict[str, int]:
    """Return the run that someone who knew every customer would have made.

    It is what these customers take, or a price break above it, or nothing where no run pays.
    """
    plenty = Shelf(on_hand=Counter({sku: MORE_THAN_ANYONE_WANTS for sku, _, _ in style.skus()}))
    least = dict(plenty.on_hand)
    for day in range(SEASON_DAYS):
        plenty.trade(day, _orders(world, style, day), {})
        least = {sku: min(least[sku], plenty.on_hand[sku]) for sku in least}
    opening = opening_quantities(style)
    missing = {
        sku: max(0.0, float(MORE_THAN_ANYONE_WANTS - units - opening[sku]))
        for sku, units in least.items()
    }
    full = _ordered(terms, missing)
    units = sum(full.values())
    rounded_up = [split(least, full) for least, _ in terms.cost_breaks if 0 < units < least]
    none = dict.fromkeys(full, 0)
    runs = [none, full, *rounded_up]
    return max(runs, key=lambda run: season_with(world, style, terms, run).profit)


def season_with(world: World, style: Style, terms: Terms, run: Mapping[str, int]) -> StyleAccount:
    """Play a style's season with the opening stock and one run, and settle it."""
    shelf = Shelf()
    history = world.between(style.launch_day, 0)
    shelf.expect_returns(order for order in history if world.line.style_of[order.sku] is style)
    arrival = max(0, style.launch_day)
    good = {sku: int(units * terms.yield_rate) for sku, units in run.items()}
    stocked = Counter(opening_quantities(style)) + Counter(good)
    for day in range(SEASON_DAYS):
        shelf.trade(day, _orders(world, style, day), stocked if day == arrival else {})
    shelf.end_season()
    return account(world, style, shelf, making_cost=terms.run_cost(style, run))


def _ordered(terms: Terms, missing: Mapping[str, float]) -> dict[str, int]:
    """Return whole units to order so that the missing ones arrive, at least the least run."""
    units = round(sum(missing.values()) / terms.yield_rate)
    if units == 0:
        return dict.fromkeys(missing, 0)
    return split(max(units, terms.moq_run), missing)


def _orders(world: World, style: Style, day: int) -> list[Order]:
    return [
        order for order in world.between(day, day + 1) if world.line.style_of[order.sku] is style
    ]
