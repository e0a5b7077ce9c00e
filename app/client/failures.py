"""What can go wrong between a caller and the service, as exceptions."""

import email.utils
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

PROBLEM_MEMBERS = frozenset({"type", "title", "status", "detail", "code", "request_id", "errors"})


class ClientError(Exception):
    """Anything that kept a call from being answered with success."""


class Unreachable(ClientError):
    """No answer came: nothing listens there, or the connection kept breaking."""

    def __init__(self, method: str, url: str, cause: Exception) -> None:
        super().__init__(f"no answer to {method} {url}: {cause or type(cause).__name__}")


class ProblemError(ClientError):
    """The service refused; `code` says why in one stable word.

    `errors` names the fields of a body that were not valid (`pointer`, `code`, `message`);
    `extensions` holds what this kind of problem adds, such as `restart_at` of an expired cursor;
    `retry_after` is the seconds that the service asks to be left alone for, None where it does not.
    """

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        *,
        request_id: str | None = None,
        extensions: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail or title}{_named(errors)}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.request_id = request_id
        self.extensions = dict(extensions or {})
        self.retry_after = retry_after

    @classmethod
    def of(cls, response: httpx.Response) -> "ProblemError":
        """Read a refusal, whether the service wrote it or something in front of it did."""
        body = _json_object(response)
        return cls(
            response.status_code,
            str(body.get("code") or f"http_{response.status_code}"),
            str(body.get("title") or response.reason_phrase or "no reason given"),
            body.get("detail"),
            body.get("errors") or (),
            request_id=body.get("request_id") or response.headers.get("x-request-id"),
            extensions={name: body[name] for name in body.keys() - PROBLEM_MEMBERS},
            retry_after=_retry_after(response),
        )


class NotUnderstood(ClientError):
    """Something answered with success, but not the service: a portal or a proxy in front of it."""

    def __init__(self, response: httpx.Response, what: str) -> None:
        kind = response.headers.get("content-type") or "no kind of content"
        super().__init__(f"{what} from {response.request.url}, but {kind}")


def json_of(response: httpx.Response) -> Any:
    """Return the JSON of an answer.

    Raises:
        NotUnderstood: There is none.
    """
    try:
        return response.json()
    except ValueError:
        raise NotUnderstood(response, "no JSON") from None


def passes(failure: Exception) -> bool:
    """Say whether a failure is worth asking again later: no answer, too much, a broken service."""
    if isinstance(failure, ProblemError):
        return (
            failure.status == httpx.codes.TOO_MANY_REQUESTS
            or failure.status >= httpx.codes.INTERNAL_SERVER_ERROR
        )
    return isinstance(failure, Unreachable)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that `Retry-After` names, in either of its two forms."""
    text = response.headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _json_object(response: httpx.Response) -> dict[str, Any]:
    """Return the body where it is a JSON object, else an empty one (a proxy's HTML page)."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _named(errors: Sequence[Mapping[str, str]]) -> str:
    if not errors:
        return ""
    listed = "; ".join(f"{error.get('pointer')}: {error.get('message')}" for error in errors)
    return f" ({listed})"
