"""The verdict on Effect, and what of it the ratings of strength need.

The rules are written in ``docs/methods/questions/letters.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from analytics.disclosure.policy import strictest
from analytics.emmie import effect
from analytics.emmie.area_change import answer as area_change
from analytics.emmie.effect import change, series
from analytics.emmie.effect.results import EffectRow, analyses_of, with_holm
from analytics.emmie.in_words import check_title, fixed
from analytics.emmie.service_use import answer as service_use
from analytics.emmie.strength import WITH_COMPARISON, DesignFacts
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.emmie.verdict import Verdict, cannot_tell
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Estimator, Protocol
from analytics.statistics.results import HealthCheck

WHY_NOT: Final = {
    "no_rows": "No cases are left with these filters.",
    "not_in_protocol": "The protocol does not ask this.",
    "not_estimable": "One of the two groups has no cases left with these filters.",
    "unusable_extract": "An extract that this needs broke its contract.",
}

Answer = Callable[[str, Study], Any]


def _of_cases(key: str, study: Study) -> Any:
    return effect.answer_effect(effect.EffectQuestion(analysis=key), study)


def _of_areas(key: str, study: Study) -> Any:
    return area_change.answer_area_change(area_change.AreaChangeQuestion(analysis=key), study)


ANSWERS: Final[dict[Estimator, tuple[Answer, tuple[str, ...]]]] = {
    "matched": (_of_cases, effect.EXTRACTS),
    "weighted": (_of_cases, effect.EXTRACTS),
    "difference_in_differences": (
        lambda key, study: change.answer_change(change.ChangeQuestion(analysis=key), study),
        effect.EXTRACTS,
    ),
    "interrupted_series": (
        lambda key, study: series.answer_series(series.SeriesQuestion(analysis=key), study),
        effect.EXTRACTS,
    ),
    "rate_ratio": (
        lambda key, study: service_use.answer_service_use(
            service_use.ServiceUseQuestion(analysis=key), study
        ),
        service_use.EXTRACTS,
    ),
    "cross_section": (_of_areas, area_change.EXTRACTS),
    "area_difference_in_differences": (_of_areas, area_change.EXTRACTS),
    "area_series": (_of_areas, area_change.EXTRACTS),
}
"""Who answers an analysis, and from which extracts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one analysis shows, after disclosure control.

    Attributes
    ----------
    rows : tuple of EffectRow
        The series ``main`` only.
    failed : tuple of HealthCheck
        Checks that forbid quoting it.
    n_smaller_group : int or None
        Cases, people or areas in the smaller group.
    n_elsewhere, n_treated : int or None
        Intervention cases from areas that did not have the intervention, out of all.
    provenance : Provenance or None
        Where it was counted.
    """

    estimator: Estimator
    rows: tuple[EffectRow, ...]
    failed: tuple[HealthCheck, ...]
    n_smaller_group: int | None
    n_elsewhere: int | None = None
    n_treated: int | None = None
    provenance: Provenance | None = None

    @property
    def primary(self) -> tuple[EffectRow, ...]:
        """The rows that the verdict rests on."""
        return tuple(row for row in self.rows if row.primary)


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that the analyses of an evaluation are answered from."""
    used = [name for one in analyses_of(protocol) for name in ANSWERS[one.estimator][1]]
    return tuple(dict.fromkeys(used))


def found_by(study: Study, key: str, estimator: Estimator) -> Found | str:
    """Return what one analysis shows, or why it shows nothing."""
    return study.once(("analysis", key), lambda: _find(study, key, estimator))


def _find(study: Study, key: str, estimator: Estimator) -> Found | str:
    answer, extracts = ANSWERS[estimator]
    try:
        raw = answer(key, study)
    except UnusableExtractError:
        return WHY_NOT["unusable_extract"]
    if isinstance(raw, Unanswered):
        return WHY_NOT.get(raw.reason, WHY_NOT["not_estimable"])
    policies = tuple(study.protocol.policy_of(name) for name in extracts)
    released = raw.disclose(strictest(policies or ("published",)))
    return Found(
        estimator=estimator,
        rows=tuple(row for row in released.rows if row.series == "main"),
        failed=tuple(check for check in released.checks if check.status == "fail"),
        n_smaller_group=_smaller(released),
        n_elsewhere=getattr(released, "n_treated_without", None),
        n_treated=getattr(released, "n_treated", None),
        provenance=released.provenance,
    )


def _smaller(released: Any) -> int | None:
    """Return the size of the smaller group, as far as the answer holds it."""
    match released:
        case effect.EffectAnswer():
            if released.n_pairs is not None:
                return released.n_pairs
            if released.n_treated is None or released.n_comparison is None:
                return None
            return min(released.n_treated, released.n_comparison)
        case area_change.AreaChangeAnswer() | change.ChangeAnswer() | series.SeriesAnswer():
            return released.n_smaller_group
        case service_use.ServiceUseAnswer():
            sizes = [item.n_people for item in released.outcomes if item.n_people is not None]
            return min(sizes, default=None)
        case _:
            return None


def main_analysis(study: Study) -> Found | str | None:
    """Return what the main analysis shows, why it shows nothing, or None when there is none."""
    analyses = analyses_of(study.protocol)
    return found_by(study, analyses[0].key, analyses[0].estimator) if analyses else None


