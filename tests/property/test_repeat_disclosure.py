"""No small count follows from the parts of Repeat plans taken together.

The reader has the endings, the curves by group, the factors, the returns of now, the analysis of
returns and the plans that started, all with the same filters, and subtracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.access.viewer import PUBLIC
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import shown_cells
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.audit_tool import AuditToolAnswer, AuditToolQuestion
from analytics.emmie.repeat_plans.current import CurrentPlansAnswer, CurrentPlansQuestion
from analytics.emmie.repeat_plans.ever import EverAnswer, EverQuestion, Starts
from analytics.emmie.repeat_plans.factor_disclosure import CodeCells, tells_too_much
from analytics.emmie.repeat_plans.factor_list import FACTORS
from analytics.emmie.repeat_plans.factors import (
    FactorsAnswer,
    FactorsQuestion,
    answer_factors,
)
from analytics.emmie.repeat_plans.groups import COLUMN, RepeatGroupsAnswer, RepeatGroupsQuestion
from analytics.emmie.repeat_plans.spells import CAUSES
from analytics.emmie.repeat_plans.summary import Ending, released_endings, released_kinds
from analytics.emmie.repeat_plans.timing import RepeatPlansAnswer
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import RPS, study_of

TEAMS = ("ST401908", "ST403476")
VIEWS = {
    "none": NO_FILTERS,
    **{f"team {place}": Filters(teams=(team,)) for place, team in enumerate(TEAMS)},
    "physical abuse": Filters(categories=("PHY",)),
    "mixed": Filters(ethnic_groups=("mixed",)),
    "asian": Filters(ethnic_groups=("asian",)),
    "girls": Filters(sexes=("F",)),
}
SIZES = st.sampled_from([0, 0, 1, 2, 3, 5, 6, 7, 9, 12, 20, 40])


def is_small(count: float) -> bool:
    return DFE_CIN.is_small(round(count))


def small_sums(known: Iterable[tuple[Iterable[int], float]], n_parts: int) -> list[list[int]]:
    """Return each set of parts whose sum follows from some known sums, and is small."""
    sums = list(known)
    if not sums:
        return []
    rows = np.array([[float(part in set(one)) for part in range(n_parts)] for one, _ in sums])
    solution = np.linalg.lstsq(rows, np.array([float(value) for _, value in sums]), rcond=None)[0]
    space = np.linalg.pinv(rows) @ rows
    sets = chain.from_iterable(combinations(range(n_parts), k) for k in range(1, n_parts + 1))
    found = []
    for parts in sets:
        wanted = np.isin(np.arange(n_parts), parts).astype(float)
        if np.abs(space @ wanted - wanted).max() < 1e-7 and is_small(wanted @ solution):
            found.append(list(parts))
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_neither_is_no_small_difference(sample: Library, view: str) -> None:
    """Plans less returns less competing events; and single causes from competing events."""
    factors = ask(FactorsQuestion(), RPS, VIEWS[view], library=sample).answer
    timing = ask(RepeatPlansQuestion(), RPS, VIEWS[view], library=sample).answer
    assert isinstance(timing, RepeatPlansAnswer)
    causes = [one.cause for one in timing.endings]
    known = [([place], one.n) for place, one in enumerate(timing.endings) if one.n is not None]
    everything = range(len(causes))
    if timing.n_spells is not None:
        known.append((everything, timing.n_spells))
    if isinstance(factors, FactorsAnswer):
        competing = [i for i in everything if causes[i] not in ("returned", "followed")]
        for parts, count in (
            (everything, factors.n),
            ([causes.index("returned")], factors.n_returns),
            (competing, factors.n_competing),
        ):
            if count is not None:
                known.append((parts, count))
    assert small_sums(known, len(causes)) == []


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ((20, 9, 30), (20, 9)),
        ((20, 9, 3), (20, None)),
        ((20, 3, 30), (20, None)),
        ((20, 0, 30), (20, 0)),
        ((20, 2, 3), (None, None)),
        ((3, 9, 30), (None, None)),
    ],
)
def test_factors_withhold_what_tells_neither(
    sample: Library, cells: tuple[int, int, int], shown: tuple[int | None, int | None]
) -> None:
    """Few plans that neither event followed are plans less returns less competing events."""
    raw = answer_factors(FactorsQuestion(), study_of(sample, RPS))
    counts = replace(raw, n=sum(cells), n_returns=cells[0], n_competing=cells[1], factors=())
    found = counts.disclose(DFE_CIN)
    assert (found.n_returns, found.n_competing) == shown


@pytest.mark.parametrize(
    ("without", "is_shown"), [((0, 0, 0), True), ((9, 7, 20), True), ((9, 2, 20), False)]
)
def test_factors_tell_nothing_of_few_plans_without_a_record(
    sample: Library, without: tuple[int, int, int], *, is_shown: bool
) -> None:
    """The endings count all plans, so what is left of them is what has no record."""
    raw = answer_factors(FactorsQuestion(), study_of(sample, RPS))
    found = replace(raw, without=without, n_without=sum(without)).disclose(DFE_CIN)
    assert bool(found.factors) is is_shown
    assert (found.n is not None) is is_shown
    assert found.without == (0, 0, 0)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(SIZES, min_size=5, max_size=5))
def test_no_cause_can_be_solved_from_kinds(counts: list[int]) -> None:
    """Any numbers of each cause; the factors show returns and competing events of the same."""
    names = [cause for cause in CAUSES if cause != "left"]
    endings = tuple(Ending(cause=cause, n=n) for cause, n in zip(names, counts, strict=True))
    shown = released_endings(endings, DFE_CIN)
    merged = {
        one.cause: [one.cause] if one.cause != "gone" else ["moved_away", "died"] for one in shown
    }
    places = {cause: [names.index(name) for name in merged[cause]] for cause in merged}
    returned, followed = counts[0], counts[-1]
    competing = sum(counts) - returned - followed
    kinds = released_kinds((returned, competing, followed), DFE_CIN)
    known = [(places[one.cause], one.n) for one in shown if one.n is not None]
    known += [
        (parts, n) for parts, n in zip([[0], [1, 2, 3], [4]], kinds, strict=True) if n is not None
    ]
    if not is_small(sum(counts)):
        known.append((range(5), sum(counts)))
    assert small_sums(known, 5) == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_group_can_be_solved_from_factors(sample: Library, view: str) -> None:
    """Curves by category, adversities and so on, beside levels that take some together."""
    filters = VIEWS[view]
    factors = ask(FactorsQuestion(), RPS, filters, library=sample).answer
    if not isinstance(factors, FactorsAnswer):
        return
    timing = ask(RepeatPlansQuestion(), RPS, filters, library=sample).answer
    codings = {one.key: one.codings[0] for one in FACTORS}
    for grouping, key in COLUMN.items():
        groups = ask(RepeatGroupsQuestion(grouping=grouping), RPS, filters, library=sample).answer
        levels = [one for factor in factors.factors if factor.key == key for one in factor.levels]
        if not isinstance(groups, RepeatGroupsAnswer) or key not in codings:
            continue
        codes = [*codings[key]]
        for what in ("n_returns", "n_others"):
            known = [
                (of(one.key, codes, groups.together), value(one, what))
                for one in groups.groups
                if one.n_spells is not None
            ]
            known += [
                (of_level(one.level, [x.level for x in levels], codes), value(one, what))
                for one in levels
            ]
            returns = timing.n_returns
            if returns is not None and timing.n_spells is not None:
                whole = returns if what == "n_returns" else timing.n_spells - returns
                known.append((range(len(codes)), whole))
            assert small_sums(known, len(codes)) == []


def value(one, what: str) -> int:
    n = getattr(one, "n_spells", None) or getattr(one, "n", 0)
    return one.n_returns if what == "n_returns" else n - one.n_returns


def of(key: str, codes: Sequence[str], together: Sequence[str]) -> list[int]:
    """Return the codes of a group."""
    names = list(together) if key == "rest" else [key]
    return [codes.index(name) for name in names if name in codes]


def of_level(level: str, levels: Sequence[str], codes: Sequence[str]) -> list[int]:
    """Return the codes of a level: it, or all that are not named, or all up to the next number."""
    if level == "other":
        return [i for i, code in enumerate(codes) if code not in levels]
    if level.isdigit():
        above = [int(one) for one in levels if int(one) > int(level)]
        end = min(above, default=len(codes))
        return [i for i, code in enumerate(codes) if int(level) <= int(code) < end]
    return [codes.index(level)]


def test_levels_beside_groups_are_solved_where_nothing_stops_it() -> None:
    """The third largest group is told apart from the curves' rest, and hidden in the levels'."""
    cells = [
        CodeCells(code="NEG", level="NEG", known=(40, 20, 60), without=(0, 0, 0)),
        CodeCells(code="EMO", level="EMO", known=(30, 20, 60), without=(0, 0, 0)),
        CodeCells(code="MUL", level="other", known=(20, 10, 30), without=(0, 0, 0)),
        CodeCells(code="PHY", level="PHY", known=(9, 9, 19), without=(0, 0, 0)),
        CodeCells(code="SAB", level="other", known=(3, 9, 10), without=(0, 0, 0)),
    ]
    assert tells_too_much("category", cells, (0, 0, 0), DFE_CIN)
    assert small_sums([([0], 40), ([1], 30), ([2], 20), ([3, 4], 12), ([3], 9)], 5) == [[4]]
    plenty = [*cells[:4], CodeCells(code="SAB", level="other", known=(7, 9, 9), without=(0, 0, 0))]
    assert not tells_too_much("category", plenty, (0, 0, 0), DFE_CIN)


def test_plans_without_a_record_are_not_told_by_a_level() -> None:
    """The curves count all plans of a category, the factors those with a record."""
    cells = [
        CodeCells(code="EMO", level="EMO", known=(30, 20, 60), without=(7, 7, 7)),
        CodeCells(code="NEG", level="NEG", known=(40, 20, 60), without=(2, 8, 9)),
    ]
    assert tells_too_much("category", cells, (9, 15, 16), DFE_CIN)
    assert not tells_too_much("closed_to", cells, (9, 15, 16), DFE_CIN)


@pytest.mark.parametrize("view", VIEWS)
def test_who_is_back_and_has_ended_again_cannot_be_counted(sample: Library, view: str) -> None:
    """Who may not see cases reads both the returns of now and those to analyse."""
    now = ask(CurrentPlansQuestion(), RPS, VIEWS[view], PUBLIC, library=sample).answer
    tool = ask(AuditToolQuestion(), RPS, VIEWS[view], PUBLIC, library=sample).answer
    if not isinstance(now, CurrentPlansAnswer) or not isinstance(tool, AuditToolAnswer):
        return
    assert (now.lines, now.own, tool.cases, tool.own, tool.n_on_plan) == ((), None, (), None, None)
    on_plan = next(one.n_children for one in now.counts.kinds if one.key == "plan")
    if on_plan is not None and tool.counts.n_children is not None:
        assert not is_small(tool.counts.n_children - on_plan)
    for parts in (now.counts.kinds, now.counts.gaps, now.counts.teams):
        known = [([i], one.n_children) for i, one in enumerate(parts) if one.n_children is not None]
        if now.counts.n_children is not None:
            known.append((range(len(parts)), now.counts.n_children))
        assert small_sums(known, len(parts)) == []


def test_the_difference_is_small_in_the_sample(sample: Library) -> None:
    """So the test above has something to find."""
    withheld = [
        ask(AuditToolQuestion(), RPS, filters, PUBLIC, library=sample).answer.counts.n_children
        for filters in VIEWS.values()
    ]
    assert None in withheld
    assert any(count is not None for count in withheld)


@pytest.mark.parametrize("view", VIEWS)
def test_no_start_can_be_solved(sample: Library, view: str) -> None:
    """Seen, counted but not seen, and first plans, of each period and of all."""
    answer = ask(EverQuestion(), RPS, VIEWS[view], library=sample).answer
    if not isinstance(answer, EverAnswer):
        return
    known = []
    kinds = 3 * len(answer.periods)
    for place, one in enumerate((*answer.periods, answer.whole)):
        held = range(len(answer.periods)) if one is answer.whole else [place]
        known += counts_of(one, held)
    assert small_sums(known, kinds) == []


def counts_of(one: Starts, held: Iterable[int]) -> list[tuple[list[int], int]]:
    held = list(held)
    columns = ((one.seen.events, (0,)), (one.counted.events, (0, 1)), (one.counted.n, (0, 1, 2)))
    return [
        ([3 * place + kind for place in held for kind in kinds], count)
        for count, kinds in columns
        if count is not None
    ]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(SIZES, min_size=1, max_size=6))
def test_cells_of_a_breakdown_cannot_be_solved(counts: list[int]) -> None:
    shown = shown_cells(counts, DFE_CIN)
    known = [([i], n) for i, n in enumerate(shown) if n is not None]
    if not is_small(sum(counts)):
        known.append((range(len(counts)), sum(counts)))
    assert small_sums(known, len(counts)) == []
