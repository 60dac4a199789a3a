"""The funnel plot of a published measure over all authorities."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.neighbours.funnel import FunnelAnswer, FunnelPoint, LimitsAt
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.neighbour_words import UNIT_WORDS, axis_title, published

SIZE_WORDS = {"per_10000": "Children aged 0 to 17", "percent": "Number that the share is of"}
POSITION = {
    -2: "below the 99.8% limit",
    -1: "below the 95% limit",
    0: "within the limits",
    1: "above the 95% limit",
    2: "above the 99.8% limit",
}


def funnel_exhibits(released: Released[FunnelAnswer]) -> tuple[Exhibit, ...]:
    """Return every authority against what chance, and how authorities vary, allow."""
    answer = released.answer
    said = _sentences(answer)
    return (
        Exhibit(
            key=f"funnel_{answer.measure}",
            headline=_headline(answer),
            subtitle=(
                f"{answer.label}, {UNIT_WORDS[answer.unit]}, {answer.year}: "
                f"{len(answer.points)} authorities by size, 95% and 99.8% limits"
            ),
            figure=theme.as_dict(_figure(answer)),
            table=_table(answer, [*answer.marked, *_neighbours(answer)] or answer.points),
            alt_text=f"Funnel plot of {len(answer.points)} authorities. {' '.join(said)}",
            notes=_notes(answer),
            **published(answer, answer.marked[0].name if len(answer.marked) == 1 else ""),
            sentences=said,
            full_table=_table(answer, answer.points),
        ),
    )


def _neighbours(answer: FunnelAnswer) -> list[FunnelPoint]:
    return [point for point in answer.points if point.is_neighbour]


def _headline(answer: FunnelAnswer) -> str:
    marked = answer.marked
    if len(marked) == 1:
        (only,) = marked
        if not only.by_chance:
            return f"{only.name}: similar to all authorities together"
        side = _side(only)
        if only.beyond:
            return f"{only.name}: {side} by more than authorities differ anyway"
        return f"{only.name}: {side}, but by no more than authorities differ anyway"
    points = marked or answer.points
    outside = sum(bool(point.beyond) for point in points)
    return f"{outside} of {len(points)} stand out from how authorities differ anyway"


def _side(point: FunnelPoint) -> str:
    return "higher" if point.by_chance > 0 else "lower"


def _sentences(answer: FunnelAnswer) -> tuple[str, ...]:
    spread = (
        f"{answer.outside_chance} of {len(answer.points)} authorities lie outside the 95% limits "
        f"of chance alone around the common value, where chance would put about "
        f"{wording.fixed(answer.expected)}."
    )
    if answer.is_adjusted:
        spread += (
            " So authorities differ for more reasons than chance; outside the limits that allow "
            f"for that lie {answer.outside_usual}."
        )
    return (*_marked_sentences(answer), spread)


def _marked_sentences(answer: FunnelAnswer) -> tuple[str, ...]:
    marked = answer.marked
    if not marked:
        return ()
    if len(marked) == 1:
        return (_verdict(answer, marked[0]),)
    common = f"all authorities together ({wording.fixed(answer.centre, 1)})"
    beyond = [point for point in marked if point.beyond]
    chance = [point for point in marked if point.by_chance and not point.beyond]
    within = [point for point in marked if not point.by_chance and not point.beyond]
    parts = [
        f"{_named(points)} by {words}"
        for points, words in (
            (beyond, "more than chance alone would make it, and more than authorities differ "
                     "anyway"),
            (chance, "more than chance alone would make it, but no more than authorities differ "
                     "anyway"),
            (within, "no more than chance alone would make it"),
        )
        if points
    ]  # fmt: skip
    return (f"Verdict, against {common}: {'; '.join(parts)}.",)


def _verdict(answer: FunnelAnswer, point: FunnelPoint) -> str:
    """Return in one sentence how a figure stands to chance, and to how authorities differ."""
    common = f"all authorities together ({wording.fixed(answer.centre, 1)})"
    name = f"{point.name} ({wording.fixed(point.value, 1)})"
    if not point.by_chance:
        return f"Verdict: {name} is similar to {common}, because chance alone could set it apart."
    more = (
        f"Verdict: {name} is {_side(point)} than {common} by more than chance alone would make it"
    )
    if point.beyond:
        return f"{more}, and by more than authorities differ from one another anyway."
    return f"{more}, but by no more than authorities differ from one another anyway."


def _named(points: Sequence[FunnelPoint]) -> str:
    return wording.listed(
        [f"{point.name} ({wording.fixed(point.value, 1)}{_word(point)})" for point in points]
    )


def _word(point: FunnelPoint) -> str:
    return f", {_side(point)}" if point.by_chance else ""


def _figure(answer: FunnelAnswer) -> go.Figure:
    built = theme.figure(height=520)
    _add_chance(built, answer.chance)
    common = [answer.centre] * len(answer.usual)
    built.add_trace(_line(answer.usual, common, "Common value", "solid", 1))
    for name, low, high, dash in (
        ("95% limits", "low_95", "high_95", "dash"),
        ("99.8% limits", "low_998", "high_998", "dot"),
    ):
        for column, label in ((low, name), (high, "")):
            values = [getattr(one, column) for one in answer.usual]
            built.add_trace(_line(answer.usual, values, label, dash, 2))
    others = [point for point in answer.points if not point.is_marked and not point.is_neighbour]
    for points, name, colour, symbol, size in (
        (others, "Other authorities", theme.MUTED, "circle-open", 7),
        (_neighbours(answer), "Statistical neighbours", theme.TURQUOISE, "circle", 9),
        (answer.marked, _marked_name(answer), theme.DARK_PINK, "diamond", 12),
    ):
        if points:
            built.add_trace(_dots(points, name, colour, symbol, size))
    built.update_xaxes(title_text=SIZE_WORDS[answer.unit], rangemode="tozero")
    built.update_yaxes(title_text=axis_title(answer.unit), rangemode="tozero")
    return built


def _marked_name(answer: FunnelAnswer) -> str:
    return answer.marked[0].name if len(answer.marked) == 1 else "Chosen authorities"


def _add_chance(built: go.Figure, limits: Sequence[LimitsAt]) -> None:
    """Shade where chance alone would leave 95% of authorities."""
    sizes = [one.size for one in limits]
    built.add_trace(
        go.Scatter(
            x=[*sizes, *reversed(sizes)],
            y=[*(one.high_95 for one in limits), *(one.low_95 for one in reversed(limits))],
            name="Chance alone (95%)",
            fill="toself",
            fillcolor=theme.fade(theme.DARK_BLUE, 0.15),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    )


def _line(
    limits: Sequence[LimitsAt], values: list[float], name: str, dash: str, width: int
) -> go.Scatter:
    return go.Scatter(
        x=[one.size for one in limits],
        y=values,
        name=name,
        mode="lines",
        line={"color": theme.DARK_BLUE, "width": width, "dash": dash},
        hoverinfo="skip",
        showlegend=bool(name),
    )


def _dots(
    points: Sequence[FunnelPoint], name: str, colour: str, symbol: str, size: int
) -> go.Scatter:
    return go.Scatter(
        x=[point.size for point in points],
        y=[point.value for point in points],
        name=name,
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": size, "line": {"width": 1}},
        customdata=[point.name for point in points],
        hovertemplate="%{customdata}: %{y:.1f}<extra></extra>",
    )


def _table(answer: FunnelAnswer, points: Sequence[FunnelPoint]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            point.name,
            wording.fixed(point.value, 1),
            wording.fixed(point.events),
            wording.fixed(point.size),
            POSITION[point.by_chance],
            POSITION[point.beyond],
        )
        for point in points
    ]
    return Table(
        columns=(
            "Authority",
            axis_title(answer.unit),
            "Count",
            SIZE_WORDS[answer.unit],
            "Against chance alone",
            "Against how authorities differ anyway",
        ),
        rows=tuple(rows),
    )


def _amount(answer: FunnelAnswer) -> str:
    if answer.phi is None or answer.tau_squared is None:
        return ""
    return f"; φ {wording.fixed(answer.phi, 1)}, τ² {wording.fixed(answer.tau_squared, 4)}"


def _notes(answer: FunnelAnswer) -> tuple[str, ...]:
    left_out = (
        f"{wording.plural(answer.n_left_out, 'authority has', 'authorities have')} no published "
        "count in this year."
    )
    if answer.left_out:
        left_out += f" Among them: {wording.listed(list(answer.left_out))}."
    return (
        "The common value is all counts over all denominators. Shaded: where chance alone would "
        "leave 95% of authorities of each size. Lines: the same with room for how authorities "
        f"differ beyond chance (additive over-dispersion, Spiegelhalter 2005{_amount(answer)})."
        if answer.is_adjusted
        else "No more variation than chance was found, so that the lines are those of chance.",
        "A point outside is a reason to look, not a finding: it doesn't say why. Several children "
        "of one family are several events, so that limits of chance alone are too narrow.",
        "All authorities differ more than places that are alike do. How an authority stands to "
        "its own neighbours is another picture, and may come out otherwise.",
        "The file to download has every authority.",
        *((left_out,) if answer.n_left_out else ()),
    )
