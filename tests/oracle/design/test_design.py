"""Study size against R (power.prop.test, power.t.test, pwr, Hmisc), statsmodels and tables."""

import math

import numpy as np
import pytest
from scipy import stats

from analytics.errors import InvalidInputError
from analytics.statistics.design._planning import Plan, cluster_df, solve
from analytics.statistics.design.clusters import people_per_cluster
from analytics.statistics.design.events import events_needed, time_to_event, two_rates
from analytics.statistics.design.over_time import (
    PanelDesign,
    difference_in_differences,
    interrupted_series_error,
    interrupted_time_series,
)
from analytics.statistics.design.planning import (
    Clustering,
    design_effect,
    directional_power,
)
from analytics.statistics.design.precision import difference_precision, proportion_precision
from analytics.statistics.design.settle import (
    families_to_exclude_zero,
    families_to_half_width,
    present_difference,
    smallest_detectable,
)
from analytics.statistics.design.two_arms import paired_proportions, two_means, two_proportions
from analytics.statistics.two_groups.proportions import risk_difference, wilson_interval
from tests.helpers.oracles import reference

# Closed forms.
RTOL = 1e-10
# R's uniroot stops at about 1e-4 of the size by default, .Machine$double.eps^0.25.
RTOL_UNIROOT = 2e-4
# Published values have 2 decimals.
ATOL_2 = 5e-3

ORACLE = reference("design")


def close(value, tolerance=RTOL):
    return pytest.approx(value, rel=tolerance)


def far_tail(*, p_comparison, p_treated):
    """Chance of an effect found the wrong way round, 258 against 268: Hmisc counts it."""
    pooled = (258 * p_treated + 268 * p_comparison) / 526
    null = math.sqrt(pooled * (1 - pooled) * (1 / 258 + 1 / 268))
    parts = p_treated * (1 - p_treated) / 258 + p_comparison * (1 - p_comparison) / 268
    reach = abs(p_treated - p_comparison) + stats.norm.ppf(0.975) * null
    return stats.norm.cdf(-reach / math.sqrt(parts))


@pytest.mark.parametrize("case", ORACLE["proportions"], ids=lambda c: str(c["p_treated"]))
def test_two_proportions_equal_r(case):
    risks = {"p_comparison": case["p_comparison"], "p_treated": case["p_treated"]}
    assert two_proportions(**risks, power=0.8).n_treated == math.ceil(case["n_per_arm"])
    other = two_proportions(**risks, power=0.9, level=0.9)
    assert other.n_treated == math.ceil(case["n_per_arm_90"])
    assert two_proportions(**risks, n_treated=258).power == close(case["power_258"])
    unequal = two_proportions(**risks, n_treated=258, ratio=268 / 258)
    assert unequal.power + far_tail(**risks) == close(case["power_258_268"])
    arcsine = two_proportions(**risks, power=0.8, method="arcsine")
    assert arcsine.n_treated == math.ceil(case["arcsine_n"])
    unequal = two_proportions(**risks, n_treated=258, ratio=268 / 258, method="arcsine")
    assert unequal.power == close(case["arcsine_power_258_268"])


@pytest.mark.parametrize("case", ORACLE["proportions"], ids=lambda c: str(c["p_treated"]))
def test_arcsine_equals_statsmodels(case):
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    size = proportion_effectsize(case["p_treated"], case["p_comparison"])
    theirs = NormalIndPower().power(abs(size), 258, 0.025, ratio=1.5, alternative="larger")
    ours = two_proportions(
        p_comparison=case["p_comparison"],
        p_treated=case["p_treated"],
        n_treated=258,
        ratio=1.5,
        method="arcsine",
    )
    assert ours.power == close(theirs)


def test_detectable_effects_equal_r():
    expected = ORACLE["detectable"]
    found = two_proportions(
        p_comparison=expected["p_comparison"], n_treated=expected["n_per_arm"], power=0.8
    )
    assert expected["p_comparison"] + found.effect == close(expected["p_treated"], RTOL_UNIROOT)
    assert found.power == close(0.8)
    mean = two_means(std_dev=2, n_treated=16, power=0.8)
    assert mean.effect == close(expected["difference_of_means"], RTOL_UNIROOT)


