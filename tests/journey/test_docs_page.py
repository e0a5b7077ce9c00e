"""The docs page in a real browser, with no internet."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journey.conftest import Service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


# What the page shows does not come from the database.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_docs_page_shows_every_operation_and_asks_nobody_else(
    service: Service, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    page.goto(f"{service.url}/docs")
    page.wait_for_selector(".opblock")

    operations = page.locator(".opblock").count()
    first_command = page.locator("#start-ops .command code").first.inner_text()
    page.locator("nav >> text=Errors").click()
    page.locator("a >> text=not_open").click()
    remedy = page.locator("dd").nth(1).inner_text()
    foreign = [url for url in asked if not url.startswith((service.url, "data:", "blob:"))]
    assert operations >= 40
    assert "OPS_KEY" in first_command
    assert "Read the feed on" in remedy
    assert "Shortrun" in page.title()
    assert (foreign, complaints) == ([], [])
