"""What knowing more would be worth.

Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.economics._draws import draw_matrix
from analytics.statistics.economics.discounting import (
    GREEN_BOOK,
    DiscountSchedule,
    discount_factors,
)
from analytics.statistics.inputs import FloatArray, float_vector
from analytics.statistics.results import NotEstimable

# Eight coefficients: enough for a smooth curve through the noise of thousands of draws, too few
# to follow the noise.
_INNER_KNOTS = 4
_MAX_GROUPS = 8
_MIN_DRAWS = 200


def partial_perfect_information(
    net_benefits: ArrayLike, parameter: ArrayLike
) -> float | NotEstimable:
    r"""Estimate the value per person of knowing one input exactly (EVPPI).

    Parameters
    ----------
    net_benefits : array_like of float, shape (n_draws, n_strategies)
        Drawn net benefit of each strategy, doing nothing included. Complete.
    parameter : array_like of float, shape (n_draws,)
        Drawn value of the input in the same draws. Complete.

    Returns
    -------
    float or NotEstimable
        In pounds, 0 or more; 0 for an input that doesn't vary. Reason ``"too_few_cases"`` below
        200 draws.

    Raises
    ------
    InvalidInputError
        If shapes disagree, or a value is missing.

    Notes
    -----
    .. math:: E_\phi[\max_d E(B_d \mid \phi)] - \max_d E[B_d]

    The inner expectation is a regression of each net benefit on a cubic spline of the input with
    four inner knots at quantiles; group means when the input has at most eight values. With few
    draws the estimate is a little too high, because the largest fit is taken.

    References
    ----------
    .. [1] Strong M, Oakley JE, Brennan A (2014), Medical Decision Making 34:311-326.
    """
    net = draw_matrix(net_benefits, "net_benefits")
    value = float_vector(parameter, name="parameter", length=len(net))
    if len(net) < _MIN_DRAWS:
        return NotEstimable(reason="too_few_cases", detail="There are fewer than 200 draws.")
    distinct, group = np.unique(value, return_inverse=True)
    few = len(distinct) <= _MAX_GROUPS
    basis = np.eye(len(distinct))[group] if few else _spline_basis(value)
    fitted = basis @ np.linalg.lstsq(basis, net - net.mean(axis=0), rcond=None)[0]
    expected = fitted + net.mean(axis=0)
    return max(0.0, float(expected.max(axis=1).mean() - expected.mean(axis=0).max()))


def _spline_basis(value: FloatArray) -> FloatArray:
    """Powers of the scaled input, and cubes of what exceeds each inner knot; shape (n, 8)."""
    scaled = (value - value.mean()) / value.std()
    knots = np.quantile(scaled, np.linspace(0, 1, _INNER_KNOTS + 2)[1:-1])
    powers = scaled[:, None] ** np.arange(4)
    return np.column_stack([powers, np.maximum(scaled[:, None] - knots, 0) ** 3])


def population_information(
    per_person: float,
    *,
    people_per_year: float,
    n_years: int,
    schedule: DiscountSchedule = GREEN_BOOK,
) -> float:
    """Value of information for everyone whom the decision concerns.

    Parameters
    ----------
    per_person : float
        Value per person (EVPI or EVPPI), 0 or more.
    people_per_year : float
        People the decision concerns each year, 0 or more.
    n_years : int
        Years for which it stands, the first not discounted; at least 1.
    schedule : DiscountSchedule
        Annual rates.

    Returns
    -------
    float
        In the units of `per_person`: an upper limit for what research may cost.

    Raises
    ------
    InvalidInputError
        If a value is negative or `n_years` below 1.

    References
    ----------
    .. [1] Claxton K (1999), Journal of Health Economics 18:341-364.
    """
    if not (per_person >= 0 and people_per_year >= 0):
        raise InvalidInputError("values must be 0 or more")
    return per_person * people_per_year * float(discount_factors(n_years, schedule).sum())
