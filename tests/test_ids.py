"""Ids sort by creation, those of one millisecond as well."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from app.ids import new_id, uuid7


def test_ids_sort_by_creation_though_many_are_made_in_a_millisecond() -> None:
    made = [new_id("rec") for _ in range(10_000)]

    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_threads_never_share_one() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: uuid7(), range(10_000)))

    assert len({one[:16] for one in made}) == 10_000


def test_an_id_is_a_uuid_of_version_7_and_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(uuid7())

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert 0 <= (made.int >> 80) - before < 60_000
