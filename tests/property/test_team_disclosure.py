"""No small count of a team follows from what one view of the page of implementation releases.

The attack takes the place of a reader who knows the page's totals and, where the common share is of
all teams, their exact sum too; it asks which counts agree with all that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.access.viewer import PUBLIC
from analytics.ask import ask, evaluations_for
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.suppression import Share
from analytics.emmie.implementation.delivery import DeliveryQuestion
from analytics.emmie.implementation.team_funnel import (
    Elsewhere,
    TeamFunnel,
    TeamPoint,
    funnel_of,
    rounded_size,
)
from analytics.emmie.implementation.teams import TeamsAnswer, TeamsQuestion, answer_teams
from analytics.emmie.study import Study
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.extracts.protocol import Step
from tests.helpers.walking import small_counts_in

LARGEST = DFE_CIN.largest_withheld
STEPS = (
    Step(key="start", label="Start"),
    Step(key="visit", label="Visit", after="start"),
    Step(key="plan", label="Plan", after="visit"),
)
Counts = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A member of a sum: what it is, and its size where the reader knows it."""

    events: int
    n: int
    known_n: int | None

    def possible(self, most: int) -> list[Counts]:
        """Return the counts it may have, as far as it alone tells."""
        sizes = range(most + 1) if self.known_n is None else [self.known_n]
        return [(events, n) for n in sizes for events in range(n + 1)]


def is_small(count: int) -> bool:
    return 1 <= count <= LARGEST


def team_funnel(teams: list[Counts], late: Counts = (0, 0), dropped: int = 20) -> TeamFunnel | None:
    """Return the funnel of some teams before disclosure control, beside a page's totals."""
    points = [
        TeamPoint(team=f"T{place}", n=n, events=events, value=events / n, position=0)
        for place, (events, n) in enumerate(teams)
    ]
    found = funnel_of("step", points)
    if found is None:
        return None
    events, n = (sum(pair[part] for pair in (*teams, late)) for part in (0, 1))
    reached = (n, min(n, events + dropped), events)
    elsewhere = Elsewhere(key="plan", steps=STEPS, reached=reached, late=Share.of(*late))
    return replace(found, elsewhere=elsewhere)


def solved(whole: TeamFunnel, shown: TeamFunnel | None) -> list[Unknown]:
    """Return the members of which some small count can be worked out."""
    if shown is None:
        return []
    hidden = [
        Unknown(events=raw.events, n=raw.n, known_n=point.n)
        for raw, point in zip(whole.points, shown.points, strict=True)
        if point.events is None
    ]
    assert whole.elsewhere is not None
    late = whole.elsewhere.late
    out = Unknown(events=late.events, n=late.n, known_n=None)
    if shown.is_common_of_all:
        told = Unknown(events=late.events, n=late.n, known_n=late.n)
        return [*_solved(hidden), *_solved([told])]
    return _solved([*hidden, out])


def _solved(members: list[Unknown]) -> list[Unknown]:
    """Solve for each member, given what all of them add up to."""
    total = (sum(one.events for one in members), sum(one.n for one in members))
    most = min(total[1], 16)
    found = []
    for place, mine in enumerate(members):
        reach = np.zeros((total[0] + 1, total[1] + 1), dtype=bool)
        reach[0, 0] = True
        for other in (*members[:place], *members[place + 1 :]):
            reach = _added(reach, other.possible(most))
        agree = [
            (events, n)
            for events, n in mine.possible(most)
            if events <= total[0] and n <= total[1] and reach[total[0] - events, total[1] - n]
        ]
        cells = [(mine.events, {events for events, _ in agree}),
                 (mine.n - mine.events, {n - events for events, n in agree}),
                 (mine.n, {n for _, n in agree})]  # fmt: skip
        found += [mine for cell, values in cells if is_small(cell) and len(values) == 1]
    return found


def _added(reach: np.ndarray, possible: list[Counts]) -> np.ndarray:
    """Return the sums that can be reached with one more member."""
    after = np.zeros_like(reach)
    for events, n in possible:
        if events < reach.shape[0] and n < reach.shape[1]:
            after[events:, n:] |= reach[: reach.shape[0] - events, : reach.shape[1] - n]
    return after


@st.composite
def counts(draw, least: int = 1, most: int = 14) -> Counts:
    n = draw(st.integers(least, most))
    return draw(st.integers(0, n)), n


@st.composite
def teams_of_a_place(draw) -> list[Counts]:
    """Return teams of which enough can be shown, and some of any kind, in any order."""
    plain = st.tuples(st.integers(6, 8), st.just(14))
    teams = draw(st.lists(plain, min_size=4, max_size=6)) + draw(st.lists(counts(), max_size=4))
    return draw(st.permutations(teams))


