r"""Rubin's rules: one estimate from several imputed data sets.

Method notes: ``docs/methods/estimators/missing_data.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import critical_z, float_vector, positive_vector
from analytics.statistics.results import HealthCheck, Interval, Status

_ENOUGH, _TOO_FEW = 0.10, 0.20
_MEANING: dict[Status, str] = {
    "pass": "Another set of imputations would give nearly the same answer.",
    "review": "Another set of imputations would move the answer a little: use more of them.",
    "fail": "The answer depends on the imputations that happened to be drawn: use more of them.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledResult:
    """One estimate pooled over imputed data sets.

    Attributes
    ----------
    estimate : float
        Mean of the estimates.
    std_error : float
        Root of the total variance.
    conf_int : Interval
        Student t interval, method ``"rubin_t"``.
    statistic : float
        Estimate over `std_error`.
    df : float
        Barnard and Rubin's degrees of freedom, above 0; can be infinite.
    p_value : float
        Two-sided, of no effect, in [0, 1].
    within, between : float
        Mean variance within, and variance between, imputed data sets.
    fraction_missing_information : float
        Share of the information that the missing values took, in [0, 1].
    monte_carlo_error : float
        Standard error of `estimate` from the finite number of imputations.
    n_imputations : int
        Imputed data sets.
    check : HealthCheck
        ``"imputation_monte_carlo_error"``: that error as a share of `std_error`.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float
    df: float
    p_value: float
    within: float
    between: float
    fraction_missing_information: float
    monte_carlo_error: float
    n_imputations: int
    check: HealthCheck


def pool_rubin(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    df_complete: float = math.inf,
    level: float = 0.95,
) -> PooledResult:
    r"""Pool estimates from imputed data sets by Rubin's rules.

    Parameters
    ----------
    estimates : array_like of float, shape (m,)
        One per imputed data set, at least 2; on a scale where a normal distribution is fair: a
        difference, the logarithm of a ratio.
    std_errors : array_like of float, shape (m,)
        Their standard errors, above 0.
    df_complete : float
        Degrees of freedom that the analysis would have without missing values, above 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    PooledResult
        Pooled estimate.

    Raises
    ------
    InvalidInputError
        If there are fewer than 2 estimates, or a value is missing or out of range.

    Notes
    -----
    :math:`T = \bar U + (1 + 1/m)B`, :math:`\lambda = (1 + 1/m)B/T`,
    :math:`\nu_{old} = (m-1)/\lambda^2`,
    :math:`\nu_{obs} = \frac{\nu_{com}+1}{\nu_{com}+3}\nu_{com}(1-\lambda)`,
    :math:`\nu = (1/\nu_{old} + 1/\nu_{obs})^{-1}`; fraction of missing information
    :math:`(r + 2/(\nu+3))/(r+1)` with :math:`r = (1+1/m)B/\bar U`. Monte Carlo error
    :math:`\sqrt{B/m}`.

    References
    ----------
    .. [1] Barnard J, Rubin DB (1999), Biometrika 86:948-955, eqs. 1-3.
    .. [2] White IR, Royston P, Wood AM (2011), Statistics in Medicine 30:377-399, section 7.
    """
    critical_z(level)
    Q = float_vector(estimates, name="estimates")
    se = positive_vector(std_errors, name="std_errors", length=len(Q))
    m = len(Q)
    if m < 2:
        raise InvalidInputError("pooling needs at least 2 estimates")
    if not df_complete > 0:
        raise InvalidInputError("df_complete must be above 0")
    estimate, within, between = float(Q.mean()), float(np.mean(se**2)), float(Q.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    lam = extra / total
    df = _barnard_rubin(m, lam, df_complete)
    r = extra / within
    std_error = math.sqrt(total)
    monte_carlo_error = math.sqrt(between / m)
    return PooledResult(
        estimate=estimate,
        std_error=std_error,
        conf_int=symmetric_interval(estimate, std_error, level=level, method="rubin_t", df=df),
        statistic=estimate / std_error,
        df=df,
        p_value=two_sided_p(estimate / std_error, df),
        within=within,
        between=between,
        fraction_missing_information=(r + 2 / (df + 3)) / (r + 1) if between else 0.0,
        monte_carlo_error=monte_carlo_error,
        n_imputations=m,
        check=_check(monte_carlo_error / std_error),
    )


def _barnard_rubin(m: int, lam: float, df_complete: float) -> float:
    # Divided twice: the square of a tiny share would be 0.
    old = (m - 1) / lam / lam if lam > 0 else math.inf
    if math.isinf(df_complete):
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - lam)
    return 1 / (1 / old + 1 / observed)


def _check(share: float) -> HealthCheck:
    status: Status = "pass" if share <= _ENOUGH else "review" if share <= _TOO_FEW else "fail"
    return HealthCheck(
        name="imputation_monte_carlo_error",
        value=share,
        threshold=_ENOUGH,
        status=status,
        meaning=_MEANING[status],
        source="White, Royston and Wood 2011, section 7: 10 % of the standard error",
    )