@pytest.mark.parametrize("case", ORACLE["means"], ids=lambda c: str(c["std_dev"]))
def test_two_means_equal_r(case):
    given = {"difference": case["difference"], "std_dev": case["std_dev"]}
    assert two_means(**given, power=0.8).n_treated == math.ceil(case["n_per_arm"])
    assert two_means(**given, n_treated=20).power == close(case["power_20"])
    unequal = two_means(**given, n_treated=20, ratio=35 / 20)
    assert unequal.power == close(case["power_20_35"])
    assert unequal.df == 53


def test_design_effect_by_its_definition():
    # Kish: the sum of squared sizes in place of the mean size.
    sizes = np.array([1, 1, 2, 3, 5, 1, 2])
    cv = sizes.std() / sizes.mean()
    exact = 1 + ((sizes**2).sum() / sizes.sum() - 1) * 0.3
    assert design_effect(Clustering(icc=0.3, mean_size=sizes.mean(), size_cv=cv)) == close(exact)


def test_clusters_use_their_own_degrees_of_freedom():
    clustering = Clustering(icc=0.1, mean_size=12)
    study = two_means(std_dev=1, difference=0.5, n_treated=96, clustering=clustering)
    error = math.sqrt(design_effect(clustering) * 2 / 96)
    expected = stats.nct.sf(stats.t.ppf(0.975, 14), 14, 0.5 / error)
    assert study.df == cluster_df(96, 96, clustering) == 14
    assert study.power == close(expected)


def test_directional_power_by_hand():
    assert directional_power(effect=0, se_null=1, se_effect=1, level=0.95) == close(0.025)
    assert directional_power(effect=2, se_null=1, se_effect=0, level=0.95) == 1
    normal = directional_power(effect=2.8, se_null=1, se_effect=1, level=0.95)
    nearly = directional_power(effect=2.8, se_null=1, se_effect=1, level=0.95, df=1e7)
    assert normal == pytest.approx(nearly, abs=1e-6)


def test_solving_finds_the_first_size_and_the_first_effect():
    plan = Plan(
        design="steps",
        estimand="none",
        power_of=lambda n, _, effect: min(1.0, n * effect / 100),
        df_of=lambda *_: None,
        no_effect=0.0,
        bound=2.0,
        level=0.95,
    )
    assert solve(plan, n_treated=None, power=0.8, effect=1.0).n_treated == 80
    assert solve(plan, n_treated=50, power=0.8, effect=None).effect == close(1.6)
    assert solve(plan, n_treated=50, power=None, effect=1.0).power == close(0.5)


@pytest.mark.parametrize(("discordant", "difference"), [(0.5, 0.2), (0.26, -0.1), (0.3, 0.08)])
def test_paired_proportions_against_every_possible_table(discordant, difference):
    n = paired_proportions(discordant_share=discordant, difference=difference, power=0.8).n_treated
    share = (discordant + abs(difference)) / 2 / discordant
    exact = 0.0
    for pairs, weight in enumerate(stats.binom.pmf(np.arange(n + 1), n, discordant)):
        one_way = np.arange(pairs + 1)
        found = (2 * one_way - pairs) > stats.norm.ppf(0.975) * math.sqrt(pairs)
        exact += weight * stats.binom.pmf(one_way, pairs, share)[found].sum()
    # The normal formula against the exact distribution of a discrete statistic.
    assert exact == pytest.approx(0.8, abs=0.025)


def test_paired_proportions_equal_the_published_formula():
    # Connor 1987, as coded in R's MESS and powertools with psi the ratio of the discordant shares.
    paid, psi, n = 0.08, 0.18 / 0.08, 300
    numerator = math.sqrt(n * paid) * (psi - 1) - stats.norm.ppf(0.975) * math.sqrt(psi + 1)
    expected = stats.norm.cdf(numerator / math.sqrt(psi + 1 - paid * (psi - 1) ** 2))
    ours = paired_proportions(discordant_share=0.26, difference=0.1, n_pairs=n)
    assert ours.power == close(expected)


@pytest.mark.parametrize("dispersion", [0.0, 0.4, 2.0])
@pytest.mark.parametrize("ratio", [1.0, 2.5])
def test_two_rates_equal_statsmodels(dispersion, ratio):
    from statsmodels.stats.rates import power_negbin_ratio_2indep

    theirs = power_negbin_ratio_2indep(
        0.6,
        0.9,
        150,
        nobs_ratio=ratio,
        exposure=1.5,
        dispersion=dispersion,
        alpha=0.025,
        alternative="smaller",
        method_var="alt",
        return_results=False,
    )
    ours = two_rates(
        rate_comparison=0.9,
        rate_ratio=0.6 / 0.9,
        follow_up=1.5,
        n_treated=150,
        ratio=ratio,
        dispersion=dispersion,
    )
    assert ours.power == close(theirs)
    size = two_rates(rate_comparison=0.9, rate_ratio=2 / 3, follow_up=1.5, power=0.8, ratio=ratio)
    before = two_rates(
        rate_comparison=0.9,
        rate_ratio=2 / 3,
        follow_up=1.5,
        n_treated=size.n_treated - 1,
        ratio=ratio,
    )
    assert before.power < 0.8 <= size.power


