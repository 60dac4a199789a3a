"""Exhibits of what goes with the outcomes of the work, and of answers by group of areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.drivers import Association, DriversAnswer, SurveyDrivers
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin

NOT_ESTIMABLE: Final = "not estimable"


def driver_exhibits(released: Released[DriversAnswer]) -> tuple[Exhibit, ...]:
    """Return one forest plot for each questionnaire that has drivers and outcomes."""
    return tuple(_survey(released, survey) for survey in released.answer.surveys)


def _survey(released: Released[DriversAnswer], survey: SurveyDrivers) -> Exhibit:
    answer = released.answer
    found = [one for one in survey.associations if one.together is not None]
    whose = "teams" if survey.clusters == "team" else "people"
    sentences = tuple(_sentence(one) for one in found) or (
        "There are too few complete questionnaires to estimate an association.",
    )
    return Exhibit(
        key=f"drivers_{survey.key}",
        headline=_headline(found),
        subtitle=(
            f"Points of the outcome for each point of the driver ({survey.low} to {survey.high} "
            f"scale), {wording.lower_first(survey.label)}, {answer.provenance.place}, "
            f"{wording.count(survey.n)} questionnaires, 95% intervals"
        ),
        figure=theme.as_dict(_forest(survey.associations)) if found else None,
        table=Table(
            columns=(
                "Outcome",
                "Goes with",
                "Points, other drivers equal",
                "95% interval",
                "Points, alone",
                "p-value (adjusted)",
            ),
            rows=tuple(_row(one) for one in survey.associations),
        ),
        alt_text="Forest plot of associations. " + " ".join(sentences),
        notes=(
            "Associations within one survey, not effects: who is stressed may also see the manager "
            "or the workload differently.",
            "Linear model of each outcome on all drivers together and the wave; intervals allow "
            f"for answers of the same {'team' if whose == 'teams' else 'person'} "
            f"({survey.n_clusters} {whose}). Alone: without the other drivers.",
            "p-values are adjusted for the number of pairs (Holm).",
            f"{wording.count(survey.n_incomplete)} questionnaires with a missing answer are left "
            "out.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _headline(found: list[Association]) -> str:
    clear = [one for one in found if one.direction is not None]
    if not found:
        return "Too few answers to say what goes with what"
    if not clear:
        return "No association is clearer than chance"
    most = max(clear, key=lambda one: abs(one.together.value if one.together else 0.0))
    return f"“{most.driver}” goes with most ({len(clear)} of {len(found)} clear)"


def _sentence(one: Association) -> str:
    if one.together is None:
        return f"{one.outcome}, with “{one.driver}”: not estimable."
    limits = wording.interval(one.together.conf_int, places=2)
    clear = {
        "higher": "goes with a higher answer",
        "lower": "goes with a lower answer",
        None: "no clear association",
    }[one.direction]
    return (
        f"“{one.outcome}”: a point more on “{one.driver}” {clear} "
        f"({wording.signed(one.together.value, places=2)} points, {limits})."
        if one.direction
        else f"“{one.outcome}” and “{one.driver}”: {clear} "
        f"({wording.signed(one.together.value, places=2)} points, "
        f"{limits})."
    )


def _forest(found: Sequence[Association]) -> go.Figure:
    """Draw the associations under the outcome that they belong to."""
    rows: list[tuple[str, Association | None]] = []
    for outcome in dict.fromkeys(one.outcome for one in found):
        rows.append((outcome, None))
        rows += [(one.driver, one) for one in found if one.outcome == outcome]
    wrapped = [theme.wrapped(label, 22) for label, _ in rows]
    places, height = theme.rows_of(wrapped, gap=14)
    built = theme.figure(height=90 + int(height), showlegend=False)
    drawn = [
        (place, one.together)
        for place, (_, one) in zip(places, rows, strict=True)
        if one and one.together
    ]
    built.add_trace(
        go.Scatter(
            x=[estimate.value for _, estimate in drawn],
            y=[place for place, _ in drawn],
            mode="markers",
            name="Points, other drivers equal",
            marker={"color": theme.DARK_BLUE, "size": 10},
            error_x=theme.error_bars(
                [estimate.value for _, estimate in drawn],
                [estimate.conf_int for _, estimate in drawn],
                colour=theme.DARK_BLUE,
            ),
            customdata=[wording.signed(estimate.value, places=2) for _, estimate in drawn],
            hovertemplate="%{customdata} points<extra></extra>",
        )
    )
    for place, (_, one) in zip(places, rows, strict=True):
        if one and one.together is None:
            theme.tell_row(built, place, NOT_ESTIMABLE)
    built.add_vline(x=0, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(title_text="Points of the outcome per point")
    built.update_yaxes(
        tickvals=places,
        ticktext=[
            label if one else f"<b>{label}</b>"
            for label, (_, one) in zip(wrapped, rows, strict=True)
        ],
        range=[height, 0],
        showgrid=False,
    )
    return built


def _row(one: Association) -> tuple[Cell, ...]:
    return (
        one.outcome,
        one.driver,
        NOT_ESTIMABLE if one.together is None else wording.signed(one.together.value, places=2),
        wording.interval(one.together.conf_int if one.together else None, places=2),
        "" if one.alone is None else wording.signed(one.alone.value, places=2),
        wording.p_value(one.p_value),
    )
