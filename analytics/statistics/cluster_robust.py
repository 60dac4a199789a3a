r"""Covariance of regression coefficients when units share clusters: CR0, CR1 and CR2.

The one place that knows the sandwich: every estimator whose units come in families, matched sets or
local authorities hands over its design, weights and residuals. Assumes independent
clusters. Method notes: ``docs/methods/estimators/cluster_robust.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, IntArray, read_only

ClusterKind = Literal["CR0", "CR1", "CR2"]
# Eigenvalues below this share of the largest belong to directions that the design has used up.
_RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SatterthwaiteTerms:
    """What the degrees of freedom of any contrast of a CR2 covariance are made of.

    Attributes
    ----------
    own : ndarray of float, shape (n_clusters, k, k)
        Variance of each cluster's adjusted score under the working model, before the estimated
        coefficients are subtracted.
    shared : ndarray of float, shape (n_clusters, 2k, k)
        Factors of the covariance between clusters that the estimated coefficients cause.
    core : ndarray of float, shape (2k, 2k)
        Joins `shared` of two clusters.
    repeats : ndarray of float, shape (n_clusters,)
        Number of identical clusters that each one stands for.
    """

    own: FloatArray
    shared: FloatArray
    core: FloatArray
    repeats: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterCovariance:
    """Cluster-robust covariance of ``k`` coefficients.

    Attributes
    ----------
    matrix : ndarray of float, shape (k, k)
        Covariance.
    kind : {"CR0", "CR1", "CR2"}
        Estimator.
    n_clusters : int
        Clusters, repeats counted.
    terms : SatterthwaiteTerms or None
        For degrees of freedom; None unless CR2.
    """

    matrix: FloatArray
    kind: ClusterKind
    n_clusters: int
    terms: SatterthwaiteTerms | None


@dataclass(frozen=True, slots=True)
class _Model:
    """One estimating equation: design (n, k), weights and variance (n,), bread (k, k)."""

    X: FloatArray
    w: FloatArray
    phi: FloatArray | None
    bread: FloatArray
    middle: FloatArray


def cluster_covariance(
    design: FloatArray,
    residuals: FloatArray,
    codes: IntArray,
    *,
    weights: FloatArray | None = None,
    working_variance: FloatArray | None = None,
    kind: ClusterKind = "CR2",
    repeats: FloatArray | None = None,
) -> ClusterCovariance:
    r"""Covariance of the solution of ``sum of w x (y - mean) = 0``, clusters independent.

    Parameters
    ----------
    design : ndarray of float, shape (n, k)
        Derivative of each mean in the coefficients: the design matrix of a linear model, its rows
        times the derivative of the inverse link of a generalised one. Full column rank.
    residuals : ndarray of float, shape (n,)
        Outcome minus fitted mean.
    codes : ndarray of int, shape (n,)
        Cluster of each unit, 0 to ``n_clusters - 1``, each one present.
    weights : ndarray of float, shape (n,), optional
        Weights of the equation: 1 by default, ``1 / variance function`` in a generalised model.
    working_variance : ndarray of float, shape (n,), optional
        Variance of each unit under the model that CR2 is unbiased for; equal by default.
    kind : {"CR0", "CR1", "CR2"}
        CR0 is the plain sum of squared cluster scores; CR1 multiplies it by
        ``G/(G-1) (N-1)/(N-k)``; CR2 is unbiased when the working variance is true.
    repeats : ndarray of float, shape (n_clusters,), optional
        How many identical clusters each one stands for, so that counted patterns do for rows.

    Returns
    -------
    ClusterCovariance
        With the terms for `satterthwaite_df` and `hotelling_df` when CR2.

    Raises
    ------
    InvalidInputError
        If there are fewer than two clusters or there is no such `kind`.

    Notes
    -----
    With :math:`M = (X'WX)^{-1}`, :math:`H = XMX'W`, :math:`S = (I-H)\Phi(I-H)'`,
    :math:`D = \Phi^{1/2}`
    and :math:`A_g = D_g (D_g S_{gg} D_g)^{+1/2} D_g`, the inverse root on the range,

    .. math:: V = \sum_g M X_g' W_g A_g e_g e_g' A_g W_g X_g M

    References
    ----------
    .. [1] Bell RM, McCaffrey DF (2002), Survey Methodology 28:169-181.
    .. [2] Pustejovsky JE, Tipton E (2018), Journal of Business & Economic Statistics 36:672-683,
       eqs. 6 and 7, and section 2.
    """
    if kind not in get_args(ClusterKind):
        raise InvalidInputError("kind must be CR0, CR1 or CR2")
    n, k = design.shape
    w = np.ones(n) if weights is None else weights
    sizes = np.bincount(codes)
    multiplicity = np.ones(len(sizes)) if repeats is None else np.asarray(repeats, np.float64)
    n_clusters = round(float(multiplicity.sum()))
    if n_clusters < 2:
        raise InvalidInputError("a cluster-robust covariance needs at least two clusters")
    unit_repeats = multiplicity[codes]
    information = design.T @ (design * (w * unit_repeats)[:, None])
    bread = np.asarray(np.linalg.inv(information), dtype=np.float64)
    if kind != "CR2":
        influence = (design * (w * residuals)[:, None]) @ bread
        totals = _sums(influence, codes, len(sizes))
        matrix = totals.T @ (totals * multiplicity[:, None])
        if kind == "CR1":
            units = float(unit_repeats.sum())
            matrix *= n_clusters / (n_clusters - 1) * (units - 1) / (units - k)
        return _covariance(matrix, kind, n_clusters, None)
    variance = np.ones(n) if working_variance is None else working_variance
    middle = design.T @ (design * (w * w * variance * unit_repeats)[:, None])
    model = _Model(design, w, working_variance, bread, bread @ middle @ bread)
    adjusted = _adjusted_scores(model, codes, sizes)
    totals = _sums(adjusted * residuals[:, None], codes, len(sizes))
    matrix = totals.T @ (totals * multiplicity[:, None])
    terms = _terms(model, adjusted, variance, codes, multiplicity)
    return _covariance(matrix, kind, n_clusters, terms)


def satterthwaite_df(terms: SatterthwaiteTerms, vector: FloatArray) -> float | None:
    r"""Degrees of freedom of the CR2 variance of one contrast.

    Parameters
    ----------
    terms : SatterthwaiteTerms
        Of the covariance.
    vector : ndarray of float, shape (k,)
        Contrast of the coefficients.

    Returns
    -------
    float or None
        Above 0; None when the contrast has no variance left in any cluster.

    Notes
    -----
    :math:`(\sum_g P_{gg})^2 / \sum_g\sum_h P_{gh}^2`, P the covariance of the clusters' adjusted
    scores under the working model, from the clusters' sums: no matrix of all units is formed.

    References
    ----------
    .. [1] Bell RM, McCaffrey DF (2002), Survey Methodology 28:169-181, section 4.
    .. [2] Pustejovsky JE, Tipton E (2018), JBES 36:672-683, eq. 11.
    """
    own = np.einsum("gij,i,j->g", terms.own, vector, vector)
    shared = terms.shared @ vector
    joined = np.einsum("gi,ij,gj->g", shared, terms.core, shared)
    gram = (shared * terms.repeats[:, None]).T @ shared @ terms.core
    trace = float(terms.repeats @ (own + joined))
    square = float(terms.repeats @ (own * own + 2 * own * joined) + np.trace(gram @ gram))
    if trace <= 0 or square <= 0:
        return None
    return trace * trace / square


def hotelling_df(terms: SatterthwaiteTerms, matrix: FloatArray) -> float | None:
    r"""Degrees of freedom of the CR2 covariance of several contrasts, for a joint test.

    Parameters
    ----------
    terms : SatterthwaiteTerms
        Of the covariance.
    matrix : ndarray of float, shape (q, k)
        Contrasts of the coefficients, linearly independent.

    Returns
    -------
    float or None
        Of the Wishart distribution that has the same mean and total variance; None when the
        contrasts have no variance left.

    References
    ----------
    .. [1] Pustejovsky JE, Tipton E (2018), JBES 36:672-683, section 3.2 (the HTZ test).
    """
    q = len(matrix)
    own = matrix @ terms.own @ matrix.T
    shared = terms.shared @ matrix.T
    joined = np.einsum("gis,ij,gjt->gst", shared, terms.core, shared)
    mean = np.einsum("g,gst->st", terms.repeats, own + joined)
    values, vectors = np.linalg.eigh((mean + mean.T) / 2)
    if values[0] <= _RANK_TOLERANCE * max(values[-1], 0.0) or values[-1] <= 0:
        return None
    root = vectors / np.sqrt(values) @ vectors.T
    own, shared = root @ own @ root, shared @ root
    left = np.einsum("gis,ij->gsj", shared, terms.core)
    total = 0.0
    for g, weight in enumerate(terms.repeats):
        between = left[g] @ shared
        # The cluster itself: its own variance comes on top, once per repeat.
        same = between[g] + own[g]
        total += weight * float(terms.repeats @ _total_variance(between))
        total += weight * float(
            _total_variance(same[None])[0] - _total_variance(between[g : g + 1])[0]
        )
    return float(q * (q + 1) / total) if total > 0 else None


def _total_variance(blocks: FloatArray) -> FloatArray:
    """Sum over entries of the variance of a product of normal scores, one per block."""
    trace = np.trace(blocks, axis1=1, axis2=2)
    return np.asarray(trace**2 + np.einsum("hst,hts->h", blocks, blocks), dtype=np.float64)


def _covariance(
    matrix: FloatArray, kind: ClusterKind, n_clusters: int, terms: SatterthwaiteTerms | None
) -> ClusterCovariance:
    symmetric = (matrix + matrix.T) / 2
    read_only(symmetric)
    return ClusterCovariance(matrix=symmetric, kind=kind, n_clusters=n_clusters, terms=terms)


def _sums(rows: FloatArray, codes: IntArray, n_groups: int) -> FloatArray:
    """Column sums of `rows` by cluster, shape (n_groups, k)."""
    columns = [np.bincount(codes, weights=column, minlength=n_groups) for column in rows.T]
    return np.column_stack(columns)


def _adjusted_scores(model: _Model, codes: IntArray, sizes: IntArray) -> FloatArray:
    """Rows of ``A W X M``, shape (n, k); clusters of one size are done together."""
    scores = np.empty_like(model.X)
    for _, rows in _by_size(codes, sizes):
        X, w = model.X[rows], model.w[rows]
        weighted = X * w[:, :, None]
        if model.phi is None:
            scores[rows] = _identity_adjustment(X, weighted, model) @ model.bread
        else:
            scores[rows] = _general_adjustment(X, weighted, model.phi[rows], model) @ model.bread
    return scores


def _by_size(codes: IntArray, sizes: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield the clusters of each size, shape (m,), and their units, shape (m, size)."""
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    for size in np.unique(sizes):
        which = np.flatnonzero(sizes == size)
        yield which, order[starts[which][:, None] + np.arange(size)]


