r"""Synthetic control: one treated area against a weighted mean of others that moved like it.

Its inference is by placebos: `analytics.statistics.before_after.placebos`. Method notes:
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import numpy as np

from analytics.statistics.before_after._synthetic import SyntheticControl, fit_synthetic
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.results import NotEstimable

__all__ = ["SyntheticControl", "synthetic_control"]


def synthetic_control(panel: Panel) -> SyntheticControl | NotEstimable:
    r"""Fit weights on all outcomes before treatment.

    Parameters
    ----------
    panel : Panel
        One treated unit, or several averaged into one; the others are donors and must not have
        been affected. Unit weights aren't used.

    Returns
    -------
    SyntheticControl or NotEstimable
        Reasons: ``"empty_arm"`` (nobody is treated), ``"not_available"`` (several treated units),
        ``"too_few_clusters"`` (fewer than two donors), ``"too_few_cases"`` (fewer than two periods
        before), ``"not_converged"``.

    Notes
    -----
    .. math:: \min_w \sum_{t<g} (y_{1t} - \sum_j w_j y_{jt})^2,\quad w_j \ge 0,\ \sum_j w_j = 1

    With many donors and few periods, several weights can fit equally well. Other predictors have no
    place beside all earlier outcomes: they'd not change the weights [2]_.

    References
    ----------
    .. [1] Abadie A, Diamond A, Hainmueller J (2010), JASA 105:493-505.
    .. [2] Kaul A, Klößner S, Pfeifer G, Schieler M (2022), JBES 40:1362-1376.
    """
    treated = panel.is_treated
    if not treated.any():
        return NotEstimable(reason="empty_arm", detail="No unit is treated within the panel.")
    if treated.sum() > 1:
        return NotEstimable(
            reason="not_available", detail="A synthetic control needs exactly one treated unit."
        )
    return fit_synthetic(
        panel, int(np.flatnonzero(treated)[0]), np.flatnonzero(~treated), int(panel.groups[0])
    )
