"""What estimators with units treated as a whole share: the fit within units, and enough clusters.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import numpy as np

from analytics.statistics.before_after.panel import Panel
from analytics.statistics.inputs import BoolArray, FloatArray
from analytics.statistics.linear_models import LinearFit, fit_linear
from analytics.statistics.results import HealthCheck, NotEstimable

CLUSTERS_NEEDED = 2
CLUSTERS_PASS = 10
DF_PASS = 4.0


def fit_within_units(panel: Panel, terms: FloatArray) -> LinearFit | NotEstimable:
    """Fit terms of interest beside effects of every unit and every period.

    Parameters
    ----------
    panel : Panel
        Units and periods.
    terms : ndarray of float, shape (n_units, n_periods, k)
        Terms of interest.

    Returns
    -------
    LinearFit or NotEstimable
        The first `k` coefficients belong to `terms`; CR2 by unit.
    """
    n_units, n_periods = panel.outcome.shape
    time = np.broadcast_to(np.eye(n_periods)[:, 1:], (n_units, n_periods, n_periods - 1))
    design = np.concatenate([terms, time], axis=2)
    design = design - design.mean(axis=1, keepdims=True)
    outcome = panel.outcome - panel.outcome.mean(axis=1, keepdims=True)
    return fit_linear(
        outcome.ravel(),
        design.reshape(n_units * n_periods, -1),
        weights=np.repeat(panel.weights, n_periods),
        cluster=np.repeat(np.arange(n_units), n_periods),
    )


def too_few_clusters(codes: np.ndarray, treated: BoolArray) -> NotEstimable | None:
    """Say whether a group has fewer than two clusters."""
    if min(len(np.unique(codes[side])) for side in (treated, ~treated)) >= CLUSTERS_NEEDED:
        return None
    return NotEstimable(
        reason="too_few_clusters",
        detail="A group has fewer than two clusters, so chance can't be told from the change.",
    )


def cluster_checks(n_treated: int, n_comparison: int, df: float) -> tuple[HealthCheck, ...]:
    """Judge the number of clusters and the degrees of freedom of a difference-in-differences.

    Parameters
    ----------
    n_treated, n_comparison : int
        Clusters by group.
    df : float
        Satterthwaite degrees of freedom.

    Returns
    -------
    tuple of HealthCheck
        ``"clusters_in_smaller_group"``: pass from 10, else review. ``"degrees_of_freedom"``: pass
        from 4, else fail.
    """
    smaller = min(n_treated, n_comparison)
    return (
        HealthCheck(
            name="clusters_in_smaller_group",
            value=float(smaller),
            threshold=float(CLUSTERS_PASS),
            status="pass" if smaller >= CLUSTERS_PASS else "review",
            meaning=(
                "Clusters in the group that has fewer. With few, compare the p-value with that of "
                "the permutation test."
            ),
            source="Our own rule, after Conley and Taber 2011",
        ),
        HealthCheck(
            name="degrees_of_freedom",
            value=df,
            threshold=DF_PASS,
            status="pass" if df >= DF_PASS else "fail",
            meaning=(
                "Independent pieces of information behind the standard error. Below 4 the p-value "
                "is not to be trusted."
            ),
            source="Tipton 2015, Psychological Methods 20:375-393",
        ),
    )
