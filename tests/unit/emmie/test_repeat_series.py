"""The follow-up question: quarters counted a second way, the rule, new quarters, disclosure."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.contrast import Estimate
from analytics.emmie.repeat_plans.follow_up_rule import Reason, judged
from analytics.emmie.repeat_plans.old_course import NewCourse, old_course
from analytics.emmie.repeat_plans.quarters import next_quarter
from analytics.emmie.repeat_plans.series import (
    RepeatSeriesAnswer,
    RepeatSeriesQuestion,
    answer_repeat_series,
)
from analytics.emmie.study import Study, Unanswered
from analytics.exhibits.repeat_series import HEADLINES, REASONS, repeat_series_exhibits
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.statistics.results import HealthCheck, Interval
from tests.helpers.folders import RPS, SAMPLE, plan, tiny_library

FIRST, CHANGE = date(2016, 4, 1), date(2024, 4, 1)


def before_release(
    library: Library, name: str = RPS, filters: Filters = NO_FILTERS
) -> RepeatSeriesAnswer:
    study = Study(
        evaluation=library.evaluation(name), filters=filters, viewer=PUBLIC, library=library
    )
    answer = answer_repeat_series(RepeatSeriesQuestion(), study)
    assert isinstance(answer, RepeatSeriesAnswer)
    return answer


FILTERS = {
    "none": NO_FILTERS,
    "neglect": Filters(categories=("NEG",)),
    "two years": Filters(period_start=date(2020, 4, 1), period_end=date(2022, 3, 31)),
}


@pytest.mark.parametrize("name", FILTERS)
def test_quarters_on_the_sample_against_the_files(sample: Library, name: str) -> None:
    answer = before_release(sample, filters=FILTERS[name])
    plans = pd.read_parquet(SAMPLE / RPS / "cp_plans.parquet")
    plans = plans.sort_values(["child_id", "started_on", "plan_id"])
    start = pd.to_datetime(plans["started_on"])
    ended = pd.to_datetime(plans.groupby("child_id")["ended_on"].shift())
    plans["repeat"] = (start - ended).dt.days.le(730)
    plans["quarter"] = start.dt.to_period("Q").dt.start_time.dt.date
    if name == "neglect":
        plans = plans[plans["category"].eq("NEG")]
    if name == "two years":
        plans = plans[start.between("2020-04-01", "2022-03-31")]
    plans = plans[plans["quarter"] >= date(2018, 4, 1)]
    counted = plans.groupby("quarter")["repeat"].agg(["sum", "size"])
    expected = {day: (row["sum"], row["size"]) for day, row in counted.iterrows()}
    found = {one.starts_on: (one.share.events, one.share.n) for one in answer.quarters}
    assert found == expected
    assert not any(one.is_new for one in answer.quarters)


def test_without_a_day_only_the_old_course_is_shown(sample: Library) -> None:
    released = ask(RepeatSeriesQuestion(), RPS, library=sample)
    answer = released.answer
    assert (answer.word, answer.reasons, answer.change) == ("can't tell", ("not_dated",), None)
    assert [one.starts_on for one in answer.ahead][:2] == [date(2024, 4, 1), date(2024, 7, 1)]
    assert len(answer.ahead) == 8
    for one in answer.ahead:
        assert 0 <= one.conf_int.low <= one.expected <= one.conf_int.high <= 1
    changes = [one.change for one in answer.course.detectable]
    assert changes == sorted(changes, reverse=True)
    keys = [exhibit.key for exhibit in repeat_series_exhibits(released)]
    assert keys == ["repeat_series", "repeat_series_power", "assumptions"]


# Made by hand: eight years of quarters and up to two after a change.


def quarters(n: int) -> list[date]:
    found = [FIRST]
    while len(found) < n:
        found.append(next_quarter(found[-1]))
    return found


def made(
    root: Path,
    shares: tuple[float, float],
    *,
    n_new: int = 8,
    n_first: int = 60,
    since: date | None = CHANGE,
    policy: str = "dfe_cin",
) -> Library:
    """Return quarters of first plans, of whose children some come back a year later.

    ``shares`` are those that come back before and since the change, give or take a few.
    """
    rng = np.random.default_rng(7)
    days = quarters(32 + n_new)
    plans, number = [], 0
    for place, day in enumerate(days):
        comes_back = days[place + 4] if place + 4 < len(days) else None
        share = shares[comes_back is not None and comes_back >= CHANGE]
        n_back = 0 if comes_back is None else rng.binomial(n_first, share)
        for one in range(n_first):
            number += 1
            start = day + timedelta(days=one % 80)
            plans.append(plan(number, number, start, start + timedelta(days=150)))
            if one < n_back:
                again = comes_back + timedelta(days=one % 80)
                ended = again + timedelta(days=1500)
                plans.append(plan(100_000 + number, number, again, ended))
    as_at = next_quarter(days[-1]) - timedelta(days=1)
    launched = f"follow_up_from = {since}\n" if since else ""
    protocol = f"""
