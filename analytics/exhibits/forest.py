"""One table and one forest plot for the outcomes of any design, shares and rates alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import plotly.graph_objects as go

from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.results import EffectRow, Series, Unit
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Table

Form = Literal["frequency", "difference", "ratio"]
"""The three equal forms of an effect, shown one at a time."""

UNIT_WORDS: Final[dict[Unit, str]] = {
    "share": "percentage points",
    "person_year": "per person-year",
    "100_person_years": "per 100 person-years",
    "100_sessions": "per 100 sessions",
    "per_10000": "per 10,000 children",
    "days": "days",
    "percent": "percentage points",
    "score": "points of the scale",
}
SERIES_WORDS: Final[dict[Series, str]] = {
    "main": "Estimate",
    "unadjusted": "Unadjusted",
    "alternative": "Alternative",
}
REASON_WORDS: Final[dict[str, str]] = {
    "withheld": "withheld, because 1 to 5 cases of a group had, or did not have, this outcome",
    "empty_arm": "not estimable, because a group has no cases",
    "no_events": "not estimable, because a group has no such outcome",
    "too_few_clusters": "not estimable, because there are too few families",
    "separation": "not estimable, because the groups do not overlap",
    "no_overlap": "not estimable, because the groups do not overlap",
    "no_cases": "not estimable, because there are no cases",
    "no_variation": "not estimable, because the outcome does not vary",
    "too_few_cases": "not estimable, because there are too few cases",
    "collinear": "not estimable, because the covariates repeat each other",
    "not_converged": "not estimable, because the model could not be fitted",
    "not_available": "not estimable from what was recorded",
    "calendar_gap": "not estimable, because a period is missing",
}
LONGEST_NAME: Final = 16
"""Letters of a series' name that stand at a row without a mark, so that a phone has room."""
_STYLE: Final[dict[Series, tuple[str, str, float]]] = {
    "unadjusted": (theme.TURQUOISE, "circle-open", -0.17),
    "main": (theme.DARK_BLUE, "circle", 0.17),
    "alternative": (theme.DARK_PINK, "diamond-open", 0.34),
}


def estimate_of(row: EffectRow, form: Form) -> Estimate | None:
    """Return the ratio for that form, and the difference for the two others."""
    return row.ratio if form == "ratio" else row.difference


def forest_figure(
    rows: Sequence[EffectRow], form: Form, words: Mapping[Series, str] = SERIES_WORDS
) -> go.Figure | None:
    """Return the forest plot, one panel for each unit; None when there is nothing to draw.

    Parameters
    ----------
    rows : sequence of EffectRow
        After disclosure control; several series of one outcome stand together.
    form : str
        ``ratio`` draws ratios on a logarithmic scale, the other forms draw differences.
    words : mapping of str to str
        Name of each series in the legend.
    """
    if not any(estimate_of(row, form) for row in rows):
        return None
    units = ["ratio"] if form == "ratio" else list(dict.fromkeys(row.unit for row in rows))
    panels = [[row for row in rows if form == "ratio" or row.unit == unit] for unit in units]
    sizes = [len(dict.fromkeys(row.key for row in panel)) for panel in panels]
    height = 70 + sum(40 + 74 * size for size in sizes)
    panelled = theme.panels(
        len(units),
        height=height,
        row_heights=[size / sum(sizes) for size in sizes],
        vertical_spacing=min(0.2, 75 / height) if len(units) > 1 else 0,
    )
    for number, (unit, panel) in enumerate(zip(units, panels, strict=True), start=1):
        _panel(panelled, panel, form, number, words, show_legend=number == 1)
        title = "Ratio (log scale)" if form == "ratio" else f"Difference, {UNIT_WORDS[unit]}"  # type: ignore[index]
        panelled.update_xaxes(title_text=title, row=number, col=1)
    if form == "ratio":
        shown = [row.ratio for row in rows if row.ratio is not None]
        panelled.update_xaxes(**theme.ratio_axis((ratio.value, ratio.conf_int) for ratio in shown))
    return panelled


def _panel(
    built: go.Figure,
    rows: Sequence[EffectRow],
    form: Form,
    number: int,
    words: Mapping[Series, str],
    *,
    show_legend: bool,
) -> None:
    """Draw the outcomes of one unit."""
    labels = list(dict.fromkeys((row.key, row.label) for row in rows))
    places = {key: place for place, (key, _) in enumerate(labels)}
    several = len({row.series for row in rows}) > 1
    for series, (colour, symbol, offset) in _STYLE.items():
        found = [
            (row, estimate)
            for row in rows
            if row.series == series and (estimate := estimate_of(row, form)) is not None
        ]
        if not found:
            continue
        scale = _scale(found[0][0], form)
        built.add_trace(
            go.Scatter(
                x=[scale * estimate.value for _, estimate in found],
                y=[places[row.key] + (offset if several else 0) for row, _ in found],
                name=words.get(series, SERIES_WORDS[series]),
                legendgroup=series,
                showlegend=show_legend and several,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
                error_x=theme.error_bars(
                    [estimate.value for _, estimate in found],
                    [estimate.conf_int for _, estimate in found],
                    colour=colour,
                    scale=scale,
                    thickness=2,
                ),
                customdata=[
                    f"{row.label}: {estimate_words(row, estimate, form)}" for row, estimate in found
                ],
                hovertemplate="%{customdata}<extra></extra>",
            ),
            row=number,
            col=1,
        )
    _tell_blank(built, rows, form, number, words)
    neutral = 1 if form == "ratio" else 0
    built.add_vline(x=neutral, line_color=theme.DARK_GREY, line_width=1, row=number, col=1)
    built.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=[theme.wrapped(label, 22) for _, label in labels],
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        row=number,
        col=1,
    )


