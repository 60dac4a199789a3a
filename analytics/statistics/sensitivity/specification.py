r"""Specification curve: every defensible analysis, side by side.

Shows how much the answer depends on the analyst's choices; it says nothing about a bias that all
of them share. Method notes: ``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import Protocol

from analytics.errors import InvalidInputError
from analytics.statistics.results import Interval, NotEstimable


class Estimated(Protocol):
    """Anything with an estimate and an interval: every result of this package has them."""

    @property
    def estimate(self) -> float:
        """Point estimate."""
        ...

    @property
    def conf_int(self) -> Interval:
        """Interval on the same scale."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """One analysis: the choices made, and what came out.

    Attributes
    ----------
    choices : tuple of (str, str)
        Name of each choice and code of the option taken.
    estimate : float or None
        None when this combination has no estimate.
    conf_int : Interval or None
        Its interval.
    problem : NotEstimable or None
        Why there is no estimate.
    """

    choices: tuple[tuple[str, str], ...]
    estimate: float | None
    conf_int: Interval | None
    problem: NotEstimable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInfluence:
    """How far one choice moves the answer.

    Attributes
    ----------
    name : str
        Name of the choice.
    option_medians : tuple of (str, float)
        Median estimate of the specifications that took each option.
    spread : float
        Largest minus smallest of those medians, at least 0.
    """

    name: str
    option_medians: tuple[tuple[str, float], ...]
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecificationCurve:
    """All specifications with an estimate, in order, and what they agree on.

    Attributes
    ----------
    specifications : tuple of Specification
        From the smallest estimate to the largest.
    not_estimable : tuple of Specification
        The rest.
    median : float
        Median estimate.
    share_same_side : float
        Share of estimates on the same side of no effect as the median, in [0, 1]; 0 when the
        median is exactly no effect.
    share_significant : float
        Share on that side whose interval also excludes no effect, in [0, 1].
    influences : tuple of ChoiceInfluence
        The choice that moves the median most comes first.
    null : float
        No effect on the scale of the estimates.
    """

    specifications: tuple[Specification, ...]
    not_estimable: tuple[Specification, ...]
    median: float
    share_same_side: float
    share_significant: float
    influences: tuple[ChoiceInfluence, ...]
    null: float


def run_specifications(
    options: Mapping[str, Sequence[str]],
    estimator: Callable[[Mapping[str, str]], Estimated | NotEstimable],
) -> tuple[Specification, ...]:
    """Call an estimator for every combination of named options.

    Parameters
    ----------
    options : mapping of str to sequence of str
        The choices and the codes of their options, for example ``{"caliper": ("0.1", "0.2")}``.
    estimator : callable
        Takes one option per choice; returns a result with `estimate` and `conf_int`, or
        NotEstimable, which is kept.

    Returns
    -------
    tuple of Specification
        One per combination, the last choice varying fastest.

    Raises
    ------
    InvalidInputError
        If there is no choice, or a choice without options or with an option twice.

    References
    ----------
    .. [1] Simonsohn U, Simmons JP, Nelson LD (2020), Nature Human Behaviour 4:1208-1214.
    """
    if not options or any(len(set(codes)) != len(codes) or not codes for codes in options.values()):
        raise InvalidInputError("each choice needs options, each one once")
    found = []
    for codes in product(*options.values()):
        choices = dict(zip(options, codes, strict=True))
        result = estimator(choices)
        found.append(_specification(tuple(choices.items()), result))
    return tuple(found)


def specification_curve(
    specifications: Iterable[Specification], *, null: float = 0.0
) -> SpecificationCurve | NotEstimable:
    r"""Order the specifications and say what they agree on.

    Parameters
    ----------
    specifications : iterable of Specification
        All with the same names of choices, on the same scale.
    null : float
        No effect on that scale: 0 for a difference or a logarithm, 1 for a ratio.

    Returns
    -------
    SpecificationCurve or NotEstimable
        Reason ``"not_available"`` when no specification has an estimate.

    Raises
    ------
    InvalidInputError
        If the names of the choices differ, or an estimate isn't finite.

    Notes
    -----
    The influence of a choice is the largest minus the smallest of its options' median estimates.

    References
    ----------
    .. [1] Simonsohn U, Simmons JP, Nelson LD (2020), Nature Human Behaviour 4:1208-1214.
    """
    everything = tuple(specifications)
    if len({tuple(name for name, _ in spec.choices) for spec in everything}) > 1:
        raise InvalidInputError("specifications must have the same choices")
    estimated = [
        (spec.estimate, spec.conf_int, spec)
        for spec in everything
        if spec.estimate is not None and spec.conf_int is not None
    ]
    if not estimated:
        return NotEstimable(reason="not_available", detail="No specification has an estimate.")
    if not all(math.isfinite(estimate) for estimate, _, _ in estimated):
        raise InvalidInputError("an estimate must be finite")
    estimated.sort(key=lambda found: (found[0], found[2].choices))
    middle = median(estimate for estimate, _, _ in estimated)
    side = math.copysign(1, middle - null) if middle != null else 0.0
    same = [(e - null) * side > 0 for e, _, _ in estimated]
    clear = [not interval.low <= null <= interval.high for _, interval, _ in estimated]
    ordered = tuple(spec for _, _, spec in estimated)
    return SpecificationCurve(
        specifications=ordered,
        not_estimable=tuple(spec for spec in everything if spec.estimate is None),
        median=middle,
        share_same_side=sum(same) / len(same),
        share_significant=sum(a and b for a, b in zip(same, clear, strict=True)) / len(same),
        influences=_influences([(estimate, spec) for estimate, _, spec in estimated]),
        null=null,
    )


def _specification(
    choices: tuple[tuple[str, str], ...], result: Estimated | NotEstimable
) -> Specification:
    if isinstance(result, NotEstimable):
        return Specification(choices=choices, estimate=None, conf_int=None, problem=result)
    return Specification(
        choices=choices, estimate=result.estimate, conf_int=result.conf_int, problem=None
    )


def _influences(
    estimated: list[tuple[float, Specification]],
) -> tuple[ChoiceInfluence, ...]:
    """Median estimate by option of each choice, the widest spread first."""
    groups: dict[str, dict[str, list[float]]] = {}
    for estimate, spec in estimated:
        for name, code in spec.choices:
            groups.setdefault(name, {}).setdefault(code, []).append(estimate)
    found = []
    for name, by_option in groups.items():
        medians = tuple((code, median(values)) for code, values in sorted(by_option.items()))
        values = [value for _, value in medians]
        found.append(
            ChoiceInfluence(name=name, option_medians=medians, spread=max(values) - min(values))
        )
    return tuple(sorted(found, key=lambda influence: -influence.spread))
