"""How strong something unmeasured would have to be to explain a matched result away.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.emmie.contrast import Contrast, Estimate
from analytics.emmie.effect.arms import discordant
from analytics.extracts.protocol import Outcome
from analytics.statistics.inputs import FloatArray
from analytics.statistics.propensity.matching import MatchResult
from analytics.statistics.results import NotEstimable
from analytics.statistics.sensitivity.e_value import e_value
from analytics.statistics.sensitivity.rosenbaum import rosenbaum_binary


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBias:
    """How much hidden bias one primary outcome bears.

    Attributes
    ----------
    key, label : str
        Outcome.
    gamma : float or None
        Rosenbaum's gamma: by how much an unmeasured feature could multiply the odds of being the
        intervention case of a pair before the test is lost; None when it is lost without any, or
        withheld.
    e_value, e_value_limit : float or None
        Least risk ratio that an unmeasured feature must have with both the arm and the outcome to
        move the ratio, or its limit nearest to 1, to 1.
    cells : tuple of int
        Discordant pairs each way; empty after disclosure control.
    """

    key: str
    label: str
    gamma: float | None
    e_value: float | None = None
    e_value_limit: float | None = None
    cells: tuple[int, ...] = ()

    def disclose(self, contrast: Contrast, policy: Policy) -> Self:
        """Take the E-values from the released ratio, and withhold gamma where pairs are few."""
        withheld = contrast.rounded or contrast.difference is None
        if withheld or any(policy.is_small(cell) for cell in self.cells):
            released = replace(self, gamma=None, cells=())
        else:
            gamma = self.gamma if self.gamma is None else round(self.gamma, 2)
            released = replace(self, gamma=gamma, cells=())
        values = _e_values(contrast.ratio)
        return replace(released, e_value=values[0], e_value_limit=values[1])


def pair_bias(outcome: Outcome, values: FloatArray, match: MatchResult) -> PairBias:
    """Return the strength of hidden bias at which McNemar's exact one-sided test is lost."""
    treated_only, comparison_only = discordant(values, match)
    found = rosenbaum_binary(
        treated_only=treated_only,
        comparison_only=comparison_only,
        alternative="less" if outcome.intended == "lower" else "greater",
        gammas=(1.0,),
    )
    return PairBias(
        key=outcome.key,
        label=outcome.label,
        gamma=None if isinstance(found, NotEstimable) else found.critical_gamma,
        cells=(treated_only, comparison_only),
    )


def _e_values(ratio: Estimate | None) -> tuple[float | None, float | None]:
    if ratio is None or min(ratio.value, ratio.conf_int.low) <= 0:
        return None, None
    found = e_value(ratio.value, measure="risk_ratio", conf_int=ratio.conf_int)
    if isinstance(found, NotEstimable):
        return None, None
    return found.estimate, found.limit
