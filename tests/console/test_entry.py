"""Who gets in, how, for how long, and what a form must carry."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from app.audit.record import CommandLine
from app.audit.tables import AuditEntry
from app.console.sessions import make_link
from app.console.tables import ConsoleSession
from app.console.users import remove_user, set_password
from app.database.database import Database
from tests.console.conftest import PASSWORD
from tests.console.visiting import HOST, Visit, form_of, said

KEYS = "/console/keys"


def link_for(database: Database, name: str, *, at: datetime | None = None) -> str:
    with database.write() as session:
        token = make_link(session, CommandLine(), name, at=at or datetime.now(UTC))
    return f"/console/sign-in/{token}"


def is_in(visit: Visit) -> bool:
    answer = visit.send("GET", "/console")
    return not answer.headers.get("location", "").startswith("/console/sign-in")


def test_whoever_is_not_signed_in_is_sent_to_where_they_can_and_back_from_there(
    app: FastAPI,
) -> None:
    visit = Visit(app)

    page = visit.open("/console/b/acme/today?status=open")
    answer = visit.submit(page, "/console/sign-in", follow=False, name="OLGA ", password=PASSWORD)

    assert page.url.path == "/console/sign-in"
    assert answer.headers["location"] == "/console/b/acme/today?status=open"


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/console", "/v1/sales"])
def test_signing_in_leads_nowhere_but_into_the_console(app: FastAPI, elsewhere: str) -> None:
    visit = Visit(app)
    page = visit.open(f"/console/sign-in?next={elsewhere}")

    answer = visit.submit(page, "/console/sign-in", follow=False, name="olga", password=PASSWORD)

    assert answer.headers["location"] == "/console"


def test_the_cookie_is_for_the_browser_alone_and_only_its_hash_is_kept(
    app: FastAPI, database: Database
) -> None:
    visit = Visit(app)
    page = visit.open("/console/sign-in")

    answer = visit.submit(page, "/console/sign-in", follow=False, name="olga", password=PASSWORD)

    [cookie] = [one for one in answer.headers.get_list("set-cookie") if "shortrun_console" in one]
    token = cookie.split(";")[0].split("=")[1]
    with database.read() as session:
        [stored] = session.scalars(select(ConsoleSession.digest))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/console" in cookie
    assert "Secure" not in cookie
    assert token != stored
    assert len(stored) == 64


@pytest.mark.parametrize(("name", "password"), [("olga", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_one_and_the_same_refusal(
    app: FastAPI, name: str, password: str
) -> None:
    page = Visit(app).sign_in(name, password)

    assert page.status_code == 401
    assert said(page) == "That name and password do not go together."


def test_after_ten_failures_an_address_waits_whatever_it_tries_next(app: FastAPI) -> None:
    visit = Visit(app)
    for _ in range(10):
        visit.sign_in("olga", "wrong")

    refused = visit.sign_in("olga", PASSWORD)
    elsewhere = Visit(app, address="203.0.113.8").sign_in("olga", PASSWORD)

    assert refused.status_code == 429
    assert said(refused).startswith("Too many attempts.")
    assert elsewhere.status_code == 200


def test_a_link_lets_in_once(app: FastAPI, database: Database) -> None:
    link = link_for(database, "bea")
    looked, first, second = Visit(app), Visit(app), Visit(app)
    looked.open(link)

    first.submit(first.open(link), link)
    late = second.open(link)

    assert is_in(first)
    assert late.status_code == 410
    assert not is_in(second)


def test_a_link_is_good_for_fifteen_minutes(app: FastAPI, database: Database) -> None:
    link = link_for(database, "bea", at=datetime.now(UTC) - timedelta(minutes=16))

    assert Visit(app).open(link).status_code == 410


def test_signing_out_ends_the_session_and_not_only_the_cookie(olga: Visit) -> None:
    stolen = httpx.Cookies(olga.cookies)

    olga.submit(olga.open(KEYS), "/console/sign-out")

    assert not is_in(olga)
    assert not is_in(Visit(olga.app, stolen))


@pytest.mark.parametrize(
    ("column", "before"),
    [("seen_at", timedelta(hours=2, seconds=1)), ("expires_at", timedelta(seconds=1))],
)
def test_a_session_ends_two_hours_after_it_was_used_last_and_twelve_after_it_began(
    olga: Visit, database: Database, column: str, before: timedelta
) -> None:
    with database.write() as session:
        session.execute(update(ConsoleSession).values({column: datetime.now(UTC) - before}))

    assert not is_in(olga)


def test_using_a_session_keeps_it(olga: Visit, database: Database) -> None:
    with database.write() as session:
        before = datetime.now(UTC) - timedelta(hours=1)
        session.execute(update(ConsoleSession).values(seen_at=before))

    olga.open(KEYS)

    with database.read() as session:
        [seen_at] = session.scalars(select(ConsoleSession.seen_at))
    assert datetime.now(UTC) - seen_at < timedelta(minutes=1)


def test_a_removed_user_is_out_with_the_next_click(bea: Visit, database: Database) -> None:
    with database.write() as session:
        remove_user(session, CommandLine(), "bea", at=datetime.now(UTC))

    assert not is_in(bea)
    assert Visit(bea.app).sign_in("bea", PASSWORD).status_code == 401


def test_another_password_ends_what_was_opened_with_the_old_one(
    bea: Visit, database: Database
) -> None:
    with database.write() as session:
        set_password(session, CommandLine(), "bea", "battery staple horse", at=datetime.now(UTC))

    assert not is_in(bea)
    assert Visit(bea.app).sign_in("bea", "battery staple horse").status_code == 200


def test_a_form_of_another_site_does_nothing(olga: Visit) -> None:
    fields = form_of(olga.open(KEYS).text, "/console/sign-out")

    for origin in ("https://evil.test", "null", "", "http://console.test.evil"):
        answer = olga.send("POST", "/console/sign-out", data=fields, headers={"Origin": origin})
        assert answer.status_code == 403
    assert is_in(olga)


def test_a_form_without_the_sessions_token_does_nothing(olga: Visit) -> None:
    for fields in ({"back": ""}, {"csrf": "0" * 64}, {"csrf": "é"}):
        answer = olga.send("POST", "/console/sign-out", data=fields, headers={"Origin": HOST})
        assert answer.status_code == 403

    assert is_in(olga)


def test_a_sign_in_form_needs_the_token_of_its_own_page(app: FastAPI) -> None:
    fields = {"name": "olga", "password": PASSWORD, "csrf": "0" * 64}

    answer = Visit(app).send("POST", "/console/sign-in", data=fields, headers={"Origin": HOST})

    assert answer.status_code == 403


def test_what_is_no_page_and_what_belongs_to_another_brand_look_the_same(bea: Visit) -> None:
    nowhere = bea.open("/console/nowhere")
    foreign = bea.open("/console/b/zeta/today")
    missing = bea.open("/console/b/none/today")
    for_ops = bea.open(KEYS)

    assert {one.status_code for one in (nowhere, foreign, missing, for_ops)} == {404}
    assert foreign.text.replace("zeta", "none") == missing.text
    assert all(one.headers["content-type"].startswith("text/html") for one in (nowhere, for_ops))


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(olga: Visit) -> None:
    page = olga.open(KEYS)

    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in policy
    assert "style=" not in page.text
    assert "<script>" not in page.text


def test_the_api_knows_nothing_of_the_consoles_session(olga: Visit) -> None:
    answer = olga.send("GET", "/v1/api-keys")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_signing_in_is_in_the_log_with_who_did(
    app: FastAPI, database: Database, visit: Callable[[str], Visit]
) -> None:
    visit("bea")

    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last is not None
        seen = (last.action, last.role, last.key_id == last.subject, last.details)
    assert seen == ("console.signed_in", "brand", True, {"by": "password"})


def test_of_two_who_follow_a_link_at_once_one_is_let_in(app: FastAPI, database: Database) -> None:
    link = link_for(database, "bea")
    visits = [Visit(app), Visit(app)]
    forms = [form_of(one.open(link).text, link) for one in visits]

    async def both() -> list[int]:
        transport = httpx.ASGITransport(app, client=("203.0.113.7", 40000))

        async def follow(one: Visit, form: dict[str, str]) -> int:
            async with httpx.AsyncClient(
                transport=transport, base_url=HOST, cookies=one.cookies
            ) as client:
                answer = await client.post(link, data=form, headers={"Origin": HOST})
                return answer.status_code

        return list(
            await asyncio.gather(*(follow(o, f) for o, f in zip(visits, forms, strict=True)))
        )

    assert sorted(asyncio.run(both())) == [303, 410]
