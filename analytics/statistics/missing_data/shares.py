r"""How much is missing, of which variable, in which arm, and what is missing together.

Method notes: ``docs/methods/estimators/missing_data.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import binary_vector, check_counts
from analytics.statistics.results import HealthCheck, NotEstimable, Status
from analytics.statistics.two_groups.proportions import RiskDifferenceResult, risk_difference

_LITTLE, _MUCH = 0.05, 0.20
_MEANING_SHARE: dict[Status, str] = {
    "pass": "So little is missing that it can hardly change the answer.",
    "review": "Enough is missing to change the answer: compare with imputation and bounds.",
    "fail": "So much is missing that the answer rests on why it is missing.",
}
_MEANING_DIFFERENCE: dict[Status, str] = {
    "pass": "About as much is missing in one arm as in the other.",
    "review": "More is missing in one arm; it could be chance.",
    "fail": "More is missing in one arm than chance explains.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPattern:
    """Cases that lack exactly the same variables.

    Attributes
    ----------
    variables : tuple of str
        Names of what is missing; empty for complete cases.
    n_treated, n_comparison : int
        Cases by arm.
    """

    variables: tuple[str, ...]
    n_treated: int
    n_comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingShare:
    """Share of one variable that is missing, by arm.

    Attributes
    ----------
    name : str
        Variable.
    share : float
        Share of all cases that lack it, in [0, 1].
    difference : RiskDifferenceResult
        Shares by arm and their difference, treated minus comparison, with its interval.
    checks : tuple of HealthCheck
        ``"missing_share"`` and ``"missing_difference"``.
    """

    name: str
    share: float
    difference: RiskDifferenceResult
    checks: tuple[HealthCheck, HealthCheck]


def missing_patterns(
    is_missing: ArrayLike, treated: ArrayLike, *, names: Sequence[str]
) -> tuple[MissingPattern, ...]:
    """Count the combinations of variables that are missing together, by arm.

    Parameters
    ----------
    is_missing : array_like of bool or 0/1, shape (n, k)
        Whether each value is missing.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    names : sequence of str, length k
        Names of the variables, each one once.

    Returns
    -------
    tuple of MissingPattern
        The most frequent first.

    Raises
    ------
    InvalidInputError
        If shapes differ, a name appears twice, or a flag isn't 0 or 1.
    """
    arm = binary_vector(treated, name="treated")
    flags = np.asarray(is_missing)
    if flags.shape != (len(arm), len(names)) or len(set(names)) != len(names):
        raise InvalidInputError("is_missing must have one row per unit and one column per name")
    mask = binary_vector(flags.ravel(), name="is_missing").reshape(flags.shape)
    rows, codes = np.unique(mask, axis=0, return_inverse=True)
    treated_counts = np.bincount(codes.ravel()[arm], minlength=len(rows))
    comparison_counts = np.bincount(codes.ravel()[~arm], minlength=len(rows))
    found = [
        MissingPattern(
            variables=tuple(name for name, absent in zip(names, row, strict=True) if absent),
            n_treated=int(n1),
            n_comparison=int(n0),
        )
        for row, n1, n0 in zip(rows, treated_counts, comparison_counts, strict=True)
    ]
    return tuple(sorted(found, key=lambda p: (-p.n_treated - p.n_comparison, p.variables)))


def missing_shares(
    patterns: Iterable[MissingPattern], *, names: Sequence[str], level: float = 0.95
) -> tuple[MissingShare, ...] | NotEstimable:
    """Share missing of each variable, from the counts of patterns.

    Parameters
    ----------
    patterns : iterable of MissingPattern
        All of them, complete cases included.
    names : sequence of str
        Variables to report.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    tuple of MissingShare or NotEstimable
        One per name. Reasons ``"no_cases"``, ``"empty_arm"``.

    Raises
    ------
    InvalidInputError
        If a count is below 0 or `level` is out of range.
    """
    everything = tuple(patterns)
    found = []
    for name in names:
        absent = [pattern for pattern in everything if name in pattern.variables]
        share = missing_share(
            name=name,
            missing_treated=sum(pattern.n_treated for pattern in absent),
            n_treated=sum(pattern.n_treated for pattern in everything),
            missing_comparison=sum(pattern.n_comparison for pattern in absent),
            n_comparison=sum(pattern.n_comparison for pattern in everything),
            level=level,
        )
        if isinstance(share, NotEstimable):
            return share
        found.append(share)
    return tuple(found)


def missing_share(
    *,
    name: str,
    missing_treated: int,
    n_treated: int,
    missing_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> MissingShare | NotEstimable:
    """Judge the share of one variable that is missing, and its difference between the arms.

    Parameters
    ----------
    name : str
        Variable.
    missing_treated, n_treated, missing_comparison, n_comparison : int
        Cases that lack it and cases, by arm; ``0 <= missing <= n``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    MissingShare or NotEstimable
        Reasons ``"no_cases"``, ``"empty_arm"``. Share: *pass* up to 5 %, *review* up to 20 %.
        Difference: *pass* below 5 percentage points, otherwise *fail* when its interval excludes 0.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    References
    ----------
    .. [1] Schulz KF, Grimes DA (2002), Lancet 359:781-785 (5 % and 20 %).
    .. [2] Newcombe RG (1998), Statistics in Medicine 17:873-890, method 10 (the interval).
    """
    check_counts(missing_treated, n_treated, arm=" of the treated arm")
    check_counts(missing_comparison, n_comparison, arm=" of the comparison arm")
    difference = risk_difference(
        events_treated=missing_treated,
        n_treated=n_treated,
        events_comparison=missing_comparison,
        n_comparison=n_comparison,
        level=level,
    )
    if isinstance(difference, NotEstimable):
        return difference
    share = (missing_treated + missing_comparison) / (n_treated + n_comparison)
    return MissingShare(
        name=name,
        share=share,
        difference=difference,
        checks=(_share_check(share), _difference_check(difference)),
    )


def _share_check(share: float) -> HealthCheck:
    status: Status = "pass" if share <= _LITTLE else "review" if share <= _MUCH else "fail"
    return HealthCheck(
        name="missing_share",
        value=share,
        threshold=_LITTLE,
        status=status,
        meaning=_MEANING_SHARE[status],
        source="Schulz and Grimes 2002, Lancet 359:781-785: 5 % and 20 %",
    )


def _difference_check(difference: RiskDifferenceResult) -> HealthCheck:
    interval = difference.conf_int
    if abs(difference.estimate) < _LITTLE:
        status: Status = "pass"
    else:
        status = "review" if interval.low <= 0 <= interval.high else "fail"
    return HealthCheck(
        name="missing_difference",
        value=difference.estimate,
        threshold=_LITTLE,
        status=status,
        meaning=_MEANING_DIFFERENCE[status],
        source="our own rule: 5 percentage points",
    )
