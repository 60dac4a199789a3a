"""What one piece of evidence says about a link of the logic model, by written rules.

Every piece is judged on figures after disclosure control. Methods:
``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from analytics.disclosure.suppression import Share
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.measured import Measured, measured
from analytics.emmie.mechanism.answers import ItemAnswers
from analytics.emmie.mechanism.skills import SkillsAnswer
from analytics.emmie.mechanism.surveys import SurveysAnswer
from analytics.emmie.mechanism.themes import ThemeFound, ThemesAnswer
from analytics.emmie.study import Study
from analytics.extracts.code_lists import AUDIT_FLAGS, ROLE
from analytics.extracts.protocol import Direction, Protocol
from analytics.extracts.protocol.delivery import MeasureKind
from analytics.extracts.protocol.practice import ThemeKind
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

Finding = Literal["for", "against", "unclear", "none"]
Basis = Literal["perceived", "delivered", "change", "outcome"]
MEASURED_CHANGE: Final[tuple[Basis, ...]] = ("change", "outcome")
"""Bases on which something was measured to differ, rather than said or done."""

MAJORITY: Final = 0.5
"""Share of those asked from which a theme counts as generally raised."""
DONE_FROM, RARE_BELOW = 0.8, 0.5
"""Shares from which a step counts as done, and below which as rarely done."""
RELIABLE_FROM: Final = 0.667
"""Krippendorff's alpha below which themes bear no conclusion."""
SPEAK_AGAINST: Final[tuple[ThemeKind, ...]] = ("concern", "barrier", "unintended")
CONTEXT: Final[tuple[ThemeKind, ...]] = ("moderator",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence for a link.

    Attributes
    ----------
    kind, of, label : str
        What was looked at: ``outcome`` or a kind of `analytics.emmie.measured`, its key, its label.
    finding : str
        ``for`` or ``against`` the link, ``unclear``, or ``none`` when there is nothing to judge.
    basis : str
        ``perceived`` (somebody said so), ``delivered`` (it was done), ``change`` (a score moved
        over waves) or ``outcome`` (an outcome differed, as the Effect page estimates it).
    share, conf_int : Share or None, Interval or None
        What was counted.
    change : Estimate or None
        Points from the first wave to the last: of a share (between -1 and 1), or of a score.
    direction : str or None
        Which way it moved by more than chance.
    ratio : Estimate or None
        Of an outcome, with the intervention over without.
    posts : (float, float) or None
        Posts filled and planned, in full-time equivalents.
    why : str
        Code of why there is nothing, or why a finding counts for less: ``withheld``,
        ``not_collected``, ``unusable_extract``, ``unreliable`` (coders don't agree), ``context``,
        ``attrition`` (most of those who were followed did not answer again), ``no_comparison``,
        ``check_failed``, ``no_direction`` (no direction is agreed as good).
    """

    kind: str
    of: str
    label: str
    finding: Finding
    basis: Basis
    share: Share | None = None
    conf_int: Interval | None = None
    change: Estimate | None = None
    direction: Direction | None = None
    ratio: Estimate | None = None
    posts: tuple[float, float] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSeen:
    """One outcome as an analysis of Effect sees it.

    Attributes
    ----------
    row : EffectRow
        After disclosure control.
    has_comparison : bool
        Whether the analysis compares with others who did not have the intervention.
    is_failed : bool
        Whether a health check forbids quoting it.
    """

    row: EffectRow
    has_comparison: bool
    is_failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Released answers that pieces of evidence are read from; None when there is none."""

    themes: ThemesAnswer | None
    surveys: SurveysAnswer | None
    skills: SkillsAnswer | None
    outcomes: tuple[OutcomeSeen, ...]

    def theme(self, key: str) -> ThemeFound | None:
        """Return a theme."""
        themes = self.themes.themes if self.themes else ()
        return next((one for one in themes if one.key == key), None)

    def loses_most(self, item: str) -> bool:
        """Return whether most of those who were asked an item first did not answer again."""
        surveys = self.surveys.surveys if self.surveys else ()
        return any(
            survey.attrition is not None and survey.attrition.loses_most
            for survey in surveys
            if any(one.key == item for one in survey.items)
        )

    def item(self, key: str) -> ItemAnswers | None:
        """Return an item of a survey."""
        surveys = self.surveys.surveys if self.surveys else ()
        return next((one for survey in surveys for one in survey.items if one.key == key), None)


def piece(name: str, study: Study, sources: Sources) -> Piece:
    """Judge one piece of evidence.

    Parameters
    ----------
    name : str
        As in the protocol, ``kind:key``.
    study : Study
        Evaluation, filters and viewer.
    sources : Sources
        Released answers.
    """
    kind, _, of = name.partition(":")
    label = _label(kind, of, study.protocol)
    if kind == "outcome":
        return _outcome(of, label, sources)
    if kind == "theme":
        return _theme(of, label, sources)
    if kind == "item":
        return _item(of, label, sources)
    if kind == "skill":
        return _skill(of, label, sources)
    found = measured(study, cast("MeasureKind", kind), of)
    return _delivered(found.disclose(), label, study.protocol)


def _label(kind: str, of: str, protocol: Protocol) -> str:
    sections: dict[str, Sequence[Any]] = {
        "theme": protocol.themes,
        "item": protocol.items,
        "skill": protocol.skills,
        "step": protocol.steps,
        "component": protocol.components,
        "course": protocol.courses,
        "outcome": protocol.outcomes,
        "agency_attended": protocol.agencies,
        "agency_contributed": protocol.agencies,
    }
    words = {"audit": AUDIT_FLAGS, "post": ROLE}.get(kind)
    if words is not None:
        return words.get(of, of)
    return next((str(one.label) for one in sections.get(kind, ()) if one.key == of), of)


def _theme(of: str, label: str, sources: Sources) -> Piece:
    """Say what a theme means: raised by most is for it, or against it for a concern.

    Roles whose count is withheld are left out, so that the total gives none of them away.
    """
    theme = sources.theme(of)
    nothing = Piece(kind="theme", of=of, label=label, finding="none", basis="perceived")
    if theme is None:
        return replace(nothing, why="not_collected")
    shown = [role.share for role in theme.roles if not role.share.is_withheld]
    events, n = (sum(getattr(one, part) or 0 for one in shown) for part in ("events", "n"))
    if not n:
        return replace(nothing, why="withheld")
    finding: Finding = "unclear"
    why = ""
    if theme.kind in CONTEXT:
        why = "context"
    elif events / n >= MAJORITY:
        finding = "against" if theme.kind in SPEAK_AGAINST else "for"
    alpha = sources.themes.alpha if sources.themes else None
    if alpha is not None and alpha.value < RELIABLE_FROM and finding != "unclear":
        finding, why = "unclear", "unreliable"
    return replace(
        nothing,
        finding=finding,
        share=Share.of(events, n),
        conf_int=wilson_interval(events, n),
        why=why,
    )


def _item(of: str, label: str, sources: Sources) -> Piece:
    """Say what a survey's item means: its change over waves first, then its last level."""
    item = sources.item(of)
    nothing = Piece(kind="item", of=of, label=label, finding="none", basis="perceived")
    if item is None:
        return replace(nothing, why="not_collected")
    change, last = item.change, item.waves[-1]
    moved = change.direction if change else None
    size = change.size if change else None
    is_shown = last.agree is not None and not last.agree.is_withheld
    seen = replace(
        nothing,
        share=last.agree if is_shown else None,
        conf_int=last.conf_int if is_shown else None,
        change=size,
        direction=moved,
    )
    if moved is not None and item.intended is not None:
        if sources.loses_most(of):
            return replace(seen, finding="unclear", basis="change", why="attrition")
        finding: Finding = "for" if moved == item.intended else "against"
        return replace(seen, finding=finding, basis="change")
    if is_shown:
        return replace(seen, finding=_level(last.conf_int, item.intended))
    if size is not None:
        return replace(seen, finding="unclear", basis="change")
    return replace(nothing, why="withheld" if last.n is None or last.agree else "not_collected")


def _level(conf_int: Interval | None, intended: Direction | None) -> Finding:
    """Say whether most agree, by more than chance, and whether that is what is intended."""
    if conf_int is None or conf_int.low <= MAJORITY <= conf_int.high:
        return "unclear"
    is_most = conf_int.low > MAJORITY
    return "for" if is_most == (intended != "lower") else "against"


def _skill(of: str, label: str, sources: Sources) -> Piece:
    """Say what a skill means: its change from the first wave to the last; higher is better."""
    skills = sources.skills.skills if sources.skills else ()
    scores = next((one for one in skills if one.key == of), None)
    seen = Piece(kind="skill", of=of, label=label, finding="unclear", basis="change")
    if scores is None or scores.change is None:
        is_out = scores is not None and scores.reason == "withheld"
        return replace(seen, finding="none", why="withheld" if is_out else "not_collected")
    seen = replace(seen, change=scores.change, direction=scores.direction)
    if scores.direction is None:
        return seen
    return replace(seen, finding="for" if scores.direction == "higher" else "against")


def _delivered(found: Measured, label: str, protocol: Protocol) -> Piece:
    """Say whether it was done: in most, rarely, or in between."""
    seen = Piece(kind=found.kind, of=found.of, label=label, finding="none", basis="delivered")
    if found.why_not is not None:
        is_broken = found.why_not == "unusable_extract"
        return replace(seen, why="unusable_extract" if is_broken else "not_collected")
    if found.value is None:
        return replace(seen, why="withheld")
    expected = _expected(found, protocol)
    if expected is None:
        return replace(
            seen, finding="unclear", share=found.share, conf_int=found.conf_int, why="no_direction"
        )
    value = found.value if expected else 1 - found.value
    done_from, rare_below = _thresholds(found, protocol)
    finding: Finding = (
        "for" if value >= done_from else "against" if value < rare_below else "unclear"
    )
    posts = None if found.posts is None else (found.posts.filled, found.posts.planned)
    return replace(seen, finding=finding, share=found.share, conf_int=found.conf_int, posts=posts)


def _thresholds(found: Measured, protocol: Protocol) -> tuple[float, float]:
    """Return the shares that the protocol names for the same thing, or those of every step."""
    for one in protocol.measures:
        if (one.kind, one.of) == (found.kind, found.of):
            return one.met_from, one.not_met_below
    if found.kind == "course":
        target = next((one.target for one in protocol.courses if one.key == found.of), DONE_FROM)
        return target, min(RARE_BELOW, target)
    return DONE_FROM, RARE_BELOW


def _expected(found: Measured, protocol: Protocol) -> bool | None:
    """Return whether "yes" is what should be seen; None when the protocol does not say.

    An audit counts what should be seen and what should not, so its flags need to be told apart.
    """
    for one in protocol.measures:
        if (one.kind, one.of) == (found.kind, found.of):
            return one.expected
    return None if found.kind == "audit" else True


def _outcome(of: str, label: str, sources: Sources) -> Piece:
    """Say what an outcome means: it counts only against others, and with a direction to go."""
    found = next((one for one in sources.outcomes if one.row.key == of), None)
    seen = Piece(kind="outcome", of=of, label=label, finding="unclear", basis="outcome")
    if found is None or (found.row.difference or found.row.ratio) is None:
        is_out = found is not None and found.row.reason == "withheld"
        return replace(seen, finding="none", why="withheld" if is_out else "not_collected")
    row = found.row
    if found.is_failed:
        return replace(seen, why="check_failed")
    seen = replace(seen, ratio=row.ratio)
    if not found.has_comparison:
        return replace(seen, why="no_comparison")
    if row.intended is None:
        return replace(seen, why="no_direction")
    if not row.excludes_no_effect:
        return seen
    return replace(seen, finding="for" if row.differs_as_intended else "against")
