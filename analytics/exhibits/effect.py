"""Exhibits of cases compared: the outcomes in one of three forms, balance and health checks."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.contrast import OutcomeEffect
from analytics.emmie.effect import EffectAnswer
from analytics.emmie.effect.results import EffectRow, Series
from analytics.exhibits import wording
from analytics.exhibits.effect_claims import moved_of
from analytics.exhibits.effect_forms import drawn_outcomes
from analytics.exhibits.exhibit import Exhibit, assumptions_exhibit, origin
from analytics.exhibits.forest import (
    Form,
    difference_in_words,
    estimate_words,
    multiplicity_note,
    why_not,
)
from analytics.exhibits.hidden_bias import hidden_bias_exhibit
from analytics.exhibits.match_checks import check_words, health_checks, love_plot
from analytics.exhibits.same_group import WITHIN_FILTERS

FORM_WORDS: dict[Form, str] = {
    "frequency": "Of 100 similar cases, how many had each outcome",
    "difference": "Difference between the groups (percentage points)",
    "ratio": "Ratio of the two groups' shares",
}
SERIES_WORDS: dict[str, dict[Series, str]] = {
    "matched": {"main": "Matched", "unadjusted": "Unadjusted"},
    "weighted": {"main": "Weighted", "unadjusted": "Unadjusted"},
}


def effect_exhibits(
    released: Released[EffectAnswer], *, form: Form = "difference", outcome: str = ""
) -> tuple[Exhibit, ...]:
    """Return the outcomes, the balance, the health checks and how much hidden bias they bear.

    Parameters
    ----------
    released : Released of EffectAnswer
        What may be shown.
    form : str
        ``frequency``: so many of 100 similar cases; ``difference`` in percentage points; ``ratio``
        of the two shares.
    outcome : str
        Outcome whose icons are drawn; the first one when empty.
    """
    answer = released.answer
    shown = [_outcomes(released, form, outcome)]
    if answer.balance:
        shown.append(love_plot(released))
    if answer.checks:
        shown.append(health_checks(answer.checks, answer.provenance))
    if answer.pair_bias and not answer.failed_checks:
        shown.append(hidden_bias_exhibit(released))
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def sentences(answer: EffectAnswer, outcomes: tuple[OutcomeEffect, ...]) -> tuple[str, ...]:
    """Return what was seen, outcome by outcome; only why not to quote it when a check failed."""
    if answer.failed_checks:
        return tuple(
            f"Not reliable enough to quote: {check_words(check)}." for check in answer.failed_checks
        )
    keys = {outcome.key for outcome in outcomes}
    found = [_sentence(row, answer) for row in _main(answer) if row.key in keys]
    if answer.n_treated_without:
        found.append(
            f"{answer.n_treated_without:,} of the {wording.count(answer.n_treated)} cases of "
            f"“{answer.arms[0]}” come from areas without the intervention."
        )
    return tuple(found)


def _main(answer: EffectAnswer) -> tuple[EffectRow, ...]:
    return tuple(row for row in answer.rows if row.series == "main")


def _sentence(row: EffectRow, answer: EffectAnswer) -> str:
    """Return one outcome as a natural frequency among similar cases, with its interval."""
    if row.difference is None:
        return f"{row.label}: {why_not(row)}."
    limits = f"difference {difference_in_words(row)}"
    if not row.excludes_no_effect:
        limits += ", which could be chance"
    if row.treated is None or row.comparison is None:
        return f"{row.label}: {limits}; the shares themselves are withheld."
    kind = "matched cases" if answer.analysis.estimator == "matched" else "cases, weighted alike"
    if wording.percent(row.treated) == wording.percent(row.comparison):
        return (
            f"Of 100 {kind}, {wording.fixed(100 * row.treated)} in each group {row.phrase}: "
            f"{limits}."
        )
    first, second = wording.fixed(100 * row.treated), wording.fixed(100 * row.comparison)
    shown = estimate_words(row, row.difference, "difference")
    return (
        f"Of 100 {kind}, {first} {row.phrase}, against {second} of 100"
        f"{wording.rounded_apart(shown, first, second)} in the comparison "
        f"({wording.lower_first(answer.arms[1])}): {limits}."
    )


def _outcomes(released: Released[EffectAnswer], form: Form, outcome: str) -> Exhibit:
    answer = released.answer
    drawn = drawn_outcomes(
        answer.rows,
        form,
        arms=answer.arms,
        level=answer.level,
        outcome=outcome,
        words=SERIES_WORDS[answer.analysis.estimator],
    )
    found = sentences(answer, answer.outcomes)
    pairs = "" if answer.n_pairs is None else f", {answer.n_pairs:,} matched pairs"
    return Exhibit(
        key=f"outcomes_{form}",
        headline=_headline(answer),
        subtitle=(
            f"{FORM_WORDS[form]}; {answer.analysis.label.lower()}, {answer.provenance.place}"
            f"{pairs}, {wording.percent(answer.level)} intervals"
        ),
        figure=drawn.figure,
        table=drawn.table,
        alt_text=" ".join((drawn.kind, *found)),
        notes=_notes(released),
        **origin(answer.provenance, () if answer.failed_checks else moved_of(answer.rows)),
        sentences=found,
    )


def _headline(answer: EffectAnswer) -> str:
    if answer.unmatched_reason:
        return "No comparison of similar cases can be made"
    if answer.failed_checks:
        return "Not reliable enough to quote: a health check failed"
    primary = [row for row in _main(answer) if row.primary]
    if any(row.difference is None for row in primary):
        return "Too few cases to compare every main outcome"
    moved = [row for row in primary if row.differs_as_intended]
    if len(moved) == len(primary):
        return f"All {len(primary)} main outcomes differ in the intended direction"
    if not moved:
        return "No main outcome clearly differs in the intended direction"
    return f"{len(moved)} of {len(primary)} main outcomes differ in the intended direction"


HOW = {
    "matched": (
        "Matched: each case of the new process is paired with the most similar earlier case "
        "(propensity score, nearest neighbour, caliper, without replacement)."
    ),
    "weighted": (
        "Weighted: the earlier cases are weighted until they have the same average on every "
        "covariate as the cases of the new process (entropy balancing). No case is left out."
    ),
}


def _notes(released: Released[EffectAnswer]) -> tuple[str, ...]:
    answer = released.answer
    notes = [
        "These are associations. The comparison comes from an earlier year, so other changes made "
        "at the same time are part of each difference.",
        HOW[answer.analysis.estimator],
        *((WITHIN_FILTERS,) if answer.provenance.filters_used else ()),
        "Intervals allow for siblings in the same family, and for few families (CR2 with "
        "Satterthwaite's degrees of freedom).",
        *(
            (f"{answer.n_incomplete:,} cases with a missing covariate are left out.",)
            if answer.n_incomplete
            else ()
        ),
        multiplicity_note(answer.rows),
        "Open cases are in no denominator of a police outcome.",
        *((answer.analysis.note,) if answer.analysis.note else ()),
    ]
    if any(outcome.adjusted.rounded for outcome in answer.outcomes):
        notes.append(
            "Some figures are rounded (shares to whole per cent or further, differences to whole "
            "points) or withheld, so that the few cases left out cannot be worked out. Each is "
            "rounded by itself, so a difference need not equal that of the rounded shares."
        )
    return (*notes, released.statement)
