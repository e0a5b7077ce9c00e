"""The digest of a decision: what it covers, and that no database changes it."""

import hashlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from app.database.base import Json
from app.database.database import Database
from app.recommendations.kept import AskedRun, decision_digest, digest_of, exact, offer_code

RUN = AskedRun("small", {"S2-M": 40, "S2-L": 12}, Decimal("1926.00"))
INPUTS = {"seed": "7", "situation": {"price": 39.0}}


@pytest.mark.parametrize(
    "other",
    [
        decision_digest({**INPUTS, "seed": "8"}, "run", [RUN]),
        decision_digest(INPUTS, "hold", [RUN]),
        decision_digest(INPUTS, "run", []),
        decision_digest(INPUTS, "run", [RUN, RUN]),
        decision_digest(INPUTS, "run", [replace(RUN, quantities={"S2-M": 41, "S2-L": 12})]),
        decision_digest(INPUTS, "run", [replace(RUN, quantities={"S2-M": 40, "S2-XL": 12})]),
        decision_digest(INPUTS, "run", [replace(RUN, total_cost=Decimal("1926.01"))]),
        decision_digest(INPUTS, "run", [replace(RUN, offer="large")]),
    ],
)
def test_a_digest_covers_inputs_quantities_and_cents(other: str) -> None:
    assert other != decision_digest(INPUTS, "run", [RUN])


def test_a_digest_is_a_sha_256_of_what_is_said_whatever_its_order() -> None:
    turned = replace(RUN, quantities={"S2-L": 12, "S2-M": 40})

    digest = decision_digest({"situation": {"price": 39}, "seed": "7"}, "run", [turned])

    assert digest == decision_digest(INPUTS, "run", [RUN])
    said = (
        '{"action":"run","inputs":{"seed":"7","situation":{"price":39}},"runs":[{"offer":"small",'
        '"quantities":{"S2-L":12,"S2-M":40},"total_cents":192600}]}'
    )
    assert digest == "sha256:" + hashlib.sha256(said.encode()).hexdigest()


AWKWARD = [0.1, 39.0, -0.0, 1e-7, 123456789.123, 2.0**53, 1e16, 1e23, 5e-324, 1.7e308, 2**53 - 1]


def test_a_document_has_its_digest_after_either_database_kept_it(database: Database) -> None:
    document = {"b": AWKWARD, "a": {"é": None, "none": [], "true": True, "seven": 7}}

    with database.read() as session:
        read = session.scalar(select(literal(document, Json())))

    assert digest_of(read) == digest_of(document)


@given(st.decimals(0, 10_000_000_000, places=4))
def test_a_float_gives_its_amount_back(amount: Decimal) -> None:
    assert exact(float(amount)) == amount


@pytest.mark.parametrize(
    "name", ["small", "fab/small", "small:with_material", "fab/small:with_material"]
)
def test_every_name_of_an_offer_tells_its_code(name: str) -> None:
    assert offer_code(name) == "small"
