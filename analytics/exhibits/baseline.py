"""Exhibits of what is compared later: quoted figures beside official ones, and the baseline."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.implementation.measures import MeasuresAnswer
from analytics.emmie.implementation.standing import Stood
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.quoted import Official, QuotedFigure, QuotedFiguresAnswer
from analytics.emmie.repeat_plans import IncidencePoint, RepeatPlansAnswer
from analytics.emmie.study import is_unanswered
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_curves import months

NONE_NEAR = "none published"
BASELINE_COLUMNS = ("Measure", "Count", "Of", "Share (%)", "95% interval (%)")


def quoted_exhibits(released: Released[QuotedFiguresAnswer]) -> tuple[Exhibit, ...]:
    """Return the quoted figures, each beside the official one that comes nearest."""
    answer = released.answer
    figures = _own_first(answer)
    sentences = tuple(quoted_sentence(figure) for figure in figures)
    source = origin(answer.provenance)
    if answer.source:
        source["source"] = f"Quoted: {answer.provenance.document}. Official: {answer.source}"
        source["as_at"] = None
    return (
        Exhibit(
            key="quoted_against_official",
            headline=_quoted_headline(answer),
            subtitle=(
                "Children on a child protection plan before, per cent: as the document quotes for "
                f"{_windows(answer)}, and as published for a whole year"
            ),
            figure=theme.as_dict(_quoted_dots(figures)),
            table=Table(
                columns=(
                    "Place",
                    "What is quoted",
                    "Quoted (%)",
                    "Official, year to 31 March (%)",
                    "Official counts",
                ),
                rows=tuple(_quoted_row(figure) for figure in figures),
            ),
            alt_text="Dot chart. " + " ".join(sentences),
            notes=(
                "The two do not measure the same: the official figure is of plans that start in a "
                "year, however long ago the earlier plan was.",
                *dict.fromkeys(figure.caveat for figure in answer.figures if figure.caveat),
                "A mark without an interval: the document gives no counts. Intervals of official "
                "figures are Wilson's, 95%.",
            ),
            **source,
            sentences=sentences[:3],
        ),
    )


def _windows(answer: QuotedFiguresAnswer) -> str:
    windows = dict.fromkeys(figure.window for figure in answer.figures if figure.window)
    return wording.listed([wording.lower_first(window) for window in windows]) or "some period"


def quoted_sentence(figure: QuotedFigure) -> str:
    """Return a quoted figure and the official one as a sentence."""
    quoted = wording.NOT_AVAILABLE if figure.value is None else f"{figure.value:g}%"
    official = figure.official
    beside = (
        "nothing official comes near"
        if official is None or official.value is None
        else f"{official.value:g}% official in the year to March {official.year}"
    )
    return f"{figure.area}, {wording.lower_first(figure.measure)}: {quoted} quoted, {beside}."


def _gap(figure: QuotedFigure) -> float:
    if figure.official is None or figure.official.value is None or figure.value is None:
        return -1.0
    return abs(figure.value - figure.official.value)


def _own_first(answer: QuotedFiguresAnswer) -> tuple[QuotedFigure, ...]:
    """Return the figures of the evaluation's own place before those it is compared with."""
    own = answer.provenance.place
    return tuple(sorted(answer.figures, key=lambda figure: figure.area != own))


def _quoted_headline(answer: QuotedFiguresAnswer) -> str:
    """Return the widest gap of the evaluation's own place, or of any where it has none."""
    own = [figure for figure in answer.figures if figure.area == answer.provenance.place]
    widest = max(own or answer.figures, key=_gap)
    if _gap(widest) < 0:
        widest = max(answer.figures, key=_gap)
    if _gap(widest) < 0 or widest.official is None:
        return "No official figure comes near what is quoted"
    return (
        f"{widest.area}: {widest.value:g}% quoted, {widest.official.value:g}% official, on "
        "different bases"
    )


def _quoted_dots(figures: tuple[QuotedFigure, ...]) -> go.Figure:
    """Return a group of rows for each thing that is quoted, its words above them."""
    built = theme.figure(height=120 + 46 * (len(figures) + 2))
    rows, last = _placed(built, figures)
    official = [(row, one.official) for row, one in rows if one.official is not None]
    built.add_trace(
        go.Scatter(
            x=[one.value for _, one in official],
            y=[row for row, _ in official],
            mode="markers",
            name="Official, whole year",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_x=theme.error_bars(
                [None if one.value is None else one.value / 100 for _, one in official],
                [one.conf_int for _, one in official],
                colour=theme.DARK_BLUE,
                scale=100,
            ),
            hovertemplate="%{x}% official<extra></extra>",
        )
    )
    built.add_trace(
        go.Scatter(
            x=[one.value for _, one in rows],
            y=[row for row, _ in rows],
            mode="markers",
            name="Quoted, one quarter",
            marker={
                "color": theme.WHITE,
                "symbol": "diamond",
                "size": 12,
                "line": {"color": theme.DARK_PINK, "width": 2.5},
            },
            hovertemplate="%{x}% quoted<extra></extra>",
        )
    )
    highest = max((one.value or 0 for _, one in rows), default=0)
    built.update_xaxes(title_text="Per cent", range=[-1, max(50, highest + 5)])
    built.update_yaxes(
        tickvals=[row for row, _ in rows],
        ticktext=[theme.wrapped(one.area, 14) for _, one in rows],
        range=[last - 0.4, -0.7],
        showgrid=False,
    )
    return built


