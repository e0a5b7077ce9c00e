"""A browser without a screen: keeps cookies, follows forms, and sends what a page's form has."""

import asyncio
import html
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

HOST = "http://console.test"


@dataclass
class Visit:
    """One browser at the console."""

    app: FastAPI
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    address: str = "203.0.113.7"

    def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Send one request; nothing is followed."""

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.address, 40000))
            async with httpx.AsyncClient(
                transport=transport, base_url=HOST, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, headers=headers, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(once())

    def open(self, path: str, **more: Any) -> httpx.Response:
        """Open a page, through every redirect."""
        answer = self.send("GET", path, **more)
        for _ in range(5):
            if answer.status_code != 303:
                break
            answer = self.send("GET", answer.headers["location"])
        return answer

    def submit(
        self, page: httpx.Response, action: str, *, follow: bool = True, **fields: str
    ) -> httpx.Response:
        """Send the form of a page that goes to `action`, with its hidden fields and these."""
        found = form_of(page.text, action)
        sent = self.send("POST", action, data=found | fields, headers={"Origin": HOST})
        if follow and sent.status_code == 303:
            return self.open(sent.headers["location"])
        return sent

    def sign_in(self, name: str, password: str) -> httpx.Response:
        """Sign in as a person does."""
        page = self.open("/console/sign-in")
        return self.submit(page, "/console/sign-in", name=name, password=password)


def form_of(text: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the page's form with this action.

    Raises:
        AssertionError: If the page has no such form.
    """
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL):
        named = re.search(r'action="([^"]*)"', attributes)
        if 'method="post"' in attributes and (named is None or html.unescape(named[1]) == action):
            hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)
            return {name: html.unescape(value) for name, value in hidden}
    raise AssertionError(f"no form to {action} on the page:\n{text}")


def said(page: httpx.Response) -> str:
    """Return the words at the top of a page, or nothing."""
    found = re.search(r'<p class="notice[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""
