"""How often the intervals, funnels and control charts of places and months are right."""

import math
from dataclasses import replace
from typing import Literal

import numpy as np

from analytics.statistics.results import NotEstimable
from analytics.statistics.variation._rule_flags import rule_flags
from analytics.statistics.variation.control_rules import (
    NHS_RULES,
    WESTERN_ELECTRIC_RULES,
)
from analytics.statistics.variation.funnel import Adjustment, Funnel, funnel
from analytics.statistics.variation.individuals_charts import individuals_chart
from analytics.statistics.variation.intervals import (
    byar_limits,
    clopper_pearson_limits,
    poisson_exact_limits,
    wilson_limits,
)
from analytics.statistics.variation.standardisation import directly_standardised_rate
from tests.simulation.study import Finding, generators, share_error

LEVEL = 0.95
DRAWS = 20_000
STANDARDISED = 4_000
CHARTS = 3_000
MONTHS = 24
FUNNELS = 300
AREAS = 150
SERIES, POINTS = 4_000, 1_000


def study_interval_coverage() -> tuple[Finding, ...]:
    """Coverage for small counts, and when one child can have several events."""
    generator = np.random.default_rng(6401)
    findings = []
    for mean in (4, 12, 60):
        once = generator.poisson(mean, DRAWS)
        # Each child of a Poisson number of children has one to five events.
        repeated = _clumped(generator, mean, DRAWS)
        for method, limits in (("exact Poisson", poisson_exact_limits), ("Byar", byar_limits)):
            for count, held, scenario in (
                (once, True, f"{mean} events expected, each of another child"),
                (repeated, False, f"{mean} events expected, a child having three on average"),
            ):
                covered = _covers(limits(count, level=LEVEL), mean)
                findings.append(_coverage("interval_coverage", scenario, method, covered, held))
    for n in (16, 258):
        share = generator.uniform(0.05, 0.5, DRAWS)
        events = generator.binomial(n, share)
        for method, binomial in (
            ("Wilson", wilson_limits),
            ("Clopper-Pearson", clopper_pearson_limits),
        ):
            covered = _covers(binomial(events, np.full(DRAWS, n), level=LEVEL), share)
            scenario = f"proportion of {n} units, true share between 5% and 50%"
            findings.append(_coverage("interval_coverage", scenario, method, covered, True))
    return tuple(findings)


def study_direct_standardisation() -> tuple[Finding, ...]:
    """Coverage of Dobson's interval with equal and with very unequal weights."""
    population = np.array([900, 1200, 700, 300])
    findings = []
    for expected, standard, scenario in (
        (20, population, "20 events expected, standard like the area"),
        (20, np.array([1, 2, 3, 4]), "20 events expected, standard unlike the area"),
        (60, np.array([1, 2, 3, 4]), "60 events expected, standard unlike the area"),
    ):
        rates = np.array([1, 2, 3, 4]) / 1000
        rates *= expected / (rates * population).sum()
        truth = float((standard * rates).sum() / standard.sum()) * 10_000
        covered, skipped = [], 0
        for generator in generators(6402, STANDARDISED):
            events = generator.poisson(rates * population)
            result = directly_standardised_rate(events, population, standard, level=LEVEL)
            if isinstance(result, NotEstimable):
                skipped += 1
            else:
                covered.append(result.conf_int.low <= truth <= result.conf_int.high)
        finding = _coverage(
            "direct_standardisation", scenario, "Dobson on Byar", np.array(covered), True
        )
        findings.append(replace(finding, not_estimable=skipped))
    return tuple(findings)


def study_false_alarms() -> tuple[Finding, ...]:
    """Share of two-year charts of a process where nothing happens that show a signal."""
    findings = []
    for correlation, scenario in (
        (None, "24 independent months, true centre and limits known"),
        (0.0, "24 independent months, limits from the same months"),
        (0.5, "24 months, correlation of neighbours 0.5, limits from the same months"),
    ):
        value, z = _charts(correlation)
        for method, rules in (
            ("NHS rules", NHS_RULES),
            ("Western Electric rules", WESTERN_ELECTRIC_RULES),
        ):
            flags = rule_flags(value, z, np.zeros(MONTHS, dtype=np.int64), rules)
            marked = np.logical_or.reduce([high | low for high, low in flags.values()])
            findings.append(_alarms(method, scenario, marked, correlation))
        outside = np.logical_or(*flags["outside_limits"])
        findings.append(_alarms("Points outside limits", scenario, outside, correlation))
    return tuple(findings)


