"""Funnels against PHEindicatormethods 2.0.0, FunnelPlotR, and intervals from R turned round."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from analytics.statistics.variation.funnel import funnel, funnel_limits
from analytics.statistics.variation.over_dispersion import (
    proportion_over_dispersion,
    ratio_over_dispersion,
)
from tests.helpers.oracles import BESIDE, reference

# Closed forms printed by R with 15 significant digits.
RTOL = 1e-10
# FunnelPlotR types 3.090232 for 3.0902323062: 3.1e-7 of a standard error, itself below 1 here.
ATOL_QUANTILE = 3.1e-7
# PHEindicatormethods bisects for E to 1e-7 of E / (1 + O + E): 7e-6 of the limit where O is 1.
RTOL_BISECTION = 1e-5

ORACLE = reference("variation")["funnel"]
LIMITS = {
    "low_95": "lower_2s",
    "high_95": "upper_2s",
    "low_998": "lower_3s",
    "high_998": "upper_3s",
}
SIGNIFICANCE = {
    "High (0.001)": 2,
    "High (0.025)": 1,
    "Not significant": 0,
    "Low (0.025)": -1,
    "Low (0.001)": -2,
}


def table_beside(name: str) -> pd.DataFrame:
    path = BESIDE / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{name}.csv is not licensed to be carried, and is not beside the project")
    return pd.read_csv(path)


def positions(column: pd.Series) -> list[int]:
    return [SIGNIFICANCE[text] for text in column]


def test_ratio_positions_equal_exact_intervals_turned_round():
    areas = ORACLE["ratio"]
    assert (
        funnel("ratio", areas["observed"], areas["expected"]).position.tolist() == areas["position"]
    )


def test_proportion_positions_equal_wilson_intervals_turned_round():
    areas = ORACLE["proportion"]
    found = funnel("proportion", areas["events"], areas["n"])
    assert found.position.tolist() == areas["position"]


@pytest.mark.parametrize("observed", [0, 1, 7, 80, 4000])
@pytest.mark.parametrize(("level", "suffix"), [(0.95, "95"), (0.998, "998")])
def test_poisson_limits_pass_through_whole_counts(observed, level, suffix):
    tail = (1 - level) / 2
    at = chi2.isf(tail, 2 * observed + 2) / 2
    low = getattr(funnel_limits("ratio", [at], centre=1), f"low_{suffix}")[0]
    assert low == pytest.approx(observed / at, rel=RTOL, abs=RTOL)
    if observed:
        at = chi2.ppf(tail, 2 * observed) / 2
        high = getattr(funnel_limits("ratio", [at], centre=1), f"high_{suffix}")[0]
        assert high == pytest.approx(observed / at, rel=RTOL)


@pytest.mark.parametrize("data", ["ratio", "level"])
@pytest.mark.parametrize("transform", ["square_root", "log"])
def test_ratio_over_dispersion_equals_funnelplotr(data, transform):
    areas, expected = ORACLE[data], ORACLE[data][transform]
    found = ratio_over_dispersion(areas["observed"], areas["expected"], transform=transform)
    np.testing.assert_allclose(found.z_score, expected["z"], rtol=RTOL, atol=RTOL)
    assert found.n_used == expected["n_used"]
    assert found.phi == pytest.approx(expected["phi"], rel=RTOL)
    assert found.tau_squared == pytest.approx(expected["tau2"], rel=RTOL)


def test_proportion_over_dispersion_equals_funnelplotr():
    areas, expected = ORACLE["proportion"], ORACLE["proportion"]["arcsine"]
    centre = sum(areas["events"]) / sum(areas["n"])
    found = proportion_over_dispersion(areas["events"], areas["n"], centre=centre)
    np.testing.assert_allclose(found.z_score, expected["z"], rtol=RTOL, atol=RTOL)
    assert found.phi == pytest.approx(expected["phi"], rel=RTOL)
    assert found.tau_squared == pytest.approx(expected["tau2"], rel=RTOL)


@pytest.mark.parametrize("limit", LIMITS)
def test_additive_limits_equal_funnelplotr(limit):
    areas = ORACLE["ratio"]
    found = funnel(
        "ratio", areas["observed"], areas["expected"], adjustment="additive", transform="log"
    )
    assert found.limits.adjustment == "additive"
    ours, theirs = np.log(getattr(found.limits, limit)), np.log(areas["log"][limit])
    np.testing.assert_allclose(ours, theirs, atol=ATOL_QUANTILE, rtol=0)
    areas = ORACLE["proportion"]
    found = funnel("proportion", areas["events"], areas["n"], adjustment="additive")
    ours = np.arcsin(np.sqrt(getattr(found.limits, limit)))
    # An angle below 0 is a limit of 0 here; FunnelPlotR's sine squared turns upwards again.
    theirs = np.where(ours == 0, 0, np.arcsin(np.sqrt(areas["arcsine"][limit])))
    np.testing.assert_allclose(ours, theirs, atol=ATOL_QUANTILE, rtol=0)
    assert (ours > 0).mean() > 0.8


def test_square_root_limits_are_where_the_adjusted_z_score_says():
    # FunnelPlotR's own CQC limits add tau2 to s instead of its square and stay on the root scale.
    areas = ORACLE["ratio"]
    x, e = np.array(areas["observed"]), np.array(areas["expected"])
    found = funnel("ratio", x, e, adjustment="additive")
    tau2 = areas["square_root"]["tau2"]
    z = (np.sqrt(x / e) - 1) / np.sqrt(1 / (4 * e) + tau2)
    assert (np.abs(z) > 1.959964).sum() == found.outside_95
    assert ((z > 3.090232) == (found.position == 2)).all()
    assert ((z < -3.090232) == (found.position == -2)).all()


def test_proportion_funnel_equals_phe():
    areas, limits = table_beside("phe_funnel_prop_inputs"), table_beside("phe_funnel_prop_limits")
    found = funnel("proportion", areas["numerator"], areas["denominator"])
    assert found.position.tolist() == positions(areas["significance"])
    assert 100 * found.limits.centre == pytest.approx(limits["baseline"][0], rel=RTOL)
    drawn = funnel_limits("proportion", limits["Population"], centre=found.limits.centre)
    for ours, theirs in LIMITS.items():
        np.testing.assert_allclose(
            100 * getattr(drawn, ours), limits[f"{theirs}_limit"], rtol=RTOL, atol=RTOL
        )


def test_ratio_funnel_equals_phe():
    areas, limits = table_beside("phe_funnel_ratio_inputs"), table_beside("phe_funnel_ratio_limits")
    found = funnel("ratio", areas["obs"], areas["expected"])
    assert found.position.tolist() == positions(areas["significance"])
    for ours, theirs in LIMITS.items():
        drawn = funnel_limits("ratio", limits[f"{theirs}_exp_events"], centre=1)
        np.testing.assert_allclose(
            100 * getattr(drawn, ours), limits[f"{theirs}_limit"], rtol=RTOL_BISECTION
        )


def test_rate_funnel_equals_phe():
    areas = table_beside("phe_funnel_rate_inputs")
    limits = table_beside("phe_funnel_rate_crude_limits")
    found = funnel("rate", areas["count"], areas["pop"])
    assert found.position.tolist() == positions(areas["crude_per_100000_with_0"])
    for ours, theirs in LIMITS.items():
        drawn = funnel_limits(
            "rate", limits[f"{theirs}_population_1_year"], centre=found.limits.centre
        )
        np.testing.assert_allclose(
            1e5 * getattr(drawn, ours), limits[f"{theirs}_limit"], rtol=RTOL_BISECTION
        )


def test_funnel_of_direct_rates_equals_phe():
    areas = table_beside("phe_funnel_rate_inputs")
    areas = areas[areas["count"] >= 10]
    found = funnel("rate", areas["count"], 1e5 * areas["count"] / areas["rate_dsr"])
    assert found.position.tolist() == positions(areas["dsr_per_100000_with_0"])
