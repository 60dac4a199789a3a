"""Statistical neighbours: standing, funnel, groups and presets against the parquet files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.ask import ask
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.neighbours.funnel import FunnelQuestion
from analytics.emmie.neighbours.group import GroupQuestion
from analytics.emmie.neighbours.measures import GROUPS, MEASURES
from analytics.emmie.neighbours.places import agreed_direction, position_of, trend_of
from analytics.emmie.neighbours.presets import PresetsQuestion, starts_of
from analytics.emmie.study import Unanswered
from analytics.extracts.library import Library
from analytics.extracts.protocol.about import Change
from analytics.statistics.results import Interval
from tests.helpers.folders import SAMPLE

SOUTHAMPTON, HAMPSHIRE, HERTFORDSHIRE = "E06000045", "E10000014", "E10000015"
AREAS_EVALUATION = "signs_of_safety_ten_areas"
RATE, SHARE = "cp_plans_at_31_march", "second_or_subsequent_plans"


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(SAMPLE)


@pytest.fixture(scope="module")
def pilots(library: Library) -> tuple[str, ...]:
    return library.evaluation(AREAS_EVALUATION).protocol.areas.with_intervention


def neighbours(code: str, model: str = "2025") -> list[str]:
    table = pd.read_parquet(SAMPLE / "benchmarks" / "statistical_neighbours.parquet")
    mine = table[table["area_code"].eq(code) & table["model"].eq(model)]
    return list(mine.sort_values("rank")["neighbour_code"])


def today() -> list[str]:
    areas = pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet")
    current = areas["dfe_code"].notna() & areas["successor_code"].isna()
    local = areas["level"].eq("local_authority") & areas["last_year"].eq(areas["last_year"].max())
    return list(areas[current & local]["area_code"])


def in_year(figures: pd.DataFrame, measure: str, year: int) -> pd.DataFrame:
    rows = figures[figures["measure"].eq(measure) & figures["year"].eq(year)]
    return rows.set_index("area_code")


def test_every_published_measure_but_the_population_can_be_asked_for(figures) -> None:
    assert set(MEASURES) == set(figures["measure"]) - {"population_0_to_17"}
    assert {measure.group for measure in MEASURES.values()} == set(GROUPS)
    assert len({measure.label for measure in MEASURES.values()}) == len(MEASURES)


def test_measures_with_counts_are_those_of_whole_events(figures) -> None:
    for key, measure in MEASURES.items():
        rows = figures[figures["measure"].eq(key)].dropna(subset=["numerator", "denominator"])
        is_whole = not rows.empty and bool(
            (rows[["numerator", "denominator"]] % 1).eq(0).all(axis=None)
        )
        assert measure.has_counts == is_whole, key


@pytest.mark.parametrize("measure", [SHARE, "re_referrals"])
def test_percentages_are_those_that_the_department_prints(figures, measure: str) -> None:
    """Every authority and year that is not suppressed: the count over the total, to one decimal."""
    rows = figures[figures["measure"].eq(measure) & figures["level"].eq("local_authority")]
    shown = rows.dropna(subset=["value"])
    assert len(shown) > 1900
    assert shown[["numerator", "denominator"]].notna().all(axis=None)
    assert rows.loc[rows["value"].isna(), "symbol"].notna().all()
    assert _not_tying(shown) == []


def test_a_percentage_or_a_count_that_is_off_does_not_tie(figures) -> None:
    """The test above can fail: a tenth of a point, or a few children, in one row of them all."""
    rows = figures[figures["measure"].eq(SHARE) & figures["level"].eq("local_authority")]
    shown = rows.dropna(subset=["value"]).reset_index(drop=True)
    at = shown.index[shown["denominator"].between(200, 400)][0]
    for column, by in (("value", 0.1), ("numerator", 1.0), ("denominator", 5.0)):
        changed = shown.copy()
        changed.loc[at, column] = round(changed.loc[at, column] + by, 1)
        assert _not_tying(changed) == [(shown.loc[at, "area_code"], shown.loc[at, "year"])], column


@pytest.mark.parametrize("year", range(2013, 2026))
def test_shares_on_the_page_are_those_that_the_department_prints(library, figures, year) -> None:
    """Every authority of today in the funnel: what is drawn rounds to the printed percentage."""
    answer = ask(FunnelQuestion(measure=SHARE, year=year), library=library).answer
    printed = in_year(figures, SHARE, year)["value"].dropna()
    older = _code_before()
    assert len(answer.points) > 130
    for point in answer.points:
        code = point.code if point.code in printed.index else older[point.code]
        shown = Decimal(repr(round(point.value, 9))).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert shown == Decimal(str(printed[code])), (point.name, year)
    named = {point.code for point in answer.points}
    assert {code for code in printed.index if code in today()} <= named


def _code_before() -> dict[str, str]:
    areas = pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet")
    old = areas.dropna(subset=["successor_code"])
    only = old[~old["successor_code"].duplicated(keep=False)]
    return dict(zip(only["successor_code"], only["area_code"], strict=True))


def _not_tying(rows: pd.DataFrame) -> list[tuple[str, int]]:
    """Return the rows whose printed percentage isn't that of their counts."""
    return [
        (row.area_code, row.year)
        for row in rows.itertuples()
        if Decimal(str(row.value)) != _percent(row.numerator, row.denominator)
    ]


