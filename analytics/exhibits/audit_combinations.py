"""Exhibits of what came together in the audited families: sets, endings and changes."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.combinations import (
    Combination,
    CombinationsAnswer,
    Combined,
    Flags,
    Nested,
    Topic,
)
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.upset import STATE_WORDS, add_grid

SET_WORDS: Final[dict[Flags, str]] = {
    ("domestic_abuse",): "Domestic abuse",
    ("parental_mental_health",): "Parental mental health",
    ("substance_misuse", "alcohol_misuse"): "Drug or alcohol misuse",
    ("incomplete_intervention",): "Interventions incomplete",
    ("no_sustained_change",): "Without three months' change",
    ("disguised_compliance_missed",): "Disguised compliance missed",
}
SUBTITLES: Final[dict[Topic, str]] = {
    "adversities": "Families by which of three problems the audit found together",
    "endings": "Families by how their previous plan ended",
}
CHANGE_WORDS: Final[dict[str, str]] = {
    "changed_worker": "Social worker changed",
    "changed_manager": "Manager changed as well",
    "changed_chair": "Chair changed as well",
}
EMPTY_IS_NOT_NO: Final = (
    "A dash means that the audit does not say; it is never counted as no. Disguised compliance is "
    "told only of plans that ended both incomplete and without three months' sustained change."
)
INVENTED: Final = (
    "The document gives totals; where it does not say how findings come together in a family, the "
    "sample invents it."
)


def combination_exhibits(released: Released[CombinationsAnswer]) -> tuple[Exhibit, ...]:
    """Return one exhibit for each topic, and the changes nested in one another."""
    topics = tuple(_topic(released, topic) for topic in released.answer.topics)
    return (topics[0], _changes(released), *topics[1:])


def _topic(released: Released[CombinationsAnswer], topic: Combined) -> Exhibit:
    answer = released.answer
    sentences = tuple(combination_sentence(topic, one) for one in topic.combinations)
    families = wording.count(topic.n_families)
    notes = [
        "A filled mark is yes, a hollow one no. Families who did not come back were not audited.",
        released.statement,
    ]
    if any(None in one.states for one in topic.combinations):
        notes.insert(1, EMPTY_IS_NOT_NO)
    if answer.provenance.synthetic:
        notes.insert(1, INVENTED)
    return Exhibit(
        key=f"{topic.topic}_together",
        headline=_headline(topic),
        subtitle=(
            f"{SUBTITLES[topic.topic]}; {families} audited families, {answer.provenance.place}"
        ),
        figure=theme.as_dict(_matrix(topic)) if topic.combinations else None,
        table=Table(
            columns=(*(SET_WORDS[flags] for flags in topic.sets), "Families"),
            rows=tuple(_row(one) for one in topic.combinations),
        ),
        alt_text="Bars of families over a grid of marks. " + " ".join(sentences),
        notes=tuple(notes),
        **origin(answer.provenance),
        sentences=sentences[:3],
    )


def _headline(topic: Combined) -> str:
    several, everything = topic.at_least(2), topic.at_least(len(topic.sets))
    if several is None or everything is None or not topic.combinations:
        return "Too few families to show what came together"
    if topic.topic == "adversities":
        return f"{several} of {topic.n_families} families had at least two of three problems"
    return f"{everything} of {topic.n_families} plans ended with all three warning signs"


def combination_sentence(topic: Combined, one: Combination) -> str:
    """Return one combination as a sentence."""
    names = [SET_WORDS[flags] for flags in topic.sets]
    families = "family" if one.families == 1 else "families"
    parts = [
        f"{wording.lower_first(name)}: {STATE_WORDS[state].lower()}"
        for name, state in zip(names, one.states, strict=True)
    ]
    return f"{wording.count(one.families)} {families} ({'; '.join(parts)})."


def _row(one: Combination) -> tuple[Cell, ...]:
    return (*(STATE_WORDS[state] for state in one.states), wording.count(one.families))


def _matrix(topic: Combined) -> go.Figure:
    """Return bars of families over a grid that says which sets they are in."""
    built = theme.figure(height=220 + 64 * len(topic.sets))
    places = list(range(len(topic.combinations)))
    names = [SET_WORDS[flags] for flags in topic.sets]
    built.add_trace(
        go.Bar(
            x=places,
            y=[one.families for one in topic.combinations],
            marker_color=theme.DARK_BLUE,
            text=[wording.count(one.families) for one in topic.combinations],
            textposition="outside",
            cliponaxis=False,
            width=0.6,
            showlegend=False,
            hovertemplate="%{y} families<extra></extra>",
        )
    )
    add_grid(built, [one.states for one in topic.combinations], names)
    built.update_layout(yaxis={"title": {"text": "Families"}, "rangemode": "tozero"})
    return built


def _changes(released: Released[CombinationsAnswer]) -> Exhibit:
    answer = released.answer
    changes = answer.changes
    sentences = tuple(change_sentence(change) for change in changes)
    built = theme.figure(height=110 + 70 * len(changes))
    built.add_trace(
        go.Bar(
            y=[theme.wrapped(CHANGE_WORDS[change.flag], 18) for change in changes],
            x=[change.share.events for change in changes],
            orientation="h",
            marker_color=theme.DARK_BLUE,
            text=[wording.out_of(change.share) for change in changes],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{text} families<extra></extra>",
        )
    )
    top = max((change.share.n or 0 for change in changes), default=1)
    built.update_xaxes(title_text="Families", range=[0, top], rangemode="tozero")
    built.update_yaxes(autorange="reversed", showgrid=False)
    return Exhibit(
        key="changes_on_changes",
        headline=_changes_headline(changes),
        subtitle=(
            "Audited families by who changed during the previous plan, each of those in the line "
            f"above; {answer.provenance.place}, 95% intervals in the table"
        ),
        figure=theme.as_dict(built) if changes else None,
        table=Table(
            columns=("Change", "Families", "Of", "Share (%)", "95% interval (%)"),
            rows=tuple(
                (
                    CHANGE_WORDS[change.flag],
                    wording.count(change.share.events),
                    wording.count(change.share.n),
                    wording.percent(change.share.value).rstrip("%"),
                    wording.interval(change.conf_int, scale=100, places=0),
                )
                for change in changes
            ),
        ),
        alt_text="Bars, each shorter than the one above. " + " ".join(sentences),
        notes=(
            "A change of manager is told only of families whose social worker changed, and a change"
            " of chair only of those whose manager changed too. Of the others nothing is known.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def change_sentence(change: Nested) -> str:
    """Return one change as a sentence."""
    return f"{CHANGE_WORDS[change.flag]}: {wording.out_of(change.share)} families."


def _changes_headline(changes: tuple[Nested, ...]) -> str:
    if not changes:
        return "Too few families to show who changed"
    first, last = changes[0], changes[-1]
    if first is last:
        return f"The social worker changed in {wording.out_of(first.share)} families"
    return (
        f"Worker changed in {wording.out_of(first.share)} families; all three in "
        f"{wording.count(last.share.events)}"
        if last.flag == "changed_chair"
        else f"Worker changed in {wording.out_of(first.share)} families, often the manager too"
    )
