"""When a key was last used: written together, a key once a minute at most."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event

from app.clock.time import set_now
from app.database.database import Database
from app.parties.key_use import KeyUse
from tests.parties.conftest import AT, House


class Hand:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def used_at(house: House, key_id: str) -> str | None:
    return house.ops.get(f"/v1/api-keys/{key_id}").json()["last_used_at"]


def test_a_key_tells_when_it_was_last_used(house: House, database: Database) -> None:
    issued = house.issue(role="brand", brand="acme")
    before = used_at(house, issued["id"])
    house.brand.key = issued["key"]

    house.brand.get("/v1/styles")
    house.app.state.keyring.use.write(database, sandbox=True)

    assert before is None
    assert used_at(house, issued["id"]) == "2026-03-02T10:15:00Z"


def test_a_refused_request_uses_no_key(house: House, database: Database) -> None:
    issued = house.issue(role="brand", brand="acme")
    house.ops.send("DELETE", f"/v1/api-keys/{issued['id']}")
    house.brand.key = issued["key"]

    house.brand.get("/v1/styles")
    house.app.state.keyring.use.write(database, sandbox=True)

    assert used_at(house, issued["id"]) is None


def test_a_key_is_written_once_a_minute_by_one_statement_for_all(
    house: House, database: Database
) -> None:
    key_ids = [house.issue(role="brand", brand="acme")["id"] for _ in range(3)]
    hand = Hand()
    use = KeyUse(hand)
    written: list[str] = []

    def note(*told: Any) -> None:
        if told[2].startswith("UPDATE"):
            written.append(told[2])

    event.listen(database.engine, "before_cursor_execute", note)

    for second in range(60):
        hand.at = 1000.0 + second
        for key_id in key_ids:
            use.note(key_id)
        use.write(database, sandbox=True)

    event.remove(database.engine, "before_cursor_execute", note)
    assert len(written) == 1


def test_of_two_processes_one_writes(house: House, database: Database) -> None:
    key_id = house.issue(role="brand", brand="acme")["id"]
    first, second = (KeyUse() for _ in range(2))
    first.note(key_id)
    first.write(database, sandbox=True)
    with database.write() as session:
        set_now(session, AT + timedelta(seconds=59))

    second.note(key_id)
    second.write(database, sandbox=True)

    assert used_at(house, key_id) == "2026-03-02T10:15:00Z"


def test_what_could_not_be_written_is_written_later(house: House, database: Database) -> None:
    key_id = house.issue(role="brand", brand="acme")["id"]
    use = KeyUse()
    use.note(key_id)
    use.write(Database("postgresql://nobody@127.0.0.1:1/nothing"), sandbox=True)

    use.write(database, sandbox=True)

    assert used_at(house, key_id) == "2026-03-02T10:15:00Z"
