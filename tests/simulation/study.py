"""What a simulation study reports, and how far chance alone may move it.

A study draws data whose truth is known, many times, and counts how often a method is right. The
seed of replicate ``i`` follows from the study's own seed, so that one replicate can be repeated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

Measure = Literal["bias", "coverage", "size", "power"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One measured property of one method in one scenario.

    Attributes
    ----------
    study : str
        Name of the study.
    scenario : str
        What was drawn, in words.
    method : str
        What was computed, in words.
    measure : {"bias", "coverage", "size", "power"}
        Mean error, share of intervals that hold the truth, share of tests that reject a true null,
        share of tests that reject a false one.
    value : float
        The measured value; shares in [0, 1], bias in the units of the estimand.
    monte_carlo_error : float
        Standard error of `value` from the finite number of replicates.
    nominal : float or None
        What the method promises: 0 for bias, the level for coverage; None for power.
    assumptions_hold : bool
        Whether the scenario keeps the method's assumptions. Where it doesn't, a gap between `value`
        and `nominal` is the finding.
    replicates : int
        Replicates that gave an estimate.
    not_estimable : int
        Replicates that were not estimable; they are in no share.
    """

    study: str
    scenario: str
    method: str
    measure: Measure
    value: float
    monte_carlo_error: float
    nominal: float | None
    assumptions_hold: bool
    replicates: int
    not_estimable: int = 0

    @property
    def gap_in_errors(self) -> float:
        """Distance from nominal in Monte Carlo standard errors; infinite without an error."""
        if self.nominal is None:
            raise ValueError("a finding without a nominal value has no gap")
        gap = abs(self.value - self.nominal)
        if self.monte_carlo_error == 0:
            return 0.0 if gap == 0 else math.inf
        return gap / self.monte_carlo_error


def generators(seed: int, replicates: int) -> Iterator[np.random.Generator]:
    """Yield one independent generator per replicate."""
    for child in np.random.SeedSequence(seed).spawn(replicates):
        yield np.random.default_rng(child)


def share_error(value: float, nominal: float | None, replicates: int) -> float:
    """Monte Carlo standard error of a share, at the nominal value where there is one."""
    p = value if nominal is None else nominal
    return math.sqrt(p * (1 - p) / replicates)
