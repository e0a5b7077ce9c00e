"""What refreshes did and how long each stage took, of all workers together."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Literal, get_args

from prometheus_client.core import Metric
from sqlalchemy.orm import Session

from app.jobs.metrics import total
from app.jobs.totals import count
from app.recommendations.proposal import Fate as PublishedFate
from app.web.tracing import span

Stage = Literal["claim", "learn", "panel", "forecast", "decide", "publish"]

STYLES = "refresh_styles"
SECONDS = "refresh_stage_seconds"

_within: ContextVar[list[float] | None] = ContextVar("within", default=None)
"""Seconds of stages that ended inside the one under way."""


@contextmanager
def stage(name: Stage, **attributes: int) -> Iterator[None]:
    """Time a stage, and record it as a span; one inside another counts for the inner one alone."""
    outer, inner = _within.get(), [0.0]
    token = _within.set(inner)
    began = time.perf_counter()
    try:
        with span(name, **attributes):
            yield
    finally:
        seconds = time.perf_counter() - began
        _within.reset(token)
        count(SECONDS, name, seconds - inner[0])
        if outer is not None:
            outer[0] += seconds


def count_styles(fates: Iterable[str]) -> None:
    """Count what became of styles, once it is committed."""
    for fate, styles in Counter(fates).items():
        count(STYLES, fate, styles)


def refresh_metrics(session: Session, at: datetime) -> Iterator[Metric]:  # noqa: ARG001  a reading
    """Read what all workers did since the first one."""
    yield total(
        session,
        STYLES,
        "Styles refreshed, by what became of them.",
        label="fate",
        known=[*get_args(PublishedFate), "failed"],
    )
    yield total(
        session,
        SECONDS,
        "Seconds that workers spent, by stage.",
        label="stage",
        known=get_args(Stage),
    )
