r"""The synthetic counterpart of any unit, from any donors.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.statistics.before_after.panel import Panel
from analytics.statistics.inputs import FloatArray, IntArray
from analytics.statistics.results import HealthCheck, NotEstimable, Status

DONORS_NEEDED = 2
PERIODS_NEEDED = 2
FIT_PASS = 0.8
# A fit error below this share of the largest outcome is rounding: the fit is perfect.
_ZERO_SHARE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticControl:
    """The treated area, its synthetic counterpart, and the gap between them.

    Attributes
    ----------
    donors : ndarray, shape (n_donors,)
        Labels of the areas it is made of.
    weights : ndarray of float, shape (n_donors,)
        At least 0, sum 1.
    period : ndarray of int, shape (n_periods,)
        Periods.
    observed, synthetic : ndarray of float, shape (n_periods,)
        Outcome of the treated area and of its counterpart.
    gap : ndarray of float, shape (n_periods,)
        Observed minus synthetic.
    first_treated : int
        First treated period.
    average_effect : float
        Mean gap from then on, in units of the outcome.
    pre_error, post_error : float
        Root mean squared gap before and after (RMSPE).
    error_ratio : float or None
        Post over pre error; None when the fit before is perfect.
    checks : tuple of HealthCheck
        Fit before; periods before against donors.
    """

    donors: NDArray[np.generic]
    weights: FloatArray
    period: IntArray
    observed: FloatArray
    synthetic: FloatArray
    gap: FloatArray
    first_treated: int
    average_effect: float
    pre_error: float
    post_error: float
    error_ratio: float | None
    checks: tuple[HealthCheck, ...]


def fit_synthetic(
    panel: Panel, unit: int, donors: NDArray[np.intp], first_treated: int
) -> SyntheticControl | NotEstimable:
    """Fit the synthetic counterpart of any unit, from any donors.

    Parameters
    ----------
    panel : Panel
        Outcomes; who was treated is not looked at.
    unit : int
        Row of the unit.
    donors : ndarray of int, shape (n_donors,)
        Rows of the donors.
    first_treated : int
        First period not used for the fit.

    Returns
    -------
    SyntheticControl or NotEstimable
        As `synthetic_control`.
    """
    late = panel.periods >= first_treated
    if len(donors) < DONORS_NEEDED:
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two donors.")
    if (~late).sum() < PERIODS_NEEDED:
        return NotEstimable(reason="too_few_cases", detail="Fewer than two periods before.")
    observed, others = panel.outcome[unit], panel.outcome[donors]
    weights = simplex_weights(observed[~late], others[:, ~late])
    if weights is None:
        return NotEstimable(reason="not_converged", detail="The weights were not found.")
    synthetic = weights @ others
    gap = observed - synthetic
    pre, post = (float(np.sqrt((gap[side] ** 2).mean())) for side in (~late, late))
    perfect = pre <= _ZERO_SHARE * float(np.abs(panel.outcome).max())
    arrays = {
        "donors": panel.units[donors],
        "weights": weights,
        "period": panel.periods.copy(),
        "observed": observed.copy(),
        "synthetic": synthetic,
        "gap": gap,
    }
    for array in arrays.values():
        array.setflags(write=False)
    return SyntheticControl(
        **arrays,
        first_treated=first_treated,
        average_effect=float(gap[late].mean()),
        pre_error=pre,
        post_error=post,
        error_ratio=None if perfect else post / pre,
        checks=(
            _fit_check(observed[~late], pre, len(donors)),
            _length_check(int((~late).sum()), len(donors)),
        ),
    )


def simplex_weights(target: FloatArray, donors: FloatArray) -> FloatArray | None:
    r"""Find the weighted mean of donors that is nearest to a target.

    Parameters
    ----------
    target : ndarray of float, shape (n_periods,)
        What to approach.
    donors : ndarray of float, shape (n_donors, n_periods)
        One donor per row.

    Returns
    -------
    ndarray of float, shape (n_donors,), or None
        At least 0, sum 1; None when the solver gives up.

    Notes
    -----
    With the donors' differences from the target as columns of A, non-negative least squares of
    :math:`\|Au\|^2 + (1'u - 1)^2` has the solution up to scale: for a given direction the best
    value is :math:`q/(1+q)`, which rises with :math:`q = \|Aw\|^2`. So the active-set solver
    gives the exact weights, without a penalty or a starting value.

    References
    ----------
    .. [1] Lawson CL, Hanson RJ (1974), Solving Least Squares Problems, chapter 23.
    """
    from scipy.optimize import nnls  # noqa: PLC0415 - slow to import

    difference = (donors - target).T
    scale = float(np.abs(difference).max()) or 1.0
    system = np.vstack([difference / scale, np.ones(len(donors))])
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    try:
        solution, _ = nnls(system, goal)
    except RuntimeError:
        return None
    return np.asarray(solution / solution.sum(), dtype=np.float64)


def _fit_check(before: FloatArray, error: float, n_donors: int) -> HealthCheck:
    """Judge the fit before treatment against a flat line at the area's own mean.

    It passes only with at least as many periods as donors: with fewer, a close or even perfect fit
    is easily reached by chance, so that it reassures nobody.
    """
    spread = float(before.var())
    share = 1 - error * error / spread if spread > 0 else None
    status: Status = "fail"
    if share is not None and share >= 0:
        status = "pass" if share >= FIT_PASS and len(before) >= n_donors else "review"
    few = (
        f" Here {n_donors} donors could be mixed to follow {len(before)} periods, so that a close "
        "or even perfect fit is easily chance and is no reassurance."
        if len(before) < n_donors
        else ""
    )
    return HealthCheck(
        name="fit_before_treatment",
        value=share,
        threshold=FIT_PASS,
        status=status,
        meaning=(
            "Share of the treated area's variation before treatment that its synthetic counterpart "
            "follows; below 0 a flat line would do better, and the gap afterwards says nothing."
            f"{few}"
        ),
        source="Ferman and Pinto 2021, Abadie 2021; the thresholds are our own",
    )


def _length_check(n_periods: int, n_donors: int) -> HealthCheck:
    """Judge whether the fit before could be chance."""
    return HealthCheck(
        name="periods_before_treatment",
        value=float(n_periods),
        threshold=float(n_donors),
        status="pass" if n_periods >= n_donors else "review",
        meaning=(
            "Periods that the weights were fitted on. With fewer periods than donors a good fit "
            "may be chance, and other weights may fit as well."
        ),
        source="Abadie 2021, Journal of Economic Literature 59:391-425; our own threshold",
    )
