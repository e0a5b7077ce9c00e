"""What is wanted in a world, and what is known of it week by week: exact on a grid of scales."""

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.worlds.cells import Cell, Floats, Ints

GRID_POINTS = 81
GRID_REACH = 4.5
"""In standard deviations of the log scale, to each side of its median."""

BURSTS = 0.08
BURST_LIFTS = (3.0, 2.0, 1.4)


@dataclass(frozen=True, eq=False)
class Truth:
    """One draw of a world.

    Attributes:
        demand: Units wanted, shape (styles, weeks).
        scales: The grid, shape (points,).
        belief: Weight of each scale given all weeks before, shape (weeks, styles, points).
        good_share: Of a run of each style released in each week, shape (styles, weeks).
        lead_off: Weeks by which that run comes later, the same shape.
    """

    cell: Cell
    demand: Ints
    scales: Floats
    belief: Floats
    good_share: Floats
    lead_off: Ints

    @property
    def expected_scale(self) -> Floats:
        """Return the posterior mean of the scale, shape (weeks, styles)."""
        return np.asarray(self.belief @ self.scales)


def draw(cell: Cell, styles: int, seed: int) -> Truth:
    """Return a draw of so many styles."""
    random = np.random.default_rng(seed)
    log_mean, log_sd = _log_normal(cell)
    scale = np.exp(random.normal(log_mean, log_sd, (styles, 1))) * cell.scale_off
    mean = scale * cell.profile * _lifts(cell, styles, random)
    demand = _negative_binomial(random, mean, cell.noise)
    off = random.integers(-cell.lead_off_weeks, cell.lead_off_weeks + 1, demand.shape)
    good = np.full(demand.shape, cell.yield_rate)
    scales = np.exp(log_mean + log_sd * np.linspace(-GRID_REACH, GRID_REACH, GRID_POINTS))
    return Truth(cell, demand, scales, _belief(cell, scales, demand), good, off)


def paths_ahead(truth: Truth, week: int, style: int, paths: int, seed: int) -> Ints:
    """Return joint paths of a style's demand from a week on, shape (1, paths, weeks ahead).

    The scale of path i is the i-th quantile of the exact posterior.
    """
    random = np.random.default_rng((seed, week, style))
    ends = np.concatenate([[0.0], np.cumsum(truth.belief[week, style])])
    wanted = (np.arange(paths) + random.random(paths)) / paths * ends[-1]
    logs = np.log(truth.scales)
    step = logs[1] - logs[0]
    place = np.interp(wanted, ends, np.arange(ends.size)) - 0.5
    scale = np.exp(logs[0] + step * place)
    mean = scale[:, None] * truth.cell.profile[week:]
    return _negative_binomial(random, mean, truth.cell.noise)[None]


def _log_normal(cell: Cell) -> tuple[float, float]:
    variance = np.log1p(cell.cv**2)
    return float(np.log(cell.weekly) - variance / 2), float(np.sqrt(variance))


def _negative_binomial(random: np.random.Generator, mean: Floats, noise: float) -> Ints:
    rate = random.standard_gamma(1 / noise, mean.shape)
    rate *= noise * mean
    return random.poisson(rate)


def _lifts(cell: Cell, styles: int, random: np.random.Generator) -> Floats:
    """Return what nobody is told about the level, shape (styles, weeks)."""
    lifts = np.ones((styles, cell.weeks))
    if cell.shifts:
        first = cell.launch + cell.life_weeks // 4
        since = random.integers(first, first + cell.life_weeks // 2, styles)
        level = random.choice(cell.shifts, styles)
        lifts = np.where(np.arange(cell.weeks) >= since[:, None], level[:, None], lifts)
    if cell.bursts:
        begins = random.random(cell.weeks) < BURSTS
        for delay, lift in enumerate(BURST_LIFTS):
            lifts[:, delay:] *= np.where(begins[: cell.weeks - delay], lift, 1.0)
        lifts /= 1 + BURSTS * sum(lift - 1 for lift in BURST_LIFTS)
    return lifts


def _belief(cell: Cell, scales: Floats, demand: Ints) -> Floats:
    """Return the posterior on the grid before each week: log-normal prior, NB likelihood."""
    spread = np.linspace(-GRID_REACH, GRID_REACH, GRID_POINTS)
    log_weight = np.tile(-(spread**2) / 2, (len(demand), 1))
    belief = np.empty((cell.weeks, *log_weight.shape))
    size = 1 / cell.noise
    for week, level in enumerate(cell.profile):
        weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
        belief[week] = weight / weight.sum(axis=1, keepdims=True)
        if level > 0:
            mean = scales * level
            log_weight += demand[:, week, None] * np.log(mean / (mean + size))
            log_weight -= size * np.log1p(mean / size)
    return belief
