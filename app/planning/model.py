"""What a decision is made from: frozen data, no behaviour.

Every array is indexed by SKU first, in the order of `Situation.demand`. Money is in the brand's
currency, times are counted from the plan's origin.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Mode: TypeAlias = Literal["on_demand", "small_batch", "large_batch"]


@dataclass(frozen=True, slots=True)
class Ration:
    """What is left for a run released now of a thing that several styles share.

    Attributes:
        most: Units ordered, >= 0.
        limit: What is scarce; `test_budget` is the style's own.
        price: What one more unit of the run would be worth to all styles together, by the price
            of what is scarce, currency per unit ordered.
        gap: How far all shares together may lie below the best sharing, as a share of it.
    """

    most: int
    limit: Literal["capacity", "material", "budget", "test_budget"]
    price: float
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """One way of making the style.

    Attributes:
        price_breaks: (min_quantity, unit_cost), ascending; nothing below the first can be ordered.
        price_break_kind: `all_units`: the reached price holds for the whole run;
            `incremental`: each price for the units from its break on.
        setup_cost: Per run, and `colorway_setup_cost` for each colorway in it.
        tooling_cost: Per run, like a set-up; the caller passes 0 once the tools are there.
        freight_per_unit: Per unit ordered.
        setup_loss_units: Units of each run that are paid for and lost in setting up.
        order_multiple: Each SKU is ordered in multiples of it, so the run is one too.
        lead_time_days: Mean days from release to sellable stock, fractions allowed.
        lead_time_sd_days: Its standard deviation from run to run.
        yield_rate: Share of the ordered units that arrive good, in (0, 1].
        yield_sd: Standard deviation of that share from run to run.
        early_run_units: First units of each run, after the set-up losses, that come out at
            `early_run_yield` times the usual yield while the line settles.
        capacity_per_week: Units the factory makes in a week; None: enough.
        material_limit: Units ordered that the material for this way lets the factory make, rejects
            and set-up losses included; None: as many as wanted.
        material: The material that sets the limit.
        last_buy: That material will not come again: no later run has more of it than is left.
        last_release_days: Days from the origin after which nothing more can be made this way: the
            season of its material is over; None: any time.
        kept_units: Units ordered that the material reserved for the brand is enough for.
        kept_value: What making a unit of it saves: the material is paid for, and what is left of
            it at its season's end fetches no more than scrap, currency per unit ordered, >= 0.
        ration: What other styles leave for a run released now, later ones are free of it; None:
            as much as wanted.
    """

    code: str
    factory: str
    mode: Mode
    made_to_order: bool
    price_break_kind: Literal["all_units", "incremental"]
    price_breaks: tuple[tuple[int, float], ...]
    setup_cost: float = 0.0
    colorway_setup_cost: float = 0.0
    tooling_cost: float = 0.0
    freight_per_unit: float = 0.0
    freight_per_run: float = 0.0
    setup_loss_units: int = 0
    moq_run: int = 0
    moq_colorway: int = 0
    moq_sku: int = 0
    order_multiple: int = 1
    max_quantity: int | None = None
    lead_time_days: float = 0.0
    lead_time_sd_days: float = 0.0
    yield_rate: float = 1.0
    yield_sd: float = 0.0
    early_run_units: int = 0
    early_run_yield: float = 1.0
    capacity_per_week: int | None = None
    material_limit: int | None = None
    material: str | None = None
    last_buy: bool = False
    last_release_days: int | None = None
    kept_units: int = 0
    kept_value: float = 0.0
    ration: Ration | None = None


@dataclass(frozen=True, slots=True)
class StyleEconomics:
    """What a unit of the style earns and costs, apart from making it.

    Attributes:
        salvage_value: What a unit left at end of life fetches.
        lost_sale_cost: Goodwill lost with a customer, on top of the margin.
        backorder_share: Share of the customers who find no stock and wait for the next supply.
        return_rate: Share of the units sold that come back, in [0, 1].
        resalable_share: Share of those that can be sold again.
        return_delay_days: Mean days from the sale until such a unit can be sold again.
    """

    price: float
    salvage_value: float = 0.0
    holding_cost_per_unit_week: float = 0.0
    lost_sale_cost: float = 0.0
    backorder_share: float = 0.0
    return_rate: float = 0.0
    resalable_share: float = 1.0
    return_delay_days: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PreviousPlan:
    """The standing recommendation: what inside the noise stays as it is."""

    offer: str
    quantities: Integers


@dataclass(frozen=True, slots=True)
class Trial:
    """A style on trial: money may be spent on finding out whether it is worth a launch.

    Attributes:
        budget_left: Money that runs may still tie up, accepted ones taken off, >= 0.
        days_left: Days from the origin to the end of the trial; below 0: it is over.
        sold_units: Of the style, up to the origin: what its customers have shown.
        days_on_sale: Days on which it could be bought so far.
        former: What the last decision said, where it was not to go on; None: nothing yet.
    """

    budget_left: float
    days_left: float
    sold_units: int = 0
    days_on_sale: int = 0
    former: Literal["scale", "stop"] | None = None


@dataclass(frozen=True, slots=True)
class FactoryRecord:
    """What is known of how a factory keeps its word to the brand.

    Attributes:
        code: The factory, as `OfferTerms.factory` names it.
        delivers: Chance that a run asked of it is taken and comes in time, in (0, 1].
    """

    code: str
    delivers: float


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Everything one style's decision depends on.

    Attributes:
        demand: Joint sample paths of gross demand, units, shape (skus, paths, periods).
        colorways: Index of each SKU's colorway, shape (skus,).
        on_hand: Units in stock at the origin, shape (skus,).
        inbound: Units that arrive at the start of each period, shape (skus, periods).
        period_days: 1 or 7.
        end_period: Periods from the origin to the end of life; None, or more than there are
            periods: no end within the horizon.
        last_period_days: Days of the period that life ends in which are still life; None: all.
        review_period_days: Days until the next decision.
        offers: Every way of making it; codes are unique.
        previous: What stands; `previous_beside`: what stands beside it at another factory.
        last_mode: How the style's last accepted run was made; None: there was none.
        trial: The style is on trial; None: it is not.
        records: Of the factories that any run was ever asked of; others count as reliable.
        upcoming_days: Days until a run by an offer that is not valid yet could arrive at the
            earliest; None: there is no such offer.
    """

    demand: Integers
    colorways: Integers
    on_hand: Integers
    inbound: Integers
    period_days: int
    end_period: int | None
    review_period_days: int
    economics: StyleEconomics
    offers: tuple[OfferTerms, ...]
    previous: PreviousPlan | None = None
    previous_beside: PreviousPlan | None = None
    last_mode: Mode | None = None
    trial: Trial | None = None
    records: tuple[FactoryRecord, ...] = ()
    upcoming_days: float | None = None
    last_period_days: int | None = None