def study_run_length() -> tuple[Finding, ...]:
    """Average run length of the Western Electric rules against the published 91.75.

    Champ CW, Woodall WH (1987), Technometrics 29:393-399, table 1: rules C1, C2, C3 and C4.
    """
    published, width = 91.75, WESTERN_ELECTRIC_RULES.shift_points
    segment = np.zeros(width, dtype=np.int64)
    lengths: list[int] = []
    for generator in generators(6404, SERIES // 100):
        z = generator.normal(size=(100, POINTS))
        # Points far inside the limits before the start, so that every window is full.
        padded = np.concatenate([np.zeros((100, width - 1)), z], axis=1)
        windows = np.lib.stride_tricks.sliding_window_view(padded, width, axis=-1)
        flags = rule_flags(windows, windows, segment, WESTERN_ELECTRIC_RULES)
        signal = np.logical_or.reduce([high | low for high, low in flags.values()]).any(axis=-1)
        lengths += (signal.argmax(axis=1) + 1).tolist()
    return (
        Finding(
            study="run_length",
            scenario="Independent months, true centre and limits known",
            method="Western Electric rules, average run length less the published 91.75",
            measure="bias",
            value=float(np.mean(lengths)) - published,
            monte_carlo_error=float(np.std(lengths, ddof=1)) / math.sqrt(len(lengths)),
            nominal=0.0,
            assumptions_hold=True,
            replicates=len(lengths),
        ),
    )


def study_funnel() -> tuple[Finding, ...]:
    """Share of areas outside the 95% limits when no area is special."""
    findings = []
    for spread, held, scenario in (
        (0.0, True, "150 areas with one common rate"),
        (0.25, False, "150 areas whose rates vary by 25% for reasons of no interest"),
    ):
        for adjustment, transform in (
            ("none", "square_root"),
            ("multiplicative", "square_root"),
            ("additive", "square_root"),
            ("additive", "log"),
        ):
            drawn = (
                _drawn_funnel(generator, spread, adjustment, transform)
                for generator in generators(6405, FUNNELS)
            )
            shares = [found.outside_95 / AREAS for found in drawn]
            findings.append(
                Finding(
                    study="funnel",
                    scenario=scenario,
                    method=f"95% funnel limits, adjustment {adjustment} ({transform})",
                    measure="size",
                    value=float(np.mean(shares)),
                    monte_carlo_error=float(np.std(shares, ddof=1)) / math.sqrt(FUNNELS),
                    nominal=1 - LEVEL,
                    assumptions_hold=held,
                    replicates=FUNNELS,
                )
            )
    return tuple(findings)


def _clumped(generator: np.random.Generator, mean: float, draws: int) -> np.ndarray:
    """Events of a Poisson number of children who have one to five each, `mean` in all."""
    children = generator.poisson(mean / 3, draws)
    each = generator.integers(1, 6, size=(draws, int(children.max()) + 1))
    taken = np.arange(each.shape[1]) < children[:, None]
    return np.asarray((each * taken).sum(axis=1))


def _covers(limits: tuple[np.ndarray, np.ndarray], truth: float | np.ndarray) -> np.ndarray:
    return np.asarray((limits[0] <= truth) & (truth <= limits[1]))


def _coverage(study: str, scenario: str, method: str, covered: np.ndarray, held: bool) -> Finding:
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure="coverage",
        value=float(covered.mean()),
        monte_carlo_error=share_error(LEVEL, LEVEL, len(covered)),
        nominal=LEVEL,
        assumptions_hold=held,
        replicates=len(covered),
    )


def _alarms(method: str, scenario: str, marked: np.ndarray, correlation: float | None) -> Finding:
    """Share of charts with a marked point; only points outside known limits promise a share."""
    share = float(marked.any(axis=-1).mean())
    known = correlation is None and method == "Points outside limits"
    nominal = 1 - math.erf(3 / math.sqrt(2)) ** MONTHS if known else None
    return Finding(
        study="false_alarms",
        scenario=scenario,
        method=method,
        measure="size",
        value=share,
        monte_carlo_error=share_error(share, nominal, CHARTS),
        nominal=nominal,
        assumptions_hold=correlation in {None, 0.0},
        replicates=CHARTS,
    )


def _charts(correlation: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Values and z-scores of in-control charts; limits known when `correlation` is None."""
    values, scores = [], []
    for generator in generators(6403, CHARTS):
        noise = generator.normal(size=MONTHS)
        if correlation is None:
            values.append(noise)
            scores.append(noise)
            continue
        for month in range(1, MONTHS):
            noise[month] = correlation * noise[month - 1] + noise[month] * math.sqrt(
                1 - correlation**2
            )
        limits = individuals_chart(noise)
        assert not isinstance(limits, NotEstimable)
        values.append(noise)
        scores.append((noise - limits.centre_line) / limits.std_dev)
    return np.array(values), np.array(scores)


def _drawn_funnel(
    generator: np.random.Generator,
    spread: float,
    adjustment: Adjustment,
    transform: Literal["square_root", "log"],
) -> Funnel:
    population = np.exp(generator.uniform(math.log(5_000), math.log(80_000), AREAS))
    rates = 0.005 * np.exp(generator.normal(-(spread**2) / 2, spread, AREAS))
    events = generator.poisson(rates * population)
    found = funnel("rate", events, population, adjustment=adjustment, transform=transform)
    assert isinstance(found, Funnel)
    return found
