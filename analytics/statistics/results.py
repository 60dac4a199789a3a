"""Values that every statistical result is made of.

They hold numbers and codes, never wording for a page. The registry of estimators is
``docs/methods/README.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "no_cases",
    "empty_arm",
    "no_events",
    "separation",
    "too_few_clusters",
    "no_overlap",
    "not_reached",
    "not_available",
    "no_variation",
    "too_few_cases",
    "collinear",
    "not_converged",
    "calendar_gap",
]
Status = Literal["pass", "review", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval that remembers its level and method.

    Attributes
    ----------
    low, high : float
        Limits, in the units of the estimate; ``low <= high``.
    level : float
        Confidence level, strictly between 0 and 1.
    method : str
        Code of the method, for example ``"wilson"`` or ``"newcombe_hybrid_score"``.
    """

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """One diagnostic beside an answer, judged against a stated threshold.

    Attributes
    ----------
    name : str
        Code of the check.
    value : float or None
        What was measured; None when it cannot be measured.
    threshold : float or None
        The value at which the check stops being a plain pass; None when there is no such value.
    status : {"pass", "review", "fail"}
        Judgement.
    meaning : str
        What the check measures and what its status means for the reader.
    source : str
        Where the threshold comes from; says so when the rule is our own.
    """

    name: str
    value: float | None
    threshold: float | None
    status: Status
    meaning: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEstimable:
    """Why there is no estimate.

    Attributes
    ----------
    reason : str
        Code, one of `Reason`.
    detail : str
        One sentence; names no row and no value of a row.
    """

    reason: Reason
    detail: str
