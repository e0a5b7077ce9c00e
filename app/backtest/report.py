"""A backtest in the terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def print_report(result: Mapping[str, Any], console: Console) -> None:
    """Print a table of the rules, one of where it is earned, and what has been assumed."""
    console.print(_rules(result))
    if any(rule["told_apart"] is False for rule in result["rules"]):
        console.print("?: not told apart from Shortrun", highlight=False, markup=False)
    console.print(_groups(result))
    for sentence in result["assumptions"]:
        console.print(f"- {sentence}", highlight=False, markup=False)
    for failed in result["failed_styles"]:
        message = f"style {failed['style']} was not decided on some day: {failed['message']}"
        console.print(message, style="red", markup=False)


def _rules(result: Mapping[str, Any]) -> Table:
    table = Table(
        title=f"{result['brand']}, {result['first_day']} to {result['last_day']}:"
        f" {result['styles']} of {result['of_styles']} styles, {result['weeks']} weeks"
    )
    table.add_column("rule")
    for name in (f"profit, {result['currency']}", "ours above it", "fill", "lost", "left"):
        table.add_column(name, justify="right")
    for name in ("runs", "set-ups", "set-up cost"):
        table.add_column(name, justify="right")
    for rule in result["rules"]:
        fill = rule["fill_rate"]
        table.add_row(
            rule["label"],
            f"{rule['profit']:,.0f}",
            above(rule),
            "-" if fill is None else f"{100 * fill:.1f}%",
            *(f"{rule[name]:,.0f}" for name in ("lost", "leftover", "runs", "setups")),
            f"{rule['setup_cost']:,.0f}",
        )
    return table


def _groups(result: Mapping[str, Any]) -> Table:
    table = Table(
        title=f"where: {result['currency']} ours earned above each rule, by when styles were on"
        " sale and by volume"
    )
    table.add_column("rule")
    for group in result["groups"]:
        named = f"{group['on_sale']}\n{group['volume']}\n{group['styles']} styles"
        table.add_column(named, justify="right")
    for index, rule in enumerate(result["rules"][1:], start=1):
        gaps = [group["rules"][index]["ours_above"] for group in result["groups"]]
        table.add_row(rule["label"], *(f"{gap:+,.0f}" for gap in gaps))
    return table


def above(rule: Mapping[str, Any]) -> str:
    """Return how far ours lies above a rule, with its standard error over styles; ?: or not."""
    if rule["rule"] == "shortrun":
        return ""
    error = rule["ours_above_error"]
    doubt = " ?" if rule["told_apart"] is False else ""
    return f"{rule['ours_above']:+,.0f}" + ("" if error is None else f" ± {error:,.0f}") + doubt
