"""The console in a real browser: a person decides, and what they see holds up."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from app.audit.record import CommandLine
from app.clock.time import set_now
from app.connectors.connecting import ConnectionDraft, store_connection
from app.connectors.quarantine import Subject, hold
from app.connectors.reading import Issue
from app.console.users import add_user
from app.database.database import Database
from app.main import create_app
from app.recommendations.answer import counter
from app.recommendations.counter import Counter, CounterLine
from app.recommendations.tables import FeedEvent
from app.serving import listen
from app.settings import Settings
from tests.console.conftest import CHEAP, PASSWORD
from tests.console.test_style import PRICED
from tests.recommendations.scene import AT, Scene, build, decide, offer, run_of, stored

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SHOTS = os.environ.get("CONSOLE_SCREENSHOTS")
"""A folder for pictures of every page, wide and narrow; none are made without."""

WIDE, PHONE = 1280, 390
ANEW = frozenset({"today-counter", "style"})
"""Pages that axe looks at on a phone too: what the others become there is in one of these."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture
def console(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[str, Database, Scene]]:
    """The console on a port of its own, with a draft that waits."""
    shutil.copy(sqlite_template, tmp_path / "c.db")
    database = Database(f"sqlite:///{tmp_path / 'c.db'}")
    with database.write() as session:
        set_now(session, AT)
        scene = build(session, release="manual")
        user = add_user(
            session, CommandLine(), "olga", role="ops", brand=None, password=None, at=AT
        )
        user.password_hash = CHEAP
    offer(database, scene)
    economics = {"expected_profit": "4321.00", "gain_over_waiting": "1234.00"}
    decide(database, scene, run_of(scene, economics=economics), body=PRICED)
    hold_an_order(database, scene)
    listening = listen("127.0.0.1", 0)
    app = create_app(Settings(sandbox=True, log_level="WARNING"), database, expects_worker=False)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", database, scene
    finally:
        server.should_exit = True
        thread.join()
        database.close()


def hold_an_order(database: Database, scene: Scene) -> None:
    """Let an order of a shop wait, as it names something that nobody here knows."""
    draft = ConnectionDraft("shopify", "web", ["shpss_0123456789"], None, None, None)
    issue = Issue("/line_items/0/sku", "unknown_sku", "the brand has no SKU OLD")
    with database.write() as session:
        shop, _ = store_connection(session, scene.brand.id, "web-shop", draft, at=AT)
        hold(session, shop, Subject("order", "450"), [issue], topic="orders/create", at=AT)


def look(page: Page, name: str) -> list[str]:
    """Return what axe finds serious or critical, and that is too wide for a phone."""
    found: list[str] = []
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        is_told = width == WIDE or name in ANEW
        results = Axe().run(page).response["violations"] if is_told else []
        found += [
            f"{name} {width}: {one['id']} {[node['html'][:120] for node in one['nodes']]}"
            for one in results
            if one["impact"] in {"serious", "critical"}
        ]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{name} {width}: wider than the window")
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def test_a_person_finds_a_style_releases_a_draft_and_answers_a_counter(
    console: tuple[str, Database, Scene],
) -> None:
    url, database, scene = console
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))

        page.goto(f"{url}/console")
        found = look(page, "sign-in")
        page.fill("#name", "olga")
        page.fill("#password", PASSWORD)
        page.click("text=Sign in")
        page.wait_for_url("**/today")
        found += look(page, "today-draft")

        page.click("nav >> text=Styles")
        page.fill("#q", "nothing like it")
        page.wait_for_selector("text=No style like that")
        page.fill("#q", "s2")
        page.wait_for_selector("#found >> text=draft")
        found += look(page, "styles")

        page.click("#found >> text=S2")
        page.wait_for_selector("text=Every alternative, priced")
        found += look(page, "style")

        page.click("nav >> text=Today")
        page.click("text=Release to fab1")
        page.wait_for_selector("text=S2: released to fab1.")
        terms = Counter(lines=(CounterLine("S2-BLK-M", 60),), reason="no more oxford")
        with database.write() as session:
            counter(session, stored(database)[0].id, scene.fab1, terms=terms, at=AT, price=None)
        page.click("nav >> text=Today")
        found += look(page, "today-counter")
        page.click("text=Accept counter")
        page.wait_for_selector("text=counter is accepted")
        found += look(page, "today-empty")
        for name in ("Quarantine", "Imports", "Accuracy", "Backtests", "Keys", "Audit"):
            page.click(f"nav >> text={name}")
            found += look(page, name.lower())
        page.click("nav >> text=Factories")
        found += look(page, "factories")
        page.click("table >> text=fab1")
        page.wait_for_selector("text=How it kept its word")
        found += look(page, "factory")
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in")
        browser.close()

    with database.read() as session:
        told = [row.type for row in session.query(FeedEvent).order_by(FeedEvent.seq)]
    assert found == []
    assert complaints == []
    assert [one for one in asked if not one.startswith(url)] == []
    assert told == [
        "recommendation.issued",
        "recommendation.countered",
        "recommendation.accepted",
    ]
