"""What was acknowledged is there, once, whenever the API is killed; the rest can be sent again."""

import os
import random
import signal
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select

from app.database.database import Database
from app.parties.refs import BrandRef
from app.runs.tables import Run
from tests.faults.counted import batch, stored_units, unsound
from tests.faults.site import Site
from tests.refresh.shop import refresh, sell, standing

SEED = int(os.environ.get("FAULTS_SEED", random.SystemRandom().randrange(10**6)))
ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "2"))
"""How often the API is killed at random; a run on demand sets more."""

STORED = ("app.sales.intake:store_calls", "after")
"""Written, and not committed."""

ANSWERING = ("app.sales.routes:rendered", "before")
"""Committed, and nobody was told."""

ACCEPTED = ("app.recommendations.routes:accept", "after")
TELLING = ("app.recommendations.routes:FactoryRecommendation.of", "before")


@pytest.mark.parametrize("place", [STORED, ANSWERING])
def test_a_batch_whose_answer_was_lost_is_sent_again_and_counts_once(
    database: Database, site: Site, brand_key: str, place: tuple[str, str]
) -> None:
    killed = site.api("KILL", *place)
    events = batch(1, 1, 40)
    answers: list[Any] = []
    with site.client(brand_key) as shop:
        sending = threading.Thread(target=lambda: answers.append(shop.post_sales(events)))
        sending.start()
        killed.wait(60)
        site.api()
        sending.join(60)

    assert killed.returncode == -signal.SIGKILL
    assert answers[0]["accepted"] + answers[0]["duplicates"] == 40
    assert stored_units(database) == (40, sum(event["quantity"] for event in events))
    assert unsound(database) == []


@pytest.mark.parametrize("place", [ACCEPTED, TELLING])
def test_an_acceptance_whose_answer_was_lost_is_one_run(
    database: Database, site: Site, brand: BrandRef, factory_key: str, place: tuple[str, str]
) -> None:
    with database.write() as session:
        sell(session, brand, "S2")
    refresh(database)
    with database.read() as session:
        [issued] = standing(session)
    killed = site.api("KILL", *place)
    answers: list[Any] = []
    with site.client(factory_key) as factory:
        accept = {"decision": "accept"}
        answering = threading.Thread(
            target=lambda: answers.append(factory.respond(issued.id, accept))
        )
        answering.start()
        killed.wait(60)
        site.api()
        answering.join(60)

    assert killed.returncode == -signal.SIGKILL
    assert answers[0]["status"] == "accepted"
    with database.read() as session:
        assert session.scalars(select(Run.recommendation_id)).all() == [issued.id]
    assert unsound(database) == []


def test_nothing_acknowledged_is_lost_when_the_api_is_killed_at_random(
    database: Database, site: Site, brand_key: str
) -> None:
    print(f"FAULTS_SEED={SEED}")
    rng = random.Random(SEED)  # noqa: S311  replayable, hides nothing
    senders, batches, size = 3, 4 * ROUNDS, 50
    acknowledged: list[int] = []

    def send(sender: int) -> None:
        with site.client(brand_key) as shop:
            for number in range(batches):
                answer = shop.post_sales(batch(sender, number, size))
                acknowledged.append(answer["accepted"] + answer["duplicates"])

    process = site.api()
    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(senders)]
    for thread in threads:
        thread.start()
    for _ in range(ROUNDS):
        time.sleep(rng.uniform(0.0, 0.3))
        process.kill()
        process.wait()
        process = site.api()
    for thread in threads:
        thread.join(120)

    sent = [event for s in range(senders) for n in range(batches) for event in batch(s, n, size)]
    assert sum(acknowledged) == len(sent)
    assert stored_units(database) == (len(sent), sum(event["quantity"] for event in sent))
    assert unsound(database) == []


def test_a_stopping_api_answers_what_it_began(
    database: Database, site: Site, brand_key: str
) -> None:
    stopping = site.api("TERM", *STORED)
    with site.client(brand_key) as shop:
        answer = shop.post_sales(batch(1, 1, 40))

    assert answer["accepted"] == 40
    assert stopping.wait(60) == 0
    assert stored_units(database)[0] == 40
