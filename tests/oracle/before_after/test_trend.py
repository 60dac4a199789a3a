"""A straight line with autocorrelated errors against R (nlme)."""

import pytest
from scipy.special import stdtrit

from analytics.statistics.before_after.trend import linear_trend
from tests.helpers.oracles import reference

R = reference("trend")
SERIES = ("lake_huron", "nile_13", "nile", "nile_with_gaps")
# nlme and scipy stop where the likelihood is flat to its rounding.
RTOL = 1e-5


@pytest.mark.parametrize("name", SERIES)
def test_slope_error_and_autocorrelation_are_those_of_nlme(name: str) -> None:
    expected = R[name]
    found = linear_trend(expected["y"], expected["t"], level=0.9)
    assert found.slope == pytest.approx(expected["slope"], rel=RTOL)
    assert found.std_error == pytest.approx(expected["se"], rel=RTOL)
    assert found.autocorrelation == pytest.approx(expected["rho"], rel=1e-4)
    half = stdtrit(len(expected["y"]) - 2, 0.95) * expected["se"]
    assert found.conf_int.high - found.slope == pytest.approx(half, rel=RTOL)
