r"""XmR charts: one value per period of any measure, and its moving ranges.

Assumes that the points of a stable process are independent. Rules are in
`analytics.statistics.variation.control_rules`.
Method notes: ``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inputs import float_vector
from analytics.statistics.results import NotEstimable
from analytics.statistics.variation.control_limits import (
    ROUNDING,
    ControlLimits,
)
from analytics.statistics.variation.timeline import MOVING_RANGE_FACTOR, Layout, Timeline

XMR_FACTOR = 2.66


def individuals_chart(
    values: ArrayLike, *, timeline: Timeline | None = None, screen_moving_ranges: bool = False
) -> ControlLimits | NotEstimable:
    r"""XmR chart: any measure with one value per period.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One per period, in order. Complete.
    timeline : Timeline, optional
        Periods, phases and baseline.
    screen_moving_ranges : bool
        Leave out moving ranges of 3.267 times their mean or more before taking the mean again, as
        NHSRplotthedots does; the NHS Excel tools don't.

    Returns
    -------
    ControlLimits or NotEstimable
        Reasons: ``"no_cases"``, ``"too_few_cases"`` (a phase without two points),
        ``"calendar_gap"`` (a phase without two neighbouring periods), ``"no_variation"``.

    Raises
    ------
    InvalidInputError
        If values are missing or the timeline doesn't fit them.

    Notes
    -----
    :math:`\bar x \pm 2.66\,\overline{mR}`, with :math:`mR_i = |x_i - x_{i-1}|`.

    References
    ----------
    .. [1] Wheeler DJ (2000), Understanding Variation, 2nd ed.
    .. [2] Nelson LS (1982), Journal of Quality Technology 14:172-173 (screening).

    Examples
    --------
    >>> limits = individuals_chart([33.75, 33.05, 34, 33.81, 33.46, 34.02])
    >>> float(limits.centre_line[0].round(3)), float(limits.upper_process_limit[0].round(3))
    (33.682, 35.145)
    """
    x = float_vector(values, name="values")
    layout = Layout.of(len(x), timeline)
    if isinstance(layout, NotEstimable):
        return layout
    if missing := layout.without_ranges():
        return missing
    ranges, used = layout.moving_ranges(x, screen=screen_moving_ranges)
    mean_range = layout.mean_of_ranges(ranges, used)
    if (mean_range <= ROUNDING * np.abs(x).max()).any():
        return NotEstimable(reason="no_variation", detail="All points of a phase are equal.")
    centre = layout.spread(layout.total(x) / layout.total(np.ones(len(x))))
    return ControlLimits.around(
        "xmr", layout, x, centre, layout.spread(mean_range) * XMR_FACTOR / 3
    )


def moving_range_chart(
    values: ArrayLike, *, timeline: Timeline | None = None
) -> ControlLimits | NotEstimable:
    r"""Chart of the moving ranges that go with `individuals_chart`, without screening.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        One per period, in order. Complete.
    timeline : Timeline, optional
        Periods, phases and baseline. Ranges are those inside a baseline, between neighbours.

    Returns
    -------
    ControlLimits or NotEstimable
        One point per range, ``position`` that of its second value; reasons as `individuals_chart`.

    Raises
    ------
    InvalidInputError
        If values are missing or the timeline doesn't fit them.

    Notes
    -----
    Limits 0 and :math:`3.267\,\overline{mR}`.

    References
    ----------
    .. [1] Montgomery DC (2009), Introduction to Statistical Quality Control, 6th ed., section 6.4.
    """
    x = float_vector(values, name="values")
    layout = Layout.of(len(x), timeline)
    if isinstance(layout, NotEstimable):
        return layout
    if missing := layout.without_ranges():
        return missing
    ranges, used = layout.moving_ranges(x)
    mean_range = layout.mean_of_ranges(ranges, used)
    if (mean_range <= ROUNDING * np.abs(x).max()).any():
        return NotEstimable(reason="no_variation", detail="All points of a phase are equal.")
    position = np.flatnonzero(used) + 1
    inside = Layout(
        phase=layout.phase[position],
        segment=layout.segment[position],
        baseline=np.ones(len(position), dtype=np.bool_),
        n_missing=layout.n_missing,
    )
    centre = inside.spread(mean_range)
    std_dev = centre * (MOVING_RANGE_FACTOR - 1) / 3
    return ControlLimits.around("mr", inside, ranges[used], centre, std_dev, position=position)
