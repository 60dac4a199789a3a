"""The penalised score against R's brglm2, and what is said about separation."""

import numpy as np
import pytest

from analytics.statistics.propensity.score import PropensityFit, fit_propensity, score_checks
from tests.helpers.oracles import reference, reference_data

R = reference("propensity")
FSP = reference_data("fsp_like")
COVARIATES = np.column_stack(
    [FSP[name] for name in ("age", "female", "neglect", "prior_referrals")]
)
FEW = COVARIATES[:200]
MARKED = np.column_stack([FEW, (FSP["treat"][:200] == 1) & (FEW[:, 3] >= 2)])
# brglm2 stops when a step is below 1e-12 of the score; its numbers were stored with 15 digits.
ATOL = 1e-9

CASES = {
    "all": (COVARIATES, FSP["treat"]),
    "first_200": (FEW, FSP["treat"][:200]),
    "separated": (MARKED, FSP["treat"][:200]),
}


def fitted(*args, **options) -> PropensityFit:
    fit = fit_propensity(*args, **options)
    assert isinstance(fit, PropensityFit)
    return fit


@pytest.mark.parametrize("name", CASES)
def test_firth_equals_brglm2(name):
    fit = fitted(*CASES[name], penalty="firth")
    assert [fit.intercept, *fit.coefficients] == pytest.approx(R["firth"][name], abs=ATOL)
    assert fit.penalty == "firth"


def test_separation_is_said_and_only_then_penalised():
    assert fit_propensity(*CASES["separated"]).reason == "separation"
    rescued = fitted(*CASES["separated"], penalty="firth_if_needed")
    assert (rescued.penalty, rescued.is_separated) == ("firth", True)
    assert [check.status for check in score_checks(rescued, FSP["treat"][:200])][1] == "review"
    plain = fitted(*CASES["all"], penalty="firth_if_needed")
    assert (plain.penalty, plain.is_separated) == ("none", False)
    assert plain.coefficients.tolist() == fitted(*CASES["all"]).coefficients.tolist()


def test_cases_per_covariate_are_counted_in_the_smaller_arm():
    check, _ = score_checks(fitted(*CASES["all"]), FSP["treat"])
    assert (check.value, check.status) == (455 / 4, "pass")
