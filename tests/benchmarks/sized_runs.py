"""Runs of accepted recommendations for `sized`: half of them made and received, half to be made."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.runs.start import good_units
from app.runs.tables import Run, RunEvent, RunLine
from app.stock.tables import Receipt, Supply

COPIED = (
    "brand_id", "factory_id", "style_id", "brand", "factory", "style", "offer", "mode",
    "quantity", "currency", "unit_cost", "total_cost", "expected_good_share", "need_by",
)  # fmt: skip
COUNTED = ("produced", "shipped", "received")
DAYS_UNTIL = {"produced": 10, "shipped": 12, "received": 15}


def store_runs(session: Session, accepted: list[dict[str, Any]]) -> None:
    """Store the run of each of these recommendations with its lines and what came of it."""
    if not accepted:
        return
    made = [row for row in accepted if is_received(row)]
    waiting = [row for row in accepted if not is_received(row)]
    session.execute(insert(Run), [_run(row) for row in accepted])
    session.execute(
        insert(RunLine), [_line(row, line) for row in accepted for line in row["lines"]]
    )
    if made:
        session.execute(insert(RunEvent), [event for row in made for event in _events(row)])
        session.execute(
            insert(Receipt), [_receipt(row, line) for row in made for line in row["lines"]]
        )
    if waiting:
        session.execute(
            insert(Supply), [_supply(row, line) for row in waiting for line in row["lines"]]
        )


def is_received(row: dict[str, Any]) -> bool:
    """Say whether the run of a recommendation is over."""
    return bool(row["style_id"] % 2)


def _run(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in COPIED} | {
        "id": row["run"],
        "recommendation_id": row["id"],
        "status": "received" if is_received(row) else "planned",
        "due_date": row["need_by"],
        "accepted_at": row["answered_at"],
    }


def _line(row: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    units = line["quantity"] if is_received(row) else 0
    return {
        "run_id": row["run"],
        **{name: line[name] for name in ("sku_id", "sku", "colorway", "size", "quantity")},
        "rejected": 0,
        **dict.fromkeys(COUNTED, units),
    }


def _events(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "run_id": row["run"],
            "event_id": f"{kind}-{line['sku']}",
            "kind": kind,
            "sku": line["sku"],
            "quantity": line["quantity"],
            "occurred_at": row["answered_at"] + timedelta(days=DAYS_UNTIL[kind]),
            "posted_by": "brand" if kind == "received" else "factory",
        }
        for kind in COUNTED
        for line in row["lines"]
    ]


def _receipt(row: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    return _booked(row, line) | {
        "reference": f"{row['run']}/received-{line['sku']}",
        "quantity": line["quantity"],
        "at": row["answered_at"] + timedelta(days=DAYS_UNTIL["received"]),
    }


def _supply(row: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    return _booked(row, line) | {
        "reference": row["run"],
        "quantity": max(1, good_units(line["quantity"], row["expected_good_share"])),
        "due_date": row["need_by"],
    }


def _booked(row: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    return {"brand_id": row["brand_id"], "sku_id": line["sku_id"], "source": "run"}
