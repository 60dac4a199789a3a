"""Exhibit of a simulation study: how often a method was right when the truth was known."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.methods import MethodsAnswer, SimulationFinding
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table

MEASURE_WORDS = {
    "bias": "Mean error of the estimate",
    "coverage": "Intervals that hold the truth",
    "size": "Tests that see a difference where there is none",
    "power": "Tests that see the difference",
}
# Within this many Monte Carlo standard errors a gap is what chance alone gives.
CHANCE_ERRORS = 3
LABEL_WIDTH = 30


def simulation_exhibits(released: Released[MethodsAnswer], *, study: str) -> tuple[Exhibit, ...]:
    """Return one study: its shares as a chart, and every finding as a table.

    Parameters
    ----------
    released : Released of MethodsAnswer
        The registry.
    study : str
        Name of the study.
    """
    findings = [item for item in released.answer.simulations if item.study == study]
    shares = [item for item in findings if item.measure != "bias"]
    replicates = max(item.replicates for item in findings)
    return (
        Exhibit(
            key="simulation",
            headline=_headline(findings),
            subtitle=f"{study}; up to {replicates:,} simulated samples in each setting",
            figure=theme.as_dict(_dots(shares)) if shares else None,
            table=Table(
                columns=("Setting", "Method", "Assumptions", "Measure", "Value", "Promised"),
                rows=tuple(_row(item) for item in findings),
            ),
            alt_text="Dot plot. " + " ".join(_sentence(item) for item in shares),
            notes=(
                "Each sample is drawn from a made-up world whose truth is known. Bars show what "
                "chance alone may do with this many samples (95%).",
                "Hollow dots: settings that break an assumption of the method on purpose.",
            ),
            source="Simulations of this project, docs/methods/simulations.md",
            synthetic=True,
        ),
    )


def _keeps_promise(item: SimulationFinding) -> bool:
    """Whether a value is the promised one but for chance; too careful counts as kept."""
    if item.nominal is None:
        return True
    allowed = CHANCE_ERRORS * item.monte_carlo_error
    if item.measure == "coverage":
        return item.value >= item.nominal - allowed
    if item.measure == "size":
        return item.value <= item.nominal + allowed
    return abs(item.value - item.nominal) <= allowed


def _headline(findings: list[SimulationFinding]) -> str:
    promises = [item for item in findings if item.nominal is not None]
    fair = [_keeps_promise(item) for item in promises if item.assumptions_hold]
    broken = [_keeps_promise(item) for item in promises if not item.assumptions_hold]
    parts = []
    if fair:
        parts.append(f"promises kept in {sum(fair)} of {len(fair)} settings")
    if broken:
        parts.append(f"with assumptions broken, in {sum(broken)} of {len(broken)}")
    words = "; ".join(parts) or "what was found, without a promise to compare"
    return words[0].upper() + words[1:]


def _value(item: SimulationFinding, value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:+.3f}" if item.measure == "bias" else wording.percent(value, places=1)


def _row(item: SimulationFinding) -> tuple[Cell, ...]:
    return (
        item.scenario,
        item.method,
        "hold" if item.assumptions_hold else "broken on purpose",
        MEASURE_WORDS[item.measure],
        _value(item, item.value),
        _value(item, item.nominal),
    )


def _sentence(item: SimulationFinding) -> str:
    promised = "" if item.nominal is None else f", promised {_value(item, item.nominal)}"
    words = wording.lower_first(MEASURE_WORDS[item.measure])
    return f"{item.scenario}, {item.method}: {words}, {_value(item, item.value)}{promised}."


def _dots(shares: list[SimulationFinding]) -> go.Figure:
    labels = [theme.wrapped(f"{item.scenario}: {item.method}", LABEL_WIDTH) for item in shares]
    places = list(range(len(shares)))
    built = theme.figure(height=90 + 24 * sum(label.count("<br>") + 2 for label in labels))
    built.add_scatter(
        x=[100 * item.value for item in shares],
        y=places,
        mode="markers",
        name="Measured",
        marker={
            "color": theme.DARK_BLUE,
            "size": 10,
            "symbol": ["circle" if i.assumptions_hold else "circle-open" for i in shares],
        },
        error_x={
            "type": "data",
            "array": [196 * item.monte_carlo_error for item in shares],
            "color": theme.DARK_BLUE,
        },
        hovertemplate="%{x:.1f}%<extra></extra>",
    )
    built.add_scatter(
        x=[None if item.nominal is None else 100 * item.nominal for item in shares],
        y=places,
        mode="markers",
        name="Promised",
        marker={
            "color": theme.ORANGE,
            "size": 16,
            "symbol": "line-ns-open",
            "line": {"width": 3, "color": theme.ORANGE},
        },
        hovertemplate="promised %{x:.1f}%<extra></extra>",
    )
    built.update_yaxes(tickvals=places, ticktext=labels, autorange="reversed", showgrid=False)
    built.update_xaxes(title={"text": "Per cent of samples"})
    return built
