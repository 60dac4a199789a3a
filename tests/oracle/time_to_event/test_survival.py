"""Kaplan-Meier and Aalen-Johansen against R survival; the clustered error against a jackknife."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta

from analytics.statistics.time_to_event._jackknife import (
    clustered_variance,
    incidence_variance,
    influence_parts,
)
from analytics.statistics.time_to_event._limits import log_log_limits, zero_limit
from analytics.statistics.time_to_event.actuarial import actuarial_table
from analytics.statistics.time_to_event.life_table import life_table, life_table_from_rows
from analytics.statistics.time_to_event.survival import (
    CumulativeIncidenceCurve,
    clustered_kaplan_meier,
    cumulative_incidence,
    cumulative_incidence_from_table,
    incidence_at,
    kaplan_meier,
    kaplan_meier_from_table,
    median_duration,
    median_interval,
    survival_at,
)
from tests.helpers.oracles import reference
from tests.oracle.time_to_event.datasets import dataset, lung_with_entry, select

# Products of at most 3,650 factors, printed by R with 15 digits.
RTOL = 1e-10
# The published clustered standard error is printed to six decimals.
ATOL_PRINTED = 5e-7
# Central difference in a case weight with step 1e-5: truncation 1e-10, rounding 1e-11.
RTOL_NUMERICAL = 1e-6

REFERENCE = Path(__file__).parents[1] / "reference"
ORACLE = json.loads((REFERENCE / "survival.json").read_text(encoding="utf-8"))
FSP = np.genfromtxt(REFERENCE / "data" / "fsp_like.csv", delimiter=",", names=True)
LUNG = np.genfromtxt(
    REFERENCE / "data" / "lung.csv", delimiter=",", skip_header=1, usecols=(1, 2, 4)
)
MGUS = np.genfromtxt(
    REFERENCE / "data" / "mgus2_cr.csv",
    delimiter=",",
    skip_header=1,
    usecols=(2, 11, 13),
    dtype=str,
)
MGUS_SEX = np.char.strip(MGUS[:, 0], '"')
MGUS_TIME, MGUS_EVENT = MGUS[:, 1].astype(float), MGUS[:, 2].astype(int)


def close(values: object) -> object:
    return pytest.approx(np.asarray(values, dtype=float), rel=RTOL)


def aalen_johansen(duration, event, **options) -> CumulativeIncidenceCurve:
    curve = cumulative_incidence(duration, event, **options)
    assert isinstance(curve, CumulativeIncidenceCurve)
    return curve


def family_curve(arm: int, cause: int) -> CumulativeIncidenceCurve:
    rows = FSP[FSP["treat"] == arm]
    return aalen_johansen(rows["time"], rows["status"], cause=cause, cluster=rows["family_id"])


def test_kaplan_meier_equals_r_on_lung():
    curve = kaplan_meier(LUNG[:, 0], LUNG[:, 1] == 2)
    step, expected = curve.n_events > 0, ORACLE["lung"]
    assert curve.time[step].tolist() == expected["curve"]["time"]
    assert curve.n_at_risk[step].tolist() == expected["curve"]["n_risk"]
    assert curve.n_events[step].tolist() == expected["curve"]["n_event"]
    assert curve.survival_probability[step] == close(expected["curve"]["surv"])
    assert curve.std_error[step] == close(expected["curve"]["std_err"])
    assert curve.conf_low[step] == close(expected["loglog"]["lower"])
    assert curve.conf_high[step] == close(expected["loglog"]["upper"])
    assert median_duration(curve) == expected["median"]


@pytest.mark.parametrize("sex", [1, 2])
def test_median_by_sex_equals_r(sex):
    rows = LUNG[LUNG[:, 2] == sex]
    assert (
        median_duration(kaplan_meier(rows[:, 0], rows[:, 1] == 2))
        == (ORACLE["lung_sex_median"][f"sex={sex}"])
    )


@pytest.mark.parametrize("arm", [0, 1])
def test_kaplan_meier_equals_r_on_fsp_like(arm):
    expected = ORACLE["fsp_like_km_at"]
    part = slice(4 * arm, 4 * arm + 4)
    rows = FSP[FSP["treat"] == arm]
    reading = survival_at(kaplan_meier(rows["time"], rows["status"] == 1), expected["time"][part])
    assert reading.estimate == close(expected["surv"][part])
    assert reading.std_error == close(expected["std_err"][part])


@pytest.mark.parametrize("cause", [1, 2])
def test_aalen_johansen_equals_r_on_mgus2(cause):
    expected = ORACLE["mgus2_aj_all"]
    reading = incidence_at(aalen_johansen(MGUS_TIME, MGUS_EVENT, cause=cause), expected["time"])
    assert reading.estimate == close([row[cause] for row in expected["pstate"]])
    assert reading.std_error == close([row[cause] for row in expected["std_err"]])
    assert reading.n_at_risk.tolist() == expected["n_risk"]


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize(("sex", "part"), [("F", slice(0, 4)), ("M", slice(4, 8))])
def test_aalen_johansen_equals_r_on_mgus2_by_sex(sex, part, cause):
    expected, rows = ORACLE["mgus2_aj_sex"], sex == MGUS_SEX
    curve = aalen_johansen(MGUS_TIME[rows], MGUS_EVENT[rows], cause=cause)
    reading = incidence_at(curve, expected["time"][part])
    assert reading.estimate == close([row[cause] for row in expected["pstate"][part]])
    assert reading.std_error == close([row[cause] for row in expected["std_err"][part]])
    assert reading.n_at_risk.tolist() == expected["n_risk"][part]


def test_event_free_equals_r_on_mgus2():
    expected = ORACLE["mgus2_aj_all"]
    curve = aalen_johansen(MGUS_TIME, MGUS_EVENT)
    last = [int(np.flatnonzero(curve.time <= time)[-1]) for time in expected["time"]]
    assert curve.event_free[last] == close([row[0] for row in expected["pstate"]])


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("arm", [0, 1])
def test_family_clustered_estimates_equal_r(arm, cause):
    expected = ORACLE["fsp_like_aj"]
    part = slice(4 * arm, 4 * arm + 4)
    reading = incidence_at(family_curve(arm, cause), expected["time"][part])
    assert reading.estimate == close([row[cause] for row in expected["pstate"][part]])


def test_family_clustered_error_equals_survival_3_8_6():
    expected = ORACLE["fsp_like_clustered_se"]
    reading = incidence_at(family_curve(0, 1), [365])
    assert reading.std_error[0] == pytest.approx(expected["value"], abs=ATOL_PRINTED)
    rows = FSP[FSP["treat"] == 0]
    alone = incidence_at(aalen_johansen(rows["time"], rows["status"]), [365])
    assert alone.std_error[0] == pytest.approx(
        expected["unclustered_survival_3.5-3"], abs=ATOL_PRINTED
    )


def test_clustered_error_equals_a_numerical_infinitesimal_jackknife():
    rows = FSP[FSP["treat"] == 0]
    families, code = np.unique(rows["family_id"], return_inverse=True)
    step, times = 1e-5, (90, 365, 730)
    squares = np.zeros(len(times))
    for family in range(len(families)):
        up, down = (
            _weighted_incidence(rows, 1 + sign * step * (code == family), times) for sign in (1, -1)
        )
        squares += ((up - down) / (2 * step)) ** 2
    reading = incidence_at(family_curve(0, 1), times)
    assert reading.std_error == pytest.approx(np.sqrt(squares), rel=RTOL_NUMERICAL)


def _weighted_incidence(rows: np.ndarray, weight: np.ndarray, times: tuple[int, ...]) -> np.ndarray:
    """Aalen-Johansen of cause 1 with case weights, straight from the definition."""
    days, step = np.unique(rows["time"], return_inverse=True)
    leaving = np.bincount(step, weights=weight)
    at_risk = leaving[::-1].cumsum()[::-1]
    events = np.bincount(step, weights=weight * (rows["status"] > 0))
    repeats = np.bincount(step, weights=weight * (rows["status"] == 1))
    someone = np.where(at_risk > 0, at_risk, 1.0)  # leaving a family out may empty the last day
    event_free = np.cumprod(1 - events / someone)
    incidence = np.cumsum(np.concatenate(([1.0], event_free[:-1])) * repeats / someone)
    return incidence[np.searchsorted(days, times, side="right") - 1]


def test_delete_one_family_jackknife_is_close():
    # A second, cruder road: agrees to the order 1/G, G = 681 families.
    rows = FSP[FSP["treat"] == 0]
    families = np.unique(rows["family_id"])
    left_out = np.array(
        [
            _weighted_incidence(rows, 1.0 * (rows["family_id"] != family), (365,))[0]
            for family in families
        ]
    )
    g = len(families)
    jackknife = np.sqrt((g - 1) / g * ((left_out - left_out.mean()) ** 2).sum())
    assert incidence_at(family_curve(0, 1), [365]).std_error[0] == pytest.approx(
        jackknife, rel=5e-3
    )


def test_naive_kaplan_meier_overstates_on_mgus2():
    times = ORACLE["mgus2_aj_all"]["time"]
    naive = 1 - survival_at(kaplan_meier(MGUS_TIME, MGUS_EVENT == 1), times).estimate
    assert naive == close(ORACLE["mgus2_naive_1_minus_km"])
    assert (naive > incidence_at(aalen_johansen(MGUS_TIME, MGUS_EVENT), times).estimate).all()


def test_naive_kaplan_meier_overstates_repeat_plans():
    rows = FSP[FSP["treat"] == 0]
    naive = 1 - survival_at(kaplan_meier(rows["time"], rows["status"] == 1), [730]).estimate[0]
    assert naive == pytest.approx(0.781, abs=5e-4)
    assert incidence_at(family_curve(0, 1), [730]).estimate[0] == pytest.approx(0.643, abs=5e-4)


R = reference("time_to_event")


@pytest.mark.parametrize("arm", [0, 1])
def test_family_clustered_kaplan_meier_equals_r(arm):
    rows, expected = FSP[FSP["treat"] == arm], R["km_cluster"][arm]
    curve = clustered_kaplan_meier(rows["time"], rows["status"] == 1, rows["family_id"])
    reading = survival_at(curve, expected["time"])
    assert reading.estimate == close(expected["surv"])
    assert reading.std_error == close(expected["std_err"])
    assert reading.conf_low == close(expected["lower"])
    assert reading.conf_high == close(expected["upper"])


@pytest.mark.parametrize("name", ["lung", "sex1", "sex2", "veteran"])
def test_median_and_its_interval_equal_r(name):
    rows = dataset("veteran" if name == "veteran" else "lung")
    if name.startswith("sex"):
        rows = select(rows, rows["sex"] == int(name[-1]))
    curve = kaplan_meier(rows["time"], rows["status"] == rows["status"].max())
    interval = median_interval(curve)
    assert [median_duration(curve), interval.low, interval.high] == R["median_log_log"][name]


def test_late_entry_equals_r():
    lung, expected = lung_with_entry(), R["km_late_entry"]
    table = life_table_from_rows(lung["time"], lung["status"] == 2, entry=lung["entry"])
    reading = survival_at(kaplan_meier_from_table(table), expected["time"])
    assert reading.estimate == close(expected["surv"])
    assert reading.std_error == close(expected["std_err"])
    assert reading.conf_low == close(expected["lower"])
    assert reading.n_at_risk.tolist() == expected["n_risk"]


def test_counts_by_day_give_what_rows_give():
    days, step = np.unique(MGUS_TIME, return_inverse=True)
    censored, first, second = (np.bincount(step, code == MGUS_EVENT) for code in (0, 1, 2))
    table = life_table(days, n_events=[first, second], n_censored=censored)
    expected = ORACLE["mgus2_aj_all"]
    for cause in (1, 2):
        curve = cumulative_incidence_from_table(table, cause=cause)
        reading = incidence_at(curve, expected["time"])
        assert reading.estimate == close([row[cause] for row in expected["pstate"]])
        assert reading.std_error == close([row[cause] for row in expected["std_err"]])


def test_variance_from_counts_equals_the_jackknife_over_units():
    table = life_table_from_rows(MGUS_TIME, MGUS_EVENT)
    counts = (table.n_any_event, table.events_of(1), table.n_at_risk)
    incidence = table.incidence_of(1)
    step = np.searchsorted(table.time, MGUS_TIME)
    parts = influence_parts(step, MGUS_EVENT, 1, counts, table.entering, incidence)
    by_unit = clustered_variance(step, np.arange(len(step)), parts, incidence)
    from_counts = incidence_variance(counts, table.entering, incidence)
    assert from_counts == pytest.approx(by_unit, rel=1e-8)  # sums of squares that cancel


def test_actuarial_table_equals_weighted_kaplan_meier_in_r():
    lung, expected = dataset("lung"), R["actuarial"]
    table = actuarial_table(life_table_from_rows(lung["time"], lung["status"] == 2), width=90)
    at = expected["interval"]
    assert table.n_effective[at] == close(expected["effective"])
    assert table.n_events[at].tolist() == expected["events"]
    assert table.survival_probability[at] == close(expected["surv"])
    assert table.std_error[at] == close(expected["std_err"])


def test_limits_at_and_inside_the_ends():
    assert zero_limit(20, 0.95) == pytest.approx(beta.ppf(0.975, 1, 20))
    low, high = log_log_limits(np.array([1.0, 0.9]), np.array([0.0, 0.05]), np.array([20, 20]), 0.9)
    assert (low[0], high[0]) == (0, pytest.approx(beta.ppf(0.95, 1, 20)))
    shift = 1.6448536269514722 * 0.05 / (0.9 * -np.log(0.9))
    assert [low[1], high[1]] == pytest.approx([1 - 0.9 ** np.exp(-shift), 1 - 0.9 ** np.exp(shift)])
