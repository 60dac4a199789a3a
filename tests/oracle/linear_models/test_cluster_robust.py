"""Linear models and cluster-robust covariances against R (clubSandwich, sandwich)."""

import numpy as np
import pytest

from analytics.statistics.cluster_robust import (
    cluster_covariance,
    hotelling_df,
    satterthwaite_df,
)
from analytics.statistics.linear_models import fit_linear, linear_contrast, wald_test
from tests.helpers.oracles import reference, reference_data

# Closed forms of up to 1,745 units printed with 15 digits; degrees of freedom divide two such sums.
RTOL = 1e-10
# R's glm stops a little before the solution, and the covariance follows the fitted means.
RTOL_GLM = 1e-7

R = reference("cluster_robust")
FSP = reference_data("fsp_like")
FEW = FSP[np.isin(FSP["family_id"], np.unique(FSP["family_id"])[:16])]
LINEAR = {
    # name: rows, columns, weighted, cluster, jointly tested
    "ols": (FSP, ("treat", "age", "prior_referrals"), False, "family_id", (2, 3)),
    "wls": (FSP, ("treat", "age", "prior_referrals"), True, "family_id", (2, 3)),
    "ols_few": (FEW, ("treat", "age"), False, "family_id", (1, 2)),
    "wls_few": (FEW, ("treat", "age"), True, "family_id", (1, 2)),
    "ols_area": (FSP, ("treat", "age"), False, "la", (1, 2)),
}


def design(rows, columns):
    return np.column_stack([np.ones(len(rows)), *(rows[name] for name in columns)])


def weights(rows):
    return 0.5 + (rows["age"] % 4) / 4


def fitted(name, vcov_type):
    rows, columns, weighted, cluster, _ = LINEAR[name]
    return fit_linear(
        rows["outcome"],
        design(rows, columns),
        weights=weights(rows) if weighted else None,
        cluster=rows[cluster],
        vcov_type=vcov_type,
    )


@pytest.mark.parametrize("name", LINEAR)
@pytest.mark.parametrize("kind", ["CR0", "CR2"])
def test_covariance_equals_clubsandwich(name, kind):
    fit = fitted(name, kind)
    np.testing.assert_allclose(fit.coefficients, R[name]["coef"], rtol=RTOL)
    np.testing.assert_allclose(fit.covariance, R[name][kind], rtol=RTOL)


@pytest.mark.parametrize("name", LINEAR)
def test_satterthwaite_equals_clubsandwich(name):
    fit = fitted(name, "CR2")
    contrasts = [linear_contrast(fit, row) for row in np.eye(len(fit.coefficients))]
    np.testing.assert_allclose([c.df for c in contrasts], R[name]["df"], rtol=RTOL)
    np.testing.assert_allclose([c.p_value for c in contrasts], R[name]["p"], rtol=1e-8)


@pytest.mark.parametrize("name", LINEAR)
def test_joint_test_equals_clubsandwich(name):
    fit = fitted(name, "CR2")
    test = wald_test(fit, np.eye(len(fit.coefficients))[list(LINEAR[name][4])])
    expected = R[name]["htz"]
    assert test.df_numerator == expected["df_num"]
    assert test.statistic == pytest.approx(expected["F"], rel=RTOL)
    assert test.df_denominator == pytest.approx(expected["df_denom"], rel=RTOL)
    assert test.p_value == pytest.approx(expected["p"], rel=1e-8)


@pytest.mark.parametrize(
    ("name", "rows", "columns", "joint"),
    [("logit", FSP, ("treat", "age"), (1, 2)), ("poisson_few", FEW, ("treat",), (0, 1))],
)
def test_generalised_models_equal_clubsandwich(name, rows, columns, joint):
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    X = design(rows, columns)
    family = families.Binomial() if name == "logit" else families.Poisson()
    mean = GLM(rows["outcome"], X, family=family).fit(tol=1e-14).fittedvalues
    variance = mean * (1 - mean) if name == "logit" else mean
    codes = np.unique(rows["family_id"], return_inverse=True)[1]
    ours = cluster_covariance(
        X * variance[:, None],
        rows["outcome"] - mean,
        codes,
        weights=1 / variance,
        working_variance=variance,
    )
    np.testing.assert_allclose(ours.matrix, R[name]["CR2"], rtol=RTOL_GLM)
    unit_vectors = np.eye(X.shape[1])
    df = [satterthwaite_df(ours.terms, vector) for vector in unit_vectors]
    np.testing.assert_allclose(df, R[name]["df"], rtol=RTOL_GLM)
    eta = hotelling_df(ours.terms, unit_vectors[list(joint)])
    assert eta - len(joint) + 1 == pytest.approx(R[name]["htz"]["df_denom"], rel=RTOL_GLM)


def test_cr1_equals_sandwich_one_way_and_two_way():
    columns = ("treat", "age", "prior_referrals")
    X, family = design(FSP, columns), FSP["family_id"]
    one = fit_linear(FSP["outcome"], X, weights=weights(FSP), cluster=family, vcov_type="CR1")
    two = fit_linear(
        FSP["outcome"],
        X,
        cluster=family,
        second_cluster=FSP["la"] * 100 + FSP["age"],
        vcov_type="CR1",
    )
    np.testing.assert_allclose(one.covariance, R["vcovCL"]["one_way_HC1"], rtol=RTOL)
    np.testing.assert_allclose(two.covariance, R["vcovCL"]["two_way_HC1"], rtol=RTOL)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("vcov_type", ["classical", "HC1"])
def test_independent_units_equal_statsmodels(weighted, vcov_type):
    from statsmodels.regression.linear_model import WLS

    X = design(FSP, ("treat", "age"))
    w = weights(FSP) if weighted else None
    ours = fit_linear(FSP["outcome"], X, weights=w, vcov_type=vcov_type)
    cov_type = "nonrobust" if vcov_type == "classical" else "HC1"
    theirs = WLS(FSP["outcome"], X, weights=1.0 if w is None else w).fit(cov_type=cov_type)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=RTOL)
    contrast = linear_contrast(ours, (0, 1, 0))
    low, high = theirs.t_test([0, 1, 0], use_t=True).conf_int()[0]
    assert (contrast.conf_int.low, contrast.conf_int.high) == pytest.approx((low, high), rel=1e-9)
