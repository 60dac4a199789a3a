"""Standardised difference in cumulative incidence against R survival."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.horizon import difference_at_horizon
from analytics.statistics.time_to_event.standardised import (
    StandardisedDifference,
    standardised_difference,
)
from tests.helpers.oracles import reference
from tests.oracle.time_to_event.datasets import dataset

# Sums of at most 1,800 products, printed by R with 15 digits.
RTOL = 1e-10
R = reference("standardised")
FSP = dataset("fsp_like")
STRATUM = (10 * FSP["neglect"] + FSP["la"]).astype(int)
CLUSTERS = {
    "family_365": FSP["family_id"].astype(int),
    "crossing_365": FSP["child_id"].astype(int) % 300,
    "alone_180": None,
}


def standardised(horizon: int, stratum=STRATUM, cluster=None, **changes) -> StandardisedDifference:
    columns = {"time": FSP["time"], "status": FSP["status"], "treat": FSP["treat"]} | changes
    found = standardised_difference(
        columns["time"],
        columns["status"],
        columns["treat"],
        stratum,
        horizon=horizon,
        cluster=cluster,
    )
    assert isinstance(found, StandardisedDifference)
    return found


@pytest.mark.parametrize("name", CLUSTERS)
def test_shares_and_error_equal_those_of_r(name: str) -> None:
    found = standardised(int(name.split("_")[1]), cluster=CLUSTERS[name])
    expected = R[name]
    assert found.n_strata == R["strata"]
    assert found.treated == pytest.approx(expected["treated"], rel=RTOL)
    assert found.comparison == pytest.approx(expected["comparison"], rel=RTOL)
    assert found.std_error == pytest.approx(expected["std_error"], rel=RTOL)
    assert found.conf_int.high - found.estimate == pytest.approx(
        1.959963984540054 * found.std_error
    )


def test_error_is_near_that_of_leaving_out_one_family_at_a_time() -> None:
    found = standardised(365, cluster=CLUSTERS["family_365"])
    assert found.std_error == pytest.approx(R["jackknife_365"], rel=0.02)


def test_one_stratum_is_the_plain_difference() -> None:
    family = CLUSTERS["family_365"]
    found = standardised(365, np.zeros(len(STRATUM), dtype=int), family)
    plain = difference_at_horizon(
        FSP["time"], FSP["status"], FSP["treat"], estimand="incidence", horizon=365, cluster=family
    )
    assert found.estimate == pytest.approx(plain.estimate, rel=RTOL)
    assert found.std_error == pytest.approx(plain.std_error, rel=RTOL)


def test_strata_without_comparison_are_left_out_and_counted() -> None:
    alone = (STRATUM == 1) & (FSP["treat"] == 0)
    event = np.where(alone, 0, FSP["status"])
    time = np.where(alone, 10, FSP["time"])
    found = standardised(365, time=time, status=event)
    kept = STRATUM != 1
    of_kept = standardised_difference(
        FSP["time"][kept], FSP["status"][kept], FSP["treat"][kept], STRATUM[kept], horizon=365
    )
    assert found.n_compared == found.n_treated - int(((STRATUM == 1) & (FSP["treat"] == 1)).sum())
    assert found.estimate == pytest.approx(of_kept.estimate, rel=RTOL)
    assert found.check.status == "review"
    assert found.check.value == pytest.approx(found.n_compared / found.n_treated)


@pytest.mark.parametrize(
    ("treat", "horizon", "reason"),
    [(FSP["treat"] * 0, 365, "empty_arm"), (FSP["treat"], 9999, "no_overlap")],
)
def test_what_cannot_be_estimated(treat, horizon: int, reason: str) -> None:
    found = standardised_difference(FSP["time"], FSP["status"], treat, STRATUM, horizon=horizon)
    assert isinstance(found, NotEstimable)
    assert found.reason == reason
