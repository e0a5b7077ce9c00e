"""Turns what was read into files: names from what is in them, the place from where it ends."""

import json
from collections.abc import Iterable
from dataclasses import replace

from app.client.answers import FeedEvent, Standing
from app.client.factory_answers import ScheduleFile
from app.client.following import Piece
from app.client.pull.folder import PullFolder
from app.client.pull.refusals import FeedBroken
from app.client.pull.table import as_csv

SUFFIXES = {"json": "json", "csv": "csv", "xlsx": "xlsx", "x12_830": "x12", "delfor": "edi"}


def write_feed(folder: PullFolder, pieces: Iterable[Piece]) -> None:
    """Write a file for each piece of a feed, in its order.

    Raises:
        FeedBroken: A number is left out; nothing behind the gap was written.
    """
    for piece in pieces:
        if isinstance(piece, Standing):
            _write_standing(folder, piece)
        else:
            _write_events(folder, piece["data"], piece["next_cursor"])


def write_schedule(folder: PullFolder, schedule: ScheduleFile) -> None:
    """Write a schedule unless the folder has had its release; each replaces all before.

    Released once, written once: systems that read EDI refuse a control number they have seen.
    """
    place = folder.place
    if schedule.release == place.release:
        return
    is_restored = place.release is not None and schedule.release < place.release
    restarts = place.restarts + is_restored
    name = f"{restarts:04d}-{schedule.release:012d}-schedule.{SUFFIXES[place.form]}"
    then = replace(place, release=schedule.release, restarts=restarts)
    folder.deliver(name, schedule.content, then)


def _write_events(folder: PullFolder, events: list[FeedEvent], cursor: str) -> None:
    place = folder.place
    first, last = events[0]["seq"], events[-1]["seq"]
    expected = first if place.seq is None else place.seq + 1
    if [event["seq"] for event in events] != list(range(expected, expected + len(events))):
        raise FeedBroken(f"the feed goes on with event {first} to {last}, not with {expected}")
    document = {"data": events, "next_cursor": cursor}
    content = as_csv(events) if place.form == "csv" else _as_json(document)
    name = f"{place.restarts:04d}-{first:012d}-{last:012d}-events.{SUFFIXES[place.form]}"
    folder.deliver(name, content, replace(place, cursor=cursor, seq=last))


def _write_standing(folder: PullFolder, standing: Standing) -> None:
    """Write all that stands, under a name that sorts before the events that follow it."""
    place = folder.place
    restarts = place.restarts + 1
    if place.form == "csv":
        content = as_csv([{"type": "standing", "recommendation": row} for row in standing.data])
    else:
        content = _as_json({"data": list(standing.data), "feed_cursor": standing.feed_cursor})
    name = f"{restarts:04d}-{0:012d}-standing.{SUFFIXES[place.form]}"
    then = replace(place, cursor=standing.feed_cursor, seq=None, restarts=restarts)
    folder.deliver(name, content, then)


def _as_json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
