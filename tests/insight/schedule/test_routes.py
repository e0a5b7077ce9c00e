"""The schedule over HTTP: who may read it, in which forms, and when it is news."""

import io

import pytest
from openpyxl import load_workbook

from app.database.database import Database
from tests.insight.schedule.floor import SCHEDULE, forecast, offer, setup_matrix
from tests.recommendations.scene import Call, Scene, decide, key_for, run_of, stored

FORMS = ["json", "csv", "xlsx", "x12_830", "delfor"]


def test_a_factory_reads_its_weeks_its_line_its_materials_and_its_checks(
    database: Database, scene: Scene, call: Call, fab1_key: str, run_id: str
) -> None:
    offer(database, scene.fab1)
    setup_matrix(database, scene.fab1, {"S3": {"S2": 1.0}})

    answer = call(fab1_key, "GET", SCHEDULE)

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["factory"], shown["today"], shown["timezone"]) == (
        "fab1",
        "2026-03-02",
        "Europe/Lisbon",
    )
    assert [week["week"] for week in shown["weeks"]] == [
        "2026-W10",
        "2026-W11",
        "2026-W12",
        "2026-W13",
    ]
    week = shown["weeks"][3]
    assert (week["firm_units"], week["planned_units"], week["forecast_units"]) == (120, 0, 0)
    assert week["quantities"][1] == {
        "brand": "acme",
        "style": "S2",
        "colorway": "BLK",
        "size": "M",
        "sku": "S2-BLK-M",
        "firm": 80,
        "planned": 0,
        "forecast": 0,
    }
    assert week["line"] == {
        "load": 0.5,
        "units_without_capacity": 0,
        "over_capacity": False,
        "changeovers": 1,
        "changeover_hours": 2.0,
        "sequence": [
            {
                "brand": "acme",
                "style": "S2",
                "colorway": "BLK",
                "units": 120,
                "changeover_hours": 2.0,
            }
        ],
    }
    assert [one["check"] for one in shown["checkpoints"]] == ["first_article", "in_line", "final"]
    assert shown["lines"][0]["reference"] == run_id


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_conditional_until_something_changes(
    database: Database, scene: Scene, call: Call, fab1_key: str, form: str
) -> None:
    path = f"{SCHEDULE}?format={form}"
    first = call(fab1_key, "GET", path)

    same = call(fab1_key, "GET", path, headers={"if-none-match": first.headers["etag"]})
    decide(database, scene, run_of(scene))
    news = call(fab1_key, "GET", path, headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, same.status_code, news.status_code) == (200, 304, 200)
    assert same.content == b""
    assert news.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_tells_money_or_what_another_brand_has(
    database: Database, scene: Scene, call: Call, fab1_key: str, form: str
) -> None:
    offer(database, scene.fab1)
    forecast(database, scene, a_week=30)
    decide(database, scene, run_of(scene))

    answer = call(fab1_key, "GET", f"{SCHEDULE}?format={form}")

    text = answer.text
    if form == "xlsx":
        book = load_workbook(io.BytesIO(answer.content))
        text = str([[list(row) for row in sheet.values] for sheet in book])
    assert "S2-BLK-M" in text
    told = ("1234.56", "1926", "14.00", "39.00", "economics", "cost", "price", "profit", "digest")
    assert [one for one in told if one in text] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_form_names_its_media_type_and_a_file(call: Call, fab1_key: str) -> None:
    answers = [call(fab1_key, "GET", f"{SCHEDULE}?format={form}") for form in FORMS]

    assert [answer.headers["content-type"].partition(";")[0] for answer in answers] == [
        "application/json",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/EDI-X12",
        "application/EDIFACT",
    ]
    assert answers[3].headers["content-disposition"] == (
        'attachment; filename="schedule-fab1-2252.x12"'
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_presets_are_of_the_csv_alone(call: Call, fab1_key: str) -> None:
    odoo = call(fab1_key, "GET", f"{SCHEDULE}?format=csv&preset=odoo")
    refused = [
        call(fab1_key, "GET", f"{SCHEDULE}?{query}")
        for query in (
            "preset=odoo",
            "format=xlsx&preset=odoo",
            "format=pdf",
            "format=csv&preset=sap",
        )
    ]

    assert odoo.text == "id,origin,product_id,product_qty,date_start\r\n"
    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (400, "bad_parameter")
    ] * 4


def test_only_the_factory_itself_and_operators_read_it(
    database: Database, scene: Scene, call: Call, fab1_key: str
) -> None:
    brand_key = key_for(database, "brand", brand_id=scene.brand.id)
    fab2_key = key_for(database, "factory", factory_id=scene.fab2)
    ops_key = key_for(database, "ops")

    answers = [call(key, "GET", SCHEDULE) for key in (brand_key, fab2_key, ops_key)]
    missing = call(fab1_key, "GET", "/v1/factories/nobody/schedule")

    assert [answer.status_code for answer in answers] == [403, 404, 200]
    assert answers[1].json()["detail"] == missing.json()["detail"]
    assert stored(database) == []
