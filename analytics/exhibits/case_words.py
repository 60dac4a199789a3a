"""Words that the exhibits of case outcomes share, and how changes are drawn on their charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from analytics.emmie.case_outcomes.periods import Break, Group, Step
from analytics.exhibits import theme, wording

GROUP_WORDS: dict[Group, str] = {
    "outcome_20": "Outcome 20",
    "out_of_court": "Out-of-court disposals",
}
GROUP_MEANING: dict[Group, str] = {
    "outcome_20": "further action by another body or agency",
    "out_of_court": "cautions, penalty notices, warnings and community resolutions",
}
OUTCOME_22_NOTE = (
    "Outcome 22 could be recorded from April 2019 and had to be from April 2021 (Home Office user "
    "guide to the outcomes open data), so earlier years hold none."
)


def codes_line(codes: Sequence[int]) -> str:
    """Return which codes count as out-of-court disposals."""
    return (
        f"out-of-court means Home Office outcomes {wording.listed([str(code) for code in codes])}"
    )


def period_words(period: date, step: Step) -> str:
    """Return a month as ``Apr 2016`` and a quarter as ``Apr to Jun 2016``."""
    if step == "month":
        return f"{period:%b %Y}"
    return f"{period:%b} to {period.replace(month=period.month + 2):%b %Y}"


def span_words(first: date, last: date, step: Step) -> str:
    """Return several periods as ``Sep to Oct 2022`` or ``Oct 2019 to Mar 2020``."""
    end = last if step == "month" else last.replace(month=last.month + 2)
    if first == end:
        return f"{end:%b %Y}"
    return f"{first:%b}{'' if first.year == end.year else f' {first:%Y}'} to {end:%b %Y}"


def break_words(one: Break) -> str:
    """Return a change of recording in few words."""
    if one.label:
        return one.label
    codes = wording.listed([str(code) for code in one.codes])
    return f"Outcome {codes} {'compulsory' if one.is_compulsory else 'may be recorded'}"


def draw_changes(
    built: go.Figure, change: tuple[date, str] | None, breaks: Sequence[Break], *, panels: int = 1
) -> None:
    """Draw the change of process and changes of recording as lines, named above the first panel.

    Parameters
    ----------
    built : Figure
        Whose first panel has head room.
    change : tuple of date and str, or None
        Day and label of the change of process.
    breaks : sequence of Break
        Changes of recording.
    panels : int
        Panels of the figure, one below the other.
    """
    marks = [(one.on, break_words(one), "dot") for one in breaks]
    if change is not None:
        marks.append((*change, "dash"))
    for place, (on, words, dash) in enumerate(sorted(marks)):
        for row in range(1, panels + 1):
            where = {"row": row, "col": 1} if panels > 1 else {}
            built.add_vline(
                x=on.isoformat(), line_color=theme.DARK_GREY, line_dash=dash, line_width=1, **where
            )
        built.add_annotation(
            x=on.isoformat(),
            y=1,
            xref="x",
            yref="y domain",
            text=words,
            showarrow=False,
            xanchor="right",
            yanchor="top",
            xshift=-5,
            yshift=-18 * place,
            font={"size": 13, "color": theme.MUTED},
        )
