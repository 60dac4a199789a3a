"""How often studies of the size that was planned find the effect they were planned for."""

import math

import numpy as np
from scipy import stats

from analytics.statistics.design.over_time import (
    PanelDesign,
    difference_in_differences,
    interrupted_time_series,
)
from analytics.statistics.design.planning import Clustering
from analytics.statistics.design.settle import families_to_exclude_zero, present_difference
from analytics.statistics.design.two_arms import two_means, two_proportions
from analytics.statistics.results import NotEstimable
from analytics.statistics.two_groups.clustered import clustered_risk_difference
from tests.simulation.study import Finding, generators, share_error

ALPHA = 0.05
FAMILY_STUDIES, CLUSTER_STUDIES, SERIES_STUDIES = 3_000, 20_000, 20_000
SIBLING_ICC = 0.4
# Children per family: mean 1.6, coefficient of variation 0.5.
FAMILY_SIZES, FAMILY_SHARES = np.array([1, 2, 3]), np.array([0.55, 0.3, 0.15])


def study_families_of_siblings() -> tuple[Finding, ...]:
    """Power of a study of siblings planned with their correlation, and planned without."""
    mean = float(FAMILY_SIZES @ FAMILY_SHARES)
    cv = math.sqrt(float(FAMILY_SIZES**2 @ FAMILY_SHARES) - mean**2) / mean
    findings = []
    for planned, held in ((SIBLING_ICC, True), (0.0, False)):
        clustering = Clustering(icc=planned, mean_size=mean, size_cv=cv)
        plan = _planned(
            two_proportions(p_comparison=0.3, p_treated=0.2, power=0.8, clustering=clustering)
        )
        rejected = [
            _families_reject(generator, plan.n_clusters_treated)
            for generator in generators(7301, FAMILY_STUDIES)
        ]
        findings.append(
            _power(
                "families_of_siblings",
                f"risks 0.3 and 0.2, {plan.n_clusters_treated} families an arm, sibling "
                f"correlation {SIBLING_ICC}, planned with {planned}",
                "two proportions with design effect; cluster-robust test",
                rejected,
                plan.power,
                held,
            )
        )
    return tuple(findings)


def study_few_authorities() -> tuple[Finding, ...]:
    """Power of a study of few authorities, planned with t and planned with a normal."""
    people, icc = 50, 0.05
    clustering = Clustering(icc=icc, mean_size=people)
    findings = []
    for k in (4, 8):
        plan = _planned(
            two_means(std_dev=1, difference=0.5, n_treated=k * people, clustering=clustering)
        )
        error = math.sqrt(plan.design_effect * 2 / (k * people))
        normal = float(stats.norm.sf(stats.norm.isf(ALPHA / 2) - 0.5 / error))
        (generator,) = generators(7302 + k, 1)
        spread = math.sqrt(icc + (1 - icc) / people)
        means = generator.normal(0, spread, (CLUSTER_STUDIES, 2 * k))
        means[:, :k] += 0.5
        rejected = stats.ttest_ind(means[:, :k], means[:, k:], axis=1).pvalue < ALPHA
        scenario = f"{k} authorities an arm, {people} children each, correlation {icc}"
        findings += [
            _power("few_authorities", scenario, method, rejected, promised, held)
            for method, promised, held in (
                ("t with clusters less 2", plan.power, True),
                ("normal quantiles", normal, False),
            )
        ]
    return tuple(findings)


def study_before_and_after() -> tuple[Finding, ...]:
    """Power of a difference in differences and of an interrupted series."""
    panel = PanelDesign(
        std_dev=1.0,
        icc=0.1,
        cluster_size=20,
        cluster_autocorrelation=0.7,
        individual_autocorrelation=0.5,
        n_before=2,
    )
    plan = _planned(difference_in_differences(panel=panel, difference=0.35, power=0.8))
    (generator,) = generators(7303, 1)
    rejected = _panels_reject(generator, panel, plan.n_treated, 0.35)
    findings = [
        _power(
            "before_and_after",
            f"{plan.n_treated} teams an arm, 20 people followed, two periods before",
            "difference in differences, t test of changes",
            rejected,
            plan.power,
            True,
        )
    ]
    for assumed, held in ((0.4, True), (0.0, False)):
        size = _planned(
            interrupted_time_series(
                n_before=24, n_after=24, std_dev=1, autocorrelation=assumed, effect=1.6
            )
        )
        findings.append(
            _power(
                "before_and_after",
                f"24 months each side, autocorrelation 0.4, planned with {assumed}",
                "interrupted series, level change, generalised least squares",
                _series_reject(next(iter(generators(7304, 1))), 24, 0.4, 1.6),
                size.power,
                held,
            )
        )
    return tuple(findings)


