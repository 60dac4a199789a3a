"""Exhibits of a single area: its series around the launch, and its synthetic counterpart."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.area_change.outcomes import AreaOutcome
from analytics.emmie.area_change.single import AroundLaunch, FallToYear, Synthetic
from analytics.exhibits import theme, wording
from analytics.exhibits.area_words import UNIT_WORDS, launched, name_of, year_title
from analytics.exhibits.exhibit import Exhibit, Table, origin


def around_launch(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Exhibit | None:
    """Return one area's series with its peak and the launch; None for several areas."""
    around = chosen.around
    if around is None:
        return None
    area = name_of(answer, answer.treated[0])
    last = max(
        (fall for fall in around.falls if fall.year <= answer.last_year),
        key=lambda fall: fall.year,
        default=around.falls[-1],
    )
    said = _said(around, last, area, UNIT_WORDS[chosen.unit])
    return Exhibit(
        key=f"area_around_launch_{chosen.measure}",
        headline=_headline(around, last),
        subtitle=f"{chosen.label}, {area}, at or to 31 March; peak and launch marked",
        figure=theme.as_dict(_figure(answer, chosen, around, area)),
        table=_table(answer, chosen, around),
        alt_text=f"Line chart of {area}. {' '.join(said)}",
        notes=(
            launched(answer),
            f"Only {wording.fixed(around.check.value)} yearly figures lie before the launch. From "
            "so few no trend can be told, so no interrupted series is fitted: this series bears "
            "little.",
            "What would have happened without the programme can't be read from one area's own "
            "series.",
            f"Source: {chosen.source}. Licence: {chosen.licence}.",
        ),
        **origin(answer.provenance),
        sentences=said,
    )


def _headline(around: AroundLaunch, last: FallToYear) -> str:
    if last.share_before is None:
        return f"No fall from the peak of {around.peak_year} by {last.year}"
    if around.peak_year == around.last_before:
        return f"The series peaked in {around.peak_year}, just before the launch"
    return f"{wording.percent(last.share_before)} of the fall by {last.year} came before the launch"


def _said(around: AroundLaunch, last: FallToYear, area: str, unit: str) -> tuple[str, ...]:
    peak = (
        f"{area} peaked at {wording.fixed(around.peak, 1)} {unit} in {around.peak_year} and stood "
        f"at {wording.fixed(around.at_last_before, 1)} in {around.last_before}, the last year "
        "before the launch."
    )
    if last.share_before is None:
        return (peak,)
    return (
        peak,
        f"Of the fall of {wording.fixed(last.total, 1)} from the peak to {last.year}, "
        f"{wording.fixed(last.before_launch, 1)} "
        f"({wording.percent(last.share_before)}) came before the launch.",
    )


def _figure(
    answer: AreaChangeAnswer, chosen: AreaOutcome, around: AroundLaunch, area: str
) -> go.Figure:
    built = theme.figure(height=360)
    for name, values, colour, dash in (
        (area, [item.gap.treated for item in chosen.years], theme.DARK_BLUE, "solid"),
        ("England", [item.england for item in chosen.years], theme.ORANGE, "dashdot"),
    ):
        built.add_trace(
            go.Scatter(
                x=[item.year for item in chosen.years],
                y=[None if value is None else wording.rounded(value, 2) for value in values],
                name=name,
                mode="lines+markers",
                connectgaps=False,
                line={"color": colour, "width": 3 if name == area else 2, "dash": dash},
                hovertemplate="%{x}<br>" + name + ": %{y:.1f}<extra></extra>",
            )
        )
    built.add_vline(
        x=answer.launch_year - 0.5, line_color=theme.DARK_GREY, line_width=1, line_dash="dash"
    )
    built.add_annotation(
        x=answer.launch_year - 0.4,
        y=0,
        yref="paper",
        text="Launch",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"size": 14, "color": theme.TEXT},
    )
    built.add_annotation(
        x=around.peak_year,
        y=around.peak,
        text=f"Peak {around.peak_year}: {wording.fixed(around.peak, 1)}",
        showarrow=True,
        arrowhead=0,
        ax=0,
        ay=-26,
        font={"size": 14, "color": theme.TEXT},
    )
    built.update_yaxes(title_text=UNIT_WORDS[chosen.unit].capitalize(), rangemode="tozero")
    built.update_xaxes(title_text=year_title(), dtick=2, tickformat="d")
    return built


