"""Exhibits of the follow-up question: the quarterly share of repeat plans and its old course."""

from __future__ import annotations

from datetime import date
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.contrast import Estimate
from analytics.emmie.repeat_plans.old_course import ExpectedQuarter
from analytics.emmie.repeat_plans.series import Quarter, Reason, RepeatSeriesAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.match_checks import health_checks

REASONS: Final[dict[Reason, str]] = {
    "not_dated": (
        "No day is known on which {of} began, so there is nothing to compare: this is the course "
        "that it will be compared with."
    ),
    "no_quarter_yet": "No whole quarter has passed since {of} began.",
    "too_few_quarters": "Fewer than four quarters have passed since {of} began.",
    "not_estimable": "There are too few quarters, or a quarter without a plan, to estimate from.",
    "withheld": "Counts are too small to show.",
    "failed_check": "A health check of the series failed.",
    "fell": "The share is lower than its old course by more than chance.",
    "rose": "The share is higher than its old course by more than chance.",
    "no_worthwhile_fall": "A fall large enough to matter is ruled out.",
    "both_possible": "Both no change and a fall large enough to matter are possible.",
}
WORDS: Final = {
    "shown": "Shown: fewer repeat plans than the old course",
    "not shown": "Not shown: no fall from the old course",
    "can't tell": "Can't tell whether the share left its old course",
}
NO_CAUSE: Final = (
    "One place without a comparison: whatever else changed at the time is part of any change, so "
    "even a fall that is shown is no proof that {of} caused it."
)


def repeat_series_exhibits(released: Released[RepeatSeriesAnswer]) -> tuple[Exhibit, ...]:
    """Return the series, level and slope since the change, what could be shown, and checks."""
    answer = released.answer
    found = [_series(released)]
    if answer.change is not None:
        found.append(_change(released))
    if answer.course is not None:
        found.append(_detectable(released))
        found.append(health_checks(answer.checks, answer.provenance))
    if answer.assumptions:
        found.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(found)


def quarter_words(day: date) -> str:
    """Return a quarter as ``Apr to Jun 2024``."""
    last = date(day.year, day.month + 2, 1)
    return f"{day:%b} to {last:%b %Y}"


def reason_sentences(answer: RepeatSeriesAnswer) -> tuple[str, ...]:
    """Return why the word is what it is."""
    return tuple(REASONS[reason].format(of=answer.of) for reason in answer.reasons)


