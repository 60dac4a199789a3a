"""The exhibit that sets the analyses of now beside the audit, and the view that both rest on."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.audit_tally import AuditCounts, Tally
from analytics.emmie.repeat_plans.audit_tool import AuditToolAnswer
from analytics.emmie.repeat_plans.returns import TWO_YEARS
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_words import OWN_STATEMENT, READINGS, months
from analytics.extracts.code_lists import AUDIT_FLAGS

NOW, AUDIT = "Analyses now", "The audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """The counts that are shown, of the two that an answer has."""

    released: Released[AuditToolAnswer]
    counts: AuditCounts
    is_own: bool = False

    @property
    def answer(self) -> AuditToolAnswer:
        """The answer that both counts belong to."""
        return self.released.answer

    @property
    def statement(self) -> str:
        """What was withheld, or that nothing was."""
        return OWN_STATEMENT if self.is_own else self.released.statement

    @property
    def who(self) -> str:
        """Who is to be analysed."""
        counts = self.counts
        size = "Families with"
        if counts.n_families is not None and counts.n_children is not None:
            size = (
                f"{wording.plural(counts.n_families, 'family', 'families')} "
                f"({wording.plural(counts.n_children, 'child', 'children')}) with"
            )
        return (
            f"{size} a plan that is open or began in the last 12 months, and one before that ended "
            f"at most {months(TWO_YEARS)} earlier; {self.answer.provenance.place}"
        )

    def is_answered(self, one: Tally) -> bool:
        """Return whether a family has an answer to the question, as far as may be known."""
        return one.n_unanswered is None or one.n_unanswered != self.counts.n_families


def compared(view: AuditView) -> Exhibit:
    """Return the shares of families that say yes beside the audit's."""
    answer, tallies = view.answer, view.counts.tallies
    shown = [one for one in tallies if one.share.value is not None and one.earlier.n]
    shown.sort(key=lambda one: -(one.share.value or 0))
    rest = [one for one in tallies if one not in shown and one.earlier.n and view.is_answered(one)]
    sentences = tuple(
        comparison_sentence(one) for one in shown if one.reading in ("higher", "lower")
    )
    return Exhibit(
        key="audit_compared",
        headline=_headline(shown),
        subtitle=(
            f"Share of families that say yes, of those that say yes or no; {view.who}; the "
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
            rows=tuple(_compared_row(one) for one in (*shown, *rest)) if shown else (),
        ),
        alt_text=(
            "Dot chart of shares of families now and in the audit. "
            + " ".join(sentences or ("No share differs clearly from the audit's.",))
        ),
        notes=(
            "Wilson intervals of shares, Newcombe's of differences, as if families were drawn at "
            "random. With fewer than six families that say yes or no on either side, or an "
            "interval that holds zero, one can't tell.",
            f"{len(tallies)} questions are compared, so about one in twenty would seem to "
            "differ by chance alone.",
            "The audit held families who came back after any time, half of them after more than "
            "two years; who is analysed now is set above.",
            "A difference says that those who come back differ from those who came back then. It "
            "does not say that anything caused it.",
            view.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
        is_shown_only=view.is_own,
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
