"""Plant a known bug, and see that the test named for it fails.

    uv run python -m tests.faults.planted              # all of them, about a minute
    uv run python -m tests.faults.planted utc_days

Each bug is one that a service like this has had in the field. A test that does not notice it is no
test; this is run by hand when a named test or what it covers is changed.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PLANTED = "PLANTED_BUG"


@dataclass(frozen=True)
class Bug:
    """A bug, and the test that must fail with it."""

    plant: Callable[[], None]
    test: str


def no_unique_index() -> None:
    """Look whether an event is there, then insert it, into tables that take it twice."""
    from sqlalchemy import insert, select, text

    import app.sales.ingest as ingest
    from app.sales.tables import EventId, SalesRow

    def store_once(session: Any, _brand_id: int, rows: Sequence[Any], **_: Any) -> set[str]:
        session.execute(
            text("ALTER TABLE sales_event_ids DROP CONSTRAINT IF EXISTS pk_sales_event_ids")
        )
        session.commit()
        seen = set(session.execute(select(EventId.brand_id, EventId.event_id)).tuples())
        new = [row for row in rows if (row["brand_id"], row["event_id"]) not in seen]
        ids = [{"brand_id": row["brand_id"], "event_id": row["event_id"]} for row in new]
        if new:
            session.execute(insert(EventId), [{**one, "digest": 0} for one in ids])
            session.execute(insert(SalesRow), new)
        return {row["event_id"] for row in new}

    ingest.store_once = store_once


def two_transactions() -> None:
    """Ask for the refresh in a transaction of its own, before the sale is committed."""
    import app.sales.ingest as ingest
    from app.catalog.signals import styles_changed
    from app.database.database import Database

    whole = ingest.store_once

    def store_once(session: Any, brand_id: int, rows: Sequence[Any], **named: Any) -> set[str]:
        sold = {named["styles"][row["sku_id"]] for row in rows}
        if session.get_bind().dialect.name == "sqlite":
            session.commit()
            styles_changed(session, brand_id, sold, at=named["at"])
            session.commit()
        else:
            other = Database(session.get_bind().url.render_as_string(hide_password=False))
            with other.write() as apart:
                styles_changed(apart, brand_id, sold, at=named["at"])
            other.close()
        return whole(session, brand_id, rows, **named)

    ingest.store_once = store_once


def accept_reads_then_updates() -> None:
    """Answer whatever the row said when it was read."""
    import app.recommendations.answer as answer
    import app.recommendations.change as change
    from app.recommendations.tables import Recommendation

    def move(session: Any, found: str, *_: Any, froms: Sequence[str], **values: Any) -> Any:
        row = session.get(Recommendation, found)
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()
        return row

    def lock_nothing(_session: Any, style_ids: Any) -> Mapping[int, int]:
        return dict.fromkeys(style_ids, 0)

    change.move = move
    answer.move = move
    answer.lock_styles = lock_nothing  # type: ignore[assignment]


def feed_by_sequence() -> None:
    """Give out positions without holding the head until the transaction ends."""
    import app.recommendations.feed as feed
    from app.database.database import Database

    locked = feed._advance

    def advance(session: Any, factory_id: int, count: int) -> Any:
        if session.get_bind().dialect.name == "sqlite":
            return locked(session, factory_id, count)
        other = Database(session.get_bind().url.render_as_string(hide_password=False))
        with other.write() as apart:
            head = locked(apart, factory_id, count)
        other.close()
        return head

    feed._advance = advance


def unfenced_worker() -> None:
    """Publish whatever was decided, whoever holds the lease by now."""
    import app.jobs.work as work

    def held(_session: Any, _claimed: Any, keys: Sequence[int]) -> set[int]:
        return set(keys)

    work.held = held


def utc_days() -> None:
    """Take the day of a sale from its instant in UTC."""
    from zoneinfo import ZoneInfo

    import app.sales.ingest as ingest

    ingest.zone = lambda _name: ZoneInfo("UTC")


def acts_untold() -> None:
    """Release, withdraw and review without a word to the factory."""
    import app.recommendations.review as review

    review.append = lambda *_: None  # type: ignore[assignment]


def counters_count_on() -> None:
    """Go on counting the units of a counter that was turned down, withdrawn or expired."""
    import app.recommendations.change as change
    import app.recommendations.review as review

    def keep(*_: Any, **_named: Any) -> None:
        return None

    change.release_counter = review.release_counter = keep


def returns_lost() -> None:
    """Put no return back on the shelf."""
    import app.demand.position as position

    position.floor = lambda _units: 0


LIFE = "tests/life/test_life.py::test_whatever_is_done_in_whatever_order_what_must_hold_holds"

BUGS = {
    "no_unique_index": Bug(
        no_unique_index,
        "tests/sales/test_ingest.py::"
        "test_of_two_simultaneous_identical_batches_each_event_is_accepted_once[postgresql]",
    ),
    "two_transactions": Bug(
        two_transactions,
        "tests/sales/test_ingest.py::test_a_sale_that_rolls_back_asks_for_no_refresh",
    ),
    "accept_reads_then_updates": Bug(
        accept_reads_then_updates,
        "tests/recommendations/test_races.py::"
        "test_of_twenty_simultaneous_accepts_one_makes_the_run[postgresql]",
    ),
    "feed_by_sequence": Bug(
        feed_by_sequence,
        "tests/recommendations/test_feed.py::"
        "test_a_transaction_that_rolls_back_leaves_no_gap[postgresql]",
    ),
    "unfenced_worker": Bug(
        unfenced_worker,
        "tests/jobs/test_work.py::test_a_worker_stopped_past_its_lease_holds_nothing_any_more",
    ),
    "utc_days": Bug(
        utc_days,
        "tests/sales/test_ingest.py::test_an_event_belongs_to_the_brands_own_calendar_day",
    ),
    "acts_untold": Bug(acts_untold, f"{LIFE}[sqlite]"),
    "counters_count_on": Bug(counters_count_on, f"{LIFE}[sqlite]"),
    "returns_lost": Bug(returns_lost, f"{LIFE}[sqlite]"),
}


def pytest_configure() -> None:
    """Plant the bug that the environment names: this module is also a plugin of pytest."""
    BUGS[os.environ[PLANTED]].plant()


def is_caught(name: str) -> bool:
    """Say whether the named test passes as it is and fails with the bug."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", BUGS[name].test]
    sound = subprocess.run(command, capture_output=True, check=False)
    struck = subprocess.run(
        [*command, "-p", "tests.faults.planted"],
        env={**os.environ, PLANTED: name},
        capture_output=True,
        check=False,
    )
    return (sound.returncode, struck.returncode) == (0, 1)


def main(names: Sequence[str]) -> int:
    """Print what became of each bug; return how many were not caught."""
    missed = 0
    for name in names or BUGS:
        caught = is_caught(name)
        missed += not caught
        print(f"{name}: {'caught' if caught else 'NOT CAUGHT'} by {BUGS[name].test}")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
