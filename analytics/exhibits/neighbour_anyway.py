"""Exhibits of what would have happened anyway: a place's course against those of others."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.neighbours.anyway import AnywayAnswer, Counterpart, Reason
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.match_checks import health_checks
from analytics.exhibits.neighbour_change import change, left_out_words, members, share_words
from analytics.exhibits.neighbour_words import UNIT_WORDS, axis_title, published

REASON_WORDS: dict[Reason, str] = {
    "poor_fit": "before the start no mix of other places followed this one",
    "change_could_be_chance": "against all others the change could be chance",
    "methods_disagree": "the two ways point in opposite directions",
    "moved_before": "the few years before the start don't run alike with those of other places",
}
MOST_WEIGHTS = 6
MANY, SOME, FEW = 0.5, 0.25, 0.1
"""Shares of other places above which most, many and some of them are said to have drifted."""


def anyway_exhibits(released: Released[AnywayAnswer], *, name: str) -> tuple[Exhibit, ...]:
    """Return the course beside its counterpart, the change beside all others, and the checks.

    Parameters
    ----------
    released : Released of AnywayAnswer
        What may be shown.
    name : str
        What the place or the group is called.
    """
    answer = released.answer
    shown = [_counterpart(answer, name), members(answer, name), change(answer, name)]
    checks = health_checks(answer.checks, answer.provenance) if answer.checks else None
    return tuple(one for one in (*shown, checks) if one is not None)


def _counterpart(answer: AnywayAnswer, name: str) -> Exhibit:
    said = (
        _verdict_sentence(answer, name),
        _gap_sentence(answer, name),
        *left_out_words(answer),
    )
    return Exhibit(
        key=f"anyway_{answer.measure}",
        headline=_headline(answer, name),
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}: {name} and a weighted mean of other "
            f"authorities that was nearest to {answer.launch_year - 1}, "
            f"{answer.first_year} to {answer.last_year}"
        ),
        figure=theme.as_dict(_course(answer, name)),
        table=_course_table(answer, name),
        alt_text=f"Line chart of {name} and its counterpart. {' '.join(said)}",
        notes=_notes(answer),
        **published(answer, name),
        sentences=said,
    )


def _headline(answer: AnywayAnswer, name: str) -> str:
    if answer.verdict == "different":
        return f"{name}: {_side(answer)} what similar places did"
    return f"{name}: can't be told from what similar places did"


def _side(answer: AnywayAnswer) -> str:
    return "below" if answer.average < 0 else "above"


def _gap_sentence(answer: AnywayAnswer, name: str) -> str:
    whose = "their counterparts" if answer.is_group else "its counterpart"
    limits = (
        f" ({wording.signed(answer.lowest)} to {wording.signed(answer.highest)} when one of the "
        "places that it is made of is left out)"
        if answer.lowest is not None and answer.highest is not None
        else ""
    )
    return (
        f"From {answer.launch_year} to {answer.last_year} the mean gap between {name} and {whose} "
        f"is {wording.signed(answer.average)} {UNIT_WORDS[answer.unit]}{limits}."
    )


def _verdict_sentence(answer: AnywayAnswer, name: str) -> str:
    verb = "differ" if answer.is_group else "differs"
    if answer.verdict == "different":
        share = "" if answer.p_value is None else f" Only {_drifted(answer, answer.p_value)}."
        return (
            f"Both ways agree that {name} {verb} from what similar places did, by more than "
            f"chance.{share} They don't say why."
        )
    reasons = wording.listed([reason_words(answer, reason) for reason in answer.reasons])
    return f"Can't tell whether {name} {verb} from what similar places did: {reasons}."


def reason_words(answer: AnywayAnswer, reason: Reason) -> str:
    """Return why the place can't be called different, with the share that it rests on."""
    if reason != "placebos_as_large":
        return REASON_WORDS[reason]
    if answer.p_value is None:
        return "there is no other place whose drift it could be compared with"
    return f"{_how_many(answer.p_value)} ({_drifted(answer, answer.p_value)})"


def _how_many(share: float) -> str:
    """Return in words how many of the others drifted as far."""
    words = ((MANY, "most others"), (SOME, "many others"), (FEW, "some others"))
    named = next((one for limit, one in words if share > limit), "a few others")
    return f"{named} drifted as far from their own counterparts"


def _drifted(answer: AnywayAnswer, share: float) -> str:
    """Return which share of what was drawn instead lies as far off; the place itself counts."""
    if not answer.is_group:
        return f"{share_words(share)} of {answer.n_placebos + 1} places, itself among them"
    size = sum(one.status != "fail" for one in answer.members)
    return f"{share_words(share)} of groups of {size} places chosen by lot"


