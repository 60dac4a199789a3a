r"""Permutation inference for one or a few treated areas.

The honest option where a standard error has too few treated clusters to rest on. Method notes:
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.inputs import FloatArray, random_generator
from analytics.statistics.results import HealthCheck, NotEstimable

EXACT_UP_TO = 20_000
# Two statistics closer than this share of the largest change are the same but for rounding.
_TIE_SHARE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationTest:
    """Where the estimate lies among those of all, or many, other choices of treated units.

    Attributes
    ----------
    estimate : float
        Difference-in-differences, in units of the outcome.
    p_value : float
        Two-sided, above 0 and at most 1.
    n_assignments : int
        Choices compared, the real one included.
    is_exact : bool
        Whether they are all choices there are.
    n_treated, n_comparison : int
        Units.
    seed : int
        Of the draws, also where all choices were compared and nothing was drawn.
    check : HealthCheck
        The smallest p-value that the test could have given.
    """

    estimate: float
    p_value: float
    n_assignments: int
    is_exact: bool
    n_treated: int
    n_comparison: int
    seed: int
    check: HealthCheck


def permutation_test(
    panel: Panel, *, seed: int, draws: int = 9_999
) -> PermutationTest | NotEstimable:
    r"""Test no effect in any unit by reassigning which units were treated.

    Parameters
    ----------
    panel : Panel
        One adoption date, with periods before and after it.
    seed : int
        Of the draws; used only when there are more than 20,000 choices.
    draws : int
        Choices drawn then, at least 1.

    Returns
    -------
    PermutationTest or NotEstimable
        Reasons: ``"empty_arm"`` (no treated, or no comparison, unit), ``"not_available"`` (several
        adoption dates, or no period before), ``"no_variation"`` (all units changed alike).

    Raises
    ------
    InvalidInputError
        If `draws` is below 1 or `seed` is not a whole number of at least 0.

    Notes
    -----
    With each unit's change :math:`c_i`, mean after minus mean before, the statistic is the weighted
    mean change of the treated minus that of the others. Exact: the share of choices whose
    absolute statistic is at least the real one's. Drawn: :math:`(b+1)/(B+1)`. Supposes that any
    unit could have been the treated one, and that units vary alike: a small treated area among
    large ones looks significant too often.

    References
    ----------
    .. [1] Conley TG, Taber CR (2011), Review of Economics and Statistics 93:113-125.
    .. [2] MacKinnon JG, Webb MD (2020), Journal of Econometrics 218:435-450.
    .. [3] Phipson B, Smyth GK (2010), Stat Appl Genet Mol Biol 9:39 (the +1).
    """
    if draws < 1:
        raise InvalidInputError("draws must be at least 1")
    generator = random_generator(seed)
    treated = panel.is_treated
    if treated.all() or not treated.any():
        return NotEstimable(reason="empty_arm", detail="There is no treated or no comparison unit.")
    if len(panel.groups) > 1 or panel.groups[0] <= panel.periods[0]:
        return NotEstimable(
            reason="not_available", detail="This test needs one adoption date and a time before."
        )
    late = panel.periods >= panel.groups[0]
    change = panel.outcome[:, late].mean(axis=1) - panel.outcome[:, ~late].mean(axis=1)
    # Centring changes no statistic and keeps rounding small.
    change = change - change.mean()
    scale = float(np.abs(change).max())
    if scale <= _TIE_SHARE * float(np.abs(panel.outcome).max()):
        return NotEstimable(reason="no_variation", detail="All units changed alike.")
    n, n_treated = len(treated), int(treated.sum())
    possible = math.comb(n, n_treated)
    is_exact = possible <= EXACT_UP_TO
    estimate = float(_statistics(change, panel.weights, np.flatnonzero(treated)[None])[0])
    choices = _all(n, n_treated) if is_exact else _drawn(n, n_treated, draws, generator)
    others = np.abs(_statistics(change, panel.weights, choices))
    as_large = int((others >= abs(estimate) - _TIE_SHARE * scale).sum())
    extra = 0 if is_exact else 1
    n_assignments = len(choices) + extra
    return PermutationTest(
        estimate=estimate,
        p_value=(as_large + extra) / n_assignments,
        n_assignments=n_assignments,
        is_exact=is_exact,
        n_treated=n_treated,
        n_comparison=n - n_treated,
        seed=seed,
        check=_check(1 / n_assignments),
    )


def _statistics(change: FloatArray, weights: FloatArray, choices: np.ndarray) -> FloatArray:
    """Weighted difference of mean changes for each row of unit numbers."""
    size = weights[choices].sum(axis=1)
    total = (weights * change)[choices].sum(axis=1)
    rest = (float(weights @ change) - total) / (float(weights.sum()) - size)
    return np.asarray(total / size - rest, dtype=np.float64)


def _all(n: int, n_treated: int) -> np.ndarray:
    """Every choice of treated units, one per row."""
    return np.array(list(combinations(range(n), n_treated)), dtype=np.int64)


def _drawn(n: int, n_treated: int, draws: int, generator: np.random.Generator) -> np.ndarray:
    """Choices at random, one per row."""
    keys = generator.random((draws, n))
    return np.argpartition(keys, n_treated - 1, axis=1)[:, :n_treated]


def _check(smallest: float) -> HealthCheck:
    """Judge whether the test could have given a small p-value at all."""
    return HealthCheck(
        name="smallest_possible_p_value",
        value=smallest,
        threshold=0.05,
        status="pass" if smallest <= 0.05 else "review",
        meaning=(
            "The p-value if the treated units had the most extreme change of all choices. Above "
            "0.05 there are too few units for this test to find anything."
        ),
        source="Definition of the test; 0.05 by convention",
    )
