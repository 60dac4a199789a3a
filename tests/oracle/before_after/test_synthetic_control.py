"""Synthetic control and its placebos against quadratic programming (quadprog) and pysyncon."""

import numpy as np
import pytest

from analytics.statistics.before_after.panel import balanced_panel
from analytics.statistics.before_after.placebos import (
    leave_one_donor_out,
    placebo_in_space,
    placebo_in_time,
)
from analytics.statistics.before_after.synthetic_control import synthetic_control
from tests.helpers.oracles import reference, reference_data

R = reference("before_after_synthetic")
DATA = reference_data("before_after_synthetic")
PANEL = balanced_panel(*(DATA[name] for name in ("rate", "area", "period", "first_treated")))

# Two exact active-set solvers; the condition of 10 donors over 16 periods costs a few digits.
ATOL = 1e-8
# pysyncon runs SLSQP with numerical derivatives and its default stopping rule.
ATOL_PYSYNCON = 1e-3


def test_weights_equal_quadratic_programming():
    result, expected = synthetic_control(PANEL), R["treated"]
    assert result.weights == pytest.approx(np.array(expected["weights"]), abs=ATOL)
    assert result.weights == pytest.approx(np.array(R["pysyncon_weights"]), abs=ATOL_PYSYNCON)
    assert [result.pre_error, result.error_ratio, result.average_effect] == pytest.approx(
        [expected["pre_error"], expected["ratio"], expected["effect"]], abs=ATOL
    )


def test_placebos_in_space_equal_quadratic_programming():
    result = placebo_in_space(PANEL)
    ratios = np.array([placebo["ratio"] for placebo in R["placebos"]])
    assert result.donor_ratio == pytest.approx(ratios, abs=ATOL)
    effects = np.array([placebo["effect"] for placebo in R["placebos"]])
    assert result.donor_effect == pytest.approx(effects, abs=ATOL)
    assert result.p_value == pytest.approx(
        (1 + (ratios >= R["treated"]["ratio"]).sum()) / (1 + len(ratios))
    )


def test_placebo_in_time_equals_quadratic_programming():
    result, expected = placebo_in_time(PANEL, placebo_start=13), R["in_time"]
    assert result.weights == pytest.approx(np.array(expected["weights"]), abs=ATOL)
    assert result.average_effect == pytest.approx(expected["effect"], abs=ATOL)
    assert result.period[-1] == 16


def test_leave_one_out_equals_quadratic_programming():
    result = leave_one_donor_out(PANEL)
    donors = list(range(2, 12))
    expected = [R["leave_out"][donors.index(donor)] for donor in result.left_out]
    assert result.average_effect == pytest.approx(np.array(expected), abs=ATOL)
    assert result.lowest <= R["treated"]["effect"] <= result.highest
