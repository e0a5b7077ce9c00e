"""The requests of `bad_requests.json`, written out: each with the answer it must get.

In the file, a bad value is what stands in the body in place of the good one, literally; bodies are
bytes, as Latin-1. With SHORTRUN_WHOLE_CORPUS every field of a kind gets every bad value of the
kind, and every operation that takes a body every bad body, header and package: 1,600 requests.
Without it each field and operation gets a few, and together they get all.
"""

import gzip
import json
import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS = json.loads(Path(__file__).with_name("bad_requests.json").read_text())
JSON = {"content-type": "application/json"}
GZIP = {**JSON, "content-encoding": "gzip"}
LARGEST = 8 * 1024 * 1024
"""Bytes of a body, packed or not."""

PLACE = "@place@"
LEAST = 3


@dataclass(frozen=True)
class Sent:
    """One request, and what must come back: a status, and of a problem its code or field."""

    name: str
    role: str
    method: str
    path: str
    status: int
    content: bytes | None = None
    headers: Mapping[str, str] | None = None
    code: str | None = None
    pointer: str | None = None


def bad_requests() -> Iterator[Sent]:
    yield from _bad_values()
    takers = len(CORPUS["requests"])
    for number, (name, request) in enumerate(CORPUS["requests"].items()):
        told = (request["role"], request["method"], request["path"])
        for what, body, status, code in _in_turn(CORPUS["bad_bodies"], number, takers):
            if body in {"", "null"} and request.get("needs_no_body"):
                continue
            content = body.encode("latin-1")
            yield Sent(f"{name}: {what}", *told, status, content, JSON, code)
        for what, headers, body, status in _in_turn(CORPUS["bad_headers"], number, takers):
            yield Sent(f"{name}: {what}", *told, status, body.encode("latin-1"), headers)
        if name == "sale" or os.environ.get("SHORTRUN_WHOLE_CORPUS"):
            for what, headers, content, status, code in _bad_packages():
                yield Sent(f"{name}: {what}", *told, status, content, headers, code)
    for what, caller, kind, body, status, code, pointer in CORPUS["uploads"]:
        role, mark, query = caller.partition("?")
        path = f"/v1/imports{mark}{query}"
        headers = {"content-type": kind} if kind else None
        content = body.encode("latin-1")
        yield Sent(f"upload: {what}", role, "POST", path, status, content, headers, code, pointer)
    for role, method, path, status in CORPUS["bad_addresses"]:
        yield Sent(f"{method} {path[:80]}", role, method, path, status)


def _bad_packages() -> Iterator[tuple[str, Mapping[str, str], bytes, int, str]]:
    """Yield bodies that are too large, or badly packed; too long for the file."""
    packed = gzip.compress(b"{}")
    bomb = gzip.compress(b" " * LARGEST + b"{}")
    yield "over 8 MiB", JSON, b" " * (LARGEST - 1) + b"{}", 413, "too_large"
    yield "a gzip bomb", GZIP, bomb, 413, "too_large"
    yield "a gzip bomb in two parts", GZIP, gzip.compress(b" " * LARGEST) + packed, 413, "too_large"
    yield "gzip in gzip", GZIP, gzip.compress(packed), 400, "malformed_json"
    yield "gzip with a tail", GZIP, packed + b"tail", 400, "malformed_encoding"
    yield "gzip of 300 members", GZIP, 300 * packed, 400, "malformed_encoding"
    yield "gzip without its end", GZIP, packed[:-1], 400, "malformed_encoding"
    yield "gzip with a wrong sum", GZIP, packed[:-8] + bytes(8), 400, "malformed_encoding"


def _bad_values() -> Iterator[Sent]:
    fields = Counter(kind for _, _, kind in CORPUS["fields"])
    before: Counter[str] = Counter()
    for name, where, kind in CORPUS["fields"]:
        request = CORPUS["requests"][name]
        told = (request["role"], request["method"], request["path"])
        for literal in _in_turn(CORPUS["bad_values"][kind], before[kind], fields[kind]):
            content = with_value(request["body"], where, literal)
            said = f"{name}: {where} = {literal[:40]}"
            yield Sent(said, *told, 422, content, JSON, None, "/" + where)
        before[kind] += 1


def _in_turn(given: list[Any], number: int, of: int) -> list[Any]:
    """Return the share of one taker among so many: a few, and together all."""
    if os.environ.get("SHORTRUN_WHOLE_CORPUS"):
        return given
    share = min(len(given), max(LEAST, math.ceil(len(given) / of)))
    return [given[(number * share + step) % len(given)] for step in range(share)]


def controls() -> Iterator[Sent]:
    """Requests at the edge of what is taken, each event under an id of its own."""
    for number, (name, where, literal, status) in enumerate(CORPUS["controls"]):
        request = CORPUS["requests"][name]
        body = json.loads(json.dumps(request["body"]).replace('"e1"', f'"control-{number}"'))
        told = (request["role"], request["method"], request["path"])
        content = with_value(body, where, literal)
        yield Sent(f"{name}: {where} = {literal}", *told, status, content, JSON)
    yield from _whole_packages()


def _whole_packages() -> Iterator[Sent]:
    """Sales in as many bytes as are read, plain and packed."""
    sale = CORPUS["requests"]["sale"]
    for number, (what, headers) in enumerate({"plain": JSON, "packed": GZIP}.items()):
        body = json.dumps(sale["body"]).replace('"e1"', f'"whole-{number}"').encode()
        padded = body.rjust(LARGEST)
        content = gzip.compress(padded) if headers is GZIP else padded
        yield Sent(f"sale: 8 MiB, {what}", "brand", "POST", sale["path"], 200, content, headers)


def with_value(body: Any, where: str, literal: str) -> bytes:
    """Write the body with a literal in place of one value."""
    copied = json.loads(json.dumps(body))
    *path, last = where.split("/")
    inner = copied
    for part in path:
        inner = inner[int(part) if isinstance(inner, list) else part]
    inner[int(last) if isinstance(inner, list) else last] = PLACE
    return json.dumps(copied).replace(f'"{PLACE}"', literal).encode()
