"""What the boundary takes, and what it refuses with which status; nothing is a 500."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Malformed
from app.web.strict import _DELICATE, _is_delicate, parse_json
from tests.web.asgi import Client

JSON = {"Content-Type": "application/json"}

NOT_WELL_FORMED = {
    "nothing": b"",
    "a cut object": b'{"name": "a"',
    "a trailing comma": b'{"name": "a",}',
    "two documents": b'{"name": "a"} {}',
    "a comment": b'{"name": "a"} // yes',
    "single quotes": b"{'name': 'a'}",
    "a byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "latin-1": b'{"name": "caf\xe9"}',
    "utf-16": '{"name": "a"}'.encode("utf-16"),
    "an overlong sequence": b'{"name": "\xc0\xaf"}',
    "a surrogate in utf-8": b'{"name": "\xed\xa0\x80"}',
    "a raw control character": b'{"name": "a\nb"}',
    "a member twice": b'{"name": "a", "name": "b"}',
    "a member twice, one escaped": b'{"name": "a", "n\\u0061me": "b"}',
    "a member twice beside a long number": b'{"name":"a","name":"b","count":1234567890123456789}',
    "NaN": b'{"share": NaN}',
    "Infinity": b'{"share": Infinity}',
    "-Infinity beside a long number": b'{"share": -Infinity, "count": 1234567890123456789}',
    "a number that overflows": b'{"share": 1e999}',
    "a leading zero": b'{"count": 01}',
    "a plus sign": b'{"count": +1}',
    "hexadecimal": b'{"count": 0x10}',
    "an integer of 5000 digits": b'{"count": ' + b"9" * 3500 + b"}",
    "a fraction of 3000 digits": b'{"share": 0.' + b"1" * 3000 + b"}",
    "depth 17": b'{"many":' + b"[" * 16 + b"]" * 16 + b"}",
    "depth 1000": b"[" * 1000 + b"]" * 1000,
    "depth 1000, unclosed": b'{"a":' * 600,
}


@pytest.mark.parametrize("body", NOT_WELL_FORMED.values(), ids=NOT_WELL_FORMED)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_well_formed_is_400(client: Client, body: bytes) -> None:
    answer = client.send("POST", "/v1/things", content=body, headers=JSON)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


NOT_VALID: dict[str, tuple[Any, str, str]] = {
    "a list": ([], "", "not_an_object"),
    "null": (None, "", "not_an_object"),
    "a text": ("a", "", "not_an_object"),
    "an unknown field": ({"nome": "a"}, "/nome", "unknown_field"),
    "a name with a zero-width space": ({"name": "a\u200bb"}, "/name", "bad_text"),
    "a name with a zero-width joiner": ({"name": "a\u200db"}, "/name", "bad_text"),
    "a name with a byte order mark": ({"name": "\ufeffa"}, "/name", "bad_text"),
    "a name with a bidi override": ({"name": "a\u202eb"}, "/name", "bad_text"),
    "a name with a bidi isolate": ({"name": "a\u2066b"}, "/name", "bad_text"),
    "a name with a NUL": ({"name": "a\x00b"}, "/name", "bad_text"),
    "a name with a newline": ({"name": "a\n"}, "/name", "bad_text"),
    "a name with a delete": ({"name": "a\x7f"}, "/name", "bad_text"),
    "a name with a C1 control": ({"name": "a\x85"}, "/name", "bad_text"),
    "a name with a line separator": ({"name": "a\u2028"}, "/name", "bad_text"),
    "a name with a soft hyphen": ({"name": "a\u00ad"}, "/name", "bad_text"),
    "a name with a tag character": ({"name": "a\U000e0041"}, "/name", "bad_text"),
    "a name with half a character": ({"name": "a\ud800"}, "/name", "bad_text"),
    "an empty name": ({"name": ""}, "/name", "too_short"),
    "a long name": ({"name": "a" * 201}, "/name", "too_long"),
    "a name that is a number": ({"name": 5}, "/name", "not_a_text"),
    "a SKU of 101 characters": ({"sku": "é" * 101}, "/sku", "too_long"),
    "an id with a space": ({"id": "a b"}, "/id", "bad_text"),
    "an id with a slash": ({"id": "a/b"}, "/id", "bad_text"),
    "an id with a newline": ({"id": "ab\n"}, "/id", "bad_text"),
    "an id of 65 characters": ({"id": "a" * 65}, "/id", "bad_text"),
    "an id of other digits": ({"id": "٣"}, "/id", "bad_text"),
    "no units": ({"quantity": 0}, "/quantity", "too_small"),
    "negative units": ({"quantity": -1}, "/quantity", "too_small"),
    "a million and one": ({"quantity": 1_000_001}, "/quantity", "too_large"),
    "nineteen digits": ({"quantity": 10**18}, "/quantity", "too_large"),
    "three hundred digits": ({"quantity": 10**300}, "/quantity", "too_large"),
    "money of three hundred digits": ({"price": 10**300}, "/price", "money_too_large"),
    "units as a text": ({"quantity": "5"}, "/quantity", "not_an_integer"),
    "units as true": ({"quantity": True}, "/quantity", "not_an_integer"),
    "half a unit": ({"quantity": 0.5}, "/quantity", "not_an_integer"),
    "a unit with a point": ({"quantity": 1.0}, "/quantity", "not_an_integer"),
    "a share above one": ({"share": 1.01}, "/share", "too_large"),
    "a share as a text": ({"share": "0.5"}, "/share", "not_a_number"),
    "a share as true": ({"share": True}, "/share", "not_a_number"),
    "negative money": ({"price": "-1"}, "/price", "bad_money"),
    "negative money as a number": ({"price": -0.01}, "/price", "bad_money"),
    "money with five decimals": ({"price": "1.00001"}, "/price", "bad_money"),
    "a number with five decimals": ({"price": 1.00001}, "/price", "bad_money"),
    "money with an exponent": ({"price": "1e3"}, "/price", "bad_money"),
    "money with a comma": ({"price": "12,50"}, "/price", "bad_money"),
    "money with a space": ({"price": " 12.50"}, "/price", "bad_money"),
    "money with a sign": ({"price": "+1"}, "/price", "bad_money"),
    "money in other digits": ({"price": "٣"}, "/price", "bad_money"),
    "money as true": ({"price": True}, "/price", "bad_money"),
    "NaN as a text": ({"price": "NaN"}, "/price", "bad_money"),
    "too much money": ({"price": "10000000000.01"}, "/price", "money_too_large"),
    "far too much money": ({"price": 1e300}, "/price", "money_too_large"),
    "a time without offset": ({"at": "2026-03-02T10:15:00"}, "/at", "bad_time"),
    "a time as a number": ({"at": 1772446500}, "/at", "bad_time"),
    "a time as digits": ({"at": "1772446500"}, "/at", "bad_time"),
    "a time with a space": ({"at": "2026-03-02 10:15:00Z"}, "/at", "bad_time"),
    "a time without seconds": ({"at": "2026-03-02T10:15Z"}, "/at", "bad_time"),
    "seven digits of a second": ({"at": "2026-03-02T10:15:00.1234567Z"}, "/at", "bad_time"),
    "the 30th of February": ({"at": "2026-02-30T10:15:00Z"}, "/at", "bad_time"),
    "hour 24": ({"at": "2026-03-02T24:00:00Z"}, "/at", "bad_time"),
    "an offset of a day": ({"at": "2026-03-02T10:15:00+24:00"}, "/at", "bad_time"),
    "the year 1999": ({"at": "1999-12-31T23:59:59Z"}, "/at", "time_out_of_range"),
    "the year 2101": ({"at": "2101-01-01T00:00:00Z"}, "/at", "time_out_of_range"),
    "1999 by its offset": ({"at": "2000-01-01T00:30:00+01:00"}, "/at", "time_out_of_range"),
    "the year 9999": ({"at": "9999-12-31T23:59:59-23:59"}, "/at", "time_out_of_range"),
    "the year 0": ({"at": "0000-01-01T00:00:00Z"}, "/at", "time_out_of_range"),
    "a day as a time": ({"day": "2026-03-02T00:00:00Z"}, "/day", "bad_day"),
    "a day that is not": ({"day": "2026-02-29"}, "/day", "bad_day"),
    "a week date": ({"day": "2026-W10-1"}, "/day", "bad_day"),
    "a day of 1999": ({"day": "1999-12-31"}, "/day", "day_out_of_range"),
    "a currency in small letters": ({"currency": "eur"}, "/currency", "bad_text"),
    "no currency of ISO 4217": ({"currency": "EUX"}, "/currency", "unknown_currency"),
    "no time zone of IANA": ({"timezone": "Mars/Base"}, "/timezone", "unknown_timezone"),
    "a time zone that is a path": ({"timezone": "../etc/passwd"}, "/timezone", "bad_text"),
    "deep inside": ({"many": [{}, {"many": [{"quantity": 0}]}]}, "/many/1/many/0/quantity",
                    "too_small"),
    "too many": ({"many": [{}] * 31}, "/many", "too_many"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "pointer", "code"), NOT_VALID.values(), ids=NOT_VALID)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_valid_is_422_and_names_the_field(
    client: Client, body: Any, pointer: str, code: str
) -> None:
    content = json.dumps(body).encode()

    answer = client.send("POST", "/v1/things", content=content, headers=JSON)

    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


TAKEN: dict[str, tuple[bytes, dict[str, Any]]] = {
    "nothing given": (b"{}", {}),
    "white space around": (b' \r\n\t{"name": "a"} \n', {"name": "a"}),
    "an escaped pair": (b'{"name": "\\ud83d\\ude00"}', {"name": "😀"}),
    "spaces kept": (b'{"name": " a "}', {"name": " a "}),
    "a SKU with all kinds": ('{"sku": "Ä/1 #%?é"}'.encode(), {"sku": "Ä/1 #%?é"}),
    "one unit": (b'{"quantity": 1}', {"quantity": 1}),
    "a million": (b'{"quantity": 1000000}', {"quantity": 1_000_000}),
    "minus nothing": (b'{"count": -0}', {"count": 0}),
    "a share as an integer": (b'{"share": 1}', {"share": 1.0}),
    "an exponent": (b'{"share": 5e-1}', {"share": 0.5}),
    "money as a text": (b'{"price": "12.5"}', {"price": "12.50"}),
    "money as a number": (b'{"price": 12.1}', {"price": "12.10"}),
    "money to the last digit": (b'{"price": 9999999999.9999}', {"price": "9999999999.9999"}),
    "an offset": (b'{"at": "2026-03-02T10:15:00+05:30"}', {"at": "2026-03-02T04:45:00Z"}),
    "six digits": (b'{"at": "2026-03-02T10:15:00.000001Z"}', {"at": "2026-03-02T10:15:00.000001Z"}),
    "small t and z": (b'{"at": "2026-03-02t10:15:00z"}', {"at": "2026-03-02T10:15:00Z"}),
    "the first of 2000": (b'{"at": "2000-01-01T00:00:00Z"}', {"at": "2000-01-01T00:00:00Z"}),
    "a leap day": (b'{"day": "2028-02-29"}', {"day": "2028-02-29"}),
    "an old link's zone": (b'{"timezone": "Asia/Calcutta"}', {"timezone": "Asia/Calcutta"}),
    "a text of long digits": (b'{"sku": "12345678901234567890"}', {"sku": "12345678901234567890"}),
}


@pytest.mark.parametrize(("body", "echo"), TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_valid_comes_back_unchanged(
    client: Client, body: bytes, echo: dict[str, Any]
) -> None:
    answer = client.send("POST", "/v1/things", content=body, headers=JSON)

    given = {name: value for name, value in answer.json().items() if value is not None}
    assert answer.status_code == 200
    assert given == echo


def test_money_with_more_digits_than_a_float_holds_is_not_rounded_into_range(
    client: Client,
) -> None:
    body = b'{"price": 12.00000000000000000001}'

    answer = client.send("POST", "/v1/things", content=body, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "bad_money"


def test_depth_16_is_read() -> None:
    assert parse_json(b"[" * 16 + b"]" * 16) is not None

    with pytest.raises(Malformed):
        parse_json(b"[" * 17 + b"]" * 17)


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "application/problem+json",
     "application/json; charset=latin-1", "multipart/form-data; boundary=a"],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_body_of_another_media_type_is_415(client: Client, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    answer = client.send("POST", "/v1/things", content=b"{}", headers=headers)

    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_json_may_say_that_it_is_utf_8(client: Client) -> None:
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}

    answer = client.send("POST", "/v1/things", content=b"{}", headers=headers)

    assert answer.status_code == 200


def test_a_gzipped_body_is_unpacked(client: Client) -> None:
    body = gzip.compress(b'{"name": ') + gzip.compress(b'"a"}')

    answer = client.send(
        "POST", "/v1/things", content=body, headers={**JSON, "Content-Encoding": "gzip"}
    )

    assert answer.json()["name"] == "a"


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b" " * 5000), "gzip", 413),
        (gzip.compress(b" " * 50_000_000)[:4000], "gzip", 413),
        (gzip.compress(b"{}")[:-3], "gzip", 400),
        (gzip.compress(b"{}") + b"more", "gzip", 400),
        (b"{}", "gzip", 400),
        (b"", "gzip", 400),
        (b"{}", "br", 415),
        (b"{}", "gzip, gzip", 415),
    ],
    ids=["over the limit", "a bomb", "cut short", "with a tail", "not gzip", "nothing",
         "brotli", "twice"],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_encoding_is_refused(client: Client, body: bytes, encoding: str, status: int) -> None:
    headers = {**JSON, "Content-Encoding": encoding}

    assert client.send("POST", "/v1/things", content=body, headers=headers).status_code == status


def test_a_body_over_the_limit_is_413_announced_or_not(client: Client) -> None:
    async def pieces() -> Any:
        for _ in range(5):
            yield b" " * 1000

    announced = client.send("POST", "/v1/things", content=b" " * 4097, headers=JSON)
    streamed = client.send("POST", "/v1/things", content=pieces(), headers=JSON)

    assert [announced.status_code, streamed.status_code] == [413, 413]


def test_a_nul_in_an_address_is_refused_before_it_reaches_the_database(client: Client) -> None:
    assert client.get("/v1/things/a%00b").status_code == 404
    assert client.get("/v1/numbers?least=%00").status_code == 400


@given(
    st.lists(
        st.sampled_from(
            [b"1", b"0123456789012345", b".", b"e", b"E", b"+", b"-", b"5", b"}", b",", b" ",
             b"\\ud800", b"\\uDBff", b"\\u0041", b'"', b"x"]
        ),
        max_size=12,
    ).map(b"".join)
)  # fmt: skip
def test_no_body_that_needs_care_is_ruled_out(body: bytes) -> None:
    assert _is_delicate(body) == (_DELICATE.search(body) is not None)
