"""One group at a horizon: the parts of `analytics.statistics.time_to_event.horizon`.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    critical_z,
)
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event._influence import WeightedIncidence
from analytics.statistics.time_to_event._limits import log_log_limits, zero_limit
from analytics.statistics.time_to_event.life_table import LifeTable, life_table_from_rows

ROUNDING = 1e-12
Estimand = Literal["survival", "incidence", "restricted_mean_time", "restricted_time_lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonEstimate:
    """One group at a horizon.

    Attributes
    ----------
    estimand : {"survival", "incidence", "restricted_mean_time", "restricted_time_lost"}
        Probability of no event of any cause; probability of one cause; mean time without an event
        of any cause up to the horizon; mean time lost to one cause up to the horizon.
    horizon : float
        In the units of the durations (days).
    estimate, std_error : float
        A probability, or days between 0 and the horizon.
    conf_int : Interval
        Log-log for probabilities, Wald for times; within range.
    n, n_clusters, n_at_risk : int
        Units, clusters, and units still under observation just before the horizon.
    """

    estimand: Estimand
    horizon: float
    estimate: float
    std_error: float
    conf_int: Interval
    n: int
    n_clusters: int
    n_at_risk: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each group."""

    estimand: Estimand
    horizon: float
    cause: int
    level: float

    def __post_init__(self) -> None:
        """Check what is asked."""
        critical_z(self.level)
        if self.estimand not in get_args(Estimand):
            raise InvalidInputError("estimand must be one of the four named")
        if not (math.isfinite(self.horizon) and self.horizon > 0):
            raise InvalidInputError("horizon must be above 0")
        if self.cause < 1:
            raise InvalidInputError("cause must be at least 1")

    @property
    def whole(self) -> float:
        """What the estimand and its complement sum to."""
        return float(self.horizon) if self.is_time else 1.0

    @property
    def is_time(self) -> bool:
        """Whether the estimand is a time."""
        return self.estimand in ("restricted_mean_time", "restricted_time_lost")

    @property
    def is_complement(self) -> bool:
        """Whether the estimand is what is left after events of any cause."""
        return self.estimand in ("survival", "restricted_mean_time")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Counts of one group; with clusters, each unit's influence and its cluster's number."""

    weighted: WeightedIncidence
    clustered: tuple[FloatArray, IntArray] | None = None

    @classmethod
    def from_table(cls, table: LifeTable, asked: Question) -> Self:
        """Weigh one group's counts."""
        if asked.is_complement:
            table = table.any_cause()
        left = asked.horizon - table.time
        kappa = np.maximum(left, 0.0) if asked.is_time else (left >= 0).astype(np.float64)
        return cls(WeightedIncidence.of(table, 1 if asked.is_complement else asked.cause, kappa))

    @classmethod
    def from_rows(
        cls, duration: FloatArray, event: FloatArray, cluster: IntArray | None, asked: Question
    ) -> Self:
        """Count and weigh one group's rows, with influences when there are clusters."""
        weighted = cls.from_table(life_table_from_rows(duration, event), asked).weighted
        if cluster is None:
            return cls(weighted)
        counted = np.minimum(event, 1) if asked.is_complement else event
        return cls(weighted, (weighted.unit_influence(duration, counted), cluster))

    @property
    def table(self) -> LifeTable:
        """The counts."""
        return self.weighted.table

    @property
    def n_clusters(self) -> int:
        """Clusters with a unit in the group; units when there are no clusters."""
        if self.clustered is None:
            return self.table.n
        return int(np.count_nonzero(np.bincount(self.clustered[1])))

    def totals(self, n_labels: int = 0) -> FloatArray:
        """Total influence of each cluster."""
        if self.clustered is None:
            return np.zeros(n_labels)
        influence, labels = self.clustered
        return np.bincount(labels, weights=influence, minlength=n_labels).astype(np.float64)

    def estimate(self, asked: Question) -> HorizonEstimate | NotEstimable:
        """Estimate the quantity asked for, or say why not."""
        reason = self._not_estimable(asked)
        if reason is not None:
            return reason
        value, std_error = self.weighted.value, self._std_error()
        if asked.is_time:
            wide = critical_z(asked.level) * std_error
            low, high = max(value - wide, 0.0), min(value + wide, asked.whole)
        else:
            if value > 1 - ROUNDING:
                value, std_error = 1.0, 0.0
            low, high = self._probability_limits(value, std_error, asked)
        if asked.is_complement:
            value, low, high = (asked.whole - v for v in (value, high, low))
        method = "wald" if asked.is_time else "log_log"
        return HorizonEstimate(
            estimand=asked.estimand,
            horizon=float(asked.horizon),
            estimate=value,
            std_error=std_error,
            conf_int=Interval(low=low, high=high, level=asked.level, method=method),
            n=self.table.n,
            n_clusters=self.n_clusters,
            n_at_risk=int(self.table.at_risk_at([asked.horizon])[0]),
        )

    def _not_estimable(self, asked: Question) -> NotEstimable | None:
        table = self.table
        if table.n == 0:
            return NotEstimable(reason="no_cases", detail="There are no cases.")
        if self.n_clusters < 2:
            return NotEstimable(reason="too_few_clusters", detail="There is only one cluster.")
        if table.time[-1] < asked.horizon and table.event_free[-1] > 0:
            return NotEstimable(reason="not_reached", detail="Follow-up ends before the horizon.")
        if asked.is_time and self.weighted.value == 0:
            return NotEstimable(reason="no_events", detail="Nobody has the event by the horizon.")
        return None

    def _std_error(self) -> float:
        totals = self.totals()
        return math.sqrt(
            self.weighted.variance if self.clustered is None else float(totals @ totals)
        )

    def _probability_limits(
        self, value: float, std_error: float, asked: Question
    ) -> tuple[float, float]:
        """Log-log limits of an incidence; exact binomial ones when it is 0 or 1."""
        table = self.table
        if value == 1:
            n_events = int(table.events_of(self.weighted.cause).sum())
            return 1 - float(zero_limit(n_events, asked.level)), 1.0
        last = max(int(np.searchsorted(table.time, asked.horizon, side="right")) - 1, 0)
        low, high = log_log_limits(
            np.array([1 - value]), np.array([std_error]), table.n_at_risk[[last]], asked.level
        )
        return float(low[0]), float(high[0])
