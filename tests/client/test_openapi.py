"""The client against openapi.json: no operation, parameter or field that it does not know."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.client import (
    ShortrunClient,
    answers,
    brand_answers,
    factory_answers,
    ops_answers,
    shop_answers,
)
from app.client.following import FeedReader

DOCUMENT = json.loads(Path("openapi.json").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]

FOR_MACHINES = {"livez", "metrics", "receive_webhook"}
"""For an orchestrator, a Prometheus and a shop; `readyz` tells a script when it may begin."""

DAY = "2026-03-02"
CALLS: dict[str, Callable[[ShortrunClient], Any]] = {
    "readyz": lambda client: client.is_ready(),
    "put_brand": lambda client: client.put_brand("acme", {}),
    "get_brand": lambda client: client.brand("acme"),
    "list_brands": lambda client: list(client.brands()),
    "put_factory": lambda client: client.put_factory("fab1", {}),
    "get_factory": lambda client: client.factory("fab1"),
    "list_factories": lambda client: list(client.factories()),
    "post_api_key": lambda client: client.create_key("ops", name="n", expires_at=DAY),
    "get_api_key": lambda client: client.key("k"),
    "list_api_keys": lambda client: list(client.keys()),
    "delete_api_key": lambda client: client.revoke_key("k"),
    "rotate_api_key": lambda client: client.rotate_key("k", overlap_seconds=60),
    "list_audit": lambda client: list(client.audit()),
    "get_clock": lambda client: client.clock(),
    "put_clock": lambda client: client.set_clock(DAY),
    "start_refresh": lambda client: client.start_refresh(brand="acme", skus=["A"]),
    "get_refresh": lambda client: client.refresh("r"),
    "put_style": lambda client: client.put_style("S2", {}),
    "get_style": lambda client: client.style("S2"),
    "list_styles": lambda client: list(client.styles(planning="active")),
    "post_catalog": lambda client: client.post_catalog([]),
    "post_sales": lambda client: client.post_sales([]),
    "post_stock": lambda client: client.post_stock([]),
    "post_inbound": lambda client: client.post_inbound([]),
    "post_known_demand": lambda client: client.post_known_demand([]),
    "list_known_demand": lambda client: list(client.known_demand()),
    "get_demand": lambda client: client.demand("A", DAY, DAY),
    "get_sku_forecast": lambda client: client.forecast("A", periods=4, as_of=DAY),
    "get_style_forecast": lambda client: client.style_forecast("S2", periods=4, as_of=DAY),
    "get_decision": lambda client: client.decision("S2"),
    "replay_decision": lambda client: client.replay_decision("S2"),
    "list_recommendations": lambda client: list(
        client.recommendations(status="open", style="S2", past_due=True)
    ),
    "get_recommendation": lambda client: client.recommendation("rec_1"),
    "release_recommendation": lambda client: client.release("rec_1"),
    "withdraw_recommendation": lambda client: client.withdraw("rec_1"),
    "review_counter": lambda client: client.review_counter("rec_1", "decline", reason="late"),
    "replay_recommendation": lambda client: client.replay("rec_1"),
    "start_backtest": lambda client: client.start_backtest(as_of=DAY, weeks=4, styles=5),
    "get_backtest": lambda client: client.backtest("b"),
    "get_backtest_picture": lambda client: client.backtest_picture("b"),
    "post_import": lambda client: client.post_import(b"sku", "stock", mapping={"sku": "Item"}),
    "list_imports": lambda client: list(client.imports()),
    "get_import": lambda client: client.import_progress("imp_1"),
    "get_import_errors": lambda client: client.import_errors("imp_1"),
    "put_connection": lambda client: client.put_connection("web-shop", {}),
    "get_connection": lambda client: client.connection("web-shop"),
    "list_connections": lambda client: list(client.connections()),
    "delete_connection": lambda client: client.delete_connection("web-shop"),
    "post_reconciliation": lambda client: client.reconcile("web-shop", "2026-03-02"),
    "put_sku_map": lambda client: client.put_sku_map("web", []),
    "get_sku_map": lambda client: client.sku_map("web"),
    "list_sku_maps": lambda client: list(client.sku_maps()),
    "list_quarantine": lambda client: list(client.quarantine(status="waiting")),
    "get_quarantined": lambda client: client.quarantined("qua_1"),
    "replay_quarantined": lambda client: client.replay_quarantined("qua_1"),
    "put_offer": lambda client: client.put_offer("o", {}),
    "get_offer": lambda client: client.offer("o"),
    "list_offers": lambda client: list(client.offers()),
    "put_material": lambda client: client.put_material("oxford", {}),
    "get_material": lambda client: client.material("oxford"),
    "list_materials": lambda client: list(client.materials()),
    "delete_material": lambda client: client.delete_material("oxford"),
    "put_reservation": lambda client: client.put_reservation("oxford", "acme", {}),
    "delete_reservation": lambda client: client.delete_reservation("oxford", "acme"),
    "list_standing": lambda client: client.standing("fab1", past_due=True),
    "read_feed": lambda client: next(FeedReader(client, "fab1", after="c", wait=1).for_ever()),
    "respond": lambda client: client.respond("rec_1", {}),
    "get_schedule": lambda client: client.schedule_file("fab1", "csv", preset="odoo"),
    "list_runs": lambda client: list(client.runs(status="planned", past_due=True)),
    "get_run": lambda client: client.run("run_1"),
    "post_run_events": lambda client: client.post_run_events("run_1", []),
    "list_change_requests": lambda client: list(client.change_requests("run_1")),
    "post_change_request": lambda client: client.request_change("run_1", {}),
    "get_suitability": lambda client: client.suitability(),
    "list_scorecards": lambda client: list(client.scorecards()),
    "get_kpis": lambda client: client.kpis(first_day=DAY, last_day=DAY),
}

SHAPES: dict[Any, set[str]] = {
    answers.SaleEvent: {"SaleIn"},
    answers.StockLevel: {"LevelIn"},
    answers.InboundItem: {"InboundItemIn"},
    answers.KnownDemand: {"KnownDemandIn", "KnownDemandOut"},
    answers.RunEvent: {"StepIn"},
    answers.RowResult: {"RowResult"},
    answers.BatchAnswer: {"RowsOut"},
    answers.CounterEconomics: {"CounterEconomicsOut"},
    answers.RecommendationLine: {"LineOut"},
    answers.Recommendation: {"BrandRecommendation", "FactoryRecommendation"},
    answers.FeedEvent: {"FeedEventOut"},
    answers.FeedPage: {"FeedOut"},
    answers.RunLine: {"RunLineOut"},
    answers.Run: {"RunOut"},
    answers.ChangeRequest: {"ChangeRequestOut"},
    brand_answers.Sku: {"SkuIn"},
    brand_answers.Style: {"StyleOut"},
    brand_answers.CatalogRow: {"CatalogRowOut"},
    brand_answers.CatalogAnswer: {"CatalogOut"},
    brand_answers.DemandDay: {"DemandDayOut"},
    brand_answers.DemandAnswer: {"DemandOut"},
    brand_answers.ForecastPeriod: {"PeriodOut"},
    brand_answers.ForecastAnswer: {"SkuForecastOut", "StyleForecastOut"},
    brand_answers.DecisionAnswer: {"DecisionOut"},
    brand_answers.BacktestAnswer: {"BacktestOut"},
    brand_answers.ImportAnswer: {"ImportOut"},
    brand_answers.ReplayAnswer: {"ReplayOut"},
    shop_answers.ShopConnection: {"ConnectionOut"},
    shop_answers.MappedItem: {"MappedItemIn"},
    shop_answers.SkuMap: {"SkuMapOut"},
    shop_answers.SkuMapSummary: {"SkuMapSummaryOut"},
    shop_answers.Issue: {"IssueOut"},
    shop_answers.Quarantined: {"QuarantinedOut"},
    factory_answers.Offer: {"OfferOut"},
    factory_answers.Reservation: {"ReservationOut"},
    factory_answers.Material: {"MaterialOut", "MaterialForBrandOut"},
    factory_answers.ScheduleLine: {"ScheduleLineOut"},
    factory_answers.Schedule: {"ScheduleOut"},
    factory_answers.Scorecard: {"ScorecardOut"},
    factory_answers.Kpis: {"KpisOut"},
    factory_answers.Suitability: {"BrandSuitabilityOut", "FactorySuitabilityOut"},
    ops_answers.Brand: {"BrandOut"},
    ops_answers.Factory: {"FactoryOut"},
    ops_answers.Key: {"KeyOut"},
    ops_answers.CreatedKey: {"NewKeyOut"},
    ops_answers.AuditEntry: {"AuditOut"},
    ops_answers.ClockReading: {"ClockOut"},
    ops_answers.RefreshAnswer: {"RefreshOut"},
}


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield the name, method, path and description of each operation."""
    for path, item in DOCUMENT["paths"].items():
        for method in item.keys() & {"get", "put", "post", "delete"}:
            yield item[method]["operationId"], method.upper(), path, item[method]


