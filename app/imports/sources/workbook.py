"""XLSX, read row by row: the first sheet that has rows."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import openpyxl

from app.imports.sources.source import Batch, ReadAs, Unreadable, distinct
from app.imports.sources.unpack import too_large

ZIP = b"PK\x03\x04"
MOST_STRINGS = 256 * 1024 * 1024
"""Bytes of the sheet's table of texts, unpacked: it is the one part that is held in memory."""
MOST_COLUMNS = 500


class WorkbookSource:
    """A workbook with a row of column names."""

    def __init__(self, path: Path, read_as: ReadAs, *, limit: int) -> None:
        """Find the sheet and its names.

        Raises:
            Unreadable: If it is no workbook, is too large unpacked, or has no rows.
        """
        self._path = path
        self.read_as = read_as
        self.rows: int | None = None
        _check(path, limit)
        read_as.facts["format"] = "XLSX"
        with _opened(path) as book:
            for sheet in book.worksheets:
                first = next((row for row in _rows(sheet) if not _is_blank(row[1])), None)
                if first is not None:
                    break
            else:
                raise Unreadable("empty", "the workbook has no rows")
            self._sheet: str = sheet.title
            if len(book.worksheets) > 1:
                read_as.warnings.append(f"only the sheet {sheet.title!r} was read")
        read_as.facts["sheet"] = self._sheet[:100]
        self._first, header = first
        while header and header[-1] is None:
            header = header[:-1]
        self.names: Sequence[str] = distinct(header)

    def batches(self, size: int) -> Iterator[Batch]:
        """Give the rows after the names."""
        with _opened(self._path) as book:
            numbers: list[int] = []
            rows: list[tuple[Any, ...]] = []
            width = len(self.names)
            for number, row in _rows(book[self._sheet]):
                if number <= self._first or _is_blank(row):
                    continue
                numbers.append(number)
                rows.append((*row[:width], *([None] * (width - len(row)))))
                if len(rows) == size:
                    yield self._batch(numbers, rows)
                    numbers, rows = [], []
            if rows:
                yield self._batch(numbers, rows)

    def _batch(self, numbers: list[int], rows: list[tuple[Any, ...]]) -> Batch:
        columns = zip(*rows, strict=True)
        return Batch(numbers, dict(zip(self.names, columns, strict=True)), [])


def _check(path: Path, limit: int) -> None:
    """Refuse what unpacks to too much; the sizes are what is read at most, whatever is inside."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info.file_size for info in archive.infolist()}
    except (zipfile.BadZipFile, OSError):
        raise Unreadable("bad_workbook", "the workbook is damaged") from None
    if "xl/workbook.xml" not in members:
        raise Unreadable("not_a_table", "the file is a ZIP archive but no XLSX workbook")
    if sum(members.values()) > limit:
        raise too_large(limit)
    if members.get("xl/sharedStrings.xml", 0) > MOST_STRINGS:
        raise too_large(MOST_STRINGS)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    # By a file: openpyxl judges a name by its ending.
    with path.open("rb") as file:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and extensions, which are not read
                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=True, keep_links=False
                )
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError):
            raise Unreadable("bad_workbook", "the workbook is damaged") from None
        with closing(book):
            yield book


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Give a sheet's rows, numbered as it shows them."""
    sheet.reset_dimensions()  # some writers state wrong ones
    rows = enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1)
    try:
        yield from rows
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError):
        raise Unreadable("bad_workbook", "the workbook is damaged") from None


def _is_blank(row: tuple[Any, ...]) -> bool:
    return all(value is None or value == "" for value in row)
