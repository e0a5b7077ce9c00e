"""How identifiers and details of the log are said."""

from app.console.figures import plain, short, words


def test_an_identifier_is_said_by_its_kind_and_its_end() -> None:
    assert short("rec_01a213b547e5766c9f7da2346b93a8de") == "rec_\N{HORIZONTAL ELLIPSIS}93a8de"
    assert short("web-shop") == "web-shop"
    assert (
        short("8a16a9abed44e84f6ac94d83a0b1") == "8a16a9abed44e84f6ac94d83\N{HORIZONTAL ELLIPSIS}"
    )


def test_details_and_codes_are_said_in_words() -> None:
    assert [plain(one) for one in (None, [], True, False, 8)] == ["none", "none", "yes", "no", "8"]
    assert plain(["werk-brno", "mill-izmir"]) == "werk-brno and mill-izmir"
    assert words("sku_map.put") == "sku map put"
