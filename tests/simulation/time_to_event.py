"""How often time-to-event estimates are right: families, few families, broken assumptions."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.cox import fit_cox
from analytics.statistics.time_to_event.gray import gray_test
from analytics.statistics.time_to_event.group_tests import GroupTest
from analytics.statistics.time_to_event.hazard_fit import hazard_ratio
from analytics.statistics.time_to_event.horizon import at_horizon, difference_at_horizon
from analytics.statistics.time_to_event.log_rank import log_rank
from analytics.statistics.time_to_event.proportional_hazards import proportional_hazards_test
from tests.simulation.study import Finding, generators, share_error

LEVEL, ALPHA = 0.95, 0.05
REPLICATES = 2_000
YEAR = 365
# Rates by day: a repeat plan, and what makes one impossible.
REPEAT, COMPETING = 1 / 600, 1 / 1500
# Siblings referred together: as in the two samples of the documents, mostly one or two.
SIBLINGS, SIBLING_SHARES = np.array([1, 2, 3, 4, 5]), np.array([0.45, 0.28, 0.15, 0.08, 0.04])
# Shape of the stable frailty: correlation within families of log durations is 1 - shape^2.
STABLE = 0.6


@dataclass(frozen=True, slots=True)
class Sample:
    """Whole days to the first event, its cause (0 censored), family, and group of each child."""

    days: np.ndarray
    event: np.ndarray
    family: np.ndarray
    group: np.ndarray


def study_incidence_in_families() -> tuple[Finding, ...]:
    """Coverage of the incidence at one year when siblings share their risk."""
    findings = []
    for variance in (0.0, 1.0):
        truth = _true_incidence(variance)
        scenario = f"258 cases, variance {variance:g} of the risk between families"
        samples = [
            _families(generator, 258, variance) for generator in generators(6401, REPLICATES)
        ]
        for method, clustered in (("each child by itself", False), ("clustered by family", True)):
            covered = []
            for sample in samples:
                result = at_horizon(
                    sample.days,
                    sample.event,
                    estimand="incidence",
                    horizon=YEAR,
                    cluster=sample.family if clustered else None,
                )
                assert not isinstance(result, NotEstimable)
                covered.append(result.conf_int.low <= truth <= result.conf_int.high)
            findings.append(
                _share(
                    "incidence_in_families",
                    scenario,
                    f"Aalen-Johansen, {method}",
                    "coverage",
                    covered,
                    holds=clustered or variance == 0,
                )
            )
    return tuple(findings)


def study_tests_in_families() -> tuple[Finding, ...]:
    """Size of tests that two groups have the same incidence, each family in one group."""
    findings = []
    for variance in (0.0, 1.0):
        scenario = f"268 cases, variance {variance:g} of the risk between families"
        samples = [
            _families(generator, 268, variance) for generator in generators(6402, REPLICATES)
        ]
        for method, (test, clustered) in _TESTS.items():
            rejected = [test(sample) < ALPHA for sample in samples]
            findings.append(
                _share(
                    "tests_in_families",
                    scenario,
                    method,
                    "size",
                    rejected,
                    holds=clustered or variance == 0,
                )
            )
    return tuple(findings)


def study_cox_in_families() -> tuple[Finding, ...]:
    """Coverage of the hazard ratio of an intervention given to whole families."""
    findings = []
    for families, cases in ((None, 258), (16, None)):
        scenario = "258 cases" if families is None else "16 families"
        samples = [
            _stable_families(generator, cases, families)
            for generator in generators(6403, REPLICATES)
        ]
        for method, clustered in (("inverse information", False), ("clustered by family", True)):
            covered, missing = [], 0
            for sample in samples:
                fit = fit_cox(
                    sample.days,
                    sample.event,
                    sample.group[:, None],
                    cluster=sample.family if clustered else None,
                )
                if isinstance(fit, NotEstimable):
                    missing += 1
                    continue
                interval = hazard_ratio(fit, 0, level=LEVEL).conf_int
                covered.append(interval.low <= 0.7 <= interval.high)
            findings.append(
                _share(
                    "cox_in_families",
                    f"{scenario}, siblings' log durations correlated {1 - STABLE**2:.2f}",
                    f"Cox, {method}",
                    "coverage",
                    covered,
                    holds=clustered and families is None,
                    missing=missing,
                )
            )
    return tuple(findings)


def study_broken_assumptions() -> tuple[Finding, ...]:
    """Censoring of those at highest risk, and an effect that lasts half a year."""
    return (*_informative_censoring(), *_passing_effect())


def _informative_censoring() -> Iterator[Finding]:
    """Bias of the incidence when families at high risk leave observation sooner."""
    truth = _true_incidence(1.0)
    for informative in (False, True):
        how = "with the family's risk" if informative else "by chance"
        errors, naive = [], []
        for generator in generators(6404, 500):
            sample = _families(generator, 2_000, 1.0, informative=informative)
            for values, event, estimand in (
                (errors, sample.event, "incidence"),
                (naive, sample.event == 1, "survival"),
            ):
                result = at_horizon(sample.days, event, estimand=estimand, horizon=YEAR)
                assert not isinstance(result, NotEstimable)
                share = result.estimate if estimand == "incidence" else 1 - result.estimate
                values.append(share - truth)
        scenario = f"2,000 cases, incidence {truth:.3f} at one year, censored {how}"
        yield _bias("broken_assumptions", scenario, "Aalen-Johansen", errors, not informative)
        yield _bias("broken_assumptions", scenario, "1 - Kaplan-Meier", naive, False)


def _passing_effect() -> Iterator[Finding]:
    """What a Cox model says of an effect that halves the rate for half a year and then ends."""
    early = math.log(0.5)
    # Treated: half the rate up to day 180, the same rate after.
    truth = math.exp(-REPEAT * YEAR) - math.exp(-REPEAT * (YEAR - 90))
    for years in (0.5, 1, 3):
        logs, gaps, changes = [], [], []
        for generator in generators(6405, 500):
            sample = _passing(generator, 1_000, 360 * years)
            fit = fit_cox(sample.days, sample.event, sample.group[:, None])
            assert not isinstance(fit, NotEstimable)
            logs.append(fit.coefficients[0] - early)
            changes.append(proportional_hazards_test(fit).p_value < ALPHA)
            gap = difference_at_horizon(
                sample.days, sample.event, sample.group, estimand="incidence", horizon=YEAR
            )
            if not isinstance(gap, NotEstimable):
                gaps.append(gap.estimate - truth)
        scenario = f"1,000 cases, rate halved for 180 days only, followed for {360 * years:g} days"
        study, lasts = "broken_assumptions", years == 0.5
        yield _bias(study, scenario, "Cox, log hazard ratio of the first 180 days", logs, lasts)
        measure = "size" if lasts else "power"
        test = "Grambsch-Therneau test of proportional hazards"
        yield _share(study, scenario, test, measure, changes, holds=True)
        if gaps:
            yield _bias(study, scenario, "difference at one year", gaps, True)


def _difference_p(sample: Sample, clustered: bool) -> float:
    result = difference_at_horizon(
        sample.days,
        sample.event,
        sample.group,
        estimand="incidence",
        horizon=YEAR,
        cluster=sample.family if clustered else None,
    )
    assert not isinstance(result, NotEstimable)
    assert result.p_value is not None
    return result.p_value


def _log_rank_p(sample: Sample, clustered: bool) -> float:
    cluster = sample.family if clustered else None
    return _p(log_rank(sample.days, sample.event == 1, sample.group, cluster=cluster))


def _p(result: GroupTest | NotEstimable) -> float:
    assert not isinstance(result, NotEstimable)
    return result.p_value


_TESTS: dict[str, tuple[Callable[[Sample], float], bool]] = {
    "Gray": (lambda sample: _p(gray_test(sample.days, sample.event, sample.group)), False),
    "log-rank": (lambda sample: _log_rank_p(sample, False), False),
    "log-rank, clustered by family": (lambda sample: _log_rank_p(sample, True), True),
    "difference at one year": (lambda sample: _difference_p(sample, False), False),
    "difference at one year, clustered by family": (
        lambda sample: _difference_p(sample, True),
        True,
    ),
}


def _family_of(generator: np.random.Generator, cases: int) -> np.ndarray:
    """Fill families of siblings until there are enough cases."""
    sizes = generator.choice(SIBLINGS, size=cases, p=SIBLING_SHARES)
    return np.repeat(np.arange(cases), sizes)[:cases]


def _families(
    generator: np.random.Generator, cases: int, variance: float, *, informative: bool = False
) -> Sample:
    """Draw siblings that share a gamma risk of a repeat plan; half the families are a group."""
    family = _family_of(generator, cases)
    risk = np.ones(cases)
    if variance:
        risk = generator.gamma(1 / variance, variance, cases)[family]
    repeat = generator.exponential(1 / (REPEAT * np.maximum(risk, 1e-12)))
    competing = generator.exponential(1 / COMPETING, cases)
    censored = generator.uniform(200, 1_500, cases)
    if informative:
        censored /= 1 + risk
    days = np.ceil(np.minimum(np.minimum(repeat, competing), censored))
    # A day's events come before its censorings, as the estimators take them.
    cause = np.where(repeat < competing, 1, 2)
    event = np.where(np.minimum(repeat, competing) > censored, 0, cause)
    return Sample(days, event, family, generator.integers(0, 2, cases)[family])


def _true_incidence(variance: float) -> float:
    """Share with a repeat plan within a year, averaged over families, by the trapezium rule."""
    day = np.linspace(0, YEAR, 20_001)
    density = np.exp(-REPEAT * day)
    if variance:
        density = (1 + variance * REPEAT * day) ** (-1 / variance - 1)
    return float(np.trapezoid(REPEAT * density * np.exp(-COMPETING * day), day))


def _stable_families(
    generator: np.random.Generator, cases: int | None, families: int | None
) -> Sample:
    """Draw siblings with a positive stable frailty, which keeps hazards proportional: ratio 0.7."""
    if cases is not None:
        family = _family_of(generator, cases)
    else:
        family = np.repeat(
            np.arange(families), generator.choice(SIBLINGS, size=families, p=SIBLING_SHARES)
        )
    n = len(family)
    angle, unit = generator.uniform(0, math.pi, n), generator.exponential(size=n)
    frailty = np.sin(STABLE * angle) / np.sin(angle) ** (1 / STABLE)
    frailty *= (np.sin((1 - STABLE) * angle) / unit) ** ((1 - STABLE) / STABLE)
    group = family % 2
    effect = np.exp(math.log(0.7) / STABLE * group)
    days = 400 * generator.exponential(size=n) / (frailty[family] * effect)
    censored = generator.uniform(200, 1_500, n)
    return Sample(
        np.ceil(np.minimum(days, censored)), (days <= censored).astype(int), family, group
    )


def _passing(generator: np.random.Generator, cases: int, followed: float) -> Sample:
    """Draw cases whose treatment halves the rate for 180 days."""
    group = np.arange(cases) % 2
    cumulative = generator.exponential(size=cases) / REPEAT
    treated = np.where(cumulative < 90, cumulative * 2, cumulative + 90)
    days = np.where(group == 1, treated, cumulative)
    return Sample(np.ceil(np.minimum(days, followed)), (days <= followed).astype(int), group, group)


def _share(
    study: str,
    scenario: str,
    method: str,
    measure: str,
    hits: list[bool],
    *,
    holds: bool,
    missing: int = 0,
) -> Finding:
    value = float(np.mean(hits))
    nominal = {"coverage": LEVEL, "size": ALPHA, "power": None}[measure]
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure=measure,
        value=value,
        monte_carlo_error=share_error(value, nominal, len(hits)),
        nominal=nominal,
        assumptions_hold=holds,
        replicates=len(hits),
        not_estimable=missing,
    )


def _bias(study: str, scenario: str, method: str, errors: list[float], holds: bool) -> Finding:
    values = np.array(errors)
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure="bias",
        value=float(values.mean()),
        monte_carlo_error=float(values.std(ddof=1) / math.sqrt(len(values))),
        nominal=0.0,
        assumptions_hold=holds,
        replicates=len(values),
    )
