"""What nobody may learn from the tally of analyses and the counts of children to look at."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.access.viewer import PUBLIC
from analytics.access.viewers import read_viewers
from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import Share, shown_cells
from analytics.emmie.repeat_plans.audit_tally import SAYS, released, tally
from analytics.emmie.repeat_plans.current import CurrentPlansAnswer, CurrentPlansQuestion
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import RPS, SAMPLE
from tests.helpers.walking import small_counts_in

often = settings(deadline=None, derandomize=True, max_examples=300)
LARGEST = DFE_CIN.largest_withheld


def is_small(count: int) -> bool:
    return 1 <= count <= LARGEST


@often
@given(st.lists(st.integers(0, 20), min_size=1, max_size=8))
def test_withheld_cells_cannot_be_solved_from_the_total(cells: list[int]) -> None:
    shown = shown_cells(cells, DFE_CIN)
    assert not any(value is not None and is_small(value) for value in shown)
    assert all(value in (None, cell) for value, cell in zip(shown, cells, strict=True))
    out = [cell for value, cell in zip(shown, cells, strict=True) if value is None]
    if out and len(out) < len(cells):
        assert len(out) > 1
        assert not is_small(sum(out))
    if not any(map(is_small, [*cells, sum(cells)])):
        assert not out


@often
@given(st.lists(st.integers(0, 12), min_size=3, max_size=5))
def test_a_reader_with_a_pencil_cannot_tell_a_small_cell(cells: list[int]) -> None:
    """Several ways of filling in the withheld cells agree with all that is shown."""
    shown = shown_cells(cells, DFE_CIN)
    places = [place for place, value in enumerate(shown) if value is None]
    small = [place for place in places if is_small(cells[place])]
    if not small or is_small(sum(cells)):
        return
    rest = sum(cells) - sum(value or 0 for value in shown)
    ways = [
        dict(zip(places, way, strict=True))
        for way in itertools.product(range(rest + 1), repeat=len(places))
        if sum(way) == rest
    ]
    for place in small:
        assert len({way[place] for way in ways}) > LARGEST


families = st.lists(
    st.dictionaries(st.just("q"), st.sampled_from(SAYS), max_size=1), min_size=1, max_size=40
)


@st.composite
def shares(draw):
    n = draw(st.integers(0, 16))
    return Share.of(draw(st.integers(0, n)), n)


@often
@given(families, shares(), st.booleans())
def test_a_released_tally_shows_no_small_count(said, earlier: Share, published: bool) -> None:
    one = tally("q", said, earlier, level=0.95)
    counts = (one.n_yes, one.n_no, one.n_mixed, one.n_not_known, one.n_unanswered)
    assert sum(count or 0 for count in counts) == len(said)
    shown = released(one, DFE_CIN, check_earlier=not published)
    assert not small_counts_in(replace(shown, earlier=Share.of(0, 0)))
    if not published:
        assert not small_counts_in(shown.earlier)
    if shown.share.is_withheld or shown.earlier.is_withheld:
        assert shown.difference is None
        assert shown.difference_conf_int is None
        assert shown.reading == "cant_tell"
    if shown.share.is_withheld:
        assert (shown.share.events, shown.share.n, shown.conf_int) == (None, None, None)
    else:
        assert (shown.share.events, shown.n_yes) == (one.n_yes, one.n_yes)
        assert shown.share.n == (shown.n_yes or 0) + (shown.n_no or 0)


CORNERS = [
    NO_FILTERS,
    Filters(sexes=("F",)),
    Filters(age_bands=("0-4",)),
    Filters(age_bands=("16-17",)),
    Filters(categories=("NEG",), sexes=("M",)),
    Filters(ethnic_groups=("black",)),
    Filters(categories=("PHY",)),
]


@pytest.mark.parametrize("place", range(len(CORNERS)))
def test_counts_of_children_to_look_at(sample: Library, place: int) -> None:
    answer = ask(CurrentPlansQuestion(), RPS, CORNERS[place], PUBLIC, library=sample).answer
    if not isinstance(answer, CurrentPlansAnswer):
        return
    assert answer.lines == ()
    assert answer.own is None
    assert not small_counts_in(answer)
    manager = read_viewers(SAMPLE)["southampton_manager"]
    mine = ask(CurrentPlansQuestion(), RPS, CORNERS[place], manager, library=sample).answer
    assert mine.provenance == replace(answer.provenance, confined_to=("Southampton",))
    for field in fields(answer):
        if field.name not in ("lines", "may_see_cases", "own", "provenance"):
            assert getattr(mine, field.name) == getattr(answer, field.name)
    assert mine.own.n_children == len(mine.lines)
    counts = answer.counts
    for parts in (counts.kinds, counts.gaps, counts.teams):
        out = [part for part in parts if part.n_children is None]
        assert len(out) != 1 or len(parts) == 1
        if counts.n_children is not None and out and len(out) < len(parts):
            hidden = counts.n_children - sum(part.n_children or 0 for part in parts)
            assert not is_small(hidden)
