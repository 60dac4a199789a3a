"""Survival, incidence and restricted means at a horizon, and differences, against R survival."""

import math

import numpy as np
import pytest

from analytics.statistics.time_to_event.horizon import (
    at_horizon,
    at_horizon_from_table,
    difference_at_horizon,
    difference_at_horizon_from_tables,
)
from analytics.statistics.time_to_event.life_table import life_table_from_rows
from tests.helpers.oracles import reference
from tests.oracle.time_to_event.datasets import dataset, lung_with_entry, select

# Products and sums of at most 1,300 factors, printed by R with 15 digits.
RTOL = 1e-10
R = reference("time_to_event")
FSP = dataset("fsp_like")


def close(values: object) -> object:
    return pytest.approx(np.asarray(values, dtype=float), rel=RTOL)


def restricted_mean(rows, horizon, event):
    return at_horizon(rows["time"], event, estimand="restricted_mean_time", horizon=horizon)


def test_restricted_mean_equals_r():
    lung = dataset("lung")
    result = restricted_mean(lung, 365, lung["status"] == 2)
    assert [result.estimate, result.std_error] == close(R["rmst"]["lung_365"])
    for sex, expected in zip((1, 2), R["rmst"]["lung_sex_365"], strict=True):
        rows = select(lung, lung["sex"] == sex)
        result = restricted_mean(rows, 365, rows["status"] == 2)
        assert [result.estimate, result.std_error] == close(expected)


def test_restricted_mean_with_late_entry_equals_r():
    lung = lung_with_entry()
    table = life_table_from_rows(lung["time"], lung["status"] == 2, entry=lung["entry"])
    result = at_horizon_from_table(table, estimand="restricted_mean_time", horizon=365)
    assert [result.estimate, result.std_error] == close(R["rmst"]["lung_late_entry_365"])


def test_difference_of_restricted_means_equals_r():
    veteran = dataset("veteran")
    arms = [select(veteran, veteran["trt"] == arm) for arm in (2, 1)]
    (mean1, se1), (mean2, se2) = R["rmst"]["veteran_200"]
    result = difference_at_horizon_from_tables(
        *(life_table_from_rows(rows["time"], rows["status"]) for rows in arms),
        estimand="restricted_mean_time",
        horizon=200,
    )
    assert [result.estimate, result.std_error] == close([mean2 - mean1, math.hypot(se1, se2)])
    assert result.conf_int.high == close(mean2 - mean1 + 1.959963984540054 * math.hypot(se1, se2))


@pytest.mark.parametrize("cause", [1, 2])
def test_time_lost_equals_r(cause):
    mgus = dataset("mgus2_cr")
    result = at_horizon(
        mgus["etime"], mgus["ev"], estimand="restricted_time_lost", horizon=120, cause=cause
    )
    assert result.estimate == close(R["time_lost"]["mgus_120"][cause][2])


@pytest.mark.parametrize("arm", [0, 1])
@pytest.mark.parametrize("place", range(4))
def test_clustered_survival_equals_r(arm, place):
    rows, expected = select(FSP, FSP["treat"] == arm), R["km_cluster"][arm]
    result = at_horizon(
        rows["time"],
        rows["status"] == 1,
        estimand="survival",
        horizon=expected["time"][place],
        cluster=rows["family_id"],
    )
    found = [result.estimate, result.std_error, result.conf_int.low, result.conf_int.high]
    assert found == close([expected[key][place] for key in ("surv", "std_err", "lower", "upper")])
    assert result.n_at_risk == expected["n_risk"][place]


@pytest.mark.parametrize(
    ("estimand", "key"), [("incidence", "incidence"), ("restricted_time_lost", "time_lost")]
)
@pytest.mark.parametrize("clusters", ["family", "crossing", "alone"])
def test_difference_equals_the_summed_influences_of_r(estimand, key, clusters):
    # Families lie in one group each; the made-up clusters have children in both.
    labels = {"family": FSP["family_id"], "crossing": FSP["child_id"] % 300, "alone": None}
    result = difference_at_horizon(
        FSP["time"],
        FSP["status"],
        FSP["treat"],
        estimand=estimand,
        horizon=365,
        cluster=labels[clusters],
    )
    assert result.std_error == close(R["difference_fsp_365"][key][clusters])


def test_mover_limits_from_the_groups_own():
    result = difference_at_horizon(
        FSP["time"], FSP["status"], FSP["treat"], estimand="incidence", horizon=365
    )
    one, other = result.treated, result.comparison
    below = math.hypot(one.estimate - one.conf_int.low, other.conf_int.high - other.estimate)
    assert result.conf_int.low == close(result.estimate - below)
