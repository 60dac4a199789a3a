"""How often pooled intervals, interaction tests and families of tests are right."""

import numpy as np

from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.subgroups.interaction_counts import interaction_from_counts
from analytics.statistics.subgroups.multiplicity import TestFamily, adjust_p_values
from analytics.statistics.subgroups.pooling import PooledEstimate, pool_estimates
from analytics.statistics.two_groups.proportions import risk_difference
from tests.simulation.scores import covers, share_finding
from tests.simulation.study import Finding, generators

LEVEL = 0.95
OUTCOMES = 6


def study_pooling() -> tuple[Finding, ...]:
    """Coverage of the mean effect and of a further area's effect, with 4 and 10 areas."""
    findings = []
    for k in (4, 10):
        se = np.resize([0.15, 0.25, 0.2, 0.4], k)
        for tau in (0.0, 0.3):
            hits: dict[str, list[bool | None]] = {}
            for rng in generators(6801, 2000):
                y = rng.normal(0, np.sqrt(tau**2 + se**2))
                further = rng.normal(0, tau)
                for method in ("REML", "DL", "common"):
                    pooled = pool_estimates(y, se, method=method, level=LEVEL)
                    assert isinstance(pooled, PooledEstimate)
                    if method == "REML":
                        hits.setdefault("REML, Hartung-Knapp", []).append(
                            covers(pooled.conf_int, 0)
                        )
                        prediction = pooled.prediction_interval
                        assert prediction is not None
                        hits.setdefault("REML, prediction", []).append(covers(prediction, further))
                    else:
                        name = "DerSimonian-Laird, normal" if method == "DL" else "common effect"
                        hits.setdefault(name, []).append(covers(pooled.wald_conf_int, 0))
            scenario = f"{k} areas, standard deviation between them {tau}"
            for name, found in hits.items():
                holds = name == "REML, Hartung-Knapp" or tau == 0
                findings.append(
                    share_finding(
                        ("pooling", scenario, name),
                        found,
                        measure="coverage",
                        nominal=LEVEL,
                        holds=holds,
                    )
                )
    return tuple(findings)


def study_interaction_size() -> tuple[Finding, ...]:
    """Size of the interaction test from counts: 268 cases in 3 subgroups, no effect anywhere."""
    n1 = n0 = np.array([60, 44, 30])
    findings = []
    for risk in (0.3, 0.05):
        for scale in ("risk_difference", "odds_ratio"):
            hits: list[bool | None] = []
            for rng in generators(6802, 3000):
                result = interaction_from_counts(
                    rng.binomial(n1, risk), n1, rng.binomial(n0, risk), n0, scale=scale
                )
                hits.append(None if isinstance(result, NotEstimable) else result.p_value < 0.05)
            names = ("interaction_size", f"268 cases, 3 subgroups, risk {risk}", scale)
            findings.append(
                share_finding(names, hits, measure="size", nominal=0.05, holds=risk > 0.1)
            )
    return tuple(findings)


def study_interaction_in_families() -> tuple[Finding, ...]:
    """Size when siblings share arm, subgroup and part of their fate."""
    sizes = np.resize([1, 2, 3, 4, 2, 3], 104)
    family = np.repeat(np.arange(len(sizes)), sizes)
    group_of, arm_of = np.arange(len(sizes)) % 3, (np.arange(len(sizes)) // 3) % 2
    group, arm = group_of[family], arm_of[family]
    hits: dict[str, list[bool | None]] = {"counts": [], "cases in families": []}
    for rng in generators(6803, 1000):
        shared = rng.random(len(family)) < 0.6**0.5
        own = (rng.random(len(sizes)) < 0.3)[family]
        y = np.where(shared, own, rng.random(len(family)) < 0.3)
        cells = [
            np.bincount(group, weights=weight).astype(int)
            for weight in (y * arm, arm, y * (1 - arm), 1 - arm)
        ]
        counted = interaction_from_counts(*cells, scale="risk_difference")
        clustered = interaction_from_cases(y, arm, group, family)
        for name, result in (("counts", counted), ("cases in families", clustered)):
            hits[name].append(None if isinstance(result, NotEstimable) else result.p_value < 0.05)
    return tuple(
        share_finding(
            ("interaction_in_families", "258 siblings in 104 families, correlation 0.6", name),
            found,
            measure="size",
            nominal=0.05,
            holds=name != "counts",
        )
        for name, found in hits.items()
    )


def study_many_outcomes() -> tuple[Finding, ...]:
    """Chance of any false positive over six outcomes of 258 cases, without effects."""
    hits: dict[str, list[bool | None]] = {"read one by one": [], "Holm": []}
    for rng in generators(6804, 3000):
        severity = rng.normal(0, 1, 258)
        arm = rng.permutation(np.arange(258) % 2)
        p_values = []
        for _ in range(OUTCOMES):
            y = severity + rng.normal(0, 1.5, 258) > 1
            result = risk_difference(
                events_treated=int(y[arm == 1].sum()),
                n_treated=129,
                events_comparison=int(y[arm == 0].sum()),
                n_comparison=129,
            )
            p_values.append(1.0 if isinstance(result, NotEstimable) else result.p_value)
        family = adjust_p_values(p_values)
        assert isinstance(family, TestFamily)
        hits["read one by one"].append(min(p_values) < 0.05)
        hits["Holm"].append(any(test.rejected for test in family.tests))
    return tuple(
        share_finding(
            ("many_outcomes", "six outcomes that go together, 258 cases, no effect", name),
            found,
            measure="size",
            nominal=0.05,
            holds=name == "Holm",
        )
        for name, found in hits.items()
    )
