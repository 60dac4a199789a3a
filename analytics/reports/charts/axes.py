"""Axes of a figure as neutral axes: names as places, ends, steps and number formats."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from analytics.reports.charts import values
from analytics.reports.charts.panel import Axis, Number, Tick

MINUS: Final = "\u2212"
MONTH_STEPS: Final = (1, 3, 6, 12, 24, 60, 120)
"""Months between two marks of an axis of dates."""
MOST_MARKS: Final = 8
CLOSE: Final = 1e-6
SNAP: Final = 0.03
"""An end of an axis this near to a mark, as a share of the axis, is moved to it."""
LARGE: Final = 10_000
"""From here numbers have separators."""


def names_of(axis: dict[str, Any], traces: Sequence[dict[str, Any]], letter: str) -> list[str]:
    """Return the names that an axis stands for, in order; empty for an axis of numbers or dates.

    Parameters
    ----------
    axis : dict
        Its layout.
    traces : sequence of dict
        Those drawn on it.
    letter : {"x", "y"}
        Which of their coordinates it is.
    """
    found = [one for trace in traces for one in values.listed(trace.get(letter))]
    if axis.get("type") == "category" or values.is_words([one for one in found if one is not None]):
        given = [str(one) for one in values.listed(axis.get("categoryarray"))]
        return list(dict.fromkeys([*given, *(str(one) for one in found if one is not None)]))
    return []


def place(names: Sequence[str], value: Any) -> Number:
    """Return where a value stands: the place of its name, or itself as a number."""
    if not names:
        return values.number(value)
    if isinstance(value, str) and value in names:
        return float(names.index(value))
    if value is not None and not isinstance(value, str) and str(value) in names:
        return float(names.index(str(value)))
    return values.number(value)


def of(
    axis: dict[str, Any],
    names: Sequence[str],
    used: Iterable[Number],
    *,
    from_zero: bool = False,
    is_date: bool = False,
    padding: float = 0.04,
) -> Axis:
    """Return an axis.

    Parameters
    ----------
    axis : dict
        Its layout.
    names : sequence of str
        What it stands for; empty for numbers.
    used : iterable of float
        Everything that is drawn on it.
    from_zero : bool
        Whether bars start at 0 on it.
    is_date : bool
        Whether it holds days.
    padding : float
        Room beyond what is drawn, as a share of it.
    """
    is_log = axis.get("type") == "log"
    low, high, is_fixed, is_reversed = _ends(axis, names, used, from_zero, padding)
    ticks = _days(low, high) if is_date and not is_hidden(axis) else _ticks(axis, names)
    step = 0.0
    if not ticks and not is_log and not is_hidden(axis):
        step = _step(axis, low, high)
        low, high = _rounded(low, high, step, is_fixed=is_fixed)
        if abs(low / step - round(low / step)) > CLOSE:
            ticks, step = _multiples(axis, low, high, step), 0.0
    return Axis(
        title=values.plain(_title(axis)).replace("\n", " "),
        low=low,
        high=high,
        is_fixed=is_fixed,
        step=step,
        number_format="d mmm yyyy" if is_date else _number_format(axis, low, high, step),
        is_log=is_log,
        is_reversed=is_reversed,
        is_date=is_date,
        is_hidden=is_hidden(axis),
        ticks=tuple(tick for tick in ticks if low <= tick.at <= high),
        has_grid=axis.get("showgrid") is not False and axis.get("visible") is not False,
    )


def is_hidden(axis: dict[str, Any]) -> bool:
    """Return whether an axis shows no marks."""
    return axis.get("visible") is False or axis.get("showticklabels") is False


def _title(axis: dict[str, Any]) -> Any:
    title = axis.get("title")
    return title.get("text") if isinstance(title, dict) else title


def _ends(
    axis: dict[str, Any],
    names: Sequence[str],
    used: Iterable[Number],
    from_zero: bool,
    padding: float,
) -> tuple[float, float, bool, bool]:
    """Return both ends, whether the figure sets them, and whether the axis runs the other way."""
    is_log = axis.get("type") == "log"
    given = [place(names, one) for one in values.listed(axis.get("range"))]
    if len(given) == 2 and given[0] is not None and given[1] is not None:
        low, high = sorted((given[0], given[1]))
        if is_log:
            low, high = 10**low, 10**high
        return low, high, True, given[0] > given[1]
    is_reversed = axis.get("autorange") == "reversed"
    if names:
        return -0.5, len(names) - 0.5, False, is_reversed
    found = values.known(used)
    zero = from_zero or axis.get("rangemode") in ("tozero", "nonnegative")
    if is_log:
        held = [math.log10(one) for one in found if one > 0] or [0.0]
        room = 0.05 * (max(held) - min(held)) or 0.1
        return 10 ** (min(held) - room), 10 ** (max(held) + room), False, is_reversed
    ends = [*found, *([0.0] if zero else [])] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    if low == high:
        low, high = (low - 0.5, high + 0.5) if low else (0.0, 1.0)
    if is_hidden(axis):
        room = padding * (high - low)
        low, high = low - room, high + room
    return low, high, False, is_reversed


def _ticks(axis: dict[str, Any], names: Sequence[str]) -> tuple[Tick, ...]:
    if is_hidden(axis):
        return ()
    at = values.listed(axis.get("tickvals"))
    if at:
        texts = values.listed(axis.get("ticktext")) or [f"{one:g}" for one in at]
        found = [(place(names, one), text) for one, text in zip(at, texts, strict=False)]
        return tuple(
            Tick(at=one, text=values.plain(text), is_bold=values.is_bold(text))
            for one, text in found
            if one is not None
        )
    return tuple(Tick(at=float(at), text=values.plain(name)) for at, name in enumerate(names))


def _rounded(low: float, high: float, step: float, *, is_fixed: bool) -> tuple[float, float]:
    """Return ends at marks: those worked out always, those of the figure where they are near."""
    down, up = step * math.floor(low / step + CLOSE), step * math.ceil(high / step - CLOSE)
    if not is_fixed:
        return down, up
    near = SNAP * (high - low)
    ends = []
    for end in (low, high):
        mark = step * round(end / step)
        ends.append(mark if abs(mark - end) <= near else end)
    return ends[0], ends[1]


def _multiples(axis: dict[str, Any], low: float, high: float, step: float) -> tuple[Tick, ...]:
    """Return the marks of an axis that does not start at one."""
    decimals = max(0, math.ceil(-math.log10(step) - CLOSE))
    before, after = axis.get("tickprefix") or "", axis.get("ticksuffix") or ""
    found = []
    for number in range(math.ceil(low / step - CLOSE), math.floor(high / step + CLOSE) + 1):
        at = round(number * step, decimals + 2)
        sign = MINUS if at < 0 else ""
        grouped = abs(at) >= LARGE and axis.get("tickformat") != "d"
        size = f"{abs(at):,.{decimals}f}" if grouped else f"{abs(at):.{decimals}f}"
        found.append(Tick(at=at, text=f"{sign}{before}{size}{after}"))
    return tuple(found)


def _days(low: float, high: float) -> tuple[Tick, ...]:
    """Return the first days of months or years between two days, at most eight."""
    start, end = (values.EPOCH + timedelta(days=one) for one in (low, high))
    first, last = 12 * start.year + start.month - 1, 12 * end.year + end.month - 1
    step = next((one for one in MONTH_STEPS if (last - first) / one <= MOST_MARKS), 240)
    found = []
    for month in range(step * math.ceil(first / step), last + 1, step):
        day = date(month // 12, month % 12 + 1, 1)
        text = f"{day:%Y}" if step >= 12 else f"{day:%b %Y}"
        found.append(Tick(at=values.serial(day), text=text))
    return tuple(found)


def _step(axis: dict[str, Any], low: float, high: float) -> float:
    given = values.number(axis.get("dtick"))
    step = given or values.nice_step(low, high, int(axis.get("nticks") or 7))
    if axis.get("tickformat") == "d":
        step = max(1.0, float(round(step)))
    return step


def _number_format(axis: dict[str, Any], low: float, high: float, step: float) -> str:
    is_count = axis.get("tickformat") == "d"
    decimals = 0 if step >= 1 or not step else min(4, math.ceil(-math.log10(step) - 1e-9))
    digits = "0" if is_count or max(abs(low), abs(high)) < LARGE else "#,##0"
    digits += "." + decimals * "0" if decimals else ""
    if str(axis.get("tickformat")).endswith("s"):
        digits = _short(max(abs(low), abs(high)), step)
    before = f'"{axis["tickprefix"]}"' if axis.get("tickprefix") else ""
    after = f'"{axis["ticksuffix"]}"' if axis.get("ticksuffix") else ""
    shown = f"{before}{digits}{after}"
    negative = f'"{MINUS}"{shown}'
    if "," in shown.replace("#,##0", ""):
        return f"{shown};{negative};0"
    return f"{shown};{negative}" if low < 0 else shown


def _short(most: float, step: float) -> str:
    """Return a format of thousands or millions, which spreadsheets write with commas."""
    for size, ending in ((1e6, ',,"m"'), (1e3, ',"k"')):
        if most >= size:
            decimals = max(0, math.ceil(-math.log10(step / size) - 1e-9)) if step else 0
            return "0" + ("." + "0" * decimals if decimals else "") + ending
    return "0"


def turned(total: float, at: float) -> float:
    """Return a place on an axis that runs the other way; its ends come to ``total`` together."""
    return round(total - at, 9)


def flipped(axis: Axis) -> Axis:
    """Return an axis of places the right way up: the first place at the top has the highest."""
    total = axis.low + axis.high
    ticks = tuple(replace(tick, at=turned(total, tick.at)) for tick in axis.ticks)
    return replace(axis, is_reversed=False, ticks=ticks)
