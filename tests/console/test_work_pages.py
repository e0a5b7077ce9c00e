"""Imports, backtests and accuracy: asked for here, done by a worker, shown to their own."""

import httpx
from fastapi import FastAPI

from app.database.database import Database
from app.imports.work import Imports
from app.settings import Settings
from tests.console.visiting import HOST, Visit, form_of, said
from tests.recommendations.scene import Scene

IMPORTS = "/console/b/acme/imports"
BACKTESTS = "/console/b/acme/backtests"
FILE = b"event_id,sku,quantity,occurred_at\n1,S2-BLK-M,3,2026-03-01\n2,NONE,1,2026-03-01\n"


def hand_in(visit: Visit, content: bytes, **fields: str) -> httpx.Response:
    told = form_of(visit.open(IMPORTS).text, IMPORTS) | {"kind": "sales"} | fields
    files = {"file": ("march.csv", content)}
    sent = visit.send("POST", IMPORTS, data=told, files=files, headers={"Origin": HOST})
    return visit.open(sent.headers["location"]) if sent.status_code == 303 else sent


def work(database: Database) -> None:
    imports = Imports(database, Settings(sandbox=True))
    while imports.step():
        pass


def test_a_file_that_is_only_looked_at_is_shown_as_it_would_be_stored(
    bea: Visit, database: Database
) -> None:
    waiting = hand_in(bea, FILE, dry_run="true")
    work(database)
    page = bea.open(str(waiting.url.path))

    assert said(waiting) == "The file is here, and a worker takes it in."
    assert "<progress" in waiting.text
    assert "Would be stored" in page.text
    assert "Nothing was stored." in page.text
    assert "<td>S2-BLK-M</td>" in page.text


def test_rows_that_are_wrong_are_shown_with_the_reason_and_given_as_a_file(
    bea: Visit, database: Database
) -> None:
    waiting = hand_in(bea, FILE, dry_run="false")
    work(database)
    page = bea.open(str(waiting.url.path))
    listed = bea.open(IMPORTS)
    file = bea.open(f"{waiting.url.path}/errors.csv")

    assert "What is wrong" in page.text
    assert f"{waiting.url.path}#wrong" in listed.text
    assert file.headers["content-type"].startswith("text/csv")
    assert "3,sku,unknown_sku," in file.text


def test_a_form_without_a_file_or_with_an_odd_field_is_refused_in_words(bea: Visit) -> None:
    fields = form_of(bea.open(IMPORTS).text, IMPORTS)
    odd = hand_in(bea, FILE, kind="spells")
    empty = hand_in(bea, b"")
    plain = bea.send("POST", IMPORTS, data=fields, headers={"Origin": HOST})

    assert said(odd).startswith("Kind: ")
    assert empty.status_code == 422
    assert "File: is empty" in empty.text
    assert plain.status_code in {303, 404}


def test_a_file_is_taken_by_the_form_for_one_alone(app: FastAPI, bea: Visit) -> None:
    file, headers = {"file": ("large.csv", FILE)}, {"Origin": HOST}
    fields = form_of(bea.open(BACKTESTS).text, BACKTESTS)
    stranger = Visit(app).send("POST", "/console/sign-in", files=file, headers=headers)
    elsewhere = bea.send("POST", BACKTESTS, data=fields, files=file, headers=headers)

    assert (stranger.status_code, elsewhere.status_code) == (400, 400)


def test_an_import_is_shown_to_its_brand_alone(bea: Visit, olga: Visit) -> None:
    waiting = hand_in(bea, FILE)

    foreign = olga.open(str(waiting.url.path).replace("acme", "zeta"))

    assert foreign.status_code == 404
    assert bea.open(f"{IMPORTS}/imp_none").status_code == 404


def test_a_backtest_is_asked_for_and_found_again(bea: Visit) -> None:
    page = bea.submit(bea.open(BACKTESTS), BACKTESTS, weeks="8", styles="20")

    assert said(page).startswith("The backtest is asked for")
    assert "8 weeks before Mon\N{NO-BREAK SPACE}2" in page.text
    assert f'href="{page.url.path}"' in bea.open(BACKTESTS).text
    assert bea.open(str(page.url.path).replace("acme", "zeta")).status_code == 404


def test_a_backtest_of_no_such_length_is_refused(bea: Visit) -> None:
    page = bea.open(BACKTESTS)

    for weeks in ("", "0", "131", "-1", "ten", "1" * 30, "0000000011"):
        refused = bea.submit(page, BACKTESTS, weeks=weeks, styles="20")
        assert said(refused) == "Weeks: has to be a whole number from 1 to 130."


def test_without_forecasts_there_is_nothing_to_compare(bea: Visit, scene: Scene) -> None:
    assert "Nothing to compare yet" in bea.open("/console/b/acme/accuracy").text
