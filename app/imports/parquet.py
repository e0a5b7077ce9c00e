"""Read a Parquet file in batches of plain Python values."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import SetupError

Columns = dict[str, list[Any]]


class ParquetTable:
    """A Parquet file, opened; values come as `str`, `int`, `float`, `Decimal`, `datetime`."""

    def __init__(self, path: Path) -> None:
        """Read the file's footer.

        Raises:
            SetupError: If there is no such file or it is not Parquet.
        """
        self.path = path
        try:
            with pq.ParquetFile(path) as file:
                self.schema: pa.Schema = file.schema_arrow
                self.rows: int = file.metadata.num_rows
                self.unpacked_bytes = sum(
                    file.metadata.row_group(group).total_byte_size
                    for group in range(file.metadata.num_row_groups)
                )
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from None

    def batches(self, names: Sequence[str], size: int) -> Iterator[Columns]:
        """Give the named columns, at most `size` rows at a time.

        Raises:
            SetupError: If the file turns out to be damaged.
        """
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(size, columns=list(names), use_threads=False):
                    yield {name: _values(batch.column(name)) for name in names}
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(self.path, error) from None


def _values(array: pa.Array) -> list[Any]:
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.unit != "us":
        # Nanoseconds would come as pandas' own type where pandas is installed.
        array = array.cast(pa.timestamp("us", kind.tz), safe=False)
    return array.to_pylist()  # type: ignore[no-any-return]  # pyarrow has no types


def _unreadable(path: Path, error: Exception) -> SetupError:
    if isinstance(error, FileNotFoundError):
        return SetupError(f"there is no file {path}")
    if isinstance(error, PermissionError | IsADirectoryError):
        return SetupError(f"{path} cannot be opened: {error.strerror}")
    return SetupError(f"{path} is not a Parquet file, or it is damaged")
