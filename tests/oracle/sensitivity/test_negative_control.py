"""Negative-control outcomes against statsmodels: two one-sided tests, and least squares."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.weightstats import DescrStatsW

from analytics.statistics.sensitivity.negative_control import (
    bias_shifted_estimate,
    negative_control_outcome,
)
from tests.helpers.oracles import reference_data

RTOL = 1e-10


@pytest.mark.parametrize("shift", [-0.3, -0.1, 0.0, 0.05, 0.12, 0.2])
@pytest.mark.parametrize("margin", [0.1, 0.25, 0.5])
def test_pass_is_two_one_sided_tests(shift, margin):
    values = np.random.default_rng(7).normal(size=400)
    values += shift - values.mean()
    described = DescrStatsW(values)
    result = negative_control_outcome(
        estimate=described.mean, std_error=described.std_mean, margin=margin
    )
    p_equivalence = described.ztost_mean(-margin, margin)[0]
    p_zero = described.ztest_mean(0)[1]
    assert (result.check.status == "pass") == (p_equivalence < 0.05)
    assert (result.check.status == "fail") == (p_equivalence >= 0.05 and p_zero < 0.05)
    assert result.p_value == pytest.approx(p_zero, rel=RTOL, abs=1e-300)
    assert (result.conf_int.low, result.conf_int.high) == pytest.approx(
        described.zconfint_mean(), rel=RTOL
    )


def test_shifted_estimate_equals_least_squares_on_the_difference():
    data = reference_data("fsp_like")
    design = np.column_stack([np.ones(len(data)), data["treat"]])
    outcome, control = data["outcome"].astype(float), (data["age"] > 9).astype(float)
    main, negative = OLS(outcome, design).fit(), OLS(control, design).fit()
    direct = OLS(outcome - control, design).fit()
    n, k = design.shape
    shared = (main.resid @ negative.resid) / (n - k) * np.linalg.inv(design.T @ design)[1, 1]
    result = bias_shifted_estimate(
        estimate=main.params[1],
        std_error=main.bse[1],
        control_estimate=negative.params[1],
        control_std_error=negative.bse[1],
        covariance=shared,
    )
    assert result.estimate == pytest.approx(direct.params[1], rel=RTOL)
    assert result.std_error == pytest.approx(direct.bse[1], rel=RTOL)
