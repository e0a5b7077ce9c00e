"""The summary a reader gets: seen against true, what was made and why, what it earned."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.client.answers import Recommendation
from app.demo.summary import LineSummary, StyleSummary

MODES = {"on_demand": "on demand", "small_batch": "small batch", "large_batch": "large batch"}
RUNS_SHOWN = 3
"""Runs shown in full for each style; a count stands for the rest."""


def print_report(console: Console, lines: Sequence[LineSummary]) -> None:
    """Print the season of each line, and how it is counted; 80 columns are enough."""
    for line in lines:
        console.print()
        console.rule(f"[bold]{line.line.name}")
        console.print(_demand_table(line))
        console.print(_earned_table(line))
        _print_runs(console, line)
        console.print(_verdict(line))
    console.print()
    console.print(_rules(), style="dim")


def _demand_table(line: LineSummary) -> Table:
    table = _table("Demand and stock over the season, in units")
    for heading in ("true demand", "seen", "cut off", "sold", "lost", "left"):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in line.styles:
        played = each.played
        units = (played.sold_units, played.lost_units, played.left_units)
        table.add_row(
            _named(each),
            str(each.true_units),
            str(each.seen_units),
            f"[dim]{each.censored_share:.0%}[/]",
            *map(str, units),
        )
    return table


def _earned_table(line: LineSummary) -> Table:
    table = _table(f"Runs made, and what the season earned in {line.line.currency}")
    table.add_column("runs", no_wrap=True)
    for heading in (
        "with\nShortrun",
        "1 large run\nby forecast",
        "units",
        "by hind-\nsight",
        "units",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in line.styles:
        table.add_row(
            each.style.name,
            _modes(each.runs),
            _money(each.played.profit),
            _money(each.guessed.account.profit),
            f"[dim]{each.guessed.units}[/]",
            _money(each.best.account.profit),
            f"[dim]{each.best.units}[/]",
        )
    table.add_section()
    played, guessed, best = map(_money, line.profits())
    table.add_row("all", "", played, guessed, "", best, "", style="bold")
    return table


def _table(title: str) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        pad_edge=False,
        collapse_padding=True,
    )
    table.add_column("style", no_wrap=True)
    return table


def _named(each: StyleSummary) -> str:
    return f"{each.style.name} [dim]({each.style.part})[/]"


def _print_runs(console: Console, line: LineSummary) -> None:
    console.print("Runs recommended, the largest of each style, and why", style="italic")
    for each in line.styles:
        shown = _telling(each)
        rest = len(each.recommendations) - len(shown)
        more = f", and {rest} smaller" if rest else ""
        console.print(f"{each.style.name}{more if shown else ': none'}", style="bold")
        for run in shown:
            console.print(_told(run, line.line.timezone), highlight=False, markup=False)
            why = Padding(Text(_why(run), style="dim"), (0, 0, 0, 4))
            console.print(why)


def _told(run: Recommendation, timezone: str) -> str:
    issued = datetime.fromisoformat(run["issued_at"]).astimezone(ZoneInfo(timezone)).date()
    mode = MODES.get(run["mode"], run["mode"])
    cost = _money(Decimal(run["total_cost"]))
    return (
        f"  {issued}  {mode:<11}  {run['quantity']:>5} units"
        f"  {cost:>8} {run['currency']}  {run['status']}"
    )


def _telling(each: StyleSummary) -> list[Recommendation]:
    """Return the largest runs, in order of time."""
    by_size = sorted(each.recommendations, key=lambda run: -run["quantity"])[:RUNS_SHOWN]
    return sorted(by_size, key=lambda run: run["issued_at"])


def _why(run: Recommendation) -> str:
    return " ".join(reason["text"] for reason in run.get("reasons", [])[:2])


def _modes(runs: Sequence[Recommendation]) -> str:
    counts = Counter(run["mode"] for run in runs)
    units = Counter[str]()
    for run in runs:
        units[run["mode"]] += run["quantity"]
    told = [
        f"{counts[mode]} {MODES[mode].removesuffix(' batch')}, {units[mode]} u"
        for mode in MODES
        if counts[mode]
    ]
    return "\n".join(told) or "none"


def _verdict(line: LineSummary) -> str:
    played, guessed, best = line.profits()
    currency = line.line.currency
    gain = played - guessed
    versus = f"{_money(abs(gain))} {currency} {'more' if gain >= 0 else 'less'} than"
    verdict = (
        f"Shortrun earned {_money(played)} {currency}, {versus} one large run bought on the first "
        f"forecast; the best large run that hindsight could buy earns {_money(best)} {currency}."
    )
    lost = [
        each.style.name for each in line.styles if each.played.profit < each.guessed.account.profit
    ]
    if lost:
        verdict += f" The large run wins for {', '.join(lost)}."
    return verdict + ("" if line.gapless_feeds else " [red]A factory's feed had gaps.[/]")


def _rules() -> str:
    return (
        "How it is counted. True demand is known only to the demo. Seen: what the service shows as "
        "demand; what nobody could buy is missing from it. Cut off: days of SKUs that it knows to "
        "have been short of stock, and so does not take at face value. Earned: price of units sold "
        "and kept, less runs, freight and holding, plus what is left: salvage for a style that "
        "ends, the saved making cost less holding for one that goes on. The stock bought before "
        "the season costs every plan the same and is left out. One large run on the first "
        "forecast: its mean for the season, less opening stock and usual returns, at least the "
        "factory's minimum, in the shop on day 0 or launch: its lead time is forgiven. By "
        "hindsight: what exactly these customers take, up to a price break above it, or nothing, "
        "whichever earns most."
    )


def _money(amount: Decimal) -> str:
    return f"{amount:,.0f}"
