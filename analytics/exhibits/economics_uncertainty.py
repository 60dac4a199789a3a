"""Figures of how sure a net saving is: tornado, plane, acceptability."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.economics.parts import Acceptability, NetSaving, Plane
from analytics.emmie.economics.question import EconomicsAnswer
from analytics.exhibits import economics_words as words
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table, origin

LABEL_WIDTH = 22
Side = Literal["left", "right"]
Edge = Literal["top", "bottom"]


def tornado_exhibit(released: Released[EconomicsAnswer], net: NetSaving) -> Exhibit:
    """Return how far each uncertain input moves the net saving."""
    answer = released.answer
    bars = net.tornado
    most = words.input_words(bars[0].name, answer) if bars else ""
    found = tuple(
        f"{words.input_words(bar.name, answer)} from "
        f"{words.input_value(bar.name, bar.low_input)} to "
        f"{words.input_value(bar.name, bar.high_input)}: net saving {words.pounds(bar.at_low)} to "
        f"{words.pounds(bar.at_high)}."
        for bar in bars
    )
    turns = sum(min(bar.at_low, bar.at_high) <= 0 < max(bar.at_low, bar.at_high) for bar in bars)
    return Exhibit(
        key="tornado",
        headline=(
            f"{wording.plural(turns, 'input', 'inputs')} alone could turn saving and cost round"
            if turns
            else "No input alone turns saving and cost round"
        ),
        subtitle=(
            f"Net saving (pounds) when one input runs over its range, {answer.provenance.place}, "
            f"{answer.price_year} prices; the black line is break-even"
        ),
        figure=theme.as_dict(_tornado_figure(answer, net)),
        table=_tornado_table(answer, net),
        alt_text=f"Tornado of {len(bars)} inputs, the widest is: {most}. {' '.join(found)}",
        notes=(
            f"Bars start at the best value, {words.pounds(net.net)}. Only the widest "
            f"{len(bars)} are shown.",
            "Worth knowing: expected value of knowing that input exactly before deciding (EVPPI), "
            "for the widest bars only.",
            "The share due to the work runs from half to all of what is chosen: our range.",
        ),
        **origin(answer.provenance),
        sentences=found[:3],
    )


def _tornado_figure(answer: EconomicsAnswer, net: NetSaving) -> go.Figure:
    """Draw each input's bar from the best value to both of its ends."""
    bars = net.tornado
    labels = [theme.wrapped(words.input_words(bar.name, answer), LABEL_WIDTH) for bar in bars]
    built = theme.figure(height=120 + 62 * len(bars), barmode="overlay")
    for name, colour, ends in (
        ("Input at its low end", theme.TURQUOISE, [bar.at_low for bar in bars]),
        ("Input at its high end", theme.DARK_BLUE, [bar.at_high for bar in bars]),
    ):
        built.add_trace(
            go.Bar(
                base=[net.net] * len(bars),
                x=[end - net.net for end in ends],
                y=labels,
                orientation="h",
                name=name,
                marker={"color": colour},
                customdata=[words.pounds(end) for end in ends],
                hovertemplate="Net saving %{customdata}<extra>" + name + "</extra>",
            )
        )
    built.add_vline(x=0, line={"color": theme.TEXT, "width": 1.5})
    built.update_xaxes(
        title_text="Net saving (pounds)",
        tickformat="~s",
        nticks=5,
    )
    built.update_yaxes(autorange="reversed", showgrid=False)
    return built


def _tornado_table(answer: EconomicsAnswer, net: NetSaving) -> Table:
    return Table(
        columns=(
            "Input",
            "Low end",
            "High end",
            "Net saving at low",
            "Net saving at high",
            "Worth knowing, per family",
        ),
        rows=tuple(
            (
                words.input_words(bar.name, answer),
                words.input_value(bar.name, bar.low_input),
                words.input_value(bar.name, bar.high_input),
                words.pounds(bar.at_low),
                words.pounds(bar.at_high),
                "" if bar.worth_knowing is None else words.pounds(bar.worth_knowing, places=2),
            )
            for bar in net.tornado
        ),
    )


def plane_exhibit(released: Released[EconomicsAnswer], net: NetSaving) -> Exhibit:
    """Return the draws on the cost-effectiveness plane."""
    answer, plane = released.answer, net.plane
    outcome = wording.lower_first(answer.savings[0].outcome_label)
    corners = _corners(plane)
    found = tuple(f"{label}: {wording.chance(share)} of draws." for label, share, *_ in corners)
    return Exhibit(
        key="cost_plane",
        headline=(
            f"Cheaper and better in {wording.chance(plane.cheaper_better)} of draws, as assumed"
        ),
        subtitle=(
            f"Net cost per family (pounds) against outcomes avoided per 100 families, "
            f"{answer.provenance.place}, {answer.price_year} prices"
        ),
        figure=theme.as_dict(_plane_figure(plane, outcome)),
        table=Table(
            columns=("Corner of the plane", "Share of draws"),
            rows=tuple((label, wording.chance(share)) for label, share, *_ in corners),
        ),
        alt_text=f"Scatter of {len(plane.points)} draws in four corners. {' '.join(found)}",
        notes=(
            f"{len(plane.points)} of {net.n_draws:,} draws are drawn; shares are of all.",
            "Net cost is cost of delivery less cost avoided: below the line the work saves.",
        ),
        **origin(answer.provenance),
    )


