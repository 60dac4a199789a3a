"""Exhibits of a change beside that of all other authorities, and of each member of a group."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.emmie.neighbours.anyway import P_LIMIT, AnywayAnswer, LeftOut
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.neighbour_words import UNIT_WORDS, axis_title, published
from analytics.extracts.code_lists import DFE_SYMBOL

YEARS_NAMED = 3
"""Most years without a figure that are named one by one."""


def members(answer: AnywayAnswer, name: str) -> Exhibit | None:
    """Return each member of a group beside its own counterpart; None for a single place."""
    if not answer.is_group:
        return None
    ordered = sorted(answer.members, key=lambda one: one.average)
    below = sum(one.average < 0 for one in ordered)
    headline = f"{below} of {len(ordered)} lie below their own counterparts"
    built = theme.figure(height=110 + 34 * len(ordered), showlegend=False)
    built.add_trace(
        go.Scatter(
            x=[one.average for one in ordered],
            y=list(range(len(ordered))),
            mode="markers",
            marker={
                "color": theme.DARK_BLUE,
                "symbol": ["circle-open" if one.status == "fail" else "circle" for one in ordered],
                "size": 11,
                "line": {"width": 2},
            },
            customdata=[one.name for one in ordered],
            hovertemplate="%{customdata}: %{x:+.1f}<extra></extra>",
        )
    )
    built.add_vline(x=0, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(title_text="Mean gap since the start")
    built.update_yaxes(
        tickvals=list(range(len(ordered))),
        ticktext=[theme.wrapped(one.name, 22) for one in ordered],
        range=[len(ordered) - 0.5, -0.5],
        showgrid=False,
    )
    return Exhibit(
        key=f"anyway_members_{answer.measure}",
        headline=headline,
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}: mean gap of each authority to its own "
            f"counterpart, {answer.launch_year} to {answer.last_year}"
        ),
        figure=theme.as_dict(built),
        table=Table(
            columns=("Authority", "Mean gap since the start", "Gap before (root mean square)",
                     "Made mostly of"),
            rows=_member_rows(answer),
        ),
        alt_text=f"Dot plot of {len(ordered)} authorities. {headline}.",
        notes=(
            "There is no interval for one authority: compare the spread of these dots. An open "
            "mark has a poor fit before and is not in the mean. No member of the group is part of "
            "a counterpart.",
        ),
        **published(answer, name),
        sentences=(f"{name}: {wording.lower_first(headline)}.", *left_out_words(answer)),
    )  # fmt: skip


def _member_rows(answer: AnywayAnswer) -> tuple[tuple[Cell, ...], ...]:
    """Return each member from the lowest gap on; those that are left out come last, and why."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            wording.signed(one.average),
            wording.fixed(one.pre_error, 1),
            wording.listed(
                [f"{label} ({wording.percent(share)})" for label, share in one.weights[:3]]
            ),
        )
        for one in sorted(answer.members, key=lambda one: one.average)
    ]
    rows += [
        (one.name, wording.NOT_AVAILABLE, wording.NOT_AVAILABLE, f"left out: {_no_figure(one)}")
        for one in answer.left_out
    ]
    return tuple(rows)


def left_out_words(answer: AnywayAnswer) -> tuple[str, ...]:
    """Return which members are left out, and for want of which figure; nothing without any."""
    if not answer.left_out:
        return ()
    named = "; ".join(f"{one.name}, {_no_figure(one)}" for one in answer.left_out)
    return (
        f"{len(answer.members)} of {len(answer.names)} authorities are in it, because every year "
        f"is needed. Left out: {named}.",
    )


def _no_figure(one: LeftOut) -> str:
    years = [year for year, _ in one.missing]
    reasons = dict.fromkeys(DFE_SYMBOL.get(symbol, "not available") for _, symbol in one.missing)
    named = (
        wording.listed([str(year) for year in years])
        if len(years) <= YEARS_NAMED
        else f"{len(years)} years from {years[0]} to {years[-1]}"
    )
    return f"no figure for {named} ({', '.join(reasons)})"


def share_words(share: float) -> str:
    """Return a share as a percentage, below one as such."""
    return "under 1%" if share < 0.01 else wording.percent(share)


def change(answer: AnywayAnswer, name: str) -> Exhibit | None:
    """Return the change beside that of all other authorities; None when it can't be estimated."""
    found = answer.change
    if found.estimate is None or found.before is None or found.after is None:
        return None
    said = _change_sentence(answer, name)
    p_value = found.difference.p_value if found.difference else found.p_permutation
    is_clear = p_value is not None and p_value <= P_LIMIT
    verb = "rose" if found.estimate > 0 else "fell"
    return Exhibit(
        key=f"anyway_change_{answer.measure}",
        headline=(
            f"Against all others {name} {verb} by more than chance"
            if is_clear
            else "The change against all others could be chance"
        ),
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}: {name} and the mean of "
            f"{found.after.n_comparison} other authorities with every year"
        ),
        figure=theme.as_dict(_change_figure(answer, name)),
        table=Table(
            columns=("", f"{found.first_year} to {answer.launch_year - 1}",
                     f"{answer.launch_year} to {found.last_year}", "Change"),
            rows=tuple(
                (
                    label,
                    wording.fixed(before, 1),
                    wording.fixed(after, 1),
                    wording.signed(after - before),
                )
                for label, before, after in (
                    (name, found.before.treated, found.after.treated),
                    ("All other authorities", found.before.comparison, found.after.comparison),
                )
                if before is not None and after is not None
            ),
        ),
        alt_text=f"Line chart of {name} and all other authorities. {said}",
        notes=(
            "Difference-in-differences: each authority counts alike. It supposes that without "
            "whatever began then the place would have moved as the others did on average.",
            "For one place there is no interval; p is the share of all authorities whose change "
            "differs as much. For a group the interval takes authorities as clusters (CR2).",
        ),
        **published(answer, name),
        sentences=(said,),
    )  # fmt: skip


def _change_sentence(answer: AnywayAnswer, name: str) -> str:
    change = answer.change
    size = wording.signed(change.estimate or 0.0)
    if change.difference:
        limits = wording.interval(change.difference.conf_int)
        sure = f"95% interval {limits}, p {wording.p_value(change.difference.p_value)}"
    else:
        sure = "no interval from one place" + (
            ""
            if change.p_permutation is None
            else f"; {share_words(change.p_permutation)} of all authorities differ as much from "
            f"the others, p {wording.p_value(change.p_permutation)}"
        )
    return f"Against the change of the others, {name} changed by {size} ({sure})."


def _change_figure(answer: AnywayAnswer, name: str) -> go.Figure:
    built = theme.figure(height=340)
    years = [one.year for one in answer.years]
    for label, values, colour, dash in (
        (name, [one.observed for one in answer.years], theme.DARK_BLUE, "solid"),
        ("All other authorities", [one.others for one in answer.years], theme.ORANGE, "dashdot"),
    ):
        built.add_trace(
            go.Scatter(
                x=years,
                y=values,
                name=label,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                hovertemplate="%{x}<br>" + label + ": %{y:.1f}<extra></extra>",
            )
        )
    built.add_vline(
        x=answer.launch_year - 0.5, line_color=theme.DARK_GREY, line_width=1, line_dash="dash"
    )
    built.update_yaxes(title_text=axis_title(answer.unit), rangemode="tozero")
    built.update_xaxes(dtick=2, tickformat="d")
    return built
