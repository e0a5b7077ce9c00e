"""Styles, keys and the log."""

import html
import re

import httpx
from sqlalchemy import select

from app.database.database import Database
from app.parties.tables import ApiKey
from tests.console.visiting import Visit, said

KEYS = "/console/keys"


def test_a_style_is_found_by_a_part_of_its_code_whatever_the_case(bea: Visit) -> None:
    assert "S2" in bea.open("/console/b/acme/styles?q=s").text
    assert "No style like that" in bea.open("/console/b/acme/styles?q=s3").text


def test_a_key_is_shown_once_and_works(olga: Visit) -> None:
    made = olga.submit(olga.open(KEYS), KEYS, name="web shop", role="brand", party="acme")

    shown = re.search(r'<code class="secret" id="secret">([^<]+)</code>', made.text)
    assert shown is not None
    key = html.unescape(shown[1])
    answer = olga.send("GET", "/v1/styles", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    assert key not in olga.open(KEYS).text


def test_a_key_for_nobody_is_refused_in_words(olga: Visit, database: Database) -> None:
    page = olga.submit(olga.open(KEYS), KEYS, name="shop", role="brand", party="nobody")

    with database.read() as session:
        assert session.scalar(select(ApiKey.id)) is None
    assert said(page) == "Brand: there is no such brand."


def test_a_revoked_key_opens_nothing(olga: Visit, database: Database) -> None:
    made = olga.submit(olga.open(KEYS), KEYS, name="x", role="ops", party="")
    key = html.unescape(re.findall(r'id="secret">([^<]+)<', made.text)[0])
    with database.read() as session:
        key_id = session.scalar(select(ApiKey.id))

    page = olga.submit(olga.open(KEYS), f"{KEYS}/{key_id}/revoke")

    answer = olga.send("GET", "/v1/api-keys", headers={"Authorization": f"Bearer {key}"})
    assert said(page) == "The key is revoked."
    assert answer.status_code == 401


def test_a_rotated_key_has_a_successor_and_works_for_a_day(olga: Visit, database: Database) -> None:
    olga.submit(olga.open(KEYS), KEYS, name="x", role="ops", party="")
    with database.read() as session:
        key_id = session.scalar(select(ApiKey.id))

    page = olga.submit(olga.open(KEYS), f"{KEYS}/{key_id}/rotate")

    with database.read() as session:
        until = session.scalar(select(ApiKey.expires_at).where(ApiKey.id == key_id))
    assert 'id="secret">sr_test_' in page.text
    assert until is not None


def test_a_form_that_is_sent_twice_makes_one_key_and_shows_it_both_times(
    olga: Visit, database: Database
) -> None:
    page = olga.open(KEYS)

    first = olga.submit(page, KEYS, name="x", role="ops", party="")
    again = olga.submit(page, KEYS, name="x", role="ops", party="")

    with database.read() as session:
        made = session.scalars(select(ApiKey)).all()
    assert len(made) == 1
    assert secret_of(again) == secret_of(first) != ""


def test_a_form_without_its_token_makes_no_key(olga: Visit, database: Database) -> None:
    fields = {"name": "x", "role": "ops", "party": "", "once": ""}

    olga.submit(olga.open(KEYS), KEYS, **fields)

    with database.read() as session:
        assert session.scalars(select(ApiKey)).all() == []


def secret_of(page: httpx.Response) -> str:
    found = re.search(r'id="secret">([^<]+)<', page.text)
    return found[1] if found else ""


def test_a_brands_people_see_what_was_done_to_their_own(bea: Visit, olga: Visit) -> None:
    olga.submit(olga.open(KEYS), KEYS, name="x", role="ops", party="")

    own, whole = bea.open("/console/audit").text, olga.open("/console/audit").text

    assert "key made" in whole
    assert "key made" not in own
    assert "console signed in" in own
    assert ">bea<" in own


def test_factories_show_what_waits_and_only_ops_how_far_feeds_have_come(
    bea: Visit, olga: Visit
) -> None:
    own, whole = (one.open("/console/b/acme/factories") for one in (bea, olga))

    assert (own.status_code, whole.status_code) == (200, 200)
    assert "fab1" in own.text
    assert "Events in its feed" not in own.text
    assert "Events in its feed" in whole.text
