"""Fitted hazard models and the hazard ratios read from them, for Cox and Fine-Gray.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inference import exponential, ratio_interval, two_sided_p
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    critical_z,
    float_matrix,
    group_codes,
    read_only,
)
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.partial_likelihood import (
    LikelihoodTerms,
    Maximum,
    PartialLikelihood,
)
from analytics.statistics.time_to_event.risk_sets import RiskSets

Model = Literal["cox", "fine_gray"]
Correction = Callable[[PartialLikelihood, LikelihoodTerms], FloatArray]
_CONSTANT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardFit:
    """Fitted proportional hazards, of a cause-specific or a subdistribution hazard.

    Attributes
    ----------
    model : {"cox", "fine_gray"}
        Which hazard is modelled.
    coefficients : ndarray of float, shape (k,)
        Log hazard ratio per unit of each covariate.
    covariance : ndarray of float, shape (k, k)
        Their covariance, as `vcov_type` says.
    model_covariance : ndarray of float, shape (k, k)
        Inverse information; equals `covariance` for a Cox model without clusters.
    log_likelihood, null_log_likelihood : float
        Log partial likelihood at the estimate and at no effect.
    score_statistic : float
        Model-based score test of no effect, chi-squared with k degrees of freedom.
    n, n_events : int
        Units, and events of interest among them.
    n_clusters : int or None
        Clusters; None when units are taken as independent.
    vcov_type : {"model", "robust", "cluster_robust"}
        Inverse information; sandwich by unit; sandwich by cluster. No small-sample factor.
    n_steps : int
        Newton steps taken.
    likelihood : PartialLikelihood
        Risk sets and standardised covariates, for diagnostics.
    terms : LikelihoodTerms
        The likelihood at the estimate.
    """

    model: Model
    coefficients: FloatArray
    covariance: FloatArray
    model_covariance: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    score_statistic: float
    n: int
    n_events: int
    n_clusters: int | None
    vcov_type: Literal["model", "robust", "cluster_robust"]
    n_steps: int
    likelihood: PartialLikelihood
    terms: LikelihoodTerms

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for array in (self.coefficients, self.covariance, self.model_covariance):
            read_only(array)

    @property
    def likelihood_ratio_p_value(self) -> float:
        """Likelihood ratio test of no effect; not robust to clusters."""
        statistic = 2 * (self.log_likelihood - self.null_log_likelihood)
        return float(chdtrc(len(self.coefficients), max(statistic, 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """Hazard ratio per unit of one covariate.

    Attributes
    ----------
    estimate : float
        Above 0; 1 is no effect.
    std_error : float
        Of its natural logarithm.
    conf_int : Interval
        Wald interval of the logarithm, exponentiated.
    statistic, p_value : float
        Wald z and its two-sided p.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """Wald test that several coefficients are 0.

    Attributes
    ----------
    statistic : float
        Chi-squared, at least 0.
    df : int
        Coefficients.
    p_value : float
        In [0, 1].
    """

    statistic: float
    df: int
    p_value: float


def joint_test(fit: HazardFit, columns: Sequence[int]) -> JointTest | NotEstimable:
    r"""Test that the coefficients of some covariates are all 0, such as those of one factor.

    Parameters
    ----------
    fit : HazardFit
        The fit; its covariance, clustered or not, carries over.
    columns : sequence of int
        Positions of the covariates, from 0; at least one, none twice.

    Returns
    -------
    JointTest or NotEstimable
        :math:`b' V^{-1} b` against chi-squared. Reason ``"too_few_clusters"`` where the covariance
        of these coefficients is singular.

    Raises
    ------
    InvalidInputError
        If a column is not there or given twice, or there is none.
    """
    chosen = list(columns)
    if not chosen or len(set(chosen)) < len(chosen):
        raise InvalidInputError("columns must be some, and each once")
    if not all(0 <= column < len(fit.coefficients) for column in chosen):
        raise InvalidInputError("columns must be among the covariates")
    b, v = fit.coefficients[chosen], fit.covariance[np.ix_(chosen, chosen)]
    if np.linalg.matrix_rank(v, hermitian=True) < len(chosen):
        return NotEstimable(reason="too_few_clusters", detail="There are too few clusters.")
    statistic = float(b @ np.linalg.solve(v, b))
    return JointTest(
        statistic=statistic, df=len(chosen), p_value=float(chdtrc(len(chosen), statistic))
    )


