"""Exhibits of the simulation: had plans stayed open until three months' sustained change."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.avoiding import Avoided, Simulated
from analytics.emmie.repeat_plans.what_if import WhatIfAnswer, WhatIfQuestion
from analytics.exhibits import theme, wording
from analytics.exhibits.economics_words import pounds, pounds_range
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.match_checks import STATUS_WORDS

LABEL: Final = "A simulation, not a finding"
DAYS_IN_A_MONTH: Final = 365.25 / 12
NOT_COUNTED: Final = (
    "Not counted: harm or strain to families of staying on a plan for longer, or good that it "
    "does; whether social workers, chairs and agencies have the time; conferences and reviews "
    "beyond the cost of a plan-month; what became of children whose plan ended for another reason, "
    "such as coming into care."
)
DUE: Final = (
    "How much of the difference is due to the early ending is not known: families whose plans end "
    "early differ in ways that no extract holds. At 0% nothing is avoided."
)


def what_if_exhibits(released: Released[WhatIfAnswer]) -> tuple[Exhibit, ...]:
    """Return what follows, how it hangs on the share due, what it rests on, what is assumed."""
    answer = released.answer
    found = [_result(released), _difference(released), _assumed(released)]
    if answer.by_share:
        found.insert(1, _by_share(released))
    if answer.assumptions:
        found.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(found)


def price_years(released: Released[WhatIfAnswer]) -> tuple[str, ...]:
    """Return the years whose prices can be asked for, newest first; none without a unit cost."""
    answer = released.answer
    return tuple(reversed(answer.price_years)) if answer.price else ()


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


def _window(answer: WhatIfAnswer) -> str:
    return f"{round(answer.question.within_days / DAYS_IN_A_MONTH)} months"


def _range(found: Simulated) -> str:
    return f"{found.conf_int.low:,.0f} to {found.conf_int.high:,.0f}"


def result_sentence(answer: WhatIfAnswer) -> str:
    """Return what the simulation gives, in one sentence."""
    result = answer.result
    if result is None:
        return "Counts are too small to simulate anything from."
    took = f"{result.plan_months.value:,.0f} more months on a plan ({_range(result.plan_months)})"
    if answer.question.share_due <= 0:
        return f"{LABEL}: nothing would have been avoided, for {took}."
    starts = result.starts.value
    what = f"{starts:,.0f} plan starts avoided" if starts >= 0 else f"{-starts:,.0f} more starts"
    return (
        f"{LABEL}: {what} within {_window(answer)} (avoided: {_range(result.starts)}), for {took}."
    )


def _result(released: Released[WhatIfAnswer]) -> Exhibit:
    answer = released.answer
    result = answer.result
    sentences = [result_sentence(answer)]
    if result and result.months_per_start is not None:
        sentences.append(
            f"Each start avoided would have taken {result.months_per_start:,.0f} plan-months "
            f"({wording.interval(result.months_per_start_conf_int, places=0)})."
        )
    if result and result.pounds:
        sentences.append(
            f"The extra months would have cost {pounds(result.pounds.value)} "
            f"({pounds_range(result.pounds.conf_int.low, result.pounds.conf_int.high)}) in "
            f"{answer.price_year} prices, before what is saved on plans avoided."
        )
    return Exhibit(
        key="what_if_result",
        headline=_headline(answer),
        subtitle=(
            f"{LABEL}. Plans that ended without three months' sustained change, had they stayed "
            f"open until it; children, {answer.provenance.place}, plans that ended over "
            f"{answer.n_years:.1f} years, {100 * answer.question.level:.0f}% intervals"
        ),
        figure=None,
        table=Table(
            columns=("What", "Best value", "Interval"),
            rows=() if result is None else _result_rows(answer, result),
        ),
        alt_text="",
        notes=_result_notes(released),
        **origin(answer.provenance),
        sentences=tuple(sentences),
    )


def _headline(answer: WhatIfAnswer) -> str:
    if answer.result is None:
        return "Simulation: counts are too small"
    starts = round(answer.result.starts.value)
    months = f"{answer.result.plan_months.value:,.0f} more plan-months"
    if starts < 0:
        return f"Simulation: {abs(starts):,} more plan starts, {months}"
    return f"Simulation: {starts:,} plan starts avoided for {months}"


def _result_rows(answer: WhatIfAnswer, result: Avoided) -> tuple[tuple[Cell, ...], ...]:
    counts: list[tuple[str, Simulated | None]] = [
        (f"Plan starts avoided within {_window(answer)}", result.starts),
        ("Extra plan-months", result.plan_months),
        ("Plan-months not needed, on the plans avoided", result.months_not_needed),
        ("Extra plan-months less those", result.net_months),
    ]
    money: list[tuple[str, Simulated | None]] = [
        (f"Cost of the extra plan-months ({answer.price_year} prices)", result.pounds),
        (f"Cost of the extra plan-months less those ({answer.price_year})", result.net_pounds),
    ]
    rows: list[tuple[Cell, ...]] = [
        (label, f"{one.value:,.0f}", _range(one)) for label, one in counts if one
    ]
    rows += [
        (label, pounds(one.value), pounds_range(one.conf_int.low, one.conf_int.high))
        for label, one in money
        if one
    ]
    return tuple(rows)


def _result_notes(released: Released[WhatIfAnswer]) -> tuple[str, ...]:
    answer = released.answer
    price = answer.price
    priced = (
        "No unit cost of a plan-month is named in the protocol, so months are not priced."
        if price is None
        else (
            f"Unit cost: {wording.lower_first(price.item)}, "
            f"{pounds(price.original.amount, places=2)} in {price.price_year} prices "
            f"({pounds_range(price.original.low, price.original.high)}). {price.caution} "
            f"Source: {price.source}."
        )
    )
    return (
        "Estimand: the plans of children that would not have started within the window, had every "
        "plan that ended without sustained change stayed open until it was seen, or until the "
        "longest time, if the assumptions held. The window starts where a plan would have ended.",
        "Starts avoided: early endings that can be compared × share that would have reached "
        "sustained change × difference in returns × share due to the early ending. Plan-months: "
        "early endings × average extra months.",
        f"Intervals are percentiles of {answer.question.n_draws:,} seeded draws: of the difference "
        "within its error (siblings allowed for), of the average extra months within their range, "
        "and of the unit cost. Shares are the viewer's and have no spread.",
        priced,
        "Plan-months not needed use the average length of repeat plans here, up to two years.",
        NOT_COUNTED,
        released.statement,
    )


def _by_share(released: Released[WhatIfAnswer]) -> Exhibit:
    """Return the starts avoided by the share of the difference that is due to early endings."""
    answer = released.answer
    rows = answer.by_share
    found = tuple(
        f"{wording.percent(one.share_due)} due: {one.starts.value:,.0f} avoided "
        f"({_range(one.starts)})"
        for one in rows
    )
    most = rows[-1].starts
    return Exhibit(
        key="what_if_by_share",
        headline=f"From none to {most.value:,.0f} avoided, by what is taken as due",
        subtitle=(
            f"{LABEL}. Plan starts avoided within {_window(answer)}, by the share of the "
            f"difference that is due to the early ending; {answer.provenance.place}, "
            f"{100 * answer.question.level:.0f}% intervals"
        ),
        figure=theme.as_dict(_share_figure(answer)),
        table=Table(
            columns=("Share due to the early ending (%)", "Plan starts avoided", "Interval"),
            rows=tuple(
                (f"{100 * one.share_due:.0f}", f"{one.starts.value:,.0f}", _range(one.starts))
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


def _difference(released: Released[WhatIfAnswer]) -> Exhibit:
    """Return the difference in returns that the simulation starts from."""
    answer = released.answer
    early = answer.early
    sentence = "Too few plans to compare."
    headline = "Too few plans to compare"
    if early.share is not None and answer.difference is not None:
        headline = f"{wording.percent(early.share)} came back after ending without sustained change"
        sentence = (
            f"{wording.percent(early.share, places=1)} of plans that ended without sustained "
            f"change were followed by another within {_window(answer)}, against "
            f"{wording.percent(answer.comparison, places=1)} of like plans that ended with it: "
            f"{wording.points(answer.difference)} points "
            f"({wording.interval(answer.difference_conf_int, scale=100)}). This is an association."
        )
    return Exhibit(
        key="what_if_difference",
        headline=headline,
        subtitle=(
            f"Cumulative incidence of another plan within {_window(answer)}, by how the plan "
            f"ended; {answer.provenance.place}, {100 * answer.question.level:.0f}% intervals"
        ),
        figure=None,
        table=Table(
            columns=("Plans", "Number", "Came back (%)", "Interval"), rows=_difference_rows(answer)
        ),
        alt_text="",
        notes=(
            "This difference is estimated from the extracts; everything after it is assumed. Plans "
            "are compared within strata of category of abuse (neglect, emotional abuse, other) and "
            "number of domestic abuse, parental mental ill-health and misuse of drugs or alcohol, "
            "then averaged over the plans that ended early (g-computation).",
            "Aalen-Johansen estimates with turning 18, moving away and death as competing events; "
            "intervals allow for siblings.",
            *(
                f"{check.meaning} {wording.percent(check.value, places=0)}: "
                f"{STATUS_WORDS[check.status].lower()}."
                for check in answer.checks
            ),
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(sentence,),
    )


def _difference_rows(answer: WhatIfAnswer) -> tuple[tuple[Cell, ...], ...]:
    groups = (
        ("Ended without sustained change", answer.early),
        ("Ended with sustained change", answer.sustained),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            label,
            wording.count(group.n),
            _per_cent(group.share),
            wording.interval(group.conf_int, scale=100),
        )
        for label, group in groups
    ]
    if answer.comparison is not None and answer.difference is not None:
        rows += [
            ("Those with it, spread as those without", "", _per_cent(answer.comparison), ""),
            (
                "Difference (points)",
                "",
                wording.points(answer.difference),
                wording.interval(answer.difference_conf_int, scale=100),
            ),
        ]
    return tuple(rows)


def _per_cent(share: float | None) -> str:
    return wording.WITHHELD if share is None else f"{100 * share:.1f}"


def _assumed(released: Released[WhatIfAnswer]) -> Exhibit:
    """Return the assumptions that the sliders hold, and what is not counted."""
    answer = released.answer
    asked = answer.question
    low = max(0.0, asked.extra_months - asked.extra_spread)
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Share of the difference due to the early ending", wording.percent(asked.share_due)),
        (
            "Extra months until sustained change is seen, average",
            f"{asked.extra_months:g} ({low:g} to {asked.extra_months + asked.extra_spread:g})",
        ),
        ("Plans that would never have reached it", wording.percent(asked.never_share)),
        ("Extra months after which those would have ended", f"{asked.longest_months:g}"),
        ("A start counts within", _window(answer)),
    )
    return Exhibit(
        key="what_if_assumed",
        headline="What this simulation assumes, and what it leaves out",
        subtitle=f"{LABEL}. The viewer's assumptions, {answer.provenance.place}",
        figure=None,
        table=Table(columns=("Assumption", "Chosen"), rows=rows),
        alt_text="",
        notes=(),
        **origin(answer.provenance),
        sentences=(
            DUE,
            "Those who would have reached sustained change are assumed to come back as rarely as "
            "like families who did; those who never would, as often as they did.",
            NOT_COUNTED,
        ),
    )
