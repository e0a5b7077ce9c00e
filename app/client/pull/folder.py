"""A folder that files appear in whole and once, and the place reached, which survives any crash.

A file is delivered in four durable steps: it is written beside the folder's files; the place notes
what it is to be called and where reading goes on; it is renamed; the place is moved on. Whoever
opens the folder after a crash finishes what was noted: if the written file is still there it was
not renamed, else it was, even where its reader has taken it away since.
"""

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from app.client.pull.refusals import FolderBusy, FolderUnusable

OWN = ".shortrun"
"""Holds the place, the lock and the file being written; on the folder's own file system, since
only there a rename is atomic. Readers of `*` do not see it."""

VERSION = 1

FILES = ("*-events.*", "*-standing.*", "*-schedule.*")


@dataclass(frozen=True)
class Place:
    """How far a folder has come.

    Attributes:
        factory: Whose files they are.
        form: json, csv, xlsx, x12_830 or delfor.
        cursor: Where the feed goes on; None is before the oldest event.
        seq: The last event read; None where the next one may have any number.
        restarts: How often it had to be begun again: from what stands, or at a lower release.
        release: The last schedule written.
    """

    factory: str
    form: str
    cursor: str | None = None
    seq: int | None = None
    restarts: int = 0
    release: int | None = None


@dataclass
class PullFolder:
    """A folder held by this process; `place` is what was reached durably."""

    path: Path
    place: Place
    told: Callable[[Path], None]
    _own: Path = field(init=False)

    def __post_init__(self) -> None:
        self._own = self.path / OWN

    def deliver(self, name: str, content: bytes, then: Place) -> None:
        """Let a file appear under a name and move on to a place: both or, so far, neither.

        Raises:
            OSError: The disk refused; opening the folder again finishes or repeats the step.
        """
        _write(self._own / "next", content)
        _sync(self._own)
        self._keep(self.place, pending={"name": name, "then": asdict(then)})
        self._finish(name, then)

    def move_on(self, then: Place) -> None:
        """Move on to a place without a file."""
        if then != self.place:
            self._keep(then)
            self.place = then

    def finish_interrupted(self) -> None:
        """Finish the delivery that a crash interrupted, if there was one.

        Raises:
            FolderUnusable: The place cannot be read, or is another factory's or format's.
        """
        kept = self._kept()
        if kept is None:
            return
        reached = _place_of(kept["place"])
        if (reached.factory, reached.form) != (self.place.factory, self.place.form):
            raise FolderUnusable(
                f"{self.path} holds {reached.form} of {reached.factory}: "
                "each factory and format needs a folder of its own"
            )
        self.place = reached
        if kept["pending"] is not None:
            self._finish(kept["pending"]["name"], _place_of(kept["pending"]["then"]))

    def _finish(self, name: str, then: Place) -> None:
        with contextlib.suppress(FileNotFoundError):  # renamed before the crash
            os.replace(self._own / "next", self.path / name)  # noqa: PTH105 - tests stop it here
        _sync(self.path)
        _sync(self._own)
        self._keep(then)
        self.place = then
        self.told(self.path / name)

    def _keep(self, place: Place, *, pending: Mapping[str, Any] | None = None) -> None:
        kept = {"version": VERSION, "place": asdict(place), "pending": pending}
        _write(self._own / "place.next", json.dumps(kept, indent=1).encode())
        os.replace(self._own / "place.next", self._own / "place.json")  # noqa: PTH105 - the same
        _sync(self._own)

    def _kept(self) -> dict[str, Any] | None:
        path = self._own / "place.json"
        try:
            kept = json.loads(path.read_bytes())
            if kept["version"] != VERSION:
                raise FolderUnusable(f"{path} is of another version of this command")
            _place_of(kept["place"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise FolderUnusable(f"{path} is damaged; see `shortrun pull --help`") from None
        return dict(kept)


@contextmanager
def held(path: Path, place: Place, *, told: Callable[[Path], None]) -> Iterator[PullFolder]:
    """Hold a folder, made where it is new, and finish what a crash interrupted in it.

    Args:
        path: The folder.
        place: Whose files of which format it is for; where it begins if it is new.
        told: Called with each file that appeared.

    Raises:
        FolderBusy: Another process holds it.
        FolderUnusable: It cannot be written to, is another's, or has files but lost its place.
    """
    try:
        _make(path)
        lock = os.open(path / OWN / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as refused:
        raise FolderUnusable(f"cannot write to {path}: {refused.strerror}") from None
    try:
        _lock(lock, path)
        folder = PullFolder(path, place, told)
        _refuse_lost_place(path)
        folder.finish_interrupted()
        yield folder
    finally:
        os.close(lock)


def _lock(lock: int, path: Path) -> None:
    """Take the lock, which ends with the process however that ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as refused:
        if refused.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
            raise
        raise FolderBusy(f"another pull is at work in {path}") from None


def _refuse_lost_place(path: Path) -> None:
    """Beginning again beside files of an earlier life would hand events out twice."""
    if not (path / OWN / "place.json").exists() and any(any(path.glob(one)) for one in FILES):
        raise FolderUnusable(f"{path} has files but no place to go on from; take them away first")


def _make(path: Path) -> None:
    """Make the folder and its own one, durably."""
    made = [one for one in (path, *path.parents) if not one.exists()]
    (path / OWN).mkdir(parents=True, exist_ok=True)
    for one in {path, *(folder.parent for folder in made)}:
        _sync(one)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder durable, where its file system (many a share's) can be asked."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    except OSError as refused:
        if refused.errno != errno.EINVAL:
            raise
    finally:
        os.close(opened)


def _place_of(kept: Mapping[str, Any]) -> Place:
    """Read a place back; what it lacks has its default.

    Raises:
        TypeError: It names no factory or format.
    """
    known = {one.name for one in fields(Place)}
    return Place(**{name: value for name, value in kept.items() if name in known})