def hazard_ratio(fit: HazardFit, column: int, *, level: float = 0.95) -> HazardRatio:
    """Read the hazard ratio of one covariate from a fit.

    Parameters
    ----------
    fit : HazardFit
        The fit; its covariance, clustered or not, carries over.
    column : int
        Position of the covariate, from 0.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    HazardRatio
        Ratio of hazards, or of subdistribution hazards, per unit of the covariate.

    Raises
    ------
    InvalidInputError
        If there is no such column, or `level` is out of range.
    """
    critical_z(level)
    if not 0 <= column < len(fit.coefficients):
        raise InvalidInputError("column must be one of the covariates")
    log_ratio = float(fit.coefficients[column])
    std_error = math.sqrt(float(fit.covariance[column, column]))
    statistic = log_ratio / std_error
    return HazardRatio(
        estimate=exponential(log_ratio),
        std_error=std_error,
        conf_int=ratio_interval(log_ratio, std_error, level=level, method="wald_log"),
        statistic=statistic,
        p_value=two_sided_p(statistic),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardInputs:
    """Checked covariates, standardised so that Newton steps are of comparable size.

    Attributes
    ----------
    x : ndarray of float, shape (n, k)
        Covariates less their mean, over `spread`.
    spread : ndarray of float, shape (k,)
        Standard deviations; 1 for a constant covariate.
    clusters : tuple of ndarray of int, shape (n,), and int, or None
        Cluster numbers from 0, and how many.
    """

    x: FloatArray
    spread: FloatArray
    clusters: tuple[IntArray, int] | None

    @classmethod
    def of(
        cls, covariates: ArrayLike, happened: BoolArray, cluster: ArrayLike | None
    ) -> Self | NotEstimable:
        """Check and standardise, or say why nothing can be fitted."""
        n = len(happened)
        x = float_matrix(covariates, name="covariates", length=n)
        if x.shape[1] == 0:
            raise InvalidInputError("covariates must have at least one column")
        clusters = None if cluster is None else group_codes(cluster, name="cluster", length=n)
        if n == 0:
            return NotEstimable(reason="no_cases", detail="There are no cases.")
        if not happened.any():
            return NotEstimable(reason="no_events", detail="Nobody has the event of interest.")
        if clusters is not None and clusters[1] <= x.shape[1]:
            return NotEstimable(
                reason="too_few_clusters", detail="There are no more clusters than covariates."
            )
        mean, spread = x.mean(axis=0), x.std(axis=0)
        constant = spread <= _CONSTANT_TOLERANCE * np.abs(mean)
        spread = np.where(constant, 1.0, spread)
        standardised = np.where(constant, 0.0, (x - mean) / spread)
        return cls(x=np.asfortranarray(standardised), spread=spread, clusters=clusters)

    def fit(
        self, model: Model, sets: RiskSets, correction: Correction | None = None
    ) -> HazardFit | NotEstimable:
        """Maximise the likelihood; sandwich where there are clusters or a correction of scores."""
        ties: Literal["efron", "breslow"] = "efron" if model == "cox" else "breslow"
        likelihood = PartialLikelihood(sets=sets, x=self.x, ties=ties)
        best = likelihood.maximise()
        if isinstance(best, NotEstimable):
            return best
        covariance = best.covariance
        if correction is not None or self.clusters is not None:
            scores = likelihood.score_residuals(best.terms)
            if correction is not None:
                scores = scores + correction(likelihood, best.terms)
            covariance = self._sandwich(scores, best)
        units = np.outer(self.spread, self.spread)
        robust: Literal["model", "robust"] = "model" if correction is None else "robust"
        return HazardFit(
            model=model,
            coefficients=best.coefficients / self.spread,
            covariance=covariance / units,
            model_covariance=best.covariance / units,
            log_likelihood=best.terms.log_likelihood,
            null_log_likelihood=best.null_log_likelihood,
            score_statistic=best.score_statistic,
            n=len(self.x),
            n_events=int(sets.n_events.sum()),
            n_clusters=None if self.clusters is None else self.clusters[1],
            vcov_type=robust if self.clusters is None else "cluster_robust",
            n_steps=best.n_steps,
            likelihood=likelihood,
            terms=best.terms,
        )

    def _sandwich(self, scores: FloatArray, best: Maximum) -> FloatArray:
        """Sum squared changes of the coefficients by cluster, or by unit without clusters."""
        if self.clusters is not None:
            codes, n_clusters = self.clusters
            columns = [np.bincount(codes, column, minlength=n_clusters) for column in scores.T]
            scores = np.column_stack(columns).astype(np.float64)
        change = scores @ best.covariance
        return np.asarray(change.T @ change, dtype=np.float64)
