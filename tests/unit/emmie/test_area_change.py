"""Published figures of areas: against the figures worked out by hand, and against pandas."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.area_change import AreaChangeAnswer, AreaChangeQuestion
from analytics.emmie.area_change.estimates import change_of, gap_in
from analytics.emmie.area_change.figures import (
    AreaFigures,
    Comparison,
    area_figures,
    comparison_areas,
    unusual,
)
from analytics.emmie.area_change.single import around_launch, synthetic_of
from analytics.emmie.published_areas import areas_of, figures_of
from analytics.emmie.study import Unanswered
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library
from tests.helpers.folders import SAMPLE, case, tiny_library

TEN_AREAS, ONE_AREA = "signs_of_safety_ten_areas", "family_safeguarding_hertfordshire"
PILOTS = (
    "E08000036", "E10000020", "E06000041", "E06000023", "E10000029",
    "E10000019", "E09000005", "E10000032", "E09000030", "E10000018",
)  # fmt: skip
HERTFORDSHIRE, HAMPSHIRE = "E10000015", "E10000014"
NEIGHBOURS = Comparison(against="neighbours", neighbour_model="2021")

# Worked out from the published tables apart from this project: the ten pilots, unweighted and
# pooled, and England; from 2013 to 2025.
BY_HAND = {
    "initial_conferences": (
        (44.6, 49.1, 50.8, 44.9, 50.9, 55.5, 59.2, 62.7, 53.3, 56.3, 54.3, 52.3, 52.5),
        (43.3, 46.4, 51.7, 45.0, 51.4, 54.4, 54.3, 61.0, 52.9, 52.9, 53.5, 48.7, 48.6),
        (52.7, 56.8, 61.9, 63.0, 65.9, 67.8, 65.9, 65.7, 61.6, 62.7, 62.5, 59.9, 59.2),
    ),
    "cp_plans_at_31_march": (
        (33.3, 37.8, 33.8, 29.8, 32.9, 36.0, 37.8, 38.9, 36.3, 39.5, 40.1, 36.8, 39.0),
        (31.5, 35.9, 33.2, 28.7, 32.9, 35.1, 35.6, 37.9, 35.9, 37.3, 39.0, 34.2, 36.0),
        (37.8, 42.1, 43.1, 43.4, 43.8, 45.9, 44.5, 43.7, 42.4, 43.3, 42.7, 41.4, 40.6),
    ),
    "cp_plans_starting": (
        (39.3, 48.4, 43.6, 39.8, 44.4, 48.4, 51.8, 54.3, 47.4, 50.8, 48.4, 46.2, 46.8),
        (38.3, 48.1, 44.8, 39.0, 44.8, 47.6, 48.5, 52.8, 47.0, 47.7, 47.8, 43.2, 43.5),
        (46.2, 52.1, 53.9, 54.6, 56.9, 58.7, 56.7, 56.3, 54.1, 54.7, 53.7, 51.5, 50.8),
    ),
}
# One by one in 2016: conferences, plans at 31 March, plans starting, days, re-referrals, second.
ONE_BY_ONE = {
    "E08000036": (31.4, 27.2, 42.3, 11, 67.6, 14.6),
    "E10000020": (48.4, 27.6, 44.3, 13, 24.3, 21.1),
    "E06000041": (39.2, 17.6, 30.8, 13, 17.2, 14.9),
    "E06000023": (64.1, 52.3, 60.0, 13, 24.8, 15.7),
    "E10000029": (44.5, 28.6, 40.3, 12, 23.4, 24.1),
    "E10000019": (50.6, 18.9, 30.4, 12, 10.3, 9.5),
    "E09000005": (33.2, 26.4, 32.6, 13, 8.1, 12.2),
    "E10000032": (39.5, 24.6, 32.0, 15, 24.5, 22.8),
    "E09000030": (60.9, 49.1, 52.9, 14, 8.9, 19.3),
    "E10000018": (37.4, 25.6, 32.0, 13, 18.4, 30.5),
}
MEASURES = (
    "initial_conferences", "cp_plans_at_31_march", "cp_plans_starting",
    "days_section_47_to_conference", "re_referrals", "second_or_subsequent_plans",
)  # fmt: skip
PLANS = (22.6, 44.2, 34.4, 28.0, 20.1, 19.6, 20.8, 17.0, 16.2, 19.3, 16.4, 13.7, 22.1)
"""Hertfordshire's plans at 31 March per 10,000, 2013 to 2025, by hand as well."""


