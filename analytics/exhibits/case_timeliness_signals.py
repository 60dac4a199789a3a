"""Signals of timeliness in words: which periods, by which rule, and what limits rest on."""

from __future__ import annotations

from itertools import groupby

from analytics.emmie.case_outcomes.finest_step import is_mostly_shown
from analytics.emmie.case_outcomes.timeliness_control import TimedControlChart
from analytics.exhibits import wording
from analytics.exhibits.case_timeliness_figure import side_of
from analytics.exhibits.case_words import span_words
from analytics.exhibits.control_chart import CHECK_NOTES, RULE_WORDS, SIDE_WORDS

LIMITS_NOTES = {
    "p_prime": (
        "p′ chart: limits come from how neighbouring periods vary, which allows for siblings, who "
        "come together, and for anything else that counts alone would not show."
    ),
    "p": (
        "p chart: limits come from counts alone, since periods vary no more than that. They take "
        "children as independent, and siblings are not."
    ),
    "xmr": (
        "XmR chart: limits come from how neighbouring medians vary, siblings included. Medians are "
        "of whole days, so a run a fraction of a day from the mean may be rounding."
    ),
}
SIGNAL_NOTE = (
    "A signal is a point outside the limits, seven in a row on one side of the mean, seven in a "
    "row rising or falling, or two of three near a limit (NHS England, Making Data Count). About "
    "one in six charts of 24 months shows one where nothing happens. It says that something "
    "changed, not why; higher and lower are not better and worse by themselves."
)
SAID_ELSEWHERE = ("over_dispersion", "calendar_gap")


def is_drawn(chart: TimedControlChart) -> bool:
    """Return whether enough periods have a value for a figure."""
    return is_mostly_shown([one.value for one in chart.points])


def coarser_words(monthly: TimedControlChart) -> tuple[str, ...]:
    """Say why quarters are shown, from the chart by month."""
    return (
        f"By quarter, because {monthly.n_without} of {len(monthly.points)} months would be "
        "withheld or hold too few.",
    )


def change_words(chart: TimedControlChart) -> str:
    """Return how many periods differ, to stand in a headline; nothing where none can be seen."""
    if chart.chart is None or not chart.reads_signals:
        return ""
    signals = sum(side_of(one) is not None for one in chart.points)
    if not signals:
        return f"; no {chart.step} stands out"
    return f"; {wording.plural(signals, chart.step, chart.step + 's')} beyond chance"


def signal_sentences(chart: TimedControlChart) -> tuple[str, ...]:
    """Return which periods signal, or why none can be seen: one or the other."""
    hint = " Quarters show more." if chart.step == "month" and chart.n_without else ""
    missing = f"{chart.n_without} of {len(chart.points)} {chart.step}s are withheld or hold too few"
    if not is_drawn(chart):
        return (f"No chart: {missing}; the table has the others.{hint}",)
    if chart.chart is None:
        return (f"No limits: too few {chart.step}s are shown, or none differs.{hint}",)
    if not chart.reads_signals:
        return (f"{missing} (gaps), so no {chart.step} is called higher or lower.{hint}",)
    found = []
    for side, name in SIDE_WORDS.items():
        runs = [
            list(run)
            for is_on, run in groupby(chart.points, key=lambda one: side_of(one) == side)
            if is_on
        ]
        if runs:
            rules = {
                rule: None
                for run in runs
                for one in run
                if one.limits
                for rule in one.limits.signals
            }
            why = wording.listed([RULE_WORDS[rule] for rule in rules])
            listed = wording.listed(
                [span_words(run[0].point.period, run[-1].point.period, chart.step) for run in runs]
            )
            found.append(f"{name.capitalize()}, beyond chance: {listed} ({why}).")
    return tuple(found) or (
        f"No {chart.step} and no run of {chart.step}s differs by more than chance; years, which "
        "hold more, still can.",
    )


def chart_notes(chart: TimedControlChart) -> tuple[str, ...]:
    """Return where limits come from, and what to bear in mind about signals."""
    if chart.chart is None:
        return ()
    withheld = (
        (
            f"{wording.plural(chart.n_without, chart.step, chart.step + 's')} withheld or of too "
            "few, shown as gaps; withheld ones count towards the mean of shares, taken together.",
        )
        if chart.n_without
        else ()
    )
    return (
        f"All {chart.step}s shown set mean and limits. {LIMITS_NOTES[chart.chart]}",
        *withheld,
        SIGNAL_NOTE,
        *(
            CHECK_NOTES[check.name]
            for check in chart.checks
            if check.status != "pass" and check.name not in SAID_ELSEWHERE
        ),
    )
