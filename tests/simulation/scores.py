"""How often intervals of agreement, and tests of repeated answers, are right."""

from collections.abc import Sequence

import numpy as np

from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores.intraclass import cluster_icc
from analytics.statistics.scores.kappa import cohen_kappa, count_pairs
from analytics.statistics.scores.many_raters import krippendorff_alpha
from analytics.statistics.scores.proportional_odds import fit_proportional_odds
from tests.simulation.study import Finding, Measure, generators, share_error

LEVEL = 0.95
SHARES = np.array([0.5, 0.3, 0.2])
CUTS = np.array([-2.0, -0.7, 0.7, 2.0])


def share_finding(
    names: tuple[str, str, str],
    hits: Sequence[bool | None],
    *,
    measure: Measure,
    nominal: float,
    holds: bool,
) -> Finding:
    """Return the share of hits; None is a replicate that was not estimable."""
    made = [hit for hit in hits if hit is not None]
    value = float(np.mean(made))
    study, scenario, method = names
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure=measure,
        value=value,
        monte_carlo_error=share_error(value, nominal, len(made)),
        nominal=nominal,
        assumptions_hold=holds,
        replicates=len(made),
        not_estimable=len(hits) - len(made),
    )


def covers(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def _ratings(rng: np.random.Generator, n_units: int, n_raters: int, quality: float) -> np.ndarray:
    """Raters see the truth with probability `quality`, else guess by the shares of the truth.

    Two ratings agree beyond chance with probability quality squared: the true kappa and alpha.
    """
    truth = rng.choice(3, n_units, p=SHARES)
    guess = rng.choice(3, (n_raters, n_units), p=SHARES)
    return np.where(rng.random((n_raters, n_units)) < quality, truth, guess)


def study_agreement() -> tuple[Finding, ...]:
    """Coverage of Cohen's kappa and Krippendorff's alpha."""
    findings = []
    truth = 0.6
    for n_units in (25, 50, 258):
        kappa_hits: list[bool | None] = []
        alpha_hits: list[bool | None] = []
        for i, rng in enumerate(generators(6701 + n_units, 1500)):
            ratings = _ratings(rng, n_units, 3, truth**0.5)
            table = count_pairs(ratings[0], ratings[1], n_categories=3)
            kappa = cohen_kappa(table, level=LEVEL)
            kappa_hits.append(
                None if isinstance(kappa, NotEstimable) else covers(kappa.conf_int, truth)
            )
            counts = (ratings[:, :, None] == np.arange(3)).sum(axis=0)
            alpha = krippendorff_alpha(
                counts, measurement="nominal", seed=i, n_replicates=600, level=LEVEL
            )
            alpha_hits.append(
                None if isinstance(alpha, NotEstimable) else covers(alpha.conf_int, truth)
            )
        for method, hits in (
            ("Cohen's kappa, two raters", kappa_hits),
            ("Krippendorff's alpha, three raters, bootstrap over units", alpha_hits),
        ):
            names = ("agreement", f"{n_units} units, true value 0.6", method)
            findings.append(
                share_finding(names, hits, measure="coverage", nominal=LEVEL, holds=True)
            )
    return tuple(findings)


def study_repeated_respondents() -> tuple[Finding, ...]:
    """Size of tests of no change and of no difference between roles, two waves."""
    findings = []
    for n_people, replicates in ((16, 2000), (80, 2000)):
        hits: dict[tuple[str, bool], list[bool | None]] = {
            (effect, linked): [] for effect in ("wave", "role") for linked in (False, True)
        }
        people = np.repeat(np.arange(n_people), 2)
        wave, role = np.tile([0.0, 1.0], n_people), (people % 2).astype(float)
        for rng in generators(6702, replicates):
            own = rng.normal(0, 2, n_people)[people]
            answers = np.searchsorted(CUTS, own + rng.logistic(size=2 * n_people))
            for linked in (False, True):
                fit = fit_proportional_odds(
                    answers,
                    np.column_stack([wave, role]),
                    n_answers=5,
                    cluster=people if linked else None,
                )
                for j, effect in enumerate(("wave", "role")):
                    hits[effect, linked].append(
                        None if isinstance(fit, NotEstimable) else fit.effects[j].p_value < 0.05
                    )
        for (effect, linked), found in hits.items():
            names = (
                "repeated_respondents",
                f"{n_people} people in two waves, no difference by {effect}",
                "respondents linked" if linked else "respondents not linked",
            )
            findings.append(share_finding(names, found, measure="size", nominal=0.05, holds=linked))
    return tuple(findings)


def study_cluster_icc() -> tuple[Finding, ...]:
    """Coverage of the intraclass correlation of siblings."""
    findings = []
    truth = 0.3
    unequal = np.array([1, 1, 1, 2, 2, 3, 4, 2] * 16)
    for scenario, sizes, is_binary in (
        ("128 families of two, normal score", np.full(128, 2), False),
        ("16 families of three, normal score", np.full(16, 3), False),
        ("128 families of one to four, normal score", unequal, False),
        ("128 families of one to four, 0/1 outcome in a fifth", unequal, True),
    ):
        family = np.repeat(np.arange(len(sizes)), sizes)
        hits: list[bool | None] = []
        for rng in generators(6703, 3000):
            if is_binary:
                # Siblings share the family's own draw with probability sqrt(truth).
                shared = rng.random(len(family)) < truth**0.5
                own = (rng.random(len(sizes)) < 0.2)[family]
                values = np.where(shared, own, rng.random(len(family)) < 0.2).astype(float)
            else:
                values = rng.normal(0, truth**0.5, len(sizes))[family]
                values = values + rng.normal(0, (1 - truth) ** 0.5, len(family))
            icc = cluster_icc(values, family, level=LEVEL)
            hits.append(None if isinstance(icc, NotEstimable) else covers(icc.conf_int, truth))
        names = ("family_correlation", scenario, "one-way ICC, Thomas-Hultquist")
        findings.append(
            share_finding(names, hits, measure="coverage", nominal=LEVEL, holds=not is_binary)
        )
    return tuple(findings)
