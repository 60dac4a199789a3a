"""Proportions and their contrasts against R (epiR, stats, sandwich) and statsmodels."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analytics.statistics.results import NotEstimable
from analytics.statistics.two_groups.clustered import (
    ClusteredResult,
    clustered_risk_difference,
    clustered_risk_ratio,
)
from analytics.statistics.two_groups.proportions import (
    RiskDifferenceResult,
    risk_difference,
    wilson_interval,
)
from analytics.statistics.two_groups.ratios import RatioResult, odds_ratio, risk_ratio

# Closed forms printed by R with 15 significant digits; sums of at most 16,000 terms lose 2 or 3.
RTOL = 1e-10
ATOL = 1e-12
# R glm stops at a relative deviance change of 1e-8, 6e-9 from the closed form (asserted too).
RTOL_GLM = 1e-7

REFERENCE = Path(__file__).parents[1] / "reference"
ORACLE = json.loads((REFERENCE / "proportions.json").read_text(encoding="utf-8"))
TABLES = ORACLE["tables"]
FSP = np.genfromtxt(REFERENCE / "data" / "fsp_like.csv", delimiter=",", names=True)


def close(value: float) -> object:
    return pytest.approx(value, rel=RTOL, abs=ATOL)


def counts(table: dict) -> dict[str, int]:
    return {
        "events_treated": table["a"],
        "n_treated": table["a"] + table["b"],
        "events_comparison": table["c"],
        "n_comparison": table["c"] + table["d"],
    }


@pytest.mark.parametrize("name", TABLES)
def test_risk_difference_equals_r(name):
    table = TABLES[name]
    result = risk_difference(**counts(table))
    assert isinstance(result, RiskDifferenceResult)
    assert result.estimate == close(table["rd"])
    assert (result.conf_int.low, result.conf_int.high) == close(tuple(table["rd_newcombe10"]))
    half = 1.959963984540054 * result.std_error
    assert (result.estimate - half, result.estimate + half) == close(tuple(table["rd_wald"]))
    assert result.p_value == close(table["chisq_nocc"]["p.value"])


@pytest.mark.parametrize("name", TABLES)
def test_wilson_equals_r(name):
    table = TABLES[name]
    low, high = table["wilson_exp"]
    interval = wilson_interval(table["a"], table["a"] + table["b"])
    assert (interval.low, interval.high) == close((low, high))


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("ratio", "key"), [(risk_ratio, "epiR_RR_wald"), (odds_ratio, "epiR_OR_wald")]
)
def test_ratios_equal_epir(name, ratio, key):
    expected = TABLES[name][key]
    result = ratio(**counts(TABLES[name]))
    if expected["est"] is None:
        assert isinstance(result, NotEstimable)
        assert result.reason == "no_events"
        return
    assert isinstance(result, RatioResult)
    assert result.estimate == close(expected["est"])
    assert (result.conf_int.low, result.conf_int.high) == close(
        (expected["lower"], expected["upper"])
    )


def test_clustered_risk_difference_equals_sandwich():
    expected = ORACLE["fsp_like"]["risk_difference"]
    result = clustered_risk_difference(FSP["outcome"], FSP["treat"], FSP["family_id"])
    assert isinstance(result, ClusteredResult)
    assert result.n_clusters == ORACLE["fsp_like"]["n_families"]
    assert result.estimate == close(expected["est"])
    assert result.std_error == close(expected["se_CL_family_HC1"])


def test_singleton_clusters_equal_hc1():
    expected = ORACLE["fsp_like"]["risk_difference"]["se_HC1"]
    result = clustered_risk_difference(FSP["outcome"], FSP["treat"], FSP["child_id"])
    assert result.std_error == close(expected)


def test_clustered_log_risk_ratio_equals_modified_poisson():
    # vcovCL reports HC0 with G/(G-1); CR1 adds (N-1)/(N-2).
    expected = ORACLE["fsp_like"]["log_rr_modified_poisson"]
    result = clustered_risk_ratio(FSP["outcome"], FSP["treat"], FSP["family_id"])
    table, n = ORACLE["fsp_like"]["table"], len(FSP)
    risks = table["a"] / (table["a"] + table["b"]), table["c"] / (table["c"] + table["d"])
    assert result.estimate == close(risks[0] / risks[1])
    assert math.log(result.estimate) == pytest.approx(expected["est"], rel=RTOL_GLM)
    hc0 = result.std_error * math.sqrt((n - 2) / (n - 1))
    assert hc0 == pytest.approx(expected["se_CL_family_HC0"], rel=RTOL_GLM)


@pytest.mark.parametrize("two_way", [False, True])
def test_clustered_kernel_equals_statsmodels(two_way):
    from statsmodels.regression.linear_model import OLS

    groups = FSP["family_id"].astype(int)
    second = FSP["la"].astype(int) * 10 + FSP["age"].astype(int) % 7 if two_way else None
    design = np.column_stack([np.ones(len(FSP)), FSP["treat"]])
    both = groups if second is None else np.column_stack([groups, second])
    fit = OLS(FSP["outcome"], design).fit(cov_type="cluster", cov_kwds={"groups": both}, use_t=True)
    ours = clustered_risk_difference(FSP["outcome"], FSP["treat"], groups, second_cluster=second)
    assert ours.estimate == close(fit.params[1])
    assert ours.std_error == close(fit.bse[1])
    assert (ours.conf_int.low, ours.conf_int.high) == close(tuple(fit.conf_int()[1]))
    assert ours.p_value == pytest.approx(fit.pvalues[1], rel=1e-8)


@pytest.mark.parametrize("name", TABLES)
def test_counts_equal_statsmodels_newcombe(name):
    from statsmodels.stats.proportion import confint_proportions_2indep

    cells = counts(TABLES[name])
    low, high = confint_proportions_2indep(
        *cells.values(), method="newcomb", compare="diff", alpha=0.1
    )
    result = risk_difference(**cells, level=0.9)
    assert (result.conf_int.low, result.conf_int.high) == close((low, high))
