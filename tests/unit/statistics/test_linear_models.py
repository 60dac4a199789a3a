"""Linear models given too little, or the wrong thing."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.cluster_robust import cluster_covariance
from analytics.statistics.linear_models import (
    LinearFit,
    fit_linear,
    linear_contrast,
    wald_test,
)
from analytics.statistics.results import NotEstimable

Y = np.array([0.0, 1, 0, 1, 1, 0, 1, 1])
ARM = np.array([0, 0, 0, 0, 1, 1, 1, 1])
X = np.column_stack([np.ones(8), ARM])
FAMILY = np.array([1, 1, 2, 2, 3, 3, 4, 4])


@pytest.mark.parametrize(
    ("outcome", "design", "cluster", "reason"),
    [
        (Y[:0], X[:0], FAMILY[:0], "no_cases"),
        (Y[:2], X[:2], FAMILY[:2], "too_few_cases"),
        (Y, np.column_stack([X, 1 - ARM]), FAMILY, "collinear"),
        (Y, np.column_stack([X, np.zeros(8)]), FAMILY, "collinear"),
        (Y, X, np.ones(8), "too_few_clusters"),
        (ARM, X, FAMILY, "no_variation"),
    ],
)
def test_too_little_is_a_reason(outcome, design, cluster, reason):
    result = fit_linear(outcome, design, cluster=cluster)
    assert isinstance(result, NotEstimable)
    assert result.reason == reason


def test_an_arm_of_one_cluster_has_no_cr2_variance():
    fit = fit_linear(Y, X, cluster=np.where(ARM == 1, 9, FAMILY))
    contrast = linear_contrast(fit, (0, 1))
    assert isinstance(contrast, NotEstimable)
    assert contrast.reason == "too_few_clusters"


def test_more_terms_than_clusters_can_carry():
    columns = np.column_stack([X, np.arange(8) % 2, np.arange(8) % 3])
    fit = fit_linear(Y, columns, cluster=[1, 1, 2, 2, 2, 3, 3, 3])
    joint = wald_test(fit, np.eye(4)[1:])
    assert isinstance(joint, NotEstimable)
    assert joint.reason == "too_few_clusters"


@pytest.mark.parametrize(
    "arguments",
    [
        {"outcome": [0, 1, np.nan, 1, 1, 0, 1, 1]},
        {"design": X[:5]},
        {"design": ARM},
        {"weights": np.zeros(8)},
        {"cluster": None},
        {"cluster": FAMILY, "vcov_type": "HC1"},
        {"cluster": FAMILY, "second_cluster": ARM},
        {"cluster": FAMILY[:3]},
        {"cluster": None, "vcov_type": "HC3"},
        {"vcov_type": "CR3"},
    ],
)
def test_malformed_input_is_an_error(arguments):
    given = {"outcome": Y, "design": X, "cluster": FAMILY} | arguments
    with pytest.raises(InvalidInputError):
        fit_linear(given.pop("outcome"), given.pop("design"), **given)


def test_an_unknown_kind_of_covariance_is_an_error():
    with pytest.raises(InvalidInputError, match="kind"):
        cluster_covariance(X, Y - 0.5, FAMILY - 1, kind="HC9")


def test_a_contrast_or_test_of_other_length_is_an_error():
    fit = fit_linear(Y, X, cluster=FAMILY)
    assert isinstance(fit, LinearFit)
    with pytest.raises(InvalidInputError):
        linear_contrast(fit, (0, 1, 0))
    with pytest.raises(InvalidInputError):
        wald_test(fit, np.eye(3))


def test_a_joint_test_of_one_cluster_a_group_has_no_variance():
    groups = np.repeat(np.arange(4), 4)
    columns = np.column_stack([groups == g for g in range(4)]).astype(float)
    fit = fit_linear(np.tile([0.0, 1, 1, 0.3], 4) + groups, columns, cluster=groups)
    joint = wald_test(fit, np.eye(4)[1:])
    assert isinstance(joint, NotEstimable)
    assert joint.reason == "too_few_clusters"