def _placed(
    built: go.Figure, figures: tuple[QuotedFigure, ...]
) -> tuple[list[tuple[float, QuotedFigure]], float]:
    """Write the words above each group; return each figure's place and the last group's end."""
    rows: list[tuple[float, QuotedFigure]] = []
    place = 0.0
    for measure in dict.fromkeys(figure.measure for figure in figures):
        built.add_annotation(
            x=0,
            xref="x",
            y=place,
            text=theme.wrapped(measure, 34),
            showarrow=False,
            xanchor="left",
            align="left",
            font={"size": 14, "color": theme.MUTED},
        )
        for figure in figures:
            if figure.measure == measure:
                place += 1
                rows.append((place, figure))
        place += 1.2
    return rows, place


def _quoted_row(figure: QuotedFigure) -> tuple[Cell, ...]:
    official = figure.official
    value = None if official is None else official.value
    counts = ""
    if official is not None and official.numerator is not None:
        counts = f"{official.numerator:,} of {official.denominator:,} ({official.year})"
    return (
        figure.area,
        figure.measure,
        wording.NOT_AVAILABLE if figure.value is None else f"{figure.value:g}",
        NONE_NEAR if value is None else f"{value:g}",
        counts,
    )


def baseline_exhibits(
    measures: Released[MeasuresAnswer],
    repeat: Released[RepeatPlansAnswer],
    quoted: Released[QuotedFiguresAnswer],
) -> tuple[Exhibit, ...]:
    """Return what a follow-up would compare with, for each question that cannot be told yet."""
    answer = measures.answer
    beside: list[tuple[Cell, ...]] = []
    if not is_unanswered(repeat):
        spells = repeat.answer.n_spells
        beside += [_return_row(point, spells) for point in repeat.answer.within]
    published = ""
    if not is_unanswered(quoted):
        published = quoted.answer.source
        beside += [
            _official_row(figure, figure.official)
            for figure in quoted.answer.figures
            if figure.official is not None
        ]
    found = []
    for one in answer.research_questions:
        if not one.question.is_baseline:
            continue
        rows = (*(_stood_row(item) for item in one.measures), *beside)
        full = Table(columns=BASELINE_COLUMNS, rows=rows)
        found.append(
            Exhibit(
                key=f"baseline_{one.question.key}",
                headline="This is the baseline: no difference can be told yet",
                subtitle=f"{one.question.question} {answer.provenance.place}, before it began",
                figure=None,
                table=_narrow(full),
                full_table=full,
                alt_text="",
                notes=(
                    "A follow-up should count the same way, of families who had the intervention "
                    "and of families who had not, or over enough quarters to see a trend.",
                    measures.statement,
                ),
                **origin(replace(answer.provenance, published=published)),
                sentences=(f"{one.question.question} Can't tell yet.", one.question.limits),
            )
        )
    return tuple(found)


def _narrow(full: Table) -> Table:
    """Return the table in three columns, for a narrow screen."""
    rows: list[tuple[Cell, ...]] = []
    for label, count, of, share, between in full.rows:
        counted = f"{count} of {of}" if count and of else of or count
        rows.append((label, counted, f"{share} ({between})" if between else share))
    return Table(columns=("Measure", "Count", "Share and 95% interval (%)"), rows=tuple(rows))


def _stood_row(item: Stood) -> tuple[Cell, ...]:
    share = item.measured.share
    if share is None:
        return (item.measure.label, wording.NOT_AVAILABLE, "", "", "")
    return (
        item.measure.label,
        wording.count(share.events),
        wording.count(share.n),
        wording.percent(share.value).rstrip("%"),
        wording.interval(item.measured.conf_int, scale=100, places=0),
    )


def _return_row(point: IncidencePoint, n_spells: int | None) -> tuple[Cell, ...]:
    return (
        f"Plans that ended and were followed by another within {months(point.day)} months",
        "",
        f"{wording.count(n_spells)} plans that ended",
        wording.percent(point.share).rstrip("%"),
        wording.interval(point.conf_int, scale=100, places=0),
    )


def _official_row(figure: QuotedFigure, official: Official) -> tuple[Cell, ...]:
    known = MEASURES.get(official.measure)
    label = known.label if known else official.measure
    return (
        f"Official: {wording.lower_first(label)}, {figure.area}, year to March {official.year}",
        "" if official.numerator is None else f"{official.numerator:,}",
        "" if official.denominator is None else f"{official.denominator:,}",
        wording.NOT_AVAILABLE if official.value is None else f"{official.value:g}",
        wording.interval(official.conf_int, scale=100, places=0),
    )
