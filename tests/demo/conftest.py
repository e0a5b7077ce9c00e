"""A line small enough to count by hand, and a service that only remembers what it was told."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.client import ShortrunClient
from app.demo.line import LaunchCurve, Line, Maker, Style, Terms


@pytest.fixture
def style() -> Style:
    return Style(
        "tee", "Tee", "basic", "tee", {},
        price=Decimal("20.00"), make_cost=Decimal("5.00"), salvage=Decimal("1.00"),
        holding_per_week=Decimal("0.07"), curve=LaunchCurve(100, 3), launch_day=0, end_day=112,
        opening_units=10, colorways=("BLK",), size_shares={"S": 0.4, "M": 0.6},
    )  # fmt: skip


@pytest.fixture
def terms() -> Terms:
    return Terms(
        "large_batch", "fab", ((1, Decimal("1.00")), (100, Decimal("0.90"))),
        setup_cost=Decimal(50), colorway_setup_cost=Decimal(10), freight_per_unit=Decimal("0.50"),
        moq_run=40, moq_colorway=0, max_quantity=1000, lead_days=6, lead_sd_days=0.0,
        yield_rate=1.0, capacity_per_week=1000,
    )  # fmt: skip


@pytest.fixture
def line(style: Style, terms: Terms) -> Line:
    return Line(
        "acme", "Acme", "Europe/Lisbon", "EUR", (style,), (Maker("fab", "Fab", "UTC"),), (terms,),
        weekday_factors=(1.0,) * 7,
    )  # fmt: skip


class Told:
    """A service that takes in everything and remembers it by method and path."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, Any]] = []
        self.answers: dict[str, Callable[[], httpx.Response]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.content:
            self.bodies.append((path, json.loads(request.content)))
        answer = self.answers.get(path)
        return answer() if answer else httpx.Response(200, json={"run": None})

    def at(self, path: str) -> list[Any]:
        return [body for told, body in self.bodies if told == path]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def client(told: Told) -> ShortrunClient:
    return ShortrunClient("http://service.test", "k", transport=httpx.MockTransport(told))
