r"""What a difference of two risks means for a number of people, and Cohen's h.

Start from an estimated difference and its interval, whatever method gave them: independent,
matched or clustered. Method notes: ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups._table import unusable_table

DENOMINATORS = (100, 1_000, 10_000, 100_000)
# From this many people on, a difference too small to show is left as 0.
_LARGEST_FOR_DIFFERENCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNeededToTreat:
    """How many need the intervention for one to gain, or for one to lose, by it.

    Attributes
    ----------
    estimate : float
        At least 1; infinite when the difference is 0.
    direction : {"benefit", "harm"} or None
        Whether that one gains or loses; None when the difference is 0.
    benefit, harm : Interval or None
        Numbers needed for one to gain, and for one to lose, that the interval of the difference
        allows. When 0 lies inside it both are there, their upper limits infinite: the interval runs
        from ``benefit.low`` through infinity to ``harm.low``.
    """

    estimate: float
    direction: Literal["benefit", "harm"] | None
    benefit: Interval | None
    harm: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NaturalFrequencies:
    """Two risks as whole numbers of people, which agree with each other.

    Attributes
    ----------
    denominator : int
        100, 1,000, 10,000 or 100,000 similar people.
    treated, comparison : int
        People with the event, of `denominator`.
    difference : int
        ``treated - comparison``, exactly.
    difference_low, difference_high : int
        Limits of the difference, rounded to whole people and never past `difference`.
    excludes_none : bool
        Whether the interval before rounding leaves no difference out; read this, not the rounded
        limits.
    """

    denominator: int
    treated: int
    comparison: int
    difference: int
    difference_low: int
    difference_high: int
    excludes_none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CohensH:
    """Difference of two risks on the scale on which its precision hardly depends on them.

    Attributes
    ----------
    estimate : float
        Treated minus comparison, in [-pi, pi].
    std_error : float
        From the arms' sizes only.
    conf_int : Interval
        Normal interval, within [-pi, pi].
    """

    estimate: float
    std_error: float
    conf_int: Interval


def number_needed_to_treat(
    difference: float, conf_int: Interval, *, fewer_is_better: bool
) -> NumberNeededToTreat:
    r"""Turn a risk difference around, honestly where its interval holds 0.

    Parameters
    ----------
    difference : float
        Risk difference, treated minus comparison, in [-1, 1].
    conf_int : Interval
        Of the difference.
    fewer_is_better : bool
        Whether the event is bad, so that a negative difference is a benefit.

    Returns
    -------
    NumberNeededToTreat
        The intervals keep the level of `conf_int`.

    Raises
    ------
    InvalidInputError
        If the difference isn't within [-1, 1] or its interval doesn't hold it.

    Notes
    -----
    :math:`1/|d|`, and the limits likewise. Differences near 0 are large numbers needed, so the
    interval that holds 0 is two ranges which meet at infinity, not the one between the two limits.

    References
    ----------
    .. [1] Altman DG (1998), BMJ 317:1309-1312.

    Examples
    --------
    >>> interval = Interval(low=-0.05, high=0.25, level=0.95, method="example")
    >>> result = number_needed_to_treat(0.1, interval, fewer_is_better=False)
    >>> result.estimate, result.benefit.low, result.benefit.high, result.harm.low
    (10.0, 4.0, inf, 20.0)
    """
    _check_difference(difference, conf_int)
    sign = -1.0 if fewer_is_better else 1.0
    gain = sign * difference
    low, high = sorted((sign * conf_int.low, sign * conf_int.high))
    direction: Literal["benefit", "harm"] | None = None
    if gain:
        direction = "benefit" if gain > 0 else "harm"
    return NumberNeededToTreat(
        estimate=_inverse(abs(gain)),
        direction=direction,
        benefit=_needed(low, high, conf_int.level),
        harm=_needed(-high, -low, conf_int.level),
    )


def natural_frequencies(
    risk_treated: float, risk_comparison: float, conf_int: Interval
) -> NaturalFrequencies:
    """Risks as whole numbers of the same number of people.

    Parameters
    ----------
    risk_treated, risk_comparison : float
        In [0, 1].
    conf_int : Interval
        Of their difference, treated minus comparison.

    Returns
    -------
    NaturalFrequencies
        With the smallest of 100, 1,000, 10,000 and 100,000 at which a risk above 0 doesn't show as
        nobody, one below 1 not as everybody and, up to 1,000, two risks that differ not as equal.

    Raises
    ------
    InvalidInputError
        If a risk is outside [0, 1] or `conf_int` doesn't hold their difference.

    Notes
    -----
    The risks are rounded and the difference is taken between the rounded numbers, so that a reader
    who subtracts finds what is shown. It is within one person of the rounded difference.

    References
    ----------
    .. [1] Gigerenzer G, Edwards A (2003), BMJ 327:741-744.

    Examples
    --------
    >>> interval = Interval(low=-0.12, high=-0.003, level=0.95, method="example")
    >>> shown = natural_frequencies(0.209, 0.271, interval)
    >>> shown.treated, shown.comparison, shown.denominator, shown.difference
    (21, 27, 100, -6)
    """
    risks = (risk_treated, risk_comparison)
    if not all(0 <= risk <= 1 for risk in risks):
        raise InvalidInputError("a risk must be between 0 and 1")
    _check_difference(risk_treated - risk_comparison, conf_int)
    denominator = next(
        (people for people in DENOMINATORS if _readable(risks, people)), DENOMINATORS[-1]
    )
    treated, comparison = (_people(risk, denominator) for risk in risks)
    difference = treated - comparison
    return NaturalFrequencies(
        denominator=denominator,
        treated=treated,
        comparison=comparison,
        difference=difference,
        difference_low=min(difference, _people(conf_int.low, denominator)),
        difference_high=max(difference, _people(conf_int.high, denominator)),
        excludes_none=not conf_int.low <= 0 <= conf_int.high,
    )


def cohens_h(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    level: float = 0.95,
) -> CohensH | NotEstimable:
    r"""Cohen's effect size for two independent proportions.

    Parameters
    ----------
    events_treated, n_treated, events_comparison, n_comparison : int
        Units with the event and units, by arm; ``0 <= events <= n``.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    CohensH or NotEstimable
        Reason ``"no_cases"`` when both arms are empty, ``"empty_arm"`` when one is.

    Raises
    ------
    InvalidInputError
        If counts contradict each other or `level` is out of range.

    Notes
    -----
    .. math:: h = 2\arcsin\sqrt{p_T} - 2\arcsin\sqrt{p_C},\quad
              s = \sqrt{1/n_T + 1/n_C}

    References
    ----------
    .. [1] Cohen J (1988), Statistical Power Analysis, 2nd ed., eq. 6.2.1.
    """
    z = critical_z(level)
    if missing := unusable_table(
        events_treated=events_treated,
        n_treated=n_treated,
        events_comparison=events_comparison,
        n_comparison=n_comparison,
    ):
        return missing
    angles = (
        2 * math.asin(math.sqrt(events / n))
        for events, n in ((events_treated, n_treated), (events_comparison, n_comparison))
    )
    estimate = next(angles) - next(angles)
    se = math.sqrt(1 / n_treated + 1 / n_comparison)
    return CohensH(
        estimate=estimate,
        std_error=se,
        conf_int=Interval(
            low=max(-math.pi, estimate - z * se),
            high=min(math.pi, estimate + z * se),
            level=level,
            method="arcsine",
        ),
    )


def _check_difference(difference: float, conf_int: Interval) -> None:
    rounding = 1e-12
    inside = conf_int.low - rounding <= difference <= conf_int.high + rounding
    if not (-1 <= difference <= 1 and inside):
        raise InvalidInputError("a risk difference must be within [-1, 1] and its interval")


def _inverse(gain: float) -> float:
    return 1 / gain if gain > 0 else math.inf


def _needed(low: float, high: float, level: float) -> Interval | None:
    """Numbers needed for the part of ``low`` to ``high`` that is above 0, or None if none is."""
    if high <= 0:
        return None
    # Limits may leave [-1, 1] when a normal or Student interval is that wide; nobody needs below 1.
    return Interval(
        low=max(1.0, 1 / high), high=_inverse(low), level=level, method="inverted_difference"
    )


def _people(risk: float, denominator: int) -> int:
    """Whole people, halves away from 0 so that swapping the arms only turns the sign."""
    return int(math.copysign(math.floor(abs(risk) * denominator + 0.5), risk))


def _readable(risks: tuple[float, float], denominator: int) -> bool:
    """Whether risks between 0 and 1 show as such, and different ones (up to 1,000) as different."""
    shown = [_people(risk, denominator) for risk in risks]
    if any(
        count in {0, denominator} and 0 < risk < 1 for risk, count in zip(risks, shown, strict=True)
    ):
        return False
    alike = risks[0] == risks[1] or denominator >= _LARGEST_FOR_DIFFERENCE
    return shown[0] != shown[1] or alike
