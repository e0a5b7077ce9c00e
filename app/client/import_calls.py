"""The calls around files: hand one in, see how far it is, fetch what is wrong in it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from app.client import brand_answers
from app.client.calls import Calls, segment
from app.client.failures import json_of


class ImportCalls(Calls):
    """What a brand's key may do with files, or an ops key that acts for a brand."""

    def post_import(
        self,
        file: Path | bytes,
        kind: str,
        *,
        preset: str | None = None,
        mapping: Mapping[str, str] | None = None,
        dry_run: bool = False,
        on_error: str = "skip",
    ) -> brand_answers.ImportAnswer:
        """Hand in a file of `sales`, `stock`, `inbound`, `known_demand` or the `catalog`.

        Args:
            file: CSV, TSV, NDJSON, XLSX or Parquet, packed with gzip or not.
            kind: What it holds.
            preset: The rules of a platform's export.
            mapping: Our column to the heading in the file; guessed without it.
            dry_run: Store nothing and show what would be.
            on_error: `skip` the rows that are wrong, or `abort` unless there are none.
        """
        named = ("file", file) if isinstance(file, bytes) else (file.name, file.read_bytes())
        fields = {"kind": kind, "on_error": on_error, "dry_run": "true" if dry_run else "false"}
        if preset is not None:
            fields["preset"] = preset
        if mapping is not None:
            fields["mapping"] = json.dumps(dict(mapping))
        answer = self._sender.send(
            "POST", "/v1/imports", query=self._for_brand, form=fields, file=named
        )
        return cast("brand_answers.ImportAnswer", json_of(answer))

    def imports(self) -> Iterator[brand_answers.ImportAnswer]:
        """Yield a brand's imports, newest first, page after page."""
        yield from cast(
            "Iterator[brand_answers.ImportAnswer]", self._all("/v1/imports", self._for_brand)
        )

    def import_progress(self, import_id: str) -> brand_answers.ImportAnswer:
        """Return how far an import is."""
        path = f"/v1/imports/{segment(import_id)}"
        return cast("brand_answers.ImportAnswer", self._get(path))

    def import_errors(self, import_id: str) -> str:
        """Return what is wrong with the rows, as CSV: row, column, code, message."""
        return self._sender.send("GET", f"/v1/imports/{segment(import_id)}/errors.csv").text
