r"""Control charts of counts: p and p' for proportions, u and u' for rates, c for plain counts.

Assumes independent points, and for p, u and c that nothing varies but the counts, which rarely
holds for large denominators (use p' and u'). Rules are in
`analytics.statistics.variation.control_rules`.
Method notes: ``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, positive_vector, whole_counts
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.variation.control_limits import (
    ROUNDING,
    ChartCode,
    ControlLimits,
)
from analytics.statistics.variation.timeline import Layout, Timeline

D2 = 1.128
MIN_EXPECTED = 5.0


def proportion_chart(
    events: ArrayLike, n: ArrayLike, *, laney: bool = False, timeline: Timeline | None = None
) -> ControlLimits | NotEstimable:
    r"""P chart of proportions, or Laney's p' chart that allows for over-dispersion.

    Parameters
    ----------
    events, n : array_like, shape (n_points,)
        Units with the event, and units, by period; whole, ``0 <= events <= n``, ``n >= 1``.
    laney : bool
        p' instead of p.
    timeline : Timeline, optional
        Periods, phases and baseline.

    Returns
    -------
    ControlLimits or NotEstimable
        Reasons: ``"no_cases"``, ``"no_events"``, ``"no_variation"`` (everybody has the event, or
        p' finds no spread), ``"too_few_cases"``, ``"calendar_gap"`` (p' only, as
        `individuals_chart`).

    Raises
    ------
    InvalidInputError
        If counts are missing or contradict each other, or the timeline doesn't fit them.

    Notes
    -----
    :math:`\bar p \pm 3 s_i`, :math:`s_i = \sqrt{\bar p(1 - \bar p)/n_i}`; p' multiplies
    :math:`s_i` by :math:`\sigma_z = \overline{|z_i - z_{i-1}|}/1.128`,
    :math:`z_i = (p_i - \bar p)/s_i`.

    References
    ----------
    .. [1] Montgomery DC (2009), Introduction to Statistical Quality Control, 6th ed., section 7.2.
    .. [2] Laney DB (2002), Quality Engineering 14:531-537.
    """
    size = whole_counts(n, name="n")
    x = whole_counts(events, name="events", length=len(size))
    if ((x > size) | (size == 0)).any():
        raise InvalidInputError("counts must satisfy 0 <= events <= n, and n at least 1")
    layout = Layout.of(len(x), timeline)
    if isinstance(layout, NotEstimable):
        return layout
    centre = layout.spread(layout.total(x) / layout.total(size))
    if (centre == 1).any():
        return NotEstimable(reason="no_variation", detail="In a phase every unit has the event.")
    std_dev = np.sqrt(centre * (1 - centre) / size)
    smaller = size * np.minimum(centre, 1 - centre)
    return _counted("p_prime" if laney else "p", layout, x / size, centre, std_dev, smaller)


def rate_chart(
    events: ArrayLike, exposure: ArrayLike, *, laney: bool = False, timeline: Timeline | None = None
) -> ControlLimits | NotEstimable:
    r"""U chart of rates, or Laney's u' chart that allows for over-dispersion.

    Parameters
    ----------
    events : array_like, shape (n_points,)
        Events by period, whole numbers of at least 0.
    exposure : array_like, shape (n_points,)
        Population or person-time by period, above 0.
    laney : bool
        u' instead of u.
    timeline : Timeline, optional
        Periods, phases and baseline.

    Returns
    -------
    ControlLimits or NotEstimable
        Events per unit of exposure; reasons as `proportion_chart`.

    Raises
    ------
    InvalidInputError
        If an argument is missing or out of range, or the timeline doesn't fit.

    Notes
    -----
    As `proportion_chart` with :math:`s_i = \sqrt{\bar u / n_i}`.

    References
    ----------
    .. [1] Montgomery DC (2009), Introduction to Statistical Quality Control, 6th ed., section 7.3.
    .. [2] Laney DB (2002), Quality Engineering 14:531-537.
    """
    size = positive_vector(exposure, name="exposure")
    x = whole_counts(events, name="events", length=len(size))
    layout = Layout.of(len(x), timeline)
    if isinstance(layout, NotEstimable):
        return layout
    centre = layout.spread(layout.total(x) / layout.total(size))
    std_dev = np.sqrt(centre / size)
    return _counted("u_prime" if laney else "u", layout, x / size, centre, std_dev, centre * size)


def count_chart(
    events: ArrayLike, *, timeline: Timeline | None = None
) -> ControlLimits | NotEstimable:
    r"""C chart of counts whose opportunity for events is the same in every period.

    Parameters
    ----------
    events : array_like, shape (n_points,)
        Events by period, whole numbers of at least 0.
    timeline : Timeline, optional
        Periods, phases and baseline.

    Returns
    -------
    ControlLimits or NotEstimable
        Reasons as `proportion_chart`.

    Raises
    ------
    InvalidInputError
        If counts are missing or negative, or the timeline doesn't fit.

    Notes
    -----
    :math:`\bar c \pm 3\sqrt{\bar c}`.

    References
    ----------
    .. [1] Montgomery DC (2009), Introduction to Statistical Quality Control, 6th ed., section 7.3.
    """
    x = whole_counts(events, name="events")
    layout = Layout.of(len(x), timeline)
    if isinstance(layout, NotEstimable):
        return layout
    centre = layout.spread(layout.total(x) / layout.total(np.ones(len(x))))
    return _counted("c", layout, x, centre, np.sqrt(centre), centre)


def _counted(
    chart: ChartCode,
    layout: Layout,
    value: FloatArray,
    centre: FloatArray,
    std_dev: FloatArray,
    expected: FloatArray,
) -> ControlLimits | NotEstimable:
    """Limits of a chart of counts, with its two further checks."""
    if (centre == 0).any():
        return NotEstimable(reason="no_events", detail="A phase has no events.")
    prime = chart in {"p_prime", "u_prime"}
    missing = layout.without_ranges()
    if prime and missing:
        return missing
    checks = [_small_counts(float(expected.min()))]
    if not missing:
        ranges, used = layout.moving_ranges((value - centre) / std_dev)
        laney = layout.mean_of_ranges(ranges, used) / D2
        checks.append(_laney_check(float(ranges[used].mean()) / D2, int(used.sum())))
        if prime and (laney <= ROUNDING * np.max(1 / std_dev)).any():
            return NotEstimable(reason="no_variation", detail="All points of a phase are equal.")
        std_dev = std_dev * layout.spread(laney) if prime else std_dev
    return ControlLimits.around(chart, layout, value, centre, std_dev, checks=tuple(checks))


def _small_counts(fewest: float) -> HealthCheck:
    """Judge whether limits at three standard deviations suit such small counts."""
    return HealthCheck(
        name="small_counts",
        value=fewest,
        threshold=MIN_EXPECTED,
        status="pass" if fewest >= MIN_EXPECTED else "review",
        meaning=(
            "Fewest events (or non-events) that a point would have at the centre line. Below 5 the "
            "counts are skewed: more points lie above the upper limit by chance, and none can lie "
            "below a lower limit of 0."
        ),
        source="The rule of 5 expected counts (Cochran 1954); its use for charts is our own.",
    )


def _laney_check(ratio: float, n_ranges: int) -> HealthCheck:
    """Judge the spread between neighbouring points against that of counts alone."""
    threshold = 1 + 2 * float(np.sqrt(0.826 / n_ranges))
    return HealthCheck(
        name="over_dispersion",
        value=ratio,
        threshold=threshold,
        status="pass" if ratio <= threshold else "review",
        meaning=(
            "Spread between neighbouring points over the spread that counts alone would give "
            "(Laney's sigma z). Above the threshold p and u limits are too narrow: use p' or u'."
        ),
        source=(
            "Laney 2002; threshold of two standard errors of a sigma from moving ranges "
            "(variance 0.826 / n, Cryer and Ryan 1990)."
        ),
    )
