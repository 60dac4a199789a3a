"""The exhibit of whether a child had ever been on a plan, counted and seen."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.disclosure.suppression import Share
from analytics.emmie.repeat_plans.ever import EverAnswer, Starts
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.statistics.results import Interval

COUNTED, SEEN = "By the stored count", "Seen in these records"


def ever_exhibits(released: Released[EverAnswer]) -> tuple[Exhibit, ...]:
    """Return the share with any earlier plan, by the stored count and in the extract alone."""
    answer = released.answer
    sentences = _sentences(answer)
    return (
        Exhibit(
            key="ever_before",
            headline=_headline(answer),
            subtitle=(
                "Share of plans that started whose child had been on a plan before, "
                f"{answer.provenance.place}, {wording.count(answer.whole.counted.n)} plans, "
                f"{wording.percent(answer.level)} intervals"
            ),
            figure=theme.as_dict(_figure(answer)),
            table=_table(answer),
            alt_text="Dot chart by period. " + " ".join(sentences),
            notes=(
                "Records that begin on some day and miss what came before are left-truncated. What "
                "is seen rises as they grow longer, also where nothing changes. The stored count "
                "reaches back to the child's birth, within this authority.",
                "How many plans are ever followed by another can't be told either, because these "
                "records end too: only how many are, within so many months.",
                "Intervals allow for siblings. Years end on 31 March. Periods are as short as "
                "small counts allow.",
                *_without(answer),
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=sentences,
        ),
    )


def _headline(answer: EverAnswer) -> str:
    counted, seen = answer.whole.counted.events, answer.whole.seen.events
    if not counted or seen is None:
        return "Too few plans to show how many were repeat plans"
    missed = (counted - seen) / counted
    return f"For {wording.percent(missed)} of repeat plans these records lack the earlier one"


def _sentences(answer: EverAnswer) -> tuple[str, ...]:
    whole = answer.whole
    if whole.counted.value is None or whole.seen.value is None:
        return ()
    return (
        f"Of plans that started, {_said(whole.counted, whole.counted_conf_int)} were of a child "
        "who had ever been on a plan before, by the stored count; these records show an earlier "
        f"plan for {_said(whole.seen, whole.seen_conf_int)}.",
        f"These records begin on {wording.day(answer.history_from)}. A plan that ended before then "
        "isn't in them, so a child who came back can look like one who is new, most of all in the "
        "first years: a rise over time in what is seen here need not be a rise in repeat plans. "
        "The count stored with each plan reaches further back.",
    )


def _said(share: Share, conf_int: Interval | None) -> str:
    limits = wording.interval(conf_int, scale=100, places=0)
    return f"{wording.percent(share.value)} ({wording.out_of(share)}; interval {limits}%)"


def _without(answer: EverAnswer) -> tuple[str, ...]:
    if answer.n_without == 0:
        return ()
    return (f"{wording.count(answer.n_without)} plans without a stored count are left out.",)


def _figure(answer: EverAnswer) -> go.Figure:
    built = theme.figure(height=400)
    labels = [period_words(one).replace(" to ", "<br>to ") for one in answer.periods]
    for name, colour, symbol, offset in (
        (COUNTED, theme.DARK_BLUE, "circle", -0.1),
        (SEEN, theme.TURQUOISE, "diamond", 0.1),
    ):
        points = [_of(one, name) for one in answer.periods]
        built.add_trace(
            go.Scatter(
                x=[place + offset for place in range(len(points))],
                y=[None if share.value is None else 100 * share.value for share, _ in points],
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11},
                error_y=theme.error_bars(
                    [share.value for share, _ in points],
                    [conf_int for _, conf_int in points],
                    colour=colour,
                    scale=100,
                    thickness=2,
                ),
                customdata=[wording.out_of(share) for share, _ in points],
                hovertemplate=f"{name}: %{{y:.1f}}% (%{{customdata}})<extra></extra>",
            )
        )
    built.update_xaxes(
        title_text="Plans that started in the years to 31 March",
        tickvals=list(range(len(labels))),
        ticktext=labels,
        range=[-0.5, len(labels) - 0.5],
        showgrid=False,
    )
    built.update_yaxes(title_text="Had been on a plan before (%)", rangemode="tozero")
    return built


def _of(one: Starts, name: str) -> tuple[Share, Interval | None]:
    if name == COUNTED:
        return one.counted, one.counted_conf_int
    return one.seen, one.seen_conf_int


def period_words(one: Starts) -> str:
    """Return the years of a period."""
    if one.first_year == one.last_year:
        return f"{one.first_year}"
    return f"{one.first_year} to {one.last_year}"


def _table(answer: EverAnswer) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one, label in (
        *((period, period_words(period)) for period in answer.periods),
        (answer.whole, "All"),
    ):
        cells: list[Cell] = [label, wording.count(one.counted.n)]
        for share, conf_int in (_of(one, COUNTED), _of(one, SEEN)):
            value = share.value
            cells += [
                wording.count(share.events),
                wording.WITHHELD if value is None else wording.fixed(100 * value, 1),
                wording.interval(conf_int, scale=100),
            ]
        rows.append(tuple(cells))
    level = wording.percent(answer.level)
    return Table(
        columns=(
            "Years to 31 March",
            "Plans that started",
            f"{COUNTED}: plans",
            f"{COUNTED} (%)",
            f"{COUNTED}: {level} interval (%)",
            f"{SEEN}: plans",
            f"{SEEN} (%)",
            f"{SEEN}: {level} interval (%)",
        ),
        rows=tuple(rows),
    )