def answer_of(library: Library, evaluation: str = TEN_AREAS, analysis: str = ""):
    answer = ask(AreaChangeQuestion(analysis=analysis), evaluation, library=library).answer
    assert isinstance(answer, AreaChangeAnswer)
    return answer


@pytest.fixture(scope="module")
def ten_areas(sample: Library) -> AreaChangeAnswer:
    return answer_of(sample)


def outcome(answer: AreaChangeAnswer, key: str):
    return next(item for item in answer.outcomes if item.key == key)


def figures(library: Library, measure: str, treated=PILOTS, comparison=NEIGHBOURS) -> AreaFigures:
    store = library.benchmarks()
    areas = areas_of(store)
    others = comparison_areas(store, areas, treated, comparison)
    rows = figures_of(store, [measure], (*treated, *others), areas)[measure]
    found = area_figures(rows, treated, others)
    assert found is not None
    return found


def wide(measure: str, codes) -> pd.DataFrame:
    frame = pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")
    frame = frame[frame["measure"].eq(measure) & frame["area_code"].isin(list(codes))]
    return frame.pivot(index="area_code", columns="year", values="value")


@pytest.mark.parametrize("key", BY_HAND)
def test_pilots_and_england_as_worked_out_by_hand(ten_areas, key: str) -> None:
    """Unweighted and pooled means of thirteen years; nine pilots in 2013, ten since."""
    years = outcome(ten_areas, key).years
    assert [item.year for item in years] == list(range(2013, 2026))
    assert [item.gap.n_treated for item in years] == [9] + [10] * 12
    unweighted, pooled, england = BY_HAND[key]
    for item, mean, share, nation in zip(years, unweighted, pooled, england, strict=True):
        assert item.gap.treated == pytest.approx(mean, abs=0.051)
        assert item.gap.treated_pooled == pytest.approx(share, abs=0.051)
        assert item.england == pytest.approx(nation, abs=0.051)


@pytest.mark.parametrize(("place", "key"), list(enumerate(MEASURES)))
def test_pilots_one_by_one_as_worked_out_by_hand(ten_areas, key: str, place: int) -> None:
    found = {item.code: item.value for item in outcome(ten_areas, key).own}
    assert set(found) == set(ONE_BY_ONE)
    for code, values in ONE_BY_ONE.items():
        assert found[code] == pytest.approx(values[place], abs=0.051)


def test_own_neighbours_against_pandas(sample, ten_areas) -> None:
    """Other pilots are nobody's neighbours here."""
    table = pd.read_parquet(SAMPLE / "benchmarks" / "statistical_neighbours.parquet")
    mine = table[table["model"].eq("2021")]
    values = wide("initial_conferences", mine["neighbour_code"])[2016]
    for item in outcome(ten_areas, "initial_conferences").own:
        codes = set(mine[mine["area_code"].eq(item.code)]["neighbour_code"]) - set(PILOTS)
        known = values.reindex(sorted(codes)).dropna()
        # Two neighbours of today were formed later; two changed their code and are counted.
        assert len(known) <= item.n_neighbours <= len(codes)
        if item.n_neighbours == len(known):
            assert item.neighbours == pytest.approx(known.mean())
        assert item.conf_int.low < item.value < item.conf_int.high