def _series(released: Released[RepeatSeriesAnswer]) -> Exhibit:
    answer = released.answer
    first = answer.quarters[0].starts_on if answer.quarters else None
    last = answer.quarters[-1].starts_on if answer.quarters else None
    period = f", {quarter_words(first)} to {quarter_words(last)}" if first and last else ""
    sentences = (*reason_sentences(answer), *_range_sentences(answer))
    return Exhibit(
        key="repeat_series",
        headline=WORDS[answer.word],
        subtitle=(
            f"Share of child protection plans starting in the quarter whose child's earlier plan "
            f"ended within two years before (%), {answer.provenance.place}{period}; shaded: where "
            f"{100 * answer.question.level:.0f}% of single quarters would lie on the old course"
        ),
        figure=theme.as_dict(_figure(answer)) if answer.quarters else None,
        table=_table(answer),
        alt_text=f"Quarterly shares with the old course carried on. {' '.join(sentences)}",
        notes=_notes(released),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _range_sentences(answer: RepeatSeriesAnswer) -> tuple[str, ...]:
    if not answer.ahead:
        return ()
    first = answer.ahead[0]
    found = [
        f"On the old course {wording.percent(first.expected)} of the plans starting in "
        f"{quarter_words(first.starts_on)} would be repeats; a single quarter could lie anywhere "
        f"from {wording.percent(first.conf_int.low)} to {wording.percent(first.conf_int.high)}."
    ]
    if answer.n_outside is not None:
        quarters = wording.plural(answer.n_foretold, "new quarter lies", "new quarters lie")
        found.append(f"{answer.n_outside} of {quarters} outside its range.")
    return tuple(found)


def _table(answer: RepeatSeriesAnswer) -> Table:
    foretold = {one.starts_on: one for one in answer.ahead}
    seen = {one.starts_on for one in answer.quarters}
    rows: list[tuple[Cell, ...]] = [
        (
            quarter_words(one.starts_on),
            wording.percent(one.share.value),
            "" if one.fitted is None else wording.percent(one.fitted),
            _expected_range(foretold.get(one.starts_on)),
        )
        for one in answer.quarters
    ]
    rows += [
        (
            quarter_words(day),
            "to come",
            wording.percent(one.expected),
            _expected_range(one),
        )
        for day, one in foretold.items()
        if day not in seen
    ]
    return Table(
        columns=("Quarter", "Repeat plans", "Line", "Expected range (%)"), rows=tuple(rows)
    )


def _expected_range(one: ExpectedQuarter | None) -> str:
    return "" if one is None else wording.interval(one.conf_int, scale=100, places=0)


def _figure(answer: RepeatSeriesAnswer) -> go.Figure:
    built = theme.figure(height=420)
    ahead = answer.ahead
    if ahead:
        days = [one.starts_on.isoformat() for one in ahead]
        built.add_trace(
            go.Scatter(
                x=[*days, *reversed(days)],
                y=[
                    *(100 * one.conf_int.high for one in ahead),
                    *(100 * one.conf_int.low for one in reversed(ahead)),
                ],
                fill="toself",
                fillcolor=theme.fade(theme.DARK_BLUE, 0.15),
                line={"width": 0},
                hoverinfo="skip",
                name="Expected range",
            )
        )
        built.add_trace(
            _line(days, [one.expected for one in ahead], "Old course carried on", "dash")
        )
    old = [one for one in answer.quarters if not one.is_new and one.fitted is not None]
    new = [one for one in answer.quarters if one.is_new and one.fitted is not None]
    for name, part in (("Old course", old), ("Since the change", new)):
        if part and (name == "Old course" or answer.change is not None):
            values = [one.fitted for one in part]
            built.add_trace(
                _line([one.starts_on.isoformat() for one in part], values, name, "solid")
            )
    built.add_trace(_seen(answer.quarters))
    if answer.since is not None:
        built.add_vline(
            x=answer.since.isoformat(), line_color=theme.DARK_GREY, line_width=1, line_dash="dot"
        )
    built.update_yaxes(title_text="Repeat plans (% of plans starting)", rangemode="tozero")
    return built


def _line(days: list[str], values: list[float | None], name: str, dash: str) -> go.Scatter:
    return go.Scatter(
        x=days,
        y=[None if value is None else 100 * value for value in values],
        mode="lines",
        line={"color": theme.DARK_BLUE, "width": 3, "dash": dash},
        name=name,
        hoverinfo="skip",
    )


def _seen(quarters: tuple[Quarter, ...]) -> go.Scatter:
    return go.Scatter(
        x=[one.starts_on.isoformat() for one in quarters],
        y=[None if one.share.value is None else 100 * one.share.value for one in quarters],
        mode="markers",
        marker={
            "color": theme.TURQUOISE,
            "size": 9,
            "symbol": ["diamond" if one.is_new else "circle" for one in quarters],
        },
        customdata=[quarter_words(one.starts_on) for one in quarters],
        name="Seen",
        hovertemplate="%{customdata}: %{y:.0f}%<extra></extra>",
    )


def _notes(released: Released[RepeatSeriesAnswer]) -> tuple[str, ...]:
    answer = released.answer
    fall = wording.percent(answer.question.worthwhile_fall)
    return (
        NO_CAUSE.format(of=answer.of),
        "Rule: with fewer than four whole quarters since a known day nothing can be told. Shown: "
        "the interval of the average difference from the old course lies below zero. Not shown: it "
        f"lies above zero, or rules out a fall of {fall} of the old course. Otherwise can't tell.",
        "The old course is a straight line with errors of neighbouring quarters tied to each other "
        "(AR(1)); the range holds single quarters and allows for that tie and for the line's own "
        "error. Siblings start plans together: that makes quarters spread more, which the range is "
        "measured from, so families need no correction of their own.",
        "Only quarters with two years of history before them. A plan that began before the extract "
        "is not held, even if it ended within it: in "
        f"{wording.percent(answer.not_held)} of starts an earlier plan is only counted, and "
        "whether it ended within two years is not known.",
        "Filters: the period is that in which a plan started. A gap is a quarter with few plans, "
        "or one that would give such a quarter away.",
        released.statement,
    )


def _change(released: Released[RepeatSeriesAnswer]) -> Exhibit:
    """Return level and slope since the change."""
    answer = released.answer
    change = answer.change
    if change is None:
        raise ValueError("an answer without a change has no such exhibit")
    sentence = (
        f"Since the change {wording.percent(change.seen)} of plans were repeats, against "
        f"{wording.percent(change.expected)} expected on the old course (middle quarter): "
        f"{_points(change.average)} points."
    )
    rows = (
        ("Average difference from the old course (points)", change.average),
        ("Jump in the first new quarter (points)", change.level),
        ("Change of slope (points a year)", change.slope),
    )
    return Exhibit(
        key="repeat_series_change",
        headline=f"{wording.points(change.average.value, places=0)} points against the old course",
        subtitle=(
            f"Level and slope of the share of repeat plans since "
            f"{wording.day(answer.since) if answer.since else 'the change'}, "
            f"{answer.provenance.place}, {100 * answer.question.level:.0f}% intervals"
        ),
        figure=None,
        table=Table(
            columns=("What", "Estimate", "Interval", "p-value"),
            rows=tuple(
                (
                    label,
                    wording.points(one.value),
                    wording.interval(one.conf_int, scale=100),
                    wording.p_value(one.p_value),
                )
                for label, one in rows
            ),
        ),
        alt_text="",
        notes=(NO_CAUSE.format(of=answer.of), released.statement),
        **origin(answer.provenance),
        sentences=(sentence,),
    )


def _points(one: Estimate) -> str:
    return f"{wording.points(one.value)} ({wording.interval(one.conf_int, scale=100)})"


def _detectable(released: Released[RepeatSeriesAnswer]) -> Exhibit:
    """Return how large a change new quarters could show."""
    answer = released.answer
    course = answer.course
    if course is None:
        raise ValueError("an answer without a course has no such exhibit")
    base = answer.ahead[0].expected if answer.ahead else None
    rows = tuple(
        (
            one.n_quarters,
            f"{3 * one.n_quarters} months",
            "none small enough" if one.jump is None else f"{100 * one.jump:.0f}",
        )
        for one in course.detectable
    )
    four = next((one for one in course.detectable if one.n_quarters == 4), None)
    now = "" if base is None else f" from {wording.percent(base)}"
    headline = "Four new quarters could hardly show any change"
    if four is not None and four.jump is not None:
        headline = f"Four quarters could show a jump of {100 * four.jump:.0f} points{now}"
    return Exhibit(
        key="repeat_series_power",
        headline=headline,
        subtitle=(
            f"Smallest jump of the share (percentage points) that new quarters would show with a "
            f"chance of 80%, {answer.provenance.place}"
        ),
        figure=None,
        table=Table(columns=("New quarters", "Time", "Smallest jump (points)"), rows=rows),
        alt_text="",
        notes=(
            "From the spread of quarters about the old course and the tie between neighbours, "
            f"which is taken as known ({course.std_dev * 100:.0f} points, "
            f"{course.autocorrelation:.2f}); a real analysis has a little less power.",
            "A fall cannot be larger than the share itself.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(
            "Six months are two quarters: too few to tell a change of this measure from chance, "
            "whatever happens.",
        ),
    )
