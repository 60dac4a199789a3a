"""Exhibits of answers by group of areas, cohort and wave."""

from __future__ import annotations

from itertools import product

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.groups import GroupedItem, GroupedSurvey, GroupsAnswer, GroupShare
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.mechanism_themes import MARKS


def group_exhibits(released: Released[GroupsAnswer], *, item: str = "") -> tuple[Exhibit, ...]:
    """Return one statement by group of areas; the first one when none is chosen.

    Parameters
    ----------
    released : Released of GroupsAnswer
        What may be shown.
    item : str
        Key of the statement.
    """
    for survey in released.answer.surveys:
        for one in survey.items:
            if item in ("", one.key):
                return (_item(released, survey, one),)
    return ()


def group_items(released: Released[GroupsAnswer]) -> dict[str, str]:
    """Return the statements to choose from: key to words."""
    return {one.key: one.label for survey in released.answer.surveys for one in survey.items}


def _item(released: Released[GroupsAnswer], survey: GroupedSurvey, item: GroupedItem) -> Exhibit:
    answer = released.answer
    sentences = (_difference(survey, item), *_sentences(survey, item))
    anything = any(one.share.value is not None for one in item.shares)
    return Exhibit(
        key="answers_by_group",
        headline=_headline(survey, item),
        subtitle=(
            f"Share who agree that “{item.label}”, {wording.lower_first(survey.label)}, "
            f"{answer.provenance.place}, 95% intervals"
        ),
        figure=theme.as_dict(_dots(survey, item)) if anything else None,
        table=Table(
            columns=("Areas", "Cohort", "When", "Agree", "Share (%)", "95% interval (%)"),
            rows=tuple(_row(survey, one) for one in item.shares),
        ),
        alt_text="Dot plot of the share who agree by group of areas. " + " ".join(sentences),
        notes=(
            "Areas were not drawn at random into groups, so a difference is an association: areas "
            "with more experience may differ in other ways.",
            f"The difference is clustered by area ({item.n_areas} areas), with the correction for "
            "few clusters; its p-value is adjusted for the number of statements (Holm). Intervals "
            "of single shares take people as independent.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _headline(survey: GroupedSurvey, item: GroupedItem) -> str:
    if item.reason == "withheld":
        return "Too few people in a group to show the difference"
    if item.difference is None or item.p_value is None:
        return "Too few areas to compare the groups"
    if item.p_value >= 0.05:
        return "No clear difference between more and less experienced areas"
    word = "higher" if item.difference.value > 0 else "lower"
    return f"Agreement {word} in “{survey.groups[-1]}”"


def _difference(survey: GroupedSurvey, item: GroupedItem) -> str:
    if item.difference is None:
        why = "withheld" if item.reason == "withheld" else "not estimable"
        return f"The difference between groups of areas is {why}."
    limits = wording.interval(item.difference.conf_int, scale=100, places=0)
    return (
        f"“{survey.groups[-1]}” against “{survey.groups[0]}”, cohorts and times equal: "
        f"{wording.points(item.difference.value, places=0)} percentage points ({limits}; "
        f"p = {wording.p_value(item.p_value)} after adjustment for {len(survey.items)} statements)."
    )


def _sentences(survey: GroupedSurvey, item: GroupedItem) -> tuple[str, ...]:
    return tuple(
        f"{one.group}, {_when(survey, one.cohort, one.wave).lower()}: "
        f"{wording.percent(one.share.value)} ({wording.out_of(one.share)})."
        for one in item.shares
        if one.share.value is not None
    )


def _when(survey: GroupedSurvey, cohort: int | None, wave: int) -> str:
    label = survey.waves[wave - 1] if wave <= len(survey.waves) else f"Wave {wave}"
    return label if cohort is None else f"{_cohort(survey, cohort)}, {label.lower()}"


def _cohort(survey: GroupedSurvey, cohort: int) -> str:
    return survey.cohorts[cohort - 1] if cohort <= len(survey.cohorts) else f"Cohort {cohort}"


def _dots(survey: GroupedSurvey, item: GroupedItem) -> go.Figure:
    cohorts = sorted({one.cohort or 0 for one in item.shares})
    waves = sorted({one.wave for one in item.shares})
    series = list(product(cohorts, waves))[: len(MARKS)]
    built = theme.figure(height=130 + len(survey.groups) * (30 + 20 * len(series)))
    step = 0.7 / len(series)
    for place, ((cohort, wave), colour) in enumerate(zip(series, theme.CATEGORICAL, strict=False)):
        found = [
            one
            for one in item.shares
            if (one.cohort or 0, one.wave) == (cohort, wave) and one.share.value is not None
        ]
        name = _when(survey, cohort or None, wave)
        built.add_trace(
            go.Scatter(
                x=[100 * (one.share.value or 0) for one in found],
                y=[
                    survey.groups.index(one.group) + (place - (len(series) - 1) / 2) * step
                    for one in found
                ],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 10, "symbol": MARKS[place]},
                error_x=theme.error_bars(
                    [one.share.value for one in found],
                    [one.conf_int for one in found],
                    colour=colour,
                    scale=100,
                ),
                hovertemplate=name + ": %{x:.0f}%<extra></extra>",
            )
        )
    built.update_xaxes(title_text="Share who agree (%)", range=[0, 100])
    built.update_yaxes(
        tickvals=list(range(len(survey.groups))),
        ticktext=[theme.wrapped(group, 16) for group in survey.groups],
        range=[len(survey.groups) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _row(survey: GroupedSurvey, one: GroupShare) -> tuple[Cell, ...]:
    label = survey.waves[one.wave - 1] if one.wave <= len(survey.waves) else f"Wave {one.wave}"
    return (
        one.group,
        "" if one.cohort is None else _cohort(survey, one.cohort),
        label,
        wording.out_of(one.share),
        wording.WITHHELD if one.share.value is None else wording.fixed(100 * one.share.value),
        wording.interval(one.conf_int, scale=100, places=0),
    )
