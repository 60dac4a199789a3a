"""Difference-in-differences, permutation test and event study against R (clubSandwich, glm)."""

import numpy as np
import pytest

from analytics.statistics.before_after.counts import (
    Cell,
    difference_in_proportion_changes,
    difference_in_rate_changes,
    ratio_of_rate_ratios,
)
from analytics.statistics.before_after.difference_in_differences import (
    difference_in_differences,
    two_way_fixed_effects,
)
from analytics.statistics.before_after.event_study import event_study
from analytics.statistics.before_after.panel import balanced_panel
from analytics.statistics.before_after.permutation import permutation_test
from tests.helpers.oracles import reference, reference_data

R = reference("before_after")
SHARED = reference("before_after_shared")["did"]
DATA = reference_data("did_panel")
FEW = DATA[np.isin(DATA["la"], [1, 2, 3, *range(20, 27)])]
HOLES = DATA[(DATA["la"] * DATA["q"]) % 5 != 0]

# Both sides solve least squares of up to 480 rows and 52 columns in double precision; the
# covariances go through one eigendecomposition more.
RTOL = 1e-9
# R glm stops when the deviance no longer changes by a share of 1e-12.
RTOL_GLM = 1e-6
# Estimates near 0 (event-study coefficients) are differences of rates near 60.
ATOL = 1e-10


def close(value: float, rel: float = RTOL) -> object:
    return pytest.approx(value, rel=rel, abs=ATOL)


def panel(rows=DATA, weighted=False):
    return balanced_panel(
        rows["rate"],
        rows["la"],
        rows["q"],
        np.where(rows["treated"] == 1, 7, 0),
        weights=rows["pop"] if weighted else None,
    )


def assert_equals_r(result, expected):
    assert result.estimate == close(expected["est"])
    assert result.std_error == close(expected["se"])
    assert result.df == close(expected["df"])
    assert result.p_value == close(expected["p"], rel=1e-8)
    assert (result.conf_int.low, result.conf_int.high) == close((expected["low"], expected["high"]))


def cells(denominators):
    events = {"treated_after": 40, "treated_before": 60}
    events |= {"comparison_after": 84, "comparison_before": 90}
    return {
        name: Cell(events=x, denominator=n)
        for (name, x), n in zip(events.items(), denominators, strict=True)
    }


def test_counts_equal_saturated_regressions():
    population = (52000, 51000, 48000, 47500)
    proportions = difference_in_proportion_changes(**cells((200, 200, 300, 300)))
    assert [proportions.estimate, proportions.std_error] == close(
        R["counts"]["proportions"], RTOL_GLM
    )
    rates = difference_in_rate_changes(**cells(population))
    expected = [10_000 * value for value in R["counts"]["rates"]]
    assert [rates.estimate, rates.std_error] == close(expected, RTOL_GLM)
    ratio = ratio_of_rate_ratios(**cells(population))
    assert [np.log(ratio.estimate), ratio.std_error] == close(R["counts"]["log_ratio"], RTOL_GLM)


def test_interval_of_proportions_becomes_newcombe_when_the_time_before_is_known():
    from statsmodels.stats.proportion import confint_proportions_2indep

    known = 10**14
    result = difference_in_proportion_changes(
        treated_after=Cell(events=40, denominator=200),
        treated_before=Cell(events=known // 4, denominator=known),
        comparison_after=Cell(events=84, denominator=300),
        comparison_before=Cell(events=known // 4, denominator=known),
    )
    expected = confint_proportions_2indep(40, 200, 84, 300, method="newcomb", compare="diff")
    # What is left of the known cells is a limit of order 1e-7, squared beside one of order 0.05.
    assert (result.conf_int.low, result.conf_int.high) == pytest.approx(expected, abs=1e-10)


def test_rows_equal_clubsandwich():
    for name, rows, options in (
        ("pooled", DATA, {}),
        ("weighted", DATA, {"weights": DATA["pop"]}),
        ("few", FEW, {}),
        ("covariate", HOLES, {"covariates": np.c_[np.log(HOLES["pop"]), HOLES["q"]]}),
    ):
        result = difference_in_differences(
            rows["rate"], rows["treated"], rows["post"], rows["la"], **options
        )
        assert_equals_r(result, R["did"][name])


def test_two_way_fixed_effects_equal_clubsandwich_with_indicators():
    assert_equals_r(two_way_fixed_effects(panel()), R["did"]["twfe"])
    assert_equals_r(two_way_fixed_effects(panel(weighted=True)), R["did"]["twfe_weighted"])
    assert_equals_r(two_way_fixed_effects(panel(FEW)), R["did"]["twfe_few"])


def test_shared_figures_agree():
    pooled = SHARED["pooled_2x2"]
    result = two_way_fixed_effects(panel())
    assert [result.std_error, result.df] == close([pooled["se_CR2"], pooled["df"]])
    # Those leads and lags are relative to the last quarter, whatever their names say.
    theirs = dict(zip(SHARED["event_study"]["names"], SHARED["event_study"]["est"], strict=True))
    by_quarter = {int(name.split(")")[-1]): value for name, value in theirs.items()}
    ours = event_study(panel()).estimate
    expected = [by_quarter.get(q, 0.0) - by_quarter[6] for q in range(1, 13)]
    assert ours == close(np.array(expected))
    assert event_study(panel()).pre_trend.slope.estimate == close(SHARED["pretrend"]["est"])


@pytest.mark.parametrize("weighted", [False, True])
def test_event_study_equals_clubsandwich(weighted):
    expected = R["event_study"]["weighted" if weighted else "equal"]
    result = event_study(panel(weighted=weighted))
    kept = result.event_time != -1
    assert result.estimate[kept] == close(np.array(expected["est"]))
    assert result.std_error[kept] == close(np.array(expected["se"]))
    assert result.df[kept] == close(np.array(expected["df"]))
    joint = result.pre_trend.joint
    assert [joint.statistic, joint.df_numerator, joint.df_denominator, joint.p_value] == close(
        expected["joint"], rel=1e-8
    )
    assert_equals_r(result.pre_trend.slope, expected["slope"])
    assert_equals_r(result.average_effect, R["did"]["twfe_weighted" if weighted else "twfe"])


def test_permutation_equals_r_and_scipy():
    from scipy.stats import permutation_test as scipy_test

    expected = R["permutation"]
    result = permutation_test(panel(FEW), seed=1)
    assert result.is_exact
    assert [result.estimate, result.n_assignments] == close([expected["est"], expected["n"]])
    assert result.p_value == close(expected["p"])
    # Without the effect the p-value is not the smallest possible one.
    rows = DATA[np.isin(DATA["la"], [5, 6, *range(20, 40)])]
    rows["rate"] += 5.5 * rows["treated"] * rows["post"]
    two = permutation_test(panel(rows), seed=1)
    signs = (2 * rows["post"] - 1) / 6
    change = {la: float((rows["rate"] * signs)[rows["la"] == la].sum()) for la in set(rows["la"])}
    treated, others = [change.pop(5), change.pop(6)], list(change.values())
    theirs = scipy_test(
        (treated, others),
        lambda a, b, axis: abs(a.mean(axis=axis) - b.mean(axis=axis)),
        alternative="greater",
        vectorized=True,
    )
    assert two.p_value == close(theirs.pvalue)
    assert two.p_value > 2 * two.check.value
