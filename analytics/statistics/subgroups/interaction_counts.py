r"""Whether an effect on a 0/1 outcome differs between subgroups, from counts.

Assumes independent cases; with families use `interaction_cases.interaction_from_cases`. Method
notes: ``docs/methods/estimators/subgroups.md``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import IntArray, critical_z, whole_counts
from analytics.statistics.results import NotEstimable
from analytics.statistics.scores._cumulative_logit import fit_cumulative_logit
from analytics.statistics.subgroups._checks import smallest_arm_check
from analytics.statistics.subgroups.interaction import ForestRow, InteractionResult, q_result
from analytics.statistics.two_groups.proportions import risk_difference
from analytics.statistics.two_groups.ratios import odds_ratio


def interaction_from_counts(
    events_treated: ArrayLike,
    n_treated: ArrayLike,
    events_comparison: ArrayLike,
    n_comparison: ArrayLike,
    *,
    scale: Literal["risk_difference", "odds_ratio"],
    level: float = 0.95,
) -> InteractionResult | NotEstimable:
    r"""Test whether a risk difference, or an odds ratio, is the same in all subgroups.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : array_like of int, shape (s,)
        Cases with the event and cases, by arm and subgroup.
    scale : {"risk_difference", "odds_ratio"}
        Scale on which the effect is the same or not.
    level : float
        Confidence level of the rows, strictly between 0 and 1.

    Returns
    -------
    InteractionResult or NotEstimable
        Reasons: ``"no_cases"``, ``"too_few_cases"`` (fewer than two subgroups that can be tested),
        ``"separation"`` (the common odds ratio is 0 or infinite). Rows: those of
        `two_groups.proportions.risk_difference` and `two_groups.ratios.odds_ratio`.

    Raises
    ------
    InvalidInputError
        If counts contradict each other, lengths differ, or `level` is out of range.

    Notes
    -----
    Risk difference: Cochran's Q with :math:`p(1 - p)/n` variances; a subgroup whose variance is 0
    is not in it. Odds ratio: likelihood ratio of the logistic model with an arm effect per
    subgroup over the one with a common arm effect; a subgroup that lacks an
    arm, or in which nobody or everybody has the event, says nothing and is not in it.

    References
    ----------
    .. [1] Cochran WG (1954), Biometrics 10:101-129.
    .. [2] McCullagh P, Nelder JA (1989), Generalized Linear Models, section 4.4.
    """
    critical_z(level)
    a, n1, c, n0 = _counts(events_treated, n_treated, events_comparison, n_comparison)
    if (n1 + n0).sum() == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    rows = tuple(
        _row(scale, tuple(int(count) for count in cells), level)
        for cells in zip(a, n1, c, n0, strict=True)
    )
    checks = (smallest_arm_check(int(np.minimum(n1, n0).min())),)
    if scale == "risk_difference":
        used = [row for row in rows if isinstance(row, ForestRow) and row.std_error > 0]
        values = np.array([row.estimate for row in used])
        errors = np.array([row.std_error for row in used])
        return q_result(values, errors, rows, scale, checks)
    tested = _likelihood_ratio(a, n1, c, n0)
    if isinstance(tested, NotEstimable):
        return tested
    statistic, df = tested
    return InteractionResult(
        scale=scale,
        rows=rows,
        test="likelihood_ratio",
        statistic=statistic,
        df=df,
        df_denominator=None,
        p_value=float(chdtrc(df, statistic)),
        n_tested=df + 1,
        checks=checks,
    )


def _row(
    scale: Literal["risk_difference", "odds_ratio"], cells: tuple[int, ...], level: float
) -> ForestRow | NotEstimable:
    """Effect in one subgroup; `cells` is events and n of the treated, then of the comparison."""
    contrast = risk_difference if scale == "risk_difference" else odds_ratio
    result = contrast(
        events_treated=cells[0],
        n_treated=cells[1],
        events_comparison=cells[2],
        n_comparison=cells[3],
        level=level,
    )
    if isinstance(result, NotEstimable):
        return result
    return ForestRow(
        estimate=result.estimate,
        std_error=result.std_error,
        conf_int=result.conf_int,
        n_treated=cells[1],
        n_comparison=cells[3],
    )


def _counts(*given: ArrayLike) -> tuple[IntArray, ...]:
    """Check the four columns of counts."""
    arrays = [whole_counts(values, name="counts") for values in given]
    a, n1, c, n0 = arrays
    same = len({len(array) for array in arrays}) == 1
    if not same or (a > n1).any() or (c > n0).any():
        raise InvalidInputError("each subgroup needs 0 <= events <= n in both arms")
    return tuple(array.astype(np.int64) for array in arrays)


def _likelihood_ratio(
    a: IntArray, n1: IntArray, c: IntArray, n0: IntArray
) -> tuple[float, int] | NotEstimable:
    """Statistic and degrees of freedom of the logistic interaction test."""
    events = a + c
    kept = (n1 > 0) & (n0 > 0) & (events > 0) & (events < n1 + n0)
    a, n1, c, n0, events = a[kept], n1[kept], c[kept], n0[kept], events[kept]
    s = len(a)
    if s < 2:
        return NotEstimable(
            reason="too_few_cases", detail="Fewer than two subgroups say anything about the ratio."
        )
    cells = np.concatenate([a, c, n1 - a, n0 - c]).astype(np.float64)
    totals = np.tile(np.concatenate([n1, n0]), 2).astype(np.float64)
    answer = np.repeat([1, 0], 2 * s)
    levels = np.tile(np.eye(s)[:, 1:], (4, 1))
    design = np.column_stack([levels, np.tile(np.repeat([1.0, 0.0], s), 2)])
    held = cells > 0
    fit = fit_cumulative_logit(answer[held], design[held], cells[held], 2)
    if fit is None:
        return NotEstimable(reason="separation", detail="The common odds ratio is 0 or infinite.")
    saturated = float(cells[held] @ np.log(cells[held] / totals[held]))
    return max(0.0, 2 * (saturated - fit.log_likelihood)), s - 1
