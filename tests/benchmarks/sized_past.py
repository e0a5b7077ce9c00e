"""A large brand as it stands: what refreshes, factories and runs left, stored in bulk.

    uv run python -m tests.benchmarks.sized_past URL styles events

To the sales of `growth_past` it adds stock reports of three earlier days. Then `MODELS` styles are
refreshed for real, and what that stored is copied: to every style a decision and forecasts of four
days, and to three of five a recommendation to one of five factories. A third
of these stand as drafts, open or countered; of those accepted half are received. Whatever every
row must hold, `shortrun verify` recounts.
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, insert, literal, null, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.catalog.tables import Sku, Style
from app.database.base import Base, Json
from app.database.database import Database
from app.database.upsert import is_sqlite, one_of, table_of
from app.forecasting.tables import ForecastRow
from app.jobs.work import mark_due
from app.parties.tables import BrandFactory, Factory
from app.recommendations.feed import append, news
from app.recommendations.tables import DecisionRow, Recommendation
from app.refresh.pipeline import refresh_next
from app.settings import Settings
from app.sourcing.tables import Offer
from app.stock.tables import StockLevel
from tests.benchmarks.growth_past import store_past
from tests.benchmarks.refresh import AT
from tests.benchmarks.sized_runs import store_runs

MODELS = 100
FACTORIES = ("fab", "fab2", "fab3", "fab4", "fab5")
FORECAST_DAYS = (84, 56, 28, 0)
"""Days before now, as the console's Accuracy and the KPIs look back."""

LEVEL_DAYS = (7, 90, 200)
FIRST = 10_000_000
"""Added to a style's id, so that ids made of it are of one length."""

STATUSES = (
    "draft", "open", "countered", "accepted", "accepted", "accepted",
    "declined", "expired", "superseded",
)  # fmt: skip
COUNTER = {"decision": "counter", "need_by": "2026-07-31", "reason": "the line is full"}
ROWS_AT_ONCE = 2_000


def store_brand(database: Database, styles: int, events: int) -> None:
    """Store the brand; a third of a minute for 10,000 styles."""
    store_past(database, styles, events, "ordered")
    _refresh_models(database)
    with database.write() as session:
        _report_levels(session)
        _add_factories(session)
        models = _models(session, styles)
        for model in range(1, MODELS + 1):
            _copy_decision(session, [one for one, like in models.items() if like == model], model)
    with database.write() as session:
        every = _recommendations(session, models)
        while rows := list(islice(every, ROWS_AT_ONCE)):
            session.execute(insert(Recommendation), rows)
            store_runs(session, [row for row in rows if row["status"] == "accepted"])
            told = [Recommendation(**row) for row in rows]
            append(
                session,
                [one for row in told for one in news("recommendation.issued", row, at=AT)],
            )
    with database.outside_transactions() as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _refresh_models(database: Database) -> None:
    with database.write() as session:
        mark_due(session, 1, list(range(1, MODELS + 1)), at=AT - timedelta(minutes=1))
    while (outcome := refresh_next(database, Settings(), at=AT)) is not None:
        assert not outcome.errors


def _report_levels(session: Session) -> None:
    """Report every SKU on earlier days too; on each, others of twenty are out of stock."""
    for days in LEVEL_DAYS:
        at = literal(AT - timedelta(days=days), StockLevel.as_of.type)
        levels = select(Sku.id, at, (Sku.id + days) % 20)
        session.execute(insert(StockLevel).from_select(["sku_id", "as_of", "on_hand"], levels))


def _add_factories(session: Session) -> None:
    """Add four factories with the offers of the first."""
    offers = session.scalars(select(Offer)).all()
    for number, code in enumerate(FACTORIES[1:], start=2):
        made = {"id": number, "code": code, "name": code, "timezone": "UTC", "created_at": AT}
        session.execute(insert(Factory), [{**made, "setup_matrix": None}])
        session.execute(insert(BrandFactory), [{"brand_id": 1, "factory_id": number}])
        rows = [_row(one) | {"factory_id": number} for one in offers]
        session.execute(insert(Offer), [_without(row, "id") for row in rows])


