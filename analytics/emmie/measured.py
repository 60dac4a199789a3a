"""One thing that can be counted, counted: by the engine, from the extract that holds it.

Measures of Implementation and links of a logic model name what they rest on in the same way: a kind
(``theme``, ``item``, ``skill`` ...) and a key. Methods:
``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple, Self

import ibis

from analytics.disclosure.policy import policy_named, strictest
from analytics.disclosure.suppression import CONFIDENTIAL, Share, withhold_share
from analytics.emmie.implementation.steps import deliveries, path_to
from analytics.emmie.study import Study
from analytics.extracts import code_lists as codes
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Measure
from analytics.extracts.protocol.delivery import MeasureKind
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

SKILLED_FROM: Final = 3.5
"""Score, of 5, from which a recorded meeting counts as skilled."""

EXTRACT_OF: Final[dict[MeasureKind, str]] = {
    "theme": "coded_interviews",
    "item": "survey_responses",
    "skill": "skill_scores",
    "step": "delivery_steps",
    "component": "fidelity",
    "course": "training",
    "post": "workforce_months",
    "audit": "audit_families",
    "agency_attended": "agency_contributions",
    "agency_contributed": "agency_contributions",
}
"""Extract that each kind of measure is counted in."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was counted for one kind and key.

    Attributes
    ----------
    kind, of : str
        What was counted, as in `analytics.extracts.protocol.Measure`.
    role : str or None
        Whose interviews, answers or courses; everybody's when None.
    wave : int or None
        Wave that was counted; None where there is none.
    share : Share or None
        Those with it, of those who could have it; None when there is no count, and for posts.
    conf_int : Interval or None
        Wilson interval of the share, 95%, which takes the units as independent.
    mean : Mean or None
        Mean score of a skill, its interval clustered by worker.
    posts : Posts or None
        For ``post``: posts are not people, so there is no count and no interval.
    policy : str
        Disclosure policy of what was counted; family members' words never go under ``staff``.
    drops : tuple of int
        For ``step``: deliveries lost between earlier steps, from which a total could tell a small
        number. Never kept after disclosure control.
    why_not : str or None
        Why nothing was counted: ``no_extract`` (the evaluation has none), ``unusable_extract`` (it
        broke its contract), ``not_in_protocol`` (the key is unknown), ``not_a_scale`` (no score of
        the questionnaire counts as agreeing), ``no_rows``.
    """

    kind: MeasureKind
    of: str
    role: str | None = None
    wave: int | None = None
    share: Share | None = None
    conf_int: Interval | None = None
    mean: Mean | None = None
    posts: Posts | None = None
    policy: str = "dfe_cin"
    drops: tuple[int, ...] = ()
    why_not: WhyNot | None = None

    @property
    def value(self) -> float | None:
        """The share, or posts filled over posts planned; None when there is none to show."""
        if self.posts is not None:
            return self.posts.filled / self.posts.planned
        return None if self.share is None else self.share.value

    def disclose(self) -> Self:
        """Withhold small counts under the policy of the extract that they were counted in."""
        if self.share is None:
            return self
        policy = policy_named(self.policy)
        share = withhold_share(self.share, policy)
        if any(policy.is_small(drop) for drop in self.drops):
            share = Share(events=None, n=None, value=None, symbol=CONFIDENTIAL)
        if not share.is_withheld:
            return replace(self, share=share, drops=())
        return replace(self, share=share, conf_int=None, mean=None, drops=())


class _Counts(NamedTuple):
    """What one query found; ``family`` is how many of the units are family members' own words."""

    events: int
    n: int
    family: int = 0
    wave: int | None = None
    mean: Mean | None = None
    posts: Posts | None = None
    drops: tuple[int, ...] = ()


def measure(study: Study, item: Measure) -> Measured:
    """Count a measure of the protocol; "no" is counted where "no" is what should be seen."""
    found = measured(study, item.kind, item.of, role=item.role, wave=item.wave)
    if item.expected or found.share is None or found.share.events is None:
        return found
    n = found.share.n or 0
    events = n - found.share.events
    return replace(found, share=Share.of(events, n), conf_int=wilson_interval(events, n), mean=None)


