"""Exhibits of what goes with a return: ratios of rates, whether they last, and health checks."""

from __future__ import annotations

from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.factors import FactorFound, FactorsAnswer, LevelFound
from analytics.exhibits import theme, wording
from analytics.exhibits.claim import Moved
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.match_checks import health_checks
from analytics.exhibits.repeat_curves import months
from analytics.exhibits.repeat_factor_forest import Series, forest, ratio_of, ratio_words
from analytics.exhibits.repeat_factor_words import (
    FACTOR_WORDS,
    level_words,
    phrase,
    short_phrase,
)
from analytics.exhibits.repeat_factors_over_time import over_time
from analytics.statistics.results import HealthCheck

CERTAIN: Final = 0.05
ASSOCIATION: Final = "this is an association"
SERIES: Final[tuple[Series, ...]] = (
    ("adjusted", "Rate, other factors held equal", theme.DARK_BLUE, "circle", 0.0),
    ("alone", "Rate, no other held equal", theme.TURQUOISE, "circle-open", 0.22),
    ("subdistribution", "How many return in the end", theme.DARK_PINK, "diamond-open", 0.44),
)


def repeat_factor_exhibits(released: Released[FactorsAnswer]) -> tuple[Exhibit, ...]:
    """Return the ratios, whether they are the same at any time, and the health checks."""
    answer = released.answer
    checks = health_checks(answer.checks, answer.provenance)
    return (
        _ratios(released),
        over_time(released, _size(answer), is_too_few=is_too_few(answer)),
        checks,
    )


def _size(answer: FactorsAnswer) -> str:
    return (
        f"{answer.provenance.place}, {wording.count(answer.n)} plans that ended, "
        f"{wording.count(answer.n_returns)} returns, {wording.percent(answer.level)} intervals"
    )


def _ratios(released: Released[FactorsAnswer]) -> Exhibit:
    answer = released.answer
    sentences = _few(answer) or (*_standing_out(answer), *_rest(answer))
    return Exhibit(
        key="return_factors",
        headline=_headline(answer),
        subtitle=f"Ratio of the rate of return, each level against another; {_size(answer)}",
        figure=theme.as_dict(forest(answer.factors, SERIES)) if answer.factors else None,
        table=_table(answer),
        alt_text="Dots with intervals on a log scale, a row for each level of a factor. "
        + " ".join(sentences),
        notes=_notes(released),
        **origin(answer.provenance, _moved(answer)),
        sentences=sentences,
    )


def _moved(answer: FactorsAnswer) -> tuple[Moved, ...]:
    """Return what plans did that stand out, and how many times as often a return follows."""
    found = []
    for factor in filter(is_certain, answer.factors):
        level = _farthest(factor)
        levels = tuple(one.level for one in factor.levels)
        if level.adjusted is not None:
            times = f"{wording.fixed(level.adjusted.estimate, 1)} times"
            found.append(Moved(what=phrase(factor.key, level.level, levels), by=times))
    return tuple(found)


def is_certain(factor: FactorFound) -> bool:
    """Return whether a factor stands out after correction for how many were tested."""
    return factor.p_holm is not None and factor.p_holm < CERTAIN


def _farthest(factor: FactorFound) -> LevelFound:
    """Return the level that differs most surely."""
    return min(
        factor.levels[1:], key=lambda level: level.adjusted.p_value if level.adjusted else 1.0
    )


def _returns_for_each(answer: FactorsAnswer) -> HealthCheck | None:
    """Return the check of how many returns there are for each ratio."""
    return next((one for one in answer.checks if one.name == "events_per_parameter"), None)


def is_too_few(answer: FactorsAnswer) -> bool:
    """Return whether there are too few returns for each ratio to read any of them."""
    check = _returns_for_each(answer)
    return check is not None and check.status != "pass"


def _few(answer: FactorsAnswer) -> tuple[str, ...]:
    check = _returns_for_each(answer)
    if check is None or not is_too_few(answer):
        return ()
    return (
        f"There are {wording.fixed(check.value, 1)} returns for each ratio, where ten are needed: "
        "intervals are too narrow, and chance alone makes some ratios look large. Nothing is read "
        "from them. Fewer filters, or a longer time, would hold more.",
    )


def _headline(answer: FactorsAnswer) -> str:
    if not answer.factors:
        return "Too few returns to say what goes with them"
    if is_too_few(answer):
        return "Too few returns to tell what goes with them"
    return _finding(answer)