def _course(answer: AnywayAnswer, name: str) -> go.Figure:
    built = theme.panels(
        2, height=560, shared_xaxes=True, row_heights=[0.6, 0.4], vertical_spacing=0.08
    )
    years = [one.year for one in answer.years]
    for label, values, colour, dash in (
        (name, [one.observed for one in answer.years], theme.DARK_BLUE, "solid"),
        (_other(answer), [one.synthetic for one in answer.years], theme.TURQUOISE, "dash"),
    ):
        built.add_trace(
            go.Scatter(
                x=years,
                y=values,
                name=label,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                hovertemplate="%{x}<br>" + label + ": %{y:.1f}<extra></extra>",
            ),
            row=1,
            col=1,
        )
    _add_placebos(built, answer)
    built.add_trace(
        go.Scatter(
            x=years,
            y=[one.observed - one.synthetic for one in answer.years],
            name="Gap",
            showlegend=False,
            mode="lines+markers",
            line={"color": theme.DARK_PINK, "width": 2},
            hovertemplate="%{x}<br>Gap: %{y:+.1f}<extra></extra>",
        ),
        row=2,
        col=1,
    )
    built.add_hline(y=0, line_color=theme.DARK_GREY, line_width=1, row=2, col=1)
    for row in (1, 2):
        _mark_start(built, answer, row)
    built.update_yaxes(title_text=axis_title(answer.unit), rangemode="tozero", row=1, col=1)
    built.update_yaxes(title_text="Gap", row=2, col=1)
    built.update_xaxes(dtick=2, tickformat="d")
    return built


def _other(answer: AnywayAnswer) -> str:
    return "Their counterparts" if answer.is_group else "Its counterpart"


def _add_placebos(built: go.Figure, answer: AnywayAnswer) -> None:
    band = [
        (one.year, one.low, one.high)
        for one in answer.years
        if one.low is not None and one.high is not None
    ]
    if not band:
        return
    years = [year for year, _, _ in band]
    built.add_trace(
        go.Scatter(
            x=[*years, *reversed(years)],
            y=[*(high for _, _, high in band), *(low for _, low, _ in reversed(band))],
            name="Middle 95% of placebos",
            fill="toself",
            fillcolor=theme.fade(theme.DARK_GREY, 0.15),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        ),
        row=2,
        col=1,
    )


def _mark_start(built: go.Figure, answer: AnywayAnswer, row: int) -> None:
    built.add_vline(
        x=answer.launch_year - 0.5,
        line_color=theme.DARK_GREY,
        line_width=1,
        line_dash="dash",
        row=row,
        col=1,
    )


def _course_table(answer: AnywayAnswer, name: str) -> Table:
    has_band = any(one.low is not None for one in answer.years)
    rows: list[tuple[Cell, ...]] = [
        (
            one.year,
            "since" if one.year >= answer.launch_year else "before",
            wording.fixed(one.observed, 1),
            wording.fixed(one.synthetic, 1),
            wording.signed(one.observed - one.synthetic),
            *((_band(one.low, one.high),) if has_band else ()),
        )
        for one in answer.years
    ]
    columns = ("Year", "Start", name, _other(answer), "Gap")
    extra = ("Middle 95% of placebo gaps",) if has_band else ()
    return Table(columns=(*columns, *extra), rows=tuple(rows))


def _band(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return f"{wording.signed(low)} to {wording.signed(high)}"


def _notes(answer: AnywayAnswer) -> tuple[str, ...]:
    before = answer.launch_year - answer.first_year
    notes = [
        f"Years end on 31 March. What is asked about began between April {answer.start} and March "
        f"{answer.launch_year}, so {answer.launch_year} is the first year that counts as since.",
        "This is a comparison with other places, not the effect of anything: whatever else changed "
        "there or elsewhere is part of it.",
        f"The counterpart is fitted on {before} yearly figures and may choose among "
        f"{answer.n_placebos + answer.n_poor_placebos} authorities, so a close fit before proves "
        "little. The placebos are fitted in the same way.",
    ]
    if not answer.is_group:
        (only,) = answer.members
        heaviest = [f"{label} ({wording.fixed(100 * weight)}%)" for label, weight in only.weights]
        more = len(heaviest) - MOST_WEIGHTS
        listed = heaviest[:MOST_WEIGHTS] + ([f"{more} more"] if more > 0 else [])
        notes.append(f"Made of {wording.listed(listed)}. {_fit_words(only)}.")
    if answer.p_value is not None:
        notes.append(
            "How far others drifted: each of them is given a counterpart of its own, as if it had "
            f"been the one ({wording.plural(answer.n_placebos, 'placebo', 'placebos')}). The share "
            f"that lies as far off is the p-value of a permutation test, here "
            f"{wording.p_value(answer.p_value)}; up to 0.05 counts as unusual."
        )
    if answer.n_poor_placebos:
        notes.append(
            f"{wording.plural(answer.n_poor_placebos, 'placebo is', 'placebos are')} left out, "
            "because no mix of other places followed it before."
        )
    return tuple(notes)


def _fit_words(one: Counterpart) -> str:
    return f"Root mean squared gap before the start: {wording.fixed(one.pre_error, 1)}"
