"""Words that exhibits of statistical neighbours share."""

from __future__ import annotations

from typing import Any, Final

from analytics.emmie.neighbours.measures import MEASURES, RECODED_FROM
from analytics.emmie.neighbours.places import Agreed, Position, Trend
from analytics.exhibits import wording
from analytics.exhibits.claim import Claim
from analytics.extracts.code_lists import DFE_SYMBOL
from analytics.statistics.results import Interval

UNIT_WORDS: Final = {
    "per_10000": "per 10,000 children aged 0 to 17",
    "percent": "per cent",
    "days": "working days",
    "per_worker": "cases per worker",
}
VERSUS: Final[dict[Position, str]] = {
    "higher": "higher than",
    "similar": "similar to",
    "lower": "lower than",
}
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``11th``."""
    teen = number % 100 in range(11, 14)
    return f"{number}{'th' if teen else _ENDINGS.get(number % 10, 'th')}"


def highest(rank: int) -> str:
    """Return ``highest``, ``2nd highest``."""
    return "highest" if rank == 1 else f"{ordinal(rank)} highest"


def figure_words(value: float | None, symbol: str | None = None) -> str:
    """Return a published figure to one decimal place, or the publisher's symbol."""
    if value is None:
        return f"[{symbol}]" if symbol else wording.NOT_AVAILABLE
    return wording.fixed(value, 1)


def axis_title(unit: str) -> str:
    """Return the title of an axis in a unit."""
    return _capital(UNIT_WORDS[unit])


def symbol_notes(symbols: set[str]) -> list[str]:
    """Return what the publisher's symbols mean."""
    return [f"[{symbol}]: {DFE_SYMBOL[symbol]}." for symbol in sorted(symbols)]


def judged(position: Position | None, agreed: Agreed | None) -> str:
    """Return higher, similar or lower; better or worse only where a direction is agreed."""
    if position is None:
        return wording.NOT_AVAILABLE
    if agreed is None or position == "similar":
        return position
    return f"{position} ({'better' if position == agreed.direction else 'worse'})"


def direction_note(agreed: Agreed | None) -> str:
    """Return whether a direction is agreed as good, and where."""
    if agreed is None:
        return (
            "No direction is agreed as good for these figures, so they are called higher, similar "
            "or lower."
        )
    return (
        f"Better and worse follow the protocol of “{agreed.evaluation}”, which intends "
        f"{agreed.direction} figures."
    )


def recoded_note(measure: str) -> tuple[str, ...]:
    """Return that the coding of a measure changed, where it did."""
    if not MEASURES[measure].is_recoded:
        return ()
    return (
        f"The coding changed: from {RECODED_FROM} on, abuse by an adult and abuse by a child are "
        "recorded apart, and took the place of one code over some years. Years don't compare.",
    )


def interval_note(unit: str, *, has_counts: bool) -> str:
    """Return how the interval of a figure is made, or why there is none."""
    if not has_counts:
        return (
            "There is no interval: this measure isn't made of whole events, so chance can't be "
            "told from one year. “Higher” and “lower” then only compare two numbers."
        )
    kind = "Byar's, exact below ten" if unit == "per_10000" else "Wilson's"
    return (
        f"An interval says how far chance alone would move a place's own count ({kind}). The "
        "interval of a distance is that interval minus the neighbours' median, which is taken as "
        "known."
    )


def trend_words(trend: Trend | None, what: str) -> str:
    """Return whether figures rise or fall by more than chance, as a sentence; or nothing."""
    if trend is None:
        return ""
    years = f"{trend.first_year} to {trend.last_year}"
    if trend.course == "too_few":
        return f"There are too few years ({years}) to tell a trend of {what} from chance."
    if trend.course == "recoded":
        return f"No trend of {what} is fitted ({years}): the coding changed in between."
    if trend.slope is None or trend.conf_int is None:
        return f"A trend of {what} ({years}) can't be told from chance."
    size = (
        f"{wording.signed(trend.slope, places=2)} a year, "
        f"99% interval {wording.interval(trend.conf_int, places=2)}"
    )
    if trend.course == "unclear":
        return f"{_capital(what)} shows no trend that can be told from chance, {years} ({size})."
    verb = "rose" if trend.course == "rising" else "fell"
    return f"{_capital(what)} {verb} by more than chance, {years} ({size})."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


TREND_NOTE: Final = (
    "A trend is a straight line whose errors may carry over from year to year. It is called one "
    "only when its 99% interval leaves out no change, because a few years look like a trend too "
    "easily."
)


def with_interval(value: float, conf_int: Interval | None, *, signed: bool = False) -> str:
    """Return a figure and, where there is one, its interval."""
    said = wording.signed(value) if signed else wording.fixed(value, 1)
    return f"{said} ({wording.interval(conf_int)})" if conf_int else said


def published(answer: Any, name: str = "") -> dict[str, Any]:
    """Return the fields of an exhibit that say where published figures come from, and of whom."""
    return {
        "source": f"{answer.source}. Licence: {answer.licence}",
        "synthetic": False,
        "claim": Claim(about=name, place=name),
    }