def effect_verdict(study: Study, main: Found | str | None) -> Verdict:
    """Return the verdict on the primary outcomes of the main analysis.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer.
    main : Found, str or None
        From `main_analysis`.
    """
    caution = study.protocol.evaluation.effect_caution
    cautions = (caution,) if caution else ()
    if main is None:
        return cannot_tell("effect", "There is no comparison group.", *cautions)
    unusable = _why_unusable(main)
    if isinstance(main, str) or unusable:
        return cannot_tell("effect", *unusable)
    directed = [row for row in main.primary if row.intended is not None]
    if not directed:
        return _without_direction(main, cautions)
    as_intended = [row for row in directed if row.differs_as_intended]
    reasons = (_count_words(as_intended, directed), *_elsewhere(main))
    if main.estimator not in WITH_COMPARISON:
        why = "There is no comparison group, so part or all of it may have happened anyway."
        return cannot_tell("effect", *reasons, why, *cautions)
    against, unsure = _other_comparisons(study, as_intended)
    association = "This is an association: other changes made at the same time are part of it."
    is_shown = len(as_intended) == len(directed) and not against
    return Verdict(
        letter="effect",
        word="shown" if is_shown else "not shown",
        reasons=(*reasons, *against, *unsure, association, *cautions),
        doubts=unsure,
    )


def _why_unusable(main: Found | str) -> tuple[str, ...]:
    """Return why nothing can be read from the main analysis; nothing when it can be."""
    if isinstance(main, str):
        return (main,)
    if main.failed:
        return tuple(failed_words(check) for check in main.failed)
    if not main.primary or any(_estimated(row) is None for row in main.primary):
        return ("Too few cases to compare every main outcome.",)
    return ()


def _estimated(row: EffectRow) -> object:
    return row.difference or row.ratio


def _without_direction(main: Found, cautions: tuple[str, ...]) -> Verdict:
    """Return the verdict where nobody agrees which direction is good."""
    moved = [row for row in main.primary if row.excludes_no_effect]
    if moved:
        names = _names(moved)
        return cannot_tell(
            "effect",
            f"{len(moved)} of {len(main.primary)} main measures differ by more than chance "
            f"({names}), and no direction of them is agreed as good.",
            *cautions,
        )
    if main.estimator not in WITH_COMPARISON:
        return cannot_tell(
            "effect",
            f"None of {len(main.primary)} main measures differs by more than chance, and there is "
            "no comparison group.",
            *cautions,
        )
    return Verdict(
        letter="effect",
        word="not shown",
        reasons=(
            f"None of {len(main.primary)} main measures changed by more than chance against the "
            "comparison.",
            *cautions,
        ),
    )


def _count_words(as_intended: list[EffectRow], directed: list[EffectRow]) -> str:
    names = _names(as_intended) or "none"
    return (
        f"{len(as_intended)} of {len(directed)} main outcomes differ as intended by more than "
        f"chance ({names})."
    )


def _name(row: EffectRow) -> str:
    return row.label[:1].lower() + row.label[1:]


def _elsewhere(main: Found) -> tuple[str, ...]:
    if not main.n_elsewhere:
        return ()
    return (
        f"{main.n_elsewhere} of the {main.n_treated} intervention cases come from areas that did "
        "not have the intervention.",
    )


def _other_comparisons(
    study: Study, as_intended: list[EffectRow]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which outcomes another comparison clearly sees the other way, or can't tell.

    The first rest on comparisons that pass their health checks; the second do not change the word.
    """
    keys = {row.key for row in as_intended}
    against, unsure = [], []
    for one in analyses_of(study.protocol)[1:]:
        if one.estimator not in WITH_COMPARISON:
            continue
        found = found_by(study, one.key, one.estimator)
        if isinstance(found, str):
            continue
        seen = [row for row in found.primary if row.key in keys]
        other = [row for row in seen if row.excludes_no_effect and not row.differs_as_intended]
        chance = [row for row in seen if not row.excludes_no_effect]
        if other and not found.failed:
            against.append(f"“{one.label}” finds the opposite for: {_names(other)}.")
        if chance:
            unsure.append(
                f"“{one.label}” does not bear out: {_names(chance)}, which could be chance."
            )
    return tuple(against), tuple(unsure)


def _names(rows: list[EffectRow]) -> str:
    return ", ".join(_name(row) for row in rows)


def failed_words(check: HealthCheck) -> str:
    """Return a failed health check with its value and what it means."""
    name = check_title(check.name)
    if check.value is None:
        return f"The health check “{name}” failed. {check.meaning}"
    threshold = "" if check.threshold is None else f", threshold {check.threshold:g}"
    return f"The health check “{name}” failed ({fixed(check.value, 2)}{threshold}). {check.meaning}"


def _as_intended_together(rows: tuple[EffectRow, ...]) -> int:
    """Return how many of several outcomes differ as intended, their p-values adjusted together.

    Outcomes of children are often secondary ones, which no analysis adjusts: the more of them there
    are, the likelier one differs by chance.
    """
    together = with_holm([replace(row, primary=True) for row in rows])
    return sum(
        one.differs_as_intended and other.differs_as_intended
        for one, other in zip(rows, together, strict=True)
    )


def design_facts(study: Study, main: Found | str | None) -> DesignFacts:
    """Return what the ratings of strength need to know."""
    protocol = study.protocol
    about = protocol.evaluation
    analyses = analyses_of(protocol)
    found = main if isinstance(main, Found) else None
    of_children = {item.key for item in protocol.outcomes if item.is_child_outcome}
    rows = found.rows if found else ()
    directed = [row for row in rows if row.primary and row.intended is not None]
    return DesignFacts(
        design=about.design,
        estimator=analyses[0].estimator if analyses else None,
        unread=main if isinstance(main, str) else "",
        failed_checks=tuple(failed_words(check) for check in found.failed) if found else (),
        n_smaller_group=found.n_smaller_group if found else None,
        n_primary=len(directed),
        n_primary_as_intended=sum(row.differs_as_intended for row in directed),
        n_child_as_intended=_as_intended_together(
            tuple(row for row in rows if row.key in of_children)
        ),
        has_logic_model=protocol.logic_model is not None,
        is_whole_system=about.is_whole_system,
    )
