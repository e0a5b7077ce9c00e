"""The pages as HTML; nothing in them comes from a caller."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

HERE = Path(__file__).parent

_CODE = re.compile(r"`([^`]+)`")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["prose"] = prose
    return made


def prose(text: str) -> Markup:
    """Return a text with what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just here


def page(template: str, **values: Any) -> str:
    """Return a page."""
    return _templates().get_template(template).render(**values)


@cache
def releases() -> list[dict[str, Any]]:
    """Return the interface's releases, newest first."""
    found: list[dict[str, Any]] = tomllib.loads((HERE / "changelog.toml").read_text())["release"]
    return found
