"""Whole catalogs on the wire: many styles in one call, and what became of each."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field

from app.catalog.ingest import StyleDraft, Taken
from app.catalog.schemas import EXAMPLE, StyleIn
from app.errors import Invalid
from app.web.wire import Identifier, Wire


class CatalogRowIn(StyleIn):
    """A style of a catalog, with its id."""

    model_config = ConfigDict(json_schema_extra={"example": {"style": "S2", **EXAMPLE}})

    style: Identifier


class CatalogIn(Wire):
    """Up to 1,000 styles."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"styles": [{"style": "S2", **EXAMPLE}]}}
    )

    styles: Annotated[list[CatalogRowIn], Field(min_length=1, max_length=1000)]

    def to_drafts(self) -> list[StyleDraft]:
        """Return them as the room takes them in."""
        return [row.to_draft(row.style) for row in self.styles]


class CatalogRowOut(Wire):
    """What became of one style: `created` if it is new, or why it was rejected."""

    index: int
    style: str
    status: Literal["accepted", "rejected"]
    created: bool | None = None
    code: str | None = None
    message: str | None = None


class CatalogOut(Wire):
    """The counts, and a result for each style in the order sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "accepted": 1,
                "rejected": 1,
                "results": [
                    {"index": 0, "style": "S2", "status": "accepted", "created": True},
                    {
                        "index": 1,
                        "style": "S3",
                        "status": "rejected",
                        "code": "sku_taken",
                        "message": "SKU 0 belongs to another style",
                    },
                ],
            }
        }
    )

    accepted: int
    rejected: int
    results: list[CatalogRowOut]

    @classmethod
    def of(cls, drafts: Sequence[StyleDraft], outcome: Sequence[Taken]) -> Self:
        """Say what became of each style.

        Raises:
            NoStyleTaken: If all were rejected.
        """
        results = [
            _row_out(index, draft.code, taken)
            for index, (draft, taken) in enumerate(zip(drafts, outcome, strict=True))
        ]
        rejected = sum(result.status == "rejected" for result in results)
        if rejected == len(results):
            raise NoStyleTaken(results)
        return cls(accepted=len(results) - rejected, rejected=rejected, results=results)


class NoStyleTaken(Invalid):
    """No style of a catalog could be taken; the problem carries the results."""

    code = "all_rejected"

    def __init__(self, results: Sequence[CatalogRowOut]) -> None:
        super().__init__("every style was rejected")
        self.members: dict[str, Any] = {
            "results": [result.model_dump(exclude_none=True) for result in results]
        }


def _row_out(index: int, style: str, taken: Taken) -> CatalogRowOut:
    refusal = taken.refusal
    if refusal is not None:
        return CatalogRowOut(
            index=index,
            style=style,
            status="rejected",
            code=refusal.code,
            message=refusal.message,
        )
    return CatalogRowOut(index=index, style=style, status="accepted", created=taken.created)
