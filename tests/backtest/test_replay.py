"""A whole backtest on a real database: what decides sees the past alone, and its own sales."""

from datetime import date

import numpy as np
import pytest

from app.backtest.reading import Wish, set_stage
from app.backtest.replay import LANES, Lived
from app.backtest.result import LABELS, to_result
from app.backtest.warehouse import Warehouse
from app.database.database import Database
from app.errors import Invalid
from tests.backtest.shop import UNTIL, sell_more, shop_with_a_past, staged
from tests.refresh.shop import open_shop


def lived(database: Database, brand: object) -> Lived:
    stage = staged(database, brand)  # type: ignore[arg-type]
    for _ in stage.replay.steps():
        pass
    assert stage.replay.lived is not None
    return stage.replay.lived


def test_what_was_sold_later_changes_no_decision_made_before(database: Database) -> None:
    brand = shop_with_a_past(database)
    before = lived(database, brand)
    with database.write() as session:
        sell_more(session, brand, "S1-M", days_ago=2, units=500)

    after = lived(database, brand)

    rules = len(LANES)
    assert before.errors == after.errors == {}
    for week in range(3):
        assert before.runs[week].tolist() == after.runs[week].tolist()
    for week in range(2):
        assert before.on_hand[week].tolist() == after.on_hand[week].tolist()
    assert before.on_hand[2][:rules].tolist() != after.on_hand[2][:rules].tolist()


def test_the_same_past_gives_the_same_result_and_ours_made_runs(database: Database) -> None:
    brand = shop_with_a_past(database)
    found = []
    for _ in range(2):
        stage = staged(database, brand)
        assert all(0 <= done <= 1 for done in stage.replay.steps())
        found.append(to_result(stage))

    assert found[0] == found[1]
    result = found[0]
    assert [rule["rule"] for rule in result["rules"]] == list(LABELS)
    assert (result["styles"], result["of_styles"], result["weeks"]) == (2, 2, 3)
    assert (result["least_weeks"], result["is_long_enough"]) == (5, False)
    assert {rule["told_apart"] for rule in result["rules"]} == {None, False}
    assert "Too short to tell: after 3 weeks" in result["assumptions"][-1]
    assert (result["first_day"], result["last_day"]) == ("2026-02-09", "2026-03-01")
    ours = result["rules"][0]
    assert ours["runs"] > 0
    assert ours["wanted"] == 3 * 7 * 2 * (4 + 1)
    assert ours["sold"] + ours["lost"] == ours["wanted"]
    best = max(rule["profit"] for rule in result["rules"][1:-1] if rule["rule"].startswith("s_s"))
    assert result["rules"][-1]["profit"] >= best
    assert result["rules"][1]["series"][-1]["profit_to_date"] == pytest.approx(
        result["rules"][1]["profit"], abs=0.01
    )


def test_what_our_warehouse_could_not_serve_is_not_seen(database: Database) -> None:
    stage = staged(database, shop_with_a_past(database))
    ours, world = stage.replay.ours, stage.world
    empty = Warehouse(world, lanes=1)
    days = [empty.live(day) for day in range(56, 63)]

    ours.see(8, days, lane=0)
    panel = ours.panel(63)

    assert world.wanted[:, 56:63].sum(axis=1).tolist() == [28, 28, 7, 7]
    assert panel.demand[:, -1].tolist() == [0, 0, 0, 0]
    assert panel.in_stock_share[:, -1].tolist() == [0.0] * 4
    assert panel.demand[:, -2].tolist() == [28, 28, 7, 7]
    assert panel.in_stock_share[:, -2].tolist() == [1.0] * 4


def test_before_a_day_nothing_later_of_the_past_is_known_to_us(database: Database) -> None:
    stage = staged(database, shop_with_a_past(database))

    panel = stage.replay.ours.panel(stage.world.days - 21)

    assert panel.demand.shape[1] == 8
    assert panel.origin.isoformat() == "2026-02-09"


def test_fewer_styles_are_the_same_ones_every_time(database: Database) -> None:
    brand = shop_with_a_past(database)

    stages = [staged(database, brand, styles=1) for _ in range(2)]

    assert stages[0].codes == stages[1].codes
    assert (stages[0].world.styles, stages[0].of_styles) == (1, 2)


def test_of_a_large_range_no_more_is_read_than_teaches(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.backtest.reading.MOST_TEACHING", 1)

    stage = staged(database, shop_with_a_past(database))

    assert (stage.world.styles, stage.of_styles) == (1, 1)


def test_too_short_a_past_is_refused(database: Database) -> None:
    brand = open_shop(database, "S1")
    with database.write() as session:
        sell_more(session, brand, "S1-M", days_ago=20, units=1)

    with pytest.raises(Invalid, match=f"3 weeks of sales before {UNTIL}"):
        staged(database, brand)


def test_before_the_first_sale_there_are_no_weeks_of_sales(database: Database) -> None:
    brand = open_shop(database, "S1")
    with database.write() as session:
        sell_more(session, brand, "S1-M", days_ago=20, units=1)

    with pytest.raises(Invalid, match="0 weeks of sales before 2025-06-01"):
        set_stage(database, brand, Wish(date(2025, 6, 1), 3, 10, paths=64))


def test_hidden_demand_is_added_where_a_sku_was_out_of_stock() -> None:
    from app.backtest.world import wanted_units

    demand = np.array([[4] * 10 + [0] * 5 + [4] * 10])
    in_stock = (demand > 0).astype(float)

    wanted = wanted_units(demand, np.ones(demand.shape), in_stock)

    assert wanted.tolist() == [[4] * 25]