@pytest.mark.parametrize(("ratio", "events"), [(1.25, 632), (1.5, 192), (1.75, 102), (2.0, 66)])
def test_events_equal_published_table(ratio, events):
    # Trials 2015;16:213, table 1: 1264, 384, 204 and 132 people, half of them censored, so half as
    # many events; the table rounds to an even number.
    assert 2 * math.ceil(events_needed(hazard_ratio=ratio) / 2) == events


def test_events_of_a_published_example():
    # MRC Cognition and Brain Sciences Unit, survival 0.75 against 0.37: 20.39 events, 47 people.
    ratio = math.log(0.75) / math.log(0.37)
    # Published with 1.96 and 0.84 for the quantiles.
    exact = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    rounded = events_needed(hazard_ratio=ratio) * (2.80 / exact) ** 2
    assert rounded == pytest.approx(20.39, abs=ATOL_2)
    study = time_to_event(event_risk_comparison=0.63, hazard_ratio=ratio, power=0.8)
    assert study.n_treated + study.n_comparison == pytest.approx(47, abs=1)


def test_time_to_event_expects_its_events():
    study = time_to_event(event_risk_comparison=0.3, hazard_ratio=0.6, power=0.8, ratio=2)
    risk = 1 - 0.7**0.6
    expected = study.n_treated * risk + study.n_comparison * 0.3
    # One more treated child, and two of comparison, bring less than one event more.
    assert 0 <= expected - events_needed(hazard_ratio=0.6, ratio=2) < 1


@pytest.mark.parametrize("case", ORACLE["panels"], ids=lambda c: str(c["std_error"]))
def test_difference_in_differences_equals_full_matrices(case):
    panel = PanelDesign(
        std_dev=1.0,
        icc=case["icc"],
        cluster_size=case["people"],
        cluster_autocorrelation=case["cac"],
        individual_autocorrelation=case["iac"],
        n_before=case["before"],
        n_after=case["after"],
    )
    k1, k0 = case["k_treated"], case["k_comparison"]
    assert math.sqrt(panel.change_variance * (1 / k1 + 1 / k0)) == close(case["std_error"])
    study = difference_in_differences(
        panel=panel, difference=0.5, n_clusters_treated=k1, ratio=k0 / k1
    )
    assert study.power == close(case["power_at_half_sd"])


@pytest.mark.parametrize("change", ["level", "slope"])
@pytest.mark.parametrize("case", ORACLE["series"], ids=lambda c: str(c["n_before"]))
def test_interrupted_series_equals_full_matrices(case, change):
    shape = {k: case[k] for k in ("n_before", "n_after", "autocorrelation")}
    error = interrupted_series_error(**shape, std_dev=3, change=change)
    assert error == close(3 * case[change])
    study = interrupted_time_series(**shape, std_dev=3, change=change, effect=2.5 * error)
    df = case["n_before"] + case["n_after"] - 4
    assert study.power == close(stats.nct.sf(stats.t.ppf(0.975, df), df, 2.5))


