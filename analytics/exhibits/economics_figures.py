"""Figures of costs: the chance of a net saving, and who pays and gains."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.economics.parts import Account, NetSaving
from analytics.emmie.economics.question import EconomicsAnswer
from analytics.exhibits import economics_words as words
from analytics.exhibits import theme, wording
from analytics.exhibits.claim import Moved
from analytics.exhibits.exhibit import Exhibit, Table, origin


def chance_by_share_exhibit(released: Released[EconomicsAnswer], net: NetSaving) -> Exhibit:
    """Return the chance of a net saving by how much of the difference is due to the work."""
    answer = released.answer
    half = next((one for one in net.by_share if one.share == 0.5), None)
    headline = (
        "The chance cannot be split by share"
        if half is None
        else f"Half the difference due to the work: {wording.chance(half.chance)} chance"
    )
    found = tuple(
        f"If {wording.percent(one.share)} of the measured difference is due to the work, the "
        f"chance of a net saving is {wording.chance(one.chance)}, best value "
        f"{words.pounds(one.net)}."
        for one in net.by_share
    )
    return Exhibit(
        key="chance_by_share",
        headline=headline,
        subtitle=(
            f"Chance of a net saving (%) by share of the difference that is due to the work, "
            f"{answer.provenance.place}, {answer.price_year} prices, {net.n_draws:,} draws"
        ),
        figure=theme.as_dict(_share_figure(net)),
        table=Table(
            columns=("Share due to the work", "Chance of a net saving", "Net saving, best"),
            rows=tuple(
                (wording.percent(one.share), wording.chance(one.chance), words.pounds(one.net))
                for one in net.by_share
            ),
        ),
        alt_text=f"Bars of the chance of a net saving. {' '.join(found)}",
        notes=(
            "Nobody knows the share: the difference is an association. Choose your own above.",
            f"Seed {net.seed}; Monte Carlo error of the mean net saving "
            f"{words.pounds(net.monte_carlo_error)}.",
        ),
        **origin(answer.provenance),
    )


def _share_figure(net: NetSaving) -> go.Figure:
    shares = [wording.percent(one.share) for one in net.by_share]
    chances = [100 * one.chance for one in net.by_share]
    built = theme.figure(height=120 + 56 * len(shares))
    built.add_trace(
        go.Bar(
            x=chances,
            y=shares,
            orientation="h",
            marker={"color": theme.DARK_BLUE},
            text=[wording.chance(one.chance) for one in net.by_share],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y} due to the work: %{x:.0f}%<extra></extra>",
        )
    )
    built.update_xaxes(
        title_text="Chance of a net saving (%)", range=[0, 122], tickvals=[0, 25, 50, 75, 100]
    )
    built.update_yaxes(
        title_text="Share due to the work", type="category", automargin=True, showgrid=False
    )
    return built


def who_pays_exhibit(released: Released[EconomicsAnswer], net: NetSaving) -> Exhibit:
    """Return what each agency pays and gains."""
    answer = released.answer
    accounts = net.accounts
    losers = [words.agency(one.agency) for one in accounts if one.net < 0]
    winners = [words.agency(one.agency) for one in accounts if one.net > 0]
    found = tuple(
        f"{words.agency(one.agency)} pays {words.pounds(one.cost)} and would gain "
        f"{words.pounds(one.saving)}: {words.pounds(one.net)} net."
        for one in accounts
    )
    return Exhibit(
        key="who_pays",
        headline=_who_words(winners, losers),
        subtitle=(
            f"Cost of delivery paid and cost avoided gained by agency (pounds), "
            f"{answer.provenance.place}, {answer.price_year} prices, best values"
        ),
        figure=theme.as_dict(_accounts_figure(accounts)),
        table=Table(
            columns=("Agency", "Pays", "Gains, gross", "Net"),
            rows=tuple(
                (
                    words.agency(one.agency),
                    words.pounds(one.cost),
                    words.pounds(one.saving),
                    words.pounds(one.net),
                )
                for one in accounts
            ),
        ),
        alt_text=f"Bars of what each agency pays and gains. {' '.join(found)}",
        notes=(
            words.GROSS,
            "An agency that isn't listed has no cost or saving that could be priced here.",
            "Best values, without intervals; the ranges are in the summary.",
        ),
        **origin(answer.provenance, gains(net)),
        sentences=(
            *found,
            *(f"Not counted: {wording.lower_first(one)}." for one in answer.savings_not_counted),
        ),
    )


def gains(net: NetSaving) -> tuple[Moved, ...]:
    """Return what each agency would gain, before what delivery costs it."""
    return tuple(
        Moved(what=f"the {words.agency(one.agency).lower()}", by=words.pounds(one.saving))
        for one in net.accounts
        if one.saving > 0
    )


def _accounts_figure(accounts: tuple[Account, ...]) -> go.Figure:
    names = [words.agency(account.agency) for account in accounts]
    built = theme.figure(height=150 + 80 * len(accounts), barmode="group")
    for label, colour, values in (
        ("Gains", theme.TURQUOISE, [account.saving for account in accounts]),
        ("Pays", theme.DARK_BLUE, [account.cost for account in accounts]),
    ):
        built.add_trace(
            go.Bar(
                x=values,
                y=names,
                orientation="h",
                name=label,
                marker={"color": colour},
                text=[words.pounds(value) for value in values],
                textposition="auto",
                hovertemplate="%{y}: %{text}<extra>" + label + "</extra>",
            )
        )
    built.update_xaxes(title_text="Pounds", tickprefix="£", tickformat="~s", nticks=5)
    built.update_yaxes(showgrid=False, autorange="reversed")
    built.update_layout(legend={"traceorder": "reversed"})
    return built


def _who_words(winners: list[str], losers: list[str]) -> str:
    if winners and losers:
        return f"{wording.listed(losers)} would pay, {wording.listed(winners).lower()} would gain"
    if winners:
        return f"{wording.listed(winners)} would gain more than paid"
    return f"{wording.listed(losers)} would pay more than gained" if losers else "Nobody would gain"
