r"""Negative-control outcomes: an "effect" on what the intervention can't affect is bias.

Method notes: ``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.errors import InvalidInputError
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import HealthCheck, Interval, Status

_SOURCE = "Lipsitch et al. 2010, Epidemiology 21:383-388; the margin is the analyst's own"
_MEANING: dict[Status, str] = {
    "pass": "No effect beyond the margin on the control outcome: no sign of such a bias.",
    "review": "The control outcome neither shows nor rules out bias as large as the margin.",
    "fail": "An effect where none can be: the arms differ in something unmeasured.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeControlResult:
    """An estimate on an outcome that the intervention can't affect, compared with no effect.

    Attributes
    ----------
    estimate : float
        Effect on the control outcome, on an additive scale (risk difference, log ratio).
    std_error : float
        Its standard error, above 0.
    conf_int : Interval
        Normal interval; fails the check when it excludes 0 and reaches beyond the margin.
    equivalence_interval : Interval
        Interval at twice the error rate, as two one-sided tests need it; passes the check when it
        lies within the margin.
    p_value : float
        Two-sided, of no effect.
    margin : float
        Largest bias that would not matter, above 0.
    check : HealthCheck
        ``"negative_control_outcome"``.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    equivalence_interval: Interval
    p_value: float
    margin: float
    check: HealthCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasShiftedResult:
    """An estimate less the bias that a negative-control outcome shows.

    Attributes
    ----------
    estimate : float
        Estimate minus that of the control outcome, same additive scale.
    std_error : float
        Of the difference.
    conf_int : Interval
        Normal interval.
    p_value : float
        Two-sided, of no effect.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float


def negative_control_outcome(
    *, estimate: float, std_error: float, margin: float, level: float = 0.95
) -> NegativeControlResult:
    r"""Judge an estimate that should be zero.

    Parameters
    ----------
    estimate : float
        Effect on the control outcome from the same analysis as the main one, on a scale where no
        effect is 0: a risk difference, the logarithm of a ratio.
    std_error : float
        Its standard error, cluster-robust where the main one is; above 0.
    margin : float
        Largest bias that would not matter, above 0; state it beforehand.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    NegativeControlResult
        Check *fail* when the interval excludes 0 and the margin isn't kept; *pass* when the
        equivalence interval is within the margin (also when it excludes 0: bias, but too small to
        matter); *review* otherwise.

    Raises
    ------
    InvalidInputError
        If a value is not finite or out of range.

    Notes
    -----
    Pass: :math:`|\hat b| + z_{1-\alpha} s < m` (two one-sided tests). Fail:
    :math:`|\hat b| > z_{1-\alpha/2} s`, unless passed.

    References
    ----------
    .. [1] Lipsitch M, Tchetgen Tchetgen E, Cohen T (2010), Epidemiology 21:383-388.
    .. [2] Schuirmann DJ (1987), Journal of Pharmacokinetics and Biopharmaceutics 15:657-680.
    """
    z = critical_z(level)
    _check_estimate(estimate, std_error)
    if not 0 < margin < math.inf:
        raise InvalidInputError("margin must be above 0 and finite")
    # Two one-sided tests of size 1 - level are one interval of level 1 - 2 (1 - level).
    equivalence_level = 2 * level - 1
    if equivalence_level <= 0:
        raise InvalidInputError("level must be above 0.5")
    equivalence = symmetric_interval(estimate, std_error, level=equivalence_level, method="normal")
    if -margin < equivalence.low and equivalence.high < margin:
        status: Status = "pass"
    else:
        status = "fail" if abs(estimate) > z * std_error else "review"
    return NegativeControlResult(
        estimate=estimate,
        std_error=std_error,
        conf_int=symmetric_interval(estimate, std_error, level=level, method="normal"),
        equivalence_interval=equivalence,
        p_value=two_sided_p(estimate / std_error),
        margin=margin,
        check=HealthCheck(
            name="negative_control_outcome",
            value=estimate,
            threshold=margin,
            status=status,
            meaning=_MEANING[status],
            source=_SOURCE,
        ),
    )


def bias_shifted_estimate(
    *,
    estimate: float,
    std_error: float,
    control_estimate: float,
    control_std_error: float,
    covariance: float = 0.0,
    level: float = 0.95,
) -> BiasShiftedResult:
    r"""Take the control outcome's "effect" off the estimate.

    Only as good as its assumption: the bias is the same for both outcomes on this scale. Report it
    beside the estimate, never in its place.

    Parameters
    ----------
    estimate, control_estimate : float
        Main and control outcome, same additive scale, same analysis.
    std_error, control_std_error : float
        Their standard errors, above 0.
    covariance : float
        Of the two estimates. 0 is cautious when the outcomes go together, too bold when they go
        against each other.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    BiasShiftedResult
        With a normal interval.

    Raises
    ------
    InvalidInputError
        If a value is not finite or out of range, or the covariance is larger than the standard
        errors allow.

    Notes
    -----
    :math:`\hat\theta - \hat b`, variance :math:`s^2 + s_b^2 - 2 c`.

    References
    ----------
    .. [1] Sofer T et al. (2016), Statistical Science 31:348-361, section 2.
    """
    critical_z(level)
    _check_estimate(estimate, std_error)
    _check_estimate(control_estimate, control_std_error)
    variance = std_error**2 + control_std_error**2 - 2 * covariance
    if not abs(covariance) <= std_error * control_std_error or variance <= 0:
        raise InvalidInputError("covariance must be within what the standard errors allow")
    shifted, se = estimate - control_estimate, math.sqrt(variance)
    return BiasShiftedResult(
        estimate=shifted,
        std_error=se,
        conf_int=symmetric_interval(shifted, se, level=level, method="normal"),
        p_value=two_sided_p(shifted / se),
    )


def _check_estimate(estimate: float, std_error: float) -> None:
    if not math.isfinite(estimate) or not 0 < std_error < math.inf:
        raise InvalidInputError("an estimate must be finite and its standard error above 0")
