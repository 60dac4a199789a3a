r"""What all control charts share: their points, limits at three standard deviations, and checks.

Method notes: ``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray, read_only
from analytics.statistics.results import HealthCheck, Status
from analytics.statistics.variation.timeline import Layout

ChartCode = Literal["xmr", "mr", "p", "p_prime", "u", "u_prime", "c"]

USEFUL_POINTS, FEWEST_POINTS = 12, 6
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ControlLimits:
    """A control chart's points and limits, before any rule is applied.

    Attributes
    ----------
    chart : {"xmr", "mr", "p", "p_prime", "u", "u_prime", "c"}
        Kind of chart.
    position : ndarray of int, shape (n,)
        Place of each point in the input; 0, 1, ... except for moving ranges.
    value, centre_line : ndarray of float, shape (n,)
        Point, and mean of its phase's baseline, in the units of the measure.
    lower_process_limit, upper_process_limit : ndarray of float, shape (n,)
        Limits at three standard deviations, cut off at 0 and (proportions) at 1.
    std_dev : ndarray of float, shape (n,)
        One standard deviation of a point, above 0.
    phase, segment : ndarray of int, shape (n,)
        Phase from 0; segment from 0, which also changes at every gap.
    n_missing : int
        Periods missing between the first and the last point.
    health : tuple of HealthCheck
        Points per phase, gaps, autocorrelation; for counts also their size and over-dispersion.
    """

    chart: ChartCode
    position: IntArray
    value: FloatArray
    centre_line: FloatArray
    lower_process_limit: FloatArray
    upper_process_limit: FloatArray
    std_dev: FloatArray
    phase: IntArray
    segment: IntArray
    n_missing: int
    health: tuple[HealthCheck, ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (
            *(self.value, self.centre_line, self.std_dev, self.position, self.phase, self.segment),
            *(self.lower_process_limit, self.upper_process_limit),
        ):
            read_only(array)

    @classmethod
    def around(
        cls,
        chart: ChartCode,
        layout: Layout,
        value: FloatArray,
        centre: FloatArray,
        std_dev: FloatArray,
        *,
        position: np.ndarray | None = None,
        checks: tuple[HealthCheck, ...] = (),
    ) -> ControlLimits:
        """Place limits three standard deviations out, cut off where the measure ends."""
        low = centre - 3 * std_dev
        high = centre + 3 * std_dev
        if chart != "xmr":
            low = np.maximum(low, 0)
        if chart in {"p", "p_prime"}:
            high = np.minimum(high, 1)
        return cls(
            chart=chart,
            position=np.arange(len(value)) if position is None else position,
            value=value.copy(),
            centre_line=centre,
            lower_process_limit=low,
            upper_process_limit=high,
            std_dev=std_dev,
            phase=layout.phase,
            segment=layout.segment,
            n_missing=layout.n_missing,
            health=(
                *_timeline_checks(layout),
                *(() if chart == "mr" else (_autocorrelation(layout, (value - centre) / std_dev),)),
                *checks,
            ),
        )


def _timeline_checks(layout: Layout) -> tuple[HealthCheck, HealthCheck]:
    """Judge the number of points and the gaps."""
    fewest = float(layout.total(np.ones(len(layout.phase))).min())
    trial: Status = "review" if fewest >= FEWEST_POINTS else "fail"
    return (
        HealthCheck(
            name="points_per_phase",
            value=fewest,
            threshold=USEFUL_POINTS,
            status="pass" if fewest >= USEFUL_POINTS else trial,
            meaning=(
                "Points that set the limits of the shortest phase. Below 12 limits are on trial; "
                "below 6 they say next to nothing."
            ),
            source=(
                "NHSRplotthedots warns below 12 (Provost and Murray 2011 ask for 20); "
                "fail below 6 after Wheeler 2000, five or six values at the least."
            ),
        ),
        HealthCheck(
            name="calendar_gap",
            value=float(layout.n_missing),
            threshold=0.0,
            status="review" if layout.n_missing else "pass",
            meaning="Periods without a point. No range, run or trend is taken across them.",
            source="Our own rule.",
        ),
    )


def _autocorrelation(layout: Layout, z: FloatArray) -> HealthCheck:
    """Judge the correlation of neighbouring baseline points."""
    square = float((z[layout.baseline] ** 2).sum())
    lag = float((z[1:] * z[:-1])[layout.neighbours()].sum()) / square if square else 0.0
    threshold = 2 / float(np.sqrt(layout.baseline.sum()))
    return HealthCheck(
        name="autocorrelation",
        value=lag,
        threshold=threshold,
        status="review" if abs(lag) > threshold else "pass",
        meaning=(
            "Correlation of neighbouring points. Above the threshold runs come by themselves and "
            "limits from moving ranges are too narrow, so signals are less than they seem; below "
            "its negative they are too wide."
        ),
        source="Two standard errors, 2 / sqrt(n) (Bartlett 1946); Montgomery 2009, section 10.4.",
    )
