"""Southampton's returns as the app answers them, against R survival and cmprsk on the same rows.

The rows are made a second time with pandas, by ``tests/oracle/r/repeat_plans_data.py``; what R
makes of them is in ``reference/repeat_plans.json``, by ``tests/oracle/r/repeat_plans.R``.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analytics.ask import ask
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.groups import RepeatGroupsQuestion
from analytics.emmie.repeat_plans.together import TogetherQuestion
from analytics.errors import InvalidInputError
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.cox import fit_cox
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.hazard_fit import joint_test
from analytics.statistics.time_to_event.median import incidence_median
from analytics.statistics.time_to_event.survival import cumulative_incidence
from tests.helpers.folders import RPS
from tests.helpers.oracles import REFERENCE, reference
from tests.oracle.time_to_event.datasets import dataset

R = reference("repeat_plans")
MAKER = Path(__file__).parents[1] / "r" / "repeat_plans_data.py"
DAYS = (365, 730, 1825)
PLACES = {
    "categoryEMO": ("category", "EMO"),
    "categoryPHY": ("category", "PHY"),
    "categorySAB": ("category", "SAB"),
    "categoryMUL": ("category", "MUL"),
    "aspects1": ("aspects", "1"),
    "aspects2": ("aspects", "2"),
    "aspects3": ("aspects", "3"),
    "worker1": ("worker_changes", "1"),
    "worker2": ("worker_changes", "2"),
    "manager": ("manager_changes", "1"),
    "chair": ("chair_changes", "1"),
    "not_sustained": ("sustained_change", "no"),
    "incomplete": ("interventions_complete", "no"),
    "lead_professional_named": ("lead_professional_named", "yes"),
    "closed_toclosed": ("closed_to", "closed"),
    "closed_tolooked_after": ("closed_to", "looked_after"),
    "outside": ("risk", "outside_home"),
}
"""R's names of the coefficients, as factors and levels."""


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "southampton_returns.csv")


@pytest.fixture(scope="module")
def levels(sample) -> dict:
    answer = ask(FactorsQuestion(), RPS, library=sample).answer
    return {(f.key, level.level): level for f in answer.factors for level in f.levels}


def log_error(ratio) -> float:
    return float(np.log(ratio.conf_int.high / ratio.conf_int.low) / (2 * norm.ppf(0.975)))


