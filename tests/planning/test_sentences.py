import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import app.planning
from app.planning import FactoryRecord, Reason, Trial, decide, reason_text
from app.planning.refusals import CODES_OF_CONSTRAINTS
from app.planning.sentences import SENTENCES
from tests.planning.situations import offer, situation, worlds

STATED = re.compile(r'Reason\(\s*"([a-z_]+)"')


def test_every_reason_that_the_code_states_has_a_sentence() -> None:
    sources = Path(app.planning.__file__).parent.glob("*.py")
    stated = {code for source in sources for code in STATED.findall(source.read_text())}

    assert stated | set(CODES_OF_CONSTRAINTS.values()) <= SENTENCES.keys()
    assert len(stated) > 25


@given(world=worlds(), budget=st.one_of(st.none(), st.integers(0, 400)), days=st.integers(-9, 9))
def test_every_reason_of_any_decision_can_be_said(
    world: dict, budget: int | None, days: int
) -> None:
    offers = (
        offer("one", 8.0, factory="a", lead_time_days=7.0, max_quantity=15),
        offer("two", 9.0, factory="b", lead_time_days=7.0, setup_cost=9.0, moq_run=12),
        offer("big", 6.0, factory="c", mode="large_batch", lead_time_days=14.0, moq_run=40),
    )
    records = (FactoryRecord("a", 0.7), FactoryRecord("b", 0.8))
    case = replace(situation(**world, review=7), offers=offers, records=records)
    case = replace(case, trial=None if budget is None else Trial(float(budget), float(days)))

    decision = decide(case)

    for reason in (*decision.reasons, *decision.suitability_reasons):
        assert "{" not in reason_text(reason, ["S", "M", "L"])
        assert reason.code in SENTENCES


def test_a_sku_is_said_by_its_code() -> None:
    values = {"sku": 1, "days_of_cover": 6.0, "lead_time_days": 14.0}

    said = reason_text(Reason("size_depleting", values), ["S2-M", "S2-L"])

    assert said == "S2-L lasts about 6 days; a run takes 14."