def study_more_families() -> tuple[Finding, ...]:
    """Share of undecided studies that the families added do settle."""
    n, families, truth = 160, 100, -0.1
    settled, expected = [], []
    for generator in generators(7305, 20_000):
        events = generator.binomial(n, [0.2, 0.3])
        present = present_difference(
            events=tuple(events), n=(n, n), n_families=(families, families), icc=0.0
        )
        if isinstance(present, NotEstimable):
            continue
        more = families_to_exclude_zero(
            estimate=present.estimate,
            std_error=present.std_error,
            n_families=(families, families),
            true_difference=truth,
        )
        if isinstance(more, NotEstimable) or more.growth == 1:
            continue
        extra = max(1, round((more.growth - 1) * n))
        events = events + generator.binomial(extra, [0.2, 0.3])
        total = n + extra
        p1, p0 = events / total
        error = math.sqrt((p1 * (1 - p1) + p0 * (1 - p0)) / total)
        settled.append(p1 - p0 + stats.norm.isf(ALPHA / 2) * error < 0)
        expected.append(more.chance)
    return (
        _power(
            "more_families",
            "160 children an arm, risks 0.2 and 0.3, undecided at first",
            "families to exclude 0, true difference stated",
            settled,
            float(np.mean(expected)),
            True,
        ),
    )


def _planned(plan):
    """Return the plan, which is estimable in these studies."""
    assert not isinstance(plan, NotEstimable)
    return plan


def _families_reject(generator: np.random.Generator, families: int) -> bool:
    """Draw siblings who share a fate, and test the arms."""
    sizes = generator.choice(FAMILY_SIZES, p=FAMILY_SHARES, size=2 * families)
    family = np.repeat(np.arange(2 * families), sizes)
    treated = family < families
    risk = np.where(treated, 0.2, 0.3)
    family_risk = np.where(np.arange(2 * families) < families, 0.2, 0.3)
    shared = (generator.random(2 * families) < family_risk)[family]
    own = generator.random(len(family)) < risk
    shares = generator.random(len(family)) < math.sqrt(SIBLING_ICC)
    result = clustered_risk_difference(np.where(shares, shared, own), treated, family)
    return not isinstance(result, NotEstimable) and result.conf_int.high < 0


def _panels_reject(
    generator: np.random.Generator, panel: PanelDesign, clusters: int, difference: float
) -> np.ndarray:
    """Draw clusters of people in every period, and test the changes of cluster means."""
    shape = (CLUSTER_STUDIES, 2 * clusters)
    people = int(panel.cluster_size)
    periods = panel.n_before + panel.n_after
    moving = generator.normal(
        0, math.sqrt(panel.icc * (1 - panel.cluster_autocorrelation)), (periods, *shape)
    )
    within = (1 - panel.icc) * (1 - panel.individual_autocorrelation) / people
    moving += generator.normal(0, math.sqrt(within), (periods, *shape))
    # What lasts, of clusters and of people, cancels in every change.
    change = moving[panel.n_before :].mean(axis=0) - moving[: panel.n_before].mean(axis=0)
    change[:, :clusters] += difference
    return stats.ttest_ind(change[:, :clusters], change[:, clusters:], axis=1).pvalue < ALPHA


def _series_reject(
    generator: np.random.Generator, half: int, phi: float, effect: float
) -> np.ndarray:
    """Draw series with a step, and test it by generalised least squares."""
    n = 2 * half
    noise = generator.normal(size=(n, SERIES_STUDIES))
    series = np.empty_like(noise)
    series[0] = noise[0]
    for t in range(1, n):
        series[t] = phi * series[t - 1] + math.sqrt(1 - phi**2) * noise[t]
    time = np.arange(n)
    after = (time >= half).astype(float)
    series += effect * after[:, None]
    rows = np.column_stack([np.ones(n), time, after, after * (time - half)])
    root = np.linalg.inv(np.linalg.cholesky(phi ** np.abs(time[:, None] - time)))
    x, y = root @ rows, root @ series
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ y
    residual = ((y - x @ coefficients) ** 2).sum(axis=0) / (n - 4)
    statistic = coefficients[2] / np.sqrt(residual * inverse[2, 2])
    return statistic > stats.t.ppf(1 - ALPHA / 2, n - 4)


def _power(study, scenario, method, rejected, promised, held) -> Finding:
    """Share of studies that found the effect, against the power promised."""
    value, replicates = float(np.mean(rejected)), len(rejected)
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure="power",
        value=value,
        monte_carlo_error=share_error(value, promised, replicates),
        nominal=promised,
        assumptions_hold=held,
        replicates=replicates,
    )
