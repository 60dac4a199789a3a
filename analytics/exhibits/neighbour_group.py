"""Exhibits of a group of authorities, each beside its own statistical neighbours."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.neighbours.group import GroupAnswer, Member
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.neighbour_words import (
    TREND_NOTE,
    UNIT_WORDS,
    axis_title,
    direction_note,
    figure_words,
    interval_note,
    judged,
    published,
    recoded_note,
    symbol_notes,
    trend_words,
)


def group_exhibits(released: Released[GroupAnswer], *, name: str) -> tuple[Exhibit, ...]:
    """Return each member against its own neighbours, and the mean distance over the years.

    Parameters
    ----------
    released : Released of GroupAnswer
        What may be shown.
    name : str
        What the group is called.
    """
    answer = released.answer
    return (_members(answer, name), _years(answer, name))


def _members(answer: GroupAnswer, name: str) -> Exhibit:
    known = [one for one in answer.members if one.distance is not None]
    counts = {
        word: sum(one.position == word for one in known) for word in ("higher", "similar", "lower")
    }
    tally = wording.listed([f"{number} {word}" for word, number in counts.items()])
    said = _pooled_sentence(answer, name)
    drawn = _figure(answer, known)
    return Exhibit(
        key=f"group_{answer.measure}",
        headline=f"{name}: {tally} than their own neighbours",
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}, {answer.year}: distance of each authority "
            f"from the median of its own statistical neighbours ({answer.neighbour_model} model)"
        ),
        figure=theme.as_dict(drawn),
        table=Table(
            columns=(
                "Authority",
                axis_title(answer.unit),
                "Its neighbours' median",
                "Neighbours with a figure",
                "Distance",
                "95% interval",
                "Against its neighbours",
            ),
            rows=tuple(_row(answer, one) for one in answer.members),
        ),
        alt_text=f"Dot plot of {len(known)} authorities: {tally}. {said}",
        notes=(
            direction_note(answer.agreed),
            interval_note(answer.unit, has_counts=any(one.is_judged for one in known)),
            *(
                (
                    "Higher and lower: by more than chance alone would move the authority's own "
                    "count. Neighbours differ from one another for other reasons, too; the part "
                    "“Among all authorities” says who stands out even so.",
                )
                if any(one.is_judged for one in known)
                else ()
            ),
            "Other members of the group are not counted among an authority's neighbours. Two "
            "members may share a neighbour, which the interval of the mean doesn't allow for.",
            *symbol_notes({one.symbol for one in answer.members if one.symbol}),
        ),
        **published(answer, name),
        sentences=(
            f"Of {len(known)} authorities with a figure, against their own neighbours: {tally}.",
            said,
        ),
    )


def _pooled_sentence(answer: GroupAnswer, name: str) -> str:
    pooled = answer.pooled
    if pooled is None:
        return f"{name}: a mean distance needs two authorities with a figure."
    chance = (
        "which could be chance"
        if pooled.conf_int.low <= 0 <= pooled.conf_int.high
        else "more than chance between authorities"
    )
    return (
        f"Together, each counting alike, they lie {wording.signed(pooled.value)} "
        f"({wording.interval(pooled.conf_int)}) from their neighbours' medians in {answer.year}, "
        f"{chance}."
    )


def _row(answer: GroupAnswer, one: Member) -> tuple[Cell, ...]:
    return (
        one.name,
        figure_words(one.value, one.symbol),
        figure_words(one.median),
        one.n_neighbours,
        "" if one.distance is None else wording.signed(one.distance),
        wording.interval(one.distance_interval),
        judged(one.position, answer.agreed),
    )


def _figure(answer: GroupAnswer, known: list[Member]) -> go.Figure:
    ordered = sorted(known, key=lambda one: -(one.distance or 0.0))
    names = [one.name for one in ordered]
    values = [one.distance for one in ordered]
    limits = [one.distance_interval for one in ordered]
    colours = [theme.DARK_BLUE] * len(ordered)
    if answer.pooled is not None:
        names.append("Mean of the group")
        values.append(answer.pooled.value)
        limits.append(answer.pooled.conf_int)
        colours.append(theme.DARK_PINK)
    built = theme.figure(height=110 + 34 * len(names), showlegend=False)
    built.add_trace(
        go.Scatter(
            x=values,
            y=list(range(len(names))),
            mode="markers",
            marker={
                "color": colours,
                "symbol": ["circle"] * len(ordered) + ["diamond"] * (len(names) - len(ordered)),
                "size": 11,
            },
            error_x=theme.error_bars(values, limits, colour=theme.DARK_GREY),
            customdata=names,
            hovertemplate="%{customdata}: %{x:+.1f}<extra></extra>",
        )
    )
    built.add_vline(x=0, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(title_text=f"Distance from own neighbours, {UNIT_WORDS[answer.unit]}")
    built.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[theme.wrapped(name, 22) for name in names],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _years(answer: GroupAnswer, name: str) -> Exhibit:
    known = [one for one in answer.years if one.mean is not None]
    trend = trend_words(answer.trend, "the mean distance")
    words = {
        "rising": "is rising by more than chance",
        "falling": "is falling by more than chance",
        "unclear": "shows no trend beyond chance",
        "too_few": "has too few years for a trend",
        "recoded": "can't be followed, the coding changed",
    }
    course = words[answer.trend.course] if answer.trend else words["too_few"]
    values = [one.mean for one in known]
    built = theme.figure(height=340, showlegend=False)
    built.add_trace(
        go.Scatter(
            x=[one.year for one in known],
            y=values,
            mode="markers",
            marker={"color": theme.DARK_PINK, "symbol": "diamond", "size": 9},
            error_y=theme.error_bars(
                values, [one.conf_int for one in known], colour=theme.DARK_PINK
            ),
            hovertemplate="%{x}<br>Mean distance: %{y:+.1f}<extra></extra>",
        )
    )
    built.add_hline(y=0, line_color=theme.DARK_GREY, line_width=1)
    built.update_yaxes(title_text="Mean distance")
    built.update_xaxes(dtick=2, tickformat="d")
    return Exhibit(
        key=f"group_years_{answer.measure}",
        headline=f"The distance from neighbours {course}",
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}: mean distance of {name} from their own "
            f"neighbours' medians, {known[0].year} to {known[-1].year}, 95% intervals"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=("Year", "Authorities with a figure", "Mean distance", "95% interval"),
            rows=tuple(
                (
                    one.year,
                    one.n_areas,
                    "" if one.mean is None else wording.signed(one.mean),
                    wording.interval(one.conf_int),
                )
                for one in answer.years
            ),
        ),
        alt_text=f"Dots with intervals for {len(known)} years. {trend}",
        notes=(
            "Each authority counts alike. The interval is Student's between authorities; those "
            "without a figure in a year are not in that year.",
            *recoded_note(answer.measure),
            TREND_NOTE,
        ),
        **published(answer, name),
        sentences=(trend,),
    )
