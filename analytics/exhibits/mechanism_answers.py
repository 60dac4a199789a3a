"""Exhibit of every answer to a survey, as bars that add up to all who answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.answers import SurveyAnswers, WaveAnswers
from analytics.emmie.mechanism.surveys import SurveysAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.mechanism_words import short, wave_label

FITS_FROM: Final = 8
"""Per cent from which a share's number fits into its bar."""


def answers_exhibit(released: Released[SurveysAnswer], survey: SurveyAnswers) -> Exhibit:
    """Return every answer of every statement, as bars that add up to all who answered."""
    answer = released.answer
    groups = survey.items[0].answers
    names = [_group_words(survey, group) for group in groups]
    anything = any(wave.counts for item in survey.items for wave in item.waves)
    return Exhibit(
        key=f"answers_{survey.key}",
        headline=f"{short(survey.label)}: how every answer was given",
        subtitle=(
            f"Share of those who answered (%), {answer.provenance.place}, {survey.respondents}"
        ),
        figure=theme.as_dict(_bars(survey, groups, names)) if anything else None,
        table=Table(
            columns=("Statement", "When", "Answered", *names),
            rows=tuple(
                (
                    item.label,
                    wave_label(survey.waves, wave.wave),
                    wording.count(wave.n),
                    *(wave.counts or [wording.WITHHELD] * len(groups)),
                )
                for item in survey.items
                for wave in item.waves
            ),
        ),
        alt_text=(
            f"Stacked bars of {len(groups)} answers for {len(survey.items)} statements; the table "
            "has the counts."
        ),
        notes=(
            "Intervals of the share who agree stand in the figure before this one.",
            *(
                (
                    "Neighbouring answers are put together so that no count is small enough to "
                    "recognise anybody.",
                )
                if len(groups) < survey.high - survey.low + 1
                else ()
            ),
            released.statement,
        ),
        **origin(answer.provenance),
    )


def _group_words(survey: SurveyAnswers, group: Sequence[int]) -> str:
    words = [
        survey.score_words[score - survey.low]
        if score - survey.low < len(survey.score_words)
        else str(score)
        for score in group
    ]
    return " or ".join([words[0], *(word.lower() for word in words[1:])])


def _bars(
    survey: SurveyAnswers, groups: Sequence[Sequence[int]], names: Sequence[str]
) -> go.Figure:
    rows = _bar_rows(survey)
    is_one_wave = all(row.wave for row in rows)
    built = theme.figure(
        height=130 + (58 if is_one_wave else 38) * len(rows), barmode="stack", bargap=0.25
    )
    bars = [(place, row.wave) for place, row in enumerate(rows) if row.wave and row.wave.counts]
    colours = theme.DIVERGING.get(len(groups), theme.DIVERGING[5])
    for index, (name, colour) in enumerate(zip(names, colours, strict=False)):
        shares = [100 * (wave.counts[index] or 0) / (wave.n or 1) for _, wave in bars]
        built.add_trace(
            go.Bar(
                x=shares,
                y=[place for place, _ in bars],
                orientation="h",
                name=name,
                marker_color=colour,
                text=[wording.fixed(share) if share >= FITS_FROM else "" for share in shares],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={
                    "size": 12,
                    "color": theme.WHITE
                    if colour in (theme.DARK_PINK, theme.DARK_BLUE)
                    else theme.TEXT,
                },
                hovertemplate=name + ": %{x:.0f}%<extra></extra>",
            )
        )
    for place, row in enumerate(rows):
        if row.wave is None:
            built.add_annotation(
                x=0,
                y=place + 0.12,
                text=theme.wrapped(row.label, 42),
                align="left",
                showarrow=False,
                xanchor="left",
                yanchor="middle",
                font={"size": 13, "color": theme.TEXT},
            )
    built.update_layout(legend_traceorder="normal")
    built.update_xaxes(title_text="Share of answers (%)", range=[0, 100])
    built.update_yaxes(
        tickvals=[place for place, row in enumerate(rows) if row.wave],
        ticktext=[theme.wrapped(row.label, 22 if is_one_wave else 10) for row in rows if row.wave],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
    )
    return built


class _BarRow(NamedTuple):
    """One line of the drawing: a statement as a heading, or a bar."""

    label: str
    wave: WaveAnswers | None


def _bar_rows(survey: SurveyAnswers) -> list[_BarRow]:
    """Return a heading and a bar for each wave by statement; bars only when there is one wave."""
    if all(len(item.waves) == 1 for item in survey.items):
        return [_BarRow(item.label, item.waves[0]) for item in survey.items]
    rows: list[_BarRow] = []
    for item in survey.items:
        rows.append(_BarRow(item.label, None))
        rows += [_BarRow(short(wave_label(survey.waves, one.wave)), one) for one in item.waves]
    return rows
