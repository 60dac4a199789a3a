r"""Subclasses of units with similar propensity scores, and the weights that follow.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    binary_vector,
    float_vector,
    missing_arm,
    read_only,
)
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubclassResult:
    """Subclasses and weights.

    Attributes
    ----------
    subclass : ndarray of int, shape (n,)
        Subclass of each unit, from 0, in ascending order of score.
    weights : ndarray of float, shape (n,)
        1 in the arm that the estimand describes; in any other arm (share of the described
        population in the subclass) / (share of the arm in it).
    cut_points : ndarray of float, shape (n_subclasses + 1,)
        Quantiles of the score; the outermost subclasses have no outer bound.
    n_treated, n_comparison : ndarray of int, shape (n_subclasses,)
        Units by subclass.
    estimand : {"ATT", "ATE", "ATC"}
        Whom the weights describe.
    """

    subclass: IntArray
    weights: FloatArray
    cut_points: FloatArray
    n_treated: IntArray
    n_comparison: IntArray
    estimand: Literal["ATT", "ATE", "ATC"]

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        for counts in (self.subclass, self.n_treated, self.n_comparison):
            read_only(counts)
        for numbers in (self.weights, self.cut_points):
            read_only(numbers)


def subclassify(
    propensity_score: ArrayLike,
    treated: ArrayLike,
    *,
    n_subclasses: int = 6,
    estimand: Literal["ATT", "ATE", "ATC"] = "ATT",
) -> SubclassResult | NotEstimable:
    r"""Divide units at quantiles of the score.

    Parameters
    ----------
    propensity_score : array_like of float, shape (n,)
        Score, or its logit. Complete.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.
    n_subclasses : int
        At least 2. Ties in the score may leave fewer.
    estimand : {"ATT", "ATE", "ATC"}
        Population described, whose quantiles cut: treated, all, comparison.

    Returns
    -------
    SubclassResult or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_overlap"`` (a subclass lacks an arm: ask for
        fewer subclasses, or describe only the region where the arms overlap).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    With :math:`n_{as}` units of arm a in subclass s, and :math:`m_s` of the population described,

    .. math:: w = \frac{m_s / \sum m}{n_{as} / n_a}

    MatchIt's weights exactly; MatchIt moves units into a subclass that lacks an arm, we say so.

    References
    ----------
    .. [1] Rosenbaum PR, Rubin DB (1984), JASA 79:516-524.
    """
    score = float_vector(propensity_score, name="propensity_score")
    arm = binary_vector(treated, name="treated", length=len(score))
    if n_subclasses < 2:
        raise InvalidInputError("n_subclasses must be at least 2")
    if problem := missing_arm(int(arm.sum()), int((~arm).sum())):
        return problem
    described = {"ATT": arm, "ATC": ~arm, "ATE": np.ones(len(arm), dtype=np.bool_)}
    if estimand not in described:
        raise InvalidInputError("estimand must be ATT, ATE or ATC")
    population: BoolArray = described[estimand]
    cuts = np.quantile(score[population], np.linspace(0, 1, n_subclasses + 1))
    place = np.searchsorted(cuts, score, side="right") - 1
    _, subclass = np.unique(np.clip(place, 0, n_subclasses - 1), return_inverse=True)
    size = int(subclass.max()) + 1
    by_arm = [np.bincount(subclass[side], minlength=size) for side in (arm, ~arm)]
    if min(counts.min() for counts in by_arm) == 0:
        return NotEstimable(reason="no_overlap", detail="A subclass has cases of only one arm.")
    share = np.bincount(subclass[population], minlength=size) / population.sum()
    one, other = ((share * counts.sum() / counts)[subclass] for counts in by_arm)
    weights = np.where(arm, one, other)
    return SubclassResult(
        subclass=subclass.astype(np.int64),
        weights=weights,
        cut_points=cuts,
        n_treated=by_arm[0].astype(np.int64),
        n_comparison=by_arm[1].astype(np.int64),
        estimand=estimand,
    )
