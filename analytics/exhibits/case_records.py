"""Exhibits of case records read at two times."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_records import (
    SHARES,
    CaseRecordsAnswer,
    RecordGroup,
    Recording,
    ShareKey,
)
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin

SHARE_WORDS: Final[dict[ShareKey, str]] = {
    "previously_referred": "Referred before",
    "not_re_referred": "Not referred again",
    "removed": "Removed",
}
MARKS: Final[dict[ShareKey, tuple[str, str]]] = {
    "previously_referred": (theme.DARK_BLUE, "circle"),
    "not_re_referred": (theme.TURQUOISE, "square"),
    "removed": (theme.DARK_PINK, "diamond"),
}
APART: Final = 0.25
NO_EFFECT: Final = (
    "No families without the intervention are in the records, so none of this is an effect, and "
    "groups may differ for other reasons."
)


def case_record_exhibits(released: Released[CaseRecordsAnswer]) -> tuple[Exhibit, ...]:
    """Return what became of the families, how recording changed, and what the sample assumes."""
    answer = released.answer
    shown = [_outcomes(released), _recording(released)]
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def group_words(group: RecordGroup) -> str:
    """Return what a group is called."""
    return {"all": "All records", "cohort": f"Cohort {group.key}"}.get(group.kind, group.label)


def _size(answer: CaseRecordsAnswer) -> str:
    whole = answer.groups[0]
    return (
        f"{wording.count(whole.n_records)} case records of {wording.count(whole.n_families)} "
        f"families, {answer.provenance.place}"
    )


def _outcomes(released: Released[CaseRecordsAnswer]) -> Exhibit:
    answer = released.answer
    whole = answer.groups[0]
    sentences = tuple(outcome_sentence(group) for group in answer.groups)
    return Exhibit(
        key="case_record_outcomes",
        headline=_outcome_headline(whole),
        subtitle=(
            "Families referred before and not referred again, and children removed, by the second "
            f"time; {_size(answer)}, 95% intervals"
        ),
        figure=theme.as_dict(_dots(answer.groups)),
        table=Table(
            columns=("Records", *SHARE_WORDS.values()),
            rows=tuple(
                (group_words(group), *(wording.out_of(one.share) for one in group.shares))
                for group in answer.groups
            ),
        ),
        full_table=_full_table(answer),
        alt_text="Dot chart with three marks for each group. " + " ".join(sentences),
        notes=(
            NO_EFFECT,
            "Referrals are counted by family and removals by child; both later ones are out of "
            "those whose record was read again. Intervals of removals allow for siblings.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences[:1],
    )


def outcome_sentence(group: RecordGroup) -> str:
    """Return the three shares of one group."""
    before, not_again, removed = group.shares
    return (
        f"{group_words(group)}: {wording.out_of(before.share)} families had been referred before, "
        f"{wording.out_of(not_again.share)} were not referred again, and "
        f"{wording.out_of(removed.share)} children were removed."
    )


def _outcome_headline(whole: RecordGroup) -> str:
    _, not_again, removed = whole.shares
    if not_again.share.value is None or removed.share.events is None:
        return "Too few records to show what became of the families"
    return (
        f"{wording.percent(not_again.share.value)} of families not referred again; "
        f"{wording.count(removed.share.events)} children removed"
    )


def _dots(groups: tuple[RecordGroup, ...]) -> go.Figure:
    built = theme.figure(height=120 + 66 * len(groups))
    for place, key in enumerate(SHARES):
        colour, symbol = MARKS[key]
        shown = [
            (row + APART * (place - 1), group.shares[place])
            for row, group in enumerate(groups)
            if group.shares[place].share.value is not None
        ]
        values = [one.share.value for _, one in shown]
        built.add_trace(
            go.Scatter(
                x=[100 * (value or 0) for value in values],
                y=[row for row, _ in shown],
                mode="markers",
                name=SHARE_WORDS[key],
                marker={"color": colour, "symbol": symbol, "size": 10},
                error_x=theme.error_bars(
                    values, [one.conf_int for _, one in shown], colour=colour, scale=100
                ),
                customdata=[wording.out_of(one.share) for _, one in shown],
                hovertemplate=f"{SHARE_WORDS[key]}: %{{customdata}}<extra></extra>",
            )
        )
    built.update_xaxes(title_text="Per cent", range=[-2, 102])
    _group_axis(built, groups)
    return built


def _group_axis(built: go.Figure, groups: tuple[RecordGroup, ...]) -> None:
    built.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=[theme.wrapped(group_words(group), 16) for group in groups],
        range=[len(groups) - 0.5, -0.5],
        showgrid=False,
    )


def _full_table(answer: CaseRecordsAnswer) -> Table:
    columns = ["Records"]
    for word in SHARE_WORDS.values():
        columns += [word, f"{word}, of", f"{word} (%)", f"{word}, 95% interval (%)"]
    rows = []
    for group in answer.groups:
        row: list[Cell] = [group_words(group)]
        for one in group.shares:
            row += [
                wording.count(one.share.events),
                wording.count(one.share.n),
                wording.percent(one.share.value, places=1).rstrip("%"),
                wording.interval(one.conf_int, scale=100),
            ]
        rows.append(tuple(row))
    return Table(columns=tuple(columns), rows=tuple(rows))


def _recording(released: Released[CaseRecordsAnswer]) -> Exhibit:
    answer = released.answer
    shown = [(group, group.recording) for group in answer.groups if group.recording is not None]
    sentences = tuple(recording_sentence(group, found) for group, found in shown)
    built = theme.figure(height=110 + 46 * len(shown))
    built.add_trace(
        go.Scatter(
            x=[found.change for _, found in shown],
            y=list(range(len(shown))),
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_x=theme.error_bars(
                [found.change for _, found in shown],
                [found.conf_int for _, found in shown],
                colour=theme.DARK_BLUE,
            ),
            hovertemplate="%{x:.2f} points<extra></extra>",
        )
    )
    built.add_vline(x=0, line={"color": theme.DARK_GREY, "width": 1})
    built.update_xaxes(title_text="Change in points, of 5 (right is better)")
    _group_axis(built, tuple(group for group, _ in shown))
    return Exhibit(
        key="recording_quality",
        headline=_recording_headline(answer.groups[0].recording),
        subtitle=(
            "Mean change in the quality of recording from the first time to the second, 1 to 5, "
            f"of records read twice; {answer.provenance.place}, 95% intervals"
        ),
        figure=theme.as_dict(built) if shown else None,
        table=Table(
            columns=("Records", "Read twice", "First time", "Second time", "Change (95% interval)"),
            rows=tuple(_recording_row(group, found) for group, found in shown),
        ),
        alt_text="Dot chart of changes. " + " ".join(sentences),
        notes=(
            NO_EFFECT,
            "Better recording is not the same as better practice, and readers who know the times "
            "may expect a rise. Intervals allow for siblings.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences[:1],
    )


def _recording_headline(found: Recording | None) -> str:
    if found is None:
        return "Too few records read twice to show a change"
    interval = found.conf_int
    if interval is None or interval.low <= 0 <= interval.high:
        return "No clear change in the quality of recording"
    word = "improved" if found.change > 0 else "fell"
    return f"Quality of recording {word} by {wording.fixed(abs(found.change), 1)} points of 5"


def recording_sentence(group: RecordGroup, found: Recording) -> str:
    """Return one group's means at the two times."""
    return (
        f"{group_words(group)}: {wording.fixed(found.first, 1)} points at the first time and "
        f"{wording.fixed(found.second, 1)} at the second, {found.n_records:,} records."
    )


def _recording_row(group: RecordGroup, found: Recording) -> tuple[Cell, ...]:
    between = wording.interval(found.conf_int, places=2)
    return (
        group_words(group),
        f"{found.n_records:,}",
        wording.fixed(found.first, 2),
        wording.fixed(found.second, 2),
        wording.signed(found.change, places=2) + (f" ({between})" if between else ""),
    )
