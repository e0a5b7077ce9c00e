"""Files from what was read: their names, and what is never written."""

from pathlib import Path
from typing import Any

import pytest

from app.client.answers import Standing
from app.client.factory_answers import ScheduleFile
from app.client.pull.folder import Place, held
from app.client.pull.refusals import FeedBroken
from app.client.pull.writing import write_feed, write_schedule


def told_nobody(_path: Path) -> None:
    pass


def page(*seqs: int) -> Any:
    events = [{"seq": seq, "cursor": f"c{seq}", "recommendation": {}} for seq in seqs]
    return {"data": events, "has_more": False, "next_cursor": f"c{seqs[-1]}"}


def write(path: Path, *pieces: Any) -> Place:
    with held(path, Place("fab1", "json"), told=told_nobody) as folder:
        write_feed(folder, pieces)
        return folder.place


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.glob("[!.]*"))


def test_files_sort_as_they_came_before_and_after_a_restart(tmp_path: Path) -> None:
    standing = Standing([], "c3", "")

    place = write(tmp_path, page(1, 2), page(3), standing, page(3, 4))

    assert names(tmp_path) == [
        "0000-000000000001-000000000002-events.json",
        "0000-000000000003-000000000003-events.json",
        "0001-000000000000-standing.json",
        "0001-000000000003-000000000004-events.json",
    ]
    assert (place.cursor, place.seq, place.restarts) == ("c4", 4, 1)


@pytest.mark.parametrize("broken", [(4, 5), (2, 3), (3, 5), (3, 3)])
def test_nothing_is_written_behind_a_gap_or_a_repeat(
    tmp_path: Path, broken: tuple[int, ...]
) -> None:
    with pytest.raises(FeedBroken, match="not with 3"):
        write(tmp_path, page(1, 2), page(*broken))

    assert names(tmp_path) == ["0000-000000000001-000000000002-events.json"]


def test_a_release_is_written_once_and_a_lower_one_sorts_behind_it(tmp_path: Path) -> None:
    with held(tmp_path, Place("fab1", "delfor"), told=told_nobody) as folder:
        for release in (900, 900, 901, 17, 17):
            write_schedule(folder, ScheduleFile(release, b"UNB"))

    assert names(tmp_path) == [
        "0000-000000000900-schedule.edi",
        "0000-000000000901-schedule.edi",
        "0001-000000000017-schedule.edi",
    ]
