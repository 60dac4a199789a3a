"""No small count follows from all that the pages on time show, whatever the reader chooses.

The attacks put every released count, of every step and choice of codes, into one system of linear
equations whose unknowns are the months, and ask which sums it determines.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseAnswer, CourseQuestion
from analytics.emmie.case_outcomes.over_time import answer_case_outcomes
from analytics.emmie.case_outcomes.path import PathAnswer, PathQuestion
from analytics.emmie.case_outcomes.periods import Break, Series
from analytics.emmie.case_outcomes.shown_series import MonthCounts, ShownSeries
from analytics.emmie.case_outcomes.timeliness import (
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    ReReferralsQuestion,
    TimelinessAnswer,
    TimePoint,
)
from analytics.emmie.case_outcomes.timeliness_counts import (
    answer_assessment_times,
    answer_conference_times,
    answer_re_referrals,
)
from analytics.emmie.study import Provenance
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import FSP, RPS, study_of

Months = tuple[date, date]
"""First day, and the first day that is no longer in it."""


@dataclass
class Reader:
    """Who writes down every count, and solves for what is not written.

    Attributes
    ----------
    kinds : int
        Kinds of cases that divide a month.
    """

    months: Sequence[date]
    kinds: int
    rows: list[np.ndarray] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    cells: dict[tuple[int, ...], None] = field(default_factory=dict)

    def sees(self, share: Share, between: Months, counted: Iterable[int]) -> None:
        held = [i for i, month in enumerate(self.months) if between[0] <= month < between[1]]
        self.cells[tuple(held)] = None
        self._notes(share.events, held, counted)
        self._notes(share.n, held, range(self.kinds))

    def knows(self, count: int | None, between: Months, counted: Iterable[int]) -> None:
        held = [i for i, month in enumerate(self.months) if between[0] <= month < between[1]]
        self._notes(count, held, counted)

    def _notes(self, count: int | None, held: Sequence[int], counted: Iterable[int]) -> None:
        if count is not None:
            self.rows.append(self.row(held, counted))
            self.values.append(count)

    def row(self, held: Iterable[int], counted: Iterable[int]) -> np.ndarray:
        found = np.zeros((len(self.months), self.kinds))
        for i, kind in itertools.product(held, counted):
            found[i, kind] = 1
        return found.ravel()

    def solved(self) -> list[tuple[tuple[int, ...], tuple[int, ...], int]]:
        """Return each small sum: the months, the kinds, and the count.

        Looked for are all combinations of kinds in each cell, and in what is left of it when those
        of its months that are known are taken away.
        """
        _, sizes, axes = np.linalg.svd(np.array(self.rows), full_matrices=False)
        axes = axes[sizes > 1e-9]
        solution = np.linalg.lstsq(np.array(self.rows), np.array(self.values), rcond=None)[0]

        def value(held: Iterable[int], kinds: tuple[int, ...]) -> float | None:
            wanted = self.row(held, kinds)
            is_told = np.abs(axes.T @ (axes @ wanted) - wanted).max() < 1e-7
            return float(wanted @ solution) if is_told else None

        found = []
        every = range(self.kinds)
        for size in range(1, self.kinds + 1):
            for kinds in itertools.combinations(every, size):
                known = {i for i in range(len(self.months)) if value([i], kinds) is not None}
                for cell in self.cells:
                    for held in (cell, tuple(i for i in cell if i not in known)):
                        count = value(held, kinds) if held else None
                        if count is not None and DFE_CIN.is_small(round(count)):
                            found.append((held, kinds, round(count)))
        return found


def month_after(day: date, months: int = 1) -> date:
    number = 12 * day.year + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


# Timeliness

TEAMS = ("ST401908", "ST403476")
TIMED_VIEWS = {
    "none": NO_FILTERS,
    **{f"team {place}": Filters(teams=(team,)) for place, team in enumerate(TEAMS)},
    "boys of a team": Filters(teams=TEAMS[:1], sexes=("M",)),
    "one group": Filters(ethnic_groups=("asian",)),
    "some months": Filters(period_start=date(2022, 2, 10), period_end=date(2023, 7, 20)),
}
MEASURES: dict[str, tuple[type, Callable]] = {
    "conference": (ConferenceTimesQuestion, answer_conference_times),
    "assessment": (AssessmentTimesQuestion, answer_assessment_times),
    "re_referral": (ReReferralsQuestion, answer_re_referrals),
}


def reader_of_times(raw: TimelinessAnswer, shown: dict[str, TimelinessAnswer]) -> Reader:
    """Return who has chosen months and quarters; events are kind 0, the others kind 1."""
    reader = Reader([month for month, _ in raw.by_month], 2)
    for step, answer in shown.items():
        length = {"month": 1, "quarter": 3}[step]
        for points, more in ((answer.points, length), (answer.years, 12)):
            for point in points:
                reader.sees(point.share, (point.period, month_after(point.period, more)), [0])
        reader.sees(answer.total.share, (date.min, date.max), [0])
    return reader


@pytest.mark.parametrize("view", TIMED_VIEWS)
@pytest.mark.parametrize("measure", MEASURES)
def test_no_wait_can_be_solved(sample: Library, measure: str, view: str) -> None:
    question, answered = MEASURES[measure]
    filters = TIMED_VIEWS[view]
    raw = answered(question(), study_of(sample, RPS, filters))
    shown = {
        step: ask(question(step=step), RPS, filters, library=sample).answer
        for step in ("month", "quarter")
    }
    assert reader_of_times(raw, shown).solved() == []
    points = [point for answer in shown.values() for point in answer.points]
    assert any(point.share.value is not None for point in (*points, *shown["month"].years))


def test_steps_decided_one_by_one_would_be_solved() -> None:
    """The attack is no formality: months are shown of the quarter that hides another quarter."""
    reader = Reader([date(2022, month, 1) for month in range(1, 7)], 2)
    half, first = (date(2022, 1, 1), date(2022, 7, 1)), (date(2022, 1, 1), date(2022, 4, 1))
    reader.sees(Share.of(50, 71), half, [0])
    reader.sees(Share(events=None, n=33, value=None), first, [0])
    assert reader.solved() == []
    for month, cell in ((4, (7, 13)), (5, (7, 13)), (6, (6, 12))):
        reader.sees(Share.of(*cell), (date(2022, month, 1), date(2022, month + 1, 1)), [0])
    assert ((0, 1, 2), (1,), 3) in reader.solved()


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 8)), min_size=15, max_size=15))
def test_no_wait_of_any_made_up_place_can_be_solved(cells: list[tuple[int, int]]) -> None:
    """Fifteen months from February: a year is whole, its quarters are, others are not."""
    months = [month_after(date(2021, 2, 1), place) for place in range(15)]
    counts = {m: cell for m, cell in zip(months, cells, strict=True) if sum(cell)}
    if not counts:
        return
    whole = {step: made_up(counts, step) for step in ("month", "quarter")}
    shown = {step: answer.disclose(DFE_CIN) for step, answer in whole.items()}
    reader = reader_of_times(whole["month"], shown)
    if reader.rows:
        assert reader.solved() == []


def made_up(counts: dict[date, tuple[int, int]], step: str) -> TimelinessAnswer:
    def point(start: date, length: int) -> TimePoint:
        mine = [c for m, c in counts.items() if start <= m < month_after(start, length)]
        events, rest = (sum(cell[kind] for cell in mine) for kind in (0, 1))
        return TimePoint(
            period=start,
            share=Share.of(events, events + rest),
            conf_int=None,
            median=None,
            median_interval=None,
        )

    starts = dict.fromkeys(
        m if step == "month" else date(m.year, m.month - (m.month - 1) % 3, 1) for m in counts
    )
    year = [m for m in counts if date(2021, 4, 1) <= m < date(2022, 4, 1)]
    return TimelinessAnswer(
        provenance=Provenance(
            evaluation="", title="", place="", document="", design="", as_at=None,
            synthetic=True, fingerprint="",
        ),
        measure="conference",
        step=step,
        points=tuple(point(start, 1 if step == "month" else 3) for start in starts),
        years=(point(date(2021, 4, 1), 12),) if year else (),
        total=point(date(2021, 1, 1), 36),
        by_month=tuple((m, Share.of(cell[0], sum(cell))) for m, cell in counts.items()),
        shown_from=date(2021, 2, 1),
        shown_to=date(2022, 4, 30),
        n_open=0,
        level=0.95,
    )  # fmt: skip


# How cases ended: Outcome 20, disposals, Outcome 22, and all others are kinds 0 to 3.

KINDS = {("outcome_20", False): (0,), ("outcome_20", True): (0,),
         ("out_of_court", False): (1,), ("out_of_court", True): (1, 2)}  # fmt: skip
HAMPSHIRE, PORTSMOUTH = "E10000014", "E06000044"
CASE_VIEWS = {
    "none": NO_FILTERS,
    "one place": Filters(local_authorities=(PORTSMOUTH,)),
    "girls of a place": Filters(local_authorities=(PORTSMOUTH,), sexes=("F",)),
    "boys of another": Filters(local_authorities=(HAMPSHIRE,), sexes=("M",)),
    "one group": Filters(ethnic_groups=("mixed",)),
    "since April 2019": Filters(period_start=date(2019, 4, 1)),
}


def reads_series(reader: Reader, series: Series, step: str, *, with_22: bool, turn: date) -> None:
    counted = KINDS[series.group, with_22]
    length = {"month": 1, "quarter": 3}[step]
    for point in series.points:
        reader.sees(point.share, (point.period, month_after(point.period, length)), counted)
    ends = [*(phase.start for phase in series.phases[1:]), date.max]
    for phase, end in zip(series.phases, ends, strict=True):
        reader.sees(phase.share, (phase.start, end), counted)
    for side, between in ((series.before, (date.min, turn)), (series.after, (turn, date.max))):
        if side is not None:
            reader.sees(side, between, counted)


def reads_path(reader: Reader, answer: PathAnswer, label: str, *, with_22: bool) -> None:
    kinds = {"outcome_20": (0,), "diversionary": (2,), "out_of_court": (1, 2) if with_22 else (1,)}
    for side in answer.sides:
        if side.areas != label:
            continue
        turn = answer.change_on
        between = (turn, date.max) if side.side == "since" else (date.min, turn)
        reader.knows(side.closed, between, range(4))
        for key, counted in kinds.items():
            share = side.step(key)
            reader.knows(None if share is None else share.events, between, counted)


@pytest.mark.parametrize("view", CASE_VIEWS)
def test_no_outcome_can_be_solved(sample: Library, view: str) -> None:
    """From months, quarters, totals of each stretch, level and slope, and the path, at once."""
    filters = CASE_VIEWS[view]
    raw = answer_case_outcomes(CaseOutcomesQuestion(), study_of(sample, FSP, filters))
    readers = {one.series: Reader([m.month for m in one.months], 4) for one in raw.series}
    turn = raw.change_on
    assert turn is not None
    for with_22 in (False, True):
        for step in ("month", "quarter"):
            question = CaseOutcomesQuestion(step=step, include_22=with_22)
            answer = ask(question, FSP, filters, library=sample).answer
            assert isinstance(answer, CaseOutcomesAnswer)
            for one in answer.series:
                assert one.months == ()
                reads_series(readers[one.series], one, step, with_22=with_22, turn=turn)
        course = ask(CourseQuestion(include_22=with_22), FSP, filters, library=sample).answer
        if isinstance(course, CourseAnswer):
            assert course.others == ()
            assert all(one.points == () for _, one in course.courses)
            for one in course.months:
                reads_series(readers[one.series], one, "month", with_22=with_22, turn=turn)
        path = ask(PathQuestion(include_22=with_22), FSP, filters, library=sample).answer
        for label, reader in readers.items():
            if isinstance(path, PathAnswer):
                reads_path(reader, path, label, with_22=with_22)
    for reader in readers.values():
        assert reader.solved() == []


COUNTS = st.sampled_from([0, 0, 1, 2, 3, 5, 6, 7, 8, 9, 12, 15, 20])
MONTHS = (date(2020, 1, 1), date(2020, 2, 1), date(2020, 4, 1), date(2020, 5, 1))
CHANGE = date(2020, 4, 1)
SETS = ((np.arange(2**16)[:, None] >> np.arange(16)) & 1).astype(float)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    cases=st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), min_size=4, max_size=4),
    has_change=st.booleans(),
    has_break=st.booleans(),
)
def test_no_set_of_cases_that_can_be_counted_is_small(
    cases: list[tuple[int, ...]], has_change: bool, has_break: bool
) -> None:
    """Four months of four kinds: every one of the 65,536 sets of these sixteen is tried."""
    cases = [one if sum(one) else (0, 0, 0, 7) for one in cases]
    reader = shown_to_reader(cases, has_change=has_change, has_break=has_break)
    if not reader.rows:
        return
    sums = SETS @ np.array(cases).ravel()
    sets = SETS[(sums >= 1) & (sums <= DFE_CIN.largest_withheld)]
    _, sizes, axes = np.linalg.svd(np.array(reader.rows), full_matrices=False)
    axes = axes[sizes > 1e-9]
    told = np.abs(sets @ axes.T @ axes - sets).max(axis=1, initial=0) < 1e-7
    assert sets[told].tolist() == []


def shown_to_reader(cases: list[tuple[int, ...]], *, has_change: bool, has_break: bool) -> Reader:
    counts = tuple(
        MonthCounts(month=m, n=sum(one), outcome_20=one[0], disposals=one[1], outcome_22=one[2])
        for m, one in zip(MONTHS, cases, strict=True)
    )
    breaks = (Break(on=CHANGE, codes=(22,)),) if has_break else ()
    shown = ShownSeries.of(counts, CHANGE if has_change else None, breaks, DFE_CIN)
    reader = Reader(MONTHS, 4)
    halves = [(date.min, CHANGE), (CHANGE, date.max)]
    whole = [(date.min, date.max)]
    cells = [(m, month_after(m)) for m in MONTHS]
    cells += [(date(2020, 1, 1), CHANGE), (CHANGE, date(2020, 7, 1))]
    for (group, with_22), kinds in KINDS.items():
        is_split = has_change or (has_break and with_22 and group == "out_of_court")
        for first, end in [*cells, *(halves if is_split else whole)]:
            held = [one for m, one in zip(MONTHS, cases, strict=True) if first <= m < end]
            events = sum(one[kind] for one in held for kind in kinds)
            share = Share.of(events, sum(map(sum, held)))
            found = shown.share(share, first, end, group, with_22=with_22)
            reader.sees(found, (first, end), kinds)
    return reader