def _percent(above: float, below: float) -> Decimal:
    share = Decimal(100) * Decimal(int(above)) / Decimal(int(below)) if below else Decimal(0)
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@pytest.mark.parametrize(
    "measure", [RATE, SHARE, "days_section_47_to_conference", "factor_neglect"]
)
@pytest.mark.parametrize("code", [SOUTHAMPTON, HAMPSHIRE, HERTFORDSHIRE])
def test_rank_median_and_distance(library, figures, code: str, measure: str) -> None:
    found = ask(ComparisonQuestion(area_code=code, measure=measure), library=library).answer
    standing = found.standing
    values = in_year(figures, measure, standing.year)["value"].dropna()
    mine = values[values.index.isin(neighbours(code))]
    own = values[code]
    assert standing.year == 2025
    assert standing.median == pytest.approx(mine.median())
    assert standing.n_neighbours == len(mine)
    assert standing.own.rank == 1 + (mine > own).sum()
    assert standing.n_ranked == 1 + len(mine)
    everybody = values[values.index.isin(today())]
    assert (standing.rank_of_all, standing.n_authorities) == (
        1 + (everybody > own).sum(),
        len(everybody),
    )
    assert standing.distance == pytest.approx(own - mine.median())
    if standing.is_judged:
        interval, around = standing.own.conf_int, standing.distance_interval
        assert around.low == pytest.approx(interval.low - mine.median())
        assert around.high == pytest.approx(interval.high - mine.median())
        within = interval.low <= mine.median() <= interval.high
        assert (standing.position == "similar") == within
    else:
        assert measure == "days_section_47_to_conference"
        assert (standing.usual, standing.phi) == (None, None)