def measured(
    study: Study,
    kind: MeasureKind,
    of: str,
    *,
    role: str | None = None,
    wave: int | None = None,
) -> Measured:
    """Count one thing; the engine does the counting.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer. Filters apply as the extract's contract allows.
    kind : str
        What is counted: interviews with a theme (as the first coder judged them), answers that
        agree with an item, recorded meetings with a score of at least 3.5 on a skill, deliveries
        that reached a step of those that reached the step before, parts of the model done of those
        for which the record tells, courses completed, posts filled in the last month, audited
        families with a flag, or conferences at which an involved agency was or contributed.
    of : str
        Key of the theme, item, skill, step, part, course, role, flag or agency.
    role : str, optional
        Whose interviews, answers or courses.
    wave : int, optional
        Wave of interviews, a survey or observations. When omitted: every wave of interviews, and
        the last wave that the protocol lists of a survey or of observations.

    Returns
    -------
    Measured
        Before disclosure control; with ``why_not`` when there is nothing to count.
    """
    extract = EXTRACT_OF[kind]
    empty = Measured(
        kind=kind, of=of, role=role, wave=wave, policy=study.protocol.policy_of(extract)
    )
    if extract not in study.protocol.evaluation.extracts:
        return replace(empty, why_not="no_extract")
    try:
        found = _COUNTED[kind](study, of, role, wave)
    except UnusableExtractError:
        return replace(empty, why_not="unusable_extract")
    if not isinstance(found, _Counts):
        return replace(empty, why_not=found)
    if found.posts is not None:
        return replace(empty, posts=found.posts)
    if not found.n:
        return replace(empty, wave=found.wave, why_not="no_rows")
    policies = (empty.policy, "dfe_cin") if found.family and empty.policy == "staff" else ()
    return replace(
        empty,
        wave=found.wave,
        share=Share.of(found.events, found.n),
        conf_int=wilson_interval(found.events, found.n),
        mean=found.mean,
        drops=found.drops,
        policy=strictest(policies or (empty.policy,)).key,
    )


def _count(study: Study, table: ibis.Table, yes: Any, *, wave: int | None = None) -> _Counts:
    """Count rows for which ``yes`` holds among all rows; a role column tells whose they are."""
    family = table.role.isin(codes.FAMILY_ROLES).sum() if "role" in table.columns else 0
    row = study.store.records(table.aggregate(events=yes.sum(), n=table.count(), family=family))[0]
    return _Counts(
        events=int(row["events"] or 0),
        n=int(row["n"]),
        family=int(row["family"] or 0),
        wave=wave,
    )


def _of_role(table: ibis.Table, role: str | None) -> ibis.Table:
    return table if role is None else table.filter(table.role == role)


def _theme(study: Study, of: str, role: str | None, wave: int | None) -> _Counts:
    rows = _of_role(study.table("coded_interviews"), role)
    rows = rows.filter(rows.theme == of, rows.coder == "first")
    if wave is not None:
        rows = rows.filter(rows.wave == wave)
    return _count(study, rows, rows.present, wave=wave)


def _item(study: Study, of: str, role: str | None, wave: int | None) -> _Counts | WhyNot:
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


def _skill(study: Study, of: str, role: str | None, wave: int | None) -> _Counts:
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
    return _Counts(
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


def _step(study: Study, of: str, role: str | None, wave: int | None) -> _Counts | WhyNot:
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
    return _Counts(events=reached[-1], n=reached[-2], drops=drops)


def _component(study: Study, of: str, role: str | None, wave: int | None) -> _Counts:
    del role, wave
    rows = study.table("fidelity")
    rows = rows.filter(rows.component == of, rows.met.notnull())
    return _count(study, rows, rows.met)


def _course(study: Study, of: str, role: str | None, wave: int | None) -> _Counts:
    del wave
    rows = _of_role(study.table("training"), role)
    rows = rows.filter(rows.course == of)
    return _count(study, rows, rows.completed_on.notnull())


def _post(study: Study, of: str, role: str | None, wave: int | None) -> _Counts | WhyNot:
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
    return _Counts(events=0, n=0, posts=posts)


def _audit(study: Study, of: str, role: str | None, wave: int | None) -> _Counts:
    del role, wave
    rows = study.table("audit_families")
    rows = rows.filter(rows[of].notnull())
    return _count(study, rows, rows[of])


def _agency(answer: str) -> Callable[[Study, str, str | None, int | None], _Counts]:
    """Return the counter of conferences of which an involved agency's ``answer`` is yes."""

    def count(study: Study, of: str, role: str | None, wave: int | None) -> _Counts:
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


_COUNTED: Final[
    dict[MeasureKind, Callable[[Study, str, str | None, int | None], _Counts | WhyNot]]
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
