"""Quoted figures beside official ones, and the baseline of a follow-up."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.exhibits.baseline import baseline_exhibits, quoted_exhibits
from tests.helpers.folders import FSP, RPS, SAMPLE

QUOTED = {
    ("Southampton", "ever"): (33, 29.3),
    ("Portsmouth", "ever"): (41, 29.8),
    ("South East", "ever"): (26, 25.3),
    ("Southampton", "preceding 2 years"): (3, None),
    ("Portsmouth", "preceding 2 years"): (26, None),
    ("South East", "preceding 2 years"): (12, None),
}
"""What the paper says, and the department's figure for the year to March 2024."""


@pytest.mark.parametrize(("place", "words"), QUOTED, ids=[" ".join(key) for key in QUOTED])
def test_quoted_and_official(sample, place: str, words: str) -> None:
    answer = ask(QuotedFiguresQuestion(), RPS, library=sample).answer
    (figure,) = (one for one in answer.figures if one.area == place and words in one.measure)
    quoted, official = QUOTED[place, words]
    assert figure.value == quoted
    assert (figure.official.value if figure.official else None) == official
    assert "one quarter" in figure.caveat


def test_official_counts_are_the_published_ones(sample) -> None:
    """Read a second way, from the file; the interval holds the percentage."""
    rows = pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")
    rows = rows[rows["measure"].eq("second_or_subsequent_plans") & rows["year"].eq(2024)]
    names = pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet").set_index("area_code")
    rows = rows.assign(area=rows["area_code"].map(names["area_name"])).set_index("area")
    for figure in ask(QuotedFiguresQuestion(), RPS, library=sample).answer.figures:
        if figure.official is not None:
            own = rows.loc[figure.area]
            official = figure.official
            assert (official.numerator, official.denominator) == (
                own["numerator"],
                own["denominator"],
            )
            assert official.conf_int.low < official.value / 100 < official.conf_int.high


def test_published_figures_are_not_called_synthetic(sample) -> None:
    released = ask(QuotedFiguresQuestion(), RPS, library=sample)
    (exhibit,) = quoted_exhibits(released)
    assert not exhibit.synthetic
    assert "table D3" in exhibit.source
    assert exhibit.headline.startswith("Southampton: 33% quoted, 29.3% official")
    assert [row[0] for row in exhibit.table.rows[:2]] == ["Southampton", "Southampton"]
    assert exhibit.sentences[0].startswith("Southampton, ")
    assert any("plans that start in a year" in note for note in exhibit.notes)
    assert any("8 of 16 families" in note for note in exhibit.notes)


def test_figure_draws_both(sample) -> None:
    released = ask(QuotedFiguresQuestion(), RPS, library=sample)
    (exhibit,) = quoted_exhibits(released)
    official, quoted = exhibit.figure["data"]
    assert sorted(quoted["x"]) == sorted(value for value, _ in QUOTED.values())
    assert sorted(official["x"]) == sorted(one for _, one in QUOTED.values() if one)
    assert all(length > 0 for length in official["error_x"]["array"])


def test_nothing_quoted(sample) -> None:
    answer = ask(QuotedFiguresQuestion(), FSP, library=sample).answer
    assert answer.reason == "not_in_protocol"


@pytest.fixture(scope="module")
def baseline(sample):
    return baseline_exhibits(
        ask(MeasuresQuestion(), RPS, library=sample),
        ask(RepeatPlansQuestion(), RPS, library=sample),
        ask(QuotedFiguresQuestion(), RPS, library=sample),
    )


def test_question_of_the_follow_up_cannot_be_told(sample) -> None:
    """Whatever the measures say: they were taken before."""
    (asked,) = ask(MeasuresQuestion(), RPS, library=sample).answer.research_questions
    assert asked.question.is_baseline
    assert asked.light == "baseline"
    assert {item.standing for item in asked.measures} != {"cannot_tell"}


def test_baseline_holds_every_measure_the_returns_and_the_official_figures(
    sample, baseline
) -> None:
    (exhibit,) = baseline
    (asked,) = ask(MeasuresQuestion(), RPS, library=sample).answer.research_questions
    rows = {row[0]: row for row in exhibit.download.rows}
    for item in asked.measures:
        assert rows[item.measure.label][1:3] == (
            f"{item.measured.share.events:,}",
            f"{item.measured.share.n:,}",
        )
    returns = [row for label, row in rows.items() if "followed by another" in label]
    assert [row[3] for row in returns] == ["11", "17", "22"]
    assert sum(label.startswith("Official") for label in rows) == 3
    assert len(exhibit.table.columns) == 3
    assert any("Can't tell" in sentence for sentence in exhibit.sentences)


def test_baseline_of_families_recounted(baseline) -> None:
    """The audit's share of "no", counted from the file: empty answers are left out."""
    (exhibit,) = baseline
    frame = pd.read_parquet(SAMPLE / RPS / "audit_families.parquet", dtype_backend="numpy_nullable")
    rows = {row[0]: row for row in exhibit.download.rows}
    for label, flag in {
        "Audited families in which disguised compliance was not missed": (
            "disguised_compliance_missed"
        ),
        "Audited families whose plan ended after three months' sustained change": (
            "no_sustained_change"
        ),
    }.items():
        told = frame[flag].dropna()
        assert rows[label][1:3] == (str(int((~told).sum())), str(len(told)))


def test_baseline_without_returns_or_quoted_figures(sample) -> None:
    """Neither is needed: the measures stand alone."""
    measures = ask(MeasuresQuestion(), RPS, library=sample)
    (exhibit,) = baseline_exhibits(
        measures,
        ask(RepeatPlansQuestion(), FSP, library=sample),
        ask(QuotedFiguresQuestion(), FSP, library=sample),
    )
    (asked,) = measures.answer.research_questions
    assert [row[0] for row in exhibit.table.rows] == [one.measure.label for one in asked.measures]


def test_evaluation_whose_questions_are_no_baseline(sample) -> None:
    measures = ask(MeasuresQuestion(), FSP, library=sample)
    returns = ask(RepeatPlansQuestion(), RPS, library=sample)
    quoted = ask(QuotedFiguresQuestion(), RPS, library=sample)
    assert baseline_exhibits(measures, returns, quoted) == ()
