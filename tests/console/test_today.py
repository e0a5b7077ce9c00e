"""What waits for somebody, and that deciding it here is deciding it."""

import pytest
from sqlalchemy import select

from app.audit.tables import AuditEntry
from app.database.database import Database
from app.recommendations.answer import counter
from app.recommendations.counter import Counter, CounterLine
from app.recommendations.tables import FeedEvent
from tests.console.visiting import HOST, Visit, form_of, said
from tests.recommendations.scene import AT, Scene, decide, offer, run_of, statuses, stored

TODAY = "/console/b/acme/today"
GOOD = {"expected_profit": "1234.56", "gain_over_waiting": "1134.56"}


@pytest.fixture
def scene(scene: Scene, database: Database) -> Scene:
    """A draft, its offer as it was priced by."""
    offer(database, scene)
    decide(database, scene, run_of(scene, economics=GOOD), at=AT)
    return scene


def path_of(database: Database, what: str) -> str:
    return f"/console/b/acme/recommendations/{stored(database)[0].id}/{what}"


def countered(database: Database, scene: Scene, visit: Visit) -> None:
    visit.submit(visit.open(TODAY), path_of(database, "release"))
    terms = Counter(lines=(CounterLine("S2-BLK-M", 60),), reason="no more oxford")
    with database.write() as session:
        counter(session, stored(database)[0].id, scene.fab1, terms=terms, at=AT, price=None)


def feed(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(FeedEvent.type).order_by(FeedEvent.seq)))


def test_a_draft_is_shown_with_what_is_at_stake(bea: Visit) -> None:
    page = bea.open(TODAY)

    for words in ("+€1,135", "€1,235 against €100", "120\N{NO-BREAK SPACE}units", "M runs out"):
        assert words in page.text
    assert "1 to decide" in page.text


def test_the_address_of_a_brand_leads_to_it(bea: Visit) -> None:
    assert bea.send("GET", "/console/b/acme").headers["location"] == TODAY


def test_a_released_draft_is_in_its_factorys_feed_and_in_the_log(
    bea: Visit, database: Database
) -> None:
    page = bea.submit(bea.open(TODAY), path_of(database, "release"))

    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last is not None
        seen = (last.action, last.role, (last.key_id or "")[:4])
    assert said(page) == "S2: released to fab1."
    assert statuses(database) == ["open"]
    assert feed(database) == ["recommendation.issued"]
    assert seen == ("recommendation.released", "brand", "usr_")


def test_releasing_twice_releases_once_and_says_so(bea: Visit, database: Database) -> None:
    page, path = bea.open(TODAY), path_of(database, "release")
    bea.submit(page, path)

    again = bea.submit(page, path)

    assert said(again).startswith("This recommendation is no draft any more.")
    assert feed(database) == ["recommendation.issued"]


def test_a_counter_is_shown_against_what_was_asked_and_accepted(
    bea: Visit, database: Database, scene: Scene
) -> None:
    countered(database, scene, bea)
    shown = bea.open(TODAY)

    page = bea.submit(shown, path_of(database, "counter-review"), decision="accept", counter="1")

    assert "no more oxford" in shown.text
    assert "100\N{NO-BREAK SPACE}units" in shown.text
    assert said(page) == "S2: fab1's counter is accepted."
    assert statuses(database) == ["accepted"]


def test_a_counter_that_is_declined_stands_again_as_it_was(
    bea: Visit, database: Database, scene: Scene
) -> None:
    countered(database, scene, bea)

    fields = {"decision": "decline", "counter": "1", "reason": "too few"}
    page = bea.submit(bea.open(TODAY), path_of(database, "counter-review"), **fields)

    assert said(page) == "S2: fab1's counter is declined."
    assert statuses(database) == ["open"]
    assert feed(database)[-1] == "counter.declined"


def test_a_counter_that_was_replaced_meanwhile_is_not_accepted(
    bea: Visit, database: Database, scene: Scene
) -> None:
    countered(database, scene, bea)
    page = bea.open(TODAY)
    terms = Counter(lines=(CounterLine("S2-BLK-M", 10),))
    with database.write() as session:
        counter(session, stored(database)[0].id, scene.fab1, terms=terms, at=AT, price=None)

    fields = {"decision": "accept", "counter": "1"}
    refused = bea.submit(page, path_of(database, "counter-review"), **fields)

    assert said(refused).startswith("The factory has replaced its counter")
    assert statuses(database) == ["countered"]


def test_what_is_open_is_withdrawn(bea: Visit, database: Database) -> None:
    bea.submit(bea.open(TODAY), path_of(database, "release"))

    page = bea.submit(bea.open(f"{TODAY}?show=open"), path_of(database, "withdraw"))

    assert said(page) == "S2: withdrawn from fab1."
    assert statuses(database) == ["withdrawn"]


def test_nobody_decides_for_another_brand(bea: Visit, database: Database) -> None:
    page = bea.open(TODAY)
    foreign = path_of(database, "release").replace("acme", "zeta")

    fields = form_of(page.text, path_of(database, "release"))
    bea.send("POST", foreign, data=fields, headers={"Origin": HOST})

    assert statuses(database) == ["draft"]


def test_filters_find_by_style_and_factory_and_say_when_there_is_nothing(olga: Visit) -> None:
    found = olga.open(f"{TODAY}?q=s2&factory=fab1")
    missed = olga.open(f"{TODAY}?q=100%25_none")
    other = olga.open("/console/b/zeta/today")

    assert "Release to fab1" in found.text
    assert "Nothing like that stands" in missed.text
    assert "Nothing waits for you" in other.text
