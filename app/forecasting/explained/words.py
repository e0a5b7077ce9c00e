"""What is behind a forecast in plain English: one sentence for each thing."""

from collections.abc import Mapping
from typing import Any

from app.forecasting.explained.phrases import (
    counted,
    is_default,
    note_sentence,
    percent,
    reason_phrase,
)
from app.forecasting.model import StyleForecast

SAID_APART = frozenset({"launch_share", "prior_basis", "prior_weight", "censored_periods"})
"""Notes that have a sentence of their own from the figures beside them."""

ALL_OF_IT = 0.995
"""Share from which the launch model is said to speak alone."""

LEAST_RETURNS = 0.005
"""Rate of return below which it is 0% and not worth a sentence."""


def sentences(forecast: StyleForecast, facts: Mapping[str, Any]) -> list[str]:
    """Return the explanation's figures in sentences, the layer that spoke first."""
    length = "day" if forecast.period_days == 1 else "week"
    notes = {note["code"]: note for note in forecast.notes}
    basis = notes.get("prior_basis")
    launch = float(notes.get("launch_share", {}).get("value", 0.0))
    said = [_spoke(forecast, facts, launch)]
    if basis is not None:
        said.append(note_sentence(basis))
    if forecast.layer != "prior":
        said.append(_shares(facts, length, "a default" if _defaults(basis) else "other styles"))
    if len(facts["models"]) > 1 and launch < ALL_OF_IT:
        said.append(_models(facts["models"]))
    said += [note_sentence(note) for note in forecast.notes if note["code"] not in SAID_APART]
    if facts.get("unknown_successor"):
        said.append(f"Its successor {facts['unknown_successor']} is no style of the brand.")
    if facts["censored"]:
        said += _censored(facts["censored"], length)
    if facts["known_demand"]:
        said.append(_known(facts["known_demand"]))
    if facts["returns"] and facts["returns"]["rate"] >= LEAST_RETURNS:
        said.append(_returns(facts["returns"]))
    if facts["changed"]:
        said.append(_changed(facts["changed"]))
    return said


def _defaults(basis: Mapping[str, Any] | None) -> bool:
    return basis is not None and is_default(basis)


def _spoke(forecast: StyleForecast, facts: Mapping[str, Any], launch: float) -> str:
    """Return which layer speaks; `launch` is the launch model's share of a mixture, 0 to 1."""
    several = len(facts["models"]) > 1
    models = "Time series models" if several else f"A time series model ({forecast.model})"
    match forecast.layer:
        case "prior":
            return (
                f"Nothing was sold before {forecast.origin} (sales of that day count from the "
                "next on), so nothing of its own can speak."
            )
        case "launch":
            return "There is little history: other styles and its own sales speak together."
        case "fallback":
            return (
                f"No model could be used on this history: a simpler one speaks ({forecast.model})."
            )
        case _ if launch >= ALL_OF_IT:
            return (
                f"{models} could be fitted, but at this age the launch model erred less on the "
                "brand's past and speaks alone: how demand moves with age is from other styles, "
                "how much is sold from its own sales."
            )
        case _ if launch > 0:
            return (
                f"{models} fitted to its history {'have' if several else 'has'} "
                f"{percent(1 - launch)} of the say, and the launch model, which knows how demand "
                f"moves with age, {percent(launch)}."
            )
        case _:
            speak = "speak" if several else "speaks"
            return f"There is history enough: {models[0].lower()}{models[1:]} fitted to it {speak}."


def _shares(facts: Mapping[str, Any], length: str, others: str) -> str:
    prior = facts["prior_share"]
    own = "the style's own sales"
    if facts["sold_units"] is not None:
        sold = counted(facts["sold_units"], "unit")
        own = f"{own}: {sold} in {counted(facts['periods_on_sale'], length)}"
    if prior <= 0:
        return f"How much it sells rests on {own}."
    if prior >= 1:
        return f"All of it rests on {others}."
    share = percent(prior)
    return (
        f"{share[0].upper()}{share[1:]} of it rests on {others} and {percent(1 - prior)} on {own}."
    )


def _models(models: Mapping[str, float]) -> str:
    parts = [f"{name} {percent(weight)}" for name, weight in models.items()]
    return f"Models were combined by what their errors would have cost: {', '.join(parts)}."


def _censored(censored: Mapping[str, Any], length: str) -> list[str]:
    """Return what stock-outs hid of the style, and before it what they did to the SKU shown."""
    said = []
    own = censored.get("sku")
    if own is not None:
        said.append(
            f"This SKU was out of stock in {counted(own['periods'], length)} and sold "
            f"{counted(own['sold_units'], 'unit')} in {'it' if own['periods'] == 1 else 'them'}."
            if own["periods"]
            else "This SKU was never out of stock."
        )
    said.append(
        f"In {counted(censored['periods'], length)} some of the style was out of stock: all of "
        f"the style sold {counted(censored['sold_units'], 'unit')} "
        f"{'there' if censored['periods'] == 1 else 'in them'}, and a demand of "
        f"{censored['assumed_units']:g} was assumed instead."
    )
    return said


def _known(known: Mapping[str, Any]) -> str:
    lines = len(known["lines"]) + known["more"]
    return (
        f"{counted(lines, 'line')} of known demand {'makes' if lines == 1 else 'make'} "
        f"{known['expected_units']:g} expected units; {known['consumed_units']:g} of them take "
        f"the place of forecast and {known['added_units']:g} are added."
    )


def _returns(returns: Mapping[str, Any]) -> str:
    source = "as stated" if returns["stated"] else "as learned"
    coming = returns["units_to_come"]
    still = f"; {coming:g} units of the style already sold are still to come back" if coming else ""
    return (
        f"{percent(returns['rate'])} of what sells comes back, {source}, after "
        f"{returns['mean_delay_weeks']:g} weeks on average{still}."
    )


def _changed(changed: Mapping[str, Any]) -> str:
    reasons = "; ".join(reason_phrase(reason) for reason in changed["reasons"])
    return (
        f"The forecast of {changed['previous_origin']} expected "
        f"{changed['mean_per_week_before']:.1f} units a week, this one "
        f"{changed['mean_per_week_now']:.1f}: {reasons}."
    )
