"""Materials by date, and checks of quality."""

from datetime import date
from decimal import Decimal

import pytest

from app.insight.schedule.needs import checkpoints, material_needs, sample_units
from tests.insight.schedule.floor import line, schedule, work

OXFORD = ({"material": "oxford", "per_unit": 1.4},)


def test_material_is_needed_for_what_is_not_made_when_making_begins() -> None:
    made = schedule(
        work(line("S2-BLK-M", date(2026, 3, 23), 80), line("S2-BLK-L", date(2026, 3, 23), 40),
             materials=OXFORD),
        work(line("S3-BLK-M", date(2026, 3, 23), 10), materials=OXFORD),
        work(line("S4-BLK-M", date(2026, 3, 23), 99), materials=OXFORD, has_begun=True),
    )  # fmt: skip

    [need] = material_needs(made)

    assert (need.day, need.material, need.quantity) == (
        date(2026, 3, 2),
        "oxford",
        Decimal("182.0"),
    )
    assert need.styles == ("S2", "S3")


def test_a_run_is_checked_at_its_first_pieces_half_way_and_before_it_is_due() -> None:
    made = schedule(
        work(line("S2-BLK-M", date(2026, 3, 23), 80), line("S2-RED-L", date(2026, 3, 23), 40))
    )

    checks = checkpoints(made)

    assert [(one.day, one.check, one.lot_units, one.sample_units) for one in checks] == [
        (date(2026, 3, 2), "first_article", 120, 2),
        (date(2026, 3, 12), "in_line", 120, 13),
        (date(2026, 3, 22), "final", 120, 20),
    ]


def test_what_is_only_planned_or_already_shipped_is_not_checked() -> None:
    planned = line("S2-BLK-M", date(2026, 3, 23), 80, commitment="planned", reference="rec_1")
    shipped = line("S3-BLK-M", date(2026, 3, 23), 80, to_make=0)

    checks = checkpoints(schedule(work(planned), work(shipped, has_begun=True, is_shipped=True)))

    assert checks == []


@pytest.mark.parametrize(
    ("lot", "sample"),
    [(1, 1), (2, 2), (8, 2), (9, 3), (150, 20), (151, 32), (3200, 125), (600_000, 1250)],
)
def test_samples_are_those_of_iso_2859_1_level_ii(lot: int, sample: int) -> None:
    assert sample_units(lot) == sample
