r"""Best and worst cases: what missing outcomes could do to a comparison, whatever they were.

Method notes: ``docs/methods/estimators/missing_data.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.statistics.missing_data._outcome_checks import check_outcomes
from analytics.statistics.missing_data.outcome_counts import ArmOutcomes
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.proportions import RiskDifferenceResult, risk_difference
from analytics.statistics.two_groups.ratios import RatioResult, risk_ratio

ScenarioCode = Literal["complete_case", "none_have_event", "all_have_event", "lowest", "highest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingScenario:
    """The comparison under one assumption about the missing outcomes.

    Attributes
    ----------
    code : str
        ``"complete_case"`` leaves them out; in ``"lowest"`` only the missing of the comparison arm
        have the event, in ``"highest"`` only those of the treated arm.
    difference : RiskDifferenceResult
        Treated minus comparison.
    ratio : RatioResult or NotEstimable
        Treated over comparison.
    """

    code: ScenarioCode
    difference: RiskDifferenceResult
    ratio: RatioResult | NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingOutcomeBounds:
    """Bounds that hold whatever the missing outcomes were.

    Attributes
    ----------
    scenarios : tuple of MissingScenario
        Complete cases, none, all, lowest, highest.
    low, high : float
        Smallest and largest risk difference that the missing outcomes allow, in [-1, 1].
    conf_int : Interval
        From the lower limit of the lowest case to the upper limit of the highest; holds the true
        difference at least as often as `level` says.
    """

    scenarios: tuple[MissingScenario, ...]
    low: float
    high: float
    conf_int: Interval


def missing_outcome_bounds(
    treated: ArmOutcomes, comparison: ArmOutcomes, *, level: float = 0.95
) -> MissingOutcomeBounds | NotEstimable:
    r"""Bound the difference and the ratio of two risks when outcomes are missing.

    Parameters
    ----------
    treated, comparison : ArmOutcomes
        Counts by arm.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    MissingOutcomeBounds or NotEstimable
        Reasons ``"no_cases"``, ``"empty_arm"`` (an arm has no known outcome).

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    With events e, missing u and cases n: from :math:`e_T/n_T - (e_C+u_C)/n_C` to
    :math:`(e_T+u_T)/n_T - e_C/n_C`. No assumption on why outcomes are missing.

    References
    ----------
    .. [1] Manski CF (1990), American Economic Review 80(2):319-323.
    .. [2] Horowitz JL, Manski CF (2000), Journal of the American Statistical Association 95:77-84.
    """
    if problem := check_outcomes(treated, comparison):
        return problem
    # Missing cases with the event in each arm; None leaves them out.
    assumed: dict[ScenarioCode, tuple[int, int] | None] = {
        "complete_case": None,
        "none_have_event": (0, 0),
        "all_have_event": (treated.missing, comparison.missing),
        "lowest": (0, comparison.missing),
        "highest": (treated.missing, 0),
    }
    scenarios = []
    for code, added in assumed.items():
        scenario = _scenario(code, treated, comparison, added, level)
        if isinstance(scenario, NotEstimable):
            return scenario
        scenarios.append(scenario)
    lowest, highest = scenarios[-2].difference, scenarios[-1].difference
    return MissingOutcomeBounds(
        scenarios=tuple(scenarios),
        low=lowest.estimate,
        high=highest.estimate,
        conf_int=Interval(
            low=lowest.conf_int.low,
            high=highest.conf_int.high,
            level=level,
            method="worst_case_union",
        ),
    )


def _scenario(
    code: ScenarioCode,
    treated: ArmOutcomes,
    comparison: ArmOutcomes,
    added: tuple[int, int] | None,
    level: float,
) -> MissingScenario | NotEstimable:
    more_treated, more_comparison = added or (0, 0)
    counts = {
        "events_treated": treated.events + more_treated,
        "n_treated": treated.observed if added is None else treated.cases,
        "events_comparison": comparison.events + more_comparison,
        "n_comparison": comparison.observed if added is None else comparison.cases,
    }
    difference = risk_difference(**counts, level=level)
    if isinstance(difference, NotEstimable):
        return difference
    return MissingScenario(
        code=code, difference=difference, ratio=risk_ratio(**counts, level=level)
    )
