"""Size, power and detectable effect of studies that look before and after.

Each function is given two of size, power and effect, and solves for the third. Method notes:
``docs/methods/estimators/design.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.design._planning import LARGEST_DIFFERENCE, Plan, solve
from analytics.statistics.design.planning import StudySize, directional_power
from analytics.statistics.results import NotEstimable

SeriesChange = Literal["level", "slope", "middle"]
_MAX_POINTS = 2400


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelDesign:
    """How the units of a before-and-after comparison are measured.

    Attributes
    ----------
    std_dev : float
        Standard deviation of one person's outcome at one time, above 0; for a yes/no outcome
        the root of risk times one minus risk.
    icc : float
        Share of that variance between clusters at one time, in [0, 1]; 0 without clusters.
    cluster_size : float
        People per cluster and period, 1 or more; 1 without clusters.
    cluster_autocorrelation : float
        Correlation of a cluster's own level from one period to another, in [0, 1].
    individual_autocorrelation : float
        Correlation of a person's own part from one period to another, in [0, 1]: 0 when other
        people are measured each time; without clusters the correlation of before and after.
    n_before, n_after : int
        Periods before and after, 1 or more.
    """

    std_dev: float
    icc: float = 0.0
    cluster_size: float = 1.0
    cluster_autocorrelation: float = 1.0
    individual_autocorrelation: float = 0.0
    n_before: int = 1
    n_after: int = 1

    def __post_init__(self) -> None:
        """Raise InvalidInputError for values out of range."""
        shares = (self.icc, self.cluster_autocorrelation, self.individual_autocorrelation)
        if not all(0 <= share <= 1 for share in shares):
            raise InvalidInputError("correlations must be in [0, 1]")
        if not (0 < self.std_dev < math.inf and 1 <= self.cluster_size < math.inf):
            raise InvalidInputError("std_dev must be above 0 and cluster_size at least 1")
        if min(self.n_before, self.n_after) < 1:
            raise InvalidInputError("there must be a period before and one after")

    @property
    def change_variance(self) -> float:
        """Variance of one cluster's mean change from before to after."""
        between = self.icc * (1 - self.cluster_autocorrelation)
        within = (1 - self.icc) * (1 - self.individual_autocorrelation) / self.cluster_size
        return self.std_dev**2 * (1 / self.n_before + 1 / self.n_after) * (between + within)


def difference_in_differences(
    *,
    panel: PanelDesign,
    difference: float | None = None,
    n_clusters_treated: int | None = None,
    power: float | None = None,
    ratio: float = 1.0,
    level: float = 0.95,
) -> StudySize | NotEstimable:
    r"""Change in one arm minus change in another.

    Parameters
    ----------
    panel : PanelDesign
        How outcomes vary and are measured.
    difference : float, optional
        Change in the treated arm minus change in the comparison arm; solved for as a positive
        number.
    n_clusters_treated : int, optional
        Treated clusters (authorities, teams), or people when there are none; at least 1.
    power : float, optional
        Between half the test's size and 1.
    ratio : float
        Comparison clusters for each treated one, above 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"difference_in_differences"``; sizes are clusters. Reasons
        ``"not_reached"``, ``"too_few_cases"``.

    Raises
    ------
    InvalidInputError
        If not exactly one of difference, size and power is left out, or one is out of range.

    Notes
    -----
    t test of the clusters' changes, :math:`k_T + k_C - 2` degrees of freedom. Variance of a change
    with b periods before, a after, m people, cluster and individual autocorrelations r and s:

    .. math:: \sigma^2(1/b + 1/a)\{\rho(1 - r) + (1 - \rho)(1 - s)/m\}

    References
    ----------
    .. [1] McKenzie D (2012), Journal of Development Economics 99:210-221.
    .. [2] Hooper R et al. (2016), Statistics in Medicine 35:4718-4728.
    """
    variance = panel.change_variance

    def df_of(n1: float, n0: float) -> float:
        return n1 + n0 - 2

    def power_of(n1: float, n0: float, effect: float) -> float:
        error = math.sqrt(variance * (1 / n1 + 1 / n0))
        return directional_power(
            effect=effect, se_null=error, se_effect=error, level=level, df=df_of(n1, n0)
        )

    plan = Plan(
        design="difference_in_differences",
        estimand="difference_in_differences",
        power_of=power_of,
        df_of=df_of,
        no_effect=0.0,
        bound=LARGEST_DIFFERENCE * panel.std_dev,
        ratio=ratio,
        level=level,
    )
    return solve(plan, n_treated=n_clusters_treated, power=power, effect=difference)


