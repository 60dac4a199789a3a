"""Control charts of timeliness: recomputed by hand, and blind to what was withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.timeliness import (
    ConferenceTimesQuestion,
    ReReferralsQuestion,
    TimelinessAnswer,
    TimePoint,
)
from analytics.emmie.case_outcomes.timeliness_control import timed_control_chart
from analytics.emmie.study import Provenance
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library
from tests.helpers.folders import RPS


def released(sample: Library, question, filters: Filters | None = None) -> TimelinessAnswer:
    answer = ask(question, RPS, filters or Filters(), library=sample).answer
    assert isinstance(answer, TimelinessAnswer)
    return answer


def made(counts: list[tuple[int, int]], medians: list[float | None] | None = None):
    """Return an answer before release from counts of consecutive months."""
    medians = medians or [None] * len(counts)
    points = tuple(
        TimePoint(
            period=date(2020 + place // 12, place % 12 + 1, 1),
            share=Share.of(*pair),
            conf_int=None,
            median=median,
            median_interval=None,
        )
        for place, (pair, median) in enumerate(zip(counts, medians, strict=True))
    )
    total = Share.of(sum(pair[0] for pair in counts), sum(pair[1] for pair in counts))
    return TimelinessAnswer(
        provenance=Provenance(
            evaluation="", title="", place="", document="", design="", as_at=None,
            synthetic=True, fingerprint="",
        ),
        measure="conference",
        step="month",
        points=points,
        years=(),
        total=replace(points[0], share=total),
        by_month=tuple((point.period, point.share) for point in points),
        shown_from=date(2020, 1, 1),
        shown_to=date(2023, 1, 1),
        n_open=0,
        level=0.95,
    )  # fmt: skip


def test_limits_of_shares_by_hand(sample: Library) -> None:
    answer = released(sample, ReReferralsQuestion())
    chart = timed_control_chart(answer, "share")
    assert chart.chart == "p_prime"
    events, n = (
        np.array([getattr(point.share, name) for point in answer.points], dtype=float)
        for name in ("events", "n")
    )
    mean = events.sum() / n.sum()
    alone = np.sqrt(mean * (1 - mean) / n)
    spread = np.abs(np.diff((events / n - mean) / alone)).mean() / 1.128
    assert spread > 1.2
    for point, one in zip(chart.points, alone, strict=True):
        assert point.limits.centre == pytest.approx(mean)
        assert point.limits.low == pytest.approx(mean - 3 * spread * one)
        assert point.limits.high == pytest.approx(mean + 3 * spread * one)


def test_limits_of_medians_by_hand(sample: Library) -> None:
    answer = released(sample, ConferenceTimesQuestion())
    chart = timed_control_chart(answer, "median")
    values = np.array([point.median for point in answer.points])
    reach = 2.66 * np.abs(np.diff(values)).mean()
    assert chart.chart == "xmr"
    assert chart.points[0].limits.centre == pytest.approx(values.mean())
    assert chart.points[0].limits.high == pytest.approx(values.mean() + reach)


def test_spell_of_late_conferences_is_a_signal(sample: Library) -> None:
    answer = released(sample, ConferenceTimesQuestion())
    low = timed_control_chart(answer, "share")
    sides = {one.point.period: one.limits.side for one in low.points if one.limits}
    assert {period for period, side in sides.items() if side} == {date(2022, 9, 1)}
    assert sides[date(2022, 9, 1)] == "low"
    high = timed_control_chart(answer, "median")
    sides = {one.point.period: one.limits.side for one in high.points}
    assert sides[date(2022, 9, 1)] == sides[date(2022, 10, 1)] == "high"


def test_counts_alone_set_limits_where_months_vary_less() -> None:
    even = made([(20 + place % 2, 40) for place in range(12)])
    assert timed_control_chart(even, "share").chart == "p"


def test_limits_do_not_tell_what_two_withheld_months_hold() -> None:
    rest = [(20 + 6 * (place % 2), 40) for place in range(12)]
    charts = [
        timed_control_chart(made([*rest[:6], *pair, *rest[6:]]).disclose(DFE_CIN), "share")
        for pair in ([(3, 40), (5, 40)], [(5, 40), (3, 40)], [(4, 40), (4, 40)])
    ]
    assert charts[0].n_without == 2
    assert [one.limits for one in charts[0].points] == [one.limits for one in charts[1].points]
    assert [one.limits for one in charts[0].points] == [one.limits for one in charts[2].points]
    held = [one for one in charts[0].points if one.value is None]
    assert all(one.limits is None for one in held)


def test_no_signals_where_many_months_are_withheld() -> None:
    counts = [(2, 40)] * 4 + [(20 + place % 3, 40) for place in range(10)] + [(39, 60)]
    chart = timed_control_chart(made(counts).disclose(DFE_CIN), "share")
    assert not chart.reads_signals
    assert all(one.limits.side is None for one in chart.points if one.limits)


@pytest.mark.parametrize("of", ["share", "median"])
def test_few_months_have_no_limits(of) -> None:
    chart = timed_control_chart(made([(20, 40)] * 5, [14.0] * 5), of)
    assert chart.chart is None
    assert all(one.limits is None for one in chart.points)


def test_total_that_is_withheld_leaves_no_limits() -> None:
    counts = [(40, 40)] * 11 + [(37, 40)]
    chart = timed_control_chart(made(counts).disclose(DFE_CIN), "share")
    assert chart.chart is None
