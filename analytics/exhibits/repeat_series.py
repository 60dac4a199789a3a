"""Exhibits of the follow-up question: the quarterly share of repeat plans and its old course."""

from __future__ import annotations

from datetime import date
from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.contrast import Estimate
from analytics.emmie.repeat_plans.follow_up_rule import Reason
from analytics.emmie.repeat_plans.old_course import Course, ExpectedQuarter, NewCourse
from analytics.emmie.repeat_plans.series import RepeatSeriesAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, folded_assumptions, origin
from analytics.exhibits.match_checks import health_checks
from analytics.exhibits.repeat_series_figure import quarter_words, series_figure

REASONS: Final[dict[Reason, str]] = {
    "not_dated": (
        "No day is recorded on which {of} began, so there is nothing to compare yet. What is drawn "
        "is the course that the share was on, which it will be compared with."
    ),
    "no_quarter_yet": "No whole quarter has passed since {of} began.",
    "too_few_quarters": (
        "Fewer than four whole quarters have passed since {of} began: too few to tell."
    ),
    "not_estimable": "There are too few quarters, or a quarter without a plan, to estimate from.",
    "withheld": "Counts are too small to show.",
    "failed_check": "A health check of the series failed.",
    "no_course": "The old course would have come down to zero by now: no fall is left to look for.",
    "fell": "The share is lower than its old course by more than chance, and by enough to matter.",
    "fell_too_little": (
        "The share is lower than its old course by more than chance, but by less than would matter."
    ),
    "fell_perhaps_too_little": (
        "The share is lower than its old course by more than chance, but the best estimate of the "
        "fall is smaller than would matter, and a larger one is not ruled out."
    ),
    "rose": "The share is higher than its old course by more than chance.",
    "no_worthwhile_fall": "A fall large enough to matter is ruled out.",
    "both_possible": "Both no change and a fall large enough to matter are possible.",
}
HEADLINES: Final[dict[Reason, str]] = {
    "not_dated": "Not yet: no start date of {of} is recorded",
    "no_quarter_yet": "Not yet: no whole quarter since {of} began",
    "too_few_quarters": "Not yet: fewer than four quarters since {of} began",
    "not_estimable": "Can't tell: there is too little to estimate from",
    "withheld": "Can't tell: counts are too small to show",
    "failed_check": "Can't tell: the series failed a health check",
    "no_course": "Can't tell: the old course leaves nothing to fall",
    "fell": "Shown: fewer repeat plans than on the old course",
    "fell_too_little": "Not shown: repeat plans fell, by less than would matter",
    "fell_perhaps_too_little": "Can't tell: repeat plans fell, perhaps by too little",
    "rose": "Not shown: more repeat plans than on the old course",
    "no_worthwhile_fall": "Not shown: a fall that would matter is ruled out",
    "both_possible": "Can't tell: no change and a fall are both possible",
}
QUARTERS: Final = 4
TOO_SHORT: Final = (
    "The old course isn't carried on: it has fewer than eight quarters, or no spread at all."
)
NO_CAUSE: Final = (
    "One place without a comparison: whatever else changed at the time is part of any change, so "
    "even a fall that is shown is no proof that {of} caused it."
)


def repeat_series_exhibits(released: Released[RepeatSeriesAnswer]) -> tuple[Exhibit, ...]:
    """Return the series, level and slope since the change, what could be shown, and checks."""
    answer = released.answer
    found = [_series(released)]
    if answer.change is not None:
        found.append(_change(released, answer.change))
    if answer.course is not None:
        found.append(_detectable(released, answer.course))
    if answer.change is not None:
        found.append(health_checks(answer.checks, answer.provenance))
    found += folded_assumptions(answer.provenance, answer.assumptions)
    return tuple(found)


def reason_sentences(answer: RepeatSeriesAnswer) -> tuple[str, ...]:
    """Return why the word is what it is."""
    return tuple(REASONS[reason].format(of=answer.of) for reason in answer.reasons)


