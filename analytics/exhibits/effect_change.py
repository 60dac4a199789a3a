"""Exhibits of a difference-in-differences of cases: outcomes, areas' changes, health checks."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.disclosure.suppression import Share
from analytics.emmie.effect.change import ChangeAnswer
from analytics.emmie.effect.outcome_change import OutcomeChange
from analytics.emmie.effect.results import EffectRow
from analytics.exhibits import theme, wording
from analytics.exhibits.effect_claims import moved_of
from analytics.exhibits.effect_forms import drawn_outcomes
from analytics.exhibits.exhibit import Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.forest import (
    Form,
    difference_in_words,
    estimate_words,
    multiplicity_note,
    why_not,
)
from analytics.exhibits.match_checks import health_checks
from analytics.exhibits.same_group import RAW_CHANGE

FORM_WORDS: dict[Form, str] = {
    "frequency": "Of 100 cases since the change, how many had each outcome",
    "difference": "Change where the intervention was used, less the change elsewhere (points)",
    "ratio": "Relative change where the intervention was used, over that elsewhere",
}


def change_exhibits(
    released: Released[ChangeAnswer], *, form: Form = "difference", outcome: str = ""
) -> tuple[Exhibit, ...]:
    """Return the outcomes, both groups' shares before and after, and the health checks."""
    answer = released.answer
    shown = [_outcomes(released, form, outcome), _shares(released, outcome)]
    shown.append(health_checks(answer.checks, answer.provenance))
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def _outcomes(released: Released[ChangeAnswer], form: Form, outcome: str) -> Exhibit:
    answer = released.answer
    arms = (answer.labels[0], f"Expected, had they changed as {answer.labels[1]}")
    drawn = drawn_outcomes(answer.rows, form, arms=arms, level=answer.level, outcome=outcome)
    found = tuple(_sentence(one, answer) for one in answer.outcomes)
    return Exhibit(
        key=f"outcomes_{form}",
        headline=_headline(answer),
        subtitle=(
            f"{FORM_WORDS[form]}; {wording.day(answer.before_from)} to the change on "
            f"{wording.day(answer.change_on)}, and since, {answer.provenance.place}"
        ),
        figure=drawn.figure,
        table=drawn.table,
        alt_text=" ".join((drawn.kind, *found)),
        notes=_notes(released),
        **origin(answer.provenance, moved_of(answer.rows)),
        sentences=found,
    )


def _headline(answer: ChangeAnswer) -> str:
    n_with, n_without = answer.n_areas
    failed = {check.name for check in answer.failed_checks}
    if "areas_in_smaller_group" in failed:
        which = "without" if n_without <= n_with else "with"
        return f"Can't tell: one area {which} the intervention is too few"
    if failed:
        return "Not reliable enough to quote: a health check failed"
    primary = [row for row in answer.rows if row.primary]
    moved = [row for row in primary if row.differs_as_intended]
    return f"{len(moved)} of {len(primary)} main outcomes changed more, as intended"


def _sentence(one: OutcomeChange, answer: ChangeAnswer) -> str:
    row = next(row for row in answer.rows if row.key == one.key)
    if row.difference is None:
        return f"{one.label}: {why_not(row)}."
    said = (
        f"{one.label}: {_moved(one.with_before, one.with_after)} in {answer.labels[0].lower()}, "
        f"{_moved(one.without_before, one.without_after)} in {answer.labels[1]}; "
        f"difference of the changes{_rounded(one, row)} {difference_in_words(row)}."
    )
    if one.area_p is not None and one.smallest_area_p is not None:
        said += (
            f" With areas as the units p = {wording.p_value(one.area_p)}, and the least it can be "
            f"is {wording.p_value(one.smallest_area_p)}."
        )
    return said


def _rounded(one: OutcomeChange, row: EffectRow) -> str:
    """Return that figures are rounded, where the four shares shown give another difference."""
    here, there = (
        wording.subtracted(wording.percent(after.value), wording.percent(before.value))
        for before, after in (
            (one.with_before, one.with_after),
            (one.without_before, one.without_after),
        )
    )
    return wording.rounded_apart(estimate_words(row, row.difference, "difference"), here, there)


def _moved(before: Share, after: Share) -> str:
    return f"{wording.percent(before.value)} to {wording.percent(after.value)}"


