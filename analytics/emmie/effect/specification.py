"""Specification curve: the same outcome by every reasonable way of making cases alike.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.emmie.effect.analyses import AnalysisQuestion, chosen_analysis
from analytics.emmie.effect.cases import EXTRACTS, known, study_rows
from analytics.emmie.effect.compared import Compared, compared_cases, without_intervention
from analytics.emmie.effect.comparison import ESTIMANDS
from analytics.emmie.effect.results import AnalysisInfo
from analytics.emmie.effect.ways import ALL, METHOD_OF, Ways, options_of
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.extracts.protocol import Direction, Outcome
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.sensitivity.specification import (
    Specification,
    run_specifications,
    specification_curve,
)

AnswerT = TypeVar("AnswerT", bound="SpecificationAnswer")
POINT_PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationQuestion(AnalysisQuestion["SpecificationAnswer"]):
    """Ask in how many reasonable specifications the sign of one outcome's difference holds.

    Attributes
    ----------
    outcome : str
        Key of the outcome.
    """

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One specification.

    Attributes
    ----------
    choices : tuple of (str, str)
        Name of each choice, and code of the option taken.
    estimate, low, high : float
        Difference of shares and its limits.
    is_chosen : bool
        Whether it is the analysis of the protocol.
    cells : tuple of int
        Cases with and without the outcome by arm; empty after disclosure control.
    """

    choices: tuple[tuple[str, str], ...]
    estimate: float
    low: float
    high: float
    is_chosen: bool
    cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How far one choice moves the answer: the median of each option, and their spread."""

    name: str
    medians: tuple[tuple[str, float], ...]
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationAnswer:
    """All specifications of one outcome, from the smallest difference to the largest.

    Attributes
    ----------
    n_not_estimable : int
        Specifications without an estimate, or withheld.
    median : float or None
        Median difference; None when nothing may be shown.
    share_same_side : float or None
        Share of the specifications on the median's side of no difference.
    share_clear : float or None
        Share of them on that side whose interval leaves out no difference too.
    influences : tuple of Influence
        The choice that moves the median most comes first.
    whole : tuple of int
        Cases with and without the outcome in each arm; empty after disclosure control.
    """

    provenance: Provenance
    analysis: AnalysisInfo
    outcome: str
    label: str
    intended: Direction | None
    specs: tuple[Spec, ...]
    n_not_estimable: int
    median: float | None
    share_same_side: float | None
    share_clear: float | None
    influences: tuple[Influence, ...]
    whole: tuple[int, ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Drop what rests on small cells, and round to whole percentage points."""
        if not policy.largest_withheld:
            return replace(self, whole=())
        hidden_all = any(policy.is_small(cell) for cell in self.whole)
        kept = (
            ()
            if hidden_all
            else tuple(
                spec for spec in self.specs if not any(policy.is_small(cell) for cell in spec.cells)
            )
        )
        n_out = self.n_not_estimable + len(self.specs) - len(kept)
        released = replace(self, specs=kept, n_not_estimable=n_out, whole=())
        return _rounded(_summarised(released))


def answer_specification(
    question: SpecificationQuestion, study: Study
) -> SpecificationAnswer | Unanswered:
    """Estimate one outcome by every combination of choices.

    Parameters
    ----------
    question : SpecificationQuestion
        Outcome, analysis and confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    SpecificationAnswer or Unanswered
        Unanswered when no such analysis compares cases, or there is nothing to estimate.
    """
    provenance = study.provenance(*EXTRACTS)
    analysis = chosen_analysis(study.protocol, question.analysis, *ESTIMANDS)
    outcome = analysis.outcome(question.outcome) if analysis else None
    if analysis is None or outcome is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    compared = compared_cases(study, study_rows(study, _variants(outcome)))
    if isinstance(compared, Unanswered):
        return compared
    caliper = compared.matching.caliper
    ways = _ways(study, compared, outcome, question.level)
    options = options_of(ways, caliper, is_police=outcome.kind == "police_outcome")
    method = METHOD_OF[analysis.info.estimator].format(caliper=f"{caliper:g}")
    own = {name: codes[0] for name, codes in options.items()} | {"method": method}
    found = run_specifications(options, ways.estimate)
    specs = tuple(_spec(item, own, ways) for item in found if item.estimate is not None)
    answer = SpecificationAnswer(
        provenance=provenance,
        analysis=analysis.info,
        outcome=outcome.key,
        label=outcome.label,
        intended=outcome.intended,
        specs=specs,
        n_not_estimable=len(found) - len(specs),
        median=None,
        share_same_side=None,
        share_clear=None,
        influences=(),
        whole=cells_of(ways.outcomes[outcome.key], ways.arms.treated),
        level=question.level,
    )
    return _summarised(answer)


