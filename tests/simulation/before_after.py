"""How often difference-in-differences and interrupted series are right, and where they are not."""

import math

import numpy as np

from analytics.statistics.before_after.aggregation import average_group_time_effects
from analytics.statistics.before_after.difference_in_differences import two_way_fixed_effects
from analytics.statistics.before_after.event_study import event_study
from analytics.statistics.before_after.interrupted_series import interrupted_series
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.before_after.permutation import permutation_test
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.staggered import group_time_effects
from analytics.statistics.linear_models import fit_linear, linear_contrast
from analytics.statistics.results import NotEstimable
from tests.simulation.study import Finding, Measure, generators, share_error

ALPHA = 0.05
AREAS, TREATED, QUARTERS, START = 10, 3, 12, 7
PANELS = 1_000
SERIES = 1_000
STAGGERED = 500
TRENDS = 250


def study_few_authorities() -> tuple[Finding, ...]:
    """Size of the test with ten authorities, three treated, when shocks last."""
    findings = []
    for scenario, spread, held in (
        ("10 authorities, 3 treated, lasting shocks (autocorrelation 0.6)", 1.0, True),
        ("the same, treated authorities three times as variable", 3.0, False),
    ):
        p_values: dict[str, list[float]] = {
            "classical errors": [],
            "CR1, clusters minus 1": [],
            "CR2, Satterthwaite": [],
            "permutation": [],
        }
        for generator in generators(7201, PANELS):
            scale = np.where(np.arange(AREAS) < TREATED, spread, 1.0)
            panel = _panel(generator, np.repeat([START, 0], [TREATED, AREAS - TREATED]), scale)
            p_values["classical errors"].append(_two_by_two(panel, "classical"))
            p_values["CR1, clusters minus 1"].append(_two_by_two(panel, "CR1"))
            p_values["CR2, Satterthwaite"].append(_estimated(two_way_fixed_effects(panel)).p_value)
            p_values["permutation"].append(_estimated(permutation_test(panel, seed=1)).p_value)
        robust = {"CR2, Satterthwaite": held, "permutation": held}
        findings += [
            # One in 120 permutations more or less: a test at 5% rejects at 6/120 = 5%.
            _size("few_authorities", scenario, method, values, robust.get(method, False))
            for method, values in p_values.items()
        ]
    return tuple(findings)


