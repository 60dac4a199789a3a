"""Columns of the waves, and the check of who answered; shared by the models of waves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inputs import FloatArray, group_codes
from analytics.statistics.results import HealthCheck

FEW_CLUSTERS = 40


def wave_columns(waves: ArrayLike, n: int) -> FloatArray:
    """0/1 columns of the waves after the first, in sorted order, shape (n, n_waves - 1)."""
    codes, n_waves = group_codes(waves, name="waves", length=n)
    columns = codes[:, None] == np.arange(1, n_waves)
    return np.asarray(columns, dtype=np.float64)


def respondents_check(n_clusters: int | None) -> HealthCheck:
    """Judge whether answers of the same person could be allowed for.

    Parameters
    ----------
    n_clusters : int or None
        Distinct respondents; None when they can't be followed.

    Returns
    -------
    HealthCheck
        ``"respondents"``: review when they can't be followed or are fewer than 40.
    """
    if n_clusters is None:
        meaning = (
            "Respondents can't be followed from wave to wave, so all answers count as different"
            " people's; if the same people answered again, the interval is not the right one."
        )
    else:
        meaning = "Distinct respondents; the standard error needs about 40 or it is too small."
    return HealthCheck(
        name="respondents",
        value=n_clusters,
        threshold=FEW_CLUSTERS,
        status="pass" if n_clusters is not None and n_clusters >= FEW_CLUSTERS else "review",
        meaning=meaning,
        source="Murray, Varnell and Blitstein 2004, AJPH 94:423-432 (40 groups)",
    )
