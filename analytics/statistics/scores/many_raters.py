r"""Agreement of any number of raters beyond chance: Fleiss' kappa and Krippendorff's alpha.

Both start from how many raters put each unit in each category, so that it does not matter who
rated. Assumes independent units. Method notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inference import two_sided_p
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    critical_z,
    float_vector,
    group_codes,
    random_generator,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.scores._counts import count_array

Measurement = Literal["nominal", "ordinal", "interval"]
FEW_UNITS = 30
_BOOTSTRAP_BLOCK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementResult:
    """Agreement of many raters.

    Attributes
    ----------
    estimand : {"fleiss_kappa", "krippendorff_alpha"}
        Which coefficient.
    measurement : {"nominal", "ordinal", "interval"}
        What makes two ratings differ more or less.
    estimate : float
        1 for full agreement, 0 for what chance gives, below 0 for less than that.
    conf_int : Interval
        Percentile bootstrap over units.
    observed_disagreement, expected_disagreement : float
        Mean difference of two ratings of one unit, and of two ratings of any units.
    p_value : float or None
        Fleiss' kappa: two-sided test that agreement is by chance. None for alpha.
    n_units : int
        Units with at least two ratings.
    n_units_single : int
        Units with fewer, which say nothing about agreement.
    n_ratings : int
        Ratings of the `n_units`.
    n_replicates : int
        Bootstrap replicates with any disagreement to expect, which the interval is from.
    seed : int
        What reproduces the bootstrap.
    checks : tuple of HealthCheck
        ``"rated_units"``.
    """

    estimand: Literal["fleiss_kappa", "krippendorff_alpha"]
    measurement: Measurement
    estimate: float
    conf_int: Interval
    observed_disagreement: float
    expected_disagreement: float
    p_value: float | None
    n_units: int
    n_units_single: int
    n_ratings: int
    n_replicates: int
    seed: int
    checks: tuple[HealthCheck, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatingCounts:
    """Ratings counted by unit and category.

    Attributes
    ----------
    counts : ndarray of int, shape (n_units, k)
        Raters who put each unit in each category.
    values : ndarray of float, shape (k,)
        The categories, ascending.
    """

    counts: IntArray
    values: FloatArray


def count_ratings(units: ArrayLike, ratings: ArrayLike) -> RatingCounts:
    """Count ratings, one row per rating: a rating that is missing has no row.

    Parameters
    ----------
    units : array_like, shape (n,)
        Unit that was rated. Complete.
    ratings : array_like of float, shape (n,)
        Rating; for unordered categories any number that stands for it. Complete.

    Returns
    -------
    RatingCounts
        Units in sorted order, categories ascending.

    Raises
    ------
    InvalidInputError
        If incomplete or of different lengths.
    """
    numbers = float_vector(ratings, name="ratings")
    codes, n_units = group_codes(units, name="units", length=len(numbers))
    values, category = np.unique(numbers, return_inverse=True)
    flat = np.bincount(codes * len(values) + category, minlength=n_units * len(values))
    counts = flat.reshape(n_units, len(values)).astype(np.int64)
    return RatingCounts(counts=counts, values=values)


def krippendorff_alpha(
    counts: ArrayLike,
    *,
    values: ArrayLike | None = None,
    measurement: Measurement,
    seed: int,
    n_replicates: int = 2000,
    level: float = 0.95,
) -> AgreementResult | NotEstimable:
    r"""Krippendorff's alpha; units may have different numbers of ratings.

    Parameters
    ----------
    counts : array_like of int, shape (n_units, k)
        Raters who put each unit in each category, categories ascending when ordered.
    values : array_like of float, shape (k,), optional
        Ascending values of the categories, for interval measurement; 0, 1, ... when omitted.
    measurement : {"nominal", "ordinal", "interval"}
        Difference of two ratings: all or none, by ratings in between, or by squared distance.
    seed : int
        Of the bootstrap, 0 or more.
    n_replicates : int
        Bootstrap replicates, at least 100.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    AgreementResult or NotEstimable
        Reasons: ``"no_cases"`` (no unit with two ratings), ``"too_few_cases"`` (a single such
        unit), ``"no_variation"`` (all ratings are of one category).

    Raises
    ------
    InvalidInputError
        If counts are not whole numbers from 0, values are not ascending, or a setting is out of
        range.

    Notes
    -----
    Coincidences :math:`o_{ck} = \sum_u n_{uc}(n_{uk} - [c = k])/(m_u - 1)`, margins :math:`n_c`,
    total :math:`n`, and

    .. math:: \alpha = 1 - (n - 1)\frac{\sum_{ck} o_{ck}\delta^2_{ck}}
        {\sum_{ck} n_c n_k\delta^2_{ck}}

    with :math:`\delta^2` 0 or 1, :math:`(v_c - v_k)^2`, or, ordinal,
    :math:`(\sum_{g=c}^k n_g - (n_c + n_k)/2)^2`. Replicates draw units with replacement; each
    has its own margins. Departs from Krippendorff's own bootstrap, which draws pairs of ratings as
    if independent within a unit.

    References
    ----------
    .. [1] Krippendorff K (2011), Computing Krippendorff's Alpha-Reliability.
    .. [2] Hayes AF, Krippendorff K (2007), Communication Methods and Measures 1:77-89.
    """
    table, scale = _table(counts, values)
    rng = _bootstrap_generator(seed, n_replicates, level)
    kept = table[table.sum(axis=1) >= 2]
    if problem := _problem(kept):
        return problem
    m = kept.sum(axis=1)
    pairs = kept[:, :, None] * kept[:, None, :] - kept[:, :, None] * np.eye(kept.shape[1])
    by_unit = pairs / (m - 1)[:, None, None]
    coincidences = by_unit.sum(axis=0)[None]
    observed, expected = _disagreement(coincidences, scale, measurement)
    replicates = _bootstrap(by_unit, scale, measurement, n_replicates, rng)
    return AgreementResult(
        estimand="krippendorff_alpha",
        measurement=measurement,
        estimate=1 - float(observed[0] / expected[0]),
        conf_int=_percentiles(replicates, level),
        observed_disagreement=float(observed[0]),
        expected_disagreement=float(expected[0]),
        p_value=None,
        n_units=len(kept),
        n_units_single=len(table) - len(kept),
        n_ratings=int(m.sum()),
        n_replicates=len(replicates),
        seed=seed,
        checks=(_units_check(len(kept)),),
    )


def fleiss_kappa(
    counts: ArrayLike, *, seed: int, n_replicates: int = 2000, level: float = 0.95
) -> AgreementResult | NotEstimable:
    r"""Fleiss' kappa for unordered categories and the same number of ratings of every unit.

    Parameters
    ----------
    counts : array_like of int, shape (n_units, k)
        Raters who put each unit in each category; rows have equal sums, of at least 2.
    seed, n_replicates, level
        As `krippendorff_alpha`.

    Returns
    -------
    AgreementResult or NotEstimable
        Reasons as `krippendorff_alpha`.

    Raises
    ------
    InvalidInputError
        If counts are not whole numbers from 0, numbers of ratings differ (alpha allows that), or a
        setting is out of range.

    Notes
    -----
    :math:`\kappa = (\bar P - \bar P_e)/(1 - \bar P_e)` with
    :math:`P_u = \sum_c n_{uc}(n_{uc}-1)/(m(m-1))` and :math:`\bar P_e = \sum_c p_c^2`; the test
    uses the variance under chance agreement of [2]_.

    References
    ----------
    .. [1] Fleiss JL (1971), Psychological Bulletin 76:378-382, eq. 7.
    .. [2] Fleiss JL, Nee JCM, Landis JR (1979), Psychological Bulletin 86:974-977, eq. 12.
    """
    table, _ = _table(counts, None)
    rng = _bootstrap_generator(seed, n_replicates, level)
    m = table.sum(axis=1)
    if len(m) and (np.ptp(m) > 0 or m[0] < 2):
        raise InvalidInputError("every unit must have the same number of ratings, at least 2")
    if problem := _problem(table):
        return problem
    agreeing = (table * (table - 1)).sum(axis=1) / (m * (m - 1))
    shares = table / m[:, None]
    estimate, observed, expected = _fleiss(agreeing.mean()[None], shares.mean(axis=0)[None])
    weights = _unit_draws(len(table), n_replicates, rng) / len(table)
    replicates = _fleiss(weights @ agreeing, weights @ shares)[0]
    replicates = replicates[np.isfinite(replicates)]
    p = shares.mean(axis=0)
    q = p * (1 - p)
    variance = (q.sum() ** 2 - (q * (1 - 2 * p)).sum()) * 2
    variance /= len(table) * m[0] * (m[0] - 1) * q.sum() ** 2
    return AgreementResult(
        estimand="fleiss_kappa",
        measurement="nominal",
        estimate=float(estimate[0]),
        conf_int=_percentiles(replicates, level),
        observed_disagreement=float(observed[0]),
        expected_disagreement=float(expected[0]),
        p_value=two_sided_p(float(estimate[0]) / math.sqrt(float(variance))),
        n_units=len(table),
        n_units_single=0,
        n_ratings=int(m.sum()),
        n_replicates=len(replicates),
        seed=seed,
        checks=(_units_check(len(table)),),
    )


def _bootstrap_generator(seed: int, n_replicates: int, level: float) -> np.random.Generator:
    """Raise InvalidInputError unless there are 100 replicates and the level is in (0, 1)."""
    critical_z(level)
    if n_replicates < 100:
        raise InvalidInputError("n_replicates must be at least 100")
    return random_generator(seed)


def _table(counts: ArrayLike, values: ArrayLike | None) -> tuple[IntArray, FloatArray]:
    """Check the counts, and the values of their categories."""
    table = count_array(counts, name="counts", ndim=2)
    k = table.shape[1]
    scale = (
        np.arange(k, dtype=np.float64)
        if values is None
        else float_vector(values, name="values", length=k)
    )
    if (np.diff(scale) <= 0).any():
        raise InvalidInputError("values must ascend")
    return table, scale


def _problem(table: IntArray) -> NotEstimable | None:
    """Reason why there is no agreement to measure, or None."""
    if len(table) == 0:
        return NotEstimable(reason="no_cases", detail="No unit has two ratings.")
    if len(table) == 1:
        return NotEstimable(reason="too_few_cases", detail="One unit only has two ratings.")
    if np.count_nonzero(table.sum(axis=0)) == 1:
        return NotEstimable(reason="no_variation", detail="All ratings are of one category.")
    return None


def _disagreement(
    coincidences: FloatArray, scale: FloatArray, measurement: Measurement
) -> tuple[FloatArray, FloatArray]:
    """Observed and expected disagreement of each table, shape (r,); tables (r, k, k)."""
    margins = coincidences.sum(axis=2)
    n = margins.sum(axis=1)
    if measurement == "nominal":
        delta = 1 - np.eye(len(scale))[None]
    elif measurement == "interval":
        delta = np.subtract.outer(scale, scale)[None] ** 2
    else:
        # Cumulative count up to the middle of each category: differences are the ordinal metric.
        middle = np.cumsum(margins, axis=1) - margins / 2
        delta = (middle[:, :, None] - middle[:, None, :]) ** 2
    expected = (margins[:, :, None] * margins[:, None, :] * delta).sum(axis=(1, 2))
    return (coincidences * delta).sum(axis=(1, 2)) / n, expected / (n * (n - 1))


def _bootstrap(
    by_unit: FloatArray,
    scale: FloatArray,
    measurement: Measurement,
    n_replicates: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Alpha of each replicate in which ratings differ."""
    n_units, k, _ = by_unit.shape
    flat = by_unit.reshape(n_units, k * k)
    draws = _unit_draws(n_units, n_replicates, rng)
    found = []
    for start in range(0, n_replicates, _BOOTSTRAP_BLOCK):
        tables = (draws[start : start + _BOOTSTRAP_BLOCK] @ flat).reshape(-1, k, k)
        observed, expected = _disagreement(tables, scale, measurement)
        differ = expected > 0
        found.append(1 - observed[differ] / expected[differ])
    return np.concatenate(found)