def test_usual_range_is_additive_over_dispersion_of_the_neighbours(library, figures) -> None:
    answer = ask(ComparisonQuestion(area_code=SOUTHAMPTON, measure=SHARE), library=library).answer
    rows = in_year(figures, SHARE, 2025)
    mine = rows.loc[neighbours(SOUTHAMPTON)].dropna(subset=["value"])
    centre = mine["value"].median() / 100
    n = mine["denominator"].to_numpy()
    share = (mine["numerator"] / mine["denominator"]).to_numpy()
    z = 2 * np.sqrt(n) * (np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(centre)))
    trimmed = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    phi, w = (trimmed**2).mean(), 4 * n
    tau2 = max(0, (len(n) * phi - (len(n) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    half = stats.norm.ppf(0.975) * np.sqrt(0.25 / rows.loc[SOUTHAMPTON, "denominator"] + tau2)
    limits = np.sin(np.arcsin(np.sqrt(centre)) + np.array([-half, half])) ** 2
    assert answer.standing.phi == pytest.approx(phi)
    assert [answer.standing.usual.low, answer.standing.usual.high] == pytest.approx(100 * limits)


def test_neighbours_range_stands_around_their_median(library, figures) -> None:
    answer = ask(ComparisonQuestion(area_code=SOUTHAMPTON), library=library).answer
    (line,) = (one for one in answer.series if one.comparator == "neighbours")
    for figure in line.figures:
        values = in_year(figures, RATE, figure.year)["value"]
        known = values[values.index.isin(neighbours(SOUTHAMPTON))].dropna()
        assert (figure.lowest, figure.highest) == pytest.approx((known.min(), known.max()))


def test_position_needs_more_than_chance() -> None:
    limits = Interval(low=9.0, high=11.0, level=0.95, method="byar")
    assert position_of(10.0, limits, 10.9) == "similar"
    assert position_of(10.0, limits, 11.1) == "lower"
    assert position_of(10.0, limits, 8.9) == "higher"
    assert position_of(10.0, None, 10.04) == "similar"
    assert position_of(10.0, None, 9.9) == "higher"


def test_trend_is_called_one_only_beyond_chance_and_from_eight_years_on() -> None:
    wobble = [0.3, -0.4, 0.2, 0.1, -0.3, 0.4, -0.2, 0.1, -0.1, 0.2]
    years = range(2013, 2023)
    steep = {year: 5.0 * i + wobble[i] for i, year in enumerate(years)}
    assert trend_of(steep).course == "rising"
    assert trend_of({year: -value for year, value in steep.items()}).course == "falling"
    assert trend_of(dict(zip(years, wobble, strict=True))).course == "unclear"
    assert trend_of({year: steep[year] for year in range(2013, 2020)}).course == "too_few"
    assert trend_of({}) is None


def test_direction_is_that_of_the_protocols_and_needs_them_to_agree(library, tmp_path) -> None:
    assert agreed_direction(library, "re_referrals").direction == "lower"
    assert agreed_direction(library, RATE) is None
    for name in ("one", "other"):
        shutil.copytree(SAMPLE / AREAS_EVALUATION, tmp_path / name)
    path = tmp_path / "other" / "evaluation.toml"
    text = path.read_text(encoding="utf-8")
    place = text.index('measure = "re_referrals"')
    changed = text[:place] + text[place:].replace('intended = "lower"', 'intended = "higher"', 1)
    path.write_text(changed, encoding="utf-8")
    assert agreed_direction(Library(tmp_path), "re_referrals") is None


@pytest.mark.parametrize("measure", [RATE, SHARE, "conferences_within_15_days"])
def test_funnel_places_authorities_outside_the_limits_of_chance(library, figures, measure) -> None:
    answer = ask(FunnelQuestion(measure=measure, marked=(SOUTHAMPTON,)), library=library).answer
    rows = in_year(figures, measure, 2025).dropna(subset=["value"])
    rows = rows[rows.index.isin(today())]
    x, n = rows["numerator"], rows["denominator"]
    centre = x.sum() / n.sum()
    if measure == RATE:
        outside = 2 * np.minimum(
            stats.poisson.sf(x - 1, n * centre), stats.poisson.cdf(x, n * centre)
        )
        outside = outside < 0.05
        assert answer.centre == pytest.approx(10_000 * centre)
    else:
        outside = abs(x / n - centre) > stats.norm.ppf(0.975) * np.sqrt(centre * (1 - centre) / n)
        assert answer.centre == pytest.approx(100 * centre)
    assert answer.year == 2025
    assert {point.code for point in answer.points} == set(rows.index)
    assert {point.code for point in answer.points if point.by_chance} == set(rows.index[outside])
    assert answer.outside_chance == outside.sum()
    assert answer.outside_usual < answer.outside_chance
    assert answer.is_adjusted
    assert answer.phi > answer.check.threshold > 1
    assert [point.code for point in answer.marked] == [SOUTHAMPTON]
    assert {point.code for point in answer.points if point.is_neighbour} <= set(
        neighbours(SOUTHAMPTON)
    )


def test_funnel_of_a_year_and_of_several_authorities(library, pilots) -> None:
    answer = ask(FunnelQuestion(measure=SHARE, year=2016, marked=pilots), library=library).answer
    assert answer.year == 2016
    assert {point.code for point in answer.marked} | {
        point.code for point in answer.points if point.is_neighbour
    } <= set(pilots)
    until = ask(FunnelQuestion(measure=SHARE, until=date(2019, 12, 31)), library=library).answer
    assert until.year == 2019


def test_funnel_names_a_marked_authority_without_a_count(library) -> None:
    question = FunnelQuestion(measure=RATE, year=2024, marked=(HAMPSHIRE,))
    answer = ask(question, library=library).answer
    assert (answer.left_out, answer.marked) == (("Hampshire",), ())
    assert answer.n_left_out == len(today()) - len(answer.points) > 0


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (FunnelQuestion(measure="days_section_47_to_conference"), "not_estimable"),
        (FunnelQuestion(measure="social_worker_turnover"), "not_estimable"),
        (FunnelQuestion(measure="happiness"), "no_rows"),
        (FunnelQuestion(measure=RATE, year=1999), "no_rows"),
        (GroupQuestion(areas=("E99999999",)), "no_rows"),
        (GroupQuestion(areas=(SOUTHAMPTON,), period_start=date(2030, 1, 1)), "no_rows"),
        (GroupQuestion(areas=(SOUTHAMPTON,), measure="happiness"), "no_rows"),
    ],
)
def test_what_cannot_be_answered(library, question, reason: str) -> None:
    answer = ask(question, library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == reason


@pytest.mark.parametrize("year", [2016, 2025])
def test_each_member_of_a_group_against_its_own_neighbours(library, figures, pilots, year) -> None:
    question = GroupQuestion(areas=pilots, neighbour_model="2021", period_end=date(year, 3, 31))
    answer = ask(question, library=library).answer
    values = in_year(figures, RATE, year)["value"]
    distances = []
    for member in answer.members:
        # Codes of the 2021 model that were replaced since have their figures under the new one.
        mine = [code for code in neighbours(member.code, "2021") if code not in pilots]
        known = values[values.index.isin(mine)].dropna()
        if member.n_neighbours == len(known):
            assert member.median == pytest.approx(known.median())
        assert member.n_neighbours <= len(mine)
        assert member.value is None or member.value == pytest.approx(values[member.code])
        if member.distance is not None:
            distances.append(member.distance)
    mean = np.mean(distances)
    error = np.std(distances, ddof=1) / np.sqrt(len(distances))
    low, high = stats.t.interval(0.95, len(distances) - 1, mean, error)
    assert answer.year == year
    assert answer.pooled.value == pytest.approx(mean)
    assert (answer.pooled.conf_int.low, answer.pooled.conf_int.high) == pytest.approx((low, high))
    assert answer.years[-1].mean == pytest.approx(mean)


def test_one_authority_has_no_pooled_interval(library) -> None:
    answer = ask(GroupQuestion(areas=(SOUTHAMPTON,)), library=library).answer
    assert answer.pooled is None
    assert len(answer.members) == 1


def test_groups_and_starts_come_from_the_protocols(library, pilots) -> None:
    presets = ask(PresetsQuestion(), library=library).answer
    found = {one.key: one for one in presets.presets}
    assert found[AREAS_EVALUATION].areas == pilots
    groups = library.evaluation(AREAS_EVALUATION).protocol.area_groups
    assert {f"{AREAS_EVALUATION}.{group.key}" for group in groups} <= set(found)
    assert {one.start for key, one in found.items() if key.startswith(AREAS_EVALUATION)} == {2014}
    assert presets.start_of(HERTFORDSHIRE).start == 2015
    assert presets.start_of("E08000025") is None
    assert all(one.areas for one in presets.presets)


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2015, 7, 1), (2015,)), (date(2016, 1, 1), (2015,)), (None, ())]
)
def test_a_start_is_the_year_from_whose_april_it_began(library, day, expected) -> None:
    protocol = library.evaluation("family_safeguarding_hertfordshire").protocol
    change = Change(on=day, label="") if day else None
    protocol = replace(protocol, change=change, analyses=())
    assert starts_of(protocol) == expected


def test_the_main_analysis_says_the_start_and_the_others_are_other_readings(library) -> None:
    protocol = library.evaluation(AREAS_EVALUATION).protocol
    assert starts_of(protocol) == (2014, 2015)
    turned = tuple(replace(one, main=one.launch_year == 2016) for one in protocol.analyses)
    assert starts_of(replace(protocol, analyses=turned)) == (2015, 2014)
    presets = ask(PresetsQuestion(), library=library).answer.presets
    assert {one.other_starts for one in presets if one.key.startswith(AREAS_EVALUATION)} == {
        (2015,)
    }
    assert {one.other_starts for one in presets if not one.key.startswith(AREAS_EVALUATION)} == {()}
