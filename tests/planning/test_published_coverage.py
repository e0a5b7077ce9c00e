"""Which published cases are run, and why the others are not."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from app.planning.learning import seen_groups
from tests.planning import (
    test_published_cases,
    test_published_lot_sizes,
    test_published_policies,
)
from tests.planning.test_published_cases import CASES_FILE, case_of

pytestmark = pytest.mark.skipif(not CASES_FILE.exists(), reason="published cases are not here")

BACKORDERS = (
    "waiting costs so much a period, and lasts longer than to the next run; with us who waits is"
    " served next, who does not is lost"
)
OWN_SETUPS = (
    "a set-up, or holding, of its own for each item; with us colorways of a style share them"
)

NOT_COVERED = {
    "eoq_disruptions_example_9_1": "a supply that stops and starts; ours fails run by run",
    "epq_problem_3_22": "units come while the run is made; ours come together, when it is done",
    "jrp_scmo_jrp_hw_1": OWN_SETUPS,
    "jrp_scmo_jrp_hw_3": OWN_SETUPS,
    "jrp_silver_jrp": OWN_SETUPS,
    "rQ_EIL_example_5_2": BACKORDERS,
    "rQ_EOQB_example_5_4": BACKORDERS,
    "rQ_opt_example_5_6": BACKORDERS,
    "rQ_poisson_example_5_8": BACKORDERS,
    "rQ_poisson_problem_5_2": BACKORDERS,
    "wagner_whitin_purchase_cost": "prices known to change; an offer holds until it is replaced",
}

PAIRS = 2**17


def test_every_published_case_is_run_or_is_said_not_to_be_covered() -> None:
    names = {case["name"] for case in json.loads(CASES_FILE.read_text("utf-8"))["cases"]}
    modules = (test_published_cases, test_published_lot_sizes, test_published_policies)
    files = (*(module.__file__ for module in modules), __file__)
    words = "".join(Path(file).read_text("utf-8") for file in files)

    run = {name for name in names - NOT_COVERED.keys() if f'"{name}"' in words}

    assert run | NOT_COVERED.keys() == names


def test_groups_of_what_was_sold_early_recover_what_the_whole_season_will_be() -> None:
    case = case_of("fisher_raman_conditional_normal")
    inputs, expected = case["inputs"], case["expected"]
    random = np.random.default_rng(1)
    law = stats.norm(inputs["mean_early"], inputs["sd_early"])
    early = np.repeat(random.permutation(law.ppf((np.arange(PAIRS) + 0.5) / PAIRS)), 2)
    slope = inputs["rho"] * inputs["sd_total"] / inputs["sd_early"]
    above = inputs["sd_total"] * np.sqrt(1 - inputs["rho"] ** 2) * random.standard_normal(PAIRS)
    rest = np.stack([above, -above], axis=1).ravel()
    total = inputs["mean_total"] + slope * (early - inputs["mean_early"]) + rest

    groups = seen_groups(early[None], 32)[0].reshape(32, -1)

    seen = early[groups].mean(axis=1)
    mean = np.interp(inputs["early"], seen, total[groups].mean(axis=1))
    nearest = int(np.abs(seen - inputs["early"]).argmin())
    assert mean == pytest.approx(expected["cond_mean"], abs=3)
    assert total[groups[nearest]].std() == pytest.approx(expected["cond_sd"], abs=3)
