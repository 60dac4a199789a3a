"""Exhibit of outcomes that go together: correlation, odds ratio, and shares."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.association import AssociationAnswer, PairOfOutcomes, Together
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.forest import REASON_WORDS


def association_exhibits(released: Released[AssociationAnswer]) -> tuple[Exhibit, ...]:
    """Return one table for each pair of outcomes."""
    return tuple(_pair(released, pair) for pair in released.answer.pairs)


def _pair(released: Released[AssociationAnswer], pair: PairOfOutcomes) -> Exhibit:
    answer = released.answer
    names = {
        "all": "All cases of both groups",
        "intervention": answer.arms[0],
        "comparison": answer.arms[1],
        "matched": "Matched cases",
    }
    whole = next(group for group in pair.groups if group.which == "all")
    found = _sentences(pair, whole)
    return Exhibit(
        key=f"together_{pair.first}_{pair.second}",
        headline=_headline(whole),
        subtitle=(
            f"“{pair.first_label}” and “{wording.lower_first(pair.second_label)}”, correlation phi "
            f"and odds ratio, {answer.provenance.place}, {wording.percent(answer.level)} intervals"
        ),
        figure=None,
        table=Table(
            columns=(
                "Cases",
                "Second outcome, with the first",
                "Second outcome, without the first",
                "Correlation (phi)",
                "Odds ratio",
            ),
            rows=tuple(
                (
                    names[group.which],
                    _share(group.with_first.value),
                    _share(group.without_first.value),
                    _number(group.phi, 1 if group.odds_ratio is None else 2)
                    or REASON_WORDS.get(group.reason or "", wording.WITHHELD),
                    _number(group.odds_ratio, 1) or wording.WITHHELD,
                )
                for group in pair.groups
            ),
        ),
        alt_text="Table of how far two outcomes go together. " + " ".join(found),
        notes=(
            "Phi is the correlation of two yes-or-no outcomes: 0 when they have nothing to do with "
            "each other, 1 when they always go together. Intervals allow for siblings.",
            "That they go together does not say that one leads to the other.",
            "Figures of matched cases are coarser where finer ones would give a few cases away.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=found,
    )


def _headline(whole: Together) -> str:
    if whole.phi is None:
        return "Whether they go together can't be told"
    limits = whole.phi.conf_int
    if limits.low <= 0 <= limits.high:
        return "The two outcomes do not clearly go together"
    return (
        "The two outcomes go together"
        if whole.phi.value > 0
        else "Where one outcome is, the other is rarer"
    )


def _sentences(pair: PairOfOutcomes, whole: Together) -> tuple[str, ...]:
    if whole.phi is None:
        return (f"Correlation: {REASON_WORDS.get(whole.reason or '', 'not estimable')}.",)
    said = [f"Correlation {_number(whole.phi, 2)}, over all cases."]
    if whole.with_first.value is not None and whole.without_first.value is not None:
        said.append(
            f"“{pair.second_label}”: {wording.percent(whole.with_first.value)} of the cases with "
            f"“{wording.lower_first(pair.first_label)}”, and "
            f"{wording.percent(whole.without_first.value)} of those without."
        )
    return tuple(said)


def _share(value: float | None) -> str:
    return wording.WITHHELD if value is None else f"about {wording.percent(value)}"


def _number(estimate: Estimate | None, places: int) -> str:
    if estimate is None:
        return ""
    limits = wording.interval(estimate.conf_int, places=places)
    return f"{wording.fixed(estimate.value, places)} ({limits})"
