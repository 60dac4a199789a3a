"""The exhibit of whether ratios of rates of return are the same at any time."""

from __future__ import annotations

from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.factor_models import CONSTANT
from analytics.emmie.repeat_plans.factors import FactorFound, FactorsAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.repeat_curves import months
from analytics.exhibits.repeat_factor_forest import (
    Series,
    forest,
    level_label,
    level_rows,
    ratio_of,
    ratio_words,
)
from analytics.exhibits.repeat_factor_words import FACTOR_WORDS

PERIODS: Final[tuple[Series, ...]] = (
    ("early", "First year", theme.DARK_BLUE, "circle", 0.0),
    ("late", "After the first year", theme.ORANGE, "diamond", 0.25),
)


def over_time(released: Released[FactorsAnswer], size: str, *, is_too_few: bool) -> Exhibit:
    """Return the ratios in two periods, where one for all of follow-up may not do.

    With too few returns nothing is read from them.
    """
    answer = released.answer
    changing = [factor for factor in answer.factors if not factor.is_constant]
    read = [factor for factor in changing if any(ratio_of(one, "early") for one in factor.levels)]
    sentences = (
        () if is_too_few else tuple(_changing_sentence(factor, answer) for factor in changing)
    )
    return Exhibit(
        key="return_factors_over_time",
        headline=_headline(len(changing), len(answer.factors), is_too_few=is_too_few),
        subtitle=(
            "Ratio of the rate of return in the first year after the plan and later, for factors "
            f"whose ratio is not the same throughout; {size}"
        ),
        figure=theme.as_dict(forest(read, PERIODS)) if read else None,
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


def _headline(n_changing: int, n_factors: int, *, is_too_few: bool) -> str:
    if is_too_few:
        return "Too few returns to tell whether differences change with time"
    if n_changing:
        return f"The differences of {n_changing} of {n_factors} factors may change with time"
    return "No factor's difference is seen to change with time"


def _changing_sentence(factor: FactorFound, answer: FactorsAnswer) -> str:
    name = FACTOR_WORDS[factor.key]
    split = [
        f"{level_label(factor, level).partition(': ')[2]}, {ratio_words(level.early)} in the first "
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
                level_label(factor, level),
                wording.p_value(level.p_constant),
                ratio_words(level.adjusted),
                ratio_words(level.early),
                ratio_words(level.late),
            )
            for factor, level in level_rows(answer.factors)
        ),
    )
