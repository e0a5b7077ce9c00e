"""The marks of a picture as SVG: text, lines, bars, areas, and the picture itself."""

from collections.abc import Iterable, Sequence
from html import escape

Point = tuple[float, float]
Attribute = str | float | None


def mark(name: str, content: str = "", /, **attributes: Attribute) -> str:
    """Return an element; `content` is markup, attributes are escaped and None is left out.

    `class_` is `class`, an underscore in a name is a hyphen; places are to a tenth.
    """
    said = "".join(
        f' {_name(key)}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(x: float, y: float, words: str, **attributes: Attribute) -> str:
    """Return words that begin, end or stand (`text_anchor`) at a place."""
    return mark("text", escape(words) or " ", x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: Attribute) -> str:
    """Return a straight line."""
    return mark("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def bar(x: float, y: float, width: float, height: float, **attributes: Attribute) -> str:
    """Return a rectangle; one without height or width has none drawn."""
    return mark("rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), **attributes)


def polyline(points: Iterable[Point], **attributes: Attribute) -> str:
    """Return a line through points."""
    return mark("polyline", points=_places(points), fill="none", **attributes)


def area(upper: Sequence[Point], lower: Sequence[Point], **attributes: Attribute) -> str:
    """Return what lies between two lines, both from left to right."""
    return mark("polygon", points=_places([*upper, *reversed(lower)]), **attributes)


def hatch(name: str, **attributes: Attribute) -> str:
    """Return the definition of a hatching, to fill with as `url(#name)`."""
    stroke = line(0, 0, 0, 6, **attributes)
    turned = "rotate(45)"
    pattern = mark(
        "pattern",
        stroke,
        id=name,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform=turned,
    )
    return mark("defs", pattern)


def picture(
    name: str,
    size: tuple[float, float],
    title: str,
    description: str,
    parts: Iterable[str],
    **attributes: Attribute,
) -> str:
    """Return an SVG that is one image to a screen reader, with a title and a description.

    Args:
        name: Of its title and description, once on a page: `[a-z0-9-]+`.
        size: Width and height, in the units of the marks.
        title: What it shows.
        description: What it says, for who cannot see it.
        parts: Its marks, the first one at the back.
        attributes: More of the `svg` element.
    """
    width, height = size
    body = [
        mark("title", escape(title) or " ", id=f"{name}-title"),
        mark("desc", escape(description) or " ", id=f"{name}-what"),
        *parts,
    ]
    return mark(
        "svg",
        "\n".join(body),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        role="img",
        aria_labelledby=f"{name}-title {name}-what",
        **attributes,
    )


def _places(points: Iterable[Point]) -> str:
    return " ".join(f"{_value(x)},{_value(y)}" for x, y in points)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: str | float | None) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else f"{value + 0.0:.1f}".removesuffix(".0")
