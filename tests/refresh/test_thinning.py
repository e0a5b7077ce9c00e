"""After months only what somebody may still ask for is kept."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.clock.time import set_now
from app.database.database import Database
from app.forecasting.tables import ForecastRow, PriorsRow
from app.parties.refs import BrandRef
from app.recommendations.kept import kept_decision
from app.recommendations.tables import DecisionRow, Recommendation
from app.refresh.replay import replay
from app.refresh.tables import Refresh, RefreshStyle
from app.refresh.thinning import Thinning
from app.settings import Settings
from app.worker import Worker
from tests.refresh.shop import AT, open_shop, refresh, sell

DAYS = 14
LATER = AT + timedelta(days=60)


@pytest.fixture
def brand(database: Database) -> BrandRef:
    """A brand with two weeks of decisions, the first of them recommended, and one of much later."""
    opened = open_shop(database, "S2")
    with database.write() as session:
        sell(session, opened, "S2")
    refresh(database)
    with database.write() as session:
        decision = session.scalars(select(DecisionRow)).one()
        forecast = session.scalars(select(ForecastRow)).one()
        for day in range(1, DAYS + 1):
            _again(session, decision, forecast, f"x{day:02d}", AT + timedelta(days=day))
        _again(session, decision, forecast, "y", LATER)
        session.add(PriorsRow(brand_id=opened.id, day=LATER.date(), numbers={}))
    return opened


def _again(
    session: Session, decision: DecisionRow, forecast: ForecastRow, name: str, at: datetime
) -> None:
    made = {"id": f"fc_{name}", "made_at": at, "origin": at.date()}
    session.execute(insert(ForecastRow), [_copy(forecast) | made])
    decided = {"id": f"dec_{name}", "at": at, "forecast_id": f"fc_{name}"}
    session.execute(insert(DecisionRow), [_copy(decision) | decided])


def _copy(row: ForecastRow | DecisionRow) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def thin(database: Database, at: datetime = LATER) -> None:
    thinning = Thinning(database, kept_days=40)
    for _ in range(20):
        thinning.step(at)


def test_what_led_to_nothing_goes_and_a_forecast_a_week_stays(
    database: Database, brand: BrandRef
) -> None:
    thin(database)

    with database.read() as session:
        used = session.scalars(select(Recommendation.decision_id)).one()
        decisions = list(session.scalars(select(DecisionRow.id).order_by(DecisionRow.at)))
        origins = list(session.scalars(select(ForecastRow.origin).order_by(ForecastRow.origin)))
        taught = list(session.scalars(select(PriorsRow.day)))
    assert decisions == [used, "dec_y"]
    assert [str(day) for day in origins] == ["2026-03-02", "2026-03-09", "2026-03-16", "2026-05-01"]
    assert taught == [LATER.date()]


def test_years_of_them_go_portion_by_portion(
    database: Database, brand: BrandRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.refresh.thinning.ROWS_A_PORTION", 4)
    with database.write() as session:
        session.add(_asked("old", AT))
        session.flush()
        session.add(RefreshStyle(refresh_id="old", style_id=1, status="done"))
    thinning = Thinning(database, kept_days=40)

    left = []
    for _ in range(9):
        thinning.step(LATER)
        with database.read() as session:
            left.append(
                tuple(
                    session.scalar(select(func.count()).select_from(one)) or 0
                    for one in (RefreshStyle, DecisionRow, ForecastRow)
                )
            )

    assert left == [
        (0, 16, 16),
        (0, 12, 16),
        (0, 8, 16),
        (0, 4, 16),
        (0, 2, 12),
        (0, 2, 8),
        (0, 2, 4),
        (0, 2, 4),
        (0, 2, 4),
    ]


def test_what_was_recommended_is_decided_again_all_the_same(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        decision_id = session.scalars(select(Recommendation.decision_id)).one()
        used = session.get_one(DecisionRow, decision_id).forecast_id
        tuesday = {"origin": AT.date() + timedelta(days=1)}
        session.execute(update(ForecastRow).where(ForecastRow.id == used).values(tuesday))

    thin(database)

    with database.read() as session:
        kept = kept_decision(session, session.get_one(DecisionRow, decision_id))
    assert replay(kept).identical


def test_what_is_recent_stays_as_it_is(database: Database, brand: BrandRef) -> None:
    thin(database, AT + timedelta(days=40))

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(DecisionRow)) == DAYS + 2


def test_refreshes_that_ended_go_and_one_that_waits_stays(
    database: Database, brand: BrandRef
) -> None:
    with database.write() as session:
        for name, ended in (("old", AT), ("new", LATER), ("waits", None)):
            session.add(_asked(name, ended))
            session.flush()
            session.add(RefreshStyle(refresh_id=name, style_id=1, status="done"))

    thin(database)

    with database.read() as session:
        left = session.scalars(select(Refresh.id).order_by(Refresh.id)).all()
        styles = session.scalars(select(RefreshStyle.refresh_id)).all()
    assert (left, sorted(styles)) == (["new", "waits"], ["new", "waits"])


def _asked(name: str, ended: datetime | None) -> Refresh:
    return Refresh(
        id=name,
        status="done" if ended else "queued",
        requested_at=AT,
        wall_started_at=AT,
        finished_at=ended,
    )


def test_a_worker_does_it_by_itself(database: Database, brand: BrandRef) -> None:
    with database.write() as session:
        set_now(session, LATER)
    worker = Worker(
        database, Settings(sandbox=True, decision_retention_days=40, forecast_paths=128)
    )

    for _ in range(2):
        worker.step()

    with database.read() as session:
        kept = list(session.scalars(select(DecisionRow.at).where(DecisionRow.at < LATER)))
    assert kept == [AT]
