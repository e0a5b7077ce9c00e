"""One factory: how far behind its systems are, what waits, what its line has to do."""

from datetime import timedelta

from sqlalchemy import insert, select, update

from app.console.factory_feed import EVENTS_SEARCHED
from app.database.database import Database
from app.recommendations.answer import accept
from app.recommendations.tables import FeedHead
from app.runs.tables import Run
from tests.console.visiting import Visit
from tests.recommendations.scene import AT, Scene, decide, offer, run_of, stored

HERE = "/console/b/acme/factories/fab1"


def released(database: Database, scene: Scene, visit: Visit) -> None:
    offer(database, scene, capacity_per_week=240)
    decide(database, scene, run_of(scene))
    path = f"/console/b/acme/recommendations/{stored(database)[0].id}/release"
    visit.submit(visit.open("/console/b/acme/today"), path)


def test_what_was_released_waits_in_the_feed_and_on_the_line(
    database: Database, scene: Scene, bea: Visit
) -> None:
    released(database, scene, bea)

    page = bea.open(HERE).text

    assert "1 event" in page
    assert "not fetched" in page
    assert '<td data-label="Asked">just now</td>' in page
    assert '<td class="num" data-label="Asked for, units">120</td>' in page
    assert '<td class="num" data-label="Of a week&#39;s capacity">50' in page.replace(
        "week's", "week&#39;s"
    )


def test_events_before_those_searched_may_wait_too(
    database: Database, scene: Scene, bea: Visit
) -> None:
    released(database, scene, bea)
    with database.write() as session:
        session.execute(update(FeedHead).values(last_seq=FeedHead.last_seq + EVENTS_SEARCHED))

    page = bea.open(HERE).text

    assert "0 or more events" in page


def test_an_answer_says_that_the_feed_was_read_and_makes_a_run(
    database: Database, scene: Scene, bea: Visit
) -> None:
    released(database, scene, bea)
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=AT)

    page = bea.open(HERE).text

    assert "0 events" in page
    assert "Nothing waits for an answer" in page
    assert '<td class="num" data-label="Accepted, units">120</td>' in page
    assert '<td class="num" data-label="Ordered">120</td>' in page
    assert "in 21" in page


def test_a_run_that_is_late_is_listed_however_many_newer_ones_there_are(
    database: Database, scene: Scene, bea: Visit
) -> None:
    released(database, scene, bea)
    with database.write() as session:
        accept(session, stored(database)[0].id, scene.fab1, at=AT)
        [row] = session.execute(select(Run.__table__)).mappings()
        newer = [
            {**row, "id": f"{row.id}{more}", "recommendation_id": f"rec_{more}"}
            for more in range(20, 33)
        ]
        session.execute(insert(Run), newer)
        late = AT.date() - timedelta(days=1)
        session.execute(update(Run).where(Run.id == row["id"]).values(due_date=late))

    page = bea.open(HERE).text

    assert page.count('<td data-label="Due">') == 12
    assert '<span class="badge bad">late</span>' in page


def test_of_a_factory_a_brand_sees_its_own_work_alone(
    database: Database, scene: Scene, bea: Visit, olga: Visit
) -> None:
    released(database, scene, bea)

    foreign = olga.open("/console/b/zeta/factories/fab1").text

    assert "Nothing to make" in foreign
    assert "S2</a>" not in foreign
    assert "Position" in foreign
    assert "Position" not in bea.open(HERE).text
    assert bea.open("/console/b/acme/factories/none").status_code == 404
