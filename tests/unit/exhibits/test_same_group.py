"""One group of cases has several numbers; each page says what its own compares."""

from __future__ import annotations

import pytest

from analytics.ask import ask
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.exhibits.effect import effect_exhibits
from analytics.exhibits.effect_change import change_exhibits
from analytics.exhibits.moderators import moderator_exhibits
from analytics.exhibits.same_group import AMONG_ALL_PAIRS, RAW_CHANGE, WITHIN_FILTERS
from analytics.extracts.filters import NO_FILTERS, Filters
from tests.helpers.folders import FSP

AUTHORITIES = ("E06000045", "E10000014", "E06000044", "E06000046")
WITHOUT_PLANS = Filters(local_authorities=AUTHORITIES[:1])


def test_each_number_of_a_group_says_what_it_compares() -> None:
    analyses = ask(AnalysesQuestion(), FSP)
    (groups,) = moderator_exhibits(analyses, ask(ModeratorsQuestion(), FSP))
    assert AMONG_ALL_PAIRS in groups.notes
    filtered = effect_exhibits(ask(EffectQuestion(), FSP, WITHOUT_PLANS))[0]
    assert WITHIN_FILTERS in filtered.notes
    changed = {one.key: one for one in change_exhibits(ask(ChangeQuestion(analysis="areas"), FSP))}
    for key in ("outcomes_difference", "areas_before_and_after"):
        assert RAW_CHANGE in changed[key].notes
    raw = over_time_exhibits(ask(CaseOutcomesQuestion(), FSP))
    assert all(RAW_CHANGE in one.notes for one in raw if one.key.endswith("over_time"))


def test_no_note_where_nothing_is_filtered_or_matched() -> None:
    assert WITHIN_FILTERS not in effect_exhibits(ask(EffectQuestion(), FSP))[0].notes
    for name in ("family_safeguarding_hertfordshire", "signs_of_safety_ten_areas"):
        analyses = ask(AnalysesQuestion(), name)
        (groups,) = moderator_exhibits(analyses, ask(ModeratorsQuestion(), name))
        assert AMONG_ALL_PAIRS not in groups.notes


@pytest.mark.parametrize("step", ["month", "quarter"])
@pytest.mark.parametrize("area", [*AUTHORITIES, None])
def test_headlines_of_case_outcomes_are_short(area: str | None, step: str) -> None:
    filters = Filters(local_authorities=(area,)) if area else NO_FILTERS
    released = ask(CaseOutcomesQuestion(step=step), FSP, filters)
    for exhibit in over_time_exhibits(released):
        assert len(exhibit.headline.split()) <= 12, exhibit.headline


def test_the_denominator_of_a_headline_stands_under_it() -> None:
    released = ask(CaseOutcomesQuestion(), FSP)
    exhibits = {one.key: one for one in over_time_exhibits(released)}
    mine = [one for one in released.answer.series if one.group == "outcome_20"]
    cases = sum(side.n for one in mine for side in (one.before, one.after))
    shown = exhibits["outcome_20_over_time"]
    assert f"Share of {cases:,} closed cases before and since " in shown.subtitle
    for series in mine:
        assert f"{100 * series.before.value:.0f}% to {100 * series.after.value:.0f}%" in (
            shown.headline
        )
    arms = [one for one in released.answer.arms if one.group == "outcome_20"]
    for arm in arms:
        assert f"{arm.share.n:,}" in exhibits["outcomes_by_arm"].subtitle
        assert arm.arm.lower() in exhibits["outcomes_by_arm"].headline.lower()