def _unit_draws(n_units: int, n_replicates: int, rng: np.random.Generator) -> FloatArray:
    """How often each unit is drawn in each replicate, shape (n_replicates, n_units)."""
    draws = rng.multinomial(n_units, np.full(n_units, 1 / n_units), size=n_replicates)
    return draws.astype(np.float64)


def _fleiss(agreeing: FloatArray, shares: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Kappa, observed and expected disagreement; kappa is infinite without any variation."""
    expected = 1 - (shares**2).sum(axis=1)
    differ = expected > 1e-12
    kappa = np.where(differ, 1 - (1 - agreeing) / np.where(differ, expected, 1.0), np.inf)
    return kappa, 1 - agreeing, expected


def _percentiles(replicates: FloatArray, level: float) -> Interval:
    """Percentile interval."""
    low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level, method="bootstrap_percentile")


def _units_check(n_units: int) -> HealthCheck:
    """Judge whether there are units enough for the bootstrap."""
    return HealthCheck(
        name="rated_units",
        value=n_units,
        threshold=FEW_UNITS,
        status="pass" if n_units >= FEW_UNITS else "review",
        meaning="Units with two ratings; with few the bootstrap interval is too narrow.",
        source="Our own rule (docs/methods/estimators/scores.md, simulation)",
    )
