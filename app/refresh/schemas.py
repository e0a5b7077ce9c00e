"""Refreshes and replays on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from app.refresh.queries import FailedStyle
from app.refresh.replay import Replay
from app.refresh.tables import Refresh
from app.web.wire import Identifier, SkuCode, Wire


class RefreshIn(Wire):
    """What to refresh: everything, one brand, or the styles of some of its SKUs."""

    model_config = ConfigDict(json_schema_extra={"example": {"brand": "acme"}})

    brand: Identifier | None = None
    skus: Annotated[list[SkuCode], Field(min_length=1, max_length=10_000)] | None = None


class RefreshCounts(Wire):
    """Styles of the refresh, by how far they are."""

    styles: int
    waiting: int
    done: int
    failed: int


class FailureOut(Wire):
    """A style that could not be decided; its last recommendation and forecast stand."""

    brand: str
    style: str
    message: str


class RefreshOut(Wire):
    """A refresh and how far it is."""

    id: str
    status: Literal["queued", "running", "done", "failed"]
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    counts: RefreshCounts
    failures: list[FailureOut]

    @classmethod
    def of(
        cls, refresh: Refresh, counts: dict[str, int], failures: list[FailedStyle]
    ) -> "RefreshOut":
        """Show a refresh with its counts and failures."""
        return cls(
            id=refresh.id,
            status=refresh.status,
            requested_at=refresh.requested_at,
            started_at=refresh.started_at,
            finished_at=refresh.finished_at,
            seconds=refresh.seconds,
            counts=RefreshCounts(styles=sum(counts.values()), **counts),
            failures=[
                FailureOut(brand=one.brand, style=one.style, message=one.message)
                for one in failures
            ],
        )


class ReplayOut(Wire):
    """Whether deciding again from what was kept comes to the same.

    `digest` is over inputs, quantities and money in cents, as it came out now; `differences` names
    what is not as recorded.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "identical": True,
                "digest": "sha256:5f0c",
                "recorded_digest": "sha256:5f0c",
                "differences": [],
            }
        }
    )

    identical: bool
    digest: str
    recorded_digest: str
    differences: list[str]

    @classmethod
    def of(cls, made: Replay) -> "ReplayOut":
        """Show a replay."""
        return cls(
            identical=made.identical,
            digest=made.digest,
            recorded_digest=made.recorded_digest,
            differences=list(made.differences),
        )
