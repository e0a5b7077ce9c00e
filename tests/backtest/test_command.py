"""`shortrun backtest`: tables, figures and picture of a brand's own past."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.backtest.command import Asked, run_backtest
from app.database.database import Database
from app.errors import SetupError
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
