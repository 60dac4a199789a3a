"""Control charts of how cases ended: limits a second way, and where they start afresh."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes import (
    CaseOutcomesAnswer,
    CaseOutcomesQuestion,
    answer_case_outcomes,
)
from analytics.emmie.case_outcomes.control import ControlledSeries, control_charts
from analytics.emmie.case_outcomes.course import CourseAnswer, CourseQuestion
from analytics.emmie.case_outcomes.finest_step import finest
from analytics.emmie.study import Study
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import FSP, OTHER_PLACE, PLACE, SAMPLE, case, tiny_library

WITH, WITHOUT = "Areas with plans", "Southampton (no plans)"
CHANGE = date(2019, 7, 1)
CHANGE_PROTOCOL = f"""
[change]
on = {CHANGE}
label = "New"
"""


def released(library: Library, evaluation: str = FSP, **options) -> CaseOutcomesAnswer:
    filters = options.pop("filters", NO_FILTERS)
    answer = ask(CaseOutcomesQuestion(**options), evaluation, filters, library=library).answer
    assert isinstance(answer, CaseOutcomesAnswer)
    return answer


def chart_of(answer: CaseOutcomesAnswer, group: str, series: str) -> ControlledSeries:
    return next(one for one in control_charts(answer) if (one.group, one.series) == (group, series))


def by_hand(group: str, with_plans: bool) -> pd.DataFrame:
    """Return events and closed cases of each month, straight from the file."""
    frame = pd.read_parquet(SAMPLE / FSP / "cases.parquet").dropna(subset=["outcome_code"])
    frame = frame[(frame["local_authority"] != PLACE) == with_plans]
    codes = [20] if group == "outcome_20" else [2, 3, 6, 7, 8]
    month = pd.to_datetime(frame["recorded_on"]).dt.to_period("M").dt.start_time.dt.date
    hit = frame["outcome_code"].isin(codes)
    return hit.groupby(month).agg(["sum", "count"])


def test_limits_of_outcome_20_by_hand(sample: Library) -> None:
    """Two phases; March 2020, with most cases open, in neither."""
    chart = chart_of(released(sample), "outcome_20", WITH)
    months = by_hand("outcome_20", with_plans=True)
    assert [one.start for one in chart.stretches] == [date(2016, 4, 1), CHANGE]
    assert {one.chart for one in chart.stretches} == {"p"}
    last = date(2020, 3, 1)
    for point in chart.points:
        day = point.point.period
        if day == last:
            assert point.limits is None
            assert not point.point.is_settled
            continue
        is_new = day >= CHANGE
        mine = months[[(other >= CHANGE) == is_new and other < last for other in months.index]]
        centre = mine["sum"].sum() / mine["count"].sum()
        spread = 3 * math.sqrt(centre * (1 - centre) / months["count"][day])
        assert point.limits.centre == pytest.approx(centre)
        assert point.limits.low == pytest.approx(max(centre - spread, 0))
        assert point.limits.high == pytest.approx(centre + spread)
        share = months["sum"][day] / months["count"][day]
        is_outside = not point.limits.low <= share <= point.limits.high
        assert ("outside_limits" in point.limits.signals) is is_outside
    assert (chart.against_old.lower, chart.against_old.higher, chart.against_old.n) == (8, 0, 8)


def test_the_mean_counts_withheld_periods_too(sample: Library) -> None:
    """Those that are shown are higher than the others; the mean is that of all."""
    chart = chart_of(released(sample), "out_of_court", WITH)
    months = by_hand("out_of_court", with_plans=True)
    old = months[[day < CHANGE for day in months.index]]
    stretch = chart.stretches[0]
    assert stretch.n_withheld
    assert stretch.centre == pytest.approx(old["sum"].sum() / old["count"].sum())
    shown = [
        one.point.share.value
        for one in chart.points
        if one.point.share.value is not None and one.point.period < CHANGE
    ]
    assert min(shown) < stretch.centre < sum(shown) / len(shown)


@pytest.mark.parametrize("step", ["month", "quarter"])
@pytest.mark.parametrize("include_22", [False, True])
def test_withheld_periods_have_no_limits_and_no_signal(
    sample: Library, step: str, include_22: bool
) -> None:
    filters = Filters(local_authorities=("E06000044", PLACE))
    answer = released(sample, step=step, include_22=include_22, filters=filters)
    withheld = 0
    for chart in control_charts(answer):
        for point in chart.points:
            if point.point.share.value is None:
                withheld += 1
                assert point.limits is None
        for place, stretch in enumerate(chart.stretches):
            mine = [one for one in chart.points if one.stretch == place]
            hidden = sum(one.point.share.value is None for one in mine)
            assert stretch.n_withheld == hidden
            if hidden > 0.2 * len(mine) and stretch.start < CHANGE and len(chart.stretches) > 1:
                assert all(one.limits is None or not one.limits.side for one in mine)
    assert withheld


def test_other_withheld_cases_with_the_same_totals_make_the_same_chart(sample: Library) -> None:
    """So no limit, mean or signal tells anything of a withheld month."""
    study = Study(
        evaluation=sample.evaluation(FSP), filters=NO_FILTERS, viewer=PUBLIC, library=sample
    )
    raw = answer_case_outcomes(CaseOutcomesQuestion(), study)
    place = next(
        place
        for place, one in enumerate(raw.series)
        if (one.group, one.series) == ("out_of_court", WITH)
    )
    points = list(raw.series[place].points)
    giver = next(at for at, one in enumerate(points) if one.share.events == 5)
    taker = next(at for at, one in enumerate(points) if one.share.events in (2, 3) and at != giver)
    for at, more in ((giver, -1), (taker, 1)):
        old = points[at].share
        points[at] = replace(points[at], share=Share.of(old.events + more, old.n))
    series = list(raw.series)
    series[place] = replace(series[place], points=tuple(points))
    other = replace(raw, series=tuple(series))
    assert other != raw
    charts = [control_charts(one.disclose(DFE_CIN)) for one in (raw, other)]
    assert charts[0] == charts[1]
    assert control_charts(raw) != control_charts(other)


def test_counting_outcome_22_interrupts_the_line_in_april_2019(sample: Library) -> None:
    without, with_22 = (
        chart_of(released(sample, step="quarter", include_22=extra), "out_of_court", WITH)
        for extra in (False, True)
    )
    assert [one.start for one in without.stretches] == [date(2016, 4, 1)]
    assert [(one.start, one.is_coding_break) for one in with_22.stretches] == [
        (date(2016, 4, 1), False),
        (date(2019, 4, 1), True),
    ]
    assert all(
        (one.limits is None) is (one.point.period >= date(2019, 4, 1)) for one in with_22.points
    )
    assert with_22.against_old is None
    twenty = chart_of(released(sample, step="quarter", include_22=True), "outcome_20", WITH)
    assert len(twenty.stretches) == 1


def test_few_periods_since_are_judged_against_the_old_limits(sample: Library) -> None:
    chart = chart_of(released(sample, step="quarter"), "outcome_20", WITH)
    (stretch,) = chart.stretches
    limits = {one.limits.centre for one in chart.points if one.limits}
    assert limits == {stretch.centre}
    signalled = [one.point.period for one in chart.points if one.limits and one.limits.side]
    assert signalled == [date(2019, 7, 1), date(2019, 10, 1)]
    assert chart.against_old.lower == 2


def test_breaks_are_those_within_the_periods(sample: Library) -> None:
    assert [(one.on, one.codes) for one in released(sample).breaks] == [(date(2019, 4, 1), (22,))]
    early = Filters(period_end=date(2018, 12, 31))
    assert released(sample, filters=early).breaks == ()


def monthly(first: date, months: int, events, n: int = 40, **changes):
    """Return cases of some months; ``events`` of each end with Outcome 20, the others with 18."""
    number = 0
    for place in range(months):
        year, month = divmod(first.year * 12 + first.month - 1 + place, 12)
        for row in range(n):
            number += 1
            yield case(
                number,
                local_authority=OTHER_PLACE,
                recorded_on=date(year, month + 1, 1) + timedelta(days=row % 28),
                outcome_code=20 if row < events(place) else 18,
                outcome_on=date(2020, 3, 31),
                **changes,
            )


def test_a_change_of_coding_of_the_place_is_drawn_as_a_break(tmp_path) -> None:
    coding = """
