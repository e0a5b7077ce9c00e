"""What a decision says: frozen data, no behaviour."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from app.planning.model import Integers, Mode

Way: TypeAlias = Literal["on_demand", "small_batch", "large_batch", "none"]
Action: TypeAlias = Literal["run", "hold", "discontinue"]
Verdict: TypeAlias = Literal["scale", "hold", "stop"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as data; `reason_text` makes the sentence."""

    code: str
    values: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A limit that keeps a run from its best size.

    Attributes:
        name: `moq`, `maximum`, `capacity`, `material`, `budget` or `test_budget`.
        bound: The size it forces or allows, in units.
        wanted: The best size without it; 0: no run would pay.
        cost: Expected profit it costs.
        price: Of what several styles share, what one more unit ordered would be worth to all of
            them together; None: nobody else wants it.
        gap: How far that sharing may lie below the best one, as a share of it; None: not shared.
    """

    name: Literal["moq", "maximum", "capacity", "material", "budget", "test_budget"]
    bound: int
    wanted: int
    cost: float
    price: float | None = None
    gap: float | None = None

    @property
    def cost_per_unit(self) -> float:
        """Return what each unit between the size it leaves and the best one costs."""
        return self.cost / max(1, abs(self.wanted - self.bound))


@dataclass(frozen=True, slots=True, eq=False)
class PricedPlan:
    """One plan (a run by one offer, or hold) and its economics on the common paths.

    Attributes:
        expected_profit: Of the style to the end of life or horizon, with what can still be
            done later.
        profit_standard_error: Of the difference in profit to hold, on common paths.
        expected_lost_units: Units of demand that neither this plan nor a later run serves.
        expected_leftover_units: Units in stock at end of life or horizon, with no later run.
        fill_rate: Share of the units demanded that are served.
        penalty_per_unit_vs_large: All-in cost per unit above the best large batch; None: no such.
        break_even_quantity: Units that must sell for the run to earn its cost back.
        last_unit_sells_probability: Least chance, over the SKUs made, that the last one sells.
        need_days: Days until the run starts to be needed, never before its lead time.
        gain_over_waiting: Expected profit above hold.
        investment_avoided: Money that the best large run would tie up above what this plan does;
            None: no offer makes large batches.
        constraints: What keeps the run from its best size.
        expected_profit_alone: Without the run beside it; None: there is none.
    """

    action: Literal["run", "hold"]
    mode: Mode | None
    offer: str | None
    factory: str | None
    quantities: Integers
    quantity: int
    unit_cost: float
    setup_cost: float
    freight_cost: float
    tooling_cost: float
    total_cost: float
    expected_profit: float
    profit_standard_error: float
    expected_lost_units: float
    expected_leftover_units: float
    fill_rate: float
    setup_cost_per_unit: float
    penalty_per_unit_vs_large: float | None
    break_even_quantity: int | None
    last_unit_sells_probability: float | None
    need_days: float
    gain_over_waiting: float = 0.0
    investment_avoided: float | None = None
    constraints: tuple[Constraint, ...] = ()
    expected_profit_alone: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TrialVerdict:
    """What a trial has shown so far.

    Attributes:
        probability: Share of the joint paths on which a full launch, the best single run for all
            that is left of the style's life, with no budget to keep to and no run after it, earns
            more than making none. Where none earns more on average, the run is sized for the
            paths that need one.
        launch: That run.
        gain: What it is expected to earn above making none.
        is_over: The trial's last day has passed.
        sold_needed: Units that must have been sold before it may say `scale`; None: they were.
    """

    verdict: Verdict
    probability: float
    launch: PricedPlan
    gain: float
    is_over: bool
    sold_needed: int | None = None


@dataclass(frozen=True, slots=True)
class Foresight:
    """What looking before ordering again is worth: expected profits of the style on some paths.

    Attributes:
        one_shot: The best single run released now, or none.
        two_stage: A first run or none, then one more by what was sold until a later review.
        perfect_information: What knowing the demand would earn, at most.
        learning: Of `two_stage`, what seeing the sales adds to a second order placed blindly.
        hold: `two_stage` with nothing made now.
        review: At which the second order is placed; 1 is the next one.
        first_quantity: Of the best first run, and `first_mode` how it is made; 0 and None: hold.
    """

    one_shot: float
    two_stage: float
    perfect_information: float
    learning: float
    hold: float
    review: int
    first_quantity: int
    first_mode: Mode | None


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """What to do with a style now, what else was priced, and why.

    Attributes:
        final: Nothing released at the next review could arrive before the end of life.
        chosen: The plan taken; for `hold` and `discontinue` the hold plan. Where a run is made
            beside it, what it earns, loses and leaves over is that of both.
        expected_profit_if_nothing: Never another run.
        value_of_waiting: What hold, with a run at the next review, earns above nothing.
        alternatives: Hold and the best plan of every offer, without the chosen one.
        beside: A second run that pays beside the chosen one: a fast small run until a slow one
            lands, or the rest of what the chosen run's factory cannot make. Sized with the
            chosen run inbound; its expected profit is that of both.
        best_by_factory: The way of each factory that would earn the most, over all plans.
        trial: What the trial has shown; None: the style is not on trial.
        foresight: What looking before ordering again is worth; None: it was not asked.
        is_followed: Plans are worth what following them from review to review earns; else what
            later runs cost on average stands in for them.
    """

    action: Action
    final: bool
    chosen: PricedPlan
    expected_profit_if_nothing: float
    value_of_waiting: float
    alternatives: tuple[PricedPlan, ...]
    reasons: tuple[Reason, ...]
    suitability_way: Way
    suitability_reasons: tuple[Reason, ...]
    beside: PricedPlan | None = None
    best_by_factory: dict[str, Way] = field(default_factory=dict)
    trial: TrialVerdict | None = None
    foresight: Foresight | None = None
    is_followed: bool = False
