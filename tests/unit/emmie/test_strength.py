"""Levels on the scales of evidence follow from the design, its checks and what was seen."""

from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.suppression import at_least
from analytics.emmie import effect_verdict as rules
from analytics.emmie.area_change import AreaChangeQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.emmie.effect.series import SeriesQuestion
from analytics.emmie.strength import (
    FEWEST_FOR_LEVEL_2,
    MARYLAND_OF,
    DesignFacts,
    foundations,
    maryland,
    nesta,
)
from analytics.extracts.protocol import Estimator
from tests.helpers.folders import FSP, SAMPLE

BEST = DesignFacts(
    design="areas_against_neighbours",
    estimator="difference_in_differences",
    n_smaller_group=200,
    n_primary=2,
    n_primary_as_intended=2,
    n_child_as_intended=1,
    has_logic_model=True,
)
ORDER = {"none": 0, "NL2": 0, "1": 1, "2": 2, "2+": 2.5, "3": 3}


def level(rating: object) -> float:
    return ORDER[rating.level]


def test_every_estimator_has_a_level() -> None:
    assert set(MARYLAND_OF) == set(get_args(Estimator))


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        ("matched", "2"),
        ("weighted", "2"),
        ("cross_section", "2"),
        ("rate_ratio", "2"),
        ("interrupted_series", "2"),
        ("area_series", "2"),
        ("difference_in_differences", "3"),
        ("area_difference_in_differences", "3"),
    ],
)
def test_the_maryland_level_follows_from_the_estimator(estimator: Estimator, expected: str) -> None:
    rating = maryland(replace(BEST, estimator=estimator))
    assert rating.level == expected
    assert rating.gained
    assert any(text.startswith(f"Not level {int(expected) + 1}") for text in rating.lost)


def test_without_a_comparison_an_audit_is_1_and_a_pilot_is_not_rated() -> None:
    nothing = replace(BEST, estimator=None)
    assert maryland(replace(nothing, design="case_audit")).level == "1"
    assert maryland(replace(nothing, design="pilot_feasibility")).level == "none"


@pytest.mark.parametrize("estimator", MARYLAND_OF)
def test_a_failed_check_costs_one_level_and_is_named(estimator: Estimator) -> None:
    sound = replace(BEST, estimator=estimator)
    failed = replace(sound, failed_checks=("The groups differ.", "Few were matched."))
    assert level(maryland(failed)) == level(maryland(sound)) - 1
    assert sum("A level lost" in text for text in maryland(failed).lost) == 2
    assert level(nesta(failed)) == 1
    assert level(foundations(failed)) == 0


def test_nesta_climbs_from_a_logic_model_to_a_comparison_group() -> None:
    assert nesta(replace(BEST, has_logic_model=False)).level == "none"
    assert nesta(replace(BEST, n_primary_as_intended=0)).level == "1"
    assert nesta(replace(BEST, n_primary=0, n_primary_as_intended=0)).level == "1"
    assert nesta(replace(BEST, estimator="rate_ratio")).level == "2"
    assert nesta(BEST).level == "3"


def test_the_indicative_level_asks_for_an_outcome_of_children() -> None:
    assert foundations(replace(BEST, n_child_as_intended=0)).level == "NL2"
    assert foundations(replace(BEST, n_smaller_group=FEWEST_FOR_LEVEL_2 - 1)).level == "NL2"
    unknown = foundations(replace(BEST, n_smaller_group=None))
    assert unknown.level == "NL2"
    assert "can't be read" in unknown.lost[0]
    few = foundations(replace(BEST, n_smaller_group=19, estimator="area_difference_in_differences"))
    assert (few.level, "20 areas" in few.lost[0]) == ("NL2", True)
    assert foundations(replace(BEST, estimator="rate_ratio")).level == "2"
    assert foundations(replace(BEST, estimator="matched")).level == "2+"
    assert foundations(BEST).level == "3"


def test_whole_system_models_say_that_the_guidebook_leaves_them_out() -> None:
    for estimator in (None, "rate_ratio", "matched", "difference_in_differences"):
        rating = foundations(replace(BEST, estimator=estimator, is_whole_system=True))
        assert any("Guidebook" in text for text in rating.lost)