def _corners(plane: Plane) -> tuple[tuple[str, float, Side, Edge], ...]:
    """Return each corner's words, its share of the draws, and where its words stand."""
    return (
        ("Cheaper and better", plane.cheaper_better, "right", "bottom"),
        ("Dearer and better", plane.dearer_better, "right", "top"),
        ("Dearer and worse", plane.dearer_worse, "left", "top"),
        ("Cheaper and worse", plane.cheaper_worse, "left", "bottom"),
    )


def _plane_figure(plane: Plane, outcome: str) -> go.Figure:
    built = theme.figure(height=460)
    built.add_trace(
        go.Scatter(
            x=[point[0] for point in plane.points],
            y=[point[1] for point in plane.points],
            mode="markers",
            marker={"color": theme.fade(theme.DARK_BLUE, 0.35), "size": 6},
            showlegend=False,
            customdata=[
                f"{wording.fixed(fewer)} fewer per 100 families, {words.pounds(cost)} per family"
                for fewer, cost in plane.points
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    built.add_hline(y=0, line={"color": theme.TEXT, "width": 1.5})
    built.add_vline(x=0, line={"color": theme.TEXT, "width": 1.5})
    for label, share, side, edge in _corners(plane):
        if share:
            built.add_annotation(
                text=theme.wrapped(f"{label}: {wording.chance(share)}", 14),
                align=side,
                x=1 if side == "right" else 0,
                y=1 if edge == "top" else 0,
                xref="paper",
                yref="paper",
                xanchor=side,
                yanchor=edge,
                showarrow=False,
                bgcolor=theme.WHITE,
                font={"size": 14},
            )
    built.update_xaxes(title_text=theme.wrapped(f"Fewer per 100 families: {outcome}", 44))
    built.update_yaxes(title_text="Net cost per family (pounds)", tickformat=",.0f")
    return built


def acceptability_exhibit(released: Released[EconomicsAnswer], net: NetSaving) -> Exhibit:
    """Return the chance of being worth its cost, by the worth of one outcome avoided."""
    answer, curve = released.answer, net.acceptability
    outcome = wording.lower_first(answer.savings[0].outcome_label)
    return Exhibit(
        key="acceptability",
        headline=f"Money is saved in {wording.chance(curve.chances[0])} of draws, as assumed",
        subtitle=(
            f"Chance of being worth its cost (%) by what one fewer is worth beyond savings: "
            f"{outcome}, {answer.provenance.place}, {answer.price_year} prices"
        ),
        figure=theme.as_dict(_acceptability_figure(curve)),
        table=Table(
            columns=(
                "Worth of one fewer (£)",
                "Chance of being worth its cost",
                "Value of perfect information per family (£)",
            ),
            rows=tuple(
                (wording.fixed(worth), wording.chance(one), wording.fixed(value, 2))
                for worth, one, value in zip(
                    curve.thresholds, curve.chances, curve.information, strict=True
                )
            ),
        ),
        alt_text=(
            f"Curve of the chance of being worth its cost, from {wording.chance(curve.chances[0])} "
            f"at £0 to {wording.chance(curve.chances[-1])} at {words.pounds(curve.thresholds[-1])}."
        ),
        notes=(
            "At £0 only money counts: the chance of a net saving.",
            "Value of perfect information (EVPI): what never choosing wrongly would be worth.",
        ),
        **origin(answer.provenance),
    )


def _acceptability_figure(curve: Acceptability) -> go.Figure:
    built = theme.figure(height=380)
    built.add_trace(
        go.Scatter(
            x=curve.thresholds,
            y=[100 * one for one in curve.chances],
            mode="lines+markers",
            line={"color": theme.DARK_BLUE, "width": 3},
            showlegend=False,
            hovertemplate="£%{x:,.0f}: %{y:.0f}%<extra></extra>",
        )
    )
    built.update_xaxes(
        title_text=theme.wrapped("Worth of one fewer, beyond savings (pounds)", 40),
        tickprefix="£",
        tickformat=",.0f",
        nticks=5,
    )
    built.update_yaxes(title_text="Chance of being worth its cost", range=[0, 104])
    return built
