"""What nobody may learn from what is released: properties, and attacks on the sample.

Each attack takes the place of a reader with a pencil: subtract what is shown from what is shown.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.release import release
from analytics.disclosure.suppression import Share, small_cells, withhold_series, withhold_share
from analytics.emmie.audit import AuditAnswer, AuditCount, AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.emmie.contrast import OutcomeEffect
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.emmie.repeat_plans import RepeatPlansAnswer, RepeatPlansQuestion
from analytics.extracts.code_lists import AGE_BANDS
from analytics.extracts.filters import NO_FILTERS, Filters
from tests.helpers.folders import FSP, RPS
from tests.helpers.walking import small_counts_in

few = settings(deadline=None, derandomize=True, max_examples=80)
LARGEST = DFE_CIN.largest_withheld
PLACES = ("E10000014", "E06000044", "E06000045", "E06000046")
CORNERS = [
    NO_FILTERS,
    Filters(local_authorities=("E06000046",), sexes=("F",)),
    Filters(local_authorities=("E06000044",), age_bands=("10-15",)),
    Filters(local_authorities=("E06000045",), sexes=("M",), age_bands=("0-4",)),
    Filters(local_authorities=("E10000014",), age_bands=("16-17",)),
    Filters(age_bands=("0-4",)),
    Filters(sexes=("F",), age_bands=("5-9",)),
    Filters(sexes=("U",)),
    Filters(ethnic_groups=("other",)),
    Filters(local_authorities=("E06000044",), age_bands=("0-4",)),
]
"""Small and odd subsets of the sample."""


def is_small(count: int) -> bool:
    return 1 <= count <= LARGEST


def name_of(filters: Filters) -> str:
    parts = (*filters.local_authorities, *filters.sexes, *filters.age_bands)
    return "+".join((*parts, *filters.ethnic_groups, *filters.categories)) or "none"


corners = pytest.mark.parametrize("filters", CORNERS, ids=name_of)


@st.composite
def shares(draw, largest: int = 30):
    n = draw(st.integers(0, largest))
    return Share.of(draw(st.integers(0, n)), n)


@few
@given(shares())
def test_a_released_share_shows_no_small_count(share: Share) -> None:
    shown = withhold_share(share, DFE_CIN)
    assert not small_counts_in(shown)
    if shown.is_withheld:
        assert shown.value is None
        assert any(map(is_small, (share.events, share.n - share.events, share.n)))
    else:
        assert shown == share


@few
@given(st.lists(st.integers(0, 20), max_size=8))
def test_no_single_cell_of_a_breakdown_can_be_solved(cells: list[int]) -> None:
    withheld = small_cells(cells, DFE_CIN)
    for cell, is_out in zip(cells, withheld, strict=True):
        assert is_out or not is_small(cell)
    assert sum(withheld) != 1 or len(cells) == 1


@st.composite
def months(draw):
    """A share for each month of two years, with rare cases as in a small authority."""
    top = draw(st.sampled_from([4, 9, 30]))
    return draw(st.lists(shares(top), min_size=24, max_size=24))


GROUPINGS = [
    [month // 3 for month in range(24)],
    [month // 12 for month in range(24)],
    [month >= 18 for month in range(24)],
]


@few
@given(months())
def test_no_single_period_can_be_solved_from_totals(series: list[Share]) -> None:
    """Given the total of each group and the shown periods, no group has a lone unknown count."""
    found = withhold_series(series, DFE_CIN, groupings=GROUPINGS)
    assert not small_counts_in(found)
    for groups in GROUPINGS:
        for group in set(groups):
            mine = [share for share, label in zip(found, groups, strict=True) if label == group]
            assert sum(share.events is None for share in mine) != 1 or len(mine) == 1


@few
@given(months())
def test_no_single_denominator_can_be_solved_from_totals(series: list[Share]) -> None:
    """A denominator of 1 to 5 is a small count too: it must not be the only one that is missing."""
    found = withhold_series(series, DFE_CIN, groupings=GROUPINGS)
    for groups in GROUPINGS:
        for group in set(groups):
            mine = [share for share, label in zip(found, groups, strict=True) if label == group]
            assert sum(share.n is None for share in mine) != 1 or len(mine) == 1


@few
@given(months())
def test_the_published_policy_changes_nothing(series: list[Share]) -> None:
    assert withhold_series(series, PUBLISHED, groupings=GROUPINGS) == series


@corners
def test_no_answer_shows_a_small_count(sample, filters: Filters) -> None:
    for question, evaluation in (
        (EffectQuestion(), FSP),
        (CaseOutcomesQuestion(step="month"), FSP),
        (CaseOutcomesQuestion(step="quarter", include_22=True), FSP),
        (PathQuestion(include_22=True), FSP),
        (CourseQuestion(), FSP),
    ):
        released = ask(question, evaluation, filters, library=sample)
        assert small_counts_in(released.answer) == []


SMALLEST = list(itertools.product(PLACES, ("F", "M", "U"), AGE_BANDS))
"""Every authority by sex by age band."""


def test_no_smallest_subset_shows_a_small_count(sample) -> None:
    leaks = []
    for place, sex, band in SMALLEST:
        filters = Filters(local_authorities=(place,), sexes=(sex,), age_bands=(band,))
        released = ask(CaseOutcomesQuestion(step="quarter"), FSP, filters, library=sample)
        leaks += [(name_of(filters), leak) for leak in small_counts_in(released.answer)]
    assert leaks == []


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def months_and_quarters(sample, filters: Filters):
    """Yield the shares of the months of each quarter, with the quarter's own share."""
    asked = [
        ask(CaseOutcomesQuestion(step=step), FSP, filters, library=sample).answer
        for step in ("month", "quarter")
    ]
    if not all(isinstance(answer, CaseOutcomesAnswer) for answer in asked):
        return
    by_quarter = defaultdict(list)
    for series in asked[0].series:
        for point in series.points:
            by_quarter[series.group, series.series, quarter_of(point.period)].append(point.share)
    for series in asked[1].series:
        for point in series.points:
            key = (series.group, series.series, point.period)
            yield key, by_quarter[key], point.share