def test_more_evidence_never_lowers_a_level() -> None:
    """Each of the facts that speak for an evaluation keeps or raises every level."""
    states = product(MARYLAND_OF, (True, False), (0, 1), (0, 1), (10, 100))
    for estimator, has_model, primary, child, n in states:
        facts = DesignFacts(
            design="before_and_after",
            estimator=estimator,
            n_smaller_group=n,
            n_primary=1,
            n_primary_as_intended=primary,
            n_child_as_intended=child,
            has_logic_model=has_model,
        )
        better = replace(
            facts,
            n_smaller_group=100,
            n_primary_as_intended=1,
            n_child_as_intended=1,
            has_logic_model=True,
        )
        for scale in (maryland, nesta, foundations):
            assert level(scale(better)) >= level(scale(facts))
            assert scale(facts).gained or scale(facts).lost


SOS = "signs_of_safety_ten_areas"
LAUNCH, LAST = np.datetime64("2019-07-01"), np.datetime64("2020-03-01")


def cells() -> pd.DataFrame:
    """Count cases by area with or without plans, and by time, apart from the answers."""
    cases = pd.read_parquet(SAMPLE / FSP / "cases.parquet")
    day = cases["recorded_on"].to_numpy(dtype="datetime64[D]")
    return pd.DataFrame(
        {
            "treated": cases["local_authority"] != "E06000045",
            "after": day >= LAUNCH,
            "last_year": day >= LAUNCH - np.timedelta64(366, "D"),
        }
    )


def test_designs_over_months_know_the_size_of_the_smaller_group(sample) -> None:
    """A whole ten, at most what the extract holds: outcomes not known yet leave some out."""
    found = cells()
    most = {
        ChangeQuestion: found[found["last_year"]].groupby(["treated", "after"]).size().min(),
        SeriesQuestion: found[found["treated"]].groupby("after").size().min(),
    }
    for question, key in ((ChangeQuestion, "areas"), (SeriesQuestion, "series")):
        answer = ask(question(analysis=key), FSP, library=sample).answer
        assert rules._smaller(answer) % 10 == 0
        assert FEWEST_FOR_LEVEL_2 <= rules._smaller(answer) <= most[question]


@pytest.mark.parametrize(
    ("count", "shown"), [(None, None), (0, 0), (3, None), (9, 0), (20, 20), (27, 20)]
)
def test_a_size_is_known_to_the_ten(count: int | None, shown: int | None) -> None:
    assert at_least(count, DFE_CIN) == shown
    assert at_least(count, PUBLISHED) == count


@pytest.mark.parametrize(
    ("key", "is_failed"),
    [("before_and_after_against_neighbours", True), ("one_year_against_neighbours", False)],
)
def test_the_years_before_judge_the_change_and_not_the_comparison_of_one_year(
    sample, key: str, is_failed: bool
) -> None:
    answer = ask(AreaChangeQuestion(analysis=key), SOS, library=sample).answer
    moved_apart = replace(
        answer,
        outcomes=tuple(
            replace(
                item,
                change=replace(
                    item.change,
                    checks=tuple(replace(check, status="fail") for check in item.change.checks),
                ),
            )
            for item in answer.outcomes
        ),
    )
    assert any(check.status == "fail" for check in moved_apart.checks) is is_failed
    assert not any(check.status == "fail" for check in answer.checks)
    assert answer.checks


def test_the_comparison_of_one_year_has_its_own_check(sample) -> None:
    question = AreaChangeQuestion(analysis="one_year_against_neighbours")
    answer = ask(question, SOS, library=sample).answer
    assert {check.name for check in answer.checks} == {"degrees_of_freedom"}
    assert answer.n_smaller_group == 10
    poor = tuple(replace(check, status="fail") for check in answer.outcomes[0].cross.checks)
    first = replace(answer.outcomes[0], cross=replace(answer.outcomes[0].cross, checks=poor))
    assert any(check.status == "fail" for check in replace(answer, outcomes=(first,)).checks)


def test_a_failed_test_of_the_years_before_caps_the_change_at_2() -> None:
    failed = replace(
        BEST,
        estimator="area_difference_in_differences",
        failed_checks=("They moved apart before.",),
    )
    assert (maryland(failed).level, nesta(failed).level) == ("2", "1")
    assert foundations(failed).level == "NL2"
