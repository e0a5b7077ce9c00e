"""Which way of making suits the styles: to a brand with money, to a factory without."""

import json
from decimal import Decimal

import pytest
from sqlalchemy import delete, update

from app.catalog.tables import Style
from app.database.database import Database
from app.parties.tables import BrandFactory
from app.recommendations.issue import publish
from app.recommendations.suitability import Suited, by_way, verdict
from tests.recommendations.scene import AT, Call, Scene, add_style, key_for, proposal_of


def said(way: str, gain: float, *codes: str, **factories: str) -> dict[str, object]:
    """Return the suitability of a decision's body."""
    reasons = [{"code": f"{way}_pays", "text": "it pays", "values": {"gain": gain}}]
    if way == "none":
        reasons = [{"code": "no_way_pays", "text": "none pays", "values": {}}]
    reasons += [{"code": code, "text": code, "values": {"cost": 9.99}} for code in codes]
    return {"way": way, "reasons": reasons, "by_factory": factories}


@pytest.fixture
def suited(database: Database, scene: Scene) -> Scene:
    """Decide four styles: two suit large batches, one small ones, one nothing."""
    decided = {
        "S2": said("large_batch", 900.5, "stay_with_large_batches", fab1="small_batch",
                   fab2="large_batch"),
        "S3": said("small_batch", 300.0, "life_and_spread", fab1="small_batch", fab2="large_batch"),
        "S4": said("large_batch", 100.0, "ask_for_shorter_lead_time", fab2="large_batch"),
        "S5": said("none", 0.0, fab1="none"),
    }  # fmt: skip
    with database.write() as session:
        ids = {"S2": scene.style_id} | {
            code: add_style(session, scene.brand.id, code)[0] for code in ("S3", "S4", "S5")
        }
        for code, suitability in decided.items():
            body = {**proposal_of(scene, None).body, "suitability": suitability}
            made = proposal_of(scene, None, style_id=ids[code], style=code, body=body)
            publish(session, scene.brand, [made], at=AT)
    return scene


def test_a_brand_sees_the_money_at_stake_by_way_and_the_styles_behind_it(
    suited: Scene, call: Call, brand_key: str
) -> None:
    body = call(brand_key, "GET", "/v1/suitability").json()

    assert [(way["way"], way["styles"], way["gain"]) for way in body["ways"]] == [
        ("small_batch", 1, "300.00"),
        ("large_batch", 2, "1000.50"),
        ("none", 1, "0.00"),
    ]
    assert [one["style"] for one in body["ways"][1]["top"]] == ["S2", "S4"]
    assert body["ways"][1]["reasons"]["ask_for_shorter_lead_time"] == 1
    assert body["verdict"] == {
        "way": "large_batch",
        "text": "Large batches suit 2 of 4 styles and 77% of the money at stake; "
        "for 1 ask for a shorter lead time first.",
    }


def test_a_brand_sees_each_factory_by_the_styles_it_offers_to_make(
    suited: Scene, call: Call, brand_key: str
) -> None:
    body = call(brand_key, "GET", "/v1/suitability").json()

    assert [(one["factory"], one["styles"], one["fits"]) for one in body["factories"]] == [
        ("fab1", 3, 1),
        ("fab2", 3, 2),
    ]


def test_a_factory_sees_counts_and_codes_and_no_money(
    suited: Scene, call: Call, fab2_key: str
) -> None:
    answer = call(fab2_key, "GET", "/v1/suitability")

    body = answer.json()
    assert (body["factory"], body["styles"], body["fits"]) == ("fab2", 3, 2)
    assert [(way["way"], way["styles"]) for way in body["ways"]] == [
        ("small_batch", 1),
        ("large_batch", 2),
    ]
    assert body["verdict"]["way"] == "large_batch"
    said_to_it = json.dumps(body)
    for secret in ("gain", "life_and_spread", "900.5", "9.99", "S2", "acme", "%"):
        assert secret not in said_to_it


def test_a_factory_the_brand_no_longer_lists_sees_nothing_of_it(
    database: Database, suited: Scene, call: Call, fab2_key: str
) -> None:
    with database.write() as session:
        session.execute(delete(BrandFactory).where(BrandFactory.factory_id == suited.fab2))

    body = call(fab2_key, "GET", "/v1/suitability").json()

    assert body == {
        "factory": "fab2",
        "styles": 0,
        "fits": 0,
        "ways": [],
        "verdict": {"way": "none", "text": "Nothing was decided yet."},
    }


def test_only_the_newest_decision_of_an_active_style_counts(
    database: Database, suited: Scene, call: Call, brand_key: str
) -> None:
    with database.write() as session:
        body = {**proposal_of(suited, None).body, "suitability": said("small_batch", 5.0)}
        publish(session, suited.brand, [proposal_of(suited, None, body=body)], at=AT)
        session.execute(update(Style).where(Style.code == "S4").values(planning="paused"))

    body = call(brand_key, "GET", "/v1/suitability").json()

    assert [(way["way"], way["styles"]) for way in body["ways"]] == [
        ("small_batch", 2),
        ("none", 1),
    ]


def test_ops_name_whom_they_ask_for(database: Database, suited: Scene, call: Call) -> None:
    ops = key_for(database, "ops")

    assert call(ops, "GET", "/v1/suitability").json()["code"] == "missing_parameter"
    assert call(ops, "GET", "/v1/suitability?brand=acme").json()["styles"] == 4
    pair = call(ops, "GET", "/v1/suitability?brand=acme&factory=fab2").json()
    assert (pair["brand"], pair["styles"]) == ("acme", 3)


def test_the_verdict_of_counts_alone_goes_by_the_number_of_styles() -> None:
    styles = [
        Suited("A", "small_batch", Decimal(1), (), {}),
        Suited("B", "small_batch", Decimal(1), (), {}),
        Suited("C", "large_batch", Decimal(500), (), {}),
    ]

    assert verdict(by_way(styles), with_money=False)[0] == "small_batch"
    assert verdict(by_way(styles), with_money=True)[0] == "large_batch"