@corners
def test_months_cannot_be_solved_from_quarters(sample, filters: Filters) -> None:
    solved = []
    for key, shares_of_months, quarter in months_and_quarters(sample, filters):
        for cell in ("events", "n"):
            total = getattr(quarter, cell)
            parts = [getattr(share, cell) for share in shares_of_months]
            if total is None or parts.count(None) != 1:
                continue
            rest = total - sum(part or 0 for part in parts)
            if is_small(rest):
                solved.append((*key, cell))
    assert solved == []


@corners
def test_adding_outcome_22_does_not_tell_how_many_there_were(sample, filters: Filters) -> None:
    """The reader can ask with and without Outcome 22; the difference is a count of cases."""
    solved = []
    for step in ("month", "quarter"):
        asked = [
            ask(CaseOutcomesQuestion(step=step, include_22=extra), FSP, filters, library=sample)
            for extra in (False, True)
        ]
        answers = [released.answer for released in asked]
        if not all(isinstance(answer, CaseOutcomesAnswer) for answer in answers):
            continue
        pairs = [
            (point.share, more.share, (step, first.series, point.period))
            for first, second in zip(answers[0].series, answers[1].series, strict=True)
            for point, more in zip(first.points, second.points, strict=True)
        ]
        pairs += [
            (first.share, second.share, (step, first.arm))
            for first, second in zip(answers[0].arms, answers[1].arms, strict=True)
        ]
        solved += [
            where
            for share, more, where in pairs
            if share.events is not None
            and more.events is not None
            and is_small(more.events - share.events)
        ]
    assert solved == []


def rounded_shares(events: int, n: int) -> set[float]:
    """Return a share in whole per cent, of the count and of the count to the nearest five."""
    return {round(events / n, 2), round(5 * round(events / 5) / n, 2)}


