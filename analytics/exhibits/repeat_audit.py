"""Exhibits of the analysis of repeat plans: the tally of its answers, beside the audit."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.audit_tally import Tally
from analytics.emmie.repeat_plans.audit_tool import AuditToolAnswer, Case
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_words import QUESTION_GROUPS, READINGS, moment, months
from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS

NOW, AUDIT = "Analyses now", "The audit"


def audit_tool_exhibits(released: Released[AuditToolAnswer]) -> tuple[Exhibit, ...]:
    """Return the tally of the answers and, where there was an audit, the comparison with it."""
    if released.answer.n_audited == 0 or not any(one.earlier.n for one in released.answer.tallies):
        return (_tally(released),)
    return (_tally(released), _compared(released))


def answered_exhibits(case: Case, like: Exhibit) -> tuple[Exhibit, ...]:
    """Return who answered each question about one case, and when; for the screen only."""
    given = {one.question: one for one in case.given}
    rows = tuple(
        (
            AUDIT_FLAGS[key],
            AUDIT_ANSWER[given[key].answer],
            given[key].answered_by,
            moment(given[key].answered_at),
        )
        for keys in QUESTION_GROUPS.values()
        for key in keys
        if key in given
    )
    return (
        Exhibit(
            key="audit_answers_of_a_child",
            headline="Answers so far about the chosen child",
            subtitle="The latest answer to each question; earlier ones are kept as history",
            figure=None,
            table=Table(columns=("Question", "Answer", "Answered by", "When"), rows=rows),
            alt_text="",
            notes=(),
            source=like.source,
            synthetic=like.synthetic,
            is_shown_only=True,
        ),
    )


def cases_of(released: Released[AuditToolAnswer]) -> tuple[Case, ...]:
    """Return the cases that the viewer may see."""
    return released.answer.cases


def _who(answer: AuditToolAnswer) -> str:
    earlier = "any earlier plan that is known of"
    if answer.within_days is not None:
        earlier = f"one before that ended at most {months(answer.within_days)} earlier"
    return (
        f"{wording.count(answer.n_families)} families ({wording.count(answer.n_children)} "
        f"children) with a plan that is open or began in the last 12 months, and {earlier}; "
        f"{answer.provenance.place}"
    )


def tally_sentence(answer: AuditToolAnswer) -> str:
    """Return how many of the families have been analysed."""
    if answer.n_families is None:
        return "The number of families to analyse is withheld, because it is small."
    if answer.analysed.events is None:
        return (
            f"Of {answer.n_families:,} families to analyse, the number with an answer so far is "
            f"withheld, because it, or the rest, is small."
        )
    return (
        f"Of {answer.n_families:,} families to analyse, {answer.analysed.events:,} have at least "
        f"one answer so far."
    )


def _tally(released: Released[AuditToolAnswer]) -> Exhibit:
    answer = released.answer
    by_key = {one.key: one for one in answer.tallies}
    return Exhibit(
        key="audit_tally",
        headline=(
            f"{wording.count(answer.analysed.events)} of {wording.count(answer.n_families)} "
            "families analysed so far"
        ),
        subtitle=f"Families by what they say to each question; {_who(answer)}",
        figure=None,
        table=Table(
            columns=(
                "Question",
                "Yes (families)",
                "No",
                "Children differ",
                "Not known",
                "Not answered",
            ),
            rows=tuple(
                _tally_row(by_key[key])
                for keys in QUESTION_GROUPS.values()
                for key in keys
                if key in by_key
            ),
        ),
        alt_text="",
        notes=(
            "Families are counted, as in the audit. A family says yes or no when the answers for "
            "its children agree; where they differ it is counted apart. Not known adds nothing to "
            "another child's yes or no.",
            "The latest answer to a question about a child counts.",
            "The tally is withheld from everyone alike where it is small, also from those who may "
            "see single cases: it is made to be passed on.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(tally_sentence(answer),),
    )


def _tally_row(one: Tally) -> tuple[Cell, ...]:
    counts = (one.n_yes, one.n_no, one.n_mixed, one.n_not_known, one.n_unanswered)
    return (AUDIT_FLAGS[one.key], *(wording.count(count) for count in counts))


def _compared(released: Released[AuditToolAnswer]) -> Exhibit:
    answer = released.answer
    shown = [one for one in answer.tallies if one.share.value is not None and one.earlier.n]
    shown.sort(key=lambda one: -(one.share.value or 0))
    ranked = [*shown, *(one for one in answer.tallies if one not in shown and one.earlier.n)]
    sentences = tuple(
        comparison_sentence(one) for one in shown if one.reading in ("higher", "lower")
    )
    return Exhibit(
        key="audit_compared",
        headline=_headline(shown),
        subtitle=(
            f"Share of families that say yes, of those that say yes or no; {_who(answer)}; the "
            f"audit: {wording.count(answer.n_audited)} families; 95% intervals"
        ),
        figure=theme.as_dict(_dots(shown)) if shown else None,
        table=Table(
            columns=(
                "Question",
                "Yes now",
                "Share now (%)",
                "95% interval (%)",
                "Yes in the audit",
                "Share in the audit (%)",
                "Difference (percentage points)",
                "95% interval (points)",
                "Now, against the audit",
            ),
            rows=tuple(_compared_row(one) for one in ranked),
        ),
        alt_text=(
            "Dot chart of shares of families now and in the audit. "
            + " ".join(sentences or ("No share differs clearly from the audit's.",))
        ),
        notes=(
            "Wilson intervals of shares, Newcombe's of differences, as if families were drawn at "
            "random. With fewer than six families that say yes or no on either side, or an "
            "interval that holds zero, one can't tell.",
            f"{len(answer.tallies)} questions are compared, so about one in twenty would seem to "
            "differ by chance alone.",
            "The audit held families who came back after any time, half of them after more than "
            "two years; who is analysed now is set above.",
            "A difference says that those who come back differ from those who came back then. It "
            "does not say that anything caused it.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def comparison_sentence(one: Tally) -> str:
    """Return how the share of one question stands against the audit's."""
    return (
        f"{AUDIT_FLAGS[one.key]}: {wording.out_of(one.share)} families now, against "
        f"{wording.out_of(one.earlier)} in the audit; {one.reading}, by "
        f"{wording.fixed(100 * abs(one.difference or 0))} percentage points."
    )


