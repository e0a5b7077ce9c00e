"""`shortrun backtest`: tables, figures and picture of a brand's own past."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.backtest.command import Asked, run_backtest
from app.database.database import Database
from app.errors import SetupError
from app.sourcing.tables import Offer
from tests.backtest.shop import shop_with_a_past
from tests.refresh.shop import SETTINGS, open_shop

DAY = date(2026, 3, 2)


def test_it_prints_its_tables_and_writes_its_files(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop_with_a_past(database)
    figures, picture = tmp_path / "figures.json", tmp_path / "picture.svg"

    run_backtest(database, SETTINGS, Asked("acme", DAY, 3, 10, figures, picture))

    assert "2 of 2 styles, 3 weeks" in capsys.readouterr().out
    assert json.loads(figures.read_text())["rules"][0]["rule"] == "shortrun"
    assert picture.read_text().startswith("<svg ")


def test_a_brand_that_is_not_there_and_a_day_to_come_are_refused(database: Database) -> None:
    open_shop(database)

    with pytest.raises(SetupError, match="there is no brand nobody"):
        run_backtest(database, SETTINGS, Asked("nobody", None, 3, 10, None, None))
    with pytest.raises(SetupError, match="2099-01-01 has not begun yet"):
        run_backtest(database, SETTINGS, Asked("acme", date(2099, 1, 1), 3, 10, None, None))


TERMS = """
[style]
salvage_share = 0.5

[[offers]]
offer = "cheap"
factory = "elsewhere"
mode = "large_batch"
price_breaks = [{ min_quantity = 1, unit_cost_share = 0.1 }]
setup_cost = "20.00"
lead_time_days = { mean = 7 }
"""


def test_other_terms_are_tried_and_not_stored(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop_with_a_past(database)
    file, figures, before = tmp_path / "t.toml", tmp_path / "new.json", tmp_path / "old.json"
    file.write_text(TERMS)

    run_backtest(database, SETTINGS, Asked("acme", DAY, 3, 10, before, None))
    run_backtest(database, SETTINGS, Asked("acme", DAY, 3, 10, figures, None, file))

    stored, tried = (json.loads(one.read_text())["rules"][0] for one in (before, figures))
    assert "Economics and offers as the terms to try say" in capsys.readouterr().out
    assert tried["making_cost"] / tried["ordered"] == pytest.approx(4.0)
    assert stored["making_cost"] / stored["ordered"] == pytest.approx(14.0)
    with database.read() as session:
        assert session.scalars(select(Offer.code)).all() == ["small"]


def test_terms_that_cannot_be_are_refused(database: Database, tmp_path: Path) -> None:
    shop_with_a_past(database)
    file = tmp_path / "t.toml"
    file.write_text("[style]\nsalvage_share = 2\n")

    with pytest.raises(SetupError, match="salvage_share"):
        run_backtest(database, SETTINGS, Asked("acme", DAY, 3, 10, None, None, file))
