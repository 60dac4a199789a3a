"""Matching and weighting where the truth is known: 260 treated and 1,000 comparison children.

Siblings share the arm, the covariate and much of their fate, as in Family Safety Plans. Treatment
lowers every child's risk by 0.08, so that every estimand has the same truth. Risk and treatment
both depend on the covariate and its square.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.statistics.propensity.doubly_robust import augmented_inverse_probability_effect
from analytics.statistics.propensity.inverse_probability import inverse_probability_effect
from analytics.statistics.propensity.matched_sets import matched_rows
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.propensity.weighted_contrasts import weighted_contrast
from analytics.statistics.propensity.weights import propensity_weights
from analytics.statistics.results import NotEstimable
from tests.simulation.study import Finding, generators, share_error

TRUTH = -0.08
N_FAMILIES = 630
KINSHIP = 0.5  # share of siblings' outcomes decided by one draw for the family
REPLICATES = 1000
WELL = "siblings share arm and fate"
CONFOUNDED = "an unmeasured trait decides arm and outcome"
APART = "the arms hardly overlap"


@dataclass(frozen=True)
class Draw:
    """One study: outcome, arm, family and covariates (n, 2)."""

    outcome: np.ndarray
    treated: np.ndarray
    family: np.ndarray
    covariates: np.ndarray


def draw(
    rng: np.random.Generator,
    *,
    intercept: float = -2.15,
    slope: float = 0.7,
    hidden: float = 0.0,
) -> Draw:
    """Draw families of 1 to 3; `slope` sets the overlap, `hidden` the unmeasured trait."""
    x = rng.uniform(-1.7, 1.7, N_FAMILIES)
    trait = rng.integers(0, 2, N_FAMILIES) - 0.5
    logit = intercept + 0.3 * x + slope * x**2 + 3 * hidden * trait
    arm = rng.random(N_FAMILIES) < 1 / (1 + np.exp(-logit))
    family = np.repeat(np.arange(N_FAMILIES), rng.integers(1, 4, N_FAMILIES))
    uniform = rng.random(len(family))
    shared = rng.random(N_FAMILIES)[family]
    uniform = np.where(rng.random(len(family)) < KINSHIP, shared, uniform)
    risk = 0.25 + 0.04 * x + 0.1 * x**2 + 0.2 * hidden * trait + TRUTH * arm
    return Draw(
        (uniform < risk[family]) * 1.0, arm[family], family, np.column_stack([x, x**2])[family]
    )


def matched(data: Draw, clusters: str):
    """Pairs in a caliper; standard errors by `clusters`."""
    fit = fit_propensity(data.covariates, data.treated)
    match = nearest_neighbour_match(fit.linear_predictor, data.treated)
    rows = matched_rows(match)
    family = data.family[rows.index]
    groupings = {"pair": (rows.matched_set,), "family": (family,)}
    cluster, *second = groupings.get(clusters, (rows.matched_set, family))
    return weighted_contrast(
        data.outcome[rows.index],
        data.treated[rows.index],
        rows.weights,
        cluster=cluster,
        second_cluster=second[0] if second else None,
    )


def weighted(data: Draw, estimand: str = "ATE", columns: tuple[int, ...] = (0, 1)):
    """Inverse probability, the estimated score allowed for."""
    return inverse_probability_effect(
        data.outcome,
        data.treated,
        data.covariates[:, columns],
        estimand=estimand,
        cluster=data.family,
    )


def known_weights(data: Draw):
    """Inverse probability, the weights taken as known."""
    score = fit_propensity(data.covariates, data.treated).propensity_score
    weights = propensity_weights(score, data.treated, estimand="ATE")
    return weighted_contrast(data.outcome, data.treated, weights, cluster=data.family)


def augmented(data: Draw, score_columns: tuple[int, ...], outcome_columns: tuple[int, ...]):
    """Doubly robust, linear outcome models."""
    return augmented_inverse_probability_effect(
        data.outcome,
        data.treated,
        data.covariates[:, score_columns],
        outcome_model="linear",
        outcome_covariates=data.covariates[:, outcome_columns],
        cluster=data.family,
    )


Method = tuple[str, Callable[[Draw], object], bool]


def _run(
    study: str, scenario: str, drawn: Callable, methods: tuple[Method, ...], seed: int
) -> tuple[Finding, ...]:
    """Bias and coverage of each method (name, function, whether its assumptions hold)."""
    rows = np.full((len(methods), 2, REPLICATES), np.nan)
    for number, rng in enumerate(generators(seed, REPLICATES)):
        data = drawn(rng)
        for place, (_, method, _) in enumerate(methods):
            result = method(data)
            if not isinstance(result, NotEstimable):
                covered = result.conf_int.low <= TRUTH <= result.conf_int.high
                rows[place, :, number] = result.estimate - TRUTH, covered
    found = []
    for (name, _, holds), both in zip(methods, rows, strict=True):
        errors, covered = both[:, ~np.isnan(both[0])]
        shared = {
            "study": study,
            "scenario": scenario,
            "method": name,
            "assumptions_hold": holds,
            "replicates": len(errors),
            "not_estimable": REPLICATES - len(errors),
        }
        coverage = float(covered.mean())
        found += [
            Finding(
                measure="bias",
                value=float(errors.mean()),
                monte_carlo_error=float(errors.std(ddof=1) / np.sqrt(len(errors))),
                nominal=0.0,
                **shared,
            ),
            Finding(
                measure="coverage",
                value=coverage,
                monte_carlo_error=share_error(coverage, 0.95, len(errors)),
                nominal=0.95,
                **shared,
            ),
        ]
    return tuple(found)


def study_matched_standard_errors() -> tuple[Finding, ...]:
    """Which clusters the standard error of matched pairs must know of."""
    methods = (
        ("matched, clustered by pair", partial(matched, clusters="pair"), False),
        ("matched, clustered by family", partial(matched, clusters="family"), True),
        ("matched, clustered by pair and family", partial(matched, clusters="both"), True),
    )
    return _run("matched pairs of siblings", WELL, draw, methods, 20261122)


def study_models_right_and_wrong() -> tuple[Finding, ...]:
    """Weighting with the right and the wrong score, and the doubly robust effect with each."""
    both, wrong = (0, 1), (0,)
    methods = (
        ("inverse probability", weighted, True),
        ("inverse probability, weights taken as known", known_weights, True),
        ("overlap weights", partial(weighted, estimand="ATO"), True),
        ("inverse probability, score wrong", partial(weighted, columns=wrong), False),
        ("doubly robust", partial(augmented, score_columns=both, outcome_columns=both), True),
        (
            "doubly robust, score wrong",
            partial(augmented, score_columns=wrong, outcome_columns=both),
            True,
        ),
        (
            "doubly robust, outcome wrong",
            partial(augmented, score_columns=both, outcome_columns=wrong),
            True,
        ),
        (
            "doubly robust, both wrong",
            partial(augmented, score_columns=wrong, outcome_columns=wrong),
            False,
        ),
    )
    return _run("weighting with wrong models", WELL, draw, methods, 20261123)


def study_broken_assumptions() -> tuple[Finding, ...]:
    """An unmeasured confounder, and arms that hardly overlap."""
    both = (0, 1)

    def methods(overlap_weights_hold: bool) -> tuple[Method, ...]:
        return (
            ("matched, clustered by pair and family", partial(matched, clusters="both"), False),
            ("inverse probability", weighted, False),
            ("overlap weights", partial(weighted, estimand="ATO"), overlap_weights_hold),
            ("doubly robust", partial(augmented, score_columns=both, outcome_columns=both), False),
        )

    study = "broken assumptions"
    confounded = partial(draw, hidden=0.5)
    apart = partial(draw, intercept=-6.0, slope=3.2)
    return (
        *_run(study, CONFOUNDED, confounded, methods(False), 20261124),
        *_run(study, APART, apart, methods(True), 20261125),
    )