def _headline(shown: list[Tally]) -> str:
    if not shown:
        return "Too few analyses yet to compare with the audit"
    apart = sum(one.reading != "cant_tell" for one in shown)
    if not apart:
        return "Can't tell whether anything differs from the audit"
    return f"{apart} of {len(shown)} answers differ from the audit's"


def _dots(shown: list[Tally]) -> go.Figure:
    labels = [theme.wrapped(AUDIT_FLAGS[one.key], 24) for one in shown]
    places, height = theme.rows_of(labels, gap=22)
    built = theme.figure(height=130 + int(height))
    built.add_trace(
        go.Scatter(
            x=[100 * (one.earlier.value or 0) for one in shown if one.earlier.value is not None],
            y=[
                place + 7
                for one, place in zip(shown, places, strict=True)
                if one.earlier.value is not None
            ],
            mode="markers",
            name=AUDIT,
            marker={
                "color": theme.WHITE,
                "size": 10,
                "line": {"color": theme.DARK_GREY, "width": 2},
            },
            hovertemplate="The audit: %{x:.0f}%<extra></extra>",
        )
    )
    built.add_trace(
        go.Scatter(
            x=[100 * (one.share.value or 0) for one in shown],
            y=[place - 3 for place in places],
            mode="markers",
            name=NOW,
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_x=theme.error_bars(
                [one.share.value for one in shown],
                [one.conf_int for one in shown],
                colour=theme.DARK_BLUE,
                scale=100,
            ),
            customdata=[wording.out_of(one.share) for one in shown],
            hovertemplate="Now: %{customdata} families<extra></extra>",
        )
    )
    built.update_xaxes(title_text="Share of families (%)", range=[-2, 102])
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)
    return built


def _compared_row(one: Tally) -> tuple[Cell, ...]:
    withheld = one.share.is_withheld
    share = wording.WITHHELD if withheld else ""
    if one.share.value is not None:
        share = wording.fixed(100 * one.share.value)
    earlier = wording.WITHHELD if one.earlier.is_withheld else ""
    if one.earlier.value is not None:
        earlier = wording.fixed(100 * one.earlier.value)
    return (
        AUDIT_FLAGS[one.key],
        wording.out_of(one.share),
        share,
        wording.interval(one.conf_int, scale=100, places=0),
        wording.out_of(one.earlier),
        earlier,
        "" if one.difference is None else wording.points(one.difference),
        wording.interval(one.difference_conf_int, scale=100),
        READINGS[one.reading],
    )
