"""What the rows of an effect claim, in words that a sentence is made of."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.effect.results import EffectRow
from analytics.exhibits import wording
from analytics.exhibits.claim import Moved
from analytics.exhibits.forest import UNIT_WORDS, estimate_words

SIGNS = f"+{wording.MINUS}"


def moved_of(rows: Iterable[EffectRow]) -> tuple[Moved, ...]:
    """Return what differs, main outcomes first; nothing of an outcome without a difference."""
    known = [row for row in rows if row.series == "main" and row.difference is not None]
    return tuple(_moved(row) for row in sorted(known, key=lambda row: not row.primary))


def moved_areas(answer: AreaChangeAnswer) -> tuple[Moved, ...]:
    """Return by how much each main measure of areas differs: in one year, or since the launch."""
    found = []
    main = [row for row in answer.rows if row.series == "main"]
    for row in [row for row in main if row.primary] or main:
        change = next(item.change for item in answer.outcomes if item.key == row.key)
        if row.difference:
            size = row.difference.value
        elif answer.analysis.estimator != "cross_section" and change and change.estimate:
            size = change.estimate
        else:
            continue
        found.append(
            Moved(
                what=wording.lower_first(row.label),
                by=wording.signed(size).lstrip(SIGNS),
                is_lower=size < 0,
                is_clear=row.excludes_no_effect,
            )
        )
    return tuple(found)


def _moved(row: EffectRow) -> Moved:
    size = estimate_words(row, row.difference, "difference").lstrip(SIGNS)
    return Moved(
        what=f"cases that {row.phrase}" if row.phrase else wording.lower_first(row.label),
        by=f"{size} {UNIT_WORDS[row.unit]}",
        is_lower=row.difference is not None and row.difference.value < 0,
        is_clear=row.excludes_no_effect,
    )
