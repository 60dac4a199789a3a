r"""Complete cases beside multiple imputation: does the answer depend on what is missing.

Method notes: ``docs/methods/estimators/missing_data.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, binary_vector, critical_z
from analytics.statistics.linear_models import LinearContrast, fit_linear, linear_contrast
from analytics.statistics.missing_data.imputation import Imputations, impute_by_arm
from analytics.statistics.missing_data.pooling import PooledResult, pool_rubin
from analytics.statistics.results import HealthCheck, Interval, NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingDataRow:
    """One line of the comparison.

    Attributes
    ----------
    method : {"complete_case", "multiple_imputation"}
        What was done about missing values.
    estimate : float
        Adjusted difference of means, treated minus comparison, in the outcome's units.
    std_error : float
        HC1, or CR2 with clusters; pooled for imputation.
    conf_int : Interval
        Student t interval.
    p_value : float
        Two-sided, in [0, 1].
    df : float
        Degrees of freedom.
    n : int
        Cases used.
    """

    method: Literal["complete_case", "multiple_imputation"]
    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float
    df: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingDataComparison:
    """The same analysis of complete cases and of imputed data sets.

    Attributes
    ----------
    complete_case : MissingDataRow or NotEstimable
        Cases with outcome and covariates.
    imputed : MissingDataRow
        All cases.
    shift : float or None
        Imputed minus complete-case estimate.
    pooled : PooledResult
        Details of the imputed line, the fraction of missing information among them.
    seed : int
        What reproduces the imputed values.
    checks : tuple of HealthCheck
        ``"imputation_monte_carlo_error"`` and ``"imputed_outside_range"``.
    """

    complete_case: MissingDataRow | NotEstimable
    imputed: MissingDataRow
    shift: float | None
    pooled: PooledResult
    seed: int
    checks: tuple[HealthCheck, HealthCheck]


def compare_with_imputation(
    outcome: ArrayLike,
    treated: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    auxiliary: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    seed: int,
    n_imputations: int = 50,
    level: float = 0.95,
) -> MissingDataComparison | NotEstimable:
    r"""Estimate an adjusted difference from complete cases and by multiple imputation.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        0/1 for a risk difference; NaN where missing.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    covariates : array_like of float, shape (n, p), optional
        Adjusted for, and in the imputation model; NaN where missing.
    auxiliary : array_like of float, shape (n, q), optional
        Only in the imputation model: what predicts the missing values, or their being missing.
    cluster : array_like, shape (n,), optional
        Cluster label, for example the family; for the standard error, not in the imputation model.
    seed : int
        At least 0.
    n_imputations : int
        At least 2.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    MissingDataComparison or NotEstimable
        Reasons of `impute_by_arm` and of `fit_linear` on the imputed data.

    Raises
    ------
    InvalidInputError
        If shapes differ, a value is infinite, or an argument is out of range.

    Notes
    -----
    Least squares of the outcome on arm and covariates. Its degrees of freedom, averaged over the
    imputed data sets, are the complete-data ones of `pool_rubin`.

    References
    ----------
    .. [1] Rubin DB (1987), Multiple Imputation for Nonresponse in Surveys, section 3.1.
    .. [2] White IR, Royston P, Wood AM (2011), Statistics in Medicine 30:377-399.
    """
    critical_z(level)
    arm = binary_vector(treated, name="treated")
    adjusted = _block(covariates, len(arm))
    columns = np.column_stack([_outcome(outcome, len(arm)), adjusted, _block(auxiliary, len(arm))])
    width = 1 + adjusted.shape[1]
    labels = None if cluster is None else np.asarray(cluster)
    if labels is not None and labels.shape != arm.shape:
        raise InvalidInputError(f"cluster must have {len(arm)} values, one per unit")
    imputations = impute_by_arm(columns, arm, seed=seed, n_imputations=n_imputations)
    if isinstance(imputations, NotEstimable):
        return imputations
    pooled = _pool(imputations, arm, labels, width, level)
    if isinstance(pooled, NotEstimable):
        return pooled
    kept = ~np.isnan(columns[:, :width]).any(axis=1)
    contrast = _contrast(
        columns[kept, :width], arm[kept], None if labels is None else labels[kept], level
    )
    return MissingDataComparison(
        complete_case=contrast
        if isinstance(contrast, NotEstimable)
        else _row("complete_case", contrast, int(kept.sum())),
        imputed=_row("multiple_imputation", pooled, len(arm)),
        shift=None if isinstance(contrast, NotEstimable) else pooled.estimate - contrast.estimate,
        pooled=pooled,
        seed=imputations.seed,
        checks=(pooled.check, imputations.check),
    )


def _outcome(values: ArrayLike, n: int) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (n,):
        raise InvalidInputError(f"outcome must have {n} values, one per unit")
    return array


def _block(values: ArrayLike | None, n: int) -> FloatArray:
    """Two-dimensional array with `n` rows; no column when nothing is given."""
    array = np.empty((n, 0)) if values is None else np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or len(array) != n:
        raise InvalidInputError(f"covariates and auxiliary must have {n} rows, one per unit")
    return array


def _contrast(
    columns: FloatArray, arm: BoolArray, labels: np.ndarray | None, level: float
) -> LinearContrast | NotEstimable:
    """Difference between the arms, adjusted for all columns but the first, the outcome."""
    if arm.all() or not arm.any():
        return NotEstimable(reason="empty_arm", detail="One arm has no complete cases.")
    design = np.column_stack([np.ones(len(arm)), arm, columns[:, 1:]])
    fit = fit_linear(
        columns[:, 0], design, cluster=labels, vcov_type="HC1" if labels is None else "CR2"
    )
    if isinstance(fit, NotEstimable):
        return fit
    return linear_contrast(fit, np.eye(design.shape[1])[1], level=level)


def _pool(
    imputations: Imputations,
    arm: BoolArray,
    labels: np.ndarray | None,
    width: int,
    level: float,
) -> PooledResult | NotEstimable:
    contrasts = []
    for columns in imputations.values[:, :, :width]:
        contrast = _contrast(columns, arm, labels, level)
        if isinstance(contrast, NotEstimable):
            return contrast
        contrasts.append(contrast)
    return pool_rubin(
        [contrast.estimate for contrast in contrasts],
        [contrast.std_error for contrast in contrasts],
        df_complete=float(np.mean([contrast.df for contrast in contrasts])),
        level=level,
    )


def _row(
    method: Literal["complete_case", "multiple_imputation"],
    found: LinearContrast | PooledResult,
    n: int,
) -> MissingDataRow:
    return MissingDataRow(
        method=method,
        estimate=found.estimate,
        std_error=found.std_error,
        conf_int=found.conf_int,
        p_value=found.p_value,
        df=found.df,
        n=n,
    )