def _series(released: Released[RepeatSeriesAnswer]) -> Exhibit:
    answer = released.answer
    period = ""
    if answer.quarters:
        first, last = answer.quarters[0].starts_on, answer.quarters[-1].starts_on
        period = f", {first:%B %Y} to {date(last.year, last.month + 2, 1):%B %Y}"
    sentences = (*reason_sentences(answer), *_range_sentences(answer))
    return Exhibit(
        key="repeat_series",
        headline=HEADLINES[answer.reasons[0]].format(of=answer.of),
        subtitle=(
            f"Share of child protection plans starting in the quarter whose child's earlier plan "
            f"ended within two years before (%), {answer.provenance.place}{period}; shaded: where "
            f"{wording.percent(answer.question.level)} of single quarters would lie on the old "
            "course"
        ),
        figure=theme.as_dict(series_figure(answer)) if answer.quarters else None,
        table=_table(answer),
        alt_text=f"Quarterly shares with the old course carried on. {' '.join(sentences)}",
        notes=_notes(released),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _range_sentences(answer: RepeatSeriesAnswer) -> tuple[str, ...]:
    if not answer.ahead:
        return (TOO_SHORT,) if answer.quarters else ()
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


def _notes(released: Released[RepeatSeriesAnswer]) -> tuple[str, ...]:
    answer = released.answer
    fall = wording.percent(answer.question.worthwhile_fall)
    return (
        NO_CAUSE.format(of=answer.of),
        "Rule: with fewer than four whole quarters since a known day nothing can be told. A fall "
        f"matters from {fall} of the old course on. Shown: the interval of the average difference "
        "from the old course lies below zero, and its best value is a fall that matters. Not "
        "shown: the interval lies above zero, or rules out every fall that matters, whether or not "
        "it rules out no fall at all. Otherwise can't tell.",
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


def _change(released: Released[RepeatSeriesAnswer], change: NewCourse) -> Exhibit:
    """Return level and slope since the change."""
    answer = released.answer
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
            f"{answer.provenance.place}, {wording.percent(answer.question.level)} intervals"
        ),
        figure=None,
        table=Table(
            columns=("What", "Estimate (interval)", "p-value"),
            rows=tuple((label, _points(one), wording.p_value(one.p_value)) for label, one in rows),
        ),
        alt_text="",
        notes=(NO_CAUSE.format(of=answer.of), released.statement),
        **origin(answer.provenance),
        sentences=(sentence,),
    )


def _points(one: Estimate) -> str:
    return f"{wording.points(one.value)} ({wording.interval(one.conf_int, scale=100)})"


def _detectable(released: Released[RepeatSeriesAnswer], course: Course) -> Exhibit:
    """Return how large a change new quarters could show."""
    answer = released.answer
    base = answer.ahead[0].expected if answer.ahead else None
    four = next((one for one in course.detectable if one.n_quarters == QUARTERS), None)
    fall = "" if four is None else _fall(base, four.change)
    headline = "A year could hardly show any fall"
    if fall.startswith("to"):
        headline = f"A year could show only a fall from {wording.percent(base)} {fall}"
    return Exhibit(
        key="repeat_series_power",
        headline=headline,
        subtitle=(
            f"Smallest average change of the share (percentage points) that new quarters would "
            f"show with a chance of 80%, {answer.provenance.place}"
        ),
        figure=None,
        table=Table(
            columns=("New quarters", "Smallest change (points)", "Fall of the share"),
            rows=tuple(
                (
                    f"{one.n_quarters} ({3 * one.n_quarters} months)",
                    "none" if one.change is None else wording.fixed(100 * one.change),
                    _fall(base, one.change),
                )
                for one in course.detectable
            ),
        ),
        alt_text="",
        notes=(
            "From the spread of quarters about the old course and the tie between neighbours, "
            f"which is taken as known ({wording.fixed(100 * course.std_dev)} points, "
            f"{wording.fixed(course.autocorrelation, 2)}); a real analysis has a little less "
            "power.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(
            "Six months are two quarters; the rule needs four before anything is told. With so few "
            "plans in a quarter, smaller falls than these can't be told from chance.",
        ),
    )


def _fall(base: float | None, change: float | None) -> str:
    """Return the share that such a fall would leave, or that the share is too small for it."""
    if base is None or change is None or change >= base:
        return "larger than the share itself"
    return f"to {wording.percent(base - change)}"
