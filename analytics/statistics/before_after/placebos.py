r"""Placebos of a synthetic control: other areas, an earlier date, one donor less.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.errors import InvalidInputError
from analytics.statistics.before_after._synthetic import fit_synthetic
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.before_after.synthetic_control import (
    SyntheticControl,
    synthetic_control,
)
from analytics.statistics.inputs import FloatArray, read_only
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceboTest:
    """The treated area's error ratio among those of the donors, each as if it had been treated.

    Attributes
    ----------
    error_ratio : float
        Post over pre error of the treated area.
    donors : ndarray, shape (n_donors,)
        Labels.
    donor_ratio : ndarray of float, shape (n_donors,)
        Theirs; infinite for a perfect fit before.
    donor_effect : ndarray of float, shape (n_donors,)
        Their mean gap after.
    p_value : float
        Share of all areas, the treated one included, with a ratio at least as large.
    """

    error_ratio: float
    donors: NDArray[np.generic]
    donor_ratio: FloatArray
    donor_effect: FloatArray
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeaveOneOut:
    """The effect without one of its donors.

    Attributes
    ----------
    left_out : ndarray, shape (k,)
        Donors with a weight above 0, one left out at a time.
    average_effect : ndarray of float, shape (k,)
        Mean gap after, without it.
    lowest, highest : float
        Range of `average_effect` and of the effect with all donors.
    """

    left_out: NDArray[np.generic]
    average_effect: FloatArray
    lowest: float
    highest: float


def placebo_in_space(panel: Panel) -> PlaceboTest | NotEstimable:
    """Treat each donor as if it had been treated, with the other donors as its donors.

    Parameters
    ----------
    panel : Panel
        As for `synthetic_control`; at least three donors.

    Returns
    -------
    PlaceboTest or NotEstimable
        Reasons of `synthetic_control`, and ``"no_variation"`` when the treated area's fit before
        is perfect, so that it has no ratio.

    References
    ----------
    .. [1] Abadie A, Diamond A, Hainmueller J (2010), JASA 105:493-505, section 3.4.
    .. [2] Abadie A (2021), Journal of Economic Literature 59:391-425, section 3.5.
    """
    real = synthetic_control(panel)
    if isinstance(real, NotEstimable):
        return real
    if real.error_ratio is None:
        return NotEstimable(
            reason="no_variation", detail="The fit before treatment is perfect: there is no ratio."
        )
    donors = np.flatnonzero(~panel.is_treated)
    ratios, effects = [], []
    for donor in donors:
        fit = fit_synthetic(panel, int(donor), donors[donors != donor], real.first_treated)
        if isinstance(fit, NotEstimable):
            return fit
        ratios.append(np.inf if fit.error_ratio is None else fit.error_ratio)
        effects.append(fit.average_effect)
    donor_ratio, donor_effect = np.array(ratios), np.array(effects)
    read_only(donor_ratio)
    read_only(donor_effect)
    as_large = 1 + int((donor_ratio >= real.error_ratio).sum())
    return PlaceboTest(
        error_ratio=real.error_ratio,
        donors=real.donors,
        donor_ratio=donor_ratio,
        donor_effect=donor_effect,
        p_value=as_large / (1 + len(donors)),
    )


def placebo_in_time(panel: Panel, *, placebo_start: int) -> SyntheticControl | NotEstimable:
    """Pretend that treatment began earlier, and use no period from its real start on.

    Parameters
    ----------
    panel : Panel
        As for `synthetic_control`.
    placebo_start : int
        First period of the pretended treatment: after the first period, before the real start.

    Returns
    -------
    SyntheticControl or NotEstimable
        Its effect should be near 0. Reasons as `synthetic_control`.

    Raises
    ------
    InvalidInputError
        If `placebo_start` is not before the real start and after the first period.

    References
    ----------
    .. [1] Abadie A, Diamond A, Hainmueller J (2015), American Journal of Political Science
       59:495-510.
    """
    if not panel.is_treated.any():
        return synthetic_control(panel)
    before = panel.periods < panel.groups[0]
    if not panel.periods[0] < placebo_start < panel.groups[0]:
        raise InvalidInputError("placebo_start must lie between the first period and treatment")
    earlier = Panel(
        outcome=panel.outcome[:, before],
        units=panel.units,
        periods=panel.periods[before],
        first_treated=np.where(panel.is_treated, placebo_start, panel.first_treated),
        weights=panel.weights,
    )
    return synthetic_control(earlier)


def leave_one_donor_out(panel: Panel) -> LeaveOneOut | NotEstimable:
    """Refit without each donor that has a weight above 0.

    Parameters
    ----------
    panel : Panel
        As for `synthetic_control`; at least three donors.

    Returns
    -------
    LeaveOneOut or NotEstimable
        Reasons of `synthetic_control`.

    References
    ----------
    .. [1] Abadie A, Diamond A, Hainmueller J (2015), American Journal of Political Science
       59:495-510.
    """
    real = synthetic_control(panel)
    if isinstance(real, NotEstimable):
        return real
    unit = int(np.flatnonzero(panel.is_treated)[0])
    donors = np.flatnonzero(~panel.is_treated)
    used = donors[real.weights > 0]
    effects = []
    for donor in used:
        fit = fit_synthetic(panel, unit, donors[donors != donor], real.first_treated)
        if isinstance(fit, NotEstimable):
            return fit
        effects.append(fit.average_effect)
    average = np.array(effects)
    read_only(average)
    return LeaveOneOut(
        left_out=panel.units[used],
        average_effect=average,
        lowest=float(min(average.min(), real.average_effect)),
        highest=float(max(average.max(), real.average_effect)),
    )
