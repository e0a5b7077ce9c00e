"""What a decision rests on, as it is kept beside it, and the same situation made of it again.

Kept are the situation without its paths, the seed and the forecast that draw these, and a digest
of each; what happens to sales, stock, offers and prices afterwards changes none of it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.forecasting.model import StyleForecast
from app.forecasting.paths import draw_paths
from app.forecasting.tables import ForecastRow
from app.planning import Situation
from app.planning.stored import situation_from_json, situation_to_json
from app.recommendations.tables import DecisionRow
from app.sourcing.terms import offer_named

LAW_VERSION = 5
"""Raised whenever the same kept inputs would draw other paths, decide otherwise, or cost
otherwise: `tests/refresh/test_law.py` notices. What an older law decided can be read but
not decided again."""

EXPLAINING = frozenset({"layer", "model", "notes", "facts", "fit_state"})
"""Numbers of a forecast that no draw looks at."""

EXACT_BELOW = 2**53
"""Whole numbers from here on may come back from a database with other digits."""

CENT = Decimal("0.01")
TICK = Decimal("0.0001")


class ReplayUnavailable(Conflict):
    """A decision can be read but not made again: the reason says why."""

    code = "replay_unavailable"


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One stored decision and the forecast it rests on, as read.

    Attributes:
        numbers: Of the forecast; None where it is gone. So is `seed`, the draw's.
    """

    action: str
    body: Mapping[str, Any]
    inputs: Mapping[str, Any]
    digest: str
    numbers: Mapping[str, Any] | None
    seed: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Rebuilt:
    """The situation of a decision, made again from what was kept.

    Attributes:
        skus: Codes of its SKUs, in order.
        inputs: As kept, but for the digests, which are of what was found and drawn.
    """

    situation: Situation
    skus: Sequence[str]
    inputs: Mapping[str, Any]


def kept_inputs(asked: Situation, made: ForecastRow) -> dict[str, Any]:
    """Return what a replay needs, as JSON types; `made` is the forecast its paths come from."""
    _, paths, periods = asked.demand.shape
    return {
        "law": LAW_VERSION,
        "seed": str(made.seed),
        "paths": int(paths),
        "periods": int(periods),
        "forecast": _digest_of_forecast(made.numbers),
        "drawn": _digest_of_paths(asked.demand),
        "situation": situation_to_json(asked),
    }


def kept_decision(session: Session, row: DecisionRow) -> Kept:
    """Read a decision with its forecast; nothing is computed."""
    made = session.get(ForecastRow, row.forecast_id) if row.forecast_id else None
    return Kept(
        action=row.action,
        body=row.body,
        inputs=row.inputs,
        digest=row.digest,
        numbers=made.numbers if made else None,
        seed=made.seed if made else None,
    )


def rebuild(kept: Kept) -> Rebuilt:
    """Draw the paths again and return the situation that was decided on.

    Raises:
        ReplayUnavailable: If another law decided it, the forecast is gone, nothing was computed
            at all, or this installation draws other paths from the same numbers.
    """
    if not kept.inputs:
        raise ReplayUnavailable("nothing was computed: the style was not planned")
    law = kept.inputs.get("law", "none")
    if law != LAW_VERSION:
        raise ReplayUnavailable(
            f"it was decided by law {law}; this version decides by law {LAW_VERSION}"
        )
    if kept.numbers is None or kept.seed is None:
        raise ReplayUnavailable("the forecast it rests on is no longer stored")
    try:
        return _rebuilt(kept, kept.numbers, kept.seed)
    except (KeyError, TypeError, ValueError) as error:
        raise ReplayUnavailable("what was kept of it cannot be read") from error


def _rebuilt(kept: Kept, numbers: Mapping[str, Any], seed: int) -> Rebuilt:
    inputs = kept.inputs
    forecast = StyleForecast.from_json(numbers)
    paths = draw_paths(forecast, periods=inputs["periods"], paths=inputs["paths"], seed=seed)
    found = {"seed": str(seed), "forecast": _digest_of_forecast(numbers)}
    drawn = _digest_of_paths(paths)
    if all(inputs[name] == value for name, value in found.items()) and drawn != inputs["drawn"]:
        raise ReplayUnavailable("this installation draws other paths from the same forecast")
    situation = situation_from_json(inputs["situation"], paths.astype(np.int64))
    return Rebuilt(situation, forecast.sku_codes, {**inputs, **found, "drawn": drawn})


@dataclass(frozen=True, slots=True)
class AskedRun:
    """What a decision asks a factory for, as far as a digest covers it.

    Attributes:
        offer: As the kept inputs name it.
        quantities: Units by SKU code.
        total_cost: Of the whole run.
    """

    offer: str
    quantities: Mapping[str, int]
    total_cost: Decimal

    @property
    def total_cents(self) -> int:
        """The total cost in whole cents."""
        return int((self.total_cost / CENT).to_integral_value())


def offer_code(name: str) -> str:
    """Return an offer's own code from what plans call it."""
    return offer_named(name).rpartition("/")[2]


def exact(amount: float) -> Decimal:
    """Return the amount of at most four decimals that a float was made of.

    A float gives it back: an amount has at most fifteen digits (`web.wire.MONEY_MAX`).
    """
    return Decimal(repr(float(amount))).quantize(TICK)


def decision_digest(inputs: Mapping[str, Any], action: str, runs: Sequence[AskedRun]) -> str:
    """Return the SHA-256 over inputs, quantities and money in cents.

    Args:
        inputs: As kept.
        action: What is done.
        runs: The runs asked for, the chosen one first.
    """
    asked = [
        {"offer": run.offer, "quantities": run.quantities, "total_cents": run.total_cents}
        for run in runs
    ]
    return digest_of({"inputs": inputs, "action": action, "runs": asked})


def digest_of(document: Any) -> str:
    """Return the SHA-256 of a JSON document: the same on every database.

    The order of members does not count, nor whether 39 was written as 39 or 39.0.
    """
    text = json.dumps(
        _plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a document with every number written one way."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):  # before containers: there are many more of them
        if abs(value) >= EXACT_BELOW:
            return repr(float(value))
        return int(value) if value == int(value) else value
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _digest_of_forecast(numbers: Mapping[str, Any]) -> str:
    return digest_of({name: value for name, value in numbers.items() if name not in EXPLAINING})


def _digest_of_paths(paths: NDArray[np.integer]) -> str:
    """Return the SHA-256 over the shape and every count, in 32 bits, the low byte first."""
    counted = hashlib.sha256(repr(paths.shape).encode())
    counted.update(np.ascontiguousarray(paths, dtype="<i4").data)
    return "sha256:" + counted.hexdigest()