def _table(answer: AreaChangeAnswer, chosen: AreaOutcome, around: AroundLaunch) -> Table:
    falls = {fall.year: fall for fall in around.falls}
    rows = []
    for item in chosen.years:
        fall = falls.get(item.year)
        value = item.gap.treated
        rows.append(
            (
                item.year,
                wording.NOT_AVAILABLE if value is None else wording.fixed(value, 1),
                "after" if item.year >= answer.launch_year else "before",
                wording.fixed(fall.total, 1) if fall else "",
                ""
                if fall is None or fall.share_before is None
                else wording.percent(fall.share_before),
            )
        )
    return Table(
        columns=(
            "Year",
            f"Figure ({UNIT_WORDS[chosen.unit]})",
            "Launch",
            "Fall since the peak",
            "Of which before the launch",
        ),
        rows=tuple(rows),
    )


def synthetic(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Exhibit | None:
    """Return one area against its synthetic counterpart; None when there is none."""
    found = chosen.synthetic
    if found is None:
        return None
    area = name_of(answer, answer.treated[0])
    placebo = (
        ""
        if found.p_placebo is None
        else f" Treating each of the {found.n_donors} others as if it had been the one gives as "
        f"large an error ratio in {wording.percent(found.p_placebo)} of all areas."
    )
    said = (
        f"From {answer.launch_year} to {answer.last_year} {area} lay "
        f"{wording.fixed(abs(found.average), 1)} "
        f"{UNIT_WORDS[chosen.unit]} {'below' if found.average < 0 else 'above'} the weighted mean "
        f"of others on average{_range(found)}.{placebo}"
    )
    is_unusual = found.p_placebo is not None and found.p_placebo <= 1 - answer.level
    return Exhibit(
        key=f"area_synthetic_{chosen.measure}",
        headline=(
            "The gap to its synthetic counterpart is unusual"
            if is_unusual
            else "The gap to its synthetic counterpart could be chance"
        ),
        subtitle=(
            f"{chosen.label}, {area} and the weighted mean of others most like it before "
            f"{answer.launch_year}"
        ),
        figure=theme.as_dict(_synthetic_figure(answer, chosen, found, area)),
        table=_synthetic_table(found, area),
        alt_text=f"Line chart of {area} and its synthetic counterpart. {said}",
        notes=(
            "Made of "
            + wording.listed(
                [
                    f"{name_of(answer, code)} ({wording.percent(weight)})"
                    for code, weight in found.weights
                ]
            )
            + ".",
            f"Before the launch the two differ by {wording.fixed(found.pre_error, 1)} (root mean "
            "square). The weights rest on few years, so a good fit may be chance (Abadie, Diamond "
            "and Hainmueller 2010).",
            "There is no interval: the share of other areas with as large an error ratio takes its "
            "place.",
        ),
        **origin(answer.provenance),
        sentences=(said,),
    )


def _synthetic_table(found: Synthetic, area: str) -> Table:
    return Table(
        columns=("Year", area, "Synthetic counterpart", "Difference"),
        rows=tuple(
            (
                item.year,
                wording.fixed(item.observed, 1),
                wording.fixed(item.synthetic, 1),
                wording.signed(item.observed - item.synthetic),
            )
            for item in found.years
        ),
    )


def _range(found: Synthetic) -> str:
    if found.lowest is None or found.highest is None:
        return ""
    return (
        f" (difference {wording.fixed(found.lowest, 1)} to {wording.fixed(found.highest, 1)} "
        "leaving one of them out)"
    )


def _synthetic_figure(
    answer: AreaChangeAnswer, chosen: AreaOutcome, found: Synthetic, area: str
) -> go.Figure:
    built = theme.figure(height=340)
    for name, values, colour, dash in (
        (area, [item.observed for item in found.years], theme.DARK_BLUE, "solid"),
        (
            "Synthetic counterpart",
            [item.synthetic for item in found.years],
            theme.TURQUOISE,
            "dash",
        ),
    ):
        built.add_trace(
            go.Scatter(
                x=[item.year for item in found.years],
                y=values,
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": dash},
                hovertemplate="%{x}<br>" + name + ": %{y:.1f}<extra></extra>",
            )
        )
    built.add_vline(
        x=answer.launch_year - 0.5, line_color=theme.DARK_GREY, line_width=1, line_dash="dash"
    )
    built.update_yaxes(title_text=UNIT_WORDS[chosen.unit].capitalize(), rangemode="tozero")
    built.update_xaxes(title_text=year_title(), dtick=1, tickformat="d")
    return built
