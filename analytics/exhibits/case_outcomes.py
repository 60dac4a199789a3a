"""Exhibits of case outcomes over time, in their order, and by study arm."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes import ArmShare, CaseOutcomesAnswer, Group
from analytics.emmie.case_outcomes.course import CourseAnswer
from analytics.emmie.case_outcomes.force_trend import ForceTrendAnswer
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.exhibits import theme, wording
from analytics.exhibits.case_control import control_exhibits
from analytics.exhibits.case_course import course_exhibit
from analytics.exhibits.case_force import force_trend_exhibit
from analytics.exhibits.case_words import GROUP_WORDS, OUTCOME_22_NOTE, codes_line
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin


def over_time_exhibits(
    cases: Released[CaseOutcomesAnswer],
    force: Released[ForceTrendAnswer] | Released[Unanswered] | None = None,
    course: Released[CourseAnswer] | Released[Unanswered] | None = None,
) -> tuple[Exhibit, ...]:
    """Return the control charts, the tide beside them, level and slope, and the study's groups.

    Parameters
    ----------
    cases : Released[CaseOutcomesAnswer]
        Shares over time.
    force, course : Released, optional
        All crime of the force, and the interrupted series; left out where unanswered.
    """
    return (*control_exhibits(cases), *_beside(cases, force, course))


def finest_over_time_exhibits(
    monthly: Released[CaseOutcomesAnswer],
    quarterly: Released[CaseOutcomesAnswer],
    force: Released[ForceTrendAnswer] | Released[Unanswered] | None = None,
    course: Released[CourseAnswer] | Released[Unanswered] | None = None,
) -> tuple[Exhibit, ...]:
    """Return the same, each control chart by months where they can mostly be shown.

    Parameters
    ----------
    monthly, quarterly : Released[CaseOutcomesAnswer]
        Shares over time by both steps.
    force, course : Released, optional
        As for :func:`over_time_exhibits`.
    """
    return (*control_exhibits(monthly, quarterly), *_beside(monthly, force, course))


def _beside(
    cases: Released[CaseOutcomesAnswer],
    force: Released[ForceTrendAnswer] | Released[Unanswered] | None,
    course: Released[CourseAnswer] | Released[Unanswered] | None,
) -> list[Exhibit]:
    """Return what stands beside the control charts."""
    answer = cases.answer
    shown = []
    if force is not None and not is_unanswered(force):
        shown.append(force_trend_exhibit(force, answer))
    if course is not None and not is_unanswered(course):
        shown.append(course_exhibit(course, answer))
    if answer.arms:
        shown.append(_by_arm(cases))
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return shown


def _by_arm(released: Released[CaseOutcomesAnswer]) -> Exhibit:
    answer = released.answer
    built = theme.figure(height=320, barmode="group")
    arms = list(dict.fromkeys(arm.arm for arm in answer.arms))
    for label, colour in zip(arms, theme.CATEGORICAL, strict=False):
        mine = [arm for arm in answer.arms if arm.arm == label]
        built.add_trace(
            go.Bar(
                x=[GROUP_WORDS[arm.group] for arm in mine],
                y=[_percent(arm.share.value) for arm in mine],
                name=label,
                marker_color=colour,
                error_y=theme.error_bars(
                    [arm.share.value for arm in mine],
                    [arm.conf_int for arm in mine],
                    colour=theme.TEXT,
                    scale=100,
                ),
                hovertemplate="%{x}<br>" + label + ": %{y:.0f}%<extra></extra>",
            )
        )
    built.update_yaxes(title_text="Share of closed cases (%)", rangemode="tozero")
    sentences = tuple(_arm_sentence(answer, group) for group in GROUP_WORDS)
    return Exhibit(
        key="outcomes_by_arm",
        headline=_arm_headline(answer),
        subtitle=(
            f"Share of closed study cases ({_arm_sizes(answer)}) before any matching, "
            f"{answer.provenance.place}, 95% intervals; {codes_line(answer.out_of_court_codes)}"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=(
                "Outcome",
                "Study cases",
                "Count",
                "Closed cases",
                "Share (%)",
                "95% interval (%)",
            ),
            rows=tuple(_arm_row(arm) for arm in answer.arms),
        ),
        alt_text="Bar chart of two kinds of outcome in each group. " + " ".join(sentences),
        notes=(
            "These shares are not adjusted for differences between the groups; the Effect page is.",
            OUTCOME_22_NOTE,
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _arm_headline(answer: CaseOutcomesAnswer) -> str:
    """Return the shares of Outcome 20 in the study's groups of cases."""
    mine = [arm for arm in answer.arms if arm.group == "outcome_20"]
    shares = [
        f"{wording.percent(arm.share.value)} ({wording.lower_first(arm.arm)})" for arm in mine
    ]
    return f"Outcome 20: {', '.join(shares)}"


def _arm_sizes(answer: CaseOutcomesAnswer) -> str:
    mine = [arm for arm in answer.arms if arm.group == "outcome_20"]
    return wording.listed([wording.count(arm.share.n) for arm in mine])


def _arm_sentence(answer: CaseOutcomesAnswer, group: Group) -> str:
    parts = [
        f"withheld for “{arm.arm}”"
        if arm.share.value is None
        else f"{wording.percent(arm.share.value)} ({wording.out_of(arm.share)}) for “{arm.arm}”"
        for arm in answer.arms
        if arm.group == group
    ]
    return f"{GROUP_WORDS[group]}: {wording.listed(parts)}."


def _arm_row(arm: ArmShare) -> tuple[Cell, ...]:
    share = arm.share
    return (
        GROUP_WORDS[arm.group],
        arm.arm,
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(arm.conf_int, scale=100),
    )


def _percent(value: float | None) -> float | None:
    return None if value is None else wording.rounded(100 * value, 2)
