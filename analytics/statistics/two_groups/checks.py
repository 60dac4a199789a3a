"""Judgements of contrasts of two arms: whether the method that was used suits the data."""

from __future__ import annotations

from analytics.errors import InvalidInputError
from analytics.statistics.results import HealthCheck
from analytics.statistics.two_groups.association import AssociationTests
from analytics.statistics.two_groups.clustered import ClusteredResult
from analytics.statistics.two_groups.count_models import CountRateRatio

# Cochran 1954 for a two-by-two table.
_SMALLEST_EXPECTED = 5.0
_LARGEST_DISPERSION = 1.5


def expected_count_check(tests: AssociationTests) -> HealthCheck:
    """Judge whether the chi-squared test's approximation can be trusted.

    Parameters
    ----------
    tests : AssociationTests
        Tests of the table.

    Returns
    -------
    HealthCheck
        Name ``"smallest_expected_count"``; review below 5.
    """
    return HealthCheck(
        name="smallest_expected_count",
        value=tests.smallest_expected,
        threshold=_SMALLEST_EXPECTED,
        status="pass" if tests.smallest_expected >= _SMALLEST_EXPECTED else "review",
        meaning=(
            "Smallest number of cases expected in a cell of the table if the groups were alike. "
            "Below 5, read the exact or mid-p test rather than chi-squared."
        ),
        source="Cochran WG (1954), Biometrics 10:417-451.",
    )


def cluster_check(result: ClusteredResult) -> HealthCheck:
    """Judge whether there are enough clusters for the standard error that was used.

    Parameters
    ----------
    result : ClusteredResult
        Contrast.

    Returns
    -------
    HealthCheck
        CR2: name ``"satterthwaite_df"``, pass from 10, fail below 4. Others: ``"n_clusters"``, pass
        from 40, fail below 10.
    """
    if result.vcov_type == "CR2":
        return HealthCheck(
            name="satterthwaite_df",
            value=result.df,
            threshold=10.0,
            status="pass" if result.df >= 10 else "review" if result.df >= 4 else "fail",
            meaning=(
                "How much information the families or other clusters hold about the standard "
                "error. Below 4 the interval can't be trusted; below 10 it is rough."
            ),
            source="Below 4: Tipton E (2015), Psychological Methods 20:375-393. Below 10: our own.",
        )
    smallest = min(result.n_clusters, result.n_clusters_second or result.n_clusters)
    return HealthCheck(
        name="n_clusters",
        value=float(smallest),
        threshold=40.0,
        status="pass" if smallest >= 40 else "review" if smallest >= 10 else "fail",
        meaning=(
            "Number of families or other clusters. With few, this standard error is too small: "
            "use CR2."
        ),
        source="40: Cameron AC, Miller DL (2015), J Human Resources 50:317-372. 10: our own.",
    )


def dispersion_check(result: CountRateRatio) -> HealthCheck:
    """Judge whether a Poisson interval would have been too narrow.

    Parameters
    ----------
    result : CountRateRatio
        From `count_models.quasi_poisson_rate_ratio`.

    Returns
    -------
    HealthCheck
        Name ``"dispersion"``, value Pearson's chi-squared over its degrees of freedom; review above
        1.5.

    Raises
    ------
    InvalidInputError
        If the model isn't quasi-Poisson, whose dispersion alone is on this scale.
    """
    if result.model != "quasi_poisson":
        raise InvalidInputError("the check reads the dispersion of a quasi-Poisson model")
    return HealthCheck(
        name="dispersion",
        value=result.dispersion,
        threshold=_LARGEST_DISPERSION,
        status="pass" if result.dispersion <= _LARGEST_DISPERSION else "review",
        meaning=(
            "How many times more the counts vary than if events were independent. Well above 1, a "
            "few families or places have many of the events: don't use a Poisson interval."
        ),
        source="Our own rule; the measure is McCullagh P, Nelder JA (1989), section 4.5.",
    )
