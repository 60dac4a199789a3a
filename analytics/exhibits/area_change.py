"""Exhibits of published figures of areas: one year against others, and change since a launch."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.area_change.outcomes import AreaOutcome
from analytics.emmie.effect.results import EffectRow, Series
from analytics.exhibits import theme, wording
from analytics.exhibits.area_evidence import left_out_notes, marked_figures, reported
from analytics.exhibits.area_launch import around_launch, synthetic
from analytics.exhibits.area_places import gap_over_time, one_by_one
from analytics.exhibits.area_specifications import alternatives, event_study
from analytics.exhibits.area_words import FORM_WORDS, UNIT_WORDS, launched, name_of
from analytics.exhibits.effect_claims import moved_areas
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.forest import (
    Form,
    effect_table,
    estimate_words,
    forest_figure,
    interval_words,
    multiplicity_note,
    value_words,
)
from analytics.exhibits.match_checks import health_checks


def area_change_exhibits(
    released: Released[AreaChangeAnswer], *, form: Form = "difference", outcome: str = ""
) -> tuple[Exhibit, ...]:
    """Return the difference of one year beside the change, each area, and health checks.

    Parameters
    ----------
    released : Released of AreaChangeAnswer
        What may be shown.
    form : str
        ``frequency``: the level with the intervention and without; ``difference``; ``ratio``.
    outcome : str
        Measure that is looked at more closely; the first one when empty.
    """
    answer = released.answer
    chosen = next((item for item in answer.outcomes if item.key == outcome), answer.outcomes[0])
    synthetic_checks = chosen.synthetic.checks if chosen.synthetic else ()
    checks = (*answer.checks_of(chosen), *(() if _is_cross(answer) else synthetic_checks))
    outcomes = _outcomes(answer, chosen, form)
    around = around_launch(answer, chosen)
    first = (around, outcomes) if answer.analysis.estimator == "area_series" else (outcomes, around)
    shown = [
        *first,
        gap_over_time(answer, chosen),
        event_study(answer, chosen),
        synthetic(answer, chosen),
        one_by_one(answer, chosen),
        alternatives(answer, chosen),
        reported(answer),
        health_checks(checks, answer.provenance) if checks else None,
        marked_figures(answer),
    ]
    return tuple(one for one in shown if one is not None)


def series_words(answer: AreaChangeAnswer) -> dict[Series, str]:
    """Return what the two estimates of an outcome are called."""
    years = f"{answer.launch_year} to {answer.last_year}"
    change = f"Change since the launch ({years})"
    year = f"Difference in {answer.cross_year} alone"
    if answer.analysis.estimator == "cross_section":
        return {"main": year, "alternative": change}
    return {"main": change, "alternative": year}


def sentences(answer: AreaChangeAnswer) -> tuple[str, ...]:
    """Return every main measure in one sentence: the gap before, in one year, and the change."""
    primary = [item for item in answer.outcomes if item.primary] or list(answer.outcomes)
    return tuple(sentence_of(item, answer) for item in primary)


def sentence_of(item: AreaOutcome, answer: AreaChangeAnswer) -> str:
    """Return one measure in a sentence: the gap before, in one year, and the change."""
    main, other = (row for row in answer.rows if row.key == item.key)
    cross, change = (main, other) if _is_cross(answer) else (other, main)
    with_label, without = _groups(answer)
    values = value_words(cross, "treated"), value_words(cross, "comparison")
    said = f"{item.label}: in {answer.cross_year} {with_label} {values[0]}, {without} {values[1]}"
    if cross.difference:
        shown = estimate_words(cross, cross.difference, "difference")
        limits = interval_words(cross, cross.difference, "difference")
        said += f"{wording.rounded_apart(shown, *values)} (difference {shown}, {limits})"
    before = item.before
    if before.treated is not None and before.comparison is not None:
        years = f"{before.first_year} to {before.last_year}"
        levels = f"{wording.fixed(before.treated, 1)} and {wording.fixed(before.comparison, 1)}"
        said += f"; before the launch ({years}) {levels}"
    if item.change is None or item.change.estimate is None:
        return f"{said}. The change can't be estimated."
    size = wording.signed(item.change.estimate)
    limits = (
        interval_words(change, change.difference, "difference")
        if change.difference
        else f"no interval from one area, p {wording.p_value(item.change.p_permutation)}"
    )
    chance = "" if change.excludes_no_effect else ", which could be chance"
    return f"{said}. Change since the launch against {without}: {size} ({limits}){chance}."


def _is_cross(answer: AreaChangeAnswer) -> bool:
    return answer.analysis.estimator == "cross_section"


def _groups(answer: AreaChangeAnswer) -> tuple[str, str]:
    if len(answer.treated) == 1:
        return name_of(answer, answer.treated[0]), "its neighbours"
    return wording.lower_first(answer.with_label), wording.lower_first(answer.without_label)


def _outcomes(answer: AreaChangeAnswer, chosen: AreaOutcome, form: Form) -> Exhibit:
    found = sentences(answer)
    drawn = _figure(answer, chosen, form)
    return Exhibit(
        key=f"area_outcomes_{form}",
        headline=_headline(answer),
        subtitle=(
            f"{FORM_WORDS[form]}; {_compared(answer)}, published figures, each area counting "
            f"alike, {wording.percent(answer.level)} intervals"
        ),
        figure=None if drawn is None else theme.as_dict(drawn),
        table=_table(answer, form),
        alt_text=(
            f"{'Bar chart' if form == 'frequency' else 'Forest plot'} of the main measures. "
            f"{' '.join(found)}"
        ),
        notes=_notes(answer),
        **origin(answer.provenance, moved_areas(answer)),
        sentences=found,
    )


def _figure(answer: AreaChangeAnswer, chosen: AreaOutcome, form: Form) -> go.Figure | None:
    """Draw the main measures; measures of another size would hide their intervals."""
    if form == "frequency":
        return _levels(answer, chosen)
    main = [row for row in answer.rows if row.primary] or answer.rows
    return forest_figure(main, form, series_words(answer))


def _table(answer: AreaChangeAnswer, form: Form) -> Table:
    """Return every measure; for one area the estimate stands without an interval."""
    arms = ("With the programme", "Without: the others, or had they changed alike")
    words = series_words(answer)
    table = effect_table(answer.rows, form, arms=arms, level=answer.level, words=words)
    if len(answer.treated) > 1:
        return table
    rows = []
    for row, cells in zip(answer.rows, table.rows, strict=True):
        known = row.treated is not None and row.comparison is not None
        size = wording.signed((row.treated or 0) - (row.comparison or 0)) if known else ""
        p_value = wording.p_value(row.p_value)
        rows.append((*cells[:4], size, "none from one area", p_value, *cells[7:]))
    return Table(columns=(*table.columns[:4], "Difference", *table.columns[5:]), rows=tuple(rows))


def _compared(answer: AreaChangeAnswer) -> str:
    treated = (
        name_of(answer, answer.treated[0])
        if len(answer.treated) == 1
        else f"{len(answer.treated)} areas"
    )
    others = "statistical neighbours" if _has_neighbours(answer) else "other authorities"
    return f"{treated} against {answer.n_comparison} {others}"


def _has_neighbours(answer: AreaChangeAnswer) -> bool:
    return answer.comparison.against == "neighbours"


def _headline(answer: AreaChangeAnswer) -> str:
    if len(answer.treated) == 1:
        return "One area cannot tell its change from chance"
    if any(check.status == "fail" for check in answer.checks):
        return "Not reliable enough to quote: a health check failed"
    primary = [row for row in answer.rows if row.primary and row.series == "main"]
    moved = [row for row in primary if row.excludes_no_effect]
    of = f"{len(moved)} of {len(primary)} main measures"
    if _is_cross(answer):
        if not moved:
            return f"Similar to the neighbours in {answer.cross_year} on every main measure"
        return f"{_direction(moved)} on {of} in {answer.cross_year}{_and_before(answer, moved)}"
    if not moved:
        return "No main measure clearly changed against the neighbours"
    return f"{of} changed against the neighbours since the launch"


def _direction(moved: list[EffectRow]) -> str:
    lower = [row.difference.value < 0 for row in moved if row.difference]
    return "Lower" if all(lower) else "Higher" if not any(lower) else "Different"


def _and_before(answer: AreaChangeAnswer, moved: list[EffectRow]) -> str:
    """Return that the areas differed before the launch, clearly or perhaps."""
    since = {row.key: row.difference.value for row in moved if row.difference}
    before = [
        (item.before.difference, since[item.key])
        for item in answer.outcomes
        if item.key in since and item.before.difference
    ]
    if any(not one.conf_int.low <= 0 <= one.conf_int.high for one, _ in before):
        return ", and before"
    alike = before and all(one.value * later > 0 for one, later in before)
    return ", and perhaps before" if alike else ""


def _levels(answer: AreaChangeAnswer, chosen: AreaOutcome) -> go.Figure | None:
    """Draw the level with the programme, and without it with the interval of the difference."""
    row = next(row for row in answer.rows if row.key == chosen.key and row.series == "main")
    if row.treated is None or row.comparison is None:
        return None
    expected = "The others" if _is_cross(answer) else "Had they changed<br>as the others did"
    built = theme.figure(height=250, showlegend=False)
    limits = row.difference.conf_int if row.difference else None
    built.add_trace(
        go.Bar(
            x=[row.treated, row.comparison],
            y=["With the programme", expected],
            orientation="h",
            marker={"color": [theme.DARK_BLUE, theme.TURQUOISE]},
            text=[wording.fixed(row.treated, 1), wording.fixed(row.comparison, 1)],
            textposition="inside",
            insidetextanchor="start",
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [0, row.treated - limits.low - row.comparison if limits else 0],
                "arrayminus": [0, row.comparison - row.treated + limits.high if limits else 0],
                "color": theme.DARK_GREY,
                "thickness": 2,
            },
            hovertemplate="%{y}: %{x:.1f}<extra></extra>",
        )
    )
    built.update_xaxes(title_text=UNIT_WORDS[chosen.unit].capitalize(), rangemode="tozero")
    built.update_yaxes(autorange="reversed", showgrid=False)
    return built


def _notes(answer: AreaChangeAnswer) -> tuple[str, ...]:
    neighbours = (
        f"Compared with every statistical neighbour of the treated areas in the "
        f"{answer.comparison.neighbour_model} model that is not treated itself. The sets of "
        "neighbours in use at the time were not found."
        if _has_neighbours(answer)
        else "Compared with every other authority of today."
    )
    return (
        f"The difference in {answer.cross_year} is a difference in one year. It can't tell what "
        "the programme changed from how these areas always differed.",
        f"The change compares {answer.first_year} to {answer.launch_year - 1} with "
        f"{answer.launch_year} to {answer.last_year} and takes away the change elsewhere "
        "(difference-in-differences). It rests on areas moving alike without the programme. "
        f"{launched(answer)}",
        "Other areas may have taken up the same approach later, which would hide a difference.",
        neighbours,
        "The figure shows the main measures, the table all of them. Intervals take areas as the "
        "clusters (CR2, Satterthwaite's degrees of freedom). Higher, similar and lower are used "
        "where no direction is agreed as good.",
        multiplicity_note(answer.rows),
        *left_out_notes(answer),
        *((answer.analysis.note,) if answer.analysis.note else ()),
        f"Figures: {answer.outcomes[0].source}. Licence: {answer.outcomes[0].licence}.",
    )
