import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.database.database import Database
from app.errors import SetupError
from app.forecasting.accuracy.command import print_accuracy
from app.settings import Settings
from tests.refresh.shop import open_shop, sell

DAY = date(2026, 3, 2)


@pytest.fixture
def shop(database: Database) -> Database:
    """Two styles sold on every day of the last 20 weeks and of the last 9."""
    brand = open_shop(database, "OLD", "NEW")
    with database.write() as session:
        sell(session, brand, "OLD", days=140, a_day=2)
        sell(session, brand, "NEW", days=63, a_day=1)
    return database


def test_a_brands_past_is_forecast_again_and_reported(
    shop: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "accuracy.json"

    print_accuracy(shop, Settings(), brand="acme", as_of=DAY, cuts=2, file=file)

    document = json.loads(file.read_text())
    assert document["cuts"] == ["2025-12-08", "2026-02-02"]
    [everything] = [
        row for row in document["scores"] if row["group"] == "all" and row["horizon_weeks"] == 4
    ]
    assert everything["sold_units"] == 280.0
    assert everything["wape"]["run-rate"]["value"] == pytest.approx(0.0, abs=0.02)
    assert everything["wape"]["shortrun"]["value"] < 0.3
    assert "units of the next 4 weeks" in capsys.readouterr().out


def test_the_command_line_asks_for_the_same(
    shop: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTRUN_DATABASE_URL", database_url)
    file = tmp_path / "accuracy.json"
    asked = ["accuracy", "--brand", "acme", "--as-of", "2026-03-02", "--cuts", "1"]

    done = CliRunner().invoke(app, [*asked, "--json", str(file)], catch_exceptions=False)

    assert done.exit_code == 0
    assert json.loads(file.read_text())["cuts"] == ["2026-02-02"]


def test_a_brand_that_does_not_exist_is_named(shop: Database) -> None:
    with pytest.raises(SetupError, match="there is no brand nobody"):
        print_accuracy(shop, Settings(), brand="nobody", as_of=DAY, cuts=2, file=None)


def test_a_past_too_short_to_look_at_is_refused(shop: Database) -> None:
    with pytest.raises(SetupError, match="acme has less than 12 weeks of sales before 2025-12-01"):
        print_accuracy(shop, Settings(), brand="acme", as_of=date(2025, 12, 1), cuts=2, file=None)


def test_a_day_to_come_is_refused(shop: Database) -> None:
    with pytest.raises(SetupError, match="has not begun yet"):
        print_accuracy(shop, Settings(), brand="acme", as_of=date(2999, 1, 1), cuts=2, file=None)


def test_a_file_that_cannot_be_written_is_refused(shop: Database, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot write"):
        print_accuracy(
            shop, Settings(), brand="acme", as_of=DAY, cuts=1, file=tmp_path / "no" / "file.json"
        )


def test_of_a_large_range_some_styles_are_looked_at_and_it_says_so(
    shop: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.forecasting.accuracy.command.MOST_TEACHING", 1)
    file = tmp_path / "accuracy.json"

    print_accuracy(shop, Settings(), brand="acme", as_of=DAY, cuts=1, file=file)

    scores = json.loads(file.read_text())["scores"]
    assert {row["styles"] for row in scores} == {1}
    said = capsys.readouterr().out
    assert "Of 1 styles, some of every family; 1 others were not looked at." in said