def test_no_small_count_of_a_team_can_be_solved() -> None:
    """Also: the property is tried on funnels that are shown, most with several teams withheld."""
    withheld = []

    @settings(deadline=None, derandomize=True, max_examples=300)
    @given(teams=teams_of_a_place(), late=counts(0), dropped=st.sampled_from((0, 2, 20)))
    def tried(teams: list[Counts], late: Counts, dropped: int) -> None:
        whole = team_funnel(teams, late, dropped)
        shown = whole.disclose(DFE_CIN)
        if shown is not None:
            withheld.append(sum(point.events is None for point in shown.points))
            assert not small_counts_in(shown.points)
            assert solved(whole, shown) == []

    tried()
    assert len(withheld) > 60
    assert sum(number >= 2 for number in withheld) > 30


def test_the_attack_finds_what_is_there_to_find() -> None:
    """Without a partner, the lone withheld team is solved: the attack is no formality."""
    whole = team_funnel([(6, 12), (6, 12), (6, 12), (11, 12)])
    lone = replace(whole.points[3], events=None, value=None)
    shown = replace(whole, points=(*whole.points[:3], lone))
    assert [one.events for one in solved(whole, shown)] == [11]


def test_what_withheld_teams_did_is_in_no_figure_but_the_common_share() -> None:
    """How many lie outside, the spread and the limits once told two withheld teams apart."""
    shown = [(20, 30), (18, 30), (15, 31), (21, 32)]
    one, other = (
        team_funnel([*shown, *withheld]).disclose(DFE_CIN)
        for withheld in ([(27, 30), (31, 35)], [(26, 30), (32, 35)])
    )
    assert {point.team for point in one.points if point.events is None} == {"T4", "T5"}
    assert one == other


def test_limits_do_not_start_at_a_small_team() -> None:
    shown = [(8, 20), (12, 22), (9, 21), (10, 23)]
    first, second = (
        team_funnel([*shown, (0, 3), (1, n)]).disclose(DFE_CIN).limits[0].n for n in (4, 5)
    )
    assert first == second


@pytest.mark.parametrize(
    ("late", "is_of_all"), [((0, 0), True), ((10, 20), True), ((2, 20), False)]
)
def test_the_common_share_tells_no_late_delivery(late: Counts, is_of_all: bool) -> None:
    whole = team_funnel([(8, 20), (12, 22), (9, 21), (10, 23), (11, 24)], late)
    shown = whole.disclose(DFE_CIN)
    assert shown.is_common_of_all is is_of_all
    told = whole.points if is_of_all else [one for one in shown.points if one.events is not None]
    assert shown.centre == pytest.approx(
        sum(one.events for one in told) / sum(one.n for one in told)
    )
    assert solved(whole, shown) == []


def test_no_funnel_where_the_page_withholds_how_many_reached_the_step() -> None:
    teams = [(8, 20), (12, 22), (9, 21)]
    assert team_funnel(teams, dropped=3).disclose(DFE_CIN) is None
    assert team_funnel(teams, dropped=20).disclose(DFE_CIN) is not None
    assert team_funnel(teams, dropped=3).disclose(PUBLISHED) is not None


@pytest.mark.parametrize(("n", "shown"), [(6, 10), (12, 10), (13, 15), (36, 35), (38, 40)])
def test_sizes_of_teams_are_rounded_beside_another_count(n: int, shown: int) -> None:
    assert rounded_size(n) == shown


def test_fidelity_is_no_finer_than_whole_per_cent_and_five_deliveries() -> None:
    points = [
        TeamPoint(team=f"T{place}", n=n, events=None, value=value, position=0)
        for place, (n, value) in enumerate([(31, 0.61234), (17, 0.54321), (26, 0.7), (22, 0.4)])
    ]
    whole = funnel_of("fidelity", points, worth=4.0)
    shown = whole.disclose(DFE_CIN)
    assert [point.n for point in shown.points] == [30, 15, 25, 20]
    assert [point.value for point in shown.points] == [0.61, 0.54, 0.7, 0.4]
    assert [point.position for point in shown.points] == [one.position for one in whole.points]
    assert whole.disclose(PUBLISHED) == whole


PLACES = ("E10000014", "E06000044", "E06000045", "E06000046", "E10000015", "E10000003")
VIEWS = [NO_FILTERS, *(Filters(local_authorities=(place,)) for place in PLACES)]


@pytest.mark.parametrize("name", evaluations_for(TeamsQuestion))
def test_no_team_of_the_sample_can_be_solved(sample: Library, name: str) -> None:
    for filters in VIEWS:
        here = Study(
            evaluation=sample.evaluation(name), filters=filters, viewer=PUBLIC, library=sample
        )
        raw, shown = (
            answer_teams(TeamsQuestion(), here),
            ask(TeamsQuestion(), name, filters, library=sample).answer,
        )
        if not isinstance(shown, TeamsAnswer):
            continue
        assert not small_counts_in(shown.funnels)
        whole = {one.of: one for one in raw.funnels}
        for one in shown.funnels:
            assert one.elsewhere is None
            if one.of == "step":
                assert solved(whole["step"], one) == []
                delivered = ask(DeliveryQuestion(), name, filters, library=sample).answer
                total = {item.step.key: item.count for item in delivered.steps}
                assert total[whole["step"].elsewhere.key] is not None