def study_interrupted_series() -> tuple[Finding, ...]:
    """Size of the test of a level change, by length and autocorrelation."""
    findings = []
    for n in (24, 48, 120):
        for rho in (0.0, 0.4):
            model, time = SeriesModel(interruption=n // 2 + 1), np.arange(1, n + 1)
            plain, robust, autoregressive = [], [], []
            for generator in generators(7202, SERIES):
                y = _autoregressive(generator, (1, n), rho)[0]
                after = time > n // 2
                design = np.column_stack([np.ones(n), time, after, after * (time - n // 2 - 1)])
                fit = _estimated(fit_linear(y, design, vcov_type="classical"))
                plain.append(_estimated(linear_contrast(fit, [0, 0, 1, 0])).p_value)
                newey = _estimated(interrupted_series(y, time, model, errors="newey_west"))
                robust.append(newey.level_change.p_value)
                found = _estimated(interrupted_series(y, time, model))
                autoregressive.append(found.level_change.p_value)
            scenario = f"{n} months, autocorrelation {rho}"
            findings.append(_size("interrupted_series", scenario, "least squares", plain, rho == 0))
            # The other two promise their level only in long series.
            findings.append(_size("interrupted_series", scenario, "Newey-West", robust, False))
            findings.append(
                _size("interrupted_series", scenario, "autoregressive", autoregressive, False)
            )
    return tuple(findings)


def study_staggered_adoption() -> tuple[Finding, ...]:
    """Bias and coverage when effects grow with time since adoption."""
    dates = np.array([0, 4, 7, 10])
    two_way, group_time, covered = [], [], []
    effect, late = _growing_effect(dates)
    truth = float(effect[late].mean())
    for generator in generators(7203, STAGGERED):
        # Chance decides how many adopt when: the standard error allows for that.
        starts = generator.choice(dates, 60)
        effect, _ = _growing_effect(starts)
        panel = _panel(generator, starts, np.ones(len(starts)), effect)
        two_way.append(_estimated(two_way_fixed_effects(panel)).estimate - truth)
        found = group_time_effects(panel, comparison_group="not_yet_treated")
        average = average_group_time_effects(_estimated(found))
        group_time.append(average.estimate - truth)
        covered.append(average.conf_int.low <= truth <= average.conf_int.high)
    scenario = f"60 authorities, adoption in quarter 4, 7, 10 or never, true effect {truth:g}"
    return (
        _bias("staggered_adoption", scenario, "two-way fixed effects", two_way, False),
        _bias("staggered_adoption", scenario, "group-time effects", group_time, True),
        _share("staggered_adoption", scenario, "group-time effects", covered, "coverage", 0.95),
    )


def study_broken_parallel_trends() -> tuple[Finding, ...]:
    """What a difference in trend does to the estimate, and how often the pre-trend test sees it."""
    slope, starts = 0.2, np.repeat([START, 0], [10, 20])
    errors, seen = [], []
    trend = slope * np.where(starts > 0, 1.0, 0.0)[:, None] * np.arange(1, QUARTERS + 1)
    for generator in generators(7204, TRENDS):
        study = _estimated(event_study(_panel(generator, starts, np.ones(30), trend)))
        errors.append(study.average_effect.estimate)
        seen.append(study.pre_trend is not None and study.pre_trend.slope.p_value < ALPHA)
    scenario = f"30 authorities, 10 treated, no effect, treated rise by {slope} a quarter more"
    passed = [error for error, was_seen in zip(errors, seen, strict=True) if not was_seen]
    name = "broken_parallel_trends"
    return (
        _bias(name, scenario, "event study, average effect", errors, False),
        _bias(name, scenario, "the same, where the pre-trend test found nothing", passed, False),
        _share(name, scenario, "pre-trend test", seen, "power", None, held=False),
    )


def _growing_effect(starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Effect of 1 in the quarter of adoption, 1 more in each later one; and where there is one."""
    since = np.arange(1, QUARTERS + 1) - starts[:, None]
    late = (starts[:, None] > 0) & (since >= 0)
    return np.where(late, 1.0 + since, 0.0), late


def _autoregressive(
    generator: np.random.Generator, shape: tuple[int, int], rho: float
) -> np.ndarray:
    """Stationary first-order series, one per row, variance 1."""
    noise = generator.normal(size=shape)
    values = noise.copy()
    for t in range(1, shape[1]):
        values[:, t] = rho * values[:, t - 1] + math.sqrt(1 - rho * rho) * noise[:, t]
    return values


def _panel(
    generator: np.random.Generator,
    starts: np.ndarray,
    scale: np.ndarray,
    effect: np.ndarray | float = 0.0,
) -> Panel:
    """Areas of different level with shocks that last."""
    shocks = scale[:, None] * _autoregressive(generator, (len(starts), QUARTERS), 0.6)
    level = generator.normal(50, 10, len(starts))[:, None]
    return Panel(
        outcome=level + shocks + effect,
        units=np.arange(len(starts)),
        periods=np.arange(1, QUARTERS + 1),
        first_treated=starts,
        weights=np.ones(len(starts)),
    )


def _two_by_two(panel: Panel, vcov_type: str) -> float:
    """p-value of the two-way fixed effects estimate with another covariance."""
    late = panel.periods >= START
    exposure = (panel.is_treated[:, None] & late).astype(float)
    units = np.repeat(np.eye(AREAS), QUARTERS, axis=0)
    quarters = np.tile(np.eye(QUARTERS)[:, 1:], (AREAS, 1))
    design = np.column_stack([exposure.ravel(), units, quarters])
    cluster = None if vcov_type == "classical" else np.repeat(np.arange(AREAS), QUARTERS)
    fit = _estimated(
        fit_linear(panel.outcome.ravel(), design, cluster=cluster, vcov_type=vcov_type)
    )
    contrast = linear_contrast(fit, np.eye(design.shape[1])[0])
    return _estimated(contrast).p_value


def _estimated(result):
    """Return a result that must exist in every replicate."""
    assert not isinstance(result, NotEstimable)
    return result


def _size(study: str, scenario: str, method: str, p_values: list[float], held: bool) -> Finding:
    rejected = [p <= ALPHA + 1e-12 for p in p_values]
    return _share(study, scenario, method, rejected, "size", ALPHA, held=held)


def _share(
    study: str,
    scenario: str,
    method: str,
    flags: list[bool],
    measure: Measure,
    nominal: float | None,
    *,
    held: bool = True,
) -> Finding:
    value = float(np.mean(flags))
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure=measure,
        value=value,
        monte_carlo_error=share_error(value, nominal, len(flags)),
        nominal=nominal,
        assumptions_hold=held,
        replicates=len(flags),
    )


def _bias(study: str, scenario: str, method: str, errors: list[float], held: bool) -> Finding:
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure="bias",
        value=float(np.mean(errors)),
        monte_carlo_error=float(np.std(errors, ddof=1)) / math.sqrt(len(errors)),
        nominal=0.0,
        assumptions_hold=held,
        replicates=len(errors),
    )
