"""Which of two plans is better, beyond the noise of the paths; and which plan is taken."""

import math
from dataclasses import dataclass

from app.compiled import compiled
from app.planning.model import Floats
from app.planning.plans import Plans, plan_cost
from app.planning.valuing import Valued
from app.planning.world import World

NOISE_ERRORS = 2.0
"""A plan must beat another by this many standard errors of the difference on common paths."""

ROUNDING_GUARD = 1e-9
"""On identical paths the standard error is 0 and profits differ in their last bits only."""

MATERIAL_SHARE = 0.01
"""A standing plan is replaced only for a gain above this share of what it costs."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The plan taken, and whether it is the standing one, which another does not clearly beat."""

    plan: Valued
    kept_previous: bool = False


def difference(one: Floats, other: Floats) -> tuple[float, float]:
    """Return the mean of `one` - `other` on common paths, shape (paths,), and its error."""
    return _mean_and_error(one, other)


@compiled
def _mean_and_error(one: Floats, other: Floats) -> tuple[float, float]:
    paths = one.size
    total = 0.0
    for path in range(paths):
        total += one[path] - other[path]
    mean = total / paths
    if paths < 2:
        return mean, 0.0
    squares = 0.0
    for path in range(paths):
        apart = one[path] - other[path] - mean
        squares += apart * apart
    return mean, math.sqrt(squares / (paths - 1) / paths)


def beats(plan: Valued, other: Valued, *, least_gain: float = 0.0) -> bool:
    """Say whether `plan` earns more than `other` beyond the noise, by `least_gain` at least."""
    gain, error = difference(plan.profit, other.profit)
    guard = ROUNDING_GUARD * (1 + abs(other.expected_profit))
    return gain > max(NOISE_ERRORS * error, least_gain) + guard


def pays(run: Valued, hold: Valued) -> bool:
    """Say whether a run earns more than hold on average.

    No noise band here: a run put off at every review because its gain is within the noise of
    each costs more than the noise (measured in simulated worlds: 5 points of the clairvoyant's
    profit where set-ups are dear).
    """
    guard = ROUNDING_GUARD * (1 + abs(hold.expected_profit))
    return run.expected_profit > hold.expected_profit + guard


def most_promising(world: World, plans: Plans) -> Valued | None:
    """Return the run with the highest gain over hold, times the chance that it is delivered.

    A run that is declined or late leaves what waiting earns.
    """
    delivers = {record.code: record.delivers for record in world.situation.records}
    if not plans.runs:
        return None
    if not delivers:
        return plans.runs[0]
    hold = plans.hold.expected_profit

    def promise(run: Valued) -> float:
        chance = delivers.get(run.offer.factory, 1.0) if run.offer else 1.0
        gain = run.expected_profit - hold
        return gain * chance if gain > 0 else gain

    return max(plans.runs, key=promise)


def best_or_hold(plans: Plans, best: Valued | None) -> Choice:
    """Return `best` where it earns more than hold, else hold."""
    return Choice(best if best is not None and pays(best, plans.hold) else plans.hold)


def or_standing(world: World, choice: Choice, standing: Valued | None) -> Choice:
    """Return the choice, or what stands where the choice is not better by what matters."""
    if standing is None:
        return choice
    material = MATERIAL_SHARE * plan_cost(world, standing) if choice.plan.offer else 0.0
    if beats(choice.plan, standing, least_gain=material):
        return choice
    return Choice(standing, kept_previous=True)
