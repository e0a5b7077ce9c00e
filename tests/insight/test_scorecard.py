"""What a brand and a factory learn of each other, shown to both alike."""

from datetime import timedelta

from app.database.database import Database
from app.recommendations.answer import counter, decline
from app.recommendations.counter import Counter, CounterLine
from tests.insight.past import accepted, delivered, made, put_small_offer
from tests.recommendations.scene import (
    AT,
    Call,
    Scene,
    build,
    caller,
    decide,
    key_for,
    run_of,
    stored,
)

LATER = AT + timedelta(days=60)


def test_nothing_is_known_of_a_pair_that_did_nothing(
    scene: Scene, call: Call, brand_key: str
) -> None:
    cards = call(brand_key, "GET", "/v1/scorecards").json()["data"]

    assert [(card["brand"], card["factory"]) for card in cards] == [
        ("acme", "fab1"),
        ("acme", "fab2"),
    ]
    assert cards[0]["asked"] == 0
    assert cards[0]["lead_time_days"] == {
        "count": 0, "mean": None, "sd": None, "p50": None, "p90": None,
    }  # fmt: skip
    assert cards[0]["kept_dates"] == {
        "value": None, "count": 0, "of": 0, "expected": 0.95, "prior": 0.95, "prior_weight": 20,
    }  # fmt: skip


def test_runs_tell_lead_time_kept_dates_rejects_and_complaints(
    database: Database, scene: Scene, brand_key: str
) -> None:
    made(database, scene, 20)
    late = accepted(database, scene)
    delivered(
        database,
        scene,
        late,
        AT + timedelta(days=30),
        {"S2-BLK-M": 74, "S2-BLK-L": 40},
        rejected=6,
        complained=3,
    )

    card = caller(database, LATER)(brand_key, "GET", "/v1/scorecards").json()["data"][0]

    assert card["lead_time_days"] == {
        "count": 2, "mean": 25.0, "sd": 7.0711, "p50": 25.0, "p90": 29.0,
    }  # fmt: skip
    assert (card["kept_dates"]["count"], card["kept_dates"]["of"]) == (1, 2)
    assert card["kept_dates"]["expected"] == 0.9091
    assert card["received_units"] == {"value": 0.975, "count": 234, "of": 240}
    assert card["rejected_units"] == {"value": 0.025, "count": 6, "of": 240}
    assert card["complaints"] == 1
    assert card["complained_runs"] == {"value": 0.5, "count": 1, "of": 2}
    assert card["complained_units"] == {"value": 0.0128, "count": 3, "of": 234}
    assert card["response_hours"]["mean"] == 6.0


def test_answers_tell_who_declines_and_who_counters_with_other_quantities(
    database: Database, scene: Scene, brand_key: str
) -> None:
    decide(database, scene, run_of(scene, urgent=True))
    with database.write() as session:
        asked = stored(database)[-1].id
        decline(session, asked, scene.fab1, reason="full", at=AT + timedelta(hours=1))
    decide(database, scene, run_of(scene, urgent=True))
    fewer = Counter(lines=(CounterLine("S2-BLK-M", 50),))
    with database.write() as session:
        asked = stored(database)[-1].id
        counter(session, asked, scene.fab1, terms=fewer, at=AT + timedelta(hours=3))

    card = caller(database, LATER)(brand_key, "GET", "/v1/scorecards").json()["data"][0]

    assert card["asked"] == 2
    assert card["declined"]["value"] == 0.5
    assert card["countered"]["value"] == 0.5
    assert card["response_hours"]["p50"] == 2.0
    assert card["flexibility"] == {
        "up": {"value": 0.0, "count": 0, "of": 1},
        "down": {"value": 1.0, "count": 1, "of": 1},
        "units": {"value": 0.75, "count": 90, "of": 120},
    }


def test_an_offer_is_shown_as_stated_until_enough_runs_correct_it(
    database: Database, scene: Scene, brand_key: str
) -> None:
    put_small_offer(database, scene)
    for _ in range(4):
        made(database, scene, 35)
    ask = caller(database, LATER)

    before = ask(brand_key, "GET", "/v1/scorecards").json()["data"][0]["offers"][0]
    made(database, scene, 35)
    after = ask(brand_key, "GET", "/v1/scorecards").json()["data"][0]["offers"][0]

    assert (before["runs"], before["is_learned"]) == (4, False)
    assert before["lead_time_days"]["used_mean"] == 21.0
    assert (after["runs"], after["is_learned"], after["prior_weight"]) == (5, True, 5.0)
    assert after["lead_time_days"] == {
        "stated_mean": 21.0, "stated_sd": 0.0, "used_mean": 26.0, "used_sd": 3.0,
    }  # fmt: skip


def test_both_sides_are_shown_the_same_and_no_money(
    database: Database, scene: Scene, brand_key: str, fab1_key: str
) -> None:
    made(database, scene, 20)
    ask = caller(database, LATER)

    of_brand = ask(brand_key, "GET", "/v1/scorecards?factory=fab1")
    of_factory = ask(fab1_key, "GET", "/v1/scorecards")

    assert of_brand.json()["data"] == of_factory.json()["data"]
    assert "EUR" not in of_factory.text
    assert "cost" not in of_factory.text


def test_a_pair_is_nobody_elses(database: Database, scene: Scene, brand_key: str) -> None:
    with database.write() as session:
        other = build(session, code="other")
    other_key = key_for(database, "brand", brand_id=other.brand.id)
    ops_key = key_for(database, "ops")
    made(database, scene, 20)
    ask = caller(database, LATER)

    seen = ask(other_key, "GET", "/v1/scorecards").json()["data"]

    assert [(card["brand"], card["asked"]) for card in seen] == [("other", 0), ("other", 0)]
    assert ask(other_key, "GET", "/v1/scorecards?brand=acme").status_code == 404
    assert ask(ops_key, "GET", "/v1/scorecards").json()["code"] == "missing_parameter"
    of_ops = ask(ops_key, "GET", "/v1/scorecards?brand=acme&factory=fab1").json()["data"]
    assert [card["asked"] for card in of_ops] == [1]


def test_a_list_of_scorecards_goes_on_at_its_cursor(
    scene: Scene, call: Call, brand_key: str
) -> None:
    first = call(brand_key, "GET", "/v1/scorecards?limit=1").json()
    rest = call(brand_key, "GET", f"/v1/scorecards?limit=1&cursor={first['next_cursor']}").json()

    assert [first["data"][0]["factory"], rest["data"][0]["factory"]] == ["fab1", "fab2"]
    assert rest["has_more"] is False
