"""How close drawn net benefits and values of information come to the truth in closed form."""

import math

import numpy as np
from scipy import stats

from analytics.statistics.economics.distributions import from_interval, from_moments
from analytics.statistics.economics.information import partial_perfect_information
from analytics.statistics.economics.sensitivity import probabilistic_sensitivity
from analytics.statistics.results import Interval, NotEstimable
from tests.simulation.study import Finding, generators, share_error

RUNS, EVALUATIONS = 1_000, 2_000
FAMILIES, COST, COST_SD, WORTH, WORTH_SD = 160, 650.0, 90.0, 9_000.0, 1_800.0


def study_drawn_mean() -> tuple[Finding, ...]:
    """Mean net benefit of 2,000 draws against the product of means."""
    inputs = {
        "effect": from_moments("normal", mean=0.09, std_dev=0.04),
        "worth": from_moments("gamma", mean=WORTH, std_dev=WORTH_SD),
        "cost": from_moments("gamma", mean=COST, std_dev=COST_SD),
    }
    truth = FAMILIES * (0.09 * WORTH - COST)
    errors, held = [], []
    for run in range(RUNS):
        result = probabilistic_sensitivity(_net_benefit, inputs, seed=run, n_draws=2_000)
        errors.append(result.mean - truth)
        held.append(abs(errors[-1]) < stats.norm.isf(0.025) * result.monte_carlo_error)
    scenario = "160 families; effect normal, unit cost and cost gamma; 2,000 draws"
    return (
        _bias("drawn_mean", scenario, "mean of the draws", errors, held=True),
        _share("drawn_mean", scenario, "mean and its Monte Carlo error", held, 0.95, True),
    )


def study_percentile_interval() -> tuple[Finding, ...]:
    """Coverage of the drawn interval when estimates, or correlated ones, are what is drawn."""
    truth = FAMILIES * (0.09 * WORTH - COST)
    findings = []
    for correlation, held in ((0.0, True), (0.8, False)):
        inside = []
        for run, generator in enumerate(generators(7401, EVALUATIONS)):
            # Estimates of worth and cost come from the same accounts: in the second scenario
            # they err together, in opposite directions for the net benefit.
            errors = generator.multivariate_normal([0, 0], [[1, -correlation], [-correlation, 1]])
            effect = generator.normal(0.09, 0.01)
            inputs = {
                "effect": _around(effect, 0.01),
                "worth": _around(WORTH + WORTH_SD * errors[0], WORTH_SD),
                "cost": _around(COST + COST_SD * errors[1], COST_SD),
            }
            result = probabilistic_sensitivity(_net_benefit, inputs, seed=run, n_draws=1_000)
            inside.append(result.conf_int.low <= truth <= result.conf_int.high)
        findings.append(
            _share(
                "percentile_interval",
                f"costs whose errors correlate by {0 - correlation}, drawn as independent",
                "percentiles of 1,000 draws",
                inside,
                0.95,
                held,
            )
        )
    return tuple(findings)


def study_value_of_one_input() -> tuple[Finding, ...]:
    """Bias of the value of one input's information, with many and with few draws."""
    mean, own, other = 0.3, 1.0, 2.0
    exact = own * stats.norm.pdf(mean / own) - mean * stats.norm.sf(mean / own)
    findings = []
    for n, held in ((5_000, True), (200, False)):
        errors = []
        for generator in generators(7402, RUNS):
            x = generator.normal(0, own, n)
            net = mean + x + generator.normal(0, other, n)
            value = partial_perfect_information(np.column_stack([np.zeros(n), net]), x)
            assert not isinstance(value, NotEstimable)
            errors.append(value - exact)
        findings.append(
            _bias(
                "value_of_one_input",
                f"normal net benefit, {n} draws, exact value {exact:.3f}",
                "spline regression",
                errors,
                held=held,
            )
        )
    return tuple(findings)


def _net_benefit(x):
    return FAMILIES * (x["effect"] * x["worth"] - x["cost"])


def _around(estimate, error):
    """Return what is known of an input after its estimate."""
    half = stats.norm.isf(0.025) * error
    interval = Interval(low=estimate - half, high=estimate + half, level=0.95, method="wald")
    return from_interval("normal", estimate=estimate, conf_int=interval)


def _bias(study, scenario, method, errors, *, held) -> Finding:
    """Mean error and its standard error."""
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


def _share(study, scenario, method, flags, nominal, held) -> Finding:
    """Share of intervals that hold the truth."""
    value = float(np.mean(flags))
    return Finding(
        study=study,
        scenario=scenario,
        method=method,
        measure="coverage",
        value=value,
        monte_carlo_error=share_error(value, nominal, len(flags)),
        nominal=nominal,
        assumptions_hold=held,
        replicates=len(flags),
    )
