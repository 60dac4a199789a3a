"""What every design of an effect says in common: which analysis, and one row for each outcome.

A row is what a table and a forest plot show. It is made from figures after disclosure control, so
that an adjusted p-value can't give a withheld one away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analytics.emmie.contrast import FINEST_P, Estimate
from analytics.extracts.protocol import Analysis, Direction, Estimator, Outcome, Protocol
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.subgroups.multiplicity import adjust_p_values
from analytics.statistics.two_groups.absolute_effects import (
    NaturalFrequencies,
    natural_frequencies,
)

Unit = Literal[
    "share",
    "person_year",
    "100_person_years",
    "100_sessions",
    "per_10000",
    "days",
    "percent",
    "score",
]
"""What the values of a row are in; a share lies between 0 and 1."""

Series = Literal["main", "unadjusted", "alternative"]
"""The estimate that an analysis stands for, the plain one beside it, or another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisInfo:
    """Which analysis an answer is from.

    Attributes
    ----------
    key, label : str
        As in the protocol.
    estimator : str
        Code of the estimator.
    is_main : bool
        Whether the verdict on Effect rests on it.
    design : str
        Code of the evaluation's design.
    note : str
        What the protocol says beside it.
    outcomes : tuple of (str, str)
        Key and label of each outcome that it estimates.
    """

    key: str
    label: str
    estimator: Estimator
    is_main: bool
    design: str
    note: str = ""
    outcomes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """One outcome in one table and one forest plot.

    Attributes
    ----------
    key, label, phrase : str
        Outcome; the phrase finishes "of 100 cases, 17 ..." and is empty for rates.
    unit : str
        What values and differences are in.
    series : str
        ``main`` for the analysis itself, ``unadjusted`` for the plain comparison beside it.
    treated, comparison : float or None
        Value with and without the intervention; None when withheld or not estimable.
    treated_of, comparison_of : (int, int) or None
        Events and cases behind a value; None when they are withheld, weighted or rates.
    difference, ratio : Estimate or None
        Treated minus, and over, comparison.
    p_value : float or None
        Of the test that the analysis rests on, as far as it may be shown.
    p_adjusted : float or None
        Holm's p-value over the primary outcomes of the analysis; None for other outcomes.
    intended : str or None
        Direction that the logic model intends.
    primary : bool
        Whether the verdict rests on it.
    reason : str or None
        Why there is no estimate; ``withheld`` after disclosure control.
    rounded : bool
        Whether figures are rounded to whole per cent to protect a few people.
    confirmed : bool
        Whether the p-value, not only the interval, must be small enough for a difference to count.
    """

    key: str
    label: str
    unit: Unit
    series: Series = "main"
    phrase: str = ""
    treated: float | None = None
    comparison: float | None = None
    treated_of: tuple[int, int] | None = None
    comparison_of: tuple[int, int] | None = None
    difference: Estimate | None = None
    ratio: Estimate | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    intended: Direction | None = None
    primary: bool = False
    reason: str | None = None
    rounded: bool = False
    confirmed: bool = True

    @property
    def excludes_no_effect(self) -> bool:
        """Whether the interval leaves out no effect, and an adjusted p-value agrees.

        The interval of the difference is read, or of the ratio where there is no difference.
        """
        estimate, null = (self.difference, 0.0) if self.difference else (self.ratio, 1.0)
        if estimate is None or estimate.conf_int.low <= null <= estimate.conf_int.high:
            return False
        if self.confirmed and self.p_adjusted is not None:
            return self.p_adjusted <= 1 - estimate.conf_int.level + 1e-9
        return True

    @property
    def differs_as_intended(self) -> bool:
        """Whether it differs by more than chance on the side that the logic model intends."""
        if self.intended is None or not self.excludes_no_effect:
            return False
        estimate, null = (self.difference, 0.0) if self.difference else (self.ratio, 1.0)
        assert estimate is not None  # noqa: S101 - an effect that is excluded has an estimate
        return (estimate.value < null) == (self.intended == "lower")


def analyses_of(protocol: Protocol) -> tuple[AnalysisInfo, ...]:
    """Return the analyses of a protocol, the main one first."""
    return tuple(info_of(one, protocol) for one in listed_analyses(protocol))


