"""One pull from its options to its exit code, against the real service."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from app.client import Retries
from app.client.pull.command import PullWish, pull_files
from app.database.database import Database
from tests.client.live import LiveService, change, restore
from tests.recommendations.scene import Scene

ONCE = Retries(attempts=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "in"


def pull(service: LiveService, key: str, folder: Path, form: Any = "json", **more: Any) -> int:
    wish = PullWish("fab1", folder, form, service.url, **more)
    return pull_files(wish, {"SHORTRUN_KEY": key}, retries=ONCE)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("[!.]*"))


def events(folder: Path) -> list[Any]:
    files = [json.loads((folder / name).read_text()) for name in names(folder)]
    return [event for file in files for event in file["data"]]


def test_every_event_is_in_one_file_and_a_pull_without_news_writes_and_says_nothing(
    service: LiveService,
    database: Database,
    scene: Scene,
    fab1_key: str,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    codes = [pull(service, fab1_key, folder)]
    for times in (2, 0, 3):
        change(database, scene, times)
        codes.append(pull(service, fab1_key, folder, limit=4))

    assert codes == [0, 0, 0, 0]
    assert names(folder) == [
        "0000-000000000001-000000000003-events.json",
        "0000-000000000004-000000000007-events.json",
        "0000-000000000008-000000000009-events.json",
    ]
    with service.client(fab1_key) as client:
        assert events(folder) == list(client.feed("fab1"))
    printed = capfd.readouterr()
    assert [line for line in printed.out.splitlines() if str(folder) in line] == []


def test_a_restored_service_begins_again_with_what_stands(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, folder: Path
) -> None:
    change(database, scene, 3)
    pull(service, fab1_key, folder)
    restore(database, 2)

    code = pull(service, fab1_key, folder)
    change(database, scene, 1)
    again = pull(service, fab1_key, folder)

    assert (code, again) == (0, 0)
    assert names(folder) == [
        "0000-000000000001-000000000005-events.json",
        "0001-000000000000-standing.json",
        "0001-000000000003-000000000004-events.json",
    ]
    standing = json.loads((folder / "0001-000000000000-standing.json").read_text())
    assert [one["status"] for one in standing["data"]] == ["open"]


def test_a_spreadsheet_gets_a_row_for_each_sku(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, folder: Path
) -> None:
    change(database, scene, 1)

    pull(service, fab1_key, folder, "csv")

    [name] = names(folder)
    text = (folder / name).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["sku"], row["quantity"], row["status"]) for row in rows] == [
        ("S2-BLK-M", "120", "open"),
        ("S2-BLK-L", "40", "open"),
    ]


@pytest.mark.parametrize(
    ("form", "suffix"), [("xlsx", "xlsx"), ("x12_830", "x12"), ("delfor", "edi")]
)
def test_a_schedule_is_a_file_for_each_release(
    service: LiveService,
    database: Database,
    scene: Scene,
    fab1_key: str,
    folder: Path,
    form: str,
    suffix: str,
) -> None:
    change(database, scene, 1)
    codes = [pull(service, fab1_key, folder, form), pull(service, fab1_key, folder, form)]
    first = names(folder)
    change(database, scene, 1)
    codes.append(pull(service, fab1_key, folder, form))

    assert codes == [0, 0, 0]
    assert len(first) == 1
    assert len(names(folder)) == 2
    assert first[0].endswith(f"-schedule.{suffix}")
    with service.client(fab1_key) as client:
        newest = client.schedule_file("fab1", form)
    assert names(folder)[-1] == f"0000-{newest.release:012d}-schedule.{suffix}"
    assert (folder / names(folder)[-1]).read_bytes() == newest.content


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_stays_looks_at_the_schedule_each_minute_and_waits_for_a_service_that_is_away(
    service: LiveService, database: Database, scene: Scene, fab1_key: str, folder: Path
) -> None:
    meanwhile = [
        lambda: change(database, scene, 1),
        service.stop,
        lambda: (change(database, scene, 1), service.start()),
    ]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if not meanwhile:
            raise KeyboardInterrupt
        meanwhile.pop(0)()

    wish = PullWish("fab1", folder, "delfor", service.url, follow=True)
    code = pull_files(wish, {"SHORTRUN_KEY": fab1_key}, retries=Retries(attempts=1, pause=pause))

    assert code == 130
    assert pauses == [60.0] * 4
    assert len(names(folder)) == 3


def refused(
    capfd: pytest.CaptureFixture[str], wish: PullWish, environment: dict[str, str]
) -> tuple[int, str]:
    code = pull_files(wish, environment, retries=ONCE)
    [line] = [one for one in capfd.readouterr().err.splitlines() if one.startswith("shortrun:")]
    return code, line


def test_without_a_key_nothing_is_asked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wish = PullWish("fab1", tmp_path / "in", "csv", "http://127.0.0.1:1")

    code, line = refused(capfd, wish, {})

    assert (code, line) == (
        1, "shortrun: no key: set SHORTRUN_KEY, or name a file with --key-file"
    )  # fmt: skip
    assert not (tmp_path / "in").exists()


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "https://", "http://[::1", ""])
def test_an_address_that_is_none_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], url: str
) -> None:
    wish = PullWish("fab1", tmp_path, "csv", url)

    code, line = refused(capfd, wish, {"SHORTRUN_KEY": "sr_live_x"})

    assert code == 1
    assert "is not the address of a service" in line


def test_a_service_that_is_away_is_no_reason_to_look(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wish = PullWish("fab1", tmp_path, "csv", "http://127.0.0.1:1")

    code, line = refused(capfd, wish, {"SHORTRUN_KEY": "sr_live_x"})

    assert code == 3
    assert line.startswith("shortrun: no answer to GET http://127.0.0.1:1/v1/factories/fab1/feed")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_of_another_factory_or_none_is_a_reason_to_look(
    service: LiveService, fab1_key: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text(f"{fab1_key}\n")
    elsewhere = PullWish("fab2", tmp_path / "in", "csv", service.url, key_file=tmp_path / "key")
    unknown = PullWish("fab1", tmp_path / "in1", "csv", service.url)

    assert refused(capfd, elsewhere, {})[0] == 1
    assert refused(capfd, unknown, {"SHORTRUN_KEY": "sr_live_no"})[0] == 1