OPERATIONS = {name: (method, path, told) for name, method, path, told in operations()}


def asked_by(call: Callable[[ShortrunClient], Any]) -> httpx.Request:
    """Return the first request of a call under an ops key that acts for both sides."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        page = {"data": [{}], "has_more": False, "next_cursor": "n", "feed_cursor": "c"}
        named = {"Content-Disposition": 'attachment; filename="schedule-fab-1-17.csv"'}
        return httpx.Response(200, json=page, headers=named)

    transport = httpx.MockTransport(answer)
    with ShortrunClient(
        "http://service.test", "k", brand="acme", factory="fab1", transport=transport
    ) as client:
        call(client)
    return asked[0]


def test_the_client_has_a_call_for_every_operation() -> None:
    assert CALLS.keys() | FOR_MACHINES == OPERATIONS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_a_call_asks_as_the_document_says(name: str) -> None:
    method, path, told = OPERATIONS[name]

    request = asked_by(CALLS[name])

    assert request.method == method
    assert re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), request.url.path)
    assert bool(request.content) >= bool(told.get("requestBody"))
    assert ("Idempotency-Key" in request.headers) == (method == "POST")


@pytest.mark.parametrize("name", CALLS)
def test_a_call_can_use_every_parameter_of_its_operation(name: str) -> None:
    _, _, told = OPERATIONS[name]
    known = {one["name"] for one in told.get("parameters", []) if one.get("in") == "query"}

    request = asked_by(CALLS[name])

    assert known - {"cursor"} == set(request.url.params)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_shape_has_the_fields_of_the_document(shape: Any) -> None:
    described = [SCHEMAS[name] for name in SHAPES[shape]]
    always = set.intersection(*[set(one.get("required", [])) for one in described])

    assert set(shape.__annotations__) == {field for one in described for field in one["properties"]}
    assert shape.__required_keys__ >= always


def test_a_unit_cost_is_said_to_be_an_average_beside_an_exact_total() -> None:
    said = [
        SCHEMAS[name]["properties"]["unit_cost"].get("description", "")
        for name in ("FactoryRecommendation", "BrandRecommendation", "RunOut")
    ]

    assert all("rounded to four decimals: `total_cost` is exact" in text for text in said)