def listed_analyses(protocol: Protocol) -> list[Analysis]:
    """Return the analyses, the main one first.

    A protocol that names none, but how cases are matched, has one matched analysis.
    """
    listed = protocol.analyses
    if not listed and protocol.matching is not None:
        listed = (Analysis(key="matched", label="Matched cases", estimator="matched", main=True),)
    return sorted(listed, key=lambda one: not one.main)


def outcomes_of(analysis: Analysis, protocol: Protocol) -> tuple[Outcome, ...]:
    """Return the outcomes that an analysis estimates, in the order of the protocol."""
    kinds = KINDS[analysis.estimator]
    return tuple(
        item
        for item in protocol.outcomes
        if item.kind in kinds and (not analysis.outcomes or item.key in analysis.outcomes)
    )


_CASES = ("police_outcome", "plan", "event")
KINDS: dict[Estimator, tuple[str, ...]] = {
    "matched": _CASES,
    "weighted": _CASES,
    "difference_in_differences": _CASES,
    "interrupted_series": _CASES,
    "rate_ratio": ("service_use",),
    "cross_section": ("published",),
    "area_difference_in_differences": ("published",),
    "area_series": ("published",),
}
"""Kinds of outcome that an estimator can take."""


def info_of(one: Analysis, protocol: Protocol) -> AnalysisInfo:
    """Return what an answer carries of its analysis."""
    return AnalysisInfo(
        key=one.key,
        label=one.label,
        estimator=one.estimator,
        is_main=one.main,
        design=protocol.evaluation.design,
        note=one.note,
        outcomes=tuple((item.key, item.label) for item in outcomes_of(one, protocol)),
    )


def with_holm(rows: Sequence[EffectRow], *, level: float = 0.95) -> tuple[EffectRow, ...]:
    """Adjust the p-values of an analysis over its primary outcomes.

    Parameters
    ----------
    rows : sequence of EffectRow
        After disclosure control.
    level : float
        Confidence level of the intervals; the p-values are judged against one minus it.

    Returns
    -------
    tuple of EffectRow
        In the same order. Only primary rows of the series ``main`` are adjusted.

    Notes
    -----
    An outcome that is withheld stays in the family, as if its p-value were 1: the others are then
    adjusted at least as much as Holm asks, and its p-value can't be worked out from theirs. One
    that is not estimable is no test. Disclosure control rounds p-values up, so that one enters at
    the upper end of what it may have been.
    """
    places = [place for place, row in enumerate(rows) if row.primary and row.series == "main"]
    tests = [_enters(rows[place]) for place in places]
    family = adjust_p_values(tests, error_rate=1 - level) if places else None
    adjusted = list(rows)
    if family is None or isinstance(family, NotEstimable):
        return tuple(adjusted)
    for place, test in zip(places, family.tests, strict=True):
        if not isinstance(test, NotEstimable) and rows[place].p_value is not None:
            adjusted[place] = replace(rows[place], p_adjusted=test.adjusted_p_value)
    return tuple(adjusted)


def natural_frequency(row: EffectRow) -> NaturalFrequencies | None:
    """Return both values as whole numbers of people, from released figures; None without them."""
    if row.unit != "share" or row.difference is None:
        return None
    if row.treated is None or row.comparison is None:
        return None
    limits, gap = row.difference.conf_int, row.treated - row.comparison
    if not (0 <= row.comparison <= 1 and 0 <= row.treated <= 1):
        return None
    # Rounding may have moved the limits past the difference of the rounded shares.
    held = replace(limits, low=min(limits.low, gap), high=max(limits.high, gap))
    return natural_frequencies(row.treated, row.comparison, held)


def _enters(row: EffectRow) -> float | NotEstimable:
    """Return the p-value with which a row enters its family."""
    if row.p_value is not None:
        # Disclosure control rounds up, so only a p-value that came as 0 must be lifted.
        return max(row.p_value, FINEST_P / 2 if row.rounded else 0.0)
    if row.reason == "withheld":
        return 1.0
    return NotEstimable(reason="not_available", detail="There is no test.")


def multiplicity_of(rows: Sequence[EffectRow], error_rate: float = 0.05) -> HealthCheck | None:
    """Return the check of multiplicity over the primary outcomes, or None when none was tested."""
    tests = [_enters(row) for row in rows if row.primary and row.series == "main"]
    family = adjust_p_values(tests, error_rate=error_rate) if tests else None
    if family is None or isinstance(family, NotEstimable):
        return None
    return family.checks[0]