def _shares(released: Released[ChangeAnswer], outcome: str) -> Exhibit:
    """Return both groups' shares in the year before and since, with what was to be expected."""
    answer = released.answer
    one = next((item for item in answer.outcomes if item.key == outcome), answer.outcomes[0])
    drawn = None if one.expected is None else theme.as_dict(_slopes(one, answer))
    return Exhibit(
        key="areas_before_and_after",
        headline=_shares_headline(one, answer),
        subtitle=(
            f"{one.label}: share of cases in the year before and since "
            f"{wording.day(answer.change_on)}, {answer.provenance.place}"
        ),
        figure=drawn,
        table=Table(
            columns=("Outcome", "Areas", "Year before", "Since the change"),
            rows=tuple(
                (item.label, label, wording.percent(before.value), wording.percent(after.value))
                for item in answer.outcomes
                for label, before, after in (
                    (answer.labels[0], item.with_before, item.with_after),
                    (answer.labels[1], item.without_before, item.without_after),
                )
            ),
        ),
        alt_text=(
            f"Two lines from the year before to the time since for “{one.label}”: "
            f"{_moved(one.with_before, one.with_after)} in {answer.labels[0]}, "
            f"{_moved(one.without_before, one.without_after)} in {answer.labels[1]}."
        ),
        notes=(
            "The dashed line is where areas with the intervention would be, had they changed by as "
            "many points as the others.",
            RAW_CHANGE,
            released.statement,
        ),
        **origin(answer.provenance),
    )


def _shares_headline(one: OutcomeChange, answer: ChangeAnswer) -> str:
    if one.expected is None:
        return "The shares before and after are withheld"
    here = (one.with_after.value or 0) - (one.with_before.value or 0)
    there = (one.without_after.value or 0) - (one.without_before.value or 0)
    label = answer.labels[0]
    if wording.fixed(100 * (here - there)) == "0":
        return f"Both groups of areas changed alike ({wording.points(here, places=0)} points)"
    return (
        f"{label}: {wording.points(here, places=0)} points; "
        f"elsewhere {wording.points(there, places=0)}"
    )


def _slopes(one: OutcomeChange, answer: ChangeAnswer) -> go.Figure:
    built = theme.figure(height=380, margin={"l": 8, "r": 16, "t": 72, "b": 8})
    lines = (
        (answer.labels[0], one.with_before.value, one.with_after.value, theme.DARK_BLUE, "solid"),
        (
            answer.labels[1],
            one.without_before.value,
            one.without_after.value,
            theme.TURQUOISE,
            "solid",
        ),
        ("Expected", one.with_before.value, one.expected, theme.DARK_BLUE, "dash"),
    )
    for name, before, after, colour, dash in lines:
        values = [100 * (before or 0), 100 * (after or 0)]
        built.add_trace(
            go.Scatter(
                x=["Year before", "Since the change"],
                y=values,
                name=name,
                mode="lines+markers+text",
                text=[f"{wording.fixed(value)}%" for value in values],
                textposition=["top left", "top right"],
                line={"color": colour, "dash": dash, "width": 3},
                marker={"size": 10},
                hovertemplate=name + ": %{y:.0f}%<extra></extra>",
                cliponaxis=False,
            )
        )
    built.update_yaxes(rangemode="tozero", title_text="Share of cases (%)")
    built.update_xaxes(range=[-0.25, 1.25], showgrid=False)
    return built


def _notes(released: Released[ChangeAnswer]) -> tuple[str, ...]:
    answer = released.answer
    n_with, n_without = answer.n_areas
    return (
        "Difference-in-differences: the change where the intervention was used, less the change "
        "elsewhere. It supposes that both would have changed by as many points without it.",
        f"{wording.plural(n_with, 'area', 'areas')} with the intervention, "
        f"{wording.plural(n_without, 'area', 'areas')} without. Intervals allow for families, "
        "as if these were the only areas of interest; they don't say how areas differ by "
        "themselves. The test with areas as units does, and can find little among so few.",
        RAW_CHANGE,
        "Months in which fewer than four in five cases have a known outcome are left out.",
        multiplicity_note(answer.rows),
        *((answer.analysis.note,) if answer.analysis.note else ()),
        released.statement,
    )