def _finding(answer: FactorsAnswer) -> str:
    certain = [factor for factor in answer.factors if is_certain(factor)]
    if not certain:
        return f"None of {len(answer.factors)} factors stands out beyond chance"
    if len(certain) > 1:
        return f"{len(certain)} of {len(answer.factors)} factors go with returns beyond chance"
    factor, level = certain[0], _farthest(certain[0])
    if level.adjusted is None:
        return f"{FACTOR_WORDS[factor.key]} goes with returns beyond chance"
    times = wording.fixed(level.adjusted.estimate, 1)
    levels = tuple(one.level for one in factor.levels)
    return f"Returns {times} times as often {short_phrase(factor.key, level.level, levels)}"


def ratio_sentence(factor: FactorFound, level: LevelFound) -> str:
    """Return the adjusted ratio of a level as a sentence that says association."""
    levels = tuple(one.level for one in factor.levels)
    if level.adjusted is None:
        return ""
    low, high = level.adjusted.conf_int.low, level.adjusted.conf_int.high
    when = "at any time" if factor.is_constant else "on average over time"
    return (
        f"Plans that {phrase(factor.key, level.level, levels)} were followed by a return "
        f"{wording.fixed(level.adjusted.estimate, 1)} times as often {when} as plans that "
        f"{phrase(factor.key, levels[0], levels)} (interval {wording.fixed(low, 1)} to "
        f"{wording.fixed(high, 1)}), the other factors held equal; {ASSOCIATION}."
    )


def _standing_out(answer: FactorsAnswer) -> tuple[str, ...]:
    return tuple(
        ratio_sentence(factor, _farthest(factor)) for factor in answer.factors if is_certain(factor)
    )


def _rest(answer: FactorsAnswer) -> tuple[str, ...]:
    """Return what would stand out only if it had been asked about alone, and what does not."""
    found = []
    maybe = [
        factor
        for factor in answer.factors
        if not is_certain(factor) and factor.p_value is not None and factor.p_value < CERTAIN
    ]
    if maybe:
        names = [wording.lower_first(FACTOR_WORDS[factor.key]) for factor in maybe]
        found.append(
            f"Could be chance, once {len(answer.factors)} factors are looked at together: "
            f"{wording.listed(names)}. Each would stand out had it been the only one asked about; "
            "the more are asked about, the likelier one seems to differ by chance. The others are "
            "held equal either way."
        )
    other = [f for f in answer.factors if not is_certain(f) and f not in maybe]
    if other:
        names = [wording.lower_first(FACTOR_WORDS[factor.key]) for factor in other]
        found.append(f"No difference beyond chance: {wording.listed(names)}.")
    return tuple(found)


def _table(answer: FactorsAnswer) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for factor in answer.factors:
        levels = tuple(one.level for one in factor.levels)
        for place, level in enumerate(factor.levels):
            is_first = place == 0
            rows.append(
                (
                    FACTOR_WORDS[factor.key],
                    level_words(factor.key, level.level, levels),
                    wording.count(level.n),
                    wording.count(level.n_returns),
                    *(
                        "compared with" if is_first else ratio_words(ratio_of(level, field))
                        for field in ("alone", "adjusted", "subdistribution")
                    ),
                    wording.p_value(factor.p_value) if is_first else "",
                    wording.p_value(factor.p_holm) if is_first else "",
                )
            )
    level_said = wording.percent(answer.level)
    return Table(
        columns=(
            "Factor",
            "Level",
            "Plans that ended",
            "Returns",
            f"Ratio, no other factor held equal ({level_said} interval)",
            f"Ratio, the others held equal ({level_said} interval)",
            f"How many return in the end, ratio ({level_said} interval)",
            "p-value of the factor",
            f"p-value, once {len(answer.factors)} are looked at together",
        ),
        rows=tuple(rows),
    )


def _notes(released: Released[FactorsAnswer]) -> tuple[str, ...]:
    answer = released.answer
    notes = [
        "An association, never an effect: plans differ in more than these factors, and what "
        "was not recorded is not held equal. Age is not among them; a risk outside the home is a "
        "matter of older children.",
        "A ratio of rates is from a Cox model of the rate of return among children still followed; "
        "the other one (the subdistribution ratio of Fine and Gray) says on which side more return "
        "in the end, because a child who turns 18 no longer can. Intervals and p-values here allow "
        "for siblings.",
        f"{len(answer.factors)} factors are read together: Holm's p-values bound the chance that "
        "any of them seems to differ by chance alone. Intervals are of one ratio at a time.",
        f"Follow-up is for {months(answer.horizon)} months at most. Levels with fewer than "
        f"{answer.fewest} returns, or plans without one, are taken together with others.",
    ]
    if answer.left_out:
        names = [wording.lower_first(FACTOR_WORDS[key]) for key in answer.left_out]
        notes.append(f"Left out, because a level has too few: {wording.listed(names)}.")
    if answer.n_without != 0:
        notes.append(
            f"{wording.count(answer.n_without)} plans whose ending was not recorded are left out."
        )
    return (*notes, released.statement)
