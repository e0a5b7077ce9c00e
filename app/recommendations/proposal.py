"""What a refresh hands over to be published: one decision for each style, ready to store."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from app.planning import OfferTerms
from app.sourcing.ways import Need

Fate: TypeAlias = Literal["issued", "kept", "superseded", "withdrawn", "held", "short", "stale"]
"""What became of a style's decision.

`issued`: a new recommendation stands. `kept`: the standing one still says it (or is countered,
which waits for the brand). `superseded`: replaced in one step. `withdrawn`: taken back, nothing
instead. `held`: nothing stood and nothing was issued (hold, or the review period is not over).
`short`: the run no longer fits what is left of the brand's money or the factory's weeks, which
somebody else took since: what stood stays, and it is decided again soon.
`stale`: the world moved since; nothing was written and the style stays due.
"""


@dataclass(frozen=True, slots=True)
class ProposedLine:
    """Units of one SKU; a quantity of 0 is left out when published."""

    sku: str
    sku_id: int
    colorway: str
    size: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ProposedRun:
    """A run that a decision asks for, with its price and everything that explains it.

    Attributes:
        offer: The offer's code, `factory_id` and `factory` (code) whose it is.
        freight_cost: Of the whole run, as are `setup_cost`, `tooling_cost` and `total_cost`.
        lead_time_days: Whole calendar days from acceptance to sellable stock.
        expected_good_share: Share of the ordered units expected to arrive good.
        order_by: Brand-local day; the recommendation expires at its end.
        economics: JSON-ready, as the contract shows them; so are `alternatives` and `reasons`.
        terms: What it is priced on, and any other run by the offer would be.
        needs: What a unit takes of the materials that the factory reports.
        urgent: A stock-out would come before the next review: the run need not wait for it.
    """

    offer: str
    factory_id: int
    factory: str
    mode: str
    lines: tuple[ProposedLine, ...]
    currency: str
    unit_cost: Decimal
    setup_cost: Decimal
    freight_cost: Decimal
    tooling_cost: Decimal
    total_cost: Decimal
    lead_time_days: int
    expected_good_share: float
    order_by: date
    need_by: date
    economics: Mapping[str, Any]
    alternatives: tuple[Mapping[str, Any], ...]
    reasons: tuple[Mapping[str, Any], ...]
    terms: OfferTerms
    urgent: bool = False
    needs: tuple[Need, ...] = ()

    @property
    def quantity(self) -> int:
        """Units ordered, over all lines."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One style's decision.

    Attributes:
        supply_version: `styles.supply_version` as the decision saw it.
        signal_at: When the oldest news came in that the decision answers.
        action: `run`, `hold` or `discontinue`.
        body: `chosen`, `alternatives`, `reasons`, `suitability`, `test_verdict`, JSON-ready.
        inputs: What a replay needs, JSON-ready.
        run: What to ask a factory for; None unless the action is `run`.
        beside: A second run, of another factory, that goes out with the first.
    """

    style_id: int
    style: str
    supply_version: int
    signal_at: datetime | None
    forecast_id: str | None
    action: str
    final: bool
    body: Mapping[str, Any]
    inputs: Mapping[str, Any]
    digest: str
    run: ProposedRun | None = None
    beside: ProposedRun | None = None

    @property
    def runs(self) -> tuple[ProposedRun, ...]:
        """The runs asked for, each of another factory."""
        return tuple(run for run in (self.run, self.beside) if run is not None)


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """The fate of every proposal, by style id."""

    fates: Mapping[int, Fate]

    @property
    def stale(self) -> frozenset[int]:
        """The styles that must be decided again."""
        return frozenset(style for style, fate in self.fates.items() if fate == "stale")

    def counts(self) -> dict[Fate, int]:
        """How many styles met each fate."""
        return dict(Counter(self.fates.values()))
