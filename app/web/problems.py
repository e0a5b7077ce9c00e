"""Every refusal as `application/problem+json` (RFC 9457); the one table from class to status."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    ShortrunError,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from app.web.fields import field_error, message_of, sayable
from app.web.limits import TooManyRequests

MOST_ERRORS = 20
RETRY_SECONDS = 2

STATUSES: dict[type[ShortrunError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Unsupported: 415,
    Invalid: 422,
    TooManyRequests: 429,
    Unavailable: 503,
}

FRAMEWORK_CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}

FRAMEWORK_DETAILS = {
    404: "there is no such thing",
    405: "the path does not take this method",
}


class FieldProblem(BaseModel):
    """One thing wrong with a body."""

    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """A refusal: what kind, which one, and how to find it in the logs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:shortrun:problem:invalid",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "detail": "the body is not valid",
                    "code": "invalid",
                    "request_id": "01a213b547e5766c9f7da2346b93a8de",
                    "errors": [
                        {
                            "pointer": "/events/0/quantity",
                            "code": "not_an_integer",
                            "message": "must be an integer",
                        }
                    ],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] | None = None


def _answers() -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


PROBLEM_ANSWERS = _answers()
"""Declared on every operation; the schema is added once, by `docs`."""

_log = structlog.get_logger("shortrun.web")


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the problem answer."""
    document: dict[str, Any] = {
        "type": f"urn:shortrun:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": getattr(request.state, "request_id", ""),
        **(members or {}),
    }
    if errors:
        document["errors"] = [vars(error) for error in errors[:MOST_ERRORS]]
    return Response(
        json.dumps(document).encode(),
        status_code=status,
        media_type="application/problem+json",
        headers=dict(headers or {}),
    )


def install(app: FastAPI) -> None:
    """Answer every refusal in this app with a problem; `request_id` does so for failures."""
    handlers: dict[type[Exception], Any] = {
        ShortrunError: _refused,
        RequestValidationError: _not_valid,
        HTTPException: _framework_refused,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def status_of(error: ShortrunError) -> int:
    """Return the status of a refusal: that of the nearest class in the table."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


async def _refused(request: Request, error: ShortrunError) -> Response:
    return refusal_of(request, error)


def refusal_of(request: Request, error: ShortrunError) -> Response:
    """Return the answer to a refusal."""
    members = dict(getattr(error, "members", {}))
    headers = {}
    if isinstance(error, Gone):
        members["restart_at"] = error.restart_at
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="shortrun"'
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.allowance.reset_seconds)
        headers.update(error.allowance.headers())
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(RETRY_SECONDS)
        _log.warning("unavailable", detail=error.detail, cause=repr(error.__cause__)[:300])
    return problem(
        request,
        status_of(error),
        error.refusal_code,
        error.detail,
        errors=error.errors,
        members=members,
        headers=headers,
    )


async def _not_valid(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    where = {str(one["loc"][0]) for one in found}
    if "body" in where:
        fields = [field_error(one) for one in found if one["loc"][0] == "body"]
        return problem(request, 422, "invalid", "the body is not valid", errors=fields)
    first = found[0]
    name = sayable(str(first["loc"][-1]))
    if where == {"path"}:
        if request.method != "PUT":
            return problem(request, 404, "not_found", "there is no such thing")
        return problem(request, 422, "invalid", f"the path's {name} is not valid")
    code = "missing_parameter" if first["type"] == "missing" else "bad_parameter"
    detail = f"the parameter {name} {message_of(first)}"
    return problem(request, 400, code, detail)


async def _framework_refused(request: Request, error: HTTPException) -> Response:
    status = error.status_code
    phrase = HTTPStatus(status).phrase
    code = FRAMEWORK_CODES.get(status, phrase.lower().replace(" ", "_"))
    headers = dict(error.headers or {})
    if status == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    return problem(request, status, code, FRAMEWORK_DETAILS.get(status, phrase), headers=headers)


def _allowed(request: Request) -> list[str]:
    """Return every method that some route takes at this path."""
    return [
        method
        for method in ("GET", "PUT", "POST", "DELETE")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def failure_of(request: Request, error: Exception) -> Response:
    """Return the answer to a bug of ours: logged in full, told in one line."""
    _log.error("request failed", exc_info=error)
    return problem(request, 500, "internal", "something went wrong here; it was logged")
