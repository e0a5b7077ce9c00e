"""Marks are valid XML, whatever the words in them."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from app.drawing.marks import area, bar, hatch, line, picture, polyline, text

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Cn")))


@given(WORDS)
def test_any_words_are_shown_as_they_are(words: str) -> None:
    drawn = ET.fromstring(  # noqa: S314  our own text
        picture("one", (10, 10), words, words, [text(1, 2, words, class_=words)])
    )

    assert drawn.findtext(f"{SVG}title") == (words or " ")
    assert drawn.findtext(f"{SVG}text") == (words or " ")


def test_a_picture_is_one_image_with_a_name_and_a_description() -> None:
    drawn = picture("one", (10, 20.25), "Title", "What", [])

    assert (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20.2" role="img"'
        ' aria-labelledby="one-title one-what"><title id="one-title">Title</title>' in drawn
    )


def test_marks_have_places_to_a_tenth_and_the_attributes_given() -> None:
    assert line(0, 1, 2.345, 3, class_="axis") == (
        '<line x1="0" y1="1" x2="2.3" y2="3" class="axis"/>'
    )
    assert bar(0, 0, -1, 2) == '<rect x="0" y="0" width="0" height="2"/>'
    assert polyline([(0, 1), (2, 3)]) == '<polyline points="0,1 2,3" fill="none"/>'
    assert area([(0, 1), (2, 1)], [(0, 3), (2, 3)]) == '<polygon points="0,1 2,1 2,3 0,3"/>'
    assert 'id="no"' in hatch("no", stroke="red")