def consistent(outcome: OutcomeEffect) -> set[tuple[int, int]]:
    """Return the matched counts of the two arms that agree with everything that is shown."""
    matched = outcome.adjusted
    first, second = matched.treated, matched.comparison
    if first.value is None or second.value is None or not first.n or not second.n:
        return set()
    if first.events is not None and second.events is not None:
        return {(first.events, second.events)}
    shown = matched.difference
    return {
        (one, other)
        for one in range(first.n + 1)
        if first.value in rounded_shares(one, first.n)
        for other in range(second.n + 1)
        if second.value in rounded_shares(other, second.n)
        if shown is None or round(one / first.n - other / second.n, 2) == round(shown.value, 2)
    }


@corners
def test_unmatched_cases_cannot_be_counted(sample, filters: Filters) -> None:
    """All cases less matched cases: none, or more than five, or not to be worked out."""
    answer = ask(EffectQuestion(), FSP, filters, library=sample).answer
    if not isinstance(answer, EffectAnswer):
        return
    solved = []
    for outcome in answer.outcomes:
        possible = consistent(outcome)
        whole, part = outcome.unadjusted, outcome.adjusted
        for arm, index in (("treated", 0), ("comparison", 1)):
            events, n = getattr(whole, arm).events, getattr(whole, arm).n
            if not possible or events is None:
                continue
            left = {events - counts[index] for counts in possible}
            left_n = n - getattr(part, arm).n
            rest = {left_n - count for count in left}
            if len(left) == 1 and any(map(is_small, left | rest)):
                solved.append((outcome.key, arm, part.rounded))
    assert solved == []


@corners
def test_cases_left_out_cannot_be_counted(sample, filters: Filters) -> None:
    """Cases of an arm less pairs, or less known outcomes, are none or more than five."""
    answer = ask(EffectQuestion(), FSP, filters, library=sample).answer
    if not isinstance(answer, EffectAnswer):
        return
    arms = {"treated": answer.n_treated, "comparison": answer.n_comparison}
    solved = []
    for arm, size in arms.items():
        if size is None:
            continue
        if answer.n_pairs is not None and is_small(size - answer.n_pairs):
            solved.append((arm, "pairs"))
        for outcome in answer.outcomes:
            known, matched = getattr(outcome.unadjusted, arm).n, getattr(outcome.adjusted, arm).n
            if known is not None and is_small(size - known):
                solved.append((arm, outcome.key, "open or not followed"))
            if known is not None and matched is not None and is_small(known - matched):
                solved.append((arm, outcome.key, "not matched"))
    assert solved == []


def arms_with(value: float, n_treated: int, n_comparison: int) -> list[tuple[int, int]]:
    """Return the counts of a yes-or-no covariate that give this standardised difference."""
    places = next((digits for digits in (1, 2, 3) if round(value, digits) == value), None)
    wide = 0.5 * 10**-places if places else 1e-9
    first = np.arange(n_treated + 1)[:, None] / n_treated
    second = np.arange(n_comparison + 1)[None, :] / n_comparison
    spread = np.sqrt(first * (1 - first))
    with np.errstate(all="ignore"):
        difference = (first - second) / spread
    return [(int(a), int(b)) for a, b in np.argwhere(np.abs(difference - value) <= wide)]


@corners
def test_balance_does_not_tell_counts(sample, filters: Filters) -> None:
    """With both arms' sizes known, a precise standardised difference fits one pair of counts."""
    answer = ask(EffectQuestion(), FSP, filters, library=sample).answer
    if not isinstance(answer, EffectAnswer) or not answer.n_treated or not answer.n_comparison:
        return
    sizes = (answer.n_treated, answer.n_comparison)
    solved = []
    for row in answer.balance:
        if row.covariate in {"age_years", "prior_referrals", "assessed_risk"}:
            continue
        if row.unadjusted is None:
            continue
        possible = arms_with(row.unadjusted, *sizes)
        for arm, size in enumerate(sizes):
            counts = {pair[arm] for pair in possible}
            if len(counts) == 1 and any(is_small(n) for n in (*counts, size - min(counts))):
                solved.append((row.covariate, sizes, possible))
    assert solved == []


