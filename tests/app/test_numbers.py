"""What a page shows by default is what the answer says."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from analytics.ask import ask
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.extracts.filters import Filters
from tests.app.opened_pages import Chart, Session, seen
from tests.helpers.screen import number

FSP, RPS = "family_safety_plans", "repeat_plans_southampton"
SOUTHAMPTON = Filters(local_authorities=("E06000045",))


def trace(chart: Chart, name: str, axis: str) -> list[float]:
    """Return what a named trace draws on one axis."""
    (found,) = (item for item in json.loads(chart.spec)["data"] if item.get("name") == name)
    return found[axis]


@pytest.mark.parametrize(
    ("filters", "words"), [(Filters(), "none"), (SOUTHAMPTON, "local authority")]
)
@pytest.mark.parametrize(("which", "name"), [("adjusted", "Matched"), ("unadjusted", "Unadjusted")])
def test_forest_plot_draws_the_differences_of_the_answer(
    filters: Filters, words: str, which: str, name: str
) -> None:
    answer = ask(EffectQuestion(), FSP, filters).answer
    contrasts = [getattr(outcome, which) for outcome in answer.outcomes]
    expected = [100 * item.difference.value for item in contrasts if item.difference]
    (chart,) = seen("effect", words).exhibits["outcomes_difference"].charts
    assert trace(chart, name, "x") == pytest.approx(expected)


def test_forest_plot_draws_the_intervals_of_the_answer() -> None:
    answer = ask(EffectQuestion(), FSP).answer
    (chart,) = seen("effect").exhibits["outcomes_difference"].charts
    points, bars = trace(chart, "Matched", "x"), trace(chart, "Matched", "error_x")
    highs = [100 * outcome.adjusted.difference.conf_int.high for outcome in answer.outcomes]
    lows = [100 * outcome.adjusted.difference.conf_int.low for outcome in answer.outcomes]
    assert np.add(points, bars["array"]) == pytest.approx(highs)
    assert np.subtract(points, bars["arrayminus"]) == pytest.approx(lows)


def test_love_plot_draws_the_balance_of_the_answer() -> None:
    answer = ask(EffectQuestion(), FSP).answer
    (chart,) = seen("effect").exhibits["love_plot"].charts
    after = [abs(row.adjusted) for row in answer.balance if row.adjusted is not None]
    assert trace(chart, "After matching", "x") == pytest.approx(after)


def test_number_of_pairs_stands_under_the_headline() -> None:
    answer = ask(EffectQuestion(), FSP).answer
    assert f"{answer.n_pairs:,} matched pairs" in (
        seen("effect").exhibits["outcomes_difference"].subtitle
    )


def periods_drawn(chart: Chart, areas: str) -> dict[str, float]:
    """Return the periods of one group of areas that a control chart marks, each once."""
    marked = [
        (day[:10], value)
        for item in json.loads(chart.spec)["data"]
        if item.get("meta") == areas
        for day, value in zip(item["x"], item["y"], strict=True)
    ]
    assert len(marked) == len(dict(marked))
    return dict(marked)


@pytest.mark.parametrize("group", ["outcome_20", "out_of_court"])
def test_outcome_lines_draw_the_shares_of_the_answer(group: str) -> None:
    exhibit = seen("case_outcomes").exhibits[f"{group}_over_time"]
    step = "quarter" if group == "out_of_court" else "month"
    assert f"by {step} of recording" in exhibit.subtitle
    answer = ask(CaseOutcomesQuestion(step=step), FSP).answer
    (chart,) = exhibit.charts
    for series in (item for item in answer.series if item.group == group):
        assert periods_drawn(chart, series.series) == {
            point.period.isoformat(): pytest.approx(100 * point.share.value, abs=0.006)
            for point in series.points
            if point.share.value is not None
        }


def test_rates_draw_the_published_figures() -> None:
    answer = ask(ComparisonQuestion(area_code="E06000045")).answer
    (chart,) = seen("statistical_neighbours").exhibits["years_cp_plans_at_31_march"].charts
    for series in answer.series:
        drawn = trace(chart, series.label, "y")
        expected = [figure.value for figure in series.figures]
        assert [value is None for value in drawn] == [value is None for value in expected]
        assert [value for value in drawn if value is not None] == pytest.approx(
            [value for value in expected if value is not None], abs=0.006
        )
        assert trace(chart, series.label, "x") == [figure.year for figure in series.figures]


def test_period_keeps_the_years_whose_31_march_lies_in_it() -> None:
    opened = seen("statistical_neighbours", "period")
    (chart,) = opened.exhibits["years_cp_plans_at_31_march"].charts
    assert trace(chart, "Southampton", "x") == [2018, 2019]


def test_curve_of_returns_draws_the_answer() -> None:
    answer = ask(RepeatPlansQuestion(), RPS).answer
    exhibit = seen("repeat_plans").exhibits["time_to_repeat_plan"]
    drawn = trace(exhibit.charts[0], "Followed by another plan", "y")
    assert drawn == pytest.approx([100 * point.share for point in answer.curve])
    for point in answer.within:
        assert f"{100 * point.share:.0f}%" in exhibit.charts[0].alt


def test_audit_bars_draw_the_counts_of_the_answer() -> None:
    answer = ask(AuditQuestion(), RPS).answer
    opened = Session({"part_of_repeat": "What the audit found"}).open("repeat_plans")
    exhibit = opened.exhibits["audit_bands"]
    (bars,) = json.loads(exhibit.charts[0].spec)["data"]
    assert bars["y"] == [band.share.events for band in answer.bands]
    assert list(exhibit.tables[0]["Of"]) == [str(answer.n_families)] * len(answer.bands)


def test_overview_says_the_headline_figures_of_the_answers() -> None:
    words = seen("overview").main_text
    for outcome in ask(EffectQuestion(), FSP).answer.outcomes:
        if outcome.primary:
            assert f"{outcome.label}: " in words
            assert f"{100 * outcome.adjusted.difference.value:+.0f}"[1:] in words
    for point in ask(RepeatPlansQuestion(), RPS).answer.within:
        assert f"{100 * point.share:.0f}%" in words


def test_evidence_stands_beside_the_computed_difference() -> None:
    table = seen("published_evidence").exhibits["reported_and_computed"].tables[0]
    drawn = [number(cell.split()[0]) for cell in table["Computed here"] if cell.endswith("points")]
    outcomes = {
        outcome.key: outcome.adjusted for outcome in ask(EffectQuestion(), FSP).answer.outcomes
    }
    expected = [
        100 * outcomes[finding.computed_from.removeprefix("effect:")].difference.value
        for finding in ask(EvidenceQuestion(evaluation=FSP)).answer.findings
        if finding.computed_from and finding.computed_from.startswith("effect:")
    ]
    assert drawn == pytest.approx(expected, abs=0.051)


def test_period_on_the_page_is_the_period_of_the_question() -> None:
    filters = Filters(period_start=date(2018, 1, 1), period_end=date(2019, 12, 31))
    answer = ask(CaseOutcomesQuestion(), FSP, filters).answer
    (chart,) = seen("case_outcomes", "period").exhibits["outcome_20_over_time"].charts
    series = next(item for item in answer.series if item.group == "outcome_20")
    drawn = periods_drawn(chart, series.series)
    assert set(drawn) == {
        point.period.isoformat() for point in series.points if point.share.value is not None
    }
    assert min(drawn) >= "2018-01-01"
    assert max(drawn) <= "2019-12-31"


def test_case_records_are_drawn_for_the_evaluation_that_has_them() -> None:
    name = "signs_of_safety_ten_areas"
    session = Session()
    assert "case_record_outcomes" not in session.open("case_outcomes").exhibits
    session.choose("selectbox", "outcomes_of", name)
    opened = session.choose("segmented_control", "part_of_cases", "records")
    assert not opened.failures
    whole = ask(CaseRecordsQuestion(), name).answer.groups[0]
    table = opened.exhibits["case_record_outcomes"].tables[0]
    assert list(table.iloc[0])[1:] == [
        f"{one.share.events} of {one.share.n}" for one in whole.shares
    ]
    assert f"{whole.recording.change:+.2f}" in str(opened.exhibits["recording_quality"].tables[0])
    assert "outcome_20_over_time" not in opened.exhibits
