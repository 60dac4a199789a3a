"""Exhibits of the moderators question: what was seen, group by group, and whether groups differ."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.effect.analyses import AnalysesAnswer
from analytics.emmie.effect.results import Unit
from analytics.emmie.moderators import ModeratorsAnswer
from analytics.emmie.moderators.groups import FEWEST_UNITS, Group, Moderator, Why
from analytics.emmie.moderators.places import FEWEST_PLACES
from analytics.emmie.moderators.verdict import ERROR_RATE
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.exhibits import theme, unanswered, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.same_group import AMONG_ALL_PAIRS

UNIT_WORDS: dict[Unit, str] = {
    "share": "percentage points",
    "percent": "percentage points",
    "per_10000": "per 10,000 children",
    "days": "days",
    "score": "points",
    "100_person_years": "per 100 person-years",
    "100_sessions": "per 100 sessions",
}
REASON_WORDS: dict[Why, str] = {
    "too_few_units": "not enough families or areas to say",
    "no_events": "not enough events to say",
    "withheld": wording.WITHHELD,
    "too_few_groups": "not enough families or areas to say",
    "not_estimable": "not estimable",
}
SHORT_REASONS: dict[Why, str] = REASON_WORDS | {
    "too_few_units": "too few to say",
    "no_events": "too few events",
    "too_few_groups": "too few to say",
}
"""What fits into a chart on a phone."""
AREA_GROUPS = "Group of areas"
OF_CASES: Final = ("matched", "weighted")


def moderator_exhibits(
    analyses: Released[AnalysesAnswer],
    released: Released[ModeratorsAnswer] | Released[Unanswered],
) -> tuple[Exhibit, ...]:
    """Return one outcome in every group, with the tests across groups, or why there is none.

    Parameters
    ----------
    analyses : Released of AnalysesAnswer
        What the evaluation compares at all.
    released : Released of ModeratorsAnswer or Unanswered
        What may be shown of its groups.
    """
    if is_unanswered(released):
        return (_cannot_tell(analyses.answer, released),)
    return _groups(released)


def _cannot_tell(analyses: AnalysesAnswer, released: Released[Unanswered]) -> Exhibit:
    """Return why nothing can be said of groups; no comparison is the usual reason."""
    headline = "Can't tell for whom or where it differs"
    compares = bool(analyses.analyses)
    why = (
        unanswered.sentences(released)
        if compares
        else (
            "Nothing is compared in this evaluation, so no difference could be larger in one group "
            "than in another.",
        )
    )
    return Exhibit(
        key="no_groups",
        headline=headline,
        subtitle=f"Why groups can't be compared, {analyses.provenance.place}",
        figure=None,
        table=Table(columns=("Reason",), rows=()),
        alt_text=headline,
        notes=("“Can't tell” is an answer: it is not the same as “no difference”.",),
        **origin(analyses.provenance),
        sentences=why,
    )


def _groups(released: Released[ModeratorsAnswer]) -> tuple[Exhibit, ...]:
    answer = released.answer
    drawn = any(group.estimate for item in answer.moderators for group in item.groups)
    found = _sentences(answer)
    return (
        Exhibit(
            key=f"groups_{answer.outcome}",
            headline=_headline(answer),
            subtitle=(
                f"{answer.outcome_label}: {_measure(answer)}, {answer.provenance.place}, "
                f"{wording.percent(answer.level)} intervals"
            ),
            figure=theme.as_dict(_forest(answer)) if drawn else None,
            table=_table(answer),
            alt_text=f"Forest plot of {len(answer.moderators)} characteristics. {' '.join(found)}",
            notes=_notes(released),
            **origin(answer.provenance),
            sentences=found,
        ),
    )


def _headline(answer: ModeratorsAnswer) -> str:
    tested = [item for item in answer.moderators if item.p_adjusted is not None]
    standing = [item for item in tested if (item.p_adjusted or 0) <= ERROR_RATE]
    if standing:
        return (
            f"Differs by {wording.listed([wording.lower_first(_name(item)) for item in standing])}"
        )
    if not tested:
        return "Not enough families or areas to compare groups"
    return "No group clearly differs from the others"


def _measure(answer: ModeratorsAnswer) -> str:
    if answer.scale == "ratio":
        return "ratio of the rate after to the rate before"
    if answer.analysis.estimator == "area_difference_in_differences":
        return f"change against their neighbours, {UNIT_WORDS[answer.unit]}"
    return f"difference between matched groups, {UNIT_WORDS[answer.unit]}"


def _name(item: Moderator) -> str:
    return item.label or AREA_GROUPS


def _sentences(answer: ModeratorsAnswer) -> tuple[str, ...]:
    """Return what each characteristic shows, in one sentence."""
    return tuple(_sentence(item, answer) for item in answer.moderators)


def _sentence(item: Moderator, answer: ModeratorsAnswer) -> str:
    shown = [group for group in item.groups if group.estimate is not None]
    if item.p_adjusted is None or len(shown) < 2:
        why = REASON_WORDS[item.reason or "too_few_groups"]
        return f"{_name(item)}: {why}."
    values = sorted(shown, key=lambda group: group.estimate.value if group.estimate else 0)
    low, high = values[0], values[-1]
    differ = (
        "differ by more than chance"
        if item.p_adjusted <= ERROR_RATE
        else "do not differ by more than chance"
    )
    return (
        f"{_name(item)}: groups {differ} (adjusted p {wording.p_value(item.p_adjusted)}); from "
        f"{_value(low, answer)} ({low.label}) to {_value(high, answer)} ({high.label})."
    )


def _factor(answer: ModeratorsAnswer) -> float:
    return 100 if answer.unit == "share" and answer.scale == "difference" else 1


def _places(answer: ModeratorsAnswer) -> int:
    return 2 if answer.scale == "ratio" else 0 if answer.unit == "share" else 1


def _value(group: Group, answer: ModeratorsAnswer) -> str:
    if group.estimate is None:
        return REASON_WORDS[group.reason or "not_estimable"]
    value = _factor(answer) * group.estimate.value
    places = _places(answer)
    if answer.scale == "ratio":
        return wording.fixed(value, places)
    return wording.signed(value, places=places)


def _table(answer: ModeratorsAnswer) -> Table:
    has_arms = answer.scale == "difference"
    sizes = ("With", "Compared with") if has_arms else ("People",)
    rows: list[tuple[Cell, ...]] = []
    for item in answer.moderators:
        for place, group in enumerate(item.groups):
            limits = wording.interval(
                group.estimate.conf_int if group.estimate else None,
                scale=_factor(answer),
                places=_places(answer),
            )
            counts = (group.n_treated, group.n_comparison) if has_arms else (group.n_treated,)
            rows.append(
                (
                    _name(item),
                    group.label,
                    *(wording.count(count) for count in counts),
                    _value(group, answer),
                    limits,
                    wording.p_value(item.p_value) if place == 0 else "",
                    wording.p_value(item.p_adjusted) if place == 0 else "",
                )
            )
    estimate = "Ratio" if answer.scale == "ratio" else f"Difference ({UNIT_WORDS[answer.unit]})"
    return Table(
        columns=(
            "Characteristic",
            "Group",
            *sizes,
            estimate,
            f"{wording.percent(answer.level)} interval",
            "p across groups",
            "Adjusted p",
        ),
        rows=tuple(rows),
    )


def _forest(answer: ModeratorsAnswer) -> go.Figure:
    """Draw every group under the name of its characteristic."""
    lines: list[tuple[str, Group | None]] = []
    for item in answer.moderators:
        lines.append((f"<b>{theme.wrapped(_name(item))}</b>", None))
        lines += [(theme.wrapped(group.label), group) for group in item.groups]
    places, height = theme.rows_of([label for label, _ in lines])
    found = [
        (place, group.estimate, group)
        for place, (_, group) in zip(places, lines, strict=True)
        if group is not None and group.estimate is not None
    ]
    factor = _factor(answer)
    built = theme.figure(height=80 + int(height))
    built.add_trace(
        go.Scatter(
            x=[factor * estimate.value for _, estimate, _ in found],
            y=[place for place, *_ in found],
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 10},
            error_x=theme.error_bars(
                [estimate.value for _, estimate, _ in found],
                [estimate.conf_int for _, estimate, _ in found],
                colour=theme.DARK_BLUE,
                scale=factor,
                thickness=2,
            ),
            customdata=[f"{group.label}: {_value(group, answer)}" for *_, group in found],
            hovertemplate="%{customdata}<extra></extra>",
            showlegend=False,
        )
    )
    for place, (_, group) in zip(places, lines, strict=True):
        if group is not None and group.estimate is None:
            theme.tell_row(built, place, SHORT_REASONS[group.reason or "not_estimable"])
    _axes(built, answer, [label for label, _ in lines])
    return built


def _axes(built: go.Figure, answer: ModeratorsAnswer, labels: list[str]) -> None:
    is_ratio = answer.scale == "ratio"
    built.add_vline(x=1 if is_ratio else 0, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(
        title_text="Ratio (log scale)" if is_ratio else UNIT_WORDS[answer.unit].capitalize()
    )
    if is_ratio:
        shown = [
            (group.estimate.value, group.estimate.conf_int)
            for item in answer.moderators
            for group in item.groups
            if group.estimate
        ]
        built.update_xaxes(**theme.ratio_axis(shown))
    places, height = theme.rows_of(labels)
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)


def _notes(released: Released[ModeratorsAnswer]) -> tuple[str, ...]:
    answer = released.answer
    n = len(answer.moderators)
    fewest = FEWEST_PLACES if answer.analysis.estimator.startswith("area") else FEWEST_UNITS
    unit = "areas" if answer.analysis.estimator.startswith("area") else "families"
    return (
        *((AMONG_ALL_PAIRS,) if answer.analysis.estimator in OF_CASES else ()),
        "Groups are compared with each other, not each with zero: one group that differs by more "
        "than chance, beside one that doesn't, is no sign that the two differ.",
        f"{wording.plural(n, 'characteristic is', 'characteristics are')} read together: adjusted "
        "p-values (Holm) bound the chance that any of them seems to matter by chance alone.",
        f"A group needs at least {fewest} {unit} on each side before anything is said of it.",
        *(("Numbers of cases or people are to the nearest 5.",) if unit == "families" else ()),
        "Characteristics were listed in the protocol before the results were seen. A difference "
        "between groups is an association: the groups differ in other ways too.",
        released.statement,
    )