[repeat]
within_days = [365, 730]
history_from = {FIRST}
follow_up_of = "The new way"
{launched}"""
    return tiny_library(
        root / "data",
        {"cp_plans": plans},
        protocol,
        as_at=as_at,
        design="case_audit",
        policy=policy,
    )


def asked(library: Library) -> RepeatSeriesAnswer:
    answer = ask(RepeatSeriesQuestion(), "tiny", library=library).answer
    assert isinstance(answer, RepeatSeriesAnswer)
    return answer


def test_a_clear_fall_is_shown(tmp_path: Path) -> None:
    released = ask(RepeatSeriesQuestion(), "tiny", library=made(tmp_path, (0.35, 0.1)))
    answer = released.answer
    assert (answer.word, answer.reasons) == ("shown", ("fell",))
    assert sum(one.is_new for one in answer.quarters) == 8
    assert answer.change.average.value == pytest.approx(0.1 / 1.1 - 0.35 / 1.35, abs=0.07)
    assert answer.change.average.conf_int.high < 0
    assert answer.n_foretold == 8
    assert answer.n_outside >= 4
    keys = [exhibit.key for exhibit in repeat_series_exhibits(released)]
    assert keys == [
        "repeat_series", "repeat_series_change", "repeat_series_power", "health_checks",
    ]  # fmt: skip
    (series, *_) = repeat_series_exhibits(released)
    assert series.headline.startswith("Shown")
    assert "no proof" in " ".join(series.notes)


def test_no_change_is_not_called_a_fall(tmp_path: Path) -> None:
    answer = asked(made(tmp_path, (0.35, 0.35)))
    assert answer.word in ("can't tell", "not shown")
    assert answer.reasons[0] in ("both_possible", "no_worthwhile_fall")


def test_a_rise_is_no_fall(tmp_path: Path) -> None:
    answer = asked(made(tmp_path, (0.1, 0.5)))
    assert (answer.word, answer.reasons) == ("not shown", ("rose",))


@pytest.mark.parametrize(
    ("n_new", "reason"), [(0, "no_quarter_yet"), (2, "too_few_quarters"), (3, "too_few_quarters")]
)
def test_six_months_tell_nothing(tmp_path: Path, n_new: int, reason: str) -> None:
    answer = asked(made(tmp_path, (0.35, 0.05), n_new=n_new))
    assert (answer.word, answer.reasons) == ("can't tell", (reason,))
    assert answer.n_foretold == n_new
    assert len(answer.ahead) == 8


def test_without_a_day_new_quarters_are_old_course(tmp_path: Path) -> None:
    answer = asked(made(tmp_path, (0.35, 0.05), since=None))
    assert answer.reasons == ("not_dated",)
    assert answer.ahead[0].starts_on == date(2026, 4, 1)


def test_a_quarter_that_is_not_over_is_not_counted(tmp_path: Path) -> None:
    library = made(tmp_path, (0.35, 0.35))
    assert asked(library).quarters[-1].starts_on == date(2026, 1, 1)
    toml = tmp_path / "data" / "tiny" / "evaluation.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("as_at = 2026-03-31", "as_at = 2026-03-30"), encoding="utf-8")
    assert asked(Library(tmp_path / "data")).quarters[-1].starts_on == date(2025, 10, 1)


def test_a_day_within_a_quarter_is_refused(tmp_path: Path) -> None:
    released = ask(
        RepeatSeriesQuestion(),
        "tiny",
        library=made(tmp_path, (0.35, 0.35), since=date(2024, 5, 1)),
    )
    assert isinstance(released.answer, Unanswered)
    assert "follow_up_from" in " ".join(released.answer.details)


# The rule.


def change(low: float, high: float, *, status: str = "pass", expected: float = 0.2) -> NewCourse:
    limits = Interval(low=low, high=high, level=0.95, method="t")
    one = Estimate(value=(low + high) / 2, conf_int=limits, p_value=0.5)
    check = HealthCheck(name="c", value=1.0, threshold=1.0, status=status, meaning="m", source="s")
    return NewCourse(
        fitted=(), expected=expected, seen=0.2, average=one, level=one, slope=one, checks=(check,)
    )


NEW = [{"quarter": day} for day in quarters(36)]


@pytest.mark.parametrize(
    ("estimated", "word", "reason"),
    [
        # A quarter of 20% is 5 points: the fall that matters.
        (change(-0.1, -0.01), "shown", "fell"),
        (change(-0.091, -0.01), "shown", "fell"),
        (change(-0.089, -0.01), "can't tell", "fell_perhaps_too_little"),
        (change(-0.051, -0.001), "can't tell", "fell_perhaps_too_little"),
        (change(-0.049, -0.001), "not shown", "fell_too_little"),
        (change(-0.02, -0.001), "not shown", "fell_too_little"),
        (change(0.01, 0.1), "not shown", "rose"),
        (change(-0.049, 0.02), "not shown", "no_worthwhile_fall"),
        (change(-0.051, 0.02), "can't tell", "both_possible"),
        (change(-0.2, 0.02), "can't tell", "both_possible"),
        (change(-0.1, -0.01, status="fail"), "can't tell", "failed_check"),
        (change(-0.1, -0.01, expected=0.0), "can't tell", "no_course"),
        (change(-0.1, -0.01, expected=-0.02), "can't tell", "no_course"),
        (None, "can't tell", "not_estimable"),
    ],
)
def test_rule(estimated: NewCourse | None, word: str, reason: str) -> None:
    assert judged(NEW, CHANGE, estimated, 0.25) == (word, (reason,))


def test_a_larger_fall_that_matters_is_harder_to_show() -> None:
    words = [judged(NEW, CHANGE, change(-0.1, -0.01), fall)[0] for fall in (0.05, 0.25, 0.3, 0.6)]
    assert words == ["shown", "shown", "can't tell", "not shown"]


def test_a_headline_says_the_word_or_that_it_is_too_early() -> None:
    for reason, headline in HEADLINES.items():
        said = headline.format(of="The new way")
        starts = ("Shown:", "Not shown:", "Can't tell:", "Not yet:")
        assert said.startswith(starts), reason
        assert len(said.split()) <= 12
        assert REASONS[reason].format(of="The new way")
    assert set(HEADLINES) == set(REASONS) == set(get_args(Reason))


def test_too_short_a_course_is_not_carried_on() -> None:
    rows = [
        {"quarter": day, "events": 2 + (5 * place) % 7, "n": 20}
        for place, day in enumerate(quarters(8))
    ]
    assert old_course(rows[1:], 8, 0.95) is None
    assert old_course(rows, 8, 0.95) is not None


# Disclosure.


def test_released_quarters_hold_no_counts(tmp_path: Path) -> None:
    answer = asked(made(tmp_path, (0.35, 0.1)))
    for one in answer.quarters:
        assert (one.share.events, one.share.n) == (None, None)
        assert one.share.value is None or one.share.value == round(one.share.value, 2)


def test_small_quarters_are_withheld_and_not_alone(tmp_path: Path) -> None:
    library = made(tmp_path, (0.15, 0.15))
    raw = before_release(library, "tiny")
    small = {one.starts_on for one in raw.quarters if DFE_CIN.is_small(one.share.events or 0)}
    assert small
    shown = raw.disclose(DFE_CIN)
    out = {one.starts_on for one in shown.quarters if one.share.value is None}
    assert small <= out
    for is_new in (False, True):
        held = [one for one in raw.quarters if one.is_new is is_new and one.starts_on in out]
        assert len(held) != 1
        assert not held or not DFE_CIN.is_small(sum(one.share.events or 0 for one in held))


def test_few_repeats_on_a_side_withhold_the_whole_series(tmp_path: Path) -> None:
    library = made(tmp_path, (0.35, 0.008))
    new = [one.share.events for one in before_release(library, "tiny").quarters if one.is_new]
    assert DFE_CIN.is_small(sum(new))
    answer = asked(library)
    assert (answer.word, answer.reasons) == ("can't tell", ("withheld",))
    assert (answer.quarters, answer.course, answer.change) == ((), None, None)
    assert answer.n_outside is None


def test_a_series_that_is_mostly_withheld_is_not_shown(tmp_path: Path) -> None:
    library = made(tmp_path, (0.05, 0.05))
    raw = before_release(library, "tiny")
    small = sum(DFE_CIN.is_small(one.share.events or 0) for one in raw.quarters)
    assert small > len(raw.quarters) / 2
    assert asked(library).reasons == ("withheld",)
    (exhibit,) = repeat_series_exhibits(ask(RepeatSeriesQuestion(), "tiny", library=library))
    assert exhibit.figure is None
    assert exhibit.table.rows == ()


def test_filters_that_leave_nothing(sample: Library) -> None:
    filters = Filters(period_start=date(2030, 1, 1))
    assert isinstance(ask(RepeatSeriesQuestion(), RPS, filters, library=sample).answer, Unanswered)
