"""The calls of the contract, one method each."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import httpx

from app.client import answers
from app.client.calls import Body, Calls, segment
from app.client.sending import Query

REFRESH_POLL_SECONDS = 0.05


class ShortrunClient(Calls):
    """One key's way into a service; use it as a context manager, or `close()` it."""

    def is_ready(self) -> bool:
        """Say whether the service takes work: database, migrations and a worker's heartbeat."""
        return self._sender.succeeds("/readyz")

    # Ops

    def put_brand(self, brand: str, body: Body) -> Mapping[str, Any]:
        """Create a brand or replace its terms."""
        return self._put(f"/v1/brands/{segment(brand)}", body)

    def put_factory(self, factory: str, body: Body) -> Mapping[str, Any]:
        """Create a factory or replace what is known of it."""
        return self._put(f"/v1/factories/{segment(factory)}", body)

    def create_key(
        self, role: str, *, name: str, brand: str | None = None, factory: str | None = None
    ) -> answers.CreatedKey:
        """Make a key for a role; the answer is the only time it is shown."""
        bound = {"brand": brand, "factory": factory}
        body = {"role": role, "name": name} | {who: it for who, it in bound.items() if it}
        return cast("answers.CreatedKey", self._post("/v1/api-keys", body))

    def revoke_key(self, key_id: str) -> None:
        """End a key, within a second and in every process."""
        self._sender.send("DELETE", f"/v1/api-keys/{segment(key_id)}")

    def clock(self) -> answers.ClockReading:
        """Return the time that the service lives in."""
        return cast("answers.ClockReading", self._get("/v1/clock"))

    def set_clock(self, now: str) -> answers.ClockReading:
        """Move the sandbox clock; what expires by then has expired when this returns."""
        return cast("answers.ClockReading", self._put("/v1/clock", {"now": now}))

    def start_refresh(
        self, *, brand: str | None = None, skus: Sequence[str] | None = None
    ) -> answers.RefreshAnswer:
        """Ask for fresh forecasts and decisions; `refresh` tells how far they are."""
        asked: dict[str, object] = {"brand": brand, "skus": None if skus is None else list(skus)}
        body = {name: value for name, value in asked.items() if value is not None}
        return cast("answers.RefreshAnswer", self._post("/v1/refreshes", body))

    def refresh(self, refresh_id: str) -> answers.RefreshAnswer:
        """Return how far a refresh has come."""
        path = f"/v1/refreshes/{segment(refresh_id)}"
        return cast("answers.RefreshAnswer", self._get(path))

    def finish_refresh(self, refresh_id: str, *, within: float = 120.0) -> answers.RefreshAnswer:
        """Wait until a refresh is done or failed, and return it.

        Raises:
            TimeoutError: It was neither after `within` seconds.
        """
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            answer = self.refresh(refresh_id)
            if answer["status"] in {"done", "failed"}:
                return answer
            time.sleep(REFRESH_POLL_SECONDS)
        raise TimeoutError(f"refresh {refresh_id} was not done within {within:g} s")

    # Brand

    def put_style(self, style: str, body: Body) -> Mapping[str, Any]:
        """Create a style or replace it; SKUs left out become inactive."""
        return self._put(f"/v1/styles/{segment(style)}", body, self._for_brand)

    def post_catalog(self, styles: Sequence[Body]) -> Mapping[str, Any]:
        """Put up to 1,000 styles at once, each with its `style`; answered row by row."""
        return self._post("/v1/catalog", {"styles": list(styles)}, self._for_brand)

    def post_sales(self, events: Sequence[answers.SaleEvent]) -> answers.BatchAnswer:
        """Hand in 1 to 10,000 sales, cancellations and returns; doing so twice is harmless."""
        return self._batch("/v1/sales", {"events": list(events)}, self._for_brand)

    def post_stock(self, levels: Sequence[answers.StockLevel]) -> answers.BatchAnswer:
        """Report what is on hand."""
        return self._batch("/v1/stock", {"levels": list(levels)}, self._for_brand)

    def post_inbound(self, items: Sequence[answers.InboundItem]) -> answers.BatchAnswer:
        """Report supply ordered elsewhere, or that it came; quantity 0 removes it."""
        return self._batch("/v1/inbound", {"items": list(items)}, self._for_brand)

    def demand(self, sku: str, first_day: str, last_day: str) -> answers.DemandAnswer:
        """Return a row for each brand-local day, both ends included, at most 731."""
        query = {**self._for_brand, "from": first_day, "to": last_day}
        return cast("answers.DemandAnswer", self._get(f"/v1/demand/{segment(sku)}", query))

    def forecast(
        self, sku: str, *, periods: int | None = None, as_of: str | None = None
    ) -> answers.ForecastAnswer:
        """Return what is expected of a SKU; `as_of` a day or instant, what was expected then."""
        query = {**self._for_brand, "periods": periods, "as_of": as_of}
        return cast("answers.ForecastAnswer", self._get(f"/v1/forecasts/{segment(sku)}", query))

    def style_forecast(
        self, style: str, *, periods: int | None = None, as_of: str | None = None
    ) -> answers.ForecastAnswer:
        """Return what is expected of a style as a whole, or was expected `as_of` an earlier day."""
        path = f"/v1/styles/{segment(style)}/forecast"
        query = {**self._for_brand, "periods": periods, "as_of": as_of}
        return cast("answers.ForecastAnswer", self._get(path, query))

    def decision(self, style: str) -> answers.DecisionAnswer:
        """Return what was decided last for a style, and why."""
        path = f"/v1/decisions/{segment(style)}"
        return cast("answers.DecisionAnswer", self._get(path, self._for_brand))

    def recommendations(
        self, *, status: str | None = None, style: str | None = None
    ) -> Iterator[answers.Recommendation]:
        """Yield a brand's recommendations, page after page."""
        query = {**self._for_brand, "status": status, "style": style}
        yield from cast("Iterator[answers.Recommendation]", self._all("/v1/recommendations", query))

    def recommendation(self, recommendation_id: str) -> answers.Recommendation:
        """Return one recommendation as its reader may see it."""
        path = f"/v1/recommendations/{segment(recommendation_id)}"
        return cast("answers.Recommendation", self._get(path, self._for_brand))

    def release(self, recommendation_id: str) -> answers.Recommendation:
        """Let a draft out to its factory."""
        return self._act(recommendation_id, "release")

    def withdraw(self, recommendation_id: str) -> answers.Recommendation:
        """Take an open or countered recommendation back."""
        return self._act(recommendation_id, "withdraw")

    def review_counter(
        self, recommendation_id: str, decision: str, *, reason: str | None = None
    ) -> answers.Recommendation:
        """Accept or decline what a factory countered with."""
        body = {"decision": decision} | ({"reason": reason} if reason else {})
        return self._act(recommendation_id, "counter-review", body)

    # Factory

    def put_offer(self, offer: str, body: Body) -> Mapping[str, Any]:
        """State or replace the terms of one way of making."""
        return self._put(f"/v1/offers/{segment(offer)}", body)

    def standing(
        self, factory: str, *, status: str = "open", etag: str | None = None
    ) -> answers.Standing | None:
        """Return what stands for a factory, or None where `etag` is still current."""
        path = f"/v1/factories/{segment(factory)}/recommendations"
        query: Query = {"status": status, "limit": 500}
        headers = {"If-None-Match": etag} if etag else {}
        first = self._sender.send("GET", path, query=query, headers=headers)
        if first.status_code == httpx.codes.NOT_MODIFIED:
            return None
        page = first.json()
        rest = self._all(path, query, page["next_cursor"]) if page["has_more"] else iter(())
        found = cast("list[answers.Recommendation]", [*page["data"], *rest])
        return answers.Standing(found, page["feed_cursor"], first.headers.get("etag", ""))

    def feed_page(
        self, factory: str, *, after: str | None = None, limit: int = 100, wait: int = 0
    ) -> answers.FeedPage:
        """Return the events behind a cursor; with `wait`, hold until there are some."""
        path = f"/v1/factories/{segment(factory)}/feed"
        query = {"after": after, "limit": limit}
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        answer = self._sender.send("GET", path, query=query, headers=headers)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return {"data": [], "has_more": False, "next_cursor": after or ""}
        return cast("answers.FeedPage", answer.json())

    def feed(
        self, factory: str, *, after: str | None = None, wait: int = 0
    ) -> Iterator[answers.FeedEvent]:
        """Yield the events behind a cursor until there are no more for now.

        Keep the `cursor` of the last event that was dealt with, and go on from there next time:
        every event is seen once and none is skipped.
        """
        more = True
        while more:
            page = self.feed_page(factory, after=after, wait=wait)
            yield from page["data"]
            after, more = page["next_cursor"], page["has_more"]

    def respond(self, recommendation_id: str, answer: Body) -> answers.Recommendation:
        """Accept, decline or counter; the same answer again changes nothing."""
        return self._act(recommendation_id, "response", answer, {})

    # Both sides of a run

    def runs(self) -> Iterator[answers.Run]:
        """Yield accepted work of the key's brand or factory, page after page."""
        yield from cast("Iterator[answers.Run]", self._all("/v1/runs", self._for_brand))

    def run(self, run_id: str) -> answers.Run:
        """Return one run and how far it has come."""
        return cast("answers.Run", self._get(f"/v1/runs/{segment(run_id)}", self._for_brand))

    def post_run_events(self, run_id: str, events: Sequence[answers.RunEvent]) -> Mapping[str, Any]:
        """Report what happened to a run; sending an event twice is harmless."""
        path = f"/v1/runs/{segment(run_id)}/events"
        return self._post(path, {"events": list(events)}, self._for_brand)
