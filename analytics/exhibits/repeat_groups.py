"""The exhibit of how soon children come back, by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.group_curves import GroupCurve
from analytics.emmie.repeat_plans.group_tests import CERTAIN, GroupTestFound, TestName
from analytics.emmie.repeat_plans.groups import REST, Grouping, RepeatGroupsAnswer
from analytics.emmie.repeat_plans.points import IncidencePoint
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_curves import AXIS, add_curve, between, free_words, months
from analytics.extracts.code_lists import CATEGORY_OF_ABUSE, CLOSED_TO, CONFERENCE_RISK

GROUPING_WORDS: Final[dict[Grouping, str]] = {
    "category": "Category of abuse",
    "team": "Team",
    "adversities": "Number of adversities",
    "closed_to": "What followed the plan",
    "risk": "Where the risk lay",
}
GROUP_WORDS: Final[dict[Grouping, Mapping[str, str]]] = {
    "category": CATEGORY_OF_ABUSE,
    "adversities": {"0": "None", "1": "One", "2": "Two", "3": "All three"},
    "closed_to": CLOSED_TO,
    "risk": CONFERENCE_RISK,
}
ADVERSITIES: Final = (
    "Adversities: domestic abuse, parental mental ill-health, misuse of drugs or alcohol."
)
TEST_WORDS: Final[dict[TestName, str]] = {
    "fine_gray_clustered": "Fine-Gray model, families as clusters",
    "log_rank_clustered": "log-rank test of the rate, families as clusters",
    "gray": "Gray's test, which takes siblings as independent",
}
RARE, SMALL = 0.001, 0.1
DASHES: Final = ("solid", "dash", "dot", "dashdot")


def group_words(grouping: Grouping, key: str) -> str:
    """Return the name of a group."""
    return "All others" if key == REST else GROUP_WORDS.get(grouping, {}).get(key, key)


def repeat_group_exhibits(released: Released[RepeatGroupsAnswer]) -> tuple[Exhibit, ...]:
    """Return the curve of each group, and whether they differ by more than chance."""
    answer = released.answer
    sentences = (_test_sentence(answer), *_group_sentences(answer))
    return (
        Exhibit(
            key="returns_by_group",
            headline=_headline(answer),
            subtitle=(
                "Share of ended child protection plans that another plan of the same child has "
                "followed, by months since the end and "
                f"{wording.lower_first(GROUPING_WORDS[answer.grouping])}, "
                f"{answer.provenance.place}, {wording.percent(answer.level)} intervals"
            ),
            figure=theme.as_dict(_figure(answer)) if _drawn(answer) else None,
            table=_table(answer),
            alt_text="Rising curves, one for each group. " + " ".join(sentences),
            notes=_notes(released),
            **origin(answer.provenance),
            sentences=sentences,
        ),
    )


def _drawn(answer: RepeatGroupsAnswer) -> list[GroupCurve]:
    return [group for group in answer.groups if group.curve]


def _headline(answer: RepeatGroupsAnswer) -> str:
    test = answer.test
    by = wording.lower_first(GROUPING_WORDS[answer.grouping])
    if test is None or test.p_value is None:
        return f"Returns by {by}: can't tell whether they differ"
    if test.p_value < CERTAIN:
        return f"Returns differ by {by}, by more than chance"
    return f"No difference by {by} beyond chance"


def _test_sentence(answer: RepeatGroupsAnswer) -> str:
    test = answer.test
    if test is None or test.p_value is None:
        return "Whether the groups differ by more than chance can't be told."
    often = (
        "less than once in 1,000 times"
        if test.p_value < RARE
        else f"{wording.fixed(100 * test.p_value, 1 if test.p_value < SMALL else 0)} in 100 times"
    )
    return (
        f"If the groups were alike, chance alone would bring differences as large as these {often};"
        " fewer than 5 in 100 is read as more than chance. A difference is an association, and says"
        " nothing about its cause."
    )


def _group_sentences(answer: RepeatGroupsAnswer) -> tuple[str, ...]:
    found = []
    for group in answer.groups:
        if not group.within:
            continue
        point = group.within[-1]
        name = group_words(answer.grouping, group.key)
        free = f"; {free_words(group.free)} pass without a return" if group.free else ""
        found.append(
            f"{name}: an estimated {wording.percent(point.share)} are followed by another plan "
            f"within {months(point.day)} months (interval {between(point.conf_int)}){free}."
        )
    return tuple(found)


def _figure(answer: RepeatGroupsAnswer) -> go.Figure:
    built = theme.figure(height=440)
    for place, group in enumerate(answer.groups):
        if group.curve:
            add_curve(
                built,
                [(point.day, point.share, point.conf_int) for point in group.curve],
                name=group_words(answer.grouping, group.key),
                colour=theme.CATEGORICAL[place],
                dash=DASHES[place],
                opacity=0.1,
            )
    built.update_xaxes(title_text=AXIS, range=[0, 61], dtick=12)
    built.update_yaxes(title_text="Followed by another plan (%)", rangemode="tozero")
    return built


def _table(answer: RepeatGroupsAnswer) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for group in answer.groups:
        head = (
            group_words(answer.grouping, group.key),
            wording.count(group.n_spells),
            wording.count(group.n_returns),
        )
        rows += [(*head, *_point_cells(point)) for point in group.at_risk if point.day] or [
            (*head, "", wording.WITHHELD, "", wording.WITHHELD)
        ]
    return Table(
        columns=(
            "Group",
            "Plans that ended",
            "Returns",
            "Months",
            "Followed by another plan (%)",
            f"{wording.percent(answer.level)} interval (%)",
            "Still followed",
        ),
        rows=tuple(rows),
    )


def _point_cells(point: IncidencePoint) -> tuple[Cell, ...]:
    return (
        months(point.day),
        wording.fixed(100 * point.share, 1),
        wording.interval(point.conf_int, scale=100),
        wording.count(point.n_at_risk),
    )


def _notes(released: Released[RepeatGroupsAnswer]) -> tuple[str, ...]:
    answer = released.answer
    notes = [_tests_note(answer.tests)]
    if answer.grouping == "adversities":
        notes.append(ADVERSITIES)
    if answer.together:
        names = [group_words(answer.grouping, key) for key in answer.together]
        notes.append(f"“All others” are {wording.listed(names)}, taken together.")
    if answer.n_unknown != 0:
        notes.append(
            f"{wording.count(answer.n_unknown)} plans whose group is not recorded are left out."
        )
    if any(group.is_withheld for group in answer.groups):
        notes.append("A group with few returns is not shown, nor another that would give it away.")
    notes += [
        "Aalen-Johansen estimates; competing events as in the curve above. Intervals allow for "
        "siblings. Curves are staircases that step at the marked months only: children also came "
        "back between them, but too few at a time to be shown. Where more than a year lies between "
        "two marks the stair is faint: don't compare groups there.",
        released.statement,
    ]
    return tuple(notes)


def _tests_note(tests: tuple[GroupTestFound, ...]) -> str:
    said = [
        f"{TEST_WORDS[test.name]}: "
        + ("can't be done" if test.p_value is None else f"p {wording.p_value(test.p_value)}")
        for test in tests
    ]
    return (
        f"Tests that all groups are alike. {'; '.join(said)}. The first that can be done is read: "
        "siblings often return together, and Gray's test would see too many differences."
    )
