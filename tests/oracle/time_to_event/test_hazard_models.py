"""Cox and Fine-Gray models and their diagnostics against R survival and cmprsk."""

import numpy as np
import pytest

from analytics.statistics.time_to_event.checks import (
    at_risk_check,
    events_per_parameter_check,
    follow_up_check,
    proportional_hazards_check,
)
from analytics.statistics.time_to_event.cox import fit_cause_specific, fit_cox
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.hazard_fit import hazard_ratio
from analytics.statistics.time_to_event.horizon import at_horizon
from analytics.statistics.time_to_event.life_table import life_table_from_rows
from analytics.statistics.time_to_event.proportional_hazards import proportional_hazards_test
from tests.helpers.oracles import reference
from tests.oracle.time_to_event.datasets import dataset, lung_with_entry, matrix, select

# Both sides converge to 1e-13 or better; matrices are compared relative to their largest entry.
RTOL = 1e-9
R = reference("time_to_event")
LUNG = lung_with_entry()
LUNG = select(LUNG, np.isfinite(LUNG["ph.ecog"]))
VETERAN, RATS, FSP = dataset("veteran"), dataset("rats"), dataset("fsp_like")
MGUS = dataset("mgus2_cr")
MGUS = {**MGUS, "male": 1.0 * (MGUS["sex"] == "M")}
DEAD = LUNG["status"] == 2
AGE_SEX_ECOG = matrix(LUNG, "age", "sex", "ph.ecog")
CHILD = matrix(FSP, "treat", "neglect", "age")

FITS = {
    "lung": lambda: fit_cox(LUNG["time"], DEAD, AGE_SEX_ECOG),
    "lung_strata_sex": lambda: fit_cox(
        LUNG["time"], DEAD, matrix(LUNG, "age", "ph.ecog"), stratum=LUNG["sex"]
    ),
    "lung_late_entry": lambda: fit_cox(LUNG["time"], DEAD, AGE_SEX_ECOG, entry=LUNG["entry"]),
    "lung_late_entry_cluster": lambda: fit_cox(
        LUNG["time"],
        DEAD,
        matrix(LUNG, "age", "sex"),
        entry=LUNG["entry"],
        stratum=LUNG["ph.ecog"],
        cluster=LUNG["age"],
    ),
    "veteran": lambda: fit_cox(
        VETERAN["time"], VETERAN["status"], matrix(VETERAN, "trt", "karno", "age")
    ),
    "rats_litter": lambda: fit_cox(
        RATS["time"], RATS["status"], matrix(RATS, "rx"), cluster=RATS["litter"]
    ),
    "rats_litter_strata": lambda: fit_cox(
        RATS["time"],
        RATS["status"],
        matrix(RATS, "rx"),
        cluster=RATS["litter"],
        stratum=RATS["sex"],
    ),
    "fsp_family": lambda: fit_cox(FSP["time"], FSP["status"] == 1, CHILD, cluster=FSP["family_id"]),
    "fsp_family_strata": lambda: fit_cox(
        FSP["time"],
        FSP["status"] == 1,
        matrix(FSP, "treat", "age"),
        cluster=FSP["family_id"],
        stratum=FSP["la"],
    ),
    "mgus_pcm": lambda: fit_cause_specific(MGUS["etime"], MGUS["ev"], matrix(MGUS, "age", "male")),
    "mgus_death": lambda: fit_cause_specific(
        MGUS["etime"], MGUS["ev"], matrix(MGUS, "age", "male"), cause=2
    ),
}


def close(values: object) -> object:
    array = np.asarray(values, dtype=float)
    return pytest.approx(array, rel=RTOL, abs=RTOL * float(np.abs(array).max()))


@pytest.mark.parametrize("name", FITS)
def test_cox_equals_r(name):
    fit, expected = FITS[name](), R["cox"][name]
    assert fit.coefficients == close(np.atleast_1d(expected["coef"]))
    assert fit.covariance == close(expected["var"])
    if expected["naive"] is not None:
        assert fit.model_covariance == close(expected["naive"])
    assert [fit.null_log_likelihood, fit.log_likelihood] == close(expected["loglik"])
    assert fit.score_statistic == close(expected["score"])
    assert (fit.n, fit.n_events) == (expected["n"], expected["n_event"])


@pytest.mark.parametrize("transform", ["km", "identity"])
@pytest.mark.parametrize("name", R["zph"])
def test_proportional_hazards_test_equals_r(name, transform):
    result = proportional_hazards_test(FITS[name](), transform=transform)
    *covariates, together = R["zph"][name][transform]
    assert list(result.covariate_statistics) == close([row[0] for row in covariates])
    assert list(result.covariate_p_values) == close([row[2] for row in covariates])
    assert [result.statistic, result.df, result.p_value] == close(together)


@pytest.mark.parametrize("name", ["mgus_pcm", "mgus_death", "fsp_repeat"])
def test_fine_gray_equals_cmprsk(name):
    expected = R["fine_gray"][name]
    if name == "fsp_repeat":
        fit = fit_fine_gray(FSP["time"], FSP["status"], CHILD)
    else:
        x, cause = matrix(MGUS, "age", "male"), 1 + (name == "mgus_death")
        fit = fit_fine_gray(MGUS["etime"], MGUS["ev"], x, cause=cause)
    assert fit.coefficients == close(expected["coef"])
    assert fit.model_covariance == close(expected["naive"])
    assert fit.covariance == close(expected["var"])
    assert fit.log_likelihood == close(expected["loglik"])


def test_clustered_fine_gray_equals_r_but_for_the_censoring_weights():
    expected = R["fine_gray"]["fsp_apart_family"]
    apart = FSP["time"] + np.where(FSP["status"] == 0, 0.5, 0)
    fit = fit_fine_gray(apart, FSP["status"], CHILD, cluster=FSP["family_id"])
    assert fit.coefficients == close(expected["coef"])
    scores = fit.likelihood.score_residuals(fit.terms)
    family = np.unique(FSP["family_id"], return_inverse=True)[1]
    totals = np.column_stack([np.bincount(family, column) for column in scores.T])
    change = totals @ (fit.model_covariance * CHILD.std(axis=0)[:, None])
    assert change.T @ change == close(expected["var"])
    # survfit takes the weights as known. Allowing for their estimation hardly changes the error.
    assert fit.covariance == pytest.approx(np.array(expected["var"]), rel=1e-3, abs=1e-6)


def test_hazard_ratio_equals_r():
    ratio = hazard_ratio(FITS["rats_litter"](), 0)
    expected = np.array([2.0416061046467, 1.20023988077569, 3.47276869673493])
    assert [ratio.estimate, ratio.conf_int.low, ratio.conf_int.high] == close(expected)
    assert ratio.std_error == close(0.271033228681653)
    assert ratio.statistic == close(0.713736804292536 / 0.271033228681653)


def test_checks_of_the_lung_and_family_data():
    fit = FITS["lung"]()
    check = proportional_hazards_check(proportional_hazards_test(fit))
    assert check.value == close(R["zph"]["lung"]["km"][-1][2])
    assert check.status == "pass"
    assert events_per_parameter_check(fit).value == close(164 / 3)
    table = life_table_from_rows(FSP["time"], FSP["status"])
    early = (FSP["status"] == 0) & (FSP["time"] < 365)
    assert follow_up_check(table, horizon=365).value == close(1 - early.mean())
    estimate = at_horizon(FSP["time"], FSP["status"], estimand="incidence", horizon=365)
    assert at_risk_check(estimate).value == (FSP["time"] >= 365).sum()