def _models(session: Session, styles: int) -> dict[int, int]:
    """Return which model each other style is like: three of five are recommended."""
    asked = sorted(session.scalars(select(Recommendation.style_id)))
    held = sorted(set(range(1, MODELS + 1)) - set(asked))
    pools = (asked, asked, asked, held, held)
    return {
        style: pools[style % 5][style // 5 % len(pools[style % 5])]
        for style in range(MODELS + 1, styles + 1)
    }


def _copy_decision(session: Session, style_ids: list[int], model: int) -> None:
    """Give what was decided for a style, and forecasts of four days, to these."""
    forecast = session.scalars(select(ForecastRow).where(ForecastRow.style_id == model)).one()
    decision = session.scalars(select(DecisionRow).where(DecisionRow.style_id == model)).one()
    for number, days in enumerate(FORECAST_DAYS):
        origin = forecast.origin - timedelta(days=days)
        changes = {
            "origin": origin,
            "made_at": forecast.made_at - timedelta(days=days),
            "numbers": forecast.numbers | {"origin": origin.isoformat()},
        }
        _copy(session, forecast, style_ids, f"fct_{number:024}", changes)
    forecast_id = _id(f"fct_{len(FORECAST_DAYS) - 1:024}")
    _copy(session, decision, style_ids, f"dec_{0:024}", {"forecast_id": forecast_id})


def _copy(
    session: Session, row: Base, style_ids: list[int], prefix: str, changes: dict[str, Any]
) -> None:
    """Insert the row once more for each style, the codes of its SKUs replaced by the style's."""
    given = _row(row) | {"id": _id(prefix), "style_id": Style.id} | changes
    values = [
        _value(session, given[column.name], column.type, f"S{_row(row)['style_id']}-")
        for column in table_of(type(row)).columns
    ]
    query = select(*values).where(one_of(session, Style.id, style_ids))
    session.execute(insert(type(row)).from_select(list(given), query))


def _id(prefix: str) -> ColumnElement[str]:
    return literal(prefix) + cast(Style.id + FIRST, Text)


def _value(session: Session, value: Any, type_: Any, model: str) -> Any:
    if value is None:
        return null()
    if not isinstance(type_, Json):
        return value if hasattr(value, "compile") else literal(value, type_)
    text = literal(type_.process_bind_param(value, session.get_bind().dialect), Text)
    if not is_sqlite(session):
        text = literal(json.dumps(value), Text)
    code = literal('"S', Text) + cast(Style.id, Text) + literal("-", Text)
    document = func.replace(text, f'"{model}', code)
    return document if is_sqlite(session) else cast(document, JSONB)


def _recommendations(session: Session, models: dict[int, int]) -> Iterator[dict[str, Any]]:
    """Return copies of what was recommended for the models, each with the next end in turn."""
    stored = {row.style_id: _row(row) for row in session.scalars(select(Recommendation))}
    asked = [style for style, model in models.items() if model in stored]
    for number, style in enumerate(asked):
        yield _recommendation(stored[models[style]], style, number)


def _recommendation(model: dict[str, Any], style: int, number: int) -> dict[str, Any]:
    status = STATUSES[number % len(STATUSES)]
    is_over = status not in {"draft", "open", "countered"}
    factory = number % len(FACTORIES)
    issued = AT - timedelta(days=30 + number * 7 % 300 if is_over else number % 3, minutes=number)
    answered = issued + timedelta(hours=1 + style % 40)
    is_answered = status in {"accepted", "declined", "countered"}
    end = AT + timedelta(days=2) if not is_over else issued + timedelta(days=3)
    lines = [
        line | {"sku": f"S{style}-{line['size']}", "sku_id": style * 4 + int(line["size"])}
        for line in model["lines"]
    ]
    gain = float(model["economics"].get("gain_over_waiting", 100)) * (1 + style % 97 / 97)
    return model | {
        "id": f"rec_{FIRST + style:032}",
        "factory_id": factory + 1,
        "factory": FACTORIES[factory],
        "style_id": style,
        "style": f"S{style}",
        "decision_id": f"dec_{0:024}{FIRST + style}",
        "status": status,
        "lines": lines,
        "need_by": issued.date() + timedelta(days=model["lead_time_days"] + 1),
        "order_by": issued.date() + timedelta(days=1),
        "issued_at": issued,
        "opened_at": None if status == "draft" else issued,
        "signal_at": issued - timedelta(minutes=10),
        "respond_by": end - timedelta(days=2, hours=number % 7),
        "expires_at": end,
        "answered_at": answered if is_answered else None,
        "answer": COUNTER if status == "countered" else None,
        "counters": int(status == "countered"),
        "run": f"run_{FIRST + style:032}" if status == "accepted" else None,
        "economics": model["economics"] | {"gain_over_waiting": f"{gain:.2f}"},
    }


def _row(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in table_of(type(row)).columns}


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def main() -> None:
    url, styles, events = sys.argv[1:]
    database = Database(url)
    store_brand(database, int(styles), int(events))
    database.close()


if __name__ == "__main__":
    main()
