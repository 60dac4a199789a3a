r"""Themes in what people said: how many people of each role raised them.

Counts people, not sentences. Assumes that people spoke for themselves; a group interview is one
voice. Method notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray, critical_z
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.scores._counts import count_array
from analytics.statistics.two_groups.proportions import wilson_interval

FEW_PEOPLE = 10
SMALL_EXPECTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleShare:
    """People of one role who raised a theme.

    Attributes
    ----------
    mentions : int
        Distinct people of the role who raised it.
    asked : int
        People of the role who were asked.
    share : float
        In [0, 1].
    conf_int : Interval
        Wilson; method ``"wilson_bonferroni"`` when the roles' intervals hold together.
    """

    mentions: int
    asked: int
    share: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeShares:
    """One theme by role.

    Attributes
    ----------
    roles : tuple of (RoleShare or NotEstimable)
        In the order given; ``"no_cases"`` for a role of which nobody was asked.
    statistic : float or None
        Pearson's chi-squared that the roles' shares are equal, over the roles asked; None when
        fewer than two were, or when nobody or everybody raised the theme.
    df : int or None
        Roles asked minus 1.
    p_value : float or None
        In [0, 1].
    checks : tuple of HealthCheck
        ``"smallest_role"`` and ``"smallest_expected_count"``.
    """

    roles: tuple[RoleShare | NotEstimable, ...]
    statistic: float | None
    df: int | None
    p_value: float | None
    checks: tuple[HealthCheck, ...]


def theme_shares(
    mentions: ArrayLike, asked: ArrayLike, *, simultaneous: bool = False, level: float = 0.95
) -> ThemeShares | NotEstimable:
    r"""Share of people of each role who raised a theme, and whether roles differ.

    Parameters
    ----------
    mentions : array_like of int, shape (n_roles,)
        Distinct people who raised the theme.
    asked : array_like of int, shape (n_roles,)
        People asked.
    simultaneous : bool
        Whether the roles' intervals shall hold together (Bonferroni over roles asked).
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ThemeShares or NotEstimable
        Reason ``"no_cases"`` when nobody was asked.

    Raises
    ------
    InvalidInputError
        If counts are not whole numbers from 0, more people raised it than were asked, lengths
        differ, or `level` is out of range.

    Notes
    -----
    :math:`X^2 = \sum_r (a_r - m_r \bar p)^2 / (m_r \bar p(1 - \bar p))`.

    References
    ----------
    .. [1] Newcombe RG (1998), Statistics in Medicine 17:857-872, method 3 (Wilson).
    .. [2] Cochran WG (1954), Biometrics 10:417-451 (expected counts of 5).
    """
    critical_z(level)
    a = count_array(mentions, name="mentions", ndim=1)
    m = count_array(asked, name="asked", ndim=1)
    if len(a) != len(m) or (a > m).any():
        raise InvalidInputError("each role needs 0 <= mentions <= asked")
    n_asked = int(np.count_nonzero(m))
    if n_asked == 0:
        return NotEstimable(reason="no_cases", detail="Nobody was asked.")
    k = n_asked if simultaneous else 1
    statistic, expected = _chi_squared(a[m > 0], m[m > 0])
    return ThemeShares(
        roles=tuple(_role(int(x), int(n), k, level) for x, n in zip(a, m, strict=True)),
        statistic=statistic,
        df=None if statistic is None else n_asked - 1,
        p_value=None if statistic is None else float(chdtrc(n_asked - 1, statistic)),
        checks=_checks(int(m[m > 0].min()), expected),
    )


def count_themes(
    people: Sequence[Hashable],
    roles: Sequence[Hashable],
    said_by: Sequence[Hashable],
    said: Sequence[Hashable],
    *,
    role_order: Sequence[Hashable],
    theme_order: Sequence[Hashable],
) -> tuple[IntArray, IntArray]:
    """Count distinct people by role and theme.

    Parameters
    ----------
    people, roles : sequence, length n
        Everyone asked, once each, and their roles.
    said_by, said : sequence, length s
        Who raised which theme, in any number of passages.
    role_order, theme_order : sequence
        Roles and themes to count, in the order wanted.

    Returns
    -------
    mentions : ndarray of int, shape (n_themes, n_roles)
        Distinct people.
    asked : ndarray of int, shape (n_roles,)
        People asked.

    Raises
    ------
    InvalidInputError
        If someone is listed twice, or a speaker, role or theme is not listed.
    """
    role_of = dict(zip(people, roles, strict=True))
    if len(role_of) != len(people):
        raise InvalidInputError("each person asked must be listed once")
    row = {theme: i for i, theme in enumerate(theme_order)}
    column = {role: j for j, role in enumerate(role_order)}
    asked = np.zeros(len(column), dtype=np.int64)
    mentions = np.zeros((len(row), len(column)), dtype=np.int64)
    try:
        for role in role_of.values():
            asked[column[role]] += 1
        for person, theme in set(zip(said_by, said, strict=True)):
            mentions[row[theme], column[role_of[person]]] += 1
    except KeyError:
        raise InvalidInputError("a speaker, role or theme is not among those listed") from None
    return mentions, asked


def _role(mentions: int, asked: int, k: int, level: float) -> RoleShare | NotEstimable:
    """Share with Wilson's interval, at a level raised for `k` intervals that hold together."""
    if asked == 0:
        return NotEstimable(reason="no_cases", detail="Nobody of this role was asked.")
    interval = wilson_interval(mentions, asked, level=1 - (1 - level) / k)
    if k > 1:
        interval = Interval(
            low=interval.low, high=interval.high, level=level, method="wilson_bonferroni"
        )
    return RoleShare(mentions=mentions, asked=asked, share=mentions / asked, conf_int=interval)


def _chi_squared(a: IntArray, m: IntArray) -> tuple[float | None, float | None]:
    """Pearson's statistic and the smallest expected count; None without a comparison."""
    share = float(a.sum() / m.sum())
    if len(a) < 2 or share in {0.0, 1.0}:
        return None, None
    statistic = float(((a - m * share) ** 2 / (m * share * (1 - share))).sum())
    return statistic, float(m.min()) * min(share, 1 - share)


def _checks(smallest: int, expected: float | None) -> tuple[HealthCheck, ...]:
    """Judge whether the roles are large enough to show and to compare."""
    return (
        HealthCheck(
            name="smallest_role",
            value=smallest,
            threshold=FEW_PEOPLE,
            status="pass" if smallest >= FEW_PEOPLE else "review",
            meaning="People asked in the smallest role; with few, read its interval first.",
            source="Our own rule (docs/methods/estimators/scores.md)",
        ),
        HealthCheck(
            name="smallest_expected_count",
            value=expected,
            threshold=SMALL_EXPECTED,
            status="pass" if expected is not None and expected >= SMALL_EXPECTED else "review",
            meaning="Smallest count expected if roles were alike; below 5 the test is rough.",
            source="Cochran 1954, Biometrics 10:417-451",
        ),
    )