[[coding_changes]]
on = 2018-04-01
label = "Outcome 20 reviewed"
codes = [20]
"""
    rows = list(monthly(date(2017, 1, 1), 30, lambda place: 20 + place % 3))
    answer = released(tiny_library(tmp_path, {"cases": rows}, coding), "tiny")
    chart = chart_of(answer, "outcome_20", "With")
    assert [one.start for one in chart.stretches] == [date(2017, 1, 1), date(2018, 4, 1)]
    assert [(one.on, one.label) for one in answer.breaks] == [
        (date(2018, 4, 1), "Outcome 20 reviewed"),
        (date(2019, 4, 1), ""),
    ]
    assert len(chart_of(answer, "out_of_court", "With").stretches) == 1


def test_a_change_of_coding_must_start_a_quarter(tmp_path) -> None:
    coding = '\n[[coding_changes]]\non = 2018-05-01\nlabel = "x"\ncodes = [20]\n'
    library = tiny_library(tmp_path, {"cases": [case(1)]}, coding)
    assert "coding_changes.0.on" in library.protocol_faults()["tiny"]


def test_more_spread_than_counts_give_makes_a_p_prime_chart(tmp_path) -> None:
    rows = list(monthly(date(2017, 1, 1), 24, lambda place: 8 if place % 2 else 30))
    chart = chart_of(
        released(tiny_library(tmp_path, {"cases": rows}), "tiny"), "outcome_20", "With"
    )
    assert chart.stretches[0].chart == "p_prime"
    assert all(one.limits.side is None for one in chart.points)


def test_no_closed_case_and_no_event(tmp_path) -> None:
    none_closed = [case(number, outcome_code=None) for number in range(9)]
    library = tiny_library(tmp_path / "a", {"cases": none_closed})
    assert ask(CaseOutcomesQuestion(), "tiny", library=library).answer.reason == "no_rows"
    rows = list(monthly(date(2017, 1, 1), 12, lambda _: 0))
    charts = control_charts(released(tiny_library(tmp_path / "b", {"cases": rows}), "tiny"))
    assert all(one.limits is None for chart in charts for one in chart.points)
    assert all(one.chart is None for chart in charts for one in chart.stretches)


def test_cases_that_ended_in_neither_way_cannot_be_subtracted(tmp_path) -> None:
    """Of 40 cases 25 ended with Outcome 20 and 12 out of court: 3 are left."""
    codes = [20] * 25 + [8] * 12 + [18] * 3
    rows = [
        case(number, outcome_code=code, local_authority=OTHER_PLACE)
        for number, code in enumerate(codes)
    ]
    library = tiny_library(tmp_path, {"cases": rows}, CHANGE_PROTOCOL, policy="dfe_cin")
    shares = {one.group: one.points[0].share for one in released(library, "tiny").series}
    assert shares["outcome_20"].events == 25
    assert shares["out_of_court"].events is None


def test_neither_way_is_never_few_over_all_views(sample: Library) -> None:
    few = []
    for place, sex in ((p, s) for p in (PLACE, OTHER_PLACE, "E06000044") for s in "FM"):
        filters = Filters(local_authorities=(place,), sexes=(sex,), age_bands=("5-9",))
        answer = released(sample, step="quarter", filters=filters)
        pairs = zip(answer.series[::2], answer.series[1::2], strict=True)
        for twenty, disposals in pairs:
            assert twenty.series == disposals.series
            sides = [(twenty.before, disposals.before), (twenty.after, disposals.after)]
            points = zip(twenty.points, disposals.points, strict=True)
            for one, two in [*sides, *((a.share, b.share) for a, b in points)]:
                if one is None or two is None or None in (one.events, two.events, one.n):
                    continue
                if 1 <= one.n - one.events - two.events <= 5:
                    few.append((place, sex))
    assert few == []


def test_phases_tell_no_small_phase(sample: Library) -> None:
    """With Outcome 22 there is a phase of one quarter; the sides are known."""
    for place in (PLACE, OTHER_PLACE, "E06000044", "E06000046"):
        answer = released(sample, include_22=True, filters=Filters(local_authorities=(place,)))
        for series in answer.series:
            sides = [(False, series.before), (True, series.after)]
            for is_new, side in sides:
                mine = [one for one in series.phases if (one.start >= CHANGE) is is_new]
                hidden = [one for one in mine if one.share.events is None]
                if side is not None and side.events is not None and len(mine) > 1:
                    assert len(hidden) != 1


def test_limits_are_ordered_and_finite(sample: Library) -> None:
    for step in ("month", "quarter"):
        for chart in control_charts(released(sample, step=step)):
            for point in chart.points:
                if point.limits:
                    cells = (point.limits.low, point.limits.centre, point.limits.high)
                    assert all(0 <= low <= high <= 1 for low, high in pairwise(cells))


def course(library: Library, evaluation: str = FSP, **options) -> CourseAnswer:
    return ask(CourseQuestion(**options), evaluation, library=library).answer


def test_level_and_slope_against_generalised_least_squares(sample: Library) -> None:
    """With the autocorrelation that was found, statsmodels gives the same level and slope."""
    import numpy as np
    import statsmodels.api as sm

    months = by_hand("outcome_20", with_plans=True).iloc[:-1]
    share = (months["sum"] / months["count"]).to_numpy(dtype=float)
    time = np.arange(len(share)) - [day >= CHANGE for day in months.index].index(True)
    new = (time >= 0).astype(float)
    found = dict(course(sample).courses)["outcome_20"]
    design = np.column_stack([np.ones(len(share)), time, new, new * time])
    gap = np.abs(np.subtract.outer(time, time))
    fit = sm.GLS(share, design, sigma=found.autocorrelation**gap).fit()
    assert found.jump.value == pytest.approx(fit.params[2], abs=0.002)
    assert found.slope.value == pytest.approx(12 * fit.params[3], abs=0.01)
    assert found.trend.value == pytest.approx(12 * fit.params[1], abs=0.002)


def test_course_counts_the_chosen_codes(sample: Library) -> None:
    without, with_22 = course(sample), course(sample, include_22=True)
    assert without.courses[0][1] == with_22.courses[0][1]
    assert without.courses[1][1] != with_22.courses[1][1]
    assert with_22.out_of_court_codes[-1] == 22


def test_course_without_change_is_not_asked(tmp_path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]})
    assert course(library, "tiny").reason == "not_in_protocol"


def test_course_of_few_cases_is_no_number(tmp_path) -> None:
    rows = list(monthly(date(2018, 1, 1), 24, lambda place: 1 if place == 3 else 0, n=8))
    library = tiny_library(tmp_path, {"cases": rows}, CHANGE_PROTOCOL, policy="dfe_cin")
    for _, one in course(library, "tiny").courses:
        assert (one.jump, one.slope, one.trend) == (None, None, None)
        assert one.reason


def test_step_is_part_of_the_question_only(sample: Library) -> None:
    months, quarters = released(sample), released(sample, step="quarter")
    for one, other in zip(months.series, quarters.series, strict=True):
        assert replace(one, points=()) == replace(other, points=())


def test_unread_periods_are_those_of_a_phase_with_many_withheld(sample: Library) -> None:
    """So one sentence can say which periods are judged and which are not."""
    answer = released(sample)
    for chart in control_charts(answer):
        by_phase = [
            [one for one in chart.points if (one.point.period >= CHANGE) is is_new]
            for is_new in (False, True)
        ]
        expected = [
            (mine[0].point.period, mine[-1].point.period, len(mine), hidden)
            for mine in by_phase
            if (hidden := sum(one.point.share.value is None for one in mine)) > 0.2 * len(mine)
        ]
        assert [(one.first, one.last, one.n, one.n_withheld) for one in chart.unread] == expected
        for one in chart.unread:
            mine = [o for o in chart.points if one.first <= o.point.period <= one.last]
            assert all(o.limits is None or o.limits.side is None for o in mine)
    assert chart_of(answer, "out_of_court", WITH).unread
    assert not chart_of(answer, "outcome_20", WITH).unread


def test_the_unfinished_month_is_what_another_level_comes_from(sample: Library) -> None:
    """The level with every month is the generalised least squares one of every month."""
    import numpy as np
    import statsmodels.api as sm

    months = by_hand("outcome_20", with_plans=True)
    share = (months["sum"] / months["count"]).to_numpy(dtype=float)
    time = np.arange(len(share)) - [day >= CHANGE for day in months.index].index(True)
    new = (time >= 0).astype(float)
    design = np.column_stack([np.ones(len(share)), time, new, new * time])
    plain = sm.OLS(share, design).fit().params[2]
    answer = course(sample)
    every = dict(answer.with_unfinished)["outcome_20"].value
    usual = dict(answer.courses)["outcome_20"].jump.value
    assert every == pytest.approx(plain, abs=0.004)
    assert round(plain, 3) == -0.469
    assert usual - every == pytest.approx(0.014, abs=0.0011)


def test_level_with_a_withheld_month_is_not_given_twice(sample: Library) -> None:
    """Out-of-court disposals have withheld months, so there is one level only."""
    answer = course(sample)
    assert [group for group, _ in answer.with_unfinished] == ["outcome_20"]


def test_no_course_across_a_change_of_coding(sample: Library) -> None:
    found = dict(course(sample, include_22=True).courses)
    assert found["out_of_court"].reason == "coding_break"
    assert found["out_of_court"].jump is None
    assert found["outcome_20"].jump is not None


@pytest.mark.parametrize(
    ("hidden", "beside", "place"),
    [(0, 0, 0), (2, 0, 0), (3, 0, 1), (0, 4, 0), (0, 5, 1), (10, 10, 1)],
)
def test_the_finest_step_is_one_that_can_be_read(hidden: int, beside: int, place: int) -> None:
    """Up to one in five withheld in the first chart, and fewer than half in the others."""
    first, other = ([None] * n + [0.5] * (10 - n) for n in (hidden, beside))
    assert finest([[first, other], [[None] * 4, [0.5] * 4]]) == place
