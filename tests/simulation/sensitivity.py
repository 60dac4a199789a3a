"""How often Rosenbaum's bounds reject without an effect, with and without hidden bias."""

import numpy as np

from analytics.statistics.sensitivity.rosenbaum import rosenbaum_binary, rosenbaum_signed_rank
from tests.simulation.study import Finding, generators, share_error

PAIRS = 258
REPLICATES = 4000
BIAS = 1.5


def study_hidden_bias() -> tuple[Finding, ...]:
    """Pairs without any effect; hidden bias makes the treated unit the worse one at odds of 1.5."""
    findings = []
    for bias in (1.0, BIAS):
        rejected = np.zeros((4, REPLICATES))
        for number, rng in enumerate(generators(31, REPLICATES)):
            size = np.abs(rng.normal(size=PAIRS)) + 0.01
            worse = rng.random(PAIRS) < bias / (1 + bias)
            discordant = int((rng.random(PAIRS) < 0.45).sum())
            ours = int(worse[:discordant].sum())
            binary = rosenbaum_binary(
                treated_only=ours,
                comparison_only=discordant - ours,
                alternative="greater",
                gammas=[1, BIAS],
            )
            ranks = rosenbaum_signed_rank(
                np.where(worse, size, -size), alternative="greater", gammas=[1, BIAS]
            )
            both = [*binary.bounds, *ranks.bounds]
            rejected[:, number] = [bound.p_value_high <= 0.05 for bound in both]
        tests = ("McNemar's exact test", "signed-rank test")
        labels = [f"{test}, bound at gamma {gamma}" for test in tests for gamma in (1, BIAS)]
        for label, gamma, row in zip(labels, (1, BIAS) * 2, rejected, strict=True):
            findings.append(
                Finding(
                    study="hidden_bias",
                    scenario=f"258 pairs, no effect, hidden bias of {bias}",
                    method=label,
                    measure="size",
                    value=float(row.mean()),
                    monte_carlo_error=share_error(row.mean(), 0.05, REPLICATES),
                    nominal=0.05,
                    assumptions_hold=gamma >= bias,
                    replicates=REPLICATES,
                )
            )
    return tuple(findings)
