"""Exhibits of what was reported beside the figures here, and of figures to look at."""

from __future__ import annotations

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.area_change.outcomes import AreaOutcome
from analytics.exhibits import wording
from analytics.exhibits.area_places import labels_of, number_words
from analytics.exhibits.area_words import name_of
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.extracts.code_lists import DFE_SYMBOL


def reported(answer: AreaChangeAnswer) -> Exhibit | None:
    """Return what documents report beside the figures here; None when nothing is reported."""
    items = [item for item in answer.outcomes if item.reported]
    if not items:
        return None
    rows: list[tuple[Cell, ...]] = [
        (
            item.label,
            figure.group_label,
            figure.value_text,
            figure.window,
            figure.significance,
        )
        for item in items
        for figure in item.reported
    ]
    return Exhibit(
        key="area_reported",
        headline="What was reported, beside the published figures",
        subtitle=f"As reported; the figures here are for {answer.cross_year}",
        figure=None,
        table=Table(
            columns=("Measure", "Group", "As reported", "Period", "Significance"),
            rows=tuple(rows),
        ),
        alt_text="What was reported, beside the published figures",
        notes=(
            "Populations have been revised since, and the neighbours of that time were not found, "
            "so figures need not be equal.",
            *dict.fromkeys(
                figure.caveat for item in items for figure in item.reported if figure.caveat
            ),
        ),
        **origin(answer.provenance),
        sentences=tuple(
            f"{item.label}, {answer.cross_year}, here: {wording.lower_first(labels_of(answer)[0])} "
            f"{_both(item.cross.treated, item.cross.treated_pooled)}, "
            f"{wording.lower_first(labels_of(answer)[1])} "
            f"{_both(item.cross.comparison, item.cross.comparison_pooled)}."
            for item in items
        ),
    )


def _both(mean: float | None, pooled: float | None) -> str:
    return (
        number_words(mean)
        if pooled is None
        else f"{number_words(mean)} (pooled {wording.fixed(pooled, 1)})"
    )


def marked_figures(answer: AreaChangeAnswer) -> Exhibit | None:
    """Return figures of treated areas that are missing or unlike the others; None without any."""
    rows: list[tuple[Cell, ...]] = [
        (
            item.label,
            name_of(answer, mark.code),
            mark.year,
            wording.NOT_AVAILABLE if mark.value is None else wording.fixed(mark.value, 1),
            DFE_SYMBOL.get(mark.symbol or "x", "not available")
            if mark.value is None
            else "unlike the area's other years",
        )
        for item in answer.outcomes
        for mark in (*item.missing, *item.unusual)
    ]
    if not rows:
        return None
    missing = sum(len(item.missing) for item in answer.outcomes)
    unusual = len(rows) - missing
    parts = [f"{missing} missing"] if missing else []
    parts += [f"{unusual} unlike the other years"] if unusual else []
    headline = f"Figures to look at: {wording.listed(parts)}"
    return Exhibit(
        key="area_marked_figures",
        headline=headline,
        subtitle=(
            f"Figures of the treated areas, {answer.first_year} to {answer.last_year}, that are "
            "missing or may be recording"
        ),
        figure=None,
        table=Table(columns=("Measure", "Area", "Year", "Figure", "Why marked"), rows=tuple(rows)),
        alt_text=headline,
        notes=(
            "Marked: more than 3.5 robust standard deviations from the area's median over all "
            "years (Iglewicz and Hoaglin 1993), and more than half of it. Nothing is left out of "
            "the main figures for this.",
            "Unlike figures among the areas compared with: "
            + ", ".join(f"{item.label} {item.n_unusual}" for item in answer.outcomes)
            + ".",
        ),
        **origin(answer.provenance),
    )


def left_out_notes(answer: AreaChangeAnswer) -> list[str]:
    """Return who is left out of the change and for which year, measures alike in one sentence."""
    labels: dict[str, list[str]] = {}
    for item in answer.outcomes:
        if item.change is None or not item.change.left_out:
            continue
        labels.setdefault(_left_out(answer, item), []).append(item.label)
    return [
        f"Left out of the change, for want of a figure: {words}. So in: {'; '.join(found)}."
        for words, found in labels.items()
    ]


def _left_out(answer: AreaChangeAnswer, item: AreaOutcome) -> str:
    if item.change is None:
        return ""
    named = []
    for code in item.change.left_out:
        years = sorted(mark.year for mark in item.missing if mark.code == code)
        when = f" (none in {wording.listed([str(year) for year in years])})" if years else ""
        named.append(f"{name_of(answer, code)}{when}")
    number = item.change.n_left_out
    compared = f" and {wording.plural(number, 'area', 'areas')} compared with" if number else ""
    return f"{wording.listed(named)}{compared}"
