import numpy as np
import pytest

from app.forecasting.past.labels import bell, inserted, normal, place


@pytest.mark.parametrize(
    ("label", "order", "at"),
    [
        ("XXS", "letters", -3),
        ("xs", "letters", -2),
        ("S", "letters", -1),
        ("S/M", "letters", -0.5),
        ("M", "letters", 0),
        ("XL", "letters", 2),
        ("2XL", "letters", 3),
        ("XXXL", "letters", 4),
        (" 3xl ", "letters", 4),
        ("38", "#", 38),
        ("6.5", "#", 6.5),
        ("6,5", "#", 6.5),
        ("EU 42", "eu#", 42),
        ("32/34", "#/34", 32),
    ],
)
def test_a_size_has_its_place_in_an_order(label: str, order: str, at: float) -> None:
    assert place(label) == (order, at)


@pytest.mark.parametrize("label", ["", "one size", "red", "S-M"])
def test_other_labels_have_no_place(label: str) -> None:
    assert place(label) is None


def test_labels_are_compared_without_case_and_spacing() -> None:
    assert normal("  Off  WHITE ") == "off white"


def test_a_size_between_two_known_ones_lies_between_them() -> None:
    assert inserted("38", {"36": 1.0, "40": 4.0}) == pytest.approx(2.0)


def test_a_size_past_the_end_falls_on_and_each_further_one_more() -> None:
    known = {"m": 1.5, "l": 1.2, "xl": 0.6}

    next_one, after, before = (inserted(label, known) for label in ("XXL", "3XL", "S"))

    # Half of the say has the step from L to XL (0.5), half the usual tail (0.6).
    assert next_one == pytest.approx(0.6 * np.sqrt(0.5 * 0.6))
    assert after == pytest.approx(0.6 * 0.5 * 0.6)
    # Demand grows from L to M, yet it is not expected to grow past an end.
    assert before == pytest.approx(1.5 * np.sqrt(0.95 * 0.6))


def test_a_step_is_that_of_the_labels_known() -> None:
    by_two = inserted("42", {"36": 1.0, "38": 1.0, "40": 1.0})

    assert by_two == pytest.approx(np.sqrt(0.95 * 0.6))


def test_a_label_without_an_order_or_neighbours_stays_unknown() -> None:
    assert inserted("one size", {"s": 1.0, "m": 1.0}) is None
    assert inserted("xl", {"38": 1.0, "40": 1.0, "m": 1.0}) is None


def test_only_four_or_more_sizes_of_one_order_follow_a_bell_whatever_their_listing() -> None:
    shares = bell(["XL", "S", "M", "L", "XS"])

    assert (shares / shares.sum()).round(2).tolist() == [0.13, 0.23, 0.28, 0.23, 0.13]
    assert bell(["S", "M", "L"]).tolist() == [1, 1, 1]
    assert bell(["S", "M", "L", "tall"]).tolist() == [1, 1, 1, 1]


def test_of_two_spellings_of_one_size_the_same_counts_however_they_were_stored() -> None:
    known = {"l": 1.0, "2xl": 0.6, "xxl": 0.3}
    stored = dict(sorted(known.items(), reverse=True))

    assert inserted("3xl", known) == inserted("3xl", stored)
