"""Months in order, where they are missing, and which of them set the limits of a control chart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    binary_vector,
    float_vector,
)
from analytics.statistics.results import NotEstimable

MOVING_RANGE_FACTOR = 3.267


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """How the points of a chart lie in time; every part may be left out.

    Attributes
    ----------
    period : array_like of int, shape (n,), optional
        Number of each point's period, increasing, for example ``12 * year + month``. A jump of more
        than 1 is a gap: no range, run or trend crosses it. Without it there are no gaps.
    phase : array_like of int, shape (n,), optional
        Label of each point's phase; limits start afresh where it changes. One phase without it.
    baseline : array_like of bool, shape (n,), optional
        Points that set the limits of their phase. All of them without it.
    """

    period: ArrayLike | None = None
    phase: ArrayLike | None = None
    baseline: ArrayLike | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """A checked timeline: phase, segment and baseline of each point, and missing periods."""

    phase: IntArray
    segment: IntArray
    baseline: BoolArray
    n_missing: int

    @classmethod
    def of(cls, n: int, timeline: Timeline | None) -> Layout | NotEstimable:
        """Check a timeline against the number of points.

        Parameters
        ----------
        n : int
            Points.
        timeline : Timeline or None
            As the caller gave it.

        Returns
        -------
        Layout or NotEstimable
            Reasons: ``"no_cases"`` (no points), ``"too_few_cases"`` (a phase without baseline).

        Raises
        ------
        InvalidInputError
            If a part is incomplete or of another length, or periods are not whole and increasing.
        """
        timeline = timeline or Timeline()
        period = np.arange(n, dtype=np.float64)
        if timeline.period is not None:
            period = float_vector(timeline.period, name="period", length=n)
        step = np.diff(period)
        if (step < 1).any() or (period != np.floor(period)).any():
            raise InvalidInputError("period must hold whole, increasing numbers")
        label = np.zeros(n)
        if timeline.phase is not None:
            label = float_vector(timeline.phase, name="phase", length=n)
        baseline = np.ones(n, dtype=np.bool_)
        if timeline.baseline is not None:
            baseline = binary_vector(timeline.baseline, name="baseline", length=n)
        if n == 0:
            return NotEstimable(reason="no_cases", detail="There are no points.")
        changed = np.diff(label) != 0
        layout = cls(
            phase=np.concatenate([[0], np.cumsum(changed)]),
            segment=np.concatenate([[0], np.cumsum(changed | (step > 1))]),
            baseline=baseline,
            n_missing=int((step - 1).sum()),
        )
        if (layout.total(np.ones(n)) == 0).any():
            return NotEstimable(reason="too_few_cases", detail="A phase has no baseline point.")
        return layout

    def neighbours(self) -> BoolArray:
        """Say of each point but the first whether it follows the one before in one baseline."""
        linked = self.segment[1:] == self.segment[:-1]
        return np.asarray(linked & self.baseline[1:] & self.baseline[:-1], dtype=np.bool_)

    def spread(self, by_phase: FloatArray) -> FloatArray:
        """Give every point the value of its phase."""
        return by_phase[self.phase]

    def total(self, values: FloatArray) -> FloatArray:
        """Sum over the baseline of each phase."""
        weighted = np.bincount(self.phase, values * self.baseline, int(self.phase[-1]) + 1)
        return np.asarray(weighted, dtype=np.float64)

    def mean_of_ranges(self, ranges: FloatArray, used: BoolArray) -> FloatArray:
        """Mean over each phase of the ranges in use; 0 where a phase has none."""
        phase, n_phases = self.phase[1:][used], int(self.phase[-1]) + 1
        n = np.bincount(phase, minlength=n_phases)
        return np.asarray(np.bincount(phase, ranges[used], n_phases) / np.maximum(n, 1))

    def without_ranges(self) -> NotEstimable | None:
        """Say why some phase has no two neighbouring baseline points, or None when all have."""
        n_phases = int(self.phase[-1]) + 1
        if (np.bincount(self.phase[1:][self.neighbours()], minlength=n_phases) > 0).all():
            return None
        if (self.total(np.ones(len(self.phase))) < 2).any():
            return NotEstimable(reason="too_few_cases", detail="A phase has fewer than two points.")
        return NotEstimable(
            reason="calendar_gap", detail="A phase has no two points of neighbouring periods."
        )

    def moving_ranges(
        self, values: FloatArray, *, screen: bool = False
    ) -> tuple[FloatArray, BoolArray]:
        """Take the moving ranges, and say which of them count."""
        ranges, used = np.abs(np.diff(values)), self.neighbours()
        if screen:
            ceiling = MOVING_RANGE_FACTOR * self.mean_of_ranges(ranges, used)
            used &= ranges < ceiling[self.phase[1:]]
        return ranges, used