def _ways(study: Study, compared: Compared, outcome: Outcome, level: float) -> Ways:
    """Return the cases, ready to be estimated by any combination of choices."""
    complete = compared.complete
    values = {item.key: known(complete, item.key) for item in _variants(outcome)}
    return Ways(
        arms=compared.arms,
        area=complete["local_authority"].factorize()[0],
        elsewhere=without_intervention(study, complete),
        outcomes=_different(values),
        level=level,
    )


def _variants(outcome: Outcome) -> tuple[Outcome, ...]:
    """Return the outcome, and the same by each other list of codes that might count."""
    others = (
        replace(outcome, key=f"{outcome.key}{ALL}{place}", codes=codes)
        for place, codes in enumerate(outcome.other_codes)
    )
    return (outcome, *others)


def _different(outcomes: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Drop lists of codes that mark the same cases as an earlier one."""
    kept: dict[str, FloatArray] = {}
    for key, values in outcomes.items():
        if not any(np.array_equal(values, other, equal_nan=True) for other in kept.values()):
            kept[key] = values
    return kept


def cells_of(values: FloatArray, treated: np.ndarray) -> tuple[int, ...]:
    """Return the cases with and without the outcome in each arm."""
    return tuple(
        int((values[side] == flag).sum()) for side in (treated, ~treated) for flag in (1, 0)
    )


def _spec(found: Specification, chosen: dict[str, str], ways: Ways) -> Spec:
    limits = found.conf_int
    assert found.estimate is not None  # noqa: S101 - kept only with an estimate
    assert limits is not None  # noqa: S101 - an estimate has an interval
    return Spec(
        choices=found.choices,
        estimate=found.estimate,
        low=limits.low,
        high=limits.high,
        is_chosen=dict(found.choices) == chosen,
        cells=ways.cells(dict(found.choices)),
    )


def _summarised(answer: AnswerT) -> AnswerT:
    """Order the specifications, and say what they agree on."""
    by_choices = {spec.choices: spec for spec in answer.specs}
    curve = specification_curve(
        Specification(
            choices=spec.choices,
            estimate=spec.estimate,
            conf_int=Interval(low=spec.low, high=spec.high, level=answer.level, method="curve"),
            problem=None,
        )
        for spec in answer.specs
    )
    if isinstance(curve, NotEstimable):
        return replace(answer, median=None, share_same_side=None, share_clear=None, influences=())
    return replace(
        answer,
        specs=tuple(by_choices[item.choices] for item in curve.specifications),
        median=curve.median,
        share_same_side=curve.share_same_side,
        share_clear=curve.share_significant,
        influences=tuple(
            Influence(name=one.name, medians=one.option_medians, spread=one.spread)
            for one in curve.influences
        ),
    )


def _rounded(answer: AnswerT) -> AnswerT:
    """Round every difference to whole percentage points."""
    return replace(
        answer,
        median=None if answer.median is None else round(answer.median, POINT_PLACES),
        specs=tuple(
            replace(
                spec,
                estimate=round(spec.estimate, POINT_PLACES),
                low=round(spec.low, POINT_PLACES),
                high=round(spec.high, POINT_PLACES),
                cells=(),
            )
            for spec in answer.specs
        ),
        influences=tuple(
            Influence(
                name=one.name,
                medians=tuple((code, round(value, POINT_PLACES)) for code, value in one.medians),
                spread=round(one.spread, POINT_PLACES),
            )
            for one in answer.influences
        ),
    )
