"""The calls of a brand: what it has and sold, what is expected, what it decides."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from app.client import answers, brand_answers
from app.client.calls import Body, Calls, segment


class BrandCalls(Calls):
    """What a brand's key may do, or an ops key that acts for a brand."""

    def put_style(self, style: str, body: Body) -> brand_answers.Style:
        """Create a style or replace it; SKUs left out become inactive."""
        path = f"/v1/styles/{segment(style)}"
        return cast("brand_answers.Style", self._put(path, body, self._for_brand))

    def style(self, style: str) -> brand_answers.Style:
        """Return a style, its SKUs and economics."""
        path = f"/v1/styles/{segment(style)}"
        return cast("brand_answers.Style", self._get(path, self._for_brand))

    def styles(self, *, planning: str | None = None) -> Iterator[brand_answers.Style]:
        """Yield a brand's styles, page after page."""
        yield from self._all("/v1/styles", {**self._for_brand, "planning": planning})

    def post_catalog(self, styles: Sequence[Body]) -> brand_answers.CatalogAnswer:
        """Put up to 1,000 styles at once, each with its `style`; answered row by row."""
        answer = self._post("/v1/catalog", {"styles": list(styles)}, self._for_brand)
        return cast("brand_answers.CatalogAnswer", answer)

    def post_sales(self, events: Sequence[answers.SaleEvent]) -> answers.BatchAnswer:
        """Hand in 1 to 10,000 sales, cancellations and returns; doing so twice is harmless."""
        return self._batch("/v1/sales", {"events": list(events)}, self._for_brand)

    def post_stock(self, levels: Sequence[answers.StockLevel]) -> answers.BatchAnswer:
        """Report what is on hand."""
        return self._batch("/v1/stock", {"levels": list(levels)}, self._for_brand)

    def post_inbound(self, items: Sequence[answers.InboundItem]) -> answers.BatchAnswer:
        """Report supply ordered elsewhere, or that it came; quantity 0 removes it."""
        return self._batch("/v1/inbound", {"items": list(items)}, self._for_brand)

    def post_known_demand(self, items: Sequence[answers.KnownDemand]) -> answers.BatchAnswer:
        """Report pre-orders, contracts and hiring cycles; they consume the forecast."""
        return self._batch("/v1/known-demand", {"items": list(items)}, self._for_brand)

    def known_demand(self) -> Iterator[answers.KnownDemand]:
        """Yield the known demand that was reported, page after page."""
        yield from cast(
            "Iterator[answers.KnownDemand]", self._all("/v1/known-demand", self._for_brand)
        )

    def demand(self, sku: str, first_day: str, last_day: str) -> brand_answers.DemandAnswer:
        """Return a row for each brand-local day, both ends included, at most 731."""
        query = {**self._for_brand, "from": first_day, "to": last_day}
        return cast("brand_answers.DemandAnswer", self._get(f"/v1/demand/{segment(sku)}", query))

    def forecast(
        self, sku: str, *, periods: int | None = None, as_of: str | None = None
    ) -> brand_answers.ForecastAnswer:
        """Return what is expected of a SKU; `as_of` a day or instant, what was expected then."""
        query = {**self._for_brand, "periods": periods, "as_of": as_of}
        return cast(
            "brand_answers.ForecastAnswer", self._get(f"/v1/forecasts/{segment(sku)}", query)
        )

    def style_forecast(
        self, style: str, *, periods: int | None = None, as_of: str | None = None
    ) -> brand_answers.ForecastAnswer:
        """Return what is expected of a style as a whole, or was expected `as_of` an earlier day."""
        path = f"/v1/styles/{segment(style)}/forecast"
        query = {**self._for_brand, "periods": periods, "as_of": as_of}
        return cast("brand_answers.ForecastAnswer", self._get(path, query))

    def decision(self, style: str) -> brand_answers.DecisionAnswer:
        """Return what was decided last for a style, and why."""
        path = f"/v1/decisions/{segment(style)}"
        return cast("brand_answers.DecisionAnswer", self._get(path, self._for_brand))

    def recommendations(
        self, *, status: str | None = None, style: str | None = None, past_due: bool = False
    ) -> Iterator[answers.Recommendation]:
        """Yield a brand's recommendations, page after page.

        With `past_due` only those that their factory should have answered by now.
        """
        late = "true" if past_due else None
        query = {**self._for_brand, "status": status, "style": style, "past_due": late}
        yield from cast("Iterator[answers.Recommendation]", self._all("/v1/recommendations", query))

    def release(self, recommendation_id: str) -> answers.Recommendation:
        """Let a draft out to its factory."""
        return self._act(recommendation_id, "release")

    def withdraw(self, recommendation_id: str) -> answers.Recommendation:
        """Take an open or countered recommendation back."""
        return self._act(recommendation_id, "withdraw")

    def review_counter(
        self,
        recommendation_id: str,
        decision: str,
        *,
        reason: str | None = None,
        counter: int | None = None,
    ) -> answers.Recommendation:
        """Accept or decline what a factory countered with; `counter` is the number of the one seen.

        A factory may have replaced it since: then nothing is decided (409 `counter_changed`).
        """
        said = {"decision": decision, "reason": reason or None, "counter": counter}
        body = {name: value for name, value in said.items() if value is not None}
        return self._act(recommendation_id, "counter-review", body)

    def replay(self, recommendation_id: str) -> brand_answers.ReplayAnswer:
        """Decide a recommendation again from what was kept, and say whether it is the same."""
        path = f"/v1/recommendations/{segment(recommendation_id)}/replay"
        return cast("brand_answers.ReplayAnswer", self._get(path, self._for_brand))

    def replay_decision(self, style: str) -> brand_answers.ReplayAnswer:
        """Decide a style's last decision again from what was kept."""
        path = f"/v1/decisions/{segment(style)}/replay"
        return cast("brand_answers.ReplayAnswer", self._get(path, self._for_brand))

    def start_backtest(
        self,
        *,
        as_of: str | None = None,
        weeks: int | None = None,
        styles: int | None = None,
        terms: Mapping[str, Any] | None = None,
    ) -> brand_answers.BacktestAnswer:
        """Ask for the brand's past to be decided again; `backtest` tells how far it is."""
        asked = {"as_of": as_of, "weeks": weeks, "styles": styles, "terms": terms}
        body = {name: value for name, value in asked.items() if value is not None}
        return cast(
            "brand_answers.BacktestAnswer", self._post("/v1/backtests", body, self._for_brand)
        )

    def backtest(self, backtest_id: str) -> brand_answers.BacktestAnswer:
        """Return how far a backtest has come, and what it found."""
        path = f"/v1/backtests/{segment(backtest_id)}"
        return cast("brand_answers.BacktestAnswer", self._get(path))

    def backtest_picture(self, backtest_id: str) -> bytes:
        """Return the picture of a backtest that is done, as SVG."""
        return self._sender.send("GET", f"/v1/backtests/{segment(backtest_id)}/picture.svg").content
