"""Exhibit of hidden bias: how strong something unmeasured would have to be."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.effect import EffectAnswer
from analytics.emmie.effect.hidden_bias import PairBias
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table, origin


def hidden_bias_exhibit(released: Released[EffectAnswer]) -> Exhibit:
    """Return E-values and Rosenbaum's gamma of the main outcomes."""
    answer = released.answer
    found = [bias for bias in answer.pair_bias if bias.e_value_limit is not None]
    rounded = {item.key for item in answer.outcomes if item.adjusted.rounded}
    weakest = min(found, key=lambda bias: bias.e_value_limit or 1, default=None)
    return Exhibit(
        key="hidden_bias",
        headline=_headline(weakest),
        subtitle=(
            "How strong something unmeasured would have to be to explain each main outcome away, "
            f"{answer.provenance.place}"
        ),
        figure=None,
        table=Table(
            columns=(
                "Main outcome",
                "E-value of the ratio",
                "E-value of its nearer limit",
                "Rosenbaum's gamma",
            ),
            rows=tuple(
                (
                    bias.label,
                    *(
                        _number(value, is_rounded=bias.key in rounded)
                        for value in (bias.e_value, bias.e_value_limit, bias.gamma)
                    ),
                )
                for bias in answer.pair_bias
            ),
        ),
        alt_text="Table of the strength of hidden bias that each main outcome bears.",
        notes=(
            "E-value: the least risk ratio that something unmeasured must have with both the new "
            "process and the outcome, beyond what was matched on, to move the ratio, or its "
            "limit nearest to 1, to no difference. 1 means that nothing is needed.",
            "Rosenbaum's gamma: by how much it could multiply the odds that a given case of a pair "
            "is the one under the new process before a one-sided test at 5% is lost. It takes "
            "pairs as independent, which siblings are not quite.",
            "Neither says whether such a thing exists. What changed between the two years is one.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=tuple(
            f"{bias.label}: to explain the interval away, something unmeasured would have to be "
            f"{wording.fixed(bias.e_value_limit, 1)} times as common under one process, and make "
            f"the outcome {wording.fixed(bias.e_value_limit, 1)} times as likely."
            for bias in found
            if (bias.e_value_limit or 1) > 1
        ),
    )


def _headline(weakest: PairBias | None) -> str:
    if weakest is None or weakest.e_value_limit is None:
        return "How much hidden bias matters can't be told"
    if weakest.e_value_limit <= 1:
        return "At least one main outcome could be chance alone"
    return (
        f"A hidden cause of {wording.fixed(weakest.e_value_limit, 1)}-fold strength could explain "
        "one away"
    )


def _number(value: float | None, *, is_rounded: bool) -> str:
    """Return a number; where figures are rounded to protect a few cases, it is withheld."""
    if value is None:
        return wording.WITHHELD if is_rounded else wording.NOT_AVAILABLE
    return wording.fixed(value, 2)