def test_who_is_compared(sample: Library, ten_areas) -> None:
    store = sample.benchmarks()
    areas = areas_of(store)
    for model, count in (("2021", 70), ("2025", 66)):
        choice = Comparison(against="neighbours", neighbour_model=model)
        found = comparison_areas(store, areas, PILOTS, choice)
        assert len(found) == len(set(found)) == count
        assert not set(found) & set(PILOTS)
    everybody = Comparison(against="all_others", neighbour_model="2021")
    assert len(comparison_areas(store, areas, PILOTS, everybody)) == 143
    others = comparison_areas(store, areas, (HERTFORDSHIRE,), NEIGHBOURS, never=(HAMPSHIRE,))
    assert len(others) == 9
    assert (ten_areas.n_comparison, ten_areas.comparison) == (70, NEIGHBOURS)


def test_the_one_year_difference_against_pandas(sample: Library) -> None:
    """Mean against mean, with an interval that allows unequal spread (as Welch's does)."""
    found = figures(sample, "initial_conferences")
    gap = gap_in(found, 2016)
    values = wide("initial_conferences", found.codes)
    values = values.rename(index={"E08000038": "E08000016", "E08000039": "E08000019"})[2016]
    mine = found.value[: found.n_treated, list(found.years).index(2016)]
    others = found.value[found.n_treated :, list(found.years).index(2016)]
    others = others[np.isfinite(others)]
    assert gap.treated == pytest.approx(values[list(PILOTS)].mean())
    assert gap.difference.value == pytest.approx(mine.mean() - others.mean())
    error = np.sqrt(mine.var(ddof=1) / len(mine) + others.var(ddof=1) / len(others))
    half = (gap.difference.conf_int.high - gap.difference.conf_int.low) / 2
    assert 2.0 * error < half < 2.3 * error
    assert gap.ratio.value == pytest.approx(mine.mean() / others.mean())


@pytest.mark.parametrize("key", MEASURES)
def test_the_change_is_the_change_of_the_gap(ten_areas, key: str) -> None:
    """In areas with every year, however it is written."""
    change = outcome(ten_areas, key).change
    before, after = change.before.difference.value, change.after.difference.value
    assert change.estimate == pytest.approx(after - before)
    assert change.difference.value == pytest.approx(change.estimate)
    assert (change.first_year, change.launch_year, change.last_year) == (2013, 2015, 2020)
    late = [one.estimate.value for one in change.events if one.year >= 2015]
    early = [one.estimate.value for one in change.events if one.year < 2015]
    assert change.estimate == pytest.approx(np.mean(late) - np.mean(early))
    assert change.left_out == ("E10000020",)


def test_the_gap_was_there_before_and_the_change_is_not_clear(ten_areas) -> None:
    """What the one-year comparison could not say."""
    for key in ("initial_conferences", "cp_plans_at_31_march", "cp_plans_starting"):
        item = outcome(ten_areas, key)
        assert item.cross.difference.conf_int.high < 0
        assert item.before.difference.value < 0
        limits = item.change.difference.conf_int
        assert limits.low < 0 < limits.high
    rows = {row.key: row for row in ten_areas.rows if row.series == "main"}
    primary = [row for row in rows.values() if row.primary]
    assert len(primary) == 4
    assert not any(row.excludes_no_effect for row in primary)
    assert all(row.p_adjusted >= row.p_value for row in primary)


def test_which_estimate_is_the_main_one(sample: Library, ten_areas) -> None:
    cross = answer_of(sample, analysis="one_year_against_neighbours")
    key = "initial_conferences"
    main = {row.series: row for row in ten_areas.rows if row.key == key}
    other = {row.series: row for row in cross.rows if row.key == key}
    assert main["main"].difference == other["alternative"].difference
    assert main["alternative"].difference == other["main"].difference
    assert cross.cross_year == ten_areas.cross_year == 2016


