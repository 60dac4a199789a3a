"""How timeliness is counted: rows of an extract, period by period.

Methods: ``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.periods import Step
from analytics.emmie.case_outcomes.timed_rows import (
    TimedRows,
    begun_waits,
    ended_waits,
    held_from,
    look_backs,
    whole_month_from,
)
from analytics.emmie.case_outcomes.timeliness import (
    FEWEST_ROWS,
    LIMITS,
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    Measure,
    ReReferralsQuestion,
    TimelinessAnswer,
    TimePoint,
)
from analytics.emmie.case_outcomes.working_days import working_days_between
from analytics.emmie.study import Study, Unanswered
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.curves import survival_at
from analytics.statistics.time_to_event.median import median_duration, median_interval
from analytics.statistics.time_to_event.survival import clustered_kaplan_meier

LEVEL = 0.95


def answer_conference_times(
    question: ConferenceTimesQuestion, study: Study
) -> TimelinessAnswer | Unanswered:
    """Count children with a conference by the period in which it was held, as DfE does.

    Parameters
    ----------
    question : ConferenceTimesQuestion
        Length of a period.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    TimelinessAnswer or Unanswered
    """
    extract = "section_47_enquiries"
    if extract not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    first = held_from(study, extract, "started_on")
    # Before that, conferences whose enquiry lies before the extract, so late ones, are not held.
    start = (
        None if first is None else _month_after(_working_days_after(first, LIMITS["conference"]))
    )
    rows = ended_waits(study, extract, "conference_on")
    return _answer(study, extract, "conference", question.step, rows, start=start)


def answer_assessment_times(
    question: AssessmentTimesQuestion, study: Study
) -> TimelinessAnswer | Unanswered:
    """Count assessments by the period in which they started, once 45 working days have passed.

    Parameters
    ----------
    question : AssessmentTimesQuestion
        Length of a period.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    TimelinessAnswer or Unanswered
    """
    extract = "assessments"
    if extract not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    start = held_from(study, extract, "started_on")
    rows = begun_waits(study, extract, "authorised_on")
    end = _followed_until(study.protocol.evaluation.as_at, LIMITS["assessment"])
    return _answer(study, extract, "assessment", question.step, rows, start=start, end=end)


def answer_re_referrals(
    question: ReReferralsQuestion, study: Study
) -> TimelinessAnswer | Unanswered:
    """Count referrals by period, looking back 12 months from each, as DfE does.

    Parameters
    ----------
    question : ReReferralsQuestion
        Length of a period.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    TimelinessAnswer or Unanswered
        Periods start a year after the extract does.
    """
    extract = "referrals"
    if extract not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    first = held_from(study, extract, "referred_on")
    start = None if first is None else whole_month_from(first)
    start = start and start.replace(year=start.year + 1)
    return _answer(study, extract, "re_referral", question.step, look_backs(study), start=start)


def _answer(
    study: Study,
    extract: str,
    measure: Measure,
    step: Step,
    rows: TimedRows,
    *,
    start: date | None,
    end: date | None = None,
) -> TimelinessAnswer | Unanswered:
    provenance = study.provenance(extract)
    chosen = study.filters
    first = max(start or date.min, chosen.period_start or date.min)
    last = min(end or study.protocol.evaluation.as_at, chosen.period_end or date.max)
    n_open = int((~rows.is_over).sum())
    # Referrals are counted by month, of which the filter has left the days that it should.
    rows = rows.between(first.replace(day=1) if measure == "re_referral" else first, last)
    if start is None or not len(rows):
        return Unanswered(reason="no_rows", provenance=provenance)
    months = rows.day.astype("datetime64[M]").astype(np.int64)
    return TimelinessAnswer(
        provenance=provenance,
        measure=measure,
        step=step,
        points=tuple(_points(rows, months if step == "month" else months // 3 * 3, measure)),
        years=tuple(
            point
            for point in _points(rows, (months - 3) // 12 * 12 + 3, measure)
            if first <= point.period and date(point.period.year + 1, 3, 31) <= last
        ),
        total=_point(first, rows, measure),
        by_month=_by_month(rows, months, measure),
        shown_from=first,
        shown_to=last,
        n_open=n_open,
        level=LEVEL,
    )


def _points(rows: TimedRows, months: NDArray[np.int64], measure: Measure) -> list[TimePoint]:
    """Return one point for each label; a label is the number of months since January 1970."""
    return [
        _point(_first_of(label), part, measure)
        for label in np.unique(months)
        if len(part := rows.of(months == label))
    ]


def _by_month(
    rows: TimedRows, months: NDArray[np.int64], measure: Measure
) -> tuple[tuple[date, Share], ...]:
    in_time = _in_time(rows, measure)
    return tuple(
        (_first_of(label), Share.of(int((in_time & mine).sum()), int(mine.sum())))
        for label in np.unique(months)
        for mine in [months == label]
    )


def _in_time(rows: TimedRows, measure: Measure) -> NDArray[np.bool_]:
    return np.asarray((rows.wait <= LIMITS[measure]) & rows.is_over)


def _first_of(label: np.int64) -> date:
    return date(1970 + int(label) // 12, int(label) % 12 + 1, 1)


def _point(period: date, rows: TimedRows, measure: Measure) -> TimePoint:
    """Return share and median, both of one Kaplan-Meier curve whose error allows for siblings."""
    limit = LIMITS[measure]
    curve = clustered_kaplan_meier(rows.wait, rows.is_over, rows.cluster, level=LEVEL)
    conf_int, median, around = None, None, None
    if not isinstance(curve, NotEstimable):
        there = survival_at(curve, [limit])
        conf_int = Interval(
            low=1 - float(there.conf_high[0]),
            high=1 - float(there.conf_low[0]),
            level=LEVEL,
            method=curve.method,
        )
        if measure != "re_referral" and len(rows) >= FEWEST_ROWS:
            found, limits = median_duration(curve), median_interval(curve)
            median = None if isinstance(found, NotEstimable) else found
            is_open = isinstance(limits, NotEstimable) or math.isinf(limits.high)
            around = None if is_open or isinstance(limits, NotEstimable) else limits
    return TimePoint(
        period=period,
        share=Share.of(int(_in_time(rows, measure).sum()), len(rows)),
        conf_int=conf_int,
        median=median,
        median_interval=around,
    )


def _month_after(day: date) -> date:
    """Return the first of a month, on the day or after it."""
    return day if day.day == 1 else (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _working_days_after(day: date, number: int) -> date:
    """Return the first day that is so many working days after a day."""
    days = [day + timedelta(days=more) for more in range(3 * number + 15)]
    counted = working_days_between([day] * len(days), days)
    return days[int(np.searchsorted(counted, number))]


def _followed_until(as_at: date, number: int) -> date:
    """Return the last day after which so many working days have passed by the as-at date."""
    days = [as_at - timedelta(days=less) for less in range(3 * number + 15)]
    counted = working_days_between(days, [as_at] * len(days))
    return days[int(np.searchsorted(counted, number))]
