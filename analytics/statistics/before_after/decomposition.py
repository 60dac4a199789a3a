r"""What a two-way fixed effects estimate compares when units were treated at different times.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.statistics.before_after.panel import NEVER, Panel
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import HealthCheck, NotEstimable, Status

Comparison = Literal["treated_v_never", "earlier_v_later", "later_v_earlier", "treated_v_always"]
FORBIDDEN: tuple[Comparison, ...] = ("later_v_earlier", "treated_v_always")
FORBIDDEN_REVIEW = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoByTwo:
    """One comparison of two groups around the adoption of one of them.

    Attributes
    ----------
    comparison : {"treated_v_never", "earlier_v_later", "later_v_earlier", "treated_v_always"}
        Kind; the last two use units already treated as comparison.
    treated_group, comparison_group : int
        First treated periods; 0 for never.
    estimate : float
        Its difference-in-differences, in units of the outcome.
    weight : float
        Share in the two-way fixed effects estimate, in [0, 1]; the shares sum to 1.
    """

    comparison: Comparison
    treated_group: int
    comparison_group: int
    estimate: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """All comparisons inside a two-way fixed effects estimate.

    Attributes
    ----------
    estimate : float
        Their weighted mean: the two-way fixed effects coefficient.
    comparisons : tuple of TwoByTwo
        By treated group, then comparison group.
    forbidden_share : float
        Total weight of comparisons with units already treated, in [0, 1].
    """

    estimate: float
    comparisons: tuple[TwoByTwo, ...]
    forbidden_share: float


def decompose_two_way_fixed_effects(panel: Panel) -> Decomposition | NotEstimable:
    r"""Goodman-Bacon decomposition.

    Parameters
    ----------
    panel : Panel
        Units, periods and first treated period.

    Returns
    -------
    Decomposition or NotEstimable
        Reason ``"empty_arm"`` when no group can be compared with another.

    Notes
    -----
    With share :math:`n_k` of (weighted) units first treated in period k, :math:`\bar D_k` the share
    of periods they are treated in and :math:`n_{kl} = n_k/(n_k+n_l)`, a weight is proportional to

    .. math:: (n_k+n_l)^2\, n_{kl}(1-n_{kl})\, a(1-a)\, s^2

    over the periods that the comparison uses: s their share of all periods, a the share of them
    after adoption. The two groups' mean changes, after minus before, give the estimate.

    References
    ----------
    .. [1] Goodman-Bacon A (2021), Journal of Econometrics 225:254-277, theorem 1.
    """
    share: dict[int, float] = {}
    mean: dict[int, FloatArray] = {}
    for g in np.unique(panel.first_treated):
        member = panel.first_treated == g
        share[int(g)] = float(panel.weights[member].sum() / panel.weights.sum())
        mean[int(g)] = np.average(
            panel.outcome[member], axis=0, weights=panel.weights[member]
        ).astype(np.float64)
    raw: list[TwoByTwo] = []
    for kind, treated, other, used in _pairs(sorted(share), panel):
        late = used & (panel.periods >= treated)
        early = used & ~late
        change = mean[treated] - mean[other]
        size = share[treated] * share[other]
        raw.append(
            TwoByTwo(
                comparison=kind,
                treated_group=treated,
                comparison_group=other,
                estimate=float(change[late].mean() - change[early].mean()),
                weight=size * float(late.mean() * early.mean()),
            )
        )
    if not raw:
        return NotEstimable(reason="empty_arm", detail="No group can be compared with another.")
    return _collect(raw)


def comparison_check(decomposition: Decomposition) -> HealthCheck:
    """Judge how far a two-way fixed effects estimate rests on units already treated.

    Parameters
    ----------
    decomposition : Decomposition
        Of the same panel.

    Returns
    -------
    HealthCheck
        ``"forbidden_comparisons"``: pass at 0, review up to a tenth, fail above.
    """
    value = decomposition.forbidden_share
    status: Status = "pass" if value == 0 else "review" if value <= FORBIDDEN_REVIEW else "fail"
    return HealthCheck(
        name="forbidden_comparisons",
        value=value,
        threshold=FORBIDDEN_REVIEW,
        status=status,
        meaning=(
            "Weight of comparisons that use units already treated. Where effects grow or fade, "
            "these bias the estimate, and can turn its sign; use group-time effects."
        ),
        source="Goodman-Bacon 2021; the threshold is our own",
    )


def _pairs(groups: list[int], panel: Panel) -> Iterator[tuple[Comparison, int, int, np.ndarray]]:
    """Each comparison with the periods that it uses."""
    first = int(panel.periods[0])
    everything = np.ones(len(panel.periods), dtype=np.bool_)
    for treated in groups:
        if treated == NEVER or treated <= first:
            continue
        for other in groups:
            if other == NEVER:
                yield "treated_v_never", treated, other, everything
            elif other <= first:
                yield "treated_v_always", treated, other, everything
            elif other > treated:
                yield "earlier_v_later", treated, other, panel.periods < other
            elif other < treated:
                yield "later_v_earlier", treated, other, panel.periods >= other


def _collect(raw: list[TwoByTwo]) -> Decomposition:
    """Scale the weights to sum to 1."""
    total = sum(pair.weight for pair in raw)
    comparisons = tuple(
        TwoByTwo(
            comparison=pair.comparison,
            treated_group=pair.treated_group,
            comparison_group=pair.comparison_group,
            estimate=pair.estimate,
            weight=pair.weight / total,
        )
        for pair in raw
    )
    return Decomposition(
        estimate=sum(pair.weight * pair.estimate for pair in comparisons),
        comparisons=comparisons,
        forbidden_share=sum(p.weight for p in comparisons if p.comparison in FORBIDDEN),
    )
