"""The outcomes of cases in one of three equal forms: icons and whole cases, or a forest plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.emmie.effect.results import EffectRow, Series
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Table
from analytics.exhibits.forest import (
    SERIES_WORDS,
    Form,
    effect_table,
    forest_figure,
    why_not,
)
from analytics.exhibits.icon_array import frequency_table, icon_figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure, its table, and one sentence that says what kind of figure it is.

    ``figure`` is None when there is nothing to draw.
    """

    figure: dict[str, Any] | None
    table: Table
    kind: str


def drawn_outcomes(
    rows: Sequence[EffectRow],
    form: Form,
    *,
    arms: tuple[str, str],
    level: float,
    outcome: str = "",
    words: Mapping[Series, str] = SERIES_WORDS,
) -> Drawn:
    """Return every outcome in one form.

    Parameters
    ----------
    rows : sequence of EffectRow
        After disclosure control.
    form : str
        ``frequency`` draws the icons of one outcome; ``difference`` and ``ratio`` a forest plot.
    arms : tuple of str
        Names of the two groups.
    level : float
        Confidence level, between 0 and 1.
    outcome : str
        Outcome whose icons are drawn; the first one when it is none of the rows.
    words : mapping of str to str
        Name of each series.
    """
    main = tuple(row for row in rows if row.series == "main")
    if form == "frequency":
        chosen = next((row for row in main if row.key == outcome), main[0])
        drawn = icon_figure(chosen, arms)
        table = frequency_table(main, arms=arms, not_shown={row.key: why_not(row) for row in main})
        kind = (
            f"Icon array of “{chosen.label}”: two squares of 100 icons, one for each group, filled "
            "for each case with the outcome."
        )
    else:
        drawn = forest_figure(rows, form, words)
        table = effect_table(rows, form, arms=arms, level=level, words=words)
        kind = f"Forest plot of {len(main)} outcomes{_each(rows, words)}."
    return Drawn(figure=None if drawn is None else theme.as_dict(drawn), table=table, kind=kind)


def _each(rows: Sequence[EffectRow], words: Mapping[Series, str]) -> str:
    """Return the series of every outcome, where there are several."""
    names = [wording.lower_first(words[one]) for one in dict.fromkeys(row.series for row in rows)]
    return f", each {' and '.join(names)}" if len(names) > 1 else ""
