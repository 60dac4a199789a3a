"""Exhibits of a change beside that of all other authorities, and of each member of a group."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.emmie.neighbours.anyway import P_LIMIT, AnywayAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table
from analytics.exhibits.neighbour_words import UNIT_WORDS, axis_title, published


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
    built.update_xaxes(title_text=f"Mean gap since the start, {UNIT_WORDS[answer.unit]}")
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
            rows=tuple(
                (
                    one.name,
                    wording.signed(one.average),
                    wording.fixed(one.pre_error, 1),
                    wording.listed(
                        [f"{label} ({wording.percent(share)})" for label, share in one.weights[:3]]
                    ),
                )
                for one in ordered
            ),
        ),
        alt_text=f"Dot plot of {len(ordered)} authorities. {headline}.",
        notes=(
            "There is no interval for one authority: compare the spread of these dots. An open "
            "mark has a poor fit before and is not in the mean. No member of the group is part of "
            "a counterpart.",
        ),
        **published(answer, name),
        sentences=(f"{name}: {wording.lower_first(headline)}.",),
    )  # fmt: skip


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
        sure = f"no interval from one place, p {wording.p_value(change.p_permutation)}"
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
