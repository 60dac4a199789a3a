"""Tiny and lopsided data into every kernel: a reason or a number, never NaN and never a warning.

Warnings are errors in this project, so a kernel that only warns fails here.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.statistics.before_after import counts as changes
from analytics.statistics.before_after.aggregation import (
    aggregate_group_time_effects,
    average_group_time_effects,
)
from analytics.statistics.before_after.difference_in_differences import (
    difference_in_differences,
    two_way_fixed_effects,
)
from analytics.statistics.before_after.event_study import event_study
from analytics.statistics.before_after.interrupted_counts import interrupted_counts
from analytics.statistics.before_after.interrupted_series import interrupted_series
from analytics.statistics.before_after.panel import balanced_panel
from analytics.statistics.before_after.permutation import permutation_test
from analytics.statistics.before_after.placebos import placebo_in_space
from analytics.statistics.before_after.segments import SeriesModel
from analytics.statistics.before_after.staggered import GroupTimeEffects, group_time_effects
from analytics.statistics.design.settle import smallest_detectable
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast, wald_test
from analytics.statistics.missing_data.bounds import missing_outcome_bounds
from analytics.statistics.missing_data.outcome_counts import count_outcomes
from analytics.statistics.missing_data.tipping import missing_outcome_tipping
from analytics.statistics.propensity.doubly_robust import augmented_inverse_probability_effect
from analytics.statistics.propensity.entropy_balancing import entropy_balance
from analytics.statistics.propensity.inverse_probability import inverse_probability_effect
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.optimal import optimal_match
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.propensity.subclassification import subclassify
from analytics.statistics.propensity.weighted_contrasts import (
    regression_adjusted_contrast,
    weighted_contrast,
)
from analytics.statistics.results import Interval
from analytics.statistics.scores.agreeing_share import share_over_waves
from analytics.statistics.scores.comparison import compare_answers
from analytics.statistics.scores.intraclass import cluster_icc, intraclass_correlation
from analytics.statistics.scores.kappa import cohen_kappa
from analytics.statistics.scores.likert import summarise_answers
from analytics.statistics.scores.many_raters import fleiss_kappa, krippendorff_alpha
from analytics.statistics.scores.mixed_model import score_over_waves
from analytics.statistics.scores.proportional_odds import answers_over_waves
from analytics.statistics.scores.repeated_tests import cochran_q, friedman
from analytics.statistics.sensitivity.e_value import e_value_risk_difference
from analytics.statistics.sensitivity.hodges_lehmann import hodges_lehmann_bounds
from analytics.statistics.sensitivity.rosenbaum import rosenbaum_binary, rosenbaum_signed_rank
from analytics.statistics.subgroups.interaction_cases import interaction_from_cases
from analytics.statistics.subgroups.interaction_counts import interaction_from_counts
from analytics.statistics.subgroups.pooling import pool_estimates
from analytics.statistics.time_to_event.cox import fit_cause_specific, fit_cox
from analytics.statistics.time_to_event.fine_gray import fit_fine_gray
from analytics.statistics.time_to_event.gray import gray_test
from analytics.statistics.time_to_event.hazard_fit import hazard_ratio
from analytics.statistics.time_to_event.horizon import difference_at_horizon
from analytics.statistics.time_to_event.log_rank import log_rank
from analytics.statistics.time_to_event.median import median_duration, median_interval
from analytics.statistics.time_to_event.survival import (
    clustered_kaplan_meier,
    cumulative_incidence,
)
from analytics.statistics.two_groups.absolute_effects import cohens_h
from analytics.statistics.two_groups.association import (
    association_tests,
    conditional_odds_ratio,
)
from analytics.statistics.two_groups.before_after_rates import within_unit_rate_ratio
from analytics.statistics.two_groups.cluster_totals import total_by_cluster
from analytics.statistics.two_groups.clustered import (
    clustered_contrast,
    clustered_risk_difference,
    clustered_risk_ratio,
)
from analytics.statistics.two_groups.count_models import (
    negative_binomial_rate_ratio,
    quasi_poisson_rate_ratio,
)
from analytics.statistics.two_groups.paired import (
    mcnemar_test,
    paired_mean_difference,
    paired_risk_difference,
)
from analytics.statistics.two_groups.proportions import risk_difference
from analytics.statistics.two_groups.rates import rate_difference, rate_ratio
from analytics.statistics.two_groups.ratios import odds_ratio, risk_ratio
from analytics.statistics.two_groups.score_interval import miettinen_nurminen
from analytics.statistics.variation.count_charts import proportion_chart, rate_chart
from analytics.statistics.variation.funnel import funnel
from analytics.statistics.variation.individuals_charts import individuals_chart
from analytics.statistics.variation.standardisation import (
    directly_standardised_rate,
    indirectly_standardised_ratio,
)

Rows = dict[str, np.ndarray]
tried = settings(deadline=None, derandomize=True, max_examples=60)


@st.composite
def rows(draw: st.DrawFn) -> Rows:
    """Few units, often without an arm, an event, a second family or any variation."""
    n = draw(st.one_of(st.integers(0, 10), st.just(36)))

    def column(top: int) -> np.ndarray:
        highest = draw(st.integers(0, top))
        return np.array(draw(st.lists(st.integers(0, highest), min_size=n, max_size=n)), dtype=int)

    return {
        "y": column(1),
        "arm": column(1),
        "late": column(1),
        "family": column(4),
        "group": column(2),
        "day": column(6),
        "cause": column(2),
        "answer": column(3),
        "x": np.column_stack([column(3), column(1)]).astype(float).reshape(n, 2),
    }


def totals(r: Rows) -> Any:
    return total_by_cluster(r["y"], r["arm"], r["family"])


def panel(r: Rows, starts: np.ndarray) -> Any:
    n = len(r["y"]) // 3 * 3
    unit, period = np.divmod(np.arange(n), 3)
    return balanced_panel(r["day"][:n], unit, period + 1, starts[unit])


def of_panel(kernel: Callable[[Any], Any], top: int) -> Callable[[Rows], Any]:
    def run(r: Rows) -> Any:
        made = panel(r, np.minimum(r["group"] + (r["group"] > 0), top))
        return kernel(made) if hasattr(made, "periods") else made

    return run


def one_treated(r: Rows) -> Any:
    made = panel(r, np.where(np.arange(len(r["y"])) == 0, 3, 0))
    return placebo_in_space(made) if hasattr(made, "periods") else made


def table(r: Rows) -> dict[str, int]:
    y, arm = r["y"] == 1, r["arm"] == 1
    return {
        "events_treated": int((y & arm).sum()),
        "n_treated": int(arm.sum()),
        "events_comparison": int((y & ~arm).sum()),
        "n_comparison": int((~arm).sum()),
    }


def cells(r: Rows) -> dict[str, changes.Cell]:
    names = ("comparison_before", "treated_before", "comparison_after", "treated_after")
    code = r["arm"] + 2 * r["late"]
    return {
        name: changes.Cell(events=int(r["y"][code == k].sum()), denominator=int((code == k).sum()))
        for k, name in enumerate(names)
    }


def contrast(r: Rows) -> Any:
    design = np.column_stack([np.ones(len(r["y"])), r["arm"], r["x"]])
    fit = fit_linear(r["y"], design, cluster=r["family"])
    return linear_contrast(fit, (0, 1, 0, 0)) if isinstance(fit, LinearFit) else fit


def two_way(r: Rows) -> Any:
    return clustered_risk_difference(r["y"], r["arm"], r["family"], second_cluster=r["group"])


def weighted(r: Rows) -> Any:
    return weighted_contrast(r["y"], r["arm"], 1.0 + r["day"], cluster=r["family"])


def doubly_robust(r: Rows) -> Any:
    return augmented_inverse_probability_effect(
        r["y"], r["arm"], r["x"], outcome_model="logistic", cluster=r["family"]
    )


def rates(r: Rows) -> dict[str, float]:
    counts = table(r)
    counts["exposure_treated"] = counts.pop("n_treated")
    counts["exposure_comparison"] = counts.pop("n_comparison")
    return counts


def missing(r: Rows, kernel: Callable[..., Any]) -> Any:
    return kernel(*count_outcomes(r["y"], r["late"], r["arm"]))


def by_group(r: Rows) -> dict[str, np.ndarray]:
    y, arm = r["y"] == 1, r["arm"] == 1
    of = [r["group"] == g for g in range(3)]
    return {
        "events_treated": np.array([(y & arm & g).sum() for g in of]),
        "n_treated": np.array([(arm & g).sum() for g in of]),
        "events_comparison": np.array([(y & ~arm & g).sum() for g in of]),
        "n_comparison": np.array([(~arm & g).sum() for g in of]),
    }


def ratings(r: Rows) -> np.ndarray:
    return np.column_stack([r["answer"] == k for k in range(4)]).astype(int) + 1


def crossed(r: Rows) -> np.ndarray:
    square = np.zeros((4, 4), dtype=int)
    np.add.at(square, (r["answer"], (r["day"] % 4)), 1)
    return square


MODEL = SeriesModel(interruption=4)


def joint(r: Rows) -> Any:
    design = np.column_stack([np.ones(len(r["y"])), r["arm"], r["x"]])
    fit = fit_linear(r["day"], design, cluster=r["family"])
    return wald_test(fit, np.eye(4)[2:]) if isinstance(fit, LinearFit) else fit


def averaged(r: Rows) -> Any:
    effects = of_panel(group_time_effects, 3)(r)
    if not isinstance(effects, GroupTimeEffects):
        return effects
    return (
        average_group_time_effects(effects),
        aggregate_group_time_effects(effects, by="event_time", seed=1, draws=100),
    )


def median(r: Rows) -> Any:
    curve = clustered_kaplan_meier(r["day"], r["y"], r["family"])
    return (median_duration(curve), median_interval(curve)) if hasattr(curve, "time") else curve


def adjusted(r: Rows) -> Any:
    return regression_adjusted_contrast(
        r["day"], r["arm"], r["x"], np.ones(len(r["y"])), cluster=r["family"]
    )


def subclasses(r: Rows) -> Any:
    return subclassify(1 / (1 + np.exp(-r["x"].sum(axis=1))), r["arm"], n_subclasses=2)


def families(r: Rows) -> tuple[int, int]:
    return tuple(len(set(r["family"][r["arm"] == side])) for side in (1, 0))


def detectable(r: Rows) -> Any:
    counts = table(r)
    return smallest_detectable(
        events=(counts["events_treated"], counts["events_comparison"]),
        n=(counts["n_treated"], counts["n_comparison"]),
        n_families=families(r),
        icc=0.3,
    )


def tiny_units(r: Rows) -> Any:
    fit = fit_cox(r["day"] + 1, r["y"], 1e-6 * r["x"], cluster=r["family"])
    return hazard_ratio(fit, 0) if hasattr(fit, "coefficients") else fit


KERNELS: dict[str, Callable[[Rows], Any]] = {
    "risk difference": lambda r: risk_difference(**table(r)),
    "Miettinen-Nurminen": lambda r: miettinen_nurminen(**table(r)),
    "risk ratio": lambda r: risk_ratio(**table(r)),
    "odds ratio": lambda r: odds_ratio(**table(r)),
    "conditional odds ratio": lambda r: conditional_odds_ratio(**table(r)),
    "association tests": lambda r: association_tests(**table(r)),
    "Cohen's h": lambda r: cohens_h(**table(r)),
    "E-value": lambda r: e_value_risk_difference(**table(r)),
    "rate ratio": lambda r: rate_ratio(**rates(r)),
    "McNemar": lambda r: mcnemar_test(
        treated_only=int(r["y"].sum()), comparison_only=int(r["arm"].sum())
    ),
    "paired difference": lambda r: paired_risk_difference(
        both=int(r["y"].sum()),
        treated_only=int(r["arm"].sum()),
        comparison_only=int(r["late"].sum()),
        neither=0,
    ),
    "paired mean": lambda r: paired_mean_difference(r["day"], r["answer"], cluster=r["family"]),
    "clustered difference": lambda r: clustered_risk_difference(r["y"], r["arm"], r["family"]),
    "clustered ratio": lambda r: clustered_risk_ratio(r["y"], r["arm"], r["family"]),
    "clustered two ways": two_way,
    "clustered odds ratio": lambda r: clustered_contrast(totals(r), estimand="odds_ratio"),
    "quasi-Poisson": lambda r: quasi_poisson_rate_ratio(r["day"], 1 + r["answer"], r["arm"]),
    "negative binomial": lambda r: negative_binomial_rate_ratio(
        r["day"], 1 + r["answer"], r["arm"]
    ),
    "within units": lambda r: within_unit_rate_ratio(
        events_before=r["day"],
        exposure_before=np.full(len(r["day"]), 12.0),
        events_after=r["answer"],
        exposure_after=np.full(len(r["day"]), 7.0),
        cluster=r["family"],
    ),
    "linear contrast": contrast,
    "joint test": joint,
    "regression adjusted": adjusted,
    "subclasses": subclasses,
    "averages of group-time effects": averaged,
    "median duration": median,
    "cause-specific": lambda r: fit_cause_specific(
        r["day"] + 1, r["cause"], r["x"], cluster=r["family"]
    ),
    "Cox, tiny units": tiny_units,
    "smallest detectable": detectable,
    "Cochran's Q": lambda r: cochran_q(np.column_stack([r["y"], r["arm"], r["late"]])),
    "Rosenbaum, yes/no": lambda r: rosenbaum_binary(
        treated_only=int(r["y"].sum()), comparison_only=int(r["arm"].sum()), alternative="greater"
    ),
    "rate difference": lambda r: rate_difference(**rates(r)),
    "propensity score": lambda r: fit_propensity(r["x"], r["arm"]),
    "Firth": lambda r: fit_propensity(r["x"], r["arm"], penalty="firth"),
    "matching": lambda r: nearest_neighbour_match(r["x"].sum(axis=1), r["arm"], ratio=2),
    "optimal matching": lambda r: optimal_match(r["x"].sum(axis=1), r["arm"]),
    "inverse probability": lambda r: inverse_probability_effect(
        r["y"], r["arm"], r["x"], cluster=r["family"]
    ),
    "overlap weights": lambda r: inverse_probability_effect(
        r["y"], r["arm"], r["x"], estimand="ATO"
    ),
    "doubly robust": doubly_robust,
    "entropy balancing": lambda r: entropy_balance(r["x"], r["arm"]),
    "weighted contrast": weighted,
    "signed rank bounds": lambda r: rosenbaum_signed_rank(
        r["day"] - r["answer"], alternative="greater"
    ),
    "Hodges-Lehmann bounds": lambda r: hodges_lehmann_bounds(r["day"] - r["answer"]),
    "missing outcome bounds": lambda r: missing(r, missing_outcome_bounds),
    "missing outcome tipping": lambda r: missing(r, missing_outcome_tipping),
    "Kaplan-Meier": lambda r: clustered_kaplan_meier(r["day"], r["y"], r["family"]),
    "cumulative incidence": lambda r: cumulative_incidence(
        r["day"], r["cause"], cluster=r["family"]
    ),
    "difference at a horizon": lambda r: difference_at_horizon(
        r["day"], r["cause"], r["arm"], estimand="incidence", horizon=3.0, cluster=r["family"]
    ),
    "restricted mean difference": lambda r: difference_at_horizon(
        r["day"], r["y"], r["arm"], estimand="restricted_mean_time", horizon=3.0
    ),
    "log-rank": lambda r: log_rank(r["day"], r["y"], r["group"], cluster=r["family"]),
    "Gray": lambda r: gray_test(r["day"], r["cause"], r["group"]),
    "Cox": lambda r: fit_cox(r["day"] + 1, r["y"], r["x"], cluster=r["family"]),
    "Fine-Gray": lambda r: fit_fine_gray(r["day"] + 1, r["cause"], r["x"], cluster=r["family"]),
    "changes of proportions": lambda r: changes.difference_in_proportion_changes(**cells(r)),
    "ratio of rate ratios": lambda r: changes.ratio_of_rate_ratios(**cells(r)),
    "difference in differences": lambda r: difference_in_differences(
        r["y"], r["arm"], r["late"], r["family"]
    ),
    "two-way fixed effects": of_panel(two_way_fixed_effects, 2),
    "event study": of_panel(event_study, 2),
    "staggered": of_panel(group_time_effects, 3),
    "permutation": of_panel(lambda made: permutation_test(made, seed=1, draws=99), 2),
    "placebos": one_treated,
    "interrupted series": lambda r: interrupted_series(
        r["day"], 1 + np.arange(len(r["day"])), MODEL
    ),
    "interrupted counts": lambda r: interrupted_counts(
        r["day"], np.full(len(r["day"]), 100.0), 1 + np.arange(len(r["day"])), MODEL
    ),
    "individuals chart": lambda r: individuals_chart(r["day"]),
    "proportion chart": lambda r: proportion_chart(r["y"], 1 + r["day"], laney=True),
    "rate chart": lambda r: rate_chart(r["day"], 1.0 + r["answer"]),
    "funnel of proportions": lambda r: funnel("proportion", r["y"], 1 + r["day"]),
    "funnel of rates": lambda r: funnel("rate", r["day"], 100.0 + r["answer"]),
    "direct standardisation": lambda r: directly_standardised_rate(
        10 * r["day"], 1000.0 + r["answer"], 1.0 + r["group"]
    ),
    "indirect standardisation": lambda r: indirectly_standardised_ratio(
        int(r["day"].sum()), 1000.0 + r["answer"], r["day"], 1000.0 + r["group"]
    ),
    "Likert": lambda r: summarise_answers(np.bincount(r["answer"], minlength=4)),
    "ordered groups": lambda r: compare_answers(
        np.bincount(r["answer"][r["arm"] == 1], minlength=4),
        np.bincount(r["answer"][r["arm"] == 0], minlength=4),
    ),
    "ordered answers over waves": lambda r: answers_over_waves(
        r["answer"], r["group"], n_answers=4, respondents=r["family"]
    ),
    "share over waves": lambda r: share_over_waves(
        r["y"], r["late"], np.arange(len(r["y"])) - r["late"]
    ),
    "score over waves": lambda r: score_over_waves(r["day"], r["group"], r["family"]),
    "Friedman": lambda r: friedman(np.column_stack([r["day"], r["answer"], r["group"]])),
    "Cohen's kappa": lambda r: cohen_kappa(crossed(r), weights="quadratic"),
    "Fleiss' kappa": lambda r: fleiss_kappa(ratings(r), seed=1, n_replicates=100),
    "Krippendorff's alpha": lambda r: krippendorff_alpha(
        ratings(r), measurement="ordinal", seed=1, n_replicates=100
    ),
    "intraclass correlation": lambda r: intraclass_correlation(r["x"], form="ICC(2,1)"),
    "family correlation": lambda r: cluster_icc(r["y"], r["family"]),
    "interaction from cases": lambda r: interaction_from_cases(
        r["y"], r["arm"], r["group"], r["family"]
    ),
    "interaction of differences": lambda r: interaction_from_counts(
        **by_group(r), scale="risk_difference"
    ),
    "interaction of odds": lambda r: interaction_from_counts(**by_group(r), scale="odds_ratio"),
    "pooling": lambda r: pool_estimates(r["day"] / 3.0, 0.1 + r["answer"]),
}


def numbers(value: Any, path: str) -> Iterator[tuple[str, float]]:
    """Yield every float within a result, with the path to it."""
    if is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from numbers(getattr(value, item.name), f"{path}.{item.name}")
    elif isinstance(value, tuple | list):
        for at, item in enumerate(value):
            yield from numbers(item, f"{path}[{at}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{path}[{key}]")
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        for item in value.ravel():
            yield path, float(item)
    elif isinstance(value, float):
        yield path, value


def intervals(value: Any) -> Iterator[Interval]:
    """Yield every interval within a result."""
    if isinstance(value, Interval):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from intervals(getattr(value, item.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from intervals(item)


@pytest.mark.parametrize("name", KERNELS)
@tried
@given(data=rows())
def test_a_reason_or_a_number_but_never_nan_and_never_a_warning(name: str, data: Rows) -> None:
    result = KERNELS[name](data)
    for path, number in numbers(result, name):
        assert not math.isnan(number), path
    for interval in intervals(result):
        assert interval.low <= interval.high
    estimate, conf_int = getattr(result, "estimate", None), getattr(result, "conf_int", None)
    if isinstance(estimate, float) and isinstance(conf_int, Interval):
        slack = 1e-9 * max(1.0, abs(estimate))
        assert conf_int.low - slack <= estimate <= conf_int.high + slack
