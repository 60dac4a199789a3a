"""Exhibits of what goes with a return: ratios of rates, whether they last, and health checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.factor_models import CONSTANT, Ratio
from analytics.emmie.repeat_plans.factors import FactorFound, FactorsAnswer, LevelFound
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.match_checks import health_checks
from analytics.exhibits.repeat_curves import months
from analytics.exhibits.repeat_factor_words import (
    FACTOR_WORDS,
    level_words,
    phrase,
    short_phrase,
)

CERTAIN: Final = 0.05
ASSOCIATION: Final = "this is an association"
Series = tuple[str, str, str, str, float]
SERIES: Final[tuple[Series, ...]] = (
    ("adjusted", "Rate, all factors together", theme.DARK_BLUE, "circle", 0.0),
    ("alone", "Rate, this factor alone", theme.TURQUOISE, "circle-open", 0.22),
    ("subdistribution", "How many return (Fine-Gray)", theme.DARK_PINK, "diamond-open", 0.44),
)
PERIODS: Final[tuple[Series, ...]] = (
    ("early", "First year", theme.DARK_BLUE, "circle", 0.0),
    ("late", "After the first year", theme.ORANGE, "diamond", 0.25),
)


def repeat_factor_exhibits(released: Released[FactorsAnswer]) -> tuple[Exhibit, ...]:
    """Return the ratios, whether they are the same at any time, and the health checks."""
    answer = released.answer
    checks = health_checks(answer.checks, answer.provenance)
    return (_ratios(released), _over_time(released), checks)


def _size(answer: FactorsAnswer) -> str:
    return (
        f"{answer.provenance.place}, {wording.count(answer.n)} plans that ended, "
        f"{wording.count(answer.n_returns)} returns, {wording.percent(answer.level)} intervals"
    )


def _ratios(released: Released[FactorsAnswer]) -> Exhibit:
    answer = released.answer
    sentences = (*_standing_out(answer), *_rest(answer))
    return Exhibit(
        key="return_factors",
        headline=_headline(answer),
        subtitle=f"Ratio of the rate of return, each level against another; {_size(answer)}",
        figure=theme.as_dict(_forest(answer.factors, SERIES)) if answer.factors else None,
        table=_table(answer),
        alt_text="Forest plot of hazard ratios on a log scale. " + " ".join(sentences),
        notes=_notes(released),
        **origin(answer.provenance),
        sentences=sentences,
    )


def is_certain(factor: FactorFound) -> bool:
    """Return whether a factor stands out after correction for how many were tested."""
    return factor.p_holm is not None and factor.p_holm < CERTAIN


def _farthest(factor: FactorFound) -> LevelFound:
    """Return the level that differs most surely."""
    return min(
        factor.levels[1:], key=lambda level: level.adjusted.p_value if level.adjusted else 1.0
    )


def _headline(answer: FactorsAnswer) -> str:
    certain = [factor for factor in answer.factors if is_certain(factor)]
    if not answer.factors:
        return "Too few returns to say what goes with them"
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
    """Return what differs only without correction, and what does not."""
    found = []
    maybe = [
        factor
        for factor in answer.factors
        if not is_certain(factor) and factor.p_value is not None and factor.p_value < CERTAIN
    ]
    if maybe:
        names = [wording.lower_first(FACTOR_WORDS[factor.key]) for factor in maybe]
        found.append(
            f"Beyond chance only when looked at alone, and not when all {len(answer.factors)} are "
            f"read together: {wording.listed(names)}."
        )
    other = [f for f in answer.factors if not is_certain(f) and f not in maybe]
    if other:
        names = [wording.lower_first(FACTOR_WORDS[factor.key]) for factor in other]
        found.append(f"No difference beyond chance: {wording.listed(names)}.")
    return tuple(found)


def _rows(factors: Sequence[FactorFound]) -> list[tuple[FactorFound, LevelFound]]:
    return [(factor, level) for factor in factors for level in factor.levels[1:]]


def _label(factor: FactorFound, level: LevelFound) -> str:
    levels = tuple(one.level for one in factor.levels)
    name = level_words(factor.key, level.level, levels)
    first = wording.lower_first(level_words(factor.key, levels[0], levels))
    return f"{FACTOR_WORDS[factor.key]}: {wording.lower_first(name)} (against {first})"


def _of(level: LevelFound, field: str) -> Ratio | None:
    found: Ratio | None = getattr(level, field)
    return found


def _forest(factors: Sequence[FactorFound], series: Sequence[Series]) -> go.Figure:
    rows = _rows(factors)
    labels = [theme.wrapped(_label(factor, level), 24) for factor, level in rows]
    places, height = theme.rows_of(labels, line=17, gap=22)
    built = theme.figure(height=120 + int(height))
    drawn = []
    for field, name, colour, symbol, offset in series:
        found = [
            (place, label, ratio)
            for place, label, (_, level) in zip(places, labels, rows, strict=True)
            if (ratio := _of(level, field)) is not None
        ]
        drawn += [ratio for _, _, ratio in found]
        built.add_trace(
            go.Scatter(
                x=[ratio.estimate for _, _, ratio in found],
                y=[place + 40 * (offset - 0.22) for place, _, _ in found],
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 9, "line": {"width": 2}},
                error_x=theme.error_bars(
                    [ratio.estimate for _, _, ratio in found],
                    [ratio.conf_int for _, _, ratio in found],
                    colour=colour,
                ),
                customdata=[f"{label}<br>{ratio_words(ratio)}" for _, label, ratio in found],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    built.add_vline(x=1, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(
        title_text="Ratio (log scale); 1 is no difference",
        **theme.ratio_axis((ratio.estimate, ratio.conf_int) for ratio in drawn),
    )
    built.update_yaxes(tickvals=places, ticktext=labels, range=[height, 0], showgrid=False)
    return built


def ratio_words(ratio: Ratio | None) -> str:
    """Return a ratio with its interval."""
    if ratio is None:
        return ""
    return f"{wording.fixed(ratio.estimate, 2)} ({wording.interval(ratio.conf_int, places=2)})"


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
                        "compared with" if is_first else ratio_words(_of(level, field))
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
            f"Ratio, factor alone ({level_said} interval)",
            f"Ratio, all together ({level_said} interval)",
            f"Fine-Gray ratio, all together ({level_said} interval)",
            "p-value of the factor",
            f"p-value, {len(answer.factors)} factors together (Holm)",
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
        "that of Fine and Gray says on which side more return in the end, because a child who "
        "turns 18 no longer can. Intervals and tests allow for siblings.",
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


def _over_time(released: Released[FactorsAnswer]) -> Exhibit:
    answer = released.answer
    changing = [factor for factor in answer.factors if not factor.is_constant]
    read = [factor for factor in changing if any(_of(one, "early") for one in factor.levels)]
    sentences = tuple(_changing_sentence(factor, answer) for factor in changing)
    return Exhibit(
        key="return_factors_over_time",
        headline=(
            f"{len(changing)} of {len(answer.factors)} ratios may change with time"
            if changing
            else "No ratio is seen to change with time"
        ),
        subtitle=(
            "Ratio of the rate of return in the first year after the plan and later, for factors "
            f"whose ratio is not the same throughout; {_size(answer)}"
        ),
        figure=theme.as_dict(_forest(read, PERIODS)) if read else None,
        table=_time_table(answer),
        alt_text=" ".join(("Ratios in two periods.", *sentences)),
        notes=(
            "The test asks whether a ratio is the same at any time (proportional hazards). It is "
            "made for each level, so one in twenty fails by chance, and takes siblings as "
            "independent. Where it fails, the ratio above is an average over follow-up.",
            "The two periods are shown where every level has enough returns in both.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _changing_sentence(factor: FactorFound, answer: FactorsAnswer) -> str:
    name = FACTOR_WORDS[factor.key]
    split = [
        f"{_label(factor, level).partition(': ')[2]}, {ratio_words(level.early)} in the first "
        f"{months(answer.split_at)} months and {ratio_words(level.late)} after"
        for level in factor.levels[1:]
        if level.early and level.late and (level.p_constant or 1) < CONSTANT
    ]
    if not split:
        return (
            f"{name}: the ratio may change with time, and is an average over follow-up. There are "
            "too few returns in one of the periods to tell them apart."
        )
    return f"{name}: the ratio may change with time: {'; '.join(split)}."


def _time_table(answer: FactorsAnswer) -> Table:
    return Table(
        columns=(
            "Factor and level",
            "p-value: the same at any time",
            "Ratio throughout",
            f"Ratio in the first {months(answer.split_at)} months",
            "Ratio after that",
        ),
        rows=tuple(
            (
                _label(factor, level),
                wording.p_value(level.p_constant),
                ratio_words(level.adjusted),
                ratio_words(level.early),
                ratio_words(level.late),
            )
            for factor, level in _rows(answer.factors)
        ),
    )