def _tell_blank(
    built: go.Figure,
    rows: Sequence[EffectRow],
    form: Form,
    number: int,
    words: Mapping[Series, str],
) -> None:
    """Say at each row without a mark why it has none."""
    for place, key in enumerate(dict.fromkeys(row.key for row in rows)):
        mine = [row for row in rows if row.key == key]
        blank = [row for row in mine if estimate_of(row, form) is None]
        if len(blank) == len(mine):
            theme.tell_row(built, place, _symbol(mine[0]), panel=number)
            continue
        for row in blank:
            name = words.get(row.series, SERIES_WORDS[row.series])
            symbol = _symbol(row)
            said = f"{name}: {symbol}" if len(name) <= LONGEST_NAME else symbol
            theme.tell_row(built, place + _STYLE[row.series][2], said, panel=number)


def effect_table(
    rows: Sequence[EffectRow],
    form: Form,
    *,
    arms: tuple[str, str],
    level: float,
    words: Mapping[Series, str] = SERIES_WORDS,
) -> Table:
    """Return both groups' values, the difference or the ratio, and the p-values of every row."""
    adjusted = any(row.p_adjusted is not None for row in rows)
    return Table(
        columns=(
            "Outcome",
            "Estimate",
            arms[0],
            arms[1],
            "Ratio" if form == "ratio" else "Difference",
            f"{wording.percent(level)} interval",
            "p-value",
            *(("p-value, main outcomes together (Holm)",) if adjusted else ()),
        ),
        rows=tuple(_cells(row, form, words, adjusted=adjusted) for row in rows),
    )


def _cells(
    row: EffectRow, form: Form, words: Mapping[Series, str], *, adjusted: bool
) -> tuple[Cell, ...]:
    estimate = estimate_of(row, form)
    return (
        row.label,
        words.get(row.series, SERIES_WORDS[row.series]),
        value_words(row, "treated"),
        value_words(row, "comparison"),
        estimate_words(row, estimate, form) or why_not(row),
        interval_words(row, estimate, form),
        wording.p_value(row.p_value) if estimate else "",
        *((wording.p_value(row.p_adjusted),) if adjusted else ()),
    )


def value_words(row: EffectRow, arm: Literal["treated", "comparison"]) -> str:
    """Return the value of one group in its unit, with its counts where they may be shown."""
    value, counts = (
        (row.treated, row.treated_of) if arm == "treated" else (row.comparison, row.comparison_of)
    )
    if value is None:
        return wording.WITHHELD if row.reason == "withheld" or row.rounded else ""
    if row.unit != "share":
        sign = "%" if row.unit == "percent" else ""
        return f"{wording.fixed(value, _places(row))}{sign}"
    if counts is not None:
        return f"{wording.percent(value, places=1)} ({counts[0]:,} of {counts[1]:,})"
    return f"about {wording.percent(value)}" if row.rounded else wording.percent(value, places=1)


def estimate_words(row: EffectRow, estimate: Estimate | None, form: Form) -> str:
    """Return a difference with its sign, or a ratio, as finely as allowed."""
    if estimate is None:
        return ""
    if form == "ratio":
        return wording.fixed(estimate.value, 1 if row.rounded else 2)
    if row.unit == "share":
        return wording.points(estimate.value, places=0 if row.rounded else 1)
    return wording.signed(estimate.value, places=_places(row))


def interval_words(row: EffectRow, estimate: Estimate | None, form: Form) -> str:
    """Return the limits of an estimate, as finely as allowed."""
    if estimate is None:
        return ""
    if form == "ratio":
        return wording.interval(estimate.conf_int, places=1 if row.rounded else 2)
    if row.unit == "share":
        return wording.interval(estimate.conf_int, scale=100, places=0 if row.rounded else 1)
    return wording.interval(estimate.conf_int, places=_places(row))


def difference_in_words(row: EffectRow) -> str:
    """Return the difference with unit and interval, or why there is none."""
    if row.difference is None:
        return why_not(row)
    value = estimate_words(row, row.difference, "difference")
    limits = interval_words(row, row.difference, "difference")
    return f"{value} {UNIT_WORDS[row.unit]} ({limits})"


def _symbol(row: EffectRow) -> str:
    """Return what stands in the figure where a row has no estimate: room is short there."""
    return wording.WITHHELD if row.rounded or row.reason == "withheld" else "not estimable"


def why_not(row: EffectRow) -> str:
    """Return why a row has no estimate."""
    if row.rounded:
        return "withheld, because it would give a few cases away"
    return REASON_WORDS.get(row.reason or "no_cases", "not estimable")


def multiplicity_note(rows: Sequence[EffectRow]) -> str:
    """Return how several outcomes are read together."""
    primary = [row for row in rows if row.primary and row.series == "main"]
    others = len([row for row in rows if row.series == "main"]) - len(primary)
    if not any(row.p_adjusted is not None for row in primary):
        return "No main outcome was tested, so no p-value is adjusted for several tests."
    said = (
        f"{wording.plural(len(primary), 'main outcome is', 'main outcomes are')} read together: "
        "Holm's p-values bound the chance that any of them seems to differ by chance alone. "
        "Intervals are of one outcome at a time."
    )
    if others:
        said += (
            f" {wording.plural(others, 'other outcome is', 'other outcomes are')} not adjusted: "
            "an isolated small difference there may be chance."
        )
    return said


def _scale(row: EffectRow, form: Form) -> float:
    return 100 if form != "ratio" and row.unit == "share" else 1


def _places(row: EffectRow) -> int:
    """Decimal places of a rate, so that about three digits are shown."""
    size = max(abs(row.treated or 0), abs(row.comparison or 0))
    return 1 if size >= 10 or row.unit in {"days", "percent"} else 2