def interrupted_series_error(
    *,
    n_before: int,
    n_after: int,
    std_dev: float,
    autocorrelation: float,
    change: SeriesChange,
) -> float:
    r"""Find the standard error of a change in level or slope with AR(1) noise.

    Parameters
    ----------
    n_before, n_after : int
        Points before and after, 2 or more each.
    std_dev : float
        Standard deviation of a point about its trend, above 0.
    autocorrelation : float
        Correlation of neighbouring points, in (-1, 1).
    change : {"level", "slope", "middle"}
        Step at the first point after; change of slope per point from there; or what both make in
        the middle point after, the earlier of two: the average change.

    Returns
    -------
    float
        Of the generalised least squares estimate, the autocorrelation taken as known.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    :math:`\sigma^2(X^\top R^{-1}X)^{-1}` with columns 1, time, step and time since, and R the AR(1)
    correlation; computed by transforming each row to :math:`x_t - \phi x_{t-1}`.

    References
    ----------
    .. [1] Zhang F, Wagner AK, Ross-Degnan D (2011), Journal of Clinical Epidemiology
       64:1252-1261.
    """
    if min(n_before, n_after) < 2 or not 0 < std_dev < math.inf or not -1 < autocorrelation < 1:
        raise InvalidInputError("needs 2 points on each side, std_dev > 0, autocorrelation < 1")
    time = np.arange(n_before + n_after, dtype=np.float64)
    after = (time >= n_before).astype(np.float64)
    rows = np.column_stack([np.ones_like(time), time, after, after * (time - n_before)])
    innovation = math.sqrt(1 - autocorrelation**2)
    transformed = rows / innovation
    transformed[1:] -= autocorrelation * rows[:-1] / innovation
    transformed[0] = rows[0]
    # The inverse by QR: its diagonal is the row sums of squares of the inverted triangle.
    inverse = np.linalg.inv(np.linalg.qr(transformed, mode="r"))
    contrast = {
        "level": (1.0, 0.0),
        "slope": (0.0, 1.0),
        "middle": (1.0, float((n_after - 1) // 2)),
    }[change]
    root = np.array(contrast) @ inverse[2:]
    return std_dev * math.sqrt(float(root @ root))


def interrupted_time_series(
    *,
    n_before: int,
    std_dev: float,
    autocorrelation: float,
    change: SeriesChange = "level",
    effect: float | None = None,
    n_after: int | None = None,
    power: float | None = None,
    level: float = 0.95,
) -> StudySize | NotEstimable:
    r"""Change in level or slope of one series.

    Parameters
    ----------
    n_before : int
        Points before, 2 or more.
    std_dev, autocorrelation, change
        As in `interrupted_series_error`.
    effect : float, optional
        Step, or change of slope per point; solved for as a positive number.
    n_after : int, optional
        Points after, 2 or more; has to be given for a change in the middle, which more points put
        further from the line before.
    power : float, optional
        Between half the test's size and 1.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    StudySize or NotEstimable
        Estimand ``"level_change"``, ``"slope_change"`` or ``"middle_change"``; `n_treated` are the
        points after. Reasons ``"not_reached"`` when points after alone don't get there (those
        before are too few), and ``"too_few_cases"`` with four points in all.

    Raises
    ------
    InvalidInputError
        If not exactly one of effect, points after and power is left out, or one is out of range.

    Notes
    -----
    t test with points less 4 degrees of freedom and the standard error of
    `interrupted_series_error`; the autocorrelation is taken as known, so that a real analysis has
    a little less power.

    References
    ----------
    .. [1] Zhang F, Wagner AK, Ross-Degnan D (2011), Journal of Clinical Epidemiology
       64:1252-1261.
    """
    if n_after is not None and n_after < 2:
        raise InvalidInputError("there must be 2 points after")
    if n_after is None and change == "middle":
        raise InvalidInputError("the points after can't be found for a change in the middle")

    def df_of(points: float, _: float) -> float:
        return n_before + points - 4

    def power_of(points: float, _: float, size: float) -> float:
        error = interrupted_series_error(
            n_before=n_before,
            n_after=max(2, round(points)),
            std_dev=std_dev,
            autocorrelation=autocorrelation,
            change=change,
        )
        df = df_of(points, n_before) if points >= 2 else 0.0
        return directional_power(effect=size, se_null=error, se_effect=error, level=level, df=df)

    plan = Plan(
        design="interrupted_time_series",
        estimand=f"{change}_change",
        power_of=power_of,
        df_of=df_of,
        no_effect=0.0,
        bound=LARGEST_DIFFERENCE * std_dev,
        level=level,
        n_comparison=n_before,
        max_units=_MAX_POINTS,
    )
    return solve(plan, n_treated=n_after, power=power, effect=effect)
