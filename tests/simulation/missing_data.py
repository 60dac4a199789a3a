"""Complete cases and multiple imputation where the truth is known: 258 and 268 children.

A yes/no trait is more common among the treated and raises the risk; the effect is -0.08 given the
trait and -0.06 without regard to it.
"""

from dataclasses import dataclass

import numpy as np

from analytics.statistics.missing_data.comparison import compare_with_imputation
from analytics.statistics.results import NotEstimable
from tests.simulation.study import Finding, generators, share_error

ARM = np.repeat([1, 0], [258, 268])
GIVEN_TRAIT, OVERALL = -0.08, -0.06
IMPUTATIONS = 10
REPLICATES = 250
METHODS = ("complete cases", "multiple imputation")


@dataclass(frozen=True)
class Scenario:
    """What is missing and why; `adjusted` when the trait is a covariate and not an auxiliary."""

    name: str
    missing_column: str
    shares: dict[tuple[int, int], float]
    depends_on: str
    assumptions_hold: tuple[bool, bool]
    adjusted: bool = False


def by_arm(treated: tuple[float, float], comparison: tuple[float, float]):
    """Share missing by arm and by the value (0, 1) that it depends on."""
    pairs = {(1, value): share for value, share in enumerate(treated)}
    return pairs | {(0, value): share for value, share in enumerate(comparison)}


OUTCOME_SCENARIOS = (
    Scenario(
        "outcome missing completely at random",
        "outcome",
        by_arm((0.25, 0.25), (0.25, 0.25)),
        "trait",
        (True, True),
    ),
    Scenario(
        "outcome missing by arm and trait",
        "outcome",
        by_arm((0.1, 0.6), (0.4, 0.1)),
        "trait",
        (False, True),
    ),
    Scenario(
        "outcome missing because of the outcome, in one arm",
        "outcome",
        by_arm((0.1, 0.5), (0.2, 0.2)),
        "outcome",
        (False, False),
    ),
    Scenario(
        "trait missing by arm and outcome",
        "trait",
        by_arm((0.1, 0.6), (0.3, 0.1)),
        "outcome",
        (False, True),
        adjusted=True,
    ),
)


def study_missing_values() -> tuple[Finding, ...]:
    """Independent children, four reasons for being missing."""
    return tuple(
        finding
        for number, scenario in enumerate(OUTCOME_SCENARIOS)
        for finding in _findings("missing_values", scenario, seed=50 + number, siblings=False)
    )


def study_siblings() -> tuple[Finding, ...]:
    """Siblings who share their outcome half of the time; the imputation model doesn't know."""
    return _findings("siblings", OUTCOME_SCENARIOS[1], seed=60, siblings=True)


def _draw(rng, siblings):
    """Trait, outcome and family of each child."""
    family = np.arange(len(ARM)) // 2 if siblings else None
    trait = (rng.random(len(ARM)) < np.where(ARM == 1, 0.5, 0.4)).astype(float)
    uniform = rng.random(len(ARM))
    if siblings:
        shared = rng.random(len(ARM))[family]
        uniform = np.where(rng.random(len(ARM)) < 0.7, shared, uniform)
    return trait, (uniform < 0.2 + 0.2 * trait - 0.08 * ARM).astype(float), family


def _findings(study, scenario, *, seed, siblings):
    truth = GIVEN_TRAIT if scenario.adjusted else OVERALL
    rows = np.full((2, 2, REPLICATES), np.nan)
    for number, rng in enumerate(generators(seed, REPLICATES)):
        trait, outcome, family = _draw(rng, siblings)
        cause = (trait if scenario.depends_on == "trait" else outcome).astype(int)
        share = np.array([scenario.shares[key] for key in zip(ARM, cause, strict=True)])
        absent = rng.random(len(ARM)) < share
        if scenario.missing_column == "outcome":
            outcome[absent] = np.nan
        else:
            trait[absent] = np.nan
        result = compare_with_imputation(
            outcome,
            ARM,
            covariates=trait[:, None] if scenario.adjusted else None,
            auxiliary=None if scenario.adjusted else trait[:, None],
            cluster=family,
            seed=number,
            n_imputations=IMPUTATIONS,
        )
        assert not isinstance(result, NotEstimable)
        for method, row in enumerate((result.complete_case, result.imputed)):
            covered = row.conf_int.low <= truth <= row.conf_int.high
            rows[:, method, number] = row.estimate - truth, covered
    name = f"{scenario.name}{', siblings in pairs' if siblings else ''}"
    found = []
    for method, (errors, covered) in enumerate(rows.transpose(1, 0, 2)):
        shared = {
            "study": study,
            "scenario": name,
            "method": METHODS[method],
            "assumptions_hold": scenario.assumptions_hold[method] and not siblings,
            "replicates": REPLICATES,
        }
        bias_error = float(errors.std(ddof=1) / np.sqrt(REPLICATES))
        found += [
            Finding(
                measure="bias",
                value=float(errors.mean()),
                monte_carlo_error=bias_error,
                nominal=0.0,
                **shared,
            ),
            Finding(
                measure="coverage",
                value=float(covered.mean()),
                monte_carlo_error=share_error(float(covered.mean()), 0.95, REPLICATES),
                nominal=0.95,
                **shared,
            ),
        ]
    return tuple(found)
