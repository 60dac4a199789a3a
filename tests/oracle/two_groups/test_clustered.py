"""Contrasts from totals of clusters against R (clubSandwich) and the general sandwich."""

import math

import numpy as np
import pytest

from analytics.statistics.cluster_robust import cluster_covariance, satterthwaite_df
from analytics.statistics.linear_models import fit_linear, linear_contrast
from analytics.statistics.two_groups._arm_sandwich import arm_variance, satterthwaite
from analytics.statistics.two_groups._estimands import contrast_parts
from analytics.statistics.two_groups.cluster_totals import cluster_totals, total_by_cluster
from analytics.statistics.two_groups.clustered import (
    clustered_contrast,
    clustered_risk_difference,
    clustered_risk_ratio,
)
from tests.helpers.oracles import reference, reference_data

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10
# R's glm takes its working weights from the last step but one, 6e-9 from the closed form; p-values
# in the tail multiply that.
RTOL_GLM = 1e-7

ORACLE = reference("two_groups")
FSP = reference_data("fsp_like")
KINDS = [("CR0", "CR0"), ("CR1", "CR1S"), ("CR2", "CR2")]


def families(which: str) -> np.ndarray:
    if which == "all":
        return FSP
    return FSP[np.isin(FSP["family_id"], ORACLE["few_families"])]


def linear(result) -> float:
    difference = result.estimand.endswith("difference")
    return result.estimate if difference else math.log(result.estimate)


@pytest.mark.parametrize("which", ["all", "few"])
@pytest.mark.parametrize("estimand", ["risk_difference", "risk_ratio", "odds_ratio"])
@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_risks_equal_clubsandwich(which, estimand, kind, name):
    rows, expected = families(which), ORACLE["clustered"][which][estimand]
    totals = total_by_cluster(rows["outcome"], rows["treat"], rows["family_id"])
    result = clustered_contrast(totals, estimand=estimand, vcov_type=kind)
    rtol = RTOL_GLM if estimand == "risk_ratio" else RTOL
    assert linear(result) == pytest.approx(expected["estimate"], rel=RTOL)
    assert result.std_error == pytest.approx(expected[name], rel=rtol)
    if kind == "CR2":
        assert result.df == pytest.approx(expected["df"], rel=rtol)
        assert result.p_value == pytest.approx(expected["p"], rel=rtol)


@pytest.mark.parametrize("estimand", ["rate_ratio", "rate_difference"])
def test_rates_equal_clubsandwich(estimand):
    expected, rows = ORACLE["rates"][estimand], FSP[FSP["time"] > 0]
    events = rows["status"] == 1
    by_case = total_by_cluster(events, rows["treat"], rows["family_id"], exposure=rows["time"])
    # R's model has one row for each family's total in an arm; only CR1 counts the rows.
    by_total = cluster_totals(
        events_treated=by_case.events_treated,
        n_treated=by_case.n_treated > 0,
        events_comparison=by_case.events_comparison,
        n_comparison=by_case.n_comparison > 0,
        exposure_treated=by_case.exposure_treated,
        exposure_comparison=by_case.exposure_comparison,
    )
    for kind, name in KINDS:
        result = clustered_contrast(by_total, estimand=estimand, vcov_type=kind)
        assert linear(result) == pytest.approx(expected["estimate"], rel=RTOL_GLM)
        assert result.std_error == pytest.approx(expected[name], rel=RTOL_GLM)
    assert result.df == pytest.approx(expected["df"], rel=RTOL_GLM)
    cases = clustered_contrast(by_case, estimand=estimand)
    assert cases.std_error == pytest.approx(expected["CR2"], rel=RTOL_GLM)
    assert cases.p_value == pytest.approx(expected["p"], rel=RTOL_GLM)


@pytest.mark.parametrize("which", ["all", "few"])
@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_totals_equal_the_general_sandwich(which, kind):
    rows = families(which)
    design = np.column_stack([np.ones(len(rows)), rows["treat"]])
    fit = fit_linear(rows["age"], design, cluster=rows["family_id"], vcov_type=kind)
    expected = linear_contrast(fit, [0, 1])
    # A mean difference: the outcome needn't be 0 or 1.
    result = clustered_risk_difference(
        rows["age"], rows["treat"], rows["family_id"], vcov_type=kind
    )
    assert result.estimate == pytest.approx(expected.estimate, rel=RTOL)
    assert result.std_error == pytest.approx(expected.std_error, rel=RTOL)
    assert result.df == pytest.approx(expected.df, rel=RTOL)
    assert result.conf_int.low == pytest.approx(expected.conf_int.low, rel=RTOL)


@pytest.mark.parametrize("which", ["all", "few"])
@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_the_closed_form_equals_the_general_sandwich_of_a_logit_model(which, kind):
    rows = families(which)
    treated, family = rows["treat"] == 1, np.unique(rows["family_id"], return_inverse=True)[1]
    totals = total_by_cluster(rows["outcome"], treated, family)
    parts = contrast_parts(totals, "odds_ratio")
    mean = np.where(treated, *parts.means)
    spread = mean * (1 - mean)
    general = cluster_covariance(
        np.column_stack([np.ones(len(rows)), treated]) * spread[:, None],
        rows["outcome"] - mean,
        family,
        weights=1 / spread,
        working_variance=spread,
        kind=kind,
    )
    ours = arm_variance(parts.arms, totals.repeats, kind=kind, n_units=float(len(rows)))
    assert ours == pytest.approx(general.matrix[1, 1], rel=RTOL)
    if kind == "CR2":
        df = satterthwaite_df(general.terms, np.array([0.0, 1.0]))
        assert satterthwaite(parts.arms, totals.repeats) == pytest.approx(df, rel=RTOL)


def test_rows_and_totals_are_two_doors_to_one_answer():
    rows = families("all")
    columns = (rows["outcome"], rows["treat"], rows["family_id"])
    totals = total_by_cluster(*columns)
    for estimator, estimand in (
        (clustered_risk_difference, "risk_difference"),
        (clustered_risk_ratio, "risk_ratio"),
    ):
        direct = estimator(*columns, vcov_type="CR2")
        assert direct == clustered_contrast(totals, estimand=estimand, vcov_type="CR2")
