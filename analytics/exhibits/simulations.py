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
                "Bars show what chance alone may do with this many samples (95%). A result counts "
                "as promised within three such standard errors; erring on the careful side counts "
                "too.",
                "Hollow dots: settings that break an assumption of the method on purpose. Errors "
                "of estimates are in the units of what is estimated; a share of 0.01 is one point.",
                "CR1 and CR2 are standard errors that allow for families or authorities; CR2 is "
                "made for few of them. Other words are in the glossary.",
            ),
            source="Simulated to test the methods, docs/methods/simulations.md",
            synthetic=False,
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
    if not promises:
        return "What was found, without a promise to compare it with"
    fair = [_keeps_promise(item) for item in promises if item.assumptions_hold]
    broken = [_keeps_promise(item) for item in promises if not item.assumptions_hold]
    parts = []
    if fair:
        parts.append(f"{sum(fair)} of {wording.plural(len(fair), 'result', 'results')} as promised")
    if broken:
        parts.append(f"{sum(broken)} of {len(broken)} with assumptions broken")
    if len(promises) < len(findings):
        parts.append(f"{len(findings) - len(promises)} without a promise")
    return "; ".join(parts)


def _value(item: SimulationFinding, value: float | None) -> str:
    if value is None:
        return ""
    return (
        wording.signed(value, places=3)
        if item.measure == "bias"
        else wording.percent(value, places=1)
    )


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
    measures: set[str] = {item.measure for item in shares}
    labels = [theme.wrapped(_label(item, measures), LABEL_WIDTH) for item in shares]
    built = theme.figure(height=110 + 24 * sum(label.count("<br>") + 2 for label in labels))
    for name, symbol, holds in (
        ("Assumptions hold", "circle", True),
        ("Assumptions broken", "circle-open", False),
    ):
        places = [at for at, item in enumerate(shares) if item.assumptions_hold == holds]
        if places:
            built.add_scatter(
                x=[100 * shares[at].value for at in places],
                y=places,
                mode="markers",
                name=name,
                marker={"color": theme.DARK_BLUE, "size": 8, "symbol": symbol},
                error_x={
                    "type": "data",
                    "array": [196 * shares[at].monte_carlo_error for at in places],
                    "color": theme.DARK_BLUE,
                },
                hovertemplate="%{x:.1f}%<extra></extra>",
            )
    built.add_scatter(
        x=[None if item.nominal is None else 100 * item.nominal for item in shares],
        y=list(range(len(shares))),
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
    built.update_yaxes(
        tickvals=list(range(len(shares))), ticktext=labels, autorange="reversed", showgrid=False
    )
    only = next(iter(measures))
    axis = MEASURE_WORDS[only] if len(measures) == 1 else "Share of samples"
    built.update_xaxes(title={"text": theme.wrapped(f"{axis}, per cent", 30)})
    return built


def _label(item: SimulationFinding, measures: set[str]) -> str:
    about = "" if len(measures) == 1 else f" ({item.measure})"
    return f"{item.scenario}: {item.method}{about}"