def test_the_rows_are_those_of_the_sample(rows: pd.DataFrame) -> None:
    """When this fails the sample has changed: run both scripts again."""
    spec = importlib.util.spec_from_file_location("repeat_plans_data", MAKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.returns().astype(rows.dtypes.to_dict())
    pd.testing.assert_frame_equal(made, rows, check_dtype=False)


def test_the_curve_and_the_time_before_a_return(sample) -> None:
    answer = ask(RepeatPlansQuestion(), RPS, library=sample).answer
    expected, naive = R["all"], R["naive"]
    assert tuple(point.day for point in answer.within) == DAYS
    assert [point.share for point in answer.within] == pytest.approx(expected["share"], rel=1e-9)
    for point, share, error in zip(
        answer.within, expected["share"], expected["std_err"], strict=True
    ):
        shift = norm.ppf(0.975) * error / ((1 - share) * -np.log(1 - share))
        low, high = (1 - (1 - share) ** np.exp(sign * shift) for sign in (-1, 1))
        assert [point.conf_int.low, point.conf_int.high] == pytest.approx([low, high], rel=1e-9)
    for name, of in (
        ("share", lambda point: point.naive),
        ("low", lambda point: point.naive_conf_int.low),
        ("high", lambda point: point.naive_conf_int.high),
    ):
        assert [of(point) for point in answer.within] == pytest.approx(naive[name], rel=1e-9)
    half = norm.ppf(0.975) * expected["lost_std_err"]
    assert answer.free.days == pytest.approx(1825 - expected["lost"], rel=1e-9)
    assert answer.free.conf_int.low == pytest.approx(1825 - expected["lost"] - half, rel=1e-9)
    assert answer.free.conf_int.high == pytest.approx(1825 - expected["lost"] + half, rel=1e-9)


def test_groups_and_their_tests(sample) -> None:
    question = RepeatGroupsQuestion(grouping="adversities")
    answer = ask(question, RPS, library=sample).answer
    for group in answer.groups:
        expected = R["by_aspects"][group.key]
        assert [point.share for point in group.within] == pytest.approx(
            [expected["share"][DAYS.index(point.day)] for point in group.within], rel=1e-9
        )
        assert group.free.days == pytest.approx(1825 - expected["lost"], rel=1e-9)
    tests = {test.name: test for test in answer.tests}
    assert tests["gray"].statistic == pytest.approx(R["tests"]["gray"], rel=1e-9)
    assert tests["log_rank_clustered"].statistic == pytest.approx(R["tests"]["log_rank"], rel=1e-6)
    # finegray takes the weights as known, and orders ties of events and censorings otherwise.
    assert tests["fine_gray_clustered"].statistic == pytest.approx(
        R["tests"]["fine_gray"], rel=5e-3
    )


def test_combinations(sample) -> None:
    answer = ask(TogetherQuestion(), RPS, library=sample).answer
    assert len(answer.combinations) == len(R["by_combination"]) == 8
    for one in answer.combinations:
        expected = R["by_combination"]["".join(str(int(state)) for state in one.states)]
        assert one.share == pytest.approx(expected["share"], rel=1e-9)


def test_cox_with_families_as_clusters(levels) -> None:
    cox = R["cox"]
    variance = np.diag(np.array(cox["var"]))
    for place, name in enumerate(cox["columns"]):
        level = levels[PLACES[name]]
        assert np.log(level.adjusted.estimate) == pytest.approx(cox["coef"][place], abs=1e-9)
        assert log_error(level.adjusted) == pytest.approx(np.sqrt(variance[place]), rel=1e-9)
        assert level.p_constant == pytest.approx(cox["zph"][place], rel=1e-8)
    for place, name in enumerate(("closed", "looked_after")):
        alone = levels["closed_to", name].alone
        assert np.log(alone.estimate) == pytest.approx(R["alone"]["coef"][place], abs=1e-8)
        assert log_error(alone) == pytest.approx(R["alone"]["std_err"][place], rel=1e-8)


def test_the_global_test_of_proportional_hazards(sample) -> None:
    answer = ask(FactorsQuestion(), RPS, library=sample).answer
    (check,) = [one for one in answer.checks if one.name == "proportional_hazards"]
    assert check.value == pytest.approx(R["cox"]["zph_global"], rel=1e-8)


def test_fine_gray_with_families_as_clusters(levels) -> None:
    expected = R["fine_gray"]
    for place, name in enumerate(R["cox"]["columns"]):
        ratio = levels[PLACES[name]].subdistribution
        assert np.log(ratio.estimate) == pytest.approx(expected["coef"][place], abs=1e-7)
        assert log_error(ratio) == pytest.approx(expected["std_err"][place], rel=5e-3)


def test_two_periods(levels) -> None:
    expected = R["periods"]
    for place in range(3):
        level = levels["aspects", str(place + 1)]
        for period, ratio in enumerate((level.early, level.late)):
            assert np.log(ratio.estimate) == pytest.approx(
                expected["coef"][3 * period + place], abs=1e-8
            )
            assert log_error(ratio) == pytest.approx(
                expected["std_err"][3 * period + place], rel=1e-8
            )


def test_the_joint_test_is_walds(rows: pd.DataFrame) -> None:
    columns = [(rows["category"] == name) for name in ("EMO", "PHY", "SAB", "MUL")]
    aspects = rows[["da", "mh", "misuse"]].sum(axis=1)
    columns += [aspects == number for number in (1, 2, 3)]
    columns += [rows["worker"] == 1, rows["worker"] == 2, rows["manager"], rows["chair"]]
    columns += [1 - rows["sustained_change"], 1 - rows["interventions_complete"]]
    columns += [rows["lead_professional_named"], rows["closed_to"] == "closed"]
    columns += [rows["closed_to"] == "looked_after", rows["outside"]]
    fit = fit_cox(
        rows["days"], rows["event"] == 1, np.column_stack(columns), cluster=rows["family"]
    )
    category, of_aspects = joint_test(fit, range(4)), joint_test(fit, (4, 5, 6))
    assert category.statistic == pytest.approx(R["cox"]["wald_category"], rel=1e-8)
    assert of_aspects.statistic == pytest.approx(R["cox"]["wald_aspects"], rel=1e-8)
    assert (category.df, of_aspects.df) == (4, 3)
    for wrong in ((), (0, 0), (17,), (-1,)):
        with pytest.raises(InvalidInputError):
            joint_test(fit, wrong)


def test_one_coefficient_tested_jointly_is_the_square_of_its_z(rows: pd.DataFrame) -> None:
    fit = fit_fine_gray(
        rows["days"], rows["event"], rows[["sustained_change"]], cluster=rows["family"]
    )
    z = fit.coefficients[0] / np.sqrt(fit.covariance[0, 0])
    found = joint_test(fit, [0])
    assert found.statistic == pytest.approx(z**2)
    assert found.p_value == pytest.approx(2 * norm.sf(abs(z)))


def test_the_median_of_an_incidence() -> None:
    mgus = dataset("mgus2_cr")
    death, pcm = (cumulative_incidence(mgus["etime"], mgus["ev"], cause=cause) for cause in (2, 1))
    assert incidence_median(death) == R["median"]["death"]
    assert R["median"]["pcm_reaches"] < 0.5
    never = incidence_median(pcm)
    assert isinstance(never, NotEstimable)
    assert never.reason == "not_reached"
