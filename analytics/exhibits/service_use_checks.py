"""Exhibits that judge rates before and after: raw counts, and what other choices would give."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.contrast import Estimate
from analytics.emmie.service_use.answer import ServiceOutcome, ServiceUseAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin

CHOICES = {
    "pooled": "Pooled rates, not within each person",
    "followed_six_months": "Only people followed for six months or more",
    "without_top_users": "Without the 1% of people with most events",
}
MAIN = "Within each person (as above)"
WHY_NOT = {"withheld": "withheld, because it leaves few people out"}


def raw_counts(released: Released[ServiceUseAnswer]) -> Exhibit | None:
    """Return what counts without exposure would have said; None when all are withheld."""
    answer = released.answer
    shown = [
        (item, item.rates.raw_ratio, item.rates.ratio)
        for item in answer.outcomes
        if item.rates and item.rates.raw_ratio is not None and item.rates.ratio
    ]
    if not shown:
        return None
    turned = [item.label for item, raw, ratio in shown if (raw < 1) != (ratio.value < 1)]
    headline = (
        f"Raw counts would point the other way for {len(turned)} of {len(shown)}"
        if turned
        else "Raw counts would overstate how much fell"
    )
    if not turned and all(raw >= ratio.value for _, raw, ratio in shown):
        headline = "Raw counts would not have overstated the fall"
    said = tuple(
        f"{item.label}: counts alone say {_change(raw)}; per time observed it is "
        f"{_change(ratio.value)} ({wording.interval(ratio.conf_int, places=2)} as a ratio)."
        for item, raw, ratio in shown
    )
    return Exhibit(
        key="service_use_raw_counts",
        headline=headline,
        subtitle=(
            "Warning: events after over events before, beside the ratio of the rates, "
            f"{answer.provenance.place}"
        ),
        figure=theme.as_dict(_raw_figure(shown)),
        table=Table(
            columns=("Outcome", "Raw counts (misleading)", "Ratio of rates", "Interval"),
            rows=tuple(
                (
                    item.label,
                    wording.fixed(raw, 2),
                    wording.fixed(ratio.value, 2),
                    wording.interval(ratio.conf_int, places=2),
                )
                for item, raw, ratio in shown
            ),
        ),
        alt_text=f"Dot plot of two ratios for {len(shown)} outcomes. {' '.join(said)}",
        notes=(
            "People were observed for a shorter time after allocation than before it, so fewer "
            "events are expected after even if nothing changed. Do not quote the raw counts.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=said,
    )


def _change(ratio: float) -> str:
    """Return a ratio as a change in per cent."""
    percent = wording.percent(abs(ratio - 1))
    return "no change" if percent == "0%" else f"{percent} {'more' if ratio > 1 else 'fewer'}"


def _raw_figure(shown: list[tuple[ServiceOutcome, float, Estimate]]) -> go.Figure:
    built = theme.figure(height=130 + 70 * len(shown))
    places = list(range(len(shown)))
    built.add_trace(
        go.Scatter(
            x=[raw for _, raw, _ in shown],
            y=[place - 0.14 for place in places],
            name="Raw counts (misleading)",
            mode="markers",
            marker={"color": theme.ORANGE, "symbol": "x-thin", "size": 11, "line": {"width": 3}},
            hovertemplate="Raw counts: %{x:.2f}<extra></extra>",
        )
    )
    built.data[0].marker.line.color = theme.ORANGE
    _add_ratios(
        built,
        [ratio for *_, ratio in shown],
        [place + 0.14 for place in places],
        [raw for _, raw, _ in shown],
    )
    built.update_yaxes(
        tickvals=places,
        ticktext=[theme.wrapped(item.label, 22) for item, *_ in shown],
        range=[len(shown) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _add_ratios(
    built: go.Figure, ratios: list[Estimate], places: list[float], others: Sequence[float] = ()
) -> None:
    """Draw ratios with their intervals on a logarithmic scale, and the line of no change.

    ``others`` are further ratios that have to lie on the axis.
    """
    built.add_trace(
        go.Scatter(
            x=[ratio.value for ratio in ratios],
            y=places,
            name="Ratio of rates",
            mode="markers",
            marker={"color": theme.DARK_BLUE, "symbol": "circle", "size": 11},
            error_x=theme.error_bars(
                [ratio.value for ratio in ratios],
                [ratio.conf_int for ratio in ratios],
                colour=theme.DARK_BLUE,
                thickness=2,
            ),
            hovertemplate="Ratio of rates: %{x:.2f}<extra></extra>",
        )
    )
    built.add_vline(x=1, line_color=theme.DARK_GREY, line_width=1)
    shown = [*((ratio.value, ratio.conf_int) for ratio in ratios), *((one, None) for one in others)]
    built.update_xaxes(title_text="After over before (log scale)", **theme.ratio_axis(shown))


def _choices_figure(options: Sequence[tuple[str, Estimate | None, str]]) -> go.Figure:
    """Draw a ratio for each choice, and say at its row where there is none."""
    built = theme.figure(height=90 + 62 * len(options), showlegend=False)
    drawn = [(float(place), one) for place, (_, one, _) in enumerate(options) if one]
    _add_ratios(built, [ratio for _, ratio in drawn], [place for place, _ in drawn])
    for place, (_, ratio, why) in enumerate(options):
        if ratio is None:
            is_withheld = why == WHY_NOT["withheld"]
            theme.tell_row(built, place, wording.WITHHELD if is_withheld else "not estimable")
    built.update_yaxes(
        tickvals=list(range(len(options))),
        ticktext=[theme.wrapped(label, 24) for label, *_ in options],
        range=[len(options) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def sensitivity(released: Released[ServiceUseAnswer], chosen: ServiceOutcome) -> Exhibit | None:
    """Return the rate ratio of one outcome under other choices; None when there is no ratio."""
    answer, rates = released.answer, chosen.rates
    if rates is None or rates.ratio is None:
        return None
    options: list[tuple[str, Estimate | None, int | None, str]] = [
        (MAIN, rates.ratio, chosen.n_people, ""),
        *(
            (
                CHOICES[one.choice],
                one.ratio,
                one.n_people,
                WHY_NOT.get(one.reason or "", "not estimable" if one.reason else ""),
            )
            for one in rates.sensitivity
        ),
    ]
    found = [(label, ratio) for label, ratio, *_ in options if ratio is not None]
    values = [ratio.value for _, ratio in found]
    same = all((value < 1) == (rates.ratio.value < 1) for value in values)
    headline = (
        f"Other choices give a ratio of {wording.fixed(min(values), 2)} to "
        f"{wording.fixed(max(values), 2)}"
        if same
        else "The direction depends on how it is calculated"
    )
    built = _choices_figure([(label, ratio, why) for label, ratio, _, why in options])
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            label,
            wording.fixed(ratio.value, 2) if ratio else why,
            wording.interval(ratio.conf_int, places=2) if ratio else "",
            wording.count(people),
        )
        for label, ratio, people, why in options
    )
    return Exhibit(
        key="service_use_sensitivity",
        headline=headline,
        subtitle=f"{chosen.label}: rate after over rate before under other choices",
        figure=theme.as_dict(built),
        table=Table(columns=("Choice", "Ratio", "Interval", "People"), rows=rows),
        alt_text=f"Forest plot of {len(options)} choices. {headline}.",
        notes=(
            "All of them share what a before-and-after comparison can't rule out.",
            released.statement,
        ),
        **origin(answer.provenance),
    )