def _inverse_root(values: FloatArray, scale: FloatArray) -> FloatArray:
    """Inverse square roots, 0 for what is rounding beside `scale`."""
    kept = values > _RANK_TOLERANCE * scale
    return np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)


def _identity_adjustment(X: FloatArray, weighted: FloatArray, model: _Model) -> FloatArray:
    """Return ``A W X`` with equal working variances: the identity and a part of rank 2k.

    Works in the range of that part, so that a cluster of many units costs no matrix of its size.
    """
    k = X.shape[2]
    basis, factor = np.linalg.qr(np.concatenate([X, weighted], axis=2))
    core = np.block([[model.middle, -model.bread], [-model.bread, np.zeros((k, k))]])
    values, vectors = np.linalg.eigh(factor @ core @ factor.transpose(0, 2, 1))
    root = _inverse_root(1 + values, np.ones_like(values)) - 1
    directions = basis @ vectors
    inside = directions.transpose(0, 2, 1) @ weighted
    return np.asarray(weighted + directions @ (root[:, :, None] * inside), dtype=np.float64)


def _general_adjustment(
    X: FloatArray, weighted: FloatArray, phi: FloatArray, model: _Model
) -> FloatArray:
    """Return ``A W X`` with unequal working variances: one matrix of the cluster's size."""
    half = X @ model.bread @ (weighted * phi[:, :, None]).transpose(0, 2, 1)
    spread = X @ model.middle @ X.transpose(0, 2, 1) - half - half.transpose(0, 2, 1)
    diagonal = np.arange(phi.shape[1])
    spread[:, diagonal, diagonal] += phi
    root_phi = np.sqrt(phi)
    values, vectors = np.linalg.eigh(root_phi[:, :, None] * spread * root_phi[:, None, :])
    scale = (phi * phi).max(axis=1, keepdims=True)
    root = _inverse_root(values, np.broadcast_to(scale, values.shape))
    directions = root_phi[:, :, None] * vectors
    inside = directions.transpose(0, 2, 1) @ weighted
    return np.asarray(directions @ (root[:, :, None] * inside), dtype=np.float64)


def _terms(
    model: _Model,
    adjusted: FloatArray,
    variance: FloatArray,
    codes: IntArray,
    repeats: FloatArray,
) -> SatterthwaiteTerms:
    """Sum by cluster what every contrast's degrees of freedom need."""
    k = model.X.shape[1]
    own = np.empty((len(repeats), k, k))
    shared = np.empty((len(repeats), 2 * k, k))
    scaled = model.X * (model.w * variance)[:, None]
    for which, rows in _by_size(codes, np.bincount(codes)):
        scores = adjusted[rows]
        turned = scores.transpose(0, 2, 1)
        own[which] = (turned * variance[rows][:, None, :]) @ scores
        shared[which, :k] = model.X[rows].transpose(0, 2, 1) @ scores
        shared[which, k:] = scaled[rows].transpose(0, 2, 1) @ scores
    core = np.block([[model.middle, -model.bread], [-model.bread, np.zeros((k, k))]])
    for array in (own, shared, core):
        read_only(array)
    return SatterthwaiteTerms(own=own, shared=shared, core=core, repeats=repeats)
