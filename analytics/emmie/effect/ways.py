"""Reasonable ways of making cases alike: the choices of a specification curve, and each estimate.

Fits of the propensity score, pairs and weights are shared by the specifications that need the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from analytics.emmie.effect.arms import Arms
from analytics.statistics.inputs import BoolArray, FloatArray, IntArray
from analytics.statistics.propensity.doubly_robust import augmented_inverse_probability_effect
from analytics.statistics.propensity.entropy_balancing import entropy_balance
from analytics.statistics.propensity.matched_sets import matched_rows
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.score import PropensityFit, fit_propensity
from analytics.statistics.propensity.weighted_contrasts import (
    regression_adjusted_contrast,
    weighted_contrast,
)
from analytics.statistics.propensity.weights import Estimand, propensity_weights
from analytics.statistics.results import NotEstimable
from analytics.statistics.two_groups.clustered import clustered_risk_difference

ALL: Final = "__"
"""Stands between an outcome and the number of another list of codes."""
METHOD_OF: Final = {"matched": "pairs:{caliper}:1", "weighted": "entropy"}
"""Code of the method of each estimator."""


def options_of(ways: Ways, caliper: float, *, is_police: bool) -> dict[str, tuple[str, ...]]:
    """Return the choices and the codes of their options; the protocol's own option comes first.

    Parameters
    ----------
    ways : Ways
        Cases and outcomes.
    caliper : float
        The protocol's; half of it and two and a half times it are options too.
    is_police : bool
        Whether a case may be open, so that its outcome is not known yet.
    """
    calipers = (caliper, caliper / 2, 2.5 * caliper)
    methods = (
        *(f"pairs:{width:g}:1" for width in calipers),
        f"pairs:{caliper:g}:2",
        "entropy",
        "overlap",
        "inverse",
        "regression",
        "doubly_robust",
    )
    covariates = ("all", *(f"without:{name}" for name in ways.arms.covariates))
    options: dict[str, tuple[str, ...]] = {"method": methods, "covariates": covariates}
    if len(np.unique(ways.area)) > 1:
        options["covariates"] = (*covariates, "with:area")
    if (ways.arms.treated & ways.elsewhere).any() and not ways.elsewhere.all():
        options["cases"] = ("all", "no_intervention_elsewhere")
    if len(ways.outcomes) > 1:
        options["codes"] = tuple(ways.outcomes)
    first = next(iter(ways.outcomes.values()))
    if is_police and np.isnan(first).any():
        options["open"] = ("left_out", "counted_as_no")
    return options


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Cases, and how to estimate their difference by any combination of choices.

    Attributes
    ----------
    arms : Arms
        Cases with complete covariates.
    area : ndarray of int, shape (n,)
        Code of the authority.
    elsewhere : ndarray of bool, shape (n,)
        Whether the authority did not have the intervention.
    outcomes : dict of str to ndarray of float, shape (n,)
        The outcome by each list of codes; 1, 0 or NaN.
    level : float
        Confidence level.
    """

    arms: Arms
    area: IntArray
    elsewhere: BoolArray
    outcomes: dict[str, FloatArray]
    level: float
    _kept: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def estimate(self, choices: Mapping[str, str]) -> Any:
        """Return the difference that a combination of choices gives, or why there is none."""
        rows = self._rows(choices)
        values = self._values(choices)[rows]
        if choices["method"].startswith("pairs"):
            return self._pairs(choices, values)
        known = ~np.isnan(values)
        used = rows[known]
        arm = self.arms.treated[used]
        if arm.all() or not arm.any():
            return NotEstimable(reason="empty_arm", detail="A group has no cases.")
        options: dict[str, Any] = {"cluster": self.arms.family[used], "level": self.level}
        if choices["method"] in {"regression", "doubly_robust"}:
            x = self._covariates(choices)[used]
            return _modelled(choices["method"], values[known], arm, x, options)
        weights = self._weights(choices)
        if isinstance(weights, NotEstimable):
            return weights
        return weighted_contrast(values[known], arm, weights[known], vcov_type="CR2", **options)

    def cells(self, choices: Mapping[str, str]) -> tuple[int, ...]:
        """Return the cases with and without the outcome in each arm that an estimate rests on."""
        rows = self._rows(choices)
        values, arm = self._values(choices)[rows], self.arms.treated[rows]
        if choices["method"].startswith("pairs"):
            used = self._paired(choices, values)
            if isinstance(used, NotEstimable):
                return ()
            values, arm = values[used[0]], arm[used[0]]
        return tuple(int((values[side] == flag).sum()) for side in (arm, ~arm) for flag in (1, 0))

    def _rows(self, choices: Mapping[str, str]) -> IntArray:
        """Return the places of the cases that are compared."""
        if choices.get("cases", "all") == "all":
            return np.arange(len(self.elsewhere))
        return np.flatnonzero(~(self.elsewhere & self.arms.treated))

    def _values(self, choices: Mapping[str, str]) -> FloatArray:
        values = self.outcomes[choices.get("codes", next(iter(self.outcomes)))]
        return np.nan_to_num(values) if choices.get("open") == "counted_as_no" else values

    def _covariates(self, choices: Mapping[str, str]) -> FloatArray:
        how, _, name = choices["covariates"].partition(":")
        x = self.arms.values
        if how == "without":
            return np.delete(x, self.arms.covariates.index(name), axis=1)
        if how == "with":
            dummies = self.area[:, None] == np.unique(self.area)[None, 1:]
            return np.column_stack([x, dummies.astype(np.float64)])
        return x

    def _once(self, kind: str, choices: Mapping[str, str], make: Callable[[], Any]) -> Any:
        """Return what was made for the same covariates and cases, or make it."""
        key = (kind, choices["covariates"], choices.get("cases", "all"))
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def _score(self, choices: Mapping[str, str]) -> PropensityFit | NotEstimable:
        rows = self._rows(choices)
        found: PropensityFit | NotEstimable = self._once(
            "score",
            choices,
            lambda: fit_propensity(self._covariates(choices)[rows], self.arms.treated[rows]),
        )
        return found

    def _weights(self, choices: Mapping[str, str]) -> FloatArray | NotEstimable:
        rows, method = self._rows(choices), choices["method"]
        arm = self.arms.treated[rows]
        if method == "entropy":
            found = self._once(
                "entropy", choices, lambda: entropy_balance(self._covariates(choices)[rows], arm)
            )
            return found if isinstance(found, NotEstimable) else found.weights
        score = self._score(choices)
        if isinstance(score, NotEstimable):
            return score
        estimand: Estimand = "ATO" if method == "overlap" else "ATT"
        return propensity_weights(score.propensity_score, arm, estimand=estimand)

    def _paired(
        self, choices: Mapping[str, str], values: FloatArray
    ) -> tuple[IntArray, FloatArray] | NotEstimable:
        """Return the places within the compared cases of all units of sets, and their weights."""
        method, rows = choices["method"], self._rows(choices)
        _, width, ratio = method.split(":")
        score = self._score(choices)
        if isinstance(score, NotEstimable):
            return score
        match = self._once(
            method,
            choices,
            lambda: nearest_neighbour_match(
                score.linear_predictor,
                self.arms.treated[rows],
                caliper=float(width),
                ratio=int(ratio),
            ),
        )
        if isinstance(match, NotEstimable):
            return match
        sets = matched_rows(match)
        unknown = np.unique(sets.matched_set[np.isnan(values[sets.index])])
        whole = ~np.isin(sets.matched_set, unknown)
        return sets.index[whole], sets.weights[whole]

    def _pairs(self, choices: Mapping[str, str], values: FloatArray) -> Any:
        used = self._paired(choices, values)
        if isinstance(used, NotEstimable):
            return used
        places, weights = used
        rows = self._rows(choices)[places]
        y, arm, family = values[places], self.arms.treated[rows], self.arms.family[rows]
        if (weights == 1).all():
            return clustered_risk_difference(y, arm, family, vcov_type="CR2", level=self.level)
        return weighted_contrast(y, arm, weights, cluster=family, vcov_type="CR2", level=self.level)


def _modelled(
    method: str, y: FloatArray, arm: BoolArray, x: FloatArray, options: dict[str, Any]
) -> Any:
    """Return the effect on the intervention cases by a model of the outcome."""
    if method == "regression":
        return regression_adjusted_contrast(y, arm, x, np.ones(len(y)), vcov_type="CR2", **options)
    return augmented_inverse_probability_effect(
        y, arm, x, outcome_model="linear", estimand="ATT", **options
    )
