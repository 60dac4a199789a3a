"""Published rates against the parquet file itself."""

from __future__ import annotations

from statistics import median

import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.neighbours.comparison import (
    AreasQuestion,
    ComparisonAnswer,
    ComparisonQuestion,
    YearFigure,
)
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.study import Unanswered
from analytics.extracts.library import Library
from tests.helpers.folders import SAMPLE

SOUTHAMPTON, HAMPSHIRE = "E06000045", "E10000014"
SOUTH_EAST, ENGLAND = "E12000008", "E92000001"


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet")


def answer_of(library: Library, code: str, **more) -> ComparisonAnswer:
    answer = ask(ComparisonQuestion(area_code=code, **more), library=library).answer
    assert isinstance(answer, ComparisonAnswer)
    return answer


def figure(answer: ComparisonAnswer, comparator: str, year: int) -> YearFigure:
    series = next(item for item in answer.series if item.comparator == comparator)
    return next(item for item in series.figures if item.year == year)


def published(figures: pd.DataFrame, measure: str, year: int, codes: list[str]) -> pd.Series:
    rows = figures[figures["measure"].eq(measure) & figures["year"].eq(year)]
    return rows.set_index("area_code").loc[codes]


@pytest.mark.parametrize("model", ["2025", "2021"])
@pytest.mark.parametrize("measure", ["cp_plans_at_31_march", "second_or_subsequent_plans"])
def test_southampton_in_2025(sample, figures, measure: str, model: str) -> None:
    neighbours = pd.read_parquet(SAMPLE / "benchmarks" / "statistical_neighbours.parquet")
    mine = neighbours[neighbours["area_code"].eq(SOUTHAMPTON) & neighbours["model"].eq(model)]
    codes = list(mine.sort_values("rank")["neighbour_code"])
    values = [
        row["value"]
        for code in codes
        for _, row in figures[
            figures["measure"].eq(measure)
            & figures["year"].eq(2025)
            & figures["area_code"].eq(code)
        ].iterrows()
        if pd.notna(row["value"])
    ]
    answer = answer_of(sample, SOUTHAMPTON, measure=measure, neighbour_model=model)
    middle = figure(answer, "neighbours", 2025)
    assert middle.value == pytest.approx(median(values))
    assert middle.n_areas == len(values) >= 8
    assert len(answer.neighbours) == 10
    for comparator, code in (("area", SOUTHAMPTON), ("region", SOUTH_EAST), ("england", ENGLAND)):
        expected = published(figures, measure, 2025, [code])["value"].iloc[0]
        assert figure(answer, comparator, 2025).value == pytest.approx(expected)
    assert [series.comparator for series in answer.series] == [
        "area", "neighbours", "region", "england",
    ]  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_every_series_has_every_year(sample, measure: str) -> None:
    answer = answer_of(sample, SOUTHAMPTON, measure=measure)
    years = [item.year for item in answer.series[0].figures]
    assert years == sorted(set(years))
    for series in answer.series:
        assert [item.year for item in series.figures] == years
        for item in series.figures:
            assert item.value is None or item.symbol is None


@pytest.mark.parametrize("code", ["E06000053", "E09000001", HAMPSHIRE])
def test_symbols_are_kept(sample, figures, code: str) -> None:
    """Isles of Scilly, City of London and Hampshire: where there is no number, its symbol."""
    found = 0
    for measure in ("cp_plans_at_31_march", "cp_plans_starting", "second_or_subsequent_plans"):
        rows = figures[figures["measure"].eq(measure) & figures["area_code"].eq(code)]
        if rows.empty:
            continue
        answer = answer_of(sample, code, measure=measure)
        for row in rows.itertuples():
            shown = figure(answer, "area", row.year)
            if pd.isna(row.value):
                found += 1
                assert (shown.value, shown.symbol) == (None, row.symbol)
                assert shown.conf_int is None
            else:
                assert shown.value == pytest.approx(row.value)
    assert found


def test_hampshire_2024_is_of_low_reliability(sample) -> None:
    shown = figure(answer_of(sample, HAMPSHIRE), "area", 2024)
    assert (shown.value, shown.symbol) == (None, "u")


def recoded(areas: pd.DataFrame) -> list[tuple[str, str]]:
    """Return (earlier, today's) codes of the places of which only the code changed."""
    old = areas.dropna(subset=["successor_code"])
    only = old[~old["successor_code"].duplicated(keep=False)]
    return list(zip(only["area_code"], only["successor_code"], strict=True))


def test_there_are_recoded_and_merged_places(areas: pd.DataFrame) -> None:
    assert recoded(areas)
    assert areas["successor_code"].dropna().duplicated().any()


@pytest.mark.parametrize("measure", ["cp_plans_at_31_march", "initial_conferences"])
def test_recoded_places_are_continuous(sample, figures, areas, measure: str) -> None:
    for earlier, today in recoded(areas):
        answer = answer_of(sample, today, measure=measure)
        rows = figures[figures["measure"].eq(measure) & figures["area_code"].isin([earlier, today])]
        for year, mine in rows.groupby("year"):
            shown = figure(answer, "area", year)
            values = set(mine["value"].dropna())
            assert shown.value in values or (not values and shown.value is None), (today, year)


def test_merged_places_are_not_joined(sample, figures, areas) -> None:
    """An authority made of several has no figures of its own before it was formed."""
    merged = areas[areas["successor_code"].duplicated(keep=False)].dropna(subset=["successor_code"])
    for today in sorted(set(merged["successor_code"])):
        own = figures[
            figures["area_code"].eq(today) & figures["measure"].eq("cp_plans_at_31_march")
        ]
        answer = answer_of(sample, today)
        for item in answer.series[0].figures:
            if item.year not in set(own["year"]):
                assert (item.value, item.symbol) == (None, None)


def test_intervals_hold_the_value(sample) -> None:
    for measure in MEASURES:
        answer = answer_of(sample, SOUTHAMPTON, measure=measure)
        for item in answer.series[0].figures:
            if item.conf_int:
                assert item.conf_int.low <= item.value + 0.06
                assert item.value - 0.06 <= item.conf_int.high


def test_unknown_places_and_measures(sample) -> None:
    for question in (
        ComparisonQuestion(area_code="E99999999"),
        ComparisonQuestion(area_code=SOUTHAMPTON, measure="happiness"),
    ):
        answer = ask(question, library=sample).answer
        assert isinstance(answer, Unanswered)
        assert answer.reason == "no_rows"


def test_every_authority_of_today_can_be_asked(sample) -> None:
    places = ask(AreasQuestion(), library=sample).answer.areas
    today = [area for area in places if area.level == "local_authority" and area.is_current]
    assert len(today) == 153
    for area in today[::12]:
        assert answer_of(sample, area.code).area_name == area.name
