"""How ratios by factor and level are drawn and written."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.emmie.repeat_plans.factor_models import Ratio
from analytics.emmie.repeat_plans.factors import FactorFound, LevelFound
from analytics.exhibits import theme, wording
from analytics.exhibits.repeat_factor_words import FACTOR_WORDS, level_words

Series = tuple[str, str, str, str, float]
"""Field of a level, name, colour, mark, and place within the row."""


def level_rows(factors: Sequence[FactorFound]) -> list[tuple[FactorFound, LevelFound]]:
    """Return every level that is compared with its factor's first one."""
    return [(factor, level) for factor in factors for level in factor.levels[1:]]


def level_label(factor: FactorFound, level: LevelFound) -> str:
    """Return a factor with its level, and what that is compared with."""
    levels = tuple(one.level for one in factor.levels)
    name = level_words(factor.key, level.level, levels)
    first = wording.lower_first(level_words(factor.key, levels[0], levels))
    return f"{FACTOR_WORDS[factor.key]}: {wording.lower_first(name)} (against {first})"


def ratio_of(level: LevelFound, field: str) -> Ratio | None:
    """Return one of the ratios of a level by the name of its field."""
    found: Ratio | None = getattr(level, field)
    return found


def forest(factors: Sequence[FactorFound], series: Sequence[Series]) -> go.Figure:
    """Return the forest plot of every level, its series under each other."""
    rows = level_rows(factors)
    labels = [theme.wrapped(level_label(factor, level), 24) for factor, level in rows]
    places, height = theme.rows_of(labels, line=17, gap=22)
    built = theme.figure(height=120 + int(height))
    drawn = []
    for field, name, colour, symbol, offset in series:
        found = [
            (place, label, ratio)
            for place, label, (_, level) in zip(places, labels, rows, strict=True)
            if (ratio := ratio_of(level, field)) is not None
        ]
        drawn += [ratio for _, _, ratio in found]
        built.add_trace(
            go.Scatter(
                x=[ratio.estimate for _, _, ratio in found],
                y=[place + 40 * (offset - 0.22) for place, _, _ in found],
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2}},
                error_x=theme.error_bars(
                    [ratio.estimate for _, _, ratio in found],
                    [ratio.conf_int for _, _, ratio in found],
                    colour=colour,
                ),
                customdata=[f"{label}<br>{ratio_words(ratio)}" for _, label, ratio in found],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    for place, (_, level) in zip(places, rows, strict=True):
        if all(ratio_of(level, field) is None for field, *_ in series):
            theme.tell_row(built, place, "not estimable")
    built.add_vline(x=1, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(
        title_text="Times as often (log scale)",
        **theme.ratio_axis((ratio.estimate, ratio.conf_int) for ratio in drawn),
    )
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)
    return built


def ratio_words(ratio: Ratio | None) -> str:
    """Return a ratio with its interval."""
    if ratio is None:
        return ""
    return f"{wording.fixed(ratio.estimate, 2)} ({wording.interval(ratio.conf_int, places=2)})"
