"""One thing that can be counted, counted: by the engine, from the extract that holds it.

Measures of Implementation and links of a logic model name what they rest on in the same way: a kind
(``theme``, ``item``, ``skill`` ...) and a key. Methods:
``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Self

from analytics.disclosure.policy import DFE_CIN, policy_named, strictest
from analytics.disclosure.suppression import CONFIDENTIAL, Share, withhold_share
from analytics.emmie.counting import COUNTED, Counts, Mean, Posts, WhyNot
from analytics.emmie.study import Study
from analytics.extracts import code_lists as codes
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Measure
from analytics.extracts.protocol.delivery import MeasureKind
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

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
    staff_policy : str
        That of the extract, for the words of staff alone.
    drops : tuple of int
        For ``step``: deliveries lost between earlier steps, from which a total could tell a small
        number. Never kept after disclosure control.
    parts : tuple of (str, int, int)
        For ``theme``: roles with their yeses and sizes, which are shown one by one elsewhere. Never
        kept after disclosure control.
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
    staff_policy: str = "dfe_cin"
    drops: tuple[int, ...] = ()
    parts: tuple[tuple[str, int, int], ...] = ()
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
        left = self._without_lone_role()
        if left is not self and not share.is_withheld:
            return replace(left, parts=()).disclose()
        if not share.is_withheld:
            return replace(self, share=share, drops=(), parts=())
        return replace(self, share=share, conf_int=None, mean=None, drops=(), parts=())

    def _without_lone_role(self) -> Self:
        """Leave out roles whose withheld count would follow from the total and the other roles."""
        out = []
        for role, events, n in self.parts:
            policy = DFE_CIN if role in codes.FAMILY_ROLES else policy_named(self.staff_policy)
            if withhold_share(Share.of(events, n), policy).is_withheld:
                out.append((events, n, policy))
        yes, no = sum(part[0] for part in out), sum(part[1] - part[0] for part in out)
        is_small = any(part[2].is_small(cell) for part in out for cell in (yes, no))
        if not out or (len(out) > 1 and not is_small) or self.share is None:
            return self
        events, n = (self.share.events or 0) - yes, (self.share.n or 0) - yes - no
        return replace(
            self,
            share=Share.of(events, n),
            conf_int=wilson_interval(events, n) if n else None,
            parts=(),
        )


def measure(study: Study, item: Measure) -> Measured:
    """Count a measure of the protocol; "no" is counted where "no" is what should be seen."""
    found = measured(study, item.kind, item.of, role=item.role, wave=item.wave)
    if item.expected or found.share is None or found.share.events is None:
        return found
    n = found.share.n or 0
    events = n - found.share.events
    return replace(
        found,
        share=Share.of(events, n),
        conf_int=wilson_interval(events, n),
        mean=None,
        parts=tuple((role, size - yes, size) for role, yes, size in found.parts),
    )


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
        count = partial(COUNTED[kind], study, of, role, wave)
        found = study.once(("counts", kind, of, role, wave), count)
    except UnusableExtractError:
        return replace(empty, why_not="unusable_extract")
    if not isinstance(found, Counts):
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
        parts=found.parts,
        staff_policy=empty.policy,
        policy=strictest(policies or (empty.policy,)).key,
    )
