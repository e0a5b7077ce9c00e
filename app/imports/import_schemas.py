"""Imports on the wire: the form that asks for one, and how far one is."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.errors import Invalid
from app.imports.ask import Asked
from app.imports.kinds.presets import PRESETS
from app.imports.tables import Import
from app.web.fields import field_error
from app.web.wire import Identifier, Timestamp, Wire, example

Kind = Literal["sales", "stock", "inbound", "known_demand", "catalog"]

Heading = Annotated[str, StringConstraints(min_length=1, max_length=200)]
OurColumn = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]


def _mapping(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        raise PydanticCustomError("malformed_json", "must be a JSON object") from None


def _truth(value: Any) -> Any:
    if value not in ("true", "false"):
        raise PydanticCustomError("not_a_boolean", "must be true or false")
    return value == "true"


class ImportFormIn(Wire):
    """The fields of the form, beside its file."""

    kind: Kind
    preset: Identifier | None = None
    mapping: Annotated[
        Annotated[dict[OurColumn, Heading], Field(max_length=50)] | None, BeforeValidator(_mapping)
    ] = None
    dry_run: Annotated[bool, BeforeValidator(_truth)] = False
    on_error: Literal["skip", "abort"] = "skip"

    @field_validator("preset")
    @classmethod
    def _preset_is_of_the_kind(cls, preset: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        known = [name for name, one in PRESETS.items() if one.kind == kind]
        if preset is not None and preset not in known and kind is not None:
            named = ", ".join(known) or "there is none"
            said = "must be a preset for {kind}: {named}"
            raise PydanticCustomError("unknown_value", said, {"kind": kind, "named": named})
        return preset

    def to_asked(self) -> Asked:
        """Return it as the room knows it."""
        return Asked(self.kind, self.preset, self.mapping, self.dry_run, self.on_error)


def read_form(fields: Mapping[str, str]) -> ImportFormIn:
    """Read the fields of a form.

    Raises:
        Invalid: If one is not valid; names it.
    """
    try:
        return ImportFormIn.model_validate(fields)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        errors = [field_error({**one, "loc": ("body", *one["loc"])}) for one in found]
        raise Invalid("the form is not valid", errors=errors) from None


FORM_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV, TSV, NDJSON, XLSX or Parquet; gzip if you like.",
                        },
                        "kind": {
                            "type": "string",
                            "enum": ["sales", "stock", "inbound", "known_demand", "catalog"],
                        },
                        "preset": {
                            "type": "string",
                            "description": "A platform's export: " + ", ".join(PRESETS),
                        },
                        "mapping": {
                            "type": "string",
                            "description": "JSON: our column to the heading in the file.",
                        },
                        "dry_run": {"type": "string", "enum": ["true", "false"]},
                        "on_error": {"type": "string", "enum": ["skip", "abort"]},
                    },
                },
                "example": {
                    "file": "sales.csv",
                    "kind": "sales",
                    "mapping": '{"sku": "Item", "quantity": "Sold"}',
                    "dry_run": "true",
                },
            }
        },
    }
}
"""The form in the OpenAPI document; FastAPI would read it into memory by itself."""


class RowCounts(Wire):
    """What became of the rows so far; with `dry_run`, what would."""

    read: int
    stored: int
    duplicate: int
    rejected: int
    left_out: dict[str, int]


class ReadAsOut(Wire):
    """How the file was understood: what was found out or guessed, and what to look at."""

    format: str
    packed: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    decimal: str | None = None
    dates: str | None = None
    preset: str | None = None
    mapping: str | None = None
    mapping_used: dict[str, str]
    warnings: list[str]


class WhyFailed(Wire):
    """Why an import failed, in words for whoever sent the file."""

    code: str
    message: str


class ImportOut(Wire):
    """An import: what was asked, how far it is, and what became of the rows.

    `rows.left_out` counts rows that are none of ours, by reason; `rejected` ones are listed with
    what is wrong in `errors.csv`. `progress` is a share from 0 to 1.
    """

    model_config = example(
        {
            "id": "imp_01a213b547e5766c9f7da2346b93a8de",
            "status": "done",
            "kind": "sales",
            "preset": None,
            "mapping": None,
            "dry_run": False,
            "on_error": "skip",
            "file": "sales.csv",
            "bytes": 48213,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "requested_at": "2026-03-02T10:15:00Z",
            "started_at": "2026-03-02T10:15:00Z",
            "finished_at": "2026-03-02T10:15:01Z",
            "seconds": 0.412,
            "progress": 1.0,
            "rows": {"read": 812, "stored": 810, "duplicate": 0, "rejected": 2, "left_out": {}},
            "read_as": {
                "format": "CSV",
                "encoding": "UTF-8",
                "delimiter": "semicolon",
                "decimal": "comma",
                "mapping": "guessed from the headings",
                "mapping_used": {"sku": "Artikel", "quantity": "Menge", "occurred_at": "Datum"},
                "warnings": [],
            },
            "preview": None,
            "error": None,
        }
    )

    id: str
    status: Literal["queued", "running", "done", "failed"]
    kind: Kind
    preset: str | None
    mapping: dict[str, str] | None
    dry_run: bool
    on_error: Literal["skip", "abort"]
    file: str
    bytes: int
    sha256: str
    requested_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    seconds: float | None
    progress: float
    rows: RowCounts
    read_as: ReadAsOut | None
    preview: list[dict[str, Any]] | None
    error: WhyFailed | None

    @classmethod
    def of(cls, row: Import) -> "ImportOut":
        """Show an import."""
        told = None if row.read_as is None else ReadAsOut.model_validate(row.read_as)
        why = None
        if row.error_code is not None:
            why = WhyFailed(code=row.error_code, message=row.error or "")
        return cls(
            file=row.file_name,
            bytes=row.file_bytes,
            progress=_progress(row),
            rows=RowCounts(
                read=row.rows_read,
                stored=row.rows_stored,
                duplicate=row.rows_duplicate,
                rejected=row.rows_rejected,
                left_out=row.left_out,
            ),
            read_as=told,
            error=why,
            **{name: getattr(row, name) for name in _PLAIN},
        )


_PLAIN = ImportOut.model_fields.keys() - {"file", "bytes", "progress", "rows", "read_as", "error"}


def _progress(row: Import) -> float:
    """Return the share that is done; a check before storing is half of it."""
    if row.status in {"done", "failed"}:
        return 1.0
    share = min(1.0, row.rows_read / row.rows_expected) if row.rows_expected else 0.0
    if row.on_error == "abort" and not row.dry_run:
        share = share / 2 if row.stage == "checking" else 0.5 + share / 2
    return round(share, 4)
