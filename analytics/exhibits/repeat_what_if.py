"""Exhibits of the simulation: had plans stayed open until three months' sustained change."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.in_words import rounded
from analytics.emmie.repeat_plans.avoiding import Avoided, Simulated
from analytics.emmie.repeat_plans.what_if import WhatIfAnswer, WhatIfQuestion
from analytics.exhibits import theme, wording
from analytics.exhibits.claim import Moved
from analytics.exhibits.economics_words import pounds, pounds_range
from analytics.exhibits.exhibit import Cell, Exhibit, Table, folded_assumptions, origin
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
    return (*found, *folded_assumptions(answer.provenance, answer.assumptions))


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


def _thousands(value: float) -> str:
    """Return pounds to the nearest thousand: more digits would say more than is known."""
    return pounds(1000 * rounded(value / 1000))


def _range(found: Simulated, write: Callable[[float], str] = wording.fixed) -> str:
    return f"{write(found.conf_int.low)} to {write(found.conf_int.high)}"


def _with_range(found: Simulated, write: Callable[[float], str] = wording.fixed) -> str:
    return f"{write(found.value)} ({_range(found, write)})"


def _period(answer: WhatIfAnswer) -> str:
    return f"over {wording.fixed(answer.n_years, 1)} years"


def _each(answer: WhatIfAnswer, found: Simulated) -> Simulated:
    """Return what headlines and figures give: a year's worth, or all of a shorter period."""
    return found.a_year(answer.n_years) if answer.is_yearly else found


def _unit(answer: WhatIfAnswer) -> str:
    return "a year" if answer.is_yearly else f"in all, {_period(answer)}"


def result_sentences(answer: WhatIfAnswer) -> tuple[str, ...]:
    """Return what the simulation gives, a year and in all."""
    result = answer.result
    if result is None:
        return ("Counts are too small to simulate anything from.",)
    found = [_share_sentence(answer, result)]
    if result.months_per_start is not None:
        found.append(
            "Plan-months for each start avoided: "
            f"{wording.fixed(result.months_per_start)} "
            f"({wording.interval(result.months_per_start_conf_int, places=0)})."
        )
    if result.pounds:
        cost = _each(answer, result.pounds)
        found.append(
            f"The extra months would have cost {_with_range(cost, _thousands)} {_unit(answer)}, in "
            f"{answer.priced.year} prices, before what is saved on plans avoided."
        )
    if answer.is_yearly:
        found.append(
            f"In all, {_period(answer)}: {_with_range(result.starts)} starts avoided, "
            f"{_with_range(result.plan_months)} more months on a plan."
        )
    return tuple(found)


def _share_sentence(answer: WhatIfAnswer, result: Avoided) -> str:
    took = f"{_with_range(_each(answer, result.plan_months))} more months on a plan"
    if answer.question.share_due <= 0:
        return f"{LABEL}: nothing would have been avoided, for {took} {_unit(answer)}."
    starts = _each(answer, result.starts)
    what = "plan starts avoided" if starts.value >= 0 else "more plan starts"
    return (
        f"{LABEL}: {wording.fixed(abs(starts.value))} {what} {_unit(answer)} (avoided: "
        f"{_range(starts)}), counted within {window_words(answer)} of an ending, for {took}."
    )


