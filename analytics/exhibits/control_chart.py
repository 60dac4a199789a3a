"""A control chart as an exhibit: points, limits, and which periods signal a change."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import plotly.graph_objects as go

from analytics.emmie.implementation.charting import Chart, ChartPoint
from analytics.emmie.study import Provenance
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin

RULE_WORDS = {
    "outside_limits": "outside the limits",
    "trend": "seven in a row rising or falling",
    "two_of_three": "two of three near a limit",
    "four_of_five": "four of five on one side",
    "shift": "seven in a row on one side",
}
CHART_NOTES = {
    "xmr": "XmR chart: limits come from how neighbouring periods vary.",
    "u": "u chart: limits come from counts alone.",
    "u_prime": "u′ chart: limits allow for more spread than counts alone would give.",
}
SIDE_WORDS = {"high": "higher or rising", "low": "lower or falling"}
CHECK_NOTES = {
    "points_per_phase": "Few points set the limits, so they are on trial.",
    "calendar_gap": "Some periods are missing; no run is taken across them.",
    "autocorrelation": "Neighbouring points are alike, so runs come by themselves more often.",
    "small_counts": "Counts are small, so points above the upper limit come by chance more often.",
    "over_dispersion": "Points vary more than counts alone would make them.",
}


def control_chart(
    chart: Chart,
    provenance: Provenance,
    statement: str,
    *,
    key: str,
    what: str,
    scale: float = 1.0,
    more: tuple[str, ...] = (),
) -> Exhibit:
    """Return a control chart with its signals in words.

    Parameters
    ----------
    chart : Chart
        After disclosure control.
    provenance : Provenance
        Where it comes from.
    statement : str
        The policy in one sentence.
    key : str
        Of the exhibit.
    what : str
        What is measured, in words.
    scale : float
        Values are shown times this.
    more : tuple of str
        Further sentences.
    """
    shown = [point for point in chart.points if point.value is not None]
    signals = signal_words(chart)
    centre = _number(scale * chart.points[0].centre)
    basis = (
        f"the {chart.step}s before {wording.day(chart.baseline_to)}"
        if chart.baseline_to
        else f"all {len(chart.points)} {chart.step}s"
    )
    sentences = (
        f"Mean of {basis}: {centre}.",
        *(
            signals
            or (f"No {chart.step} stands out: chance alone can make points vary like this.",)
        ),
        *more,
    )
    return Exhibit(
        key=key,
        headline=_headline(chart, what, scale),
        subtitle=(
            f"{what} by {chart.step}, {provenance.place}, with control limits at three standard "
            "deviations"
        ),
        figure=theme.as_dict(_figure(chart, what, scale)) if shown else None,
        table=Table(
            columns=(
                chart.step.capitalize(),
                what,
                "Mean",
                "Lower limit",
                "Upper limit",
                "Signal",
            ),
            rows=tuple(_row(chart, point, scale) for point in chart.points),
        ),
        alt_text=f"Control chart of {wording.lower_first(what)}. " + " ".join(sentences),
        notes=(
            f"Mean and limits come from {basis}. {CHART_NOTES[chart.chart]} A signal is a point "
            "outside the limits, a run of seven on one side of the mean, seven in a row rising or "
            "falling, or two of three near a limit (NHS England's rules). About one in six charts "
            "of 24 months shows a signal where nothing happens.",
            "Higher and lower are not better and worse by themselves. A signal says that "
            "something changed, not why.",
            *(CHECK_NOTES[check.name] for check in chart.checks if check.status != "pass"),
            statement,
        ),
        **origin(provenance),
        sentences=sentences,
    )


def signal_words(chart: Chart) -> tuple[str, ...]:
    """Return which periods signal a change, as one sentence for each side."""
    words = []
    for side, name in SIDE_WORDS.items():
        runs = [
            [point for _, point in group]
            for is_on, group in groupby(
                enumerate(chart.points), key=lambda pair: pair[1].side == side
            )
            if is_on
        ]
        if runs:
            listed = wording.listed([_run(chart, run) for run in runs])
            rules = dict.fromkeys(rule for run in runs for point in run for rule in point.signals)
            why = wording.listed([RULE_WORDS[rule] for rule in rules])
            words.append(f"{name.capitalize()}, beyond chance, in {listed} ({why}).")
    return tuple(words)


def _run(chart: Chart, run: list[ChartPoint]) -> str:
    first, last = _period(chart, run[0].period), _period(chart, run[-1].period)
    return first if len(run) == 1 else f"{first} to {last}"


def _period(chart: Chart, period: date) -> str:
    if chart.step == "month":
        return f"{period:%B %Y}"
    last = period.replace(month=period.month + 2)
    return f"{period:%b} to {last:%b %Y}"


def _headline(chart: Chart, what: str, scale: float) -> str:
    shown = [point for point in chart.points if point.value is not None]
    if not shown:
        return f"{what}: too few to show"
    last = shown[-1]
    value = _number(scale * (last.value or 0.0))
    if last.side and chart.baseline_to:
        verb = "rose" if last.side == "high" else "fell"
        return f"{what} {verb} from {_number(scale * last.centre)} to {value}"
    signals = sum(point.side is not None for point in shown)
    if signals:
        return f"{what}: {signals} of {len(shown)} {chart.step}s beyond chance"
    return f"{what}: no {chart.step} stands out from chance"


def _figure(chart: Chart, what: str, scale: float) -> go.Figure:
    built = theme.figure(height=420)
    periods = [point.period for point in chart.points]
    for name, values, dash in (
        ("Mean", [point.centre for point in chart.points], "solid"),
        ("Limits", [point.high for point in chart.points], "dash"),
        ("", [point.low for point in chart.points], "dash"),
    ):
        built.add_trace(
            go.Scatter(
                x=periods,
                y=[scale * value for value in values],
                mode="lines",
                name=name or "Lower limit",
                showlegend=bool(name),
                line={"color": theme.MUTED, "width": 1.5, "dash": dash},
                hoverinfo="skip",
            )
        )
    built.add_trace(
        go.Scatter(
            x=periods,
            y=[None if point.value is None else scale * point.value for point in chart.points],
            mode="lines",
            line={"color": theme.DARK_BLUE, "width": 2},
            showlegend=False,
            hoverinfo="skip",
        )
    )
    _points(built, chart, scale)
    if chart.baseline_to:
        built.add_vline(
            x=chart.baseline_to.isoformat(),
            line_color=theme.DARK_GREY,
            line_dash="dot",
            line_width=1,
        )
    built.update_yaxes(title_text=theme.wrapped(what, 34), rangemode="tozero")
    return built


def _points(built: go.Figure, chart: Chart, scale: float) -> None:
    """Draw the points, signals in a shape and colour of their own."""
    for side, name, colour, symbol in (
        (None, "Within chance", theme.DARK_BLUE, "circle"),
        ("high", "Signal: higher or rising", theme.ORANGE, "triangle-up"),
        ("low", "Signal: lower or falling", theme.TURQUOISE, "triangle-down"),
    ):
        mine = [p for p in chart.points if p.side == side and p.value is not None]
        if mine:
            built.add_trace(
                go.Scatter(
                    x=[point.period for point in mine],
                    y=[scale * (point.value or 0.0) for point in mine],
                    mode="markers",
                    name=name,
                    marker={"color": colour, "symbol": symbol, "size": 11},
                    hovertemplate="%{x|%B %Y}: %{y:.1f}<extra></extra>",
                )
            )


def _row(chart: Chart, point: ChartPoint, scale: float) -> tuple[Cell, ...]:
    signal = ""
    if point.side:
        why = wording.listed([RULE_WORDS[rule] for rule in point.signals])
        signal = f"{SIDE_WORDS[point.side].capitalize()}: {why}"
    return (
        _period(chart, point.period),
        wording.WITHHELD if point.value is None else wording.fixed(scale * point.value, 1),
        wording.fixed(scale * point.centre, 1),
        wording.fixed(scale * point.low, 1),
        wording.fixed(scale * point.high, 1),
        signal,
    )


def _number(value: float) -> str:
    return wording.fixed(value, 1)
