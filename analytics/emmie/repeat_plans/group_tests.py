"""Whether groups differ in how many return, and in how fast.

Gray's test takes plans as independent, and siblings are not: the test that is read is that of a
Fine-Gray model with families as clusters, which asks the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from analytics.emmie.repeat_plans.followed import Followed
from analytics.statistics.inputs import FloatArray, StringArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.gray import gray_test
from analytics.statistics.time_to_event.group_tests import GroupTest
from analytics.statistics.time_to_event.hazard_fit import JointTest, joint_test
from analytics.statistics.time_to_event.log_rank import log_rank

TestName = Literal["fine_gray_clustered", "log_rank_clustered", "gray"]
CERTAIN: Final = 0.05
"""A p-value below this is read as more than chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTestFound:
    """One test of all groups.

    Attributes
    ----------
    name : str
        Fine-Gray with families as clusters (how many return), log-rank with families as clusters
        (the rate among those still followed), or Gray's (how many, plans as independent).
    statistic, p_value : float or None
        Chi-squared and its p-value; None where the test cannot be done.
    df : int or None
        Degrees of freedom.
    """

    name: TestName
    statistic: float | None
    df: int | None
    p_value: float | None


def tests_of(followed: Followed, labels: StringArray) -> tuple[GroupTestFound, ...]:
    """Test whether groups differ; the one to be read comes first."""
    return (
        _found("fine_gray_clustered", _fine_gray(followed, labels)),
        _found(
            "log_rank_clustered",
            log_rank(followed.days, followed.event == 1, labels, cluster=followed.family),
        ),
        _found("gray", gray_test(followed.days, followed.event, labels)),
    )


def _fine_gray(followed: Followed, labels: StringArray) -> JointTest | NotEstimable:
    columns = flags_of(labels)
    fit = fit_fine_gray(followed.days, followed.event, columns, cluster=followed.family)
    if isinstance(fit, NotEstimable):
        return fit
    return joint_test(fit, range(columns.shape[1]))


def flags_of(labels: StringArray) -> FloatArray:
    """Return a column of 0 and 1 for each label but the first, in their order."""
    names = np.unique(labels)[1:]
    return np.column_stack([(labels == name).astype(np.float64) for name in names])


def _found(name: TestName, test: JointTest | GroupTest | NotEstimable) -> GroupTestFound:
    if isinstance(test, NotEstimable):
        return GroupTestFound(name=name, statistic=None, df=None, p_value=None)
    return GroupTestFound(name=name, statistic=test.statistic, df=test.df, p_value=test.p_value)