def _result(released: Released[WhatIfAnswer]) -> Exhibit:
    answer = released.answer
    return Exhibit(
        key="what_if_result",
        headline=_headline(answer),
        subtitle=(
            f"{LABEL}. Plans that ended without three months' sustained change, had they stayed "
            f"open until it; children, {answer.provenance.place}, plans that ended "
            f"{_period(answer)}, {wording.percent(answer.question.level)} intervals"
        ),
        figure=None,
        table=_result_table(answer),
        alt_text="",
        notes=_result_notes(released),
        **origin(answer.provenance, _moved(answer)),
        sentences=result_sentences(answer),
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
    result = answer.result
    if result is None:
        return "Simulation: counts are too small"
    months = f"{wording.fixed(_each(answer, result.plan_months).value)} more plan-months"
    when = " a year" if answer.is_yearly else ""
    if answer.question.share_due > 0 and result.starts.conf_int.low <= 0:
        return f"Simulation: can't tell if any starts are avoided, {months}{when}"
    starts = wording.fixed(_each(answer, result.starts).value)
    return f"Simulation: {starts} plan starts avoided{when} for {months}"


def _result_table(answer: WhatIfAnswer) -> Table:
    """Return every result with its interval in the same cell, so that it fits a phone."""
    return Table(
        columns=(
            "What (best value, interval)",
            *(("A year",) if answer.is_yearly else ()),
            f"In all, {_period(answer)}",
        ),
        rows=() if answer.result is None else _result_rows(answer, answer.result),
    )


def _result_rows(answer: WhatIfAnswer, result: Avoided) -> tuple[tuple[Cell, ...], ...]:
    year = answer.priced.year
    found: tuple[tuple[str, Simulated | None, Callable[[float], str]], ...] = (
        (f"Plan starts avoided within {window_words(answer)}", result.starts, wording.fixed),
        ("Extra plan-months", result.plan_months, wording.fixed),
        ("Plan-months not needed, on the plans avoided", result.months_not_needed, wording.fixed),
        ("Extra plan-months less those", result.net_months, wording.fixed),
        (f"Cost of the extra plan-months ({year} prices)", result.pounds, _thousands),
        (f"Cost of the extra plan-months less those ({year})", result.net_pounds, _thousands),
    )
    return tuple(
        (label, *_cells(answer, one, write)) for label, one, write in found if one is not None
    )


def _cells(
    answer: WhatIfAnswer, found: Simulated, write: Callable[[float], str] = wording.fixed
) -> tuple[Cell, ...]:
    """Return the cells of a result: a year's worth, if there are years, and all of it."""
    whole = _with_range(found, write)
    if not answer.is_yearly:
        return (whole,)
    return (_with_range(found.a_year(answer.n_years), write), whole)


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
        f"{wording.percent(one.share_due)} due: {_with_range(_each(answer, one.starts))} avoided"
        for one in rows
    )
    most = _each(answer, rows[-1].starts)
    when = " a year" if answer.is_yearly else ""
    return Exhibit(
        key="what_if_by_share",
        headline=f"From none to {wording.fixed(most.value)} avoided{when}, by share due",
        subtitle=(
            f"{LABEL}. Plan starts avoided within {window_words(answer)}, {_unit(answer)}, by the "
            f"share of the difference that is due to the early ending; {answer.provenance.place}, "
            f"{wording.percent(answer.question.level)} intervals"
        ),
        figure=theme.as_dict(_share_figure(answer)),
        table=Table(
            columns=(
                "Share due to the early ending (%)",
                *(("Avoided a year (interval)",) if answer.is_yearly else ()),
                f"Avoided in all, {_period(answer)} (interval)",
            ),
            rows=tuple(
                (wording.fixed(100 * one.share_due), *_cells(answer, one.starts)) for one in rows
            ),
        ),
        alt_text=f"Dots with intervals that rise with the share due. {'; '.join(found)}.",
        notes=(DUE, "The other assumptions are as chosen above.", released.statement),
        **origin(answer.provenance),
    )


def _share_figure(answer: WhatIfAnswer) -> go.Figure:
    rows = answer.by_share
    starts = [_each(answer, one.starts) for one in rows]
    values = [one.value for one in starts]
    built = theme.figure(height=340)
    built.add_trace(
        go.Scatter(
            x=[100 * one.share_due for one in rows],
            y=values,
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_y=theme.error_bars(
                values, [one.conf_int for one in starts], colour=theme.DARK_BLUE
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
    when = " a year" if answer.is_yearly else ""
    built.update_yaxes(title_text=f"Plan starts avoided{when}", rangemode="tozero")
    return built
