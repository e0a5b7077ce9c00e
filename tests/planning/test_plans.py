from app.planning.plans import price_plans
from app.planning.world import world_of
from tests.planning.situations import offer, poisson, situation


def test_a_run_that_cannot_gain_as_much_as_another_is_left_out() -> None:
    dear, cheap = offer("dear", 12.0), offer("cheap", 7.0)
    world = world_of(situation(poisson(1, 5.0), dear, cheap))
    both = price_plans(world)
    gains = {run.offer: run.expected_profit - both.hold.expected_profit for run in both.runs}

    left = price_plans(world, at_most={"dear": gains[dear], "cheap": gains[cheap]})
    unsure = price_plans(world, at_most={"dear": gains[cheap], "cheap": gains[cheap]})

    assert [run.offer for run in both.runs] == [cheap, dear]
    assert [run.offer for run in left.runs] == [cheap]
    assert [run.offer for run in unsure.runs] == [cheap, dear]
    assert left.runs[0].expected_profit == both.runs[0].expected_profit
