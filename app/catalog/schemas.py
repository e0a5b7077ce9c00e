"""Styles on the wire."""

from collections.abc import Hashable, Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.catalog.ingest import SkuDraft, StyleDraft
from app.catalog.queries import SkuRef
from app.catalog.tables import Style
from app.web.wire import (
    Currency,
    Day,
    Identifier,
    Label,
    MoneyIn,
    MoneyOut,
    Share,
    SkuCode,
    Timestamp,
    Wire,
    text,
)

Planning = Literal["active", "paused", "ended"]
Word = Annotated[str, text(100)]
WordOrNothing = Annotated[str, text(100, shortest=0)]

EXAMPLE: dict[str, Any] = {
    "name": "City S2",
    "category": "scooter",
    "attributes": {"fabric": "oxford"},
    "planning": "active",
    "test": None,
    "launch_date": "2026-03-01",
    "end_of_life_date": "2026-09-01",
    "successor": None,
    "like": ["S1"],
    "materials": [{"material": "oxford", "per_unit": 1.4}],
    "currency": "EUR",
    "price": "39.00",
    "salvage_value": "8.00",
    "holding_cost_per_unit_week": "0.05",
    "lost_sale_cost": "0.00",
    "backorder_share": 0.0,
    "return_rate": 0.2,
    "resalable_share": 0.9,
    "skus": [{"sku": "S2-BLK-M", "colorway": "BLK", "size": "M"}],
}


class SkuIn(Wire):
    """A SKU of a style; a style without colorways or sizes leaves them empty."""

    sku: SkuCode
    colorway: WordOrNothing = ""
    size: WordOrNothing = ""


class MaterialUse(Wire):
    """What a unit of the style takes of a material."""

    material: Identifier
    per_unit: Annotated[float, Field(strict=True, ge=0.0001, le=1_000_000, allow_inf_nan=False)]


class TrialIn(Wire):
    """A style on trial: what may be spent on finding out, and until when."""

    budget: MoneyIn
    until: Day


class StyleIn(Wire):
    """A style: a design with its economics, its life dates and its SKUs."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    name: Label
    category: Word | None = None
    attributes: Annotated[dict[Word, Label], Field(max_length=50)] = Field(default_factory=dict)
    planning: Planning = "active"
    test: TrialIn | None = None
    launch_date: Day | None = None
    end_of_life_date: Day | None = None
    successor: Identifier | None = None
    like: Annotated[list[Identifier], Field(max_length=20)] = Field(default_factory=list)
    materials: Annotated[list[MaterialUse], Field(max_length=50)] = Field(default_factory=list)
    currency: Currency
    price: MoneyIn
    salvage_value: MoneyIn = Field(default="0", validate_default=True)
    holding_cost_per_unit_week: MoneyIn = Field(default="0", validate_default=True)
    lost_sale_cost: MoneyIn = Field(default="0", validate_default=True)
    backorder_share: Share = 0.0
    return_rate: Share | None = None
    resalable_share: Share = 1.0
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=1000)]

    @field_validator("end_of_life_date")
    @classmethod
    def _ends_after_launch(cls, end: Day | None, info: ValidationInfo) -> Day | None:
        launch = info.data.get("launch_date")
        if end is not None and launch is not None and end <= launch:
            raise PydanticCustomError("end_before_launch", "must lie after the launch date")
        return end

    @field_validator("skus")
    @classmethod
    def _skus_differ(cls, skus: list[SkuIn]) -> list[SkuIn]:
        _refuse_repeats(sku.sku for sku in skus)
        return skus

    @field_validator("like")
    @classmethod
    def _likes_differ(cls, like: list[str]) -> list[str]:
        _refuse_repeats(like)
        return like

    @field_validator("materials")
    @classmethod
    def _materials_differ(cls, materials: list[MaterialUse]) -> list[MaterialUse]:
        _refuse_repeats(use.material for use in materials)
        return materials

    def to_draft(self, style: str) -> StyleDraft:
        """Return it as the room takes it in."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return StyleDraft(
            code=style,
            **plain,
            test=None if self.test is None else self.test.model_dump(mode="json"),
            materials=[use.model_dump(mode="json") for use in self.materials],
            skus=tuple(SkuDraft(sku.sku, sku.colorway, sku.size) for sku in self.skus),
        )


_PLAIN = StyleIn.model_fields.keys() - {"test", "materials", "skus"}


class StyleOut(StyleIn):
    """A style as stored, with its active SKUs."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"style": "S2", **EXAMPLE, "updated_at": "2026-03-02T10:15:00Z"}
        },
        json_schema_serialization_defaults_required=True,
    )

    style: str
    price: MoneyOut
    salvage_value: MoneyOut
    holding_cost_per_unit_week: MoneyOut
    lost_sale_cost: MoneyOut
    updated_at: Timestamp

    @classmethod
    def of(cls, row: Style, skus: Iterable[SkuRef]) -> Self:
        """Read a style and its SKUs."""
        plain = {name: getattr(row, name) for name in _PLAIN}
        return cls(
            style=row.code,
            **plain,
            test=None if row.test is None else TrialIn(**row.test),
            materials=[MaterialUse.model_construct(**use) for use in row.materials],
            updated_at=row.updated_at,
            skus=[SkuIn(sku=sku.code, colorway=sku.colorway, size=sku.size) for sku in skus],
        )


def _refuse_repeats(values: Iterable[Hashable]) -> None:
    seen: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        first = seen.setdefault(value, index)
        if first != index:
            raise PydanticCustomError(
                "repeated",
                "entry {later} repeats entry {earlier}",
                {"later": index, "earlier": first},
            )
