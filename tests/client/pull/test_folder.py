"""Whose a folder is, who holds it, and when it is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.pull.folder import Place, _sync, held
from app.client.pull.refusals import FolderBusy, FolderUnusable

PLACE = Place("fab1", "json")


def told_nobody(_path: Path) -> None:
    pass


def deliver(path: Path, name: str, content: bytes, place: Place = PLACE) -> None:
    with held(path, PLACE, told=told_nobody) as folder:
        folder.deliver(name, content, place)


def test_a_file_appears_whole_under_its_name_and_the_place_is_kept(tmp_path: Path) -> None:
    then = replace(PLACE, cursor="c7", seq=7)

    deliver(tmp_path / "in" / "box", "1-events.json", b"all of it", then)

    with held(tmp_path / "in" / "box", PLACE, told=told_nobody) as folder:
        assert folder.place == then
    assert (tmp_path / "in" / "box" / "1-events.json").read_bytes() == b"all of it"


def test_one_holds_the_folder_at_a_time(tmp_path: Path) -> None:
    with (
        held(tmp_path, PLACE, told=told_nobody),
        pytest.raises(FolderBusy, match="another pull is at work"),
        held(tmp_path, PLACE, told=told_nobody),
    ):
        pass


@pytest.mark.parametrize("other", [Place("fab2", "json"), Place("fab1", "csv")])
def test_each_factory_and_format_has_a_folder_of_its_own(tmp_path: Path, other: Place) -> None:
    deliver(tmp_path, "1-events.json", b"", PLACE)

    with (
        pytest.raises(FolderUnusable, match="holds json of fab1"),
        held(tmp_path, other, told=told_nobody),
    ):
        pass


def test_a_folder_with_files_but_without_its_place_is_not_begun_again(tmp_path: Path) -> None:
    deliver(tmp_path, "1-events.json", b"")
    (tmp_path / ".shortrun" / "place.json").unlink()

    with (
        pytest.raises(FolderUnusable, match="take them away first"),
        held(tmp_path, PLACE, told=told_nobody),
    ):
        pass


def test_files_of_somebody_else_are_no_reason_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "2026-plan.xlsx").write_bytes(b"mine")

    deliver(tmp_path, "1-events.json", b"")

    assert (tmp_path / "2026-plan.xlsx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept[: len(kept) // 2],
        lambda kept: kept.replace('"version": 1', '"version": 2'),
        lambda _kept: "[]",
        lambda kept: kept.replace('"factory"', '"fabrik"'),
        lambda _kept: "\x00" * 8,
    ],
)
def test_a_place_that_cannot_be_read_is_never_guessed(
    tmp_path: Path, damage: Callable[[str], str]
) -> None:
    deliver(tmp_path, "1-events.json", b"")
    kept = tmp_path / ".shortrun" / "place.json"
    kept.write_text(damage(kept.read_text()))

    with (
        pytest.raises(FolderUnusable, match=r"place\.json"),
        held(tmp_path, PLACE, told=told_nobody),
    ):
        pass


def test_a_file_system_whose_folders_cannot_be_synced_is_no_failure(tmp_path: Path) -> None:
    cannot = Path("/proc")

    _sync(cannot)

    with pytest.raises(NotADirectoryError):
        _sync(cannot / "version")


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("")

    with (
        pytest.raises(FolderUnusable, match="cannot write to"),
        held(tmp_path / "box", PLACE, told=told_nobody),
    ):
        pass
