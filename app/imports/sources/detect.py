"""Open a file by what is in it; its name says nothing."""

from pathlib import Path

from app.imports.sources.columnar import PARQUET, ParquetSource
from app.imports.sources.delimited import DelimitedSource
from app.imports.sources.edi import EDIFACT, X12, EdiSource
from app.imports.sources.ndjson import NdjsonSource
from app.imports.sources.source import ReadAs, Source, Unreadable
from app.imports.sources.text import as_utf8
from app.imports.sources.unpack import GZIP, starts_with, unpacked
from app.imports.sources.workbook import ZIP, WorkbookSource

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_NOT_READ = {
    OLD_EXCEL: "the file is an old Excel workbook (.xls): save it as .xlsx or CSV",
    b"%PDF": "the file is a PDF: export the table as CSV or XLSX",
    GZIP: "the file is packed twice: pack it once",
    b"7z\xbc\xaf": "the file is a 7z archive: send the table itself, packed with gzip if you like",
}


def open_source(path: Path, folder: Path, *, limit: int) -> Source:
    """Open a file as a table.

    Args:
        path: The file.
        folder: An empty folder for what has to be unpacked or written anew.
        limit: Bytes that the file may hold unpacked.

    Raises:
        Unreadable: If it is no table that is read here.
    """
    read_as = ReadAs()
    plain = unpacked(path, folder, limit=limit)
    if plain != path:
        read_as.facts["packed"] = "gzip"
    start = starts_with(plain)
    for mark, said in _NOT_READ.items():
        if start.startswith(mark):
            raise Unreadable("not_a_table", said)
    if start.startswith(PARQUET):
        return ParquetSource(plain, read_as, limit=limit)
    if start.startswith(ZIP):
        return WorkbookSource(plain, read_as, limit=limit)
    text = as_utf8(plain, folder, read_as)
    if starts_with(text, 3) in {*X12, *EDIFACT}:
        return EdiSource(text, read_as)
    first = starts_with(text).lstrip()
    if first.startswith(b"{"):
        return NdjsonSource(text, read_as)
    if first.startswith(b"["):
        raise Unreadable("not_a_table", "the file is one JSON document: write one object a line")
    return DelimitedSource(text, read_as)
