"""The calls of the contract, one method each."""

from collections.abc import Iterator, Sequence
from typing import cast

from app.client import answers, factory_answers
from app.client.brand_calls import BrandCalls
from app.client.calls import Body, segment
from app.client.factory_calls import FactoryCalls
from app.client.import_calls import ImportCalls
from app.client.ops_calls import OpsCalls
from app.client.shop_calls import ShopCalls


class ShortrunClient(OpsCalls, BrandCalls, ShopCalls, ImportCalls, FactoryCalls):
    """One key's way into a service; use it as a context manager, or `close()` it."""

    # What both sides may read

    def recommendation(self, recommendation_id: str) -> answers.Recommendation:
        """Return one recommendation as its reader may see it."""
        path = f"/v1/recommendations/{segment(recommendation_id)}"
        return cast("answers.Recommendation", self._get(path, self._for_either))

    def offer(self, offer: str) -> factory_answers.Offer:
        """Return the terms of one way of making."""
        path = f"/v1/offers/{segment(offer)}"
        return cast("factory_answers.Offer", self._get(path, self._for_either))

    def offers(self) -> Iterator[factory_answers.Offer]:
        """Yield offers made to a brand or by a factory, page after page."""
        yield from self._all("/v1/offers", self._for_either)

    def material(self, material: str) -> factory_answers.Material:
        """Return what there is of a material, as the key may see it."""
        path = f"/v1/materials/{segment(material)}"
        return cast("factory_answers.Material", self._get(path, self._for_either))

    def materials(self) -> Iterator[factory_answers.Material]:
        """Yield materials, page after page."""
        yield from self._all("/v1/materials", self._for_either)

    def suitability(self) -> factory_answers.Suitability:
        """Return which way of making suits the styles, and why."""
        return cast("factory_answers.Suitability", self._get("/v1/suitability", self._for_either))

    def scorecards(self) -> Iterator[factory_answers.Scorecard]:
        """Yield what pairs of brand and factory learned of each other, page after page."""
        yield from self._all("/v1/scorecards", self._for_either)

    def kpis(
        self, *, first_day: str | None = None, last_day: str | None = None
    ) -> factory_answers.Kpis:
        """Return the figures of a period, both ends included."""
        query = {**self._for_either, "from": first_day, "to": last_day}
        return cast("factory_answers.Kpis", self._get("/v1/kpis", query))

    # Both sides of a run

    def runs(self, *, status: str | None = None, past_due: bool = False) -> Iterator[answers.Run]:
        """Yield accepted work of the key's brand or factory, page after page; or the late alone."""
        query = {**self._for_either, "status": status, "past_due": "true" if past_due else None}
        yield from self._all("/v1/runs", query)

    def run(self, run_id: str) -> answers.Run:
        """Return one run and how far it has come."""
        return cast("answers.Run", self._get(f"/v1/runs/{segment(run_id)}", self._for_either))

    def post_run_events(
        self, run_id: str, events: Sequence[answers.RunEvent]
    ) -> answers.BatchAnswer:
        """Report what happened to a run; sending an event twice is harmless."""
        path = f"/v1/runs/{segment(run_id)}/events"
        return self._batch(path, {"events": list(events)}, self._for_either)

    def request_change(self, run_id: str, body: Body) -> answers.ChangeRequest:
        """Ask the other side of a run for other quantities or another date."""
        path = f"/v1/runs/{segment(run_id)}/change-requests"
        return cast("answers.ChangeRequest", self._post(path, body, self._for_either))

    def change_requests(self, run_id: str) -> Iterator[answers.ChangeRequest]:
        """Yield what either side asked to change about a run, page after page."""
        path = f"/v1/runs/{segment(run_id)}/change-requests"
        yield from cast("Iterator[answers.ChangeRequest]", self._all(path, self._for_either))
