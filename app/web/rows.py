"""Answers row by row: what became of each item of a batch."""

from collections.abc import Sequence
from typing import Any, Literal

from app.errors import Invalid
from app.web.wire import Wire, example


class RowResult(Wire):
    """What became of one row; `code` and `message` say why it was rejected."""

    index: int
    status: Literal["accepted", "duplicate", "rejected"]
    code: str | None = None
    message: str | None = None


class RowsOut(Wire):
    """The counts, and a result for each row in the order sent."""

    model_config = example(
        {
            "accepted": 1,
            "duplicates": 1,
            "rejected": 1,
            "results": [
                {"index": 0, "status": "accepted"},
                {"index": 1, "status": "duplicate"},
                {
                    "index": 2,
                    "status": "rejected",
                    "code": "unknown_sku",
                    "message": "the brand has no such SKU",
                },
            ],
        }
    )

    accepted: int
    duplicates: int
    rejected: int
    results: list[RowResult]

    @classmethod
    def of(cls, results: Sequence[RowResult]) -> "RowsOut":
        """Count the results."""
        said = [result.status for result in results]
        return cls(
            accepted=said.count("accepted"),
            duplicates=said.count("duplicate"),
            rejected=said.count("rejected"),
            results=list(results),
        )


class AllRejected(Invalid):
    """No row of a batch could be taken; the problem carries the results."""

    code = "all_rejected"

    def __init__(self, results: Sequence[RowResult]) -> None:
        super().__init__("every row was rejected")
        self.members: dict[str, Any] = {
            "results": [result.model_dump(exclude_none=True) for result in results]
        }
