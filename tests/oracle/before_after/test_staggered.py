"""Group-time effects against csdid, and the decomposition of two-way effects against diff-diff."""

import numpy as np
import pytest

from analytics.statistics.before_after.aggregation import (
    aggregate_group_time_effects,
    average_group_time_effects,
)
from analytics.statistics.before_after.decomposition import decompose_two_way_fixed_effects
from analytics.statistics.before_after.difference_in_differences import two_way_fixed_effects
from analytics.statistics.before_after.panel import balanced_panel
from analytics.statistics.before_after.staggered import group_time_effects
from tests.helpers.oracles import reference, reference_data

R = reference("before_after_staggered")
DATA = reference_data("before_after_staggered")

# Means and sums over 60 units of rates near 60, printed with 16 or 17 digits.
RTOL = 1e-10
ATOL = 1e-11
SETTINGS = {
    "never_treated": ("never_treated", False),
    "not_yet_treated": ("not_yet_treated", False),
    "not_yet_treated_weighted": ("not_yet_treated", True),
}


def close(values) -> object:
    """The package has no standard error in the base period; ours is 0 there."""
    return pytest.approx(np.array([0.0 if v is None else v for v in values]), rel=RTOL, abs=ATOL)


def panel(weighted=False):
    names = ("rate", "unit", "period", "first_treated")
    weights = DATA["population"] if weighted else None
    return balanced_panel(*(DATA[name] for name in names), weights=weights)


def effects(name):
    comparison_group, weighted = SETTINGS[name]
    return group_time_effects(panel(weighted), comparison_group=comparison_group)


@pytest.mark.parametrize("name", SETTINGS)
def test_group_time_effects_equal_csdid(name):
    ours, theirs = effects(name), R[name]
    assert ours.group.tolist() == theirs["cell_group"]
    assert ours.period.tolist() == theirs["cell_year"]
    assert ours.estimate == close(theirs["cell_att"])
    assert ours.std_error == close(theirs["cell_se"])
    assert ours.n_always_treated == 3


@pytest.mark.parametrize("name", SETTINGS)
def test_average_equals_csdid(name):
    simple = average_group_time_effects(effects(name))
    assert np.array([simple.estimate, simple.std_error]) == close(R[name]["simple"]["overall"])


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize(
    ("by", "key"), [("group", "group"), ("event_time", "dynamic"), ("period", "calendar")]
)
def test_aggregates_equal_csdid(name, by, key):
    ours, theirs = aggregate_group_time_effects(effects(name), by=by, seed=1), R[name][key]
    assert ours.key.tolist() == theirs["key"]
    assert ours.estimate == close(theirs["att"])
    assert ours.std_error == close(theirs["se"])
    overall = np.array([ours.overall.estimate, ours.overall.std_error])
    assert overall == close(theirs["overall"])


def test_band_holds_the_largest_of_correlated_normals():
    from scipy.stats import multivariate_normal

    found = effects("never_treated")
    result = aggregate_group_time_effects(found, by="group", seed=1, draws=20_000)
    late = found.period >= found.group
    psi = [found.influence[:, late & (found.group == g)].mean(axis=1) for g in result.key]
    correlation = np.corrcoef(np.array(psi))
    corner = np.full(3, result.band_critical)
    inside = multivariate_normal(np.zeros(3), correlation).cdf(
        corner, lower_limit=-corner, rng=np.random.default_rng(1)
    )
    # Four Monte Carlo standard errors of a share of 0.95 in 20,000 draws.
    assert inside == pytest.approx(0.95, abs=0.0062)


def test_decomposition_equals_diff_diff():
    ours = decompose_two_way_fixed_effects(panel())
    assert ours.estimate == pytest.approx(R["bacon"]["twfe"], rel=RTOL)
    merged: dict[tuple[str, str], list[float]] = {}
    for pair in ours.comparisons:
        # The package counts always-treated areas among the never treated; we keep them apart.
        never = pair.comparison in {"treated_v_never", "treated_v_always"}
        key = str(pair.treated_group), "never_treated" if never else str(pair.comparison_group)
        total = merged.setdefault(key, [0.0, 0.0])
        total[0] += pair.weight
        total[1] += pair.weight * pair.estimate
    assert len(merged) == len(R["bacon"]["comparisons"])
    for theirs in R["bacon"]["comparisons"]:
        weight, product = merged[theirs["treated"], theirs["comparison"]]
        assert [weight, product / weight] == pytest.approx(
            [theirs["weight"], theirs["estimate"]], rel=RTOL
        )


@pytest.mark.parametrize("weighted", [False, True])
def test_decomposition_adds_up_to_two_way_fixed_effects(weighted):
    data = panel(weighted)
    two_way = two_way_fixed_effects(data)
    assert decompose_two_way_fixed_effects(data).estimate == pytest.approx(two_way.estimate)
    check = {c.name: c for c in two_way.checks}["forbidden_comparisons"]
    assert check.status == "fail"
