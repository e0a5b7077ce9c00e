from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import SetupError
from app.imports.economics import FactorySettings, StepShare, StyleDefaults
from app.imports.economics_file import read_economics
from tests.imports.files import WriteText

EXAMPLE = Path(__file__).with_name("online_retail.toml")
OFFER = """
[[offers]]
offer = "small"
factory = "f"
mode = "small_batch"
lead_time_days = {mean = 14}
"""
BREAKS = "price_breaks = [{min_quantity = 1, unit_cost_share = 0.5}]"


def test_shares_are_read_exactly_as_they_are_written() -> None:
    economics = read_economics(EXAMPLE)

    assert economics.style == StyleDefaults(
        salvage_share=Decimal("0.2"),
        holding_cost_share_per_week=Decimal("0.005"),
        return_rate=None,
        resalable_share=0.8,
    )
    assert economics.offers[0].steps == (
        StepShare(1, None, Decimal("0.5")),
        StepShare(200, None, Decimal("0.45")),
    )


def test_a_factory_without_a_name_is_called_by_its_code() -> None:
    economics = read_economics(EXAMPLE)

    assert economics.factories[1] == FactorySettings("overseas", "overseas", "Asia/Shanghai")


def test_an_empty_file_says_nothing(text_file: WriteText) -> None:
    economics = read_economics(text_file(name="empty.toml"))

    assert (economics.style, economics.offers) == (StyleDefaults(), ())


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("[style", r"is not TOML: "),
        ("[style]\nsalvage_share = 1.5", "style.salvage_share must be less than or equal to 1"),
        ("[style]\nsalvage = 0.5", "style.salvage is not known here"),
        ("[[factories]]\nname = 'F'", "factories.0.factory is required"),
        ("[[factories]]\nfactory = 'f'\ntimezone = 'Mars'", "factories.0.timezone must be a time"),
        (OFFER, "offers.0.price_breaks is required"),
        (
            f"{OFFER}price_breaks = [{{min_quantity = 1}}]",
            "offers.0.price_breaks.0 must have either unit_cost or unit_cost_share",
        ),
        (f"{OFFER}{BREAKS}\nmod = 'x'", "offer small: mod is not known here"),
        (f"{OFFER}{BREAKS}\nyield_rate = 1.2", "offer small: yield_rate must be less than"),
        (f"{OFFER}{BREAKS}\nbrand = 'other'", "offers.0 must not name a brand or a currency"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_that_names_the_place(
    text_file: WriteText, said: str, message: str
) -> None:
    path = text_file(said, name="economics.toml")

    with pytest.raises(SetupError, match=message) as refused:
        read_economics(path)

    assert "\n" not in str(refused.value)
    assert "economics.toml" in str(refused.value)


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be opened: No such file"):
        read_economics(tmp_path / "absent.toml")
