"""Exhibits of repeat plans: staircases, combinations that stand out, and too few returns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.ask import ask
from analytics.emmie.repeat_plans.ever import EverQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.groups import RepeatGroupsQuestion
from analytics.emmie.repeat_plans.timing import RepeatPlansQuestion
from analytics.emmie.repeat_plans.together import CombinationReturns, TogetherQuestion
from analytics.exhibits import theme
from analytics.exhibits.repeat_curves import add_curve, runs
from analytics.exhibits.repeat_ever import ever_exhibits
from analytics.exhibits.repeat_factors import repeat_factor_exhibits
from analytics.exhibits.repeat_groups import repeat_group_exhibits
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.exhibits.repeat_together import stands_out, together_exhibits
from analytics.extracts.library import Library
from analytics.statistics.results import Interval
from tests.helpers.folders import RPS

JARGON = (
    "cumulative incidence", "aalen", "naive", "competing event", "fine-gray", "fine and gray",
    "holm", "hazard", "gray's", "restricted mean", "truncat", "kaplan", "ar(1)",
)  # fmt: skip


def limits(low: float, high: float) -> Interval:
    return Interval(low=low, high=high, level=0.95, method="log_log")


def point(day: int, share: float) -> tuple[int, float, Interval]:
    return day, share, limits(share - 0.01, share + 0.01)


# Staircases.


def test_every_line_and_edge_of_a_curve_is_a_staircase(sample: Library) -> None:
    for released, build in (
        (ask(RepeatPlansQuestion(), RPS, library=sample), repeat_plan_exhibits),
        (ask(RepeatGroupsQuestion(), RPS, library=sample), repeat_group_exhibits),
    ):
        figure = build(released)[0].figure
        assert {trace["line"]["shape"] for trace in figure["data"]} == {"hv"}
        named = [trace["name"] for trace in figure["data"] if trace.get("showlegend", True)]
        assert len(named) == len(set(named)) >= 2


def test_runs_break_where_more_than_a_year_is_not_shown() -> None:
    days = [0, 30, 365, 730, 1795, 1825]
    found = runs([point(day, 0.1) for day in days])
    assert [[day for day, _, _ in part] for part in found] == [[0, 30, 365, 730], [1795, 1825]]
    assert runs([]) == []


def test_a_stair_over_days_that_are_not_shown_is_faint_and_has_no_band() -> None:
    built = theme.figure()
    points = [point(0, 0.0), point(300, 0.1), point(1825, 0.3)]
    add_curve(built, points, name="One", colour=theme.DARK_BLUE)
    faint, *rest = built.data
    assert faint.opacity < 1
    assert len(faint.x) == len(points)
    assert all(max(trace.x) - min(trace.x) < 12 for trace in rest)
    assert [trace.name for trace in rest if trace.showlegend] == ["One"]
    # The lower edge is filled up to the upper one, which comes straight before it.
    filled = [place for place, trace in enumerate(rest) if trace.fill == "tonexty"]
    for place in filled:
        upper, lower = rest[place - 1], rest[place]
        assert upper.x == lower.x
        assert all(high > low for high, low in zip(upper.y, lower.y, strict=True))
    assert len(filled) == 2


# Combinations.


def combination(low: float, high: float) -> CombinationReturns:
    return CombinationReturns(
        states=(True, False, False),
        n=100,
        share=(low + high) / 2,
        conf_int=limits(low, high),
        cells=(),
    )


@pytest.mark.parametrize(
    ("intervals", "place"),
    [
        ([(0.1, 0.2), (0.15, 0.3)], None),
        ([(0.1, 0.2), (0.21, 0.3)], 1),
        ([(0.1, 0.2), (0.25, 0.3), (0.21, 0.26)], None),
        ([(0.1, 0.2), (0.2, 0.3)], None),
        ([(0.1, 0.2)], None),
        ([], None),
    ],
    ids=["overlap", "apart", "two above", "touch", "one", "none"],
)
def test_a_combination_stands_out_only_above_all_others(intervals, place: int | None) -> None:
    shown = [combination(*one) for one in intervals]
    assert stands_out(shown) is (None if place is None else shown[place])


def test_headline_of_combinations(sample: Library) -> None:
    released = ask(TogetherQuestion(), RPS, library=sample)
    exhibit = together_exhibits(released)[0]
    assert exhibit.headline == "No combination of adversities stands out from the others"
    assert "overlap" in " ".join(exhibit.sentences)
    assert "association" in " ".join(exhibit.sentences)
    combinations = tuple(
        replace(one, share=0.5, conf_int=limits(0.45, 0.55)) if all(one.states) else one
        for one in released.answer.combinations
    )
    clear = replace(released, answer=replace(released.answer, combinations=combinations))
    exhibit = together_exhibits(clear)[0]
    assert exhibit.headline == "50% (45% to 55%) of plans with all three were followed by another"
    assert "overlap" not in " ".join(exhibit.sentences)
    assert "association" in " ".join(exhibit.sentences)


# Too few returns.


@pytest.mark.parametrize("status", ["review", "fail"])
def test_with_few_returns_nothing_is_read_from_ratios(sample: Library, status: str) -> None:
    released = ask(FactorsQuestion(), RPS, library=sample)
    answer = released.answer
    assert "times as often" in " ".join(repeat_factor_exhibits(released)[0].sentences)
    checks = tuple(
        replace(one, status=status, value=6.2) if one.name == "events_per_parameter" else one
        for one in answer.checks
    )
    few = replace(released, answer=replace(answer, checks=checks))
    ratios, over_time, _ = repeat_factor_exhibits(few)
    assert ratios.headline == "Too few returns to tell what goes with them"
    assert len(ratios.sentences) == 1
    assert "6.2 returns for each ratio" in ratios.sentences[0]
    assert over_time.headline.startswith("Too few returns")
    assert over_time.sentences == ()


def test_correction_for_several_factors_is_not_said_as_adjustment(sample: Library) -> None:
    said = " ".join(
        repeat_factor_exhibits(ask(FactorsQuestion(), RPS, library=sample))[0].sentences
    )
    assert "Could be chance, once 10 factors are looked at together" in said
    assert "looked at alone" not in said


# Plain words.


def test_what_is_seen_first_has_no_names_of_methods(sample: Library) -> None:
    exhibits = [
        *repeat_plan_exhibits(ask(RepeatPlansQuestion(), RPS, library=sample)),
        *repeat_group_exhibits(ask(RepeatGroupsQuestion(), RPS, library=sample)),
        *ever_exhibits(ask(EverQuestion(), RPS, library=sample)),
        *repeat_factor_exhibits(ask(FactorsQuestion(), RPS, library=sample))[:2],
        together_exhibits(ask(TogetherQuestion(), RPS, library=sample))[0],
    ]
    for exhibit in exhibits:
        seen = (exhibit.headline, exhibit.subtitle, *exhibit.sentences, *exhibit.table.columns)
        legend = [trace.get("name") or "" for trace in exhibit.figure["data"]]
        text = " ".join((*seen, *legend)).lower()
        assert not [word for word in JARGON if word in text], exhibit.key


def test_records_that_begin_on_a_day_are_explained(sample: Library) -> None:
    (exhibit,) = ever_exhibits(ask(EverQuestion(), RPS, library=sample))
    said = " ".join(exhibit.sentences)
    assert "These records begin on 1 April 2016" in said
    assert "need not be a rise in repeat plans" in said
