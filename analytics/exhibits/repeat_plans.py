"""Exhibits of what the audit of repeat plans found, and of what the sample assumes."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.audit import AuditAnswer, AuditCount
from analytics.emmie.combinations import CombinationsAnswer
from analytics.emmie.repeat_plans import RepeatPlansAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.audit_combinations import combination_exhibits
from analytics.exhibits.exhibit import Cell, Exhibit, Table, folded_assumptions, origin


def audit_exhibits(
    released: Released[AuditAnswer], combined: Released[CombinationsAnswer]
) -> tuple[Exhibit, ...]:
    """Return the time bands and features of the audited families, and what came together."""
    return (_bands(released), _features(released), *combination_exhibits(combined))


def assumed_exhibits(released: Released[RepeatPlansAnswer]) -> tuple[Exhibit, ...]:
    """Return what the sample assumes; nothing when it assumes nothing."""
    return folded_assumptions(released.answer.provenance, released.answer.assumptions)


def _audit_size(answer: AuditAnswer) -> str:
    return (
        f"{wording.count(answer.n_families)} families "
        f"({wording.count(answer.n_children)} children) audited, {answer.provenance.place}"
    )


def bands_sentence(answer: AuditAnswer) -> str:
    """Return how many audited families fall into each band of time since their previous plan."""
    bands = [
        f"{wording.lower_first(band.label)}: {wording.count(band.share.events)}"
        for band in answer.bands
    ]
    return (
        f"Of {wording.count(answer.n_families)} audited families, by time since the previous plan: "
        f"{'; '.join(bands)}."
    )


def _bands(released: Released[AuditAnswer]) -> Exhibit:
    answer = released.answer
    built = theme.figure(height=300)
    built.add_trace(_bars(answer.bands))
    built.update_yaxes(title_text="Families", rangemode="tozero", dtick=2)
    early = [band.share.events for band in answer.bands[:2]]
    if None in early or answer.n_families is None:
        headline = "Time since the previous plan, in bands"
    else:
        soon = sum(filter(None, early))
        headline = f"{soon} of the {answer.n_families} returning families came back within 2 years"
    return Exhibit(
        key="audit_bands",
        headline=headline,
        subtitle=f"Families by time since their previous plan; {_audit_size(answer)}",
        figure=theme.as_dict(built),
        table=Table(
            columns=("Time since the previous plan", "Families", "Of"),
            rows=tuple(
                (band.label, wording.count(band.share.events), wording.count(band.share.n))
                for band in answer.bands
            ),
        ),
        alt_text=f"Bar chart. {bands_sentence(answer)}",
        notes=_audit_notes(released),
        **origin(answer.provenance),
        sentences=(bands_sentence(answer),),
    )


def _bars(counts: tuple[AuditCount, ...]) -> go.Bar:
    return go.Bar(
        x=[theme.wrapped(count.label, 9) for count in counts],
        y=[count.share.events for count in counts],
        marker_color=theme.DARK_BLUE,
        text=[wording.count(count.share.events) for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{text} families<extra></extra>",
    )


def _features(released: Released[AuditAnswer]) -> Exhibit:
    answer = released.answer
    ranked = sorted(answer.features, key=lambda item: -(item.share.value or 0))
    shown = [
        item
        for item in ranked
        if item.share.value is not None and item.share.n == answer.n_families
    ]
    labels = [theme.wrapped(item.label, 24) for item in shown]
    places, height = theme.rows_of(labels, gap=18)
    built = theme.figure(height=110 + int(height))
    built.add_trace(
        go.Scatter(
            x=[100 * (item.share.value or 0) for item in shown],
            y=places,
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_x=theme.error_bars(
                [item.share.value for item in shown],
                [item.conf_int for item in shown],
                colour=theme.DARK_BLUE,
                scale=100,
            ),
            text=labels,
            customdata=[wording.out_of(item.share) for item in shown],
            hovertemplate="%{text}<br>%{customdata} families<extra></extra>",
        )
    )
    built.update_xaxes(title_text="Share of families (%)", range=[-2, 102])
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)
    top = shown[0] if shown else None
    return Exhibit(
        key="audit_features",
        headline=f"{top.label}: {wording.out_of(top.share)}" if top else "Nothing to show",
        subtitle=(f"Share of families with each feature; {_audit_size(answer)}, 95% intervals"),
        figure=theme.as_dict(built),
        table=Table(
            columns=("Feature", "Families", "Of", "Share (%)", "95% interval (%)"),
            rows=tuple(_feature_row(item) for item in ranked),
        ),
        alt_text=(
            "Dot chart of features by share of families. "
            + "; ".join(f"{item.label}: {wording.out_of(item.share)}" for item in shown[:5])
            + "."
        ),
        notes=(
            "Few families were audited: the intervals show how far such shares could be from those "
            "of all families like them. Families who did not return were not audited, so nothing "
            "here says why families return.",
            "The table also holds features that the audit reports for some of the families only.",
            *_audit_notes(released),
        ),
        **origin(answer.provenance),
    )


def _feature_row(item: AuditCount) -> tuple[Cell, ...]:
    share = item.share
    return (
        item.label,
        wording.count(share.events),
        wording.count(share.n),
        wording.WITHHELD if share.value is None else wording.fixed(100 * share.value),
        wording.interval(item.conf_int, scale=100, places=0),
    )


def _audit_notes(released: Released[AuditAnswer]) -> tuple[str, ...]:
    answer = released.answer
    return (
        f"{wording.count(answer.n_conferences)} conferences were held in the quarter. Conferences "
        "and families are different units, so no share of one in the other is shown.",
        released.statement,
    )
