"""What must hold of every cluster-robust covariance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.statistics.cluster_robust import (
    cluster_covariance,
    hotelling_df,
    satterthwaite_df,
)
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast

ROUNDING = 1e-8
few = settings(deadline=None, derandomize=True, max_examples=40)


@st.composite
def clustered_data(draw):
    """Some 20 to 60 units in 4 to 12 clusters, two columns and a weight each."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n, clusters = draw(st.integers(20, 60)), draw(st.integers(4, 12))
    codes = np.concatenate([np.arange(clusters), rng.integers(0, clusters, n - clusters)])
    X = np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.normal(size=n)])
    return rng.normal(size=n) + 0.5 * codes % 3, X, codes, rng.uniform(0.5, 2, n)


@few
@given(clustered_data(), st.sampled_from(["CR0", "CR1", "CR2"]))
def test_order_and_names_of_clusters_do_not_matter(data, kind):
    y, X, codes, w = data
    plain = fit_linear(y, X, weights=w, cluster=codes, vcov_type=kind)
    turn = np.random.default_rng(1).permutation(len(y))
    names = np.array([f"family {97 - code}" for code in codes])
    other = fit_linear(y[turn], X[turn], weights=w[turn], cluster=names[turn], vcov_type=kind)
    if not isinstance(plain, LinearFit):
        assert plain == other
        return
    np.testing.assert_allclose(plain.covariance, other.covariance, rtol=ROUNDING, atol=1e-14)
    contrasts = [linear_contrast(fit, (0, 1, 0)) for fit in (plain, other)]
    if isinstance(contrasts[0], type(contrasts[1])) and hasattr(contrasts[0], "df"):
        assert contrasts[0].df == pytest.approx(contrasts[1].df, rel=ROUNDING)


@few
@given(clustered_data(), st.sampled_from(["CR0", "CR1", "CR2"]), st.floats(0.1, 20))
def test_covariance_scales_with_the_outcome_and_not_with_the_weights(data, kind, factor):
    y, X, codes, w = data
    plain = fit_linear(y, X, weights=w, cluster=codes, vcov_type=kind)
    scaled = fit_linear(factor * y, X, weights=3 * w, cluster=codes, vcov_type=kind)
    if isinstance(plain, LinearFit):
        np.testing.assert_allclose(
            plain.covariance * factor**2, scaled.covariance, rtol=ROUNDING, atol=1e-14
        )


@few
@given(clustered_data(), st.booleans(), st.sampled_from(["CR0", "CR1", "CR2"]))
def test_repeated_clusters_counted_equal_repeated_clusters_listed(data, unequal, kind):
    y, X, codes, w = data
    repeats = 1 + np.arange(codes.max() + 1) % 3
    copies = np.concatenate(
        [np.flatnonzero(codes == g) for g, times in enumerate(repeats) for _ in range(times)]
    )
    sizes = np.bincount(codes)
    listed = np.repeat(np.arange(repeats.sum()), np.repeat(sizes, repeats))
    residuals, phi = y - y.mean(), np.abs(X[:, 2]) + 0.5 if unequal else None
    counted = cluster_covariance(
        X, residuals, codes, weights=w, working_variance=phi, kind=kind, repeats=repeats
    )
    long = cluster_covariance(
        X[copies],
        residuals[copies],
        listed,
        weights=w[copies],
        working_variance=None if phi is None else phi[copies],
        kind=kind,
    )
    assert counted.n_clusters == long.n_clusters
    np.testing.assert_allclose(counted.matrix, long.matrix, rtol=ROUNDING, atol=1e-14)
    if kind == "CR2":
        contrast, joint = np.array([0.0, 1.0, 0.0]), np.eye(3)[1:]
        assert satterthwaite_df(counted.terms, contrast) == pytest.approx(
            satterthwaite_df(long.terms, contrast), rel=ROUNDING
        )
        assert hotelling_df(counted.terms, joint) == pytest.approx(
            hotelling_df(long.terms, joint), rel=ROUNDING
        )


@few
@given(clustered_data())
def test_the_two_ways_of_adjusting_agree_where_both_apply(data):
    y, X, codes, w = data
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    short = cluster_covariance(X, residuals, codes, weights=w)
    long = cluster_covariance(X, residuals, codes, weights=w, working_variance=np.ones(len(y)))
    np.testing.assert_allclose(short.matrix, long.matrix, rtol=ROUNDING, atol=1e-14)


@few
@given(clustered_data())
def test_satterthwaite_never_exceeds_the_clusters(data):
    y, X, codes, w = data
    fit = fit_linear(y, X, weights=w, cluster=codes)
    if isinstance(fit, LinearFit):
        df = satterthwaite_df(fit.terms, np.array([0.0, 1.0, 0.0]))
        assert df is None or 0 < df <= fit.n_clusters + ROUNDING