CURVES = [
    NO_FILTERS,
    Filters(categories=("PHY",)),
    Filters(categories=("SAB",)),
    Filters(age_bands=("5-9",)),
    Filters(age_bands=("16-17",)),
    Filters(sexes=("F",), age_bands=("0-4",), categories=("NEG",)),
    Filters(ethnic_groups=("black",)),
]
curves = pytest.mark.parametrize("filters", CURVES, ids=name_of)


def curve_of(sample, filters: Filters) -> RepeatPlansAnswer | None:
    answer = ask(RepeatPlansQuestion(), RPS, filters, library=sample).answer
    return answer if isinstance(answer, RepeatPlansAnswer) else None


@curves
def test_no_step_of_a_curve_is_small(sample, filters: Filters) -> None:
    answer = curve_of(sample, filters)
    if answer is None:
        return
    assert small_counts_in(answer) == []
    for points in (answer.within, answer.curve, answer.at_risk):
        assert all(not is_small(point.n_events) for point in points)
        at_risk = [point.n_at_risk for point in points if point.n_at_risk is not None]
        assert not any(is_small(count) for count in at_risk)


@curves
def test_no_step_between_the_curve_and_its_tables_is_small(sample, filters: Filters) -> None:
    """Returns by day 360 on the curve and by day 365 in the table must not differ by a few."""
    answer = curve_of(sample, filters)
    if answer is None:
        return
    by_day: dict[int, set[int]] = defaultdict(set)
    for points in (answer.within, answer.curve, answer.at_risk):
        for point, total in zip(
            points, itertools.accumulate(point.n_events for point in points), strict=True
        ):
            by_day[point.day].add(total)
    steps = sorted(by_day)
    solved = [
        (first, second)
        for first, second in itertools.pairwise(steps)
        for low, high in itertools.product(by_day[first], by_day[second])
        if is_small(high - low)
    ]
    assert solved == []


@curves
def test_returns_after_the_last_point_cannot_be_counted(sample, filters: Filters) -> None:
    answer = curve_of(sample, filters)
    if answer is None or answer.n_returns is None:
        return
    for points in (answer.curve, answer.at_risk):
        if points:
            assert not is_small(answer.n_returns - sum(point.n_events for point in points))


@few
@given(st.integers(6, 40), st.data())
def test_an_audit_that_is_not_published_shows_no_small_count(n: int, data) -> None:
    """The audit of the sample is published; another one would be under the strict policy."""
    cells = data.draw(st.lists(st.integers(0, n), min_size=3, max_size=3))
    first, second, third = sorted(cells)
    bands = (first, second - first, third - second, n - third)
    features = data.draw(st.lists(st.integers(0, n), max_size=6))
    answer = AuditAnswer(
        provenance=None,
        n_families=n,
        n_children=2 * n,
        n_conferences=n + 1,
        bands=tuple(_count(f"band_{i}", events, n) for i, events in enumerate(bands)),
        features=tuple(_count(f"feature_{i}", events, n) for i, events in enumerate(features)),
        assumptions=(),
    )
    shown = release(answer, DFE_CIN).answer
    assert not [leak for leak in small_counts_in(shown) if "rest" not in leak]
    assert not small_counts_in(shown.features)
    assert sum(band.share.events is None for band in shown.bands) != 1
    assert release(answer, PUBLISHED).answer == answer


def _count(key: str, events: int, n: int) -> AuditCount:
    return AuditCount(key=key, label=key, share=Share.of(events, n), conf_int=None)


def test_the_policy_of_each_answer_is_named(sample) -> None:
    assert ask(EffectQuestion(), FSP, library=sample).policy == "dfe_cin"
    assert ask(RepeatPlansQuestion(), RPS, library=sample).policy == "dfe_cin"
    assert ask(AuditQuestion(), RPS, library=sample).policy == "published"
