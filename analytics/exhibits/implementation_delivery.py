"""Exhibits of delivery: how many reached each step, and how soon."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.implementation.delivery import DeliveryAnswer, StepReached, StepTime
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.share_plot import Stack

MOST_CURVES = 4
SYMBOLS = ("circle", "diamond", "square", "triangle-up")


def delivery_exhibits(released: Released[DeliveryAnswer]) -> tuple[Exhibit, ...]:
    """Return the funnel of delivery and the times between its steps."""
    times = [step for step in released.answer.steps if step.time is not None]
    return (_funnel(released), *((_times(released, times),) if times else ()))


def _funnel(released: Released[DeliveryAnswer]) -> Exhibit:
    answer = released.answer
    labels = {item.step.key: item.step.label for item in answer.steps}
    stack = Stack.of([f"{item.step.label}: {_short(item)}" for item in answer.steps])
    built = theme.figure(height=90 + stack.height)
    for is_end, name, colour in (
        (False, "Step", theme.DARK_BLUE),
        (True, "End", theme.TURQUOISE),
    ):
        steps = zip(stack.places, answer.steps, strict=True)
        mine = [(place, item) for place, item in steps if item.step.is_end is is_end]
        built.add_trace(
            go.Bar(
                x=[item.count for _, item in mine],
                y=[place for place, _ in mine],
                orientation="h",
                name=name,
                marker_color=colour,
                width=20,
                hovertext=[_reached_words(item, labels) for _, item in mine],
                hoverinfo="text",
            )
        )
    stack.label(built)
    built.update_xaxes(title_text="Deliveries", rangemode="tozero")
    sentences = tuple(_reached_words(item, labels) for item in answer.steps)
    return Exhibit(
        key="delivery_funnel",
        headline=_funnel_headline(answer),
        subtitle=(
            f"Deliveries by step reached, {answer.provenance.place}, "
            f"{wording.count(answer.n_deliveries)} deliveries, up to the as-at date"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=(
                "Step",
                "After",
                "Reached it",
                "Could have",
                "Share (%)",
                "95% interval (%)",
                "Did not (yet)",
            ),
            rows=tuple(_funnel_row(item, labels) for item in answer.steps),
        ),
        alt_text="Bar chart of deliveries by step. " + " ".join(sentences),
        notes=(
            "A delivery is one family's way through the work. Each share is of the deliveries that "
            "reached the step before; steps after the same step stand beside each other.",
            "Ends are alternatives: a delivery can stop at one of them. Who has not reached a step "
            "may still do so after the as-at date.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _short(item: StepReached) -> str:
    if item.count is None:
        return wording.WITHHELD
    if item.step.after is None:
        return wording.count(item.count)
    return f"{wording.count(item.count)} ({wording.percent(item.share.value)})"


def _reached_words(item: StepReached, labels: dict[str, str]) -> str:
    before = labels.get(item.step.after or "")
    if before is None:
        return f"{item.step.label}: {wording.out_of(item.share)} deliveries."
    if item.share.value is None:
        return f"{item.step.label}: {_short(item)}."
    return (
        f"{item.step.label}: {wording.out_of(item.share)} deliveries "
        f"({wording.percent(item.share.value)}) that had reached "
        f"“{wording.lower_first(before)}”."
    )


def _funnel_headline(answer: DeliveryAnswer) -> str:
    drops = [
        item
        for item in answer.steps
        if item.share.value is not None and item.step.after and not item.step.is_end
    ]
    if not drops:
        return "Too few deliveries to show how far they went"
    worst = min(drops, key=lambda item: item.share.value or 0.0)
    share = wording.percent(1 - (worst.share.value or 0.0))
    return f"The largest drop-off, {share}, is before “{wording.lower_first(worst.step.label)}”"


def _funnel_row(item: StepReached, labels: dict[str, str]) -> tuple[Cell, ...]:
    share = item.share
    lost = None
    if share.n is not None and share.events is not None and share.value is not None:
        lost = share.n - share.events
    return (
        item.step.label,
        labels.get(item.step.after or "", "Start"),
        wording.count(item.count),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value, 1),
        wording.interval(item.conf_int, scale=100),
        wording.count(lost),
    )


def _times(released: Released[DeliveryAnswer], items: list[StepReached]) -> Exhibit:
    answer = released.answer
    labels = {item.step.key: item.step.label for item in answer.steps}
    sentences = tuple(_time_words(item, labels) for item in items)
    drawn = _worth_drawing(items)
    return Exhibit(
        key="step_times",
        headline=_times_headline(items),
        subtitle=(
            f"Days from the step before, {answer.provenance.place}; share of the deliveries that "
            "could reach a step, 95% intervals"
        ),
        figure=theme.as_dict(_curves(drawn)) if drawn else None,
        table=Table(
            columns=(
                "Step",
                "After",
                "Half had reached it by (days)",
                "95% interval (days)",
                "Planned within (days)",
                "Reached within the plan (%)",
                "95% interval (%)",
            ),
            rows=tuple(_time_row(item, labels) for item in items),
        ),
        alt_text="Curves of the share that had reached a step by day. " + " ".join(sentences),
        notes=(
            "Deliveries that have not reached a step count as not there yet up to the as-at date "
            "(one minus Kaplan-Meier). Where fewer than half reached it there is no middle value.",
            "A mark on a curve stands at the planned number of days.",
            "Curves are coarser than the days, so that no step of a curve is 1 to 5 deliveries.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _worth_drawing(items: list[StepReached]) -> list[StepReached]:
    """Return up to four steps with a curve, those with a planned time first."""
    with_curve = [item for item in items if item.time and len(item.time.curve) > 1]
    chosen = sorted(with_curve, key=lambda item: item.step.within_days is None)[:MOST_CURVES]
    return [item for item in with_curve if item in chosen]


def _curves(items: list[StepReached]) -> go.Figure:
    built = theme.figure(height=440)
    for item, colour, symbol in zip(items, theme.CATEGORICAL, SYMBOLS, strict=False):
        time = item.time
        if time is None:
            continue
        days = [point.day for point in time.curve]
        built.add_trace(
            go.Scatter(
                x=[*days, *reversed(days)],
                y=[
                    *(100 * point.conf_int.high for point in time.curve),
                    *(100 * point.conf_int.low for point in reversed(time.curve)),
                ],
                fill="toself",
                fillcolor=theme.fade(colour, 0.12),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        built.add_trace(
            go.Scatter(
                x=days,
                y=[100 * point.share for point in time.curve],
                mode="lines",
                line={"color": colour, "width": 3},
                name=item.step.label,
                hovertemplate=item.step.label + ": %{y:.0f}% by day %{x}<extra></extra>",
            )
        )
        if time.in_time is not None:
            _planned(built, time, colour, symbol)
    built.update_xaxes(title_text="Days since the step before", rangemode="tozero")
    built.update_yaxes(title_text="Had reached it (%)", range=[0, 101])
    built.update_layout(legend={"orientation": "v", "y": 1.02})
    built.update_layout(height=400 + 24 * len(items))
    return built


def _planned(built: go.Figure, time: StepTime, colour: str, symbol: str) -> None:
    if time.in_time is None:
        return
    built.add_trace(
        go.Scatter(
            x=[time.in_time.day],
            y=[100 * time.in_time.share],
            mode="markers",
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 13,
                "line": {"width": 2, "color": theme.WHITE},
            },
            showlegend=False,
            hovertemplate="Planned by day %{x}: %{y:.0f}%<extra></extra>",
        )
    )


def _median_words(time: StepTime) -> str:
    if time.median is None:
        return "fewer than half had reached it"
    return f"half had reached it by day {time.median:g} ({_interval_words(time)})"


def _interval_words(time: StepTime) -> str:
    if time.conf_int is None:
        return "no interval"
    if time.high_is_open:
        return f"interval from {time.conf_int.low:g}, with no upper end"
    return f"interval {time.conf_int.low:g} to {time.conf_int.high:g}"


def _time_words(item: StepReached, labels: dict[str, str]) -> str:
    if item.time is None or item.count is None:
        return f"{item.step.label}: {wording.WITHHELD}."
    words = (
        f"{item.step.label}, after “{wording.lower_first(labels[item.step.after or ''])}”: "
        f"{_median_words(item.time)}"
    )
    if item.time.in_time is not None:
        words += (
            f"; {wording.percent(item.time.in_time.share)} within the planned "
            f"{item.step.within_days} days"
        )
    return f"{words}."


def _times_headline(items: list[StepReached]) -> str:
    timed = [item for item in items if item.time and item.time.in_time]
    if not timed:
        return "How soon each step was reached"
    first = timed[0]
    if first.time is None or first.time.in_time is None:
        return "How soon each step was reached"
    return (
        f"{wording.percent(first.time.in_time.share)} reached "
        f"“{wording.lower_first(first.step.label)}” within {first.step.within_days} days"
    )


def _time_row(item: StepReached, labels: dict[str, str]) -> tuple[Cell, ...]:
    time = item.time
    planned = item.step.within_days
    if time is None:
        return (item.step.label, "", "", "", planned, "", "")
    median: Cell = f"{time.median:g}" if time.median is not None else "Not reached by half"
    interval = ""
    if time.conf_int is not None:
        interval = f"{time.conf_int.low:g} to " + (
            "no end" if time.high_is_open else f"{time.conf_int.high:g}"
        )
    within = time.in_time
    missing = "" if planned is None else wording.WITHHELD
    return (
        item.step.label,
        labels[item.step.after or ""],
        median,
        interval,
        planned,
        missing if within is None else wording.fixed(100 * within.share, 1),
        "" if within is None else wording.interval(within.conf_int, scale=100),
    )
