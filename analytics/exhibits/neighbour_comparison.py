"""Exhibits of one authority beside its statistical neighbours."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.neighbours.comparison import ComparisonAnswer
from analytics.emmie.neighbours.standing import PlaceFigure, Standing
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.neighbour_words import (
    UNIT_WORDS,
    VERSUS,
    axis_title,
    direction_note,
    figure_words,
    highest,
    interval_note,
    judged,
    published,
    symbol_notes,
    with_interval,
)
from analytics.exhibits.neighbour_years import years_of

FAR_RIGHT: Final = 0.7
"""Share of the largest figure from which on a label no longer fits on the right of its line."""


def comparison_exhibits(released: Released[ComparisonAnswer]) -> tuple[Exhibit, ...]:
    """Return the eleven in the newest year, and the comparison over the years."""
    answer = released.answer
    shown = (_standing(answer), years_of(answer))
    return tuple(one for one in shown if one is not None)


def _standing(answer: ComparisonAnswer) -> Exhibit | None:
    """Return the authority among its neighbours; None when it has no figure or no neighbours."""
    found = answer.standing
    if found is None or found.median is None:
        return None
    said = _standing_sentences(answer, found)
    return Exhibit(
        key=f"neighbours_{answer.measure}",
        headline=_standing_headline(answer, found),
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}, {found.year}: {answer.area_name} and its "
            f"ten statistical neighbours ({answer.neighbour_model} model)"
        ),
        figure=theme.as_dict(_dots(answer, found)),
        table=_standing_table(answer, found),
        alt_text=f"Dot plot of {found.n_ranked} places. {' '.join(said)}",
        notes=_standing_notes(answer, found),
        **published(answer, answer.area_name),
        sentences=said,
    )


def _standing_headline(answer: ComparisonAnswer, found: Standing) -> str:
    if not found.is_judged:
        return (
            f"{answer.area_name}: {figure_words(found.own.value)} against a median of "
            f"{figure_words(found.median)}"
        )
    rank = f"{highest(found.own.rank or 0)} of {found.n_ranked}"
    position = found.position or "similar"
    if position == "similar" or found.is_unusual is None:
        return f"{answer.area_name}: {VERSUS[position]} its neighbours, {rank}"
    if found.is_unusual and found.stands_out is None:
        return f"{answer.area_name}: {position} by more than its neighbours differ anyway"
    if found.is_unusual:
        among_all = "and unusual" if found.stands_out else "but not unusual"
        return f"{answer.area_name}: {VERSUS[position]} its neighbours, {among_all} nationally"
    return f"{answer.area_name}: {position}, but by no more than neighbours differ anyway"


def _standing_sentences(answer: ComparisonAnswer, found: Standing) -> tuple[str, ...]:
    own, middle, distance = found.own, found.median, found.distance
    if own.value is None or middle is None or distance is None:
        return ()
    far = with_interval(distance, found.distance_interval, signed=True)
    place = (
        f"{answer.label}, {UNIT_WORDS[answer.unit]}, {found.year}: {own.name} "
        f"{with_interval(own.value, own.conf_int)}, {far} from the neighbours' median of "
        f"{wording.fixed(middle, 1)}. It is the {highest(own.rank or 0)} of the "
        f"{found.n_ranked} with a figure, and the {highest(found.rank_of_all)} of "
        f"{found.n_authorities} authorities."
    )
    return (_verdict(answer, found), place)


def _verdict(answer: ComparisonAnswer, found: Standing) -> str:
    """Return how the distance stands to chance, to how the neighbours differ, and to how all do.

    Chance alone is how far a place's own count would move; places differ from one another for
    more reasons than that, so that more than chance need not be out of the ordinary.
    """
    said = judged(found.position, answer.agreed)
    if not found.is_judged:
        return f"Verdict: {said}; whether by chance can't be told."
    if found.position == "similar":
        return "Verdict: similar, because chance alone could make the distance."
    more = f"Verdict: {said} than its neighbours by more than chance alone would make it"
    if found.usual is None:
        return f"{more}; how far they differ from one another anyway can't be told."
    between = wording.interval(found.usual).replace(" to ", " and ")
    spread = f"95% of places of this size would lie between {between}"
    if found.is_unusual:
        return (
            f"{more}, and by more than they differ from one another anyway ({spread})"
            f"{_among_all(found, 'yet')}."
        )
    return (
        f"{more}, but by no more than they differ from one another anyway ({spread})"
        f"{_among_all(found, 'and')}."
    )


def _among_all(found: Standing, link: str) -> str:
    """Return whether the place stands out among all authorities, which differ more."""
    everybody = f"among all {found.n_authorities} authorities"
    if found.stands_out is None:
        return ""
    if found.stands_out:
        return f"; {everybody} it is unusual{' too' if found.is_unusual else ''}"
    return f"; {link} {everybody}, which differ for many reasons, it is nothing unusual"


def _dots(answer: ComparisonAnswer, found: Standing) -> go.Figure:
    shown = _ordered(found)
    known = [place for place in shown if place.value is not None]
    built = theme.figure(height=140 + 34 * len(shown))
    if found.usual is not None:
        built.add_vrect(
            x0=found.usual.low, x1=found.usual.high, fillcolor=theme.BAND, line_width=0,
            layer="below",
        )  # fmt: skip
    for is_own, name, colour, symbol in (
        (False, "Statistical neighbours", theme.TURQUOISE, "circle-open"),
        (True, answer.area_name, theme.DARK_BLUE, "circle"),
    ):
        mine = [place for place in known if (place.code == answer.area_code) is is_own]
        built.add_trace(
            go.Scatter(
                x=[place.value for place in mine],
                y=[shown.index(place) for place in mine],
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
                error_x=_bars(mine, colour),
                customdata=[place.name for place in mine],
                hovertemplate="%{customdata}: %{x:.1f}<extra></extra>",
            )
        )
    built.add_vline(x=found.median, line_color=theme.DARK_GREY, line_width=1, line_dash="dash")
    is_far_right = (found.median or 0) > FAR_RIGHT * max(place.value or 0 for place in known)
    built.add_annotation(
        x=found.median, y=-0.9, text=f"Median {wording.fixed(found.median, 1)}", showarrow=False,
        xanchor="right" if is_far_right else "left", xshift=-4 if is_far_right else 4,
        font={"size": 14, "color": theme.TEXT},
    )  # fmt: skip
    built.update_xaxes(title_text=axis_title(answer.unit), rangemode="tozero")
    built.update_yaxes(
        tickvals=list(range(len(shown))),
        ticktext=[theme.wrapped(_tick(place), 22) for place in shown],
        range=[len(shown) - 0.5, -1.3],
        showgrid=False,
    )
    return built


def _bars(places: list[PlaceFigure], colour: str) -> dict[str, Any] | None:
    """Return the intervals, or nothing where the measure has none."""
    if not any(place.conf_int for place in places):
        return None
    values, limits = [place.value for place in places], [place.conf_int for place in places]
    return theme.error_bars(values, limits, colour=colour)


def _ordered(found: Standing) -> list[PlaceFigure]:
    """Return the places from the highest to the lowest; those without a figure come last."""
    return sorted(found.places, key=lambda one: (one.value is None, -(one.value or 0.0)))


def _tick(place: PlaceFigure) -> str:
    return place.name if place.value is not None else f"{place.name} [{place.symbol or 'x'}]"


def _standing_table(answer: ComparisonAnswer, found: Standing) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            wording.NOT_AVAILABLE if place.rank is None else place.rank,
            place.name,
            figure_words(place.value, place.symbol),
            wording.interval(place.conf_int),
            "chosen" if place.code == answer.area_code else "neighbour",
        )
        for place in _ordered(found)
    ]
    rows.append(("", "Median of the neighbours", figure_words(found.median), "", "median"))
    return Table(
        columns=("Rank", "Place", UNIT_WORDS[answer.unit].capitalize(), "95% interval", "Is"),
        rows=tuple(rows),
    )


def _standing_notes(answer: ComparisonAnswer, found: Standing) -> tuple[str, ...]:
    return (
        direction_note(answer.agreed),
        interval_note(answer.unit, has_counts=found.is_judged),
        "Rank 1 is the highest. Ranks of places whose intervals overlap may be chance.",
        *(
            (
                "Grey: where 95% of places of this size would lie if they varied around the "
                "median as the neighbours do, beyond chance too (additive over-dispersion). It "
                f"rests on {found.n_neighbours} places, whose variance is "
                f"{wording.fixed(found.phi or 0.0, 1)} times that of chance alone (φ).",
            )
            if found.usual
            else ()
        ),
        *symbol_notes({place.symbol for place in found.places if place.symbol}),
    )
