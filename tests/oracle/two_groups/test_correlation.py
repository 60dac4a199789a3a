"""Phi and its cluster-robust standard error against R: survey and clubSandwich."""

import numpy as np
import pytest
from scipy import stats

from analytics.statistics.results import NotEstimable
from analytics.statistics.two_groups.correlation import binary_correlation
from tests.helpers.oracles import reference, reference_data

RTOL = 1e-10
FSP = reference_data("fsp_like")
SCENES = reference("correlation")


def scene(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = FSP
    if name == "few":
        families = list(dict.fromkeys(FSP["family_id"]))[:16]
        rows = FSP[np.isin(FSP["family_id"], families)]
    cluster = np.arange(len(rows)) if name == "independent" else rows["family_id"]
    return rows["treat"], rows["outcome"], cluster


@pytest.mark.parametrize("name", SCENES)
def test_phi_and_its_error_equal_survey(name: str) -> None:
    result = binary_correlation(*scene(name), vcov_type="CR1")
    assert result.estimate == pytest.approx(SCENES[name]["correlation"], rel=RTOL)
    assert result.estimate == pytest.approx(SCENES[name]["phi"], rel=RTOL)
    assert result.std_error == pytest.approx(SCENES[name]["survey"], rel=RTOL)


@pytest.mark.parametrize("name", SCENES)
def test_few_families_equal_clubsandwich(name: str) -> None:
    result = binary_correlation(*scene(name))
    assert result.std_error == pytest.approx(SCENES[name]["CR2"], rel=RTOL)
    assert result.df == pytest.approx(SCENES[name]["df"], rel=1e-8)


def test_interval_is_fishers_with_student_t() -> None:
    result = binary_correlation(*scene("all"), level=0.9)
    z = np.arctanh(result.estimate)
    half = stats.t.ppf(0.95, result.df) * result.std_error / (1 - result.estimate**2)
    assert result.conf_int.low == pytest.approx(np.tanh(z - half), rel=1e-9)
    assert result.conf_int.high == pytest.approx(np.tanh(z + half), rel=1e-9)
    expected = 2 * stats.t.sf(abs(z) / half * stats.t.ppf(0.95, result.df), result.df)
    assert result.p_value == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [], "no_cases"),
        ([1, 1, 1, 1], [0, 1, 0, 1], "no_variation"),
        ([0, 1, 0, 1], [0, 1, 0, 1], "no_variation"),
    ],
)
def test_nothing_to_correlate(first: list[int], second: list[int], reason: str) -> None:
    found = binary_correlation(first, second, range(len(first)))
    assert isinstance(found, NotEstimable)
    assert found.reason == reason


def test_one_family_alone_says_nothing_of_chance() -> None:
    found = binary_correlation([0, 1, 0, 1], [0, 1, 1, 0], [1, 1, 1, 1])
    assert isinstance(found, NotEstimable)


def test_swapping_the_features_changes_nothing() -> None:
    first, second, family = scene("all")
    one, other = (
        binary_correlation(first, second, family),
        binary_correlation(second, first, family),
    )
    assert one.estimate == pytest.approx(other.estimate)
    assert one.std_error == pytest.approx(other.std_error)
