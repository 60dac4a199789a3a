"""Counters: one for each kind of thing that a measure or a logic model can name.

What each counts, of what, is in ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

import ibis

from analytics.emmie.implementation.steps import deliveries, path_to
from analytics.emmie.study import Study
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol.delivery import MeasureKind
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import Interval

SKILLED_FROM: Final = 3.5
"""Score, of 5, from which a recorded meeting counts as skilled."""

WhyNot = Literal["no_extract", "unusable_extract", "not_in_protocol", "not_a_scale", "no_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean score; the interval is None when there is too little to estimate it from."""

    value: float
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Posts of one role in one month, in full-time equivalents."""

    filled: float
    planned: float
    month: date


class Counts(NamedTuple):
    """What one query found; ``family`` is how many of the units are family members' own words.

    ``parts`` are roles with their yeses and sizes, which another exhibit shows one by one.
    """

    events: int
    n: int
    family: int = 0
    wave: int | None = None
    mean: Mean | None = None
    posts: Posts | None = None
    drops: tuple[int, ...] = ()
    parts: tuple[tuple[str, int, int], ...] = ()


def _count(study: Study, table: ibis.Table, yes: Any, *, wave: int | None = None) -> Counts:
    """Count rows for which ``yes`` holds among all rows; a role column tells whose they are."""
    family = table.role.isin(codes.FAMILY_ROLES).sum() if "role" in table.columns else 0
    row = study.store.records(table.aggregate(events=yes.sum(), n=table.count(), family=family))[0]
    return Counts(
        events=int(row["events"] or 0),
        n=int(row["n"]),
        family=int(row["family"] or 0),
        wave=wave,
    )


def _of_role(table: ibis.Table, role: str | None) -> ibis.Table:
    return table if role is None else table.filter(table.role == role)


def _theme(study: Study, of: str, role: str | None, wave: int | None) -> Counts:
    rows = _of_role(study.table("coded_interviews"), role)
    rows = rows.filter(rows.theme == of, rows.coder == "first")
    if wave is not None:
        rows = rows.filter(rows.wave == wave)
    found = _count(study, rows, rows.present, wave=wave)
    if role is not None:
        return found
    by_role = rows.group_by("role").aggregate(events=rows.present.sum(), n=rows.count())
    parts = sorted(
        (row["role"], int(row["events"] or 0), int(row["n"]))
        for row in study.store.records(by_role)
    )
    return found._replace(parts=tuple(parts))


def _item(study: Study, of: str, role: str | None, wave: int | None) -> Counts | WhyNot:
    instruments = {one.key: one for one in study.protocol.instruments}
    item = next((one for one in study.protocol.items if one.key == of), None)
    if item is None:
        return "not_in_protocol"
    instrument = instruments[item.instrument]
    if instrument.agree_from is None:
        return "not_a_scale"
    wave = wave or len(instrument.waves)
    rows = _of_role(study.table("survey_responses"), role)
    rows = rows.filter(rows.item == of, rows.wave == wave, rows.score.notnull())
    return _count(study, rows, rows.score >= instrument.agree_from, wave=wave)


def _skill(study: Study, of: str, role: str | None, wave: int | None) -> Counts:
    """Count skilled meetings, and take their mean score; a worker's meetings are alike."""
    del role
    observed = study.protocol.observed
    wave = wave or (len(observed.waves) if observed else 1)
    meetings = study.table("observations")
    meetings = meetings.filter(meetings.wave == wave, meetings.recorded)
    scores = study.unfiltered("skill_scores")
    scores = scores.filter(scores.skill == of, scores.coder == "first")
    rows = scores.join(meetings.select("observation_id", "worker_id"), "observation_id")
    frame = study.store.rows(rows.select("score", "worker_id"))
    return Counts(
        events=int((frame.score >= SKILLED_FROM).sum()),
        n=len(frame),
        wave=wave,
        mean=_mean(frame.score.to_numpy(), frame.worker_id.to_numpy()) if len(frame) else None,
    )


def _mean(score: Any, worker: Any) -> Mean:
    value = float(score.mean())
    fit = fit_linear(score, [[1.0]] * len(score), cluster=worker)
    if not isinstance(fit, LinearFit):
        return Mean(value=value, conf_int=None)
    contrast = linear_contrast(fit, [1.0])
    return Mean(value=value, conf_int=getattr(contrast, "conf_int", None))


def _step(study: Study, of: str, role: str | None, wave: int | None) -> Counts | WhyNot:
    del role, wave
    step = next((one for one in study.protocol.steps if one.key == of), None)
    if step is None:
        return "not_in_protocol"
    wide = deliveries(study)
    path = path_to(of, study.protocol.steps)
    row = study.store.records(
        wide.aggregate(all_=wide.count(), **{key: wide[key].notnull().sum() for key in path})
    )[0]
    reached = [int(row["all_"]), *(int(row[key] or 0) for key in path)]
    drops = tuple(before - here for before, here in pairwise(reached[:-1]))
    return Counts(events=reached[-1], n=reached[-2], drops=drops)


def _component(study: Study, of: str, role: str | None, wave: int | None) -> Counts:
    del role, wave
    rows = study.table("fidelity")
    rows = rows.filter(rows.component == of, rows.met.notnull())
    return _count(study, rows, rows.met)


def _course(study: Study, of: str, role: str | None, wave: int | None) -> Counts:
    del wave
    rows = _of_role(study.table("training"), role)
    rows = rows.filter(rows.course == of)
    return _count(study, rows, rows.completed_on.notnull())


def _post(study: Study, of: str, role: str | None, wave: int | None) -> Counts | WhyNot:
    """Add up the posts of a role over teams, in the last month there is."""
    del role, wave
    rows = study.table("workforce_months")
    rows = rows.filter(rows.role == of)
    by_month = rows.group_by("month").aggregate(
        filled=rows.posts_filled.sum(), planned=rows.posts_planned.sum()
    )
    last = study.store.records(by_month.order_by(by_month.month.desc()).limit(1))
    if not last or not last[0]["planned"]:
        return "no_rows"
    posts = Posts(filled=last[0]["filled"], planned=last[0]["planned"], month=last[0]["month"])
    return Counts(events=0, n=0, posts=posts)


def _audit(study: Study, of: str, role: str | None, wave: int | None) -> Counts:
    del role, wave
    rows = study.table("audit_families")
    rows = rows.filter(rows[of].notnull())
    return _count(study, rows, rows[of])


def _agency(answer: str) -> Callable[[Study, str, str | None, int | None], Counts]:
    """Return the counter of conferences of which an involved agency's ``answer`` is yes."""

    def count(study: Study, of: str, role: str | None, wave: int | None) -> Counts:
        del role, wave
        conferences = study.table("conferences")
        rows = study.unfiltered("agency_contributions")
        rows = rows.filter(
            rows.agency == of,
            rows.involved,
            rows.conference_id.isin(conferences.conference_id),
        )
        return _count(study, rows, rows[answer])

    return count


COUNTED: Final[
    dict[MeasureKind, Callable[[Study, str, str | None, int | None], Counts | WhyNot]]
] = {
    "theme": _theme,
    "item": _item,
    "skill": _skill,
    "step": _step,
    "component": _component,
    "course": _course,
    "post": _post,
    "audit": _audit,
    "agency_attended": _agency("attended"),
    "agency_contributed": _agency("contributed"),
}