def test_odd_and_missing_figures_are_marked(ten_areas) -> None:
    marks = {(m.code, m.year): m.value for m in outcome(ten_areas, "re_referrals").unusual}
    assert marks["E08000036", 2016] == 67.6
    missing = {(m.code, m.year): m.symbol for m in outcome(ten_areas, "re_referrals").missing}
    assert set(missing) == {("E10000020", 2013), ("E10000020", 2014)}
    own = next(o for o in outcome(ten_areas, "re_referrals").own if o.code == "E08000036")
    assert own.unusual


def test_a_symbol_is_no_number(sample: Library) -> None:
    """Hampshire's figures of 2024 are of low reliability and not there."""
    found = figures(sample, "cp_plans_at_31_march", (HAMPSHIRE,))
    assert found.symbols[HAMPSHIRE, 2024] == "u"
    assert np.isnan(found.value[0, found.years.index(2024)])
    assert gap_in(found, 2024).n_treated == 0
    change = change_of(found, launch=2016, last=2025)
    assert (change.left_out, change.estimate) == ((HAMPSHIRE,), None)
    assert change.reason == "empty_arm"
    assert change_of(found, launch=2016, last=2023).estimate is not None
    assert not unusual(found)[0, found.years.index(2024)]


def test_leaving_out_and_weighting(sample: Library) -> None:
    found = figures(sample, "cp_plans_at_31_march")
    plain = change_of(found, launch=2016, last=2020)
    weighted = change_of(found, launch=2016, last=2020, weighted=True, brief=True)
    complete = found.between(None, 2020)
    complete = complete.keeping(complete.is_complete)
    size = complete.denominator[:, 0]
    late = np.array(complete.years) >= 2016
    moved = complete.value[:, late].mean(axis=1) - complete.value[:, ~late].mean(axis=1)
    sides = (complete.is_treated, ~complete.is_treated)
    expected = [np.average(moved[side], weights=size[side]) for side in sides]
    assert weighted.estimate == pytest.approx(expected[0] - expected[1])
    assert plain.estimate == pytest.approx(moved[sides[0]].mean() - moved[sides[1]].mean())
    days = figures(sample, "days_section_47_to_conference")
    assert change_of(days, launch=2016, weighted=True).reason == "not_available"
    kept = change_of(found, launch=2016, last=2020, without_unusual=True, brief=True)
    assert kept.n_left_out > plain.n_left_out


def test_hertfordshire_as_worked_out_by_hand(sample: Library) -> None:
    answer = answer_of(sample, ONE_AREA, "plans_around_the_launch")
    (item,) = answer.outcomes
    for year, value in zip(item.years, PLANS, strict=True):
        assert year.gap.treated == pytest.approx(value, abs=0.051)
        assert year.gap.difference is None
    assert (item.around.peak_year, item.around.last_before) == (2014, 2015)
    falls = {fall.year: fall for fall in item.around.falls}
    for year, value in ((2016, 28.0), (2017, 20.1), (2020, 17.0)):
        assert falls[year].total == pytest.approx(44.2 - value, abs=0.11)
        share = (44.2 - 34.4) / (44.2 - value)
        assert falls[year].share_before == pytest.approx(share, abs=0.01)
    assert item.around.check.status == "review"


def test_one_area_has_no_interval_but_a_permutation_test(sample: Library) -> None:
    answer = answer_of(sample, ONE_AREA, "plans_against_neighbours")
    (item,) = answer.outcomes
    change = item.change
    assert (change.difference, change.events, change.n_assignments) == (None, (), 11)
    found = figures(sample, "cp_plans_at_31_march", (HERTFORDSHIRE,)).between(2013, 2020)
    late = np.array(found.years) >= 2016
    moved = found.value[:, late].mean(axis=1) - found.value[:, ~late].mean(axis=1)
    size = [abs(moved[i] - np.delete(moved, i).mean()) for i in range(len(moved))]
    expected = np.mean([value >= size[0] - 1e-9 for value in size])
    assert change.p_permutation == pytest.approx(expected)
    row = next(row for row in answer.rows if row.series == "main")
    assert (row.difference, row.reason) == (None, "too_few_clusters")
    assert row.treated - row.comparison == pytest.approx(change.estimate)
    assert not row.excludes_no_effect


