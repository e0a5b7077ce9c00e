"""Receive a form with one file: streamed to disk, bounded, and refused by the name of its field."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from app.errors import FieldError, Invalid, Malformed, TooLarge, Unsupported

FIELD_BYTES = 64 * 1024
MOST_FIELDS = 20
FORM_BYTES = 1024 * 1024
"""What a form may have beside the file: its other fields and their headers."""

LONGEST_NAME = 200
_STEP = 1024 * 1024


@dataclass(frozen=True)
class Form:
    """A form as it came: the file, rewound, what it was called, and the other fields as texts."""

    file: BinaryIO
    file_name: str
    size: int
    sha256: str
    fields: dict[str, str]

    def digest(self) -> bytes:
        """Return what two forms with the same fields and file share."""
        told = sorted(self.fields.items())
        return repr((told, self.sha256)).encode()


@asynccontextmanager
async def received_form(
    request: Request, *, names: Sequence[str], limit: int
) -> AsyncIterator[Form]:
    """Receive a form whose one file is the field `file`; the file is gone when the block ends.

    Args:
        request: Its body was not read yet.
        names: The other fields that it may have.
        limit: Bytes that the file may have.

    Raises:
        Unsupported: If the body is no `multipart/form-data`, or is packed as a whole.
        TooLarge: If there is more of it than `limit` and some room for the rest of the form.
        Malformed: If the form is broken or cut short.
        Invalid: If a field is missing, unknown or there twice; names it.
    """
    _check_headers(request, limit + FORM_BYTES)
    parser = MultiPartParser(
        request.headers,
        cast(Any, _bounded(request, limit + FORM_BYTES)),
        max_files=MOST_FIELDS,
        max_fields=MOST_FIELDS,
        max_part_size=FIELD_BYTES,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Malformed(f"the form is broken: {error.message}", code="malformed_form") from None
    except ClientDisconnect:
        raise Malformed("the connection ended within the body", code="incomplete_body") from None
    try:
        yield await run_in_threadpool(_checked, form.multi_items(), names, limit)
    finally:
        await form.close()


def _check_headers(request: Request, limit: int) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Unsupported("the body must be multipart/form-data")
    if request.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        said = "the form must not be packed as a whole: pack the file in it"
        raise Unsupported(said, code="unsupported_encoding")
    _, options = parse_options_header(request.headers["content-type"])
    if options.get(b"charset", b"utf-8").lower() not in {b"utf-8", b"utf8"}:
        raise Unsupported("the form's own texts must be UTF-8", code="unsupported_encoding")
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise _too_large(limit)


async def _bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        yield chunk


def _checked(
    items: Sequence[tuple[str, str | UploadFile]], names: Sequence[str], limit: int
) -> Form:
    errors = []
    files: list[UploadFile] = []
    fields: dict[str, str] = {}
    for name, value in items:
        is_file = isinstance(value, UploadFile)
        if name != "file" and name not in names:
            errors.append(_error("?", "unknown_field", "is not a field of this form"))
        elif is_file != (name == "file"):
            said = "must be a file" if name == "file" else "must be a text and no file"
            errors.append(_error(name, "not_a_file" if name == "file" else "not_a_text", said))
        elif name in fields or (is_file and files):
            errors.append(_error(name, "repeated", "is there twice"))
        elif isinstance(value, UploadFile):
            files.append(value)
        else:
            fields[name] = value
    if not files and not any(error.pointer == "/file" for error in errors):
        errors.append(_error("file", "missing", "is required"))
    if errors:
        raise Invalid("the form is not valid", errors=errors)
    return _form(files[0], fields, limit)


def _form(upload: UploadFile, fields: dict[str, str], limit: int) -> Form:
    file = upload.file
    found = hashlib.sha256()
    size = 0
    while block := file.read(_STEP):
        size += len(block)
        found.update(block)
    if size > limit:
        raise _too_large(limit)
    if size == 0:
        raise Invalid("the form is not valid", errors=[_error("file", "empty", "is empty")])
    file.seek(0)
    said = "".join(c if c.isprintable() else "?" for c in upload.filename or "")
    name = said.replace("\\", "/").rpartition("/")[2][:LONGEST_NAME] or "file"
    return Form(file, name, size, found.hexdigest(), fields)


def _error(name: str, code: str, message: str) -> FieldError:
    return FieldError(f"/{name}", code, message)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the file is over {limit} bytes: send it packed with gzip, or in parts")