@pytest.mark.parametrize("case", ORACLE["series"], ids=lambda c: str(c["n_before"]))
def test_change_in_the_middle_equals_generalised_least_squares(case):
    from statsmodels.regression.linear_model import GLS

    shape = {k: case[k] for k in ("n_before", "n_after", "autocorrelation")}
    time = np.arange(case["n_before"] + case["n_after"], dtype=float)
    after = (time >= case["n_before"]).astype(float)
    design = np.column_stack([np.ones(len(time)), time, after, after * (time - case["n_before"])])
    tie = case["autocorrelation"] ** np.abs(time[:, None] - time)
    contrast = np.array([0, 0, 1, (case["n_after"] - 1) // 2])
    covariance = GLS(time**2, design, sigma=tie).fit().normalized_cov_params
    error = interrupted_series_error(**shape, std_dev=3, change="middle")
    assert error == close(3 * np.sqrt(contrast @ covariance @ contrast))
    with pytest.raises(InvalidInputError):
        interrupted_time_series(
            n_before=20, std_dev=1, autocorrelation=0, change="middle", effect=1, power=0.8
        )


def test_people_per_cluster_is_the_smallest_that_does():
    given = {"difference": 0.4, "std_dev": 1.0, "n_clusters": (8, 8), "icc": 0.04, "size_cv": 0.4}
    found = people_per_cluster(**given)

    def power(size):
        clustering = Clustering(icc=0.04, mean_size=size, size_cv=0.4)
        return two_means(
            std_dev=1.0, difference=0.4, n_treated=8 * size, clustering=clustering
        ).power

    assert found.power == close(power(found.mean_size))
    assert power(found.mean_size - 1) < 0.8 <= power(found.mean_size)
    assert found.most_power == pytest.approx(power(10**7), abs=1e-4)


@pytest.mark.parametrize("p", [0.03, 0.2, 0.5])
def test_precision_of_a_proportion_is_wilsons(p):
    size = proportion_precision(proportion=p, half_width=0.05)
    events = round(p * 100)
    interval = wilson_interval(events * 100, 10_000)
    at_10000 = proportion_precision(
        proportion=p, half_width=(interval.high - interval.low) / 2 + 1e-12
    )
    assert at_10000.n == 10_000
    assert size.half_width <= 0.05


def test_precision_of_a_difference_is_newcombes():
    counts = {"events_treated": 80, "n_treated": 400, "events_comparison": 240}
    interval = risk_difference(**counts, n_comparison=800).conf_int
    half = (interval.high - interval.low) / 2
    size = difference_precision(p_treated=0.2, p_comparison=0.3, ratio=2, half_width=half + 1e-12)
    assert (size.n, size.n_comparison) == (400, 800)
    assert size.half_width == close(half)


def test_chance_equals_the_documented_formula():
    # Conditional power on the information scale (SAS SEQTEST, "stochastic curtailment"):
    # (z1 sqrt(I1) - z sqrt(I) + theta (I - I1)) / sqrt(I - I1).
    z1, theta = 1.4, 0.9
    found = families_to_exclude_zero(
        estimate=z1, std_error=1.0, n_families=(10**9, 10**9), true_difference=theta, power=0.7
    )
    information = found.growth
    extra = information - 1
    value = z1 - stats.norm.ppf(0.975) * math.sqrt(information) + theta * extra
    assert stats.norm.cdf(value / math.sqrt(extra)) == pytest.approx(0.7, abs=1e-8)


def test_chance_is_the_share_of_futures_that_settle_it():
    given = {"estimate": -0.06, "std_error": 0.045, "n_families": (180, 190)}
    found = families_to_exclude_zero(**given, true_difference=-0.08)
    generator = np.random.default_rng(4)
    growth, n = found.growth, 200_000
    future = generator.normal(-0.08, 0.045 / math.sqrt(growth - 1), n)
    final = (-0.06 + (growth - 1) * future) / growth
    high = final + found.half_width_then
    assert (high < 0).mean() == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / n))
    assert found.chance == pytest.approx(0.8, abs=1e-9)


def test_present_difference_and_its_size():
    counts = {"events": (46, 68), "n": (258, 268), "n_families": (160, 170), "icc": 0.3}
    present = present_difference(**counts)
    factor = design_effect(Clustering(icc=0.3, mean_size=526 / 330))
    p1, p0 = 46 / 258, 68 / 268
    plain = math.sqrt(p1 * (1 - p1) / 258 + p0 * (1 - p0) / 268)
    assert present.estimate == close(p1 - p0)
    assert present.std_error == close(plain * math.sqrt(factor))
    seen = smallest_detectable(**counts)
    again = two_proportions(
        p_comparison=p0,
        p_treated=p0 + seen.effect,
        n_treated=258,
        ratio=268 / 258,
        clustering=Clustering(icc=0.3, mean_size=526 / 330),
    )
    assert again.power == close(0.8)
    assert (seen.n_clusters_treated, seen.n_clusters_comparison) == (160, 170)
    width = families_to_half_width(
        std_error=present.std_error, n_families=(160, 170), half_width=0.05
    )
    assert width.half_width_then == pytest.approx(0.05, abs=1e-9)
    df = width.growth * 330 - 2
    assert width.half_width_then == close(
        stats.t.ppf(0.975, df) * present.std_error / math.sqrt(width.growth)
    )