def test_the_synthetic_counterpart_is_the_best_mean(sample: Library) -> None:
    """No mixture of two neighbours comes nearer in the years before the launch."""
    found = figures(sample, "cp_plans_at_31_march", (HERTFORDSHIRE,)).between(2013, 2020)
    made = synthetic_of(found, launch=2016)
    assert sum(weight for _, weight in made.weights) == pytest.approx(1)
    assert all(weight > 0 for _, weight in made.weights)
    early = np.array(found.years) < 2016
    own, others = found.value[0, early], found.value[1:, early]
    best = min(
        np.sqrt(((share * others[i] + (1 - share) * others[j] - own) ** 2).mean())
        for i, j in combinations(range(len(others)), 2)
        for share in np.linspace(0, 1, 51)
    )
    assert made.pre_error <= best + 1e-9
    gaps = [item.observed - item.synthetic for item in made.years if item.year >= 2016]
    assert made.average == pytest.approx(np.mean(gaps))
    assert 0 < made.p_placebo <= 1


def test_several_areas_have_no_single_counterpart(sample: Library) -> None:
    assert synthetic_of(figures(sample, "cp_plans_at_31_march"), launch=2016) == "not_available"
    found = figures(sample, "cp_plans_at_31_march", (HERTFORDSHIRE,))
    assert around_launch(found, launch=2013) is None
    assert around_launch(found, launch=2040) is None


def test_figures_are_not_narrowed_by_filters(sample: Library) -> None:
    filters = Filters(local_authorities=("E06000045",), sexes=("F",))
    answer = ask(AreaChangeQuestion(), TEN_AREAS, filters, library=sample).answer
    assert answer.provenance.filters_unused == ("local_authority", "sex")
    assert not answer.provenance.synthetic
    assert answer.outcomes == answer_of(sample).outcomes


def test_what_is_reported_stands_beside(ten_areas) -> None:
    reported = outcome(ten_areas, "initial_conferences").reported
    assert {(item.group_label, item.value_text) for item in reported} == {
        ("Pilots", "44 per 10,000"),
        ("Statistical nearest neighbours", "61 per 10,000"),
    }
    assert all("not an effect" in item.caveat for item in reported)


NO_LAUNCH = """
[[outcomes]]
key = "plans"
label = "Plans"
kind = "published"
measure = "{measure}"
primary = true

[[analyses]]
key = "areas"
label = "Areas"
estimator = "{estimator}"
main = true
{launch}
"""


@pytest.mark.parametrize(
    ("estimator", "launch", "measure", "reason"),
    [
        ("area_difference_in_differences", "", "cp_plans_at_31_march", "not_estimable"),
        ("area_series", "launch_year = 2016", "happiness", "no_rows"),
        ("rate_ratio", "", "cp_plans_at_31_march", "not_in_protocol"),
    ],
)
def test_no_answer_says_why(tmp_path: Path, estimator, launch, measure, reason) -> None:
    more = NO_LAUNCH.format(estimator=estimator, launch=launch, measure=measure)
    library = tiny_library(tmp_path, {"cases": [case(1)]}, more)
    shutil.copytree(SAMPLE / "benchmarks", tmp_path / "benchmarks")
    answer = ask(AreaChangeQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == reason


def test_broken_published_figures_say_so(tmp_path: Path) -> None:
    more = NO_LAUNCH.format(
        estimator="area_series", launch="launch_year = 2016", measure="cp_plans_at_31_march"
    )
    library = tiny_library(tmp_path, {"cases": [case(1)]}, more)
    shutil.copytree(SAMPLE / "benchmarks", tmp_path / "benchmarks")
    (tmp_path / "benchmarks" / "published_figures.parquet").write_bytes(b"nothing")
    answer = ask(AreaChangeQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
