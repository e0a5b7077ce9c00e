"""The run that a plan asks a factory for: lines, exact money, dates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.parties.refs import BrandRef
from app.planning import PricedPlan
from app.recommendations.proposal import ProposedLine, ProposedRun
from app.recommendations.run_cost import cost_by
from app.refresh.run_terms import good_share, need_by
from app.sourcing.queries import Offered
from app.sourcing.terms import terms_of
from app.sourcing.ways import Need
from app.web.wire import money_text


@dataclass(frozen=True)
class Asking:
    """For whom runs are asked, and what explains them.

    Attributes:
        skus: In the order of the plans' quantities.
        offers: By the key that the plans name them with.
        origin: The brand-local day that plans start.
        needs: What a unit takes of the materials that the factory reports.
        reasons: JSON-ready, as are the `alternatives`.
    """

    brand: BrandRef
    style: Style
    skus: Sequence[SkuRef]
    offers: Mapping[str, Offered]
    origin: date
    reasons: Sequence[Mapping[str, Any]]
    alternatives: Sequence[Mapping[str, Any]]
    needs: Callable[[Offered], tuple[Need, ...]]

    def units(self, plan: PricedPlan) -> dict[str, int]:
        """Return the units a plan makes now, by SKU code."""
        return {
            ref.code: int(quantity)
            for ref, quantity in zip(self.skus, plan.quantities, strict=True)
            if quantity
        }

    def run(self, plan: PricedPlan, economics: Mapping[str, Any], *, urgent: bool) -> ProposedRun:
        """Return the run to ask for; its plan has an offer and makes something."""
        assert plan.offer is not None, "a run has an offer"
        offered = self.offers[plan.offer]
        offer = offered.offer
        lines = self._lines(plan)
        quantity = sum(line.quantity for line in lines)
        terms = terms_of(offered, has_tools=not plan.tooling_cost)
        cost = cost_by(terms, quantity, len({line.colorway for line in lines}))
        lead = ceil(offered.lead_time_days)
        hours, end = self.brand.respond_within_hours, self.style.end_of_life_date
        needed = need_by(plan.need_days, lead, hours, self.origin, end)
        return ProposedRun(
            offer=offer.code,
            factory_id=offer.factory_id,
            factory=offered.factory,
            mode=offer.mode,
            lines=lines,
            currency=offer.currency,
            unit_cost=cost.unit,
            setup_cost=cost.setup,
            freight_cost=cost.freight,
            tooling_cost=cost.tooling,
            total_cost=cost.total,
            lead_time_days=lead,
            expected_good_share=good_share(offered, quantity),
            order_by=needed - timedelta(days=lead),
            need_by=needed,
            economics={**economics, "cash_committed": money_text(cost.total)},
            alternatives=tuple(self.alternatives),
            reasons=tuple(self.reasons),
            urgent=urgent,
            needs=self.needs(offered),
            terms=terms,
        )

    def _lines(self, plan: PricedPlan) -> tuple[ProposedLine, ...]:
        return tuple(
            ProposedLine(ref.code, ref.id, ref.colorway, ref.size, int(quantity))
            for ref, quantity in zip(self.skus, plan.quantities, strict=True)
            if quantity
        )
