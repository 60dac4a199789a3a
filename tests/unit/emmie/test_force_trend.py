"""All crime of a force beside the evaluation: codes, missing years, and the published shares."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.ask import ask
from analytics.emmie.case_outcomes.force_trend import ForceTrendAnswer, ForceTrendQuestion
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library
from tests.helpers.folders import FSP, case, tiny_library, write_rows

FORCE = """
[force]
name = "Somewhere Police"
first_year = 2018
last_year = 2020
"""
ASSIGNED = 1000


def outcome(year: int, code: int, count: int, force: str = "Somewhere Police"):
    return {
        "force": force,
        "year": year,
        "outcome_code": code,
        "outcomes": count,
        "assigned": ASSIGNED,
        "source": "By hand",
        "licence": "None",
    }


def year_of(year: int, *, without: int | None = None, with_22: int | None = None):
    codes = {2: 1, 3: 10, 6: 2, 7: 3, 8: year - 2000, 1: 500}
    if with_22 is not None:
        codes[22] = with_22
    return [outcome(year, code, n) for code, n in codes.items() if code != without]


def asked(tmp_path, rows, *, include_22: bool = False, more: str = FORCE):
    library = tiny_library(tmp_path, {"cases": [case(1)]}, more)
    folder = tmp_path / "benchmarks"
    folder.mkdir()
    write_rows(folder / "force_outcomes.parquet", rows)
    return ask(ForceTrendQuestion(include_22=include_22), "tiny", library=library).answer


def test_shares_of_all_assigned_outcomes(tmp_path) -> None:
    rows = [*year_of(2018), *year_of(2019), *year_of(2020, with_22=7), outcome(2018, 8, 9, "Other")]
    answer = asked(tmp_path, rows)
    assert [(one.year, one.events) for one in answer.years] == [(2018, 34), (2019, 35), (2020, 36)]
    assert [one.share for one in answer.years] == pytest.approx([0.034, 0.035, 0.036])
    assert answer.rise == pytest.approx(0.002)
    assert answer.rise_conf_int.low < 0 < answer.rise_conf_int.high
    assert [one.on for one in answer.breaks] == [date(2019, 4, 1)]
    assert not answer.provenance.synthetic


def test_outcome_22_counts_from_when_it_could_be_recorded(tmp_path) -> None:
    answer = asked(tmp_path, [*year_of(2018), *year_of(2020, with_22=7)], include_22=True)
    assert [(one.year, one.events) for one in answer.years] == [(2018, 34), (2020, 43)]


def test_a_year_without_a_figure_for_a_code_is_left_out(tmp_path) -> None:
    answer = asked(tmp_path, [*year_of(2018), *year_of(2020, without=8)])
    assert [one.year for one in answer.years] == [2018]
    assert (answer.rise, answer.rise_conf_int) == (None, None)


def test_nothing_published_of_the_force(tmp_path) -> None:
    assert asked(tmp_path, [outcome(2018, 8, 9, "Other")]).reason == "no_rows"


def test_no_force_in_the_protocol(tmp_path) -> None:
    assert asked(tmp_path, year_of(2018), more="").reason == "not_in_protocol"


def test_no_published_file(tmp_path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]}, FORCE)
    (tmp_path / "benchmarks").mkdir()
    answer = ask(ForceTrendQuestion(), "tiny", library=library).answer
    assert answer.reason == "unusable_extract"


def test_years_must_be_in_order(tmp_path) -> None:
    library = tiny_library(
        tmp_path, {"cases": [case(1)]}, FORCE.replace("first_year = 2018", "first_year = 2020")
    )
    assert "force.first_year" in library.protocol_faults()["tiny"]


@pytest.mark.parametrize(
    ("year", "disposals", "assigned"),
    [(2015, 10_598, 107_224), (2018, 8_175, 160_257), (2020, 8_528, 156_760)],
)
def test_published_counts_of_the_sample(
    sample: Library, year: int, disposals: int, assigned: int
) -> None:
    """Typed in from the Home Office's open data for Hampshire Constabulary."""
    answer = ask(ForceTrendQuestion(), FSP, library=sample).answer
    assert isinstance(answer, ForceTrendAnswer)
    one = next(one for one in answer.years if one.year == year)
    assert (one.events, one.assigned) == (disposals, assigned)


def test_filters_mean_nothing(sample: Library) -> None:
    plain = ask(ForceTrendQuestion(), FSP, library=sample).answer
    narrow = ask(ForceTrendQuestion(), FSP, Filters(sexes=("F",)), library=sample).answer
    assert narrow.years == plain.years
    assert narrow.provenance.filters_unused == ("sex",)
