"""Judgements that contrasts of two arms carry: whether the method suits the data."""

from __future__ import annotations

from typing import Literal

from analytics.statistics.results import HealthCheck

VarianceType = Literal["CR0", "CR1", "CR2", "CR1_two_way"]
# Cochran 1954 for a two-by-two table.
_SMALLEST_EXPECTED = 5.0
_LARGEST_DISPERSION = 1.5


def expected_count_check(smallest: float) -> HealthCheck:
    """Judge whether the chi-squared test's approximation can be trusted: review below 5."""
    return HealthCheck(
        name="smallest_expected_count",
        value=smallest,
        threshold=_SMALLEST_EXPECTED,
        status="pass" if smallest >= _SMALLEST_EXPECTED else "review",
        meaning=(
            "Smallest number of cases expected in a cell of the table if the groups were alike. "
            "Below 5, read the exact or mid-p test rather than chi-squared."
        ),
        source="Cochran WG (1954), Biometrics 10:417-451.",
    )


def cluster_check(vcov_type: VarianceType, *, df: float, n_clusters: int) -> HealthCheck:
    """Judge whether there are enough clusters for the standard error that was used.

    Parameters
    ----------
    vcov_type : {"CR0", "CR1", "CR2", "CR1_two_way"}
        Variance estimator.
    df : float
        Its degrees of freedom.
    n_clusters : int
        Clusters, the smaller number when clustered two ways.

    Returns
    -------
    HealthCheck
        CR2: name ``"satterthwaite_df"``, pass from 10, fail below 4. Others: ``"n_clusters"``, pass
        from 40, fail below 10.
    """
    if vcov_type == "CR2":
        return HealthCheck(
            name="satterthwaite_df",
            value=df,
            threshold=10.0,
            status="pass" if df >= 10 else "review" if df >= 4 else "fail",
            meaning=(
                "How much information the families or other clusters hold about the standard "
                "error. Below 4 the interval can't be trusted; below 10 it is rough."
            ),
            source="Below 4: Tipton E (2015), Psychological Methods 20:375-393. Below 10: our own.",
        )
    return HealthCheck(
        name="n_clusters",
        value=float(n_clusters),
        threshold=40.0,
        status="pass" if n_clusters >= 40 else "review" if n_clusters >= 10 else "fail",
        meaning=(
            "Number of families or other clusters. With few, this standard error is too small: "
            "use CR2."
        ),
        source="40: Cameron AC, Miller DL (2015), J Human Resources 50:317-372. 10: our own.",
    )


def dispersion_check(dispersion: float) -> HealthCheck:
    """Judge whether a Poisson interval would have been too narrow: review above 1.5.

    Takes the dispersion of a quasi-Poisson model, which alone is on this scale.
    """
    return HealthCheck(
        name="dispersion",
        value=dispersion,
        threshold=_LARGEST_DISPERSION,
        status="pass" if dispersion <= _LARGEST_DISPERSION else "review",
        meaning=(
            "How many times more the counts vary than if events were independent. Well above 1, a "
            "few families or places have many of the events: don't use a Poisson interval."
        ),
        source="Our own rule; the measure is McCullagh P, Nelder JA (1989), section 4.5.",
    )
