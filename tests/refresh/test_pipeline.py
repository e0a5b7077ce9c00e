"""From due styles to what factories see."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from app.catalog.ingest import put_styles
from app.catalog.signals import styles_changed
from app.clock.time import set_now
from app.database.database import Database
from app.forecasting.past.priors import BrandPriors
from app.forecasting.tables import ForecastRow
from app.jobs.tables import DueWork
from app.jobs.work import claim
from app.recommendations.proposal import Proposal
from app.recommendations.tables import FeedEvent
from app.refresh import pipeline
from app.refresh.decide import Decided, decide_styles
from app.refresh.gather import Gathered, gather
from app.refresh.progress import ask
from app.refresh.queries import failed_styles, refresh_counts
from app.refresh.tables import Refresh
from tests.refresh.shop import (
    AT,
    SETTINGS,
    decisions,
    draft,
    open_shop,
    refresh,
    sell,
    standing,
    style_id,
)

MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)
"""The next midnight in Paris."""


def test_sales_become_an_open_recommendation_and_a_feed_event(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")

    [outcome] = refresh(database)

    assert set(outcome.fates.values()) == {"issued"}
    with database.read() as session:
        [issued] = standing(session)
        assert (issued.status, issued.style, issued.mode) == ("open", "S2", "small_batch")
        assert issued.quantity == sum(line["quantity"] for line in issued.lines) >= 10
        assert issued.total_cost == issued.quantity * 14 + 50
        assert issued.signal_at == AT
        assert (issued.need_by - issued.order_by).days == 14
        assert session.scalars(select(FeedEvent.seq)).all() == [1]


def test_a_style_without_sales_is_forecast_and_held(database: Database) -> None:
    open_shop(database, "S2")

    refresh(database)

    with database.read() as session:
        [decided] = decisions(session)
        [forecast] = session.scalars(select(ForecastRow))
    assert forecast.numbers["layer"] == "prior"
    assert "stock_unknown" in {reason["code"] for reason in decided.body["reasons"]}


def test_refreshing_again_without_news_keeps_what_stands(database: Database) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
    refresh(database)
    with database.write() as session:
        styles_changed(session, brand.id, [style_id(session, "S2")], at=AT)

    [outcome] = refresh(database)

    assert set(outcome.fates.values()) == {"kept"}
    with database.read() as session:
        assert len(standing(session)) == 1


def test_a_day_of_signals_leaves_one_decision_and_what_recommendations_rest_on(
    database: Database,
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
    for _ in range(4):
        refresh(database)
        with database.write() as session:
            styles_changed(session, brand.id, [style_id(session, "S2")], at=AT)

    with database.read() as session:
        [issued] = standing(session)
        kept = [row.id for row in decisions(session)]
        assert len(kept) == 2
        assert kept[0] == issued.decision_id
        assert session.scalar(select(func.count()).select_from(ForecastRow)) == 2


def test_every_style_is_due_again_at_its_brands_midnight(database: Database) -> None:
    open_shop(database, "S2", "S3")
    refresh(database)

    assert refresh(database, at=MIDNIGHT - timedelta(seconds=1)) == []
    [outcome] = refresh(database, at=MIDNIGHT)

    assert len(outcome.fates) == 2


def test_a_paused_style_loses_its_recommendation_and_is_not_due_by_itself(
    database: Database,
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
    refresh(database)
    with database.write() as session:
        put_styles(session, brand.id, [draft("S2", planning="paused")], at=AT)

    refresh(database)

    with database.read() as session:
        assert [one.status for one in standing(session)] == ["withdrawn"]
        assert session.scalar(select(func.count()).select_from(DueWork)) == 0
        assert session.scalar(select(func.count()).select_from(ForecastRow)) == 2


def test_a_style_that_fails_is_reported_and_the_others_go_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "POISON", "S2")
    with database.write() as session:
        sell(session, brand, "S2")
        sell(session, brand, "POISON")
        ids = [style_id(session, code) for code in ("POISON", "S2")]
        asked = ask(session, brand.id, {brand.id: ids}, at=AT).id

    def poisoned(gathered: Gathered, *, paths: int) -> Decided:
        # Stands for a style whose data no version of ours could read.
        if any(style.code == "POISON" for style in gathered.styles.values()):
            raise RuntimeError("this one is poison")
        return decide_styles(gathered, paths=paths)

    monkeypatch.setattr(pipeline, "decide_styles", poisoned)

    refresh(database)

    with database.read() as session:
        row = session.get_one(Refresh, asked)
        [failure] = failed_styles(session, row)
        assert (row.status, failure.style) == ("done", "POISON")
        assert failure.message == "RuntimeError: this one is poison"
        assert refresh_counts(session, row) == {"waiting": 0, "done": 1, "failed": 1}
        assert [one.style for one in standing(session)] == ["S2"]


def test_a_style_that_cannot_be_published_fails_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "HUGE", "S2")
    with database.write() as session:
        sell(session, brand, "S2")
        sell(session, brand, "HUGE")

    def beyond_any_column(gathered: Gathered, *, paths: int) -> Decided:
        decided = decide_styles(gathered, paths=paths)
        for proposal in decided.proposals.values():
            if proposal.style == "HUGE" and proposal.run is not None:
                run = replace(proposal.run, total_cost=Decimal(10) ** 20)
                decided.proposals[proposal.style_id] = replace(proposal, run=run)
        return decided

    monkeypatch.setattr(pipeline, "decide_styles", beyond_any_column)

    [outcome] = refresh(database)

    assert sorted(outcome.fates.values()) == ["failed", "issued"]
    with database.read() as session:
        assert [one.style for one in standing(session)] == ["S2"]


def test_a_style_that_ended_its_workers_again_and_again_rests_for_an_hour(
    database: Database,
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
        session.execute(update(DueWork).values(attempts=pipeline.MOST_ATTEMPTS))

    [outcome] = refresh(database)

    assert list(outcome.errors.values()) == ["4 workers ended while they worked on it"]
    with database.read() as session:
        assert session.scalars(select(DueWork.due_at)).all() == [AT + timedelta(hours=1)]


def test_a_refresh_asked_for_while_a_batch_computes_waits_for_the_next_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    asked: list[str] = []

    def while_somebody_asks(gathered: Gathered, *, paths: int) -> Decided:
        decided = decide_styles(gathered, paths=paths)
        if not asked:
            with database.write() as session:
                sell(session, brand, "S2")
                ids = {brand.id: [style_id(session, "S2")]}
                asked.append(ask(session, brand.id, ids, at=AT).id)
        return decided

    monkeypatch.setattr(pipeline, "decide_styles", while_somebody_asks)

    pipeline.refresh_next(database, SETTINGS, at=AT)
    with database.read() as session:
        before = session.get_one(Refresh, asked[0]).status
    refresh(database)

    with database.read() as session:
        assert (before, session.get_one(Refresh, asked[0]).status) == ("queued", "done")


def test_an_answer_during_the_work_makes_the_style_decided_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
    moved: list[int] = []

    def while_something_is_answered(gathered: Gathered, *, paths: int) -> Decided:
        decided = decide_styles(gathered, paths=paths)
        if not moved:
            moved.extend(gathered.styles)
            with database.write() as session:
                styles_changed(session, brand.id, moved, at=AT, supply=True)
        return decided

    monkeypatch.setattr(pipeline, "decide_styles", while_something_is_answered)

    first, second = refresh(database)

    assert list(first.fates.values()) == ["stale"]
    assert list(second.fates.values()) == ["issued"]


def test_a_worker_stopped_past_its_lease_publishes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")

    def overtaken(gathered: Gathered, *, paths: int) -> Decided:
        later = datetime.now(UTC) + timedelta(seconds=SETTINGS.worker_lease_seconds + 1)
        with database.write() as session:
            assert claim(session, at=AT, wall=later, limit=10, lease_seconds=60) is not None
        return decide_styles(gathered, paths=paths)

    monkeypatch.setattr(pipeline, "decide_styles", overtaken)

    outcome = pipeline.refresh_next(database, SETTINGS, at=AT)

    assert outcome is not None
    assert outcome.fates == {}
    with database.read() as session:
        assert standing(session) == []
        assert decisions(session) == []


def test_a_decision_that_midnight_overtook_is_made_again_on_the_new_day(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = open_shop(database, "S2")
    with database.write() as session:
        sell(session, brand, "S2")
        set_now(session, AT)
    sandbox = SETTINGS.model_copy(update={"sandbox": True})

    def overtaken(gathered: Gathered, *, paths: int) -> Decided:
        with database.write() as session:
            set_now(session, MIDNIGHT)
        return decide_styles(gathered, paths=paths)

    monkeypatch.setattr(pipeline, "decide_styles", overtaken)

    first = pipeline.refresh_next(database, sandbox)
    second = pipeline.refresh_next(database, sandbox)

    assert first is not None
    assert second is not None
    assert (list(first.fates.values()), list(second.fates.values())) == (["stale"], ["issued"])
    with database.read() as session:
        [issued] = standing(session)
        assert (issued.issued_at, issued.signal_at) == (MIDNIGHT, AT)


def test_the_decision_does_not_depend_on_the_batch(database: Database) -> None:
    brand = open_shop(database, "S2", "S3", "S4")
    with database.write() as session:
        for code, a_day in (("S2", 4), ("S3", 1), ("S4", 9)):
            sell(session, brand, code, a_day=a_day)
    with database.read() as session:
        ids = [style_id(session, code) for code in ("S2", "S3", "S4")]
        origin, priors = AT.date(), BrandPriors()
        together = gather(session, brand, ids, at=AT, origin=origin, priors=priors)
        alone = [gather(session, brand, [one], at=AT, origin=origin, priors=priors) for one in ids]

    of_all = decide_styles(together, paths=128).proposals
    of_each = {
        one: decide_styles(by_itself, paths=128).proposals[one]
        for one, by_itself in zip(ids, alone, strict=True)
    }

    assert {one: comparable(of_all[one]) for one in ids} == {
        one: comparable(of_each[one]) for one in ids
    }


def comparable(proposal: Proposal) -> tuple[object, ...]:
    """Everything but the random name of the stored forecast."""
    inputs = {name: value for name, value in proposal.inputs.items() if name != "forecast"}
    return proposal.action, dict(proposal.body), inputs


def test_a_refresh_of_nothing_is_done_at_once(database: Database) -> None:
    brand = open_shop(database)

    with database.write() as session:
        asked = ask(session, brand.id, {brand.id: []}, at=AT)

    assert (asked.status, asked.seconds) == ("done", 0.0)
