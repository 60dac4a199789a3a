"""Health checks of rates before and after: what can be judged, and what can't be checked here.

Methods: ``docs/methods/questions/service_use.md``.
"""

from __future__ import annotations

from typing import Final

from analytics.emmie.service_use.counts import Counted
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.two_groups.before_after_rates import WithinUnitRateRatio

EXPOSURE_PASS: Final = 0.8
FOLLOWED_PASS: Final = 0.8
WITHOUT_PASS: Final = 0.05
DISPERSION_PASS: Final = 1.5
DF_PASS: Final = 10.0
DF_FAIL: Final = 4.0


def rate_checks(
    counted: Counted,
    time_after: float,
    ratio: WithinUnitRateRatio | NotEstimable,
    dispersion: float | None,
) -> tuple[HealthCheck, ...]:
    """Judge exposure, follow-up, families and heavy users; no other group is there to judge."""
    n_people = int(counted.families.people @ counted.families.repeats)
    without = counted.n_without / (n_people + counted.n_without)
    shares = (
        (
            "exposure_after_over_before",
            time_after,
            EXPOSURE_PASS,
            "Time observed after as a share of the time before. Well below 1, seasons and the "
            "first months after allocation weigh more, and raw counts mislead.",
        ),
        (
            "share_followed_six_months",
            counted.n_followed / n_people,
            FOLLOWED_PASS,
            "Share of people followed for at least six months after allocation.",
        ),
    )
    found = [
        HealthCheck(
            name=name,
            value=value,
            threshold=threshold,
            status="pass" if value >= threshold else "review",
            meaning=meaning,
            source="Our own rule",
        )
        for name, value, threshold, meaning in shares
    ]
    found.append(
        HealthCheck(
            name="share_without_exposure",
            value=without,
            threshold=WITHOUT_PASS,
            status="pass" if without <= WITHOUT_PASS else "review",
            meaning="Share of people with no time observed on a side, who are left out.",
            source="Our own rule",
        )
    )
    return (*found, *_ratio_checks(ratio, dispersion), *NO_OTHER_GROUP)


def _ratio_checks(
    ratio: WithinUnitRateRatio | NotEstimable, dispersion: float | None
) -> tuple[HealthCheck, ...]:
    if isinstance(ratio, NotEstimable) or dispersion is None:
        return ()
    df = ratio.df
    return (
        HealthCheck(
            name="satterthwaite_df",
            value=df,
            threshold=DF_PASS,
            status="pass" if df >= DF_PASS else "review" if df >= DF_FAIL else "fail",
            meaning=(
                "How much information the families hold about the standard error. Below 4 the "
                "interval can't be trusted; below 10 it is rough."
            ),
            source="Below 4: Tipton E (2015), Psychological Methods 20:375-393. Below 10: our own.",
        ),
        HealthCheck(
            name="events_in_spells",
            value=dispersion,
            threshold=DISPERSION_PASS,
            status="pass" if dispersion <= DISPERSION_PASS else "review",
            meaning=(
                "How many times wider the variance is than if events were independent. Well above "
                "1, a few families have many of the events; the intervals allow for that."
            ),
            source="Our own rule",
        ),
    )


NO_OTHER_GROUP: Final = (
    HealthCheck(
        name="no_comparison_group",
        value=None,
        threshold=None,
        status="review",
        meaning=(
            "Nobody without the programme is followed, so whatever else changed at the same time "
            "is part of every figure."
        ),
        source="Maryland scale: before and after without a comparison is level 2",
    ),
    HealthCheck(
        name="regression_to_the_mean",
        value=None,
        threshold=None,
        status="review",
        meaning=(
            "Families are allocated when things are at their worst, and would often have had fewer "
            "events later in any case. Only totals of each side are held, not when events "
            "happened, so this can't be checked here."
        ),
        source="Barnett AG, van der Pols JC, Dobson AJ (2005), Int J Epidemiology 34:215-220",
    ),
)
"""What no before-and-after comparison of the same people can rule out."""
