"""What an operator sets, by the environment or by files that it names."""

from pathlib import Path

import pytest

from app.errors import SetupError
from app.settings import Settings

POSTGRES = "postgresql://shortrun@db/shortrun"


def test_a_secret_may_lie_in_a_file_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss/word\n")
    monkeypatch.setenv("SHORTRUN_DATABASE_URL", POSTGRES)
    monkeypatch.setenv("SHORTRUN_DATABASE_PASSWORD_FILE", str(secret))

    settings = Settings.read()

    assert settings.database_url == "postgresql://shortrun:p%40ss%2Fword@db/shortrun"
    assert "p%40ss" not in repr(settings)
    assert "p@ss" not in repr(settings)


def test_the_environment_goes_before_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "level"
    other.write_text("DEBUG")
    monkeypatch.setenv("SHORTRUN_LOG_LEVEL", "WARNING")
    monkeypatch.setenv("SHORTRUN_LOG_LEVEL_FILE", str(other))

    assert Settings.read().log_level == "WARNING"


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORTRUN_DATABASE_URL_FILE", "/nowhere/url")

    with pytest.raises(SetupError, match="SHORTRUN_DATABASE_URL_FILE: cannot read /nowhere/url"):
        Settings.read()


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SANDBOX": "1", "DATABASE_URL": POSTGRES}, "SHORTRUN_SANDBOX"),
        ({}, "SHORTRUN_DATABASE_URL: say where"),
        ({"DATABASE_URL": "postgresql://shortrun:Shortrun@db/x"}, "a default password"),
        ({"DATABASE_URL": POSTGRES, "DATABASE_PASSWORD": "change-me"}, "a default password"),
    ],
)
def test_production_refuses_what_is_right_on_a_desk_only(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    monkeypatch.setenv("SHORTRUN_PRODUCTION", "1")
    monkeypatch.delenv("SHORTRUN_DATABASE_URL", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(f"SHORTRUN_{name}", value)

    with pytest.raises(SetupError, match=named):
        Settings.read()


@pytest.mark.parametrize(
    "url", [POSTGRES, "postgresql://shortrun:k3jh4-own@db/x", "sqlite:////data/shortrun.db"]
)
def test_production_takes_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SHORTRUN_PRODUCTION", "1")
    monkeypatch.setenv("SHORTRUN_DATABASE_URL", url)

    assert Settings.read().database_url == url
