"""Exhibits of the simulation: had plans stayed open until three months' sustained change."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.in_words import rounded
from analytics.emmie.repeat_plans.avoiding import Avoided, Simulated
from analytics.emmie.repeat_plans.what_if import WhatIfAnswer, WhatIfQuestion
from analytics.exhibits import theme, wording
from analytics.exhibits.claim import Moved
from analytics.exhibits.economics_words import pounds, pounds_range
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.repeat_what_if_basis import (
    DUE,
    LABEL,
    NOT_COUNTED,
    assumed_exhibit,
    difference_exhibit,
    window_words,
)

WHY_NOT_PRICED = {
    "not_named": "No unit cost of a plan-month is named in the protocol, so months aren't priced.",
    "unreadable": "The price tables can't be used, so months aren't priced. See the Data page.",
}


def what_if_exhibits(released: Released[WhatIfAnswer]) -> tuple[Exhibit, ...]:
    """Return what follows, how it hangs on the share due, what it rests on, what is assumed."""
    answer = released.answer
    found = [_result(released), difference_exhibit(released), assumed_exhibit(released)]
    if answer.by_share:
        found.insert(1, _by_share(released))
    if answer.assumptions:
        found.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(found)


def price_years(released: Released[WhatIfAnswer]) -> tuple[str, ...]:
    """Return the years whose prices can be asked for, newest first; none without a unit cost."""
    return tuple(reversed(released.answer.priced.years))


def what_if_question(
    *,
    within_days: int,
    share_percent: int,
    extra_months: float,
    extra_spread: float,
    never_percent: int,
    longest_months: int,
    price_year: str | None,
) -> WhatIfQuestion:
    """Return what the sliders ask."""
    return WhatIfQuestion(
        within_days=within_days,
        share_due=share_percent / 100,
        extra_months=extra_months,
        extra_spread=extra_spread,
        never_share=never_percent / 100,
        longest_months=longest_months,
        price_year=price_year,
    )


def _range(found: Simulated) -> str:
    return wording.interval(found.conf_int, places=0)


def _thousands(value: float) -> str:
    """Return pounds to the nearest thousand: more digits would say more than is known."""
    return pounds(1000 * rounded(value / 1000))


def _money_range(found: Simulated) -> str:
    return f"{_thousands(found.conf_int.low)} to {_thousands(found.conf_int.high)}"


def result_sentence(answer: WhatIfAnswer) -> str:
    """Return what the simulation gives, in one sentence."""
    result = answer.result
    if result is None:
        return "Counts are too small to simulate anything from."
    months = wording.fixed(result.plan_months.value)
    took = f"{months} more months on a plan ({_range(result.plan_months)})"
    if answer.question.share_due <= 0:
        return f"{LABEL}: nothing would have been avoided, for {took}."
    starts = result.starts.value
    what = "plan starts avoided" if starts >= 0 else "more plan starts"
    within = f"within {window_words(answer)} (avoided: {_range(result.starts)})"
    return f"{LABEL}: {wording.fixed(abs(starts))} {what} {within}, for {took}."


def _result(released: Released[WhatIfAnswer]) -> Exhibit:
    answer = released.answer
    result = answer.result
    sentences = [result_sentence(answer)]
    if result and result.months_per_start is not None:
        sentences.append(
            "Plan-months for each start avoided: "
            f"{wording.fixed(result.months_per_start)} "
            f"({wording.interval(result.months_per_start_conf_int, places=0)})."
        )
    if result and result.pounds:
        sentences.append(
            f"The extra months would have cost {_thousands(result.pounds.value)} "
            f"({_money_range(result.pounds)}) in {answer.priced.year} prices, before what is saved "
            "on plans avoided."
        )
    return Exhibit(
        key="what_if_result",
        headline=_headline(answer),
        subtitle=(
            f"{LABEL}. Plans that ended without three months' sustained change, had they stayed "
            f"open until it; children, {answer.provenance.place}, plans that ended over "
            f"{wording.fixed(answer.n_years, 1)} years, "
            f"{wording.percent(answer.question.level)} intervals"
        ),
        figure=None,
        table=Table(
            columns=("What", "Best value", "Interval"),
            rows=() if result is None else _result_rows(answer, result),
        ),
        alt_text="",
        notes=_result_notes(released),
        **origin(answer.provenance, _moved(answer)),
        sentences=tuple(sentences),
    )


def _moved(answer: WhatIfAnswer) -> tuple[Moved, ...]:
    if answer.result is None or answer.question.share_due <= 0:
        return ()
    starts = answer.result.starts
    return (
        Moved(
            what="plan starts",
            by=f"{wording.fixed(abs(starts.value))} plan starts",
            is_lower=starts.value >= 0,
            is_clear=starts.conf_int.low > 0 or starts.conf_int.high < 0,
        ),
    )


def _headline(answer: WhatIfAnswer) -> str:
    if answer.result is None:
        return "Simulation: counts are too small"
    months = f"{wording.fixed(answer.result.plan_months.value)} more plan-months"
    if answer.question.share_due > 0 and answer.result.starts.conf_int.low <= 0:
        return f"Simulation: can't tell if any starts are avoided, {months}"
    return (
        f"Simulation: {wording.fixed(answer.result.starts.value)} plan starts avoided for {months}"
    )


def _result_rows(answer: WhatIfAnswer, result: Avoided) -> tuple[tuple[Cell, ...], ...]:
    counts: list[tuple[str, Simulated | None]] = [
        (f"Plan starts avoided within {window_words(answer)}", result.starts),
        ("Extra plan-months", result.plan_months),
        ("Plan-months not needed, on the plans avoided", result.months_not_needed),
        ("Extra plan-months less those", result.net_months),
    ]
    money: list[tuple[str, Simulated | None]] = [
        (f"Cost of the extra plan-months ({answer.priced.year} prices)", result.pounds),
        (f"Cost of the extra plan-months less those ({answer.priced.year})", result.net_pounds),
    ]
    rows: list[tuple[Cell, ...]] = [
        (label, wording.fixed(one.value), _range(one)) for label, one in counts if one
    ]
    rows += [(label, _thousands(one.value), _money_range(one)) for label, one in money if one]
    return tuple(rows)


def _result_notes(released: Released[WhatIfAnswer]) -> tuple[str, ...]:
    answer = released.answer
    return (
        "Estimand: the plans of children that would not have started within the window, had every "
        "plan that ended without sustained change stayed open until it was seen, or until the "
        "longest time, if the assumptions held. The window starts where a plan would have ended.",
        "Starts avoided: early endings that can be compared × share that would have reached "
        "sustained change × difference in returns × share due to the early ending. Plan-months: "
        "early endings × average extra months.",
        f"Intervals are percentiles of {wording.count(answer.question.n_draws)} seeded draws: of "
        "the difference within its error (siblings allowed for), of the average extra months "
        "within their range, and of the unit cost. Shares are the viewer's and have no spread.",
        _price_note(answer),
        "Plan-months not needed use the average length of repeat plans here, up to two years.",
        NOT_COUNTED,
        released.statement,
    )


def _price_note(answer: WhatIfAnswer) -> str:
    price = answer.priced.price
    if price is None:
        return WHY_NOT_PRICED[answer.priced.why_not]
    published = price.original
    return (
        f"Unit cost: {wording.lower_first(price.item)}, {pounds(published.amount, places=2)} in "
        f"{price.price_year} prices ({pounds_range(published.low, published.high)}). "
        f"{price.caution} Source: {price.source}."
    )


def _by_share(released: Released[WhatIfAnswer]) -> Exhibit:
    """Return the starts avoided by the share of the difference that is due to early endings."""
    answer = released.answer
    rows = answer.by_share
    found = tuple(
        f"{wording.percent(one.share_due)} due: {wording.fixed(one.starts.value)} avoided "
        f"({_range(one.starts)})"
        for one in rows
    )
    most = rows[-1].starts
    return Exhibit(
        key="what_if_by_share",
        headline=f"From none to {wording.fixed(most.value)} avoided, by what is taken as due",
        subtitle=(
            f"{LABEL}. Plan starts avoided within {window_words(answer)}, by the share of the "
            f"difference that is due to the early ending; {answer.provenance.place}, "
            f"{wording.percent(answer.question.level)} intervals"
        ),
        figure=theme.as_dict(_share_figure(answer)),
        table=Table(
            columns=("Share due to the early ending (%)", "Plan starts avoided", "Interval"),
            rows=tuple(
                (
                    wording.fixed(100 * one.share_due),
                    wording.fixed(one.starts.value),
                    _range(one.starts),
                )
                for one in rows
            ),
        ),
        alt_text=f"Dots with intervals that rise with the share due. {'; '.join(found)}.",
        notes=(DUE, "The other assumptions are as chosen above.", released.statement),
        **origin(answer.provenance),
    )


def _share_figure(answer: WhatIfAnswer) -> go.Figure:
    rows = answer.by_share
    values = [one.starts.value for one in rows]
    built = theme.figure(height=340)
    built.add_trace(
        go.Scatter(
            x=[100 * one.share_due for one in rows],
            y=values,
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_y=theme.error_bars(
                values, [one.starts.conf_int for one in rows], colour=theme.DARK_BLUE
            ),
            showlegend=False,
            hovertemplate="%{x:.0f}% due: %{y:.0f} avoided<extra></extra>",
        )
    )
    built.update_xaxes(
        title_text=theme.wrapped("Share of the difference due to the early ending (%)", 40),
        tickvals=[100 * one.share_due for one in rows],
        range=[-6, 106],
    )
    built.update_yaxes(title_text="Plan starts avoided", rangemode="tozero")
    return built
