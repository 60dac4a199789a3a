"""The models behind what goes with a return: fitted once, read by factor and level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analytics.emmie.repeat_plans.factor_list import FEWEST, Coded
from analytics.emmie.repeat_plans.followed import Followed
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.subgroups.multiplicity import TestFamily, adjust_p_values
from analytics.statistics.time_to_event.checks import (
    events_per_parameter_check,
    proportional_hazards_check,
)
from analytics.statistics.time_to_event.cox import fit_cause_specific, fit_cox
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.hazard_fit import HazardFit, hazard_ratio, joint_test
from analytics.statistics.time_to_event.proportional_hazards import proportional_hazards_test

SPLIT: Final = 365
"""Last day of the first period, for a ratio that changes with time."""
CONSTANT: Final = 0.05
"""A ratio is taken to be the same at any time unless the p-value of its test is below this."""

Place = tuple[str, str]
"""Factor and level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio of rates; 1 is no difference."""

    estimate: float
    conf_int: Interval
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorTests:
    """Tests of one factor; see ``FactorFound``."""

    p_value: float | None
    p_holm: float | None
    is_constant: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Models:
    """What the models say.

    Attributes
    ----------
    ratios : dict
        Fields of ``LevelFound`` by factor and level; first levels have none.
    tests : dict
        By factor.
    """

    ratios: dict[Place, dict[str, Any]]
    tests: dict[str, FactorTests]
    checks: tuple[HealthCheck, ...]


def models_of(followed: Followed, factors: Sequence[Coded], level: float) -> Models | NotEstimable:
    """Fit the models of all factors together and of each alone, families as clusters."""
    places = [(one.key, name) for one in factors for name in one.levels[1:]]
    flags = np.column_stack([flag for one in factors for flag in one.flags]).astype(np.float64)
    cox = fit_cause_specific(followed.days, followed.event, flags, cluster=followed.family)
    if isinstance(cox, NotEstimable):
        return cox
    constant = proportional_hazards_test(cox)
    p_constant = dict(zip(places, constant.covariate_p_values, strict=True))
    fine_gray = fit_fine_gray(followed.days, followed.event, flags, cluster=followed.family)
    ratios: dict[Place, dict[str, Any]] = {}
    for column, place in enumerate(places):
        ratios[place] = {
            "adjusted": _ratio(cox, column, level),
            "subdistribution": _ratio(fine_gray, column, level),
            "p_constant": p_constant[place],
        }
    for one in factors:
        alone = _alone(followed, one)
        for column, name in enumerate(one.levels[1:]):
            ratios[one.key, name]["alone"] = _ratio(alone, column, level)
    changing = [
        one
        for one in factors
        if any(p_constant[one.key, name] < CONSTANT for name in one.levels[1:])
    ]
    for place, fields in _by_period(followed, flags, places, changing, level).items():
        ratios[place] |= fields
    return Models(
        ratios=ratios,
        tests=_tests(cox, places, factors, {one.key for one in changing}),
        checks=(events_per_parameter_check(cox), proportional_hazards_check(constant)),
    )


def _alone(followed: Followed, one: Coded) -> HazardFit | NotEstimable:
    flags = np.column_stack(one.flags).astype(np.float64)
    return fit_cause_specific(followed.days, followed.event, flags, cluster=followed.family)


def _ratio(fit: HazardFit | NotEstimable, column: int, level: float) -> Ratio | None:
    if isinstance(fit, NotEstimable):
        return None
    found = hazard_ratio(fit, column, level=level)
    return Ratio(estimate=found.estimate, conf_int=found.conf_int, p_value=found.p_value)


def _tests(
    fit: HazardFit, places: Sequence[Place], factors: Sequence[Coded], changing: set[str]
) -> dict[str, FactorTests]:
    """Test each factor as a whole, and correct for how many there are."""
    p_values: list[float | NotEstimable] = []
    for one in factors:
        columns = [column for column, (key, _) in enumerate(places) if key == one.key]
        test = joint_test(fit, columns)
        p_values.append(test if isinstance(test, NotEstimable) else test.p_value)
    family = adjust_p_values(p_values, method="holm")
    adjusted = family.tests if isinstance(family, TestFamily) else p_values
    tests = {}
    for one, raw, holm in zip(factors, p_values, adjusted, strict=True):
        tests[one.key] = FactorTests(
            p_value=None if isinstance(raw, NotEstimable) else raw,
            p_holm=None if isinstance(holm, float | NotEstimable) else holm.adjusted_p_value,
            is_constant=one.key not in changing,
        )
    return tests


def _by_period(
    followed: Followed,
    flags: FloatArray,
    places: Sequence[Place],
    changing: Sequence[Coded],
    level: float,
) -> dict[Place, dict[str, Any]]:
    """Let the ratios of some factors differ between the first period and the second.

    Each plan that is followed for longer has a row for each period, the second entered late. A
    factor with few returns in one of the periods is not read.
    """
    is_late = followed.days > SPLIT
    returned = followed.event == 1
    read = {one.key for one in changing if _has_enough(one, returned, is_late)}
    varying = [column for column, (key, _) in enumerate(places) if key in read]
    if not varying:
        return {}
    early = flags[:, varying]
    late = flags[is_late]
    fit = fit_cox(
        np.concatenate([np.minimum(followed.days, SPLIT), followed.days[is_late]]),
        np.concatenate([returned & ~is_late, returned[is_late]]),
        np.block(
            [
                [_without(flags, varying), early, np.zeros_like(early)],
                [_without(late, varying), np.zeros_like(late[:, varying]), late[:, varying]],
            ]
        ),
        entry=np.concatenate([np.full(len(flags), -1.0), np.full(int(is_late.sum()), SPLIT)]),
        cluster=np.concatenate([followed.family, followed.family[is_late]]),
    )
    first = flags.shape[1] - len(varying)
    return {
        places[column]: {
            "early": _ratio(fit, first + i, level),
            "late": _ratio(fit, first + len(varying) + i, level),
        }
        for i, column in enumerate(varying)
    }


def _without(flags: FloatArray, columns: Sequence[int]) -> FloatArray:
    return np.delete(flags, list(columns), axis=1)


def _has_enough(one: Coded, returned: Any, is_late: Any) -> bool:
    return all(
        np.count_nonzero(returned & period & (one.labels == level)) >= FEWEST
        for level in one.levels
        for period in (is_late, ~is_late)
    )
