"""What each group of operations is for, in the order an integrator meets them."""

import tomllib
from pathlib import Path

TEXTS: dict[str, str] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())


def described(used: set[str]) -> list[dict[str, str]]:
    """Return OpenAPI's tag objects for the tags in use.

    Raises:
        KeyError: If a tag has no text.
    """
    missing = used - TEXTS.keys()
    if missing:
        raise KeyError(f"no text for {sorted(missing)} in tags.toml")
    return [{"name": name, "description": text} for name, text in TEXTS.items() if name in used]
