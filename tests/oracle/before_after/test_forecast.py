"""A line with autocorrelated errors carried on, against statsmodels' state space model and R."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtrit

from analytics.errors import InvalidInputError
from analytics.statistics.before_after.forecast import LineForecast, forecast_line
from analytics.statistics.results import NotEstimable
from tests.helpers.oracles import reference

R = reference("trend")
SERIES = ("lake_huron", "nile_13", "nile", "nile_with_gaps")
AHEAD = 8


def forecast(name: str, level: float = 0.95) -> LineForecast:
    found = forecast_line(R[name]["y"], R[name]["t"], ahead=AHEAD, level=level)
    assert isinstance(found, LineForecast)
    return found


@pytest.mark.parametrize("name", SERIES)
def test_predictions_equal_the_kalman_filter_at_the_same_autocorrelation(name: str) -> None:
    """With the line in the state and a diffuse start, the filter allows for its error too."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    found = forecast(name)
    y, t = np.array(R[name]["y"]), np.array(R[name]["t"])
    whole = np.full(t[-1] - t[0] + 1, np.nan)
    whole[t - t[0]] = y
    steps = np.arange(len(whole), dtype=float)
    model = SARIMAX(
        whole,
        np.column_stack([np.ones(len(whole)), steps]),
        order=(1, 0, 0),
        mle_regression=False,
        time_varying_regression=False,
        use_exact_diffuse=True,
    )
    innovation = found.std_dev**2 * (1 - found.autocorrelation**2)
    fitted = model.smooth([found.autocorrelation, innovation])
    later = steps[-1] + np.arange(1, AHEAD + 1)
    coming = fitted.get_forecast(AHEAD, exog=np.column_stack([np.ones(AHEAD), later]))
    expected = [point.expected for point in found.points]
    errors = [point.std_error for point in found.points]
    assert expected == pytest.approx(coming.predicted_mean, rel=1e-6)
    assert errors == pytest.approx(coming.se_mean, rel=1e-6)


@pytest.mark.parametrize("name", SERIES)
def test_line_and_autocorrelation_are_those_of_nlme(name: str) -> None:
    found = forecast(name)
    t = np.array(R[name]["t"])
    slope = (found.fitted[-1] - found.fitted[0]) / (t[-1] - t[0])
    assert slope == pytest.approx(R[name]["slope"], rel=1e-5)
    assert found.autocorrelation == pytest.approx(R[name]["rho"], rel=1e-4)


def test_limits_are_student_t_and_the_periods_follow_on() -> None:
    found = forecast("nile_13", level=0.9)
    assert [point.period for point in found.points] == list(range(33, 33 + AHEAD))
    half = stdtrit(11, 0.95) * found.points[3].std_error
    limits = found.points[3].conf_int
    assert limits.high - limits.low == pytest.approx(2 * half)
    assert limits.method == "prediction_t"


def test_short_or_straight_series_have_no_forecast() -> None:
    short = forecast_line([1.0, 2.0, 2.5, 4.0], range(1, 5), ahead=2)
    straight = forecast_line(np.arange(9.0), range(1, 10), ahead=2)
    assert isinstance(short, NotEstimable)
    assert isinstance(straight, NotEstimable)
    assert (short.reason, straight.reason) == ("too_few_cases", "no_variation")
    assert forecast_line(R["nile_13"]["y"], R["nile_13"]["t"], ahead=1).check.status == "pass"


@pytest.mark.parametrize(
    "given",
    [
        ([1.0, 2.0, 1.0, 3.0, 2.0], [1, 2, 4, 3, 5], 1),
        ([1.0, 2.0, 1.0, 3.0, 2.0], [1, 2, 3, 4, 5], 0),
    ],
)
def test_impossible_input_is_refused(given) -> None:
    y, t, ahead = given
    with pytest.raises(InvalidInputError):
        forecast_line(y, t, ahead=ahead)
