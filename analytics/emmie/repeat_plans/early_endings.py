"""Returns after plans that ended without sustained change, against those that ended with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import ibis
import numpy as np

from analytics.emmie.repeat_plans.followed import HORIZON
from analytics.emmie.repeat_plans.returns import had_earlier_plan, plans_in_order
from analytics.emmie.study import Study
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.time_to_event.horizon import at_horizon
from analytics.statistics.time_to_event.standardised import standardised_difference

if TYPE_CHECKING:
    import pandas as pd

DAYS_IN_A_YEAR = 365.25

LONGEST_PLAN_DAYS = 730
"""Repeat plans are followed for so long when their average length is found."""

FEWEST_REPEAT_PLANS = 30
"""With fewer of them their average length is not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Plans with one kind of ending.

    Attributes
    ----------
    n : int or None
        Plans that ended; None when withheld.
    n_returns : int or None
        Those that another plan was seen to follow within the window; not kept after release.
    n_later : int or None
        Further ones within the horizon of other questions, which show them all; not
        kept after release.
    share : float or None
        Cumulative incidence of another plan within the window.
    conf_int : Interval or None
        Allows for siblings.
    """

    n: int | None
    n_returns: int | None
    n_later: int | None
    share: float | None
    conf_int: Interval | None

    @property
    def cells(self) -> tuple[int, int, int]:
        """Plans followed by a return, by a later one, and the others than the first."""
        returns = self.n_returns or 0
        return returns, self.n_later or 0, (self.n or 0) - returns

    def without_returns(self) -> Self:
        """Return the same without the count of returns."""
        return replace(self, n_returns=None, n_later=None)

    def withheld(self) -> Self:
        """Return what is left when a count is small: the size, if that may be shown."""
        return replace(self, n_returns=None, n_later=None, share=None, conf_int=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyEndings:
    """The difference in returns, before disclosure control."""

    early: Group
    sustained: Group
    comparison: float
    difference: float
    std_error: float
    conf_int: Interval
    n_compared: int
    check: HealthCheck


def estimate_early_endings(
    rows: pd.DataFrame, within_days: int, level: float
) -> EarlyEndings | NotEstimable:
    """Estimate how many more returns follow an ending without sustained change.

    Parameters
    ----------
    rows : DataFrame
        One ended plan a row: ``family_id``, ``days``, ``event``, ``sustained``, ``stratum``.
    within_days : int
        Window of a return.
    level : float
        Confidence level.

    Returns
    -------
    EarlyEndings or NotEstimable
    """
    days = rows["days"].to_numpy(dtype=np.int64)
    event = rows["event"].to_numpy(dtype=np.int64)
    early = ~rows["sustained"].to_numpy(dtype=bool)
    family = rows["family_id"].factorize()[0]
    found = standardised_difference(
        days,
        event,
        early,
        rows["stratum"].to_numpy(dtype=str),
        horizon=within_days,
        cluster=family,
        level=level,
    )
    if isinstance(found, NotEstimable):
        return found
    is_return = (event == 1) & (days <= within_days)
    is_later = (event == 1) & (days > within_days) & (days <= HORIZON)
    groups: list[Group] = []
    for chosen in (early, ~early):
        plain = at_horizon(
            days[chosen],
            event[chosen],
            estimand="incidence",
            horizon=within_days,
            cluster=family[chosen],
            level=level,
        )
        if isinstance(plain, NotEstimable):
            return plain
        groups.append(
            Group(
                n=int(chosen.sum()),
                n_returns=int(is_return[chosen].sum()),
                n_later=int(is_later[chosen].sum()),
                share=plain.estimate,
                conf_int=plain.conf_int,
            )
        )
    return EarlyEndings(
        early=groups[0],
        sustained=groups[1],
        comparison=found.comparison,
        difference=found.estimate,
        std_error=found.std_error,
        conf_int=found.conf_int,
        n_compared=found.n_compared,
        check=found.check,
    )


def repeat_plan_months(study: Study, *, level: float) -> float | None:
    """Return how long a repeat plan lasts on average, in months; None when that is not known.

    Plans that are still open are followed to the as-at date, and all for two years at most.
    """
    as_at = ibis.literal(study.protocol.evaluation.as_at)
    plans = plans_in_order(study)
    plans = plans.filter(had_earlier_plan(plans, None))
    is_over = plans.ended_on.notnull() & (plans.ended_on <= as_at)
    end = ibis.ifelse(is_over, plans.ended_on, as_at)
    rows = study.store.rows(
        plans.order_by("plan_id").select(
            "family_id",
            days=end.delta(plans.started_on, unit="day"),
            event=is_over.cast("int8"),
        )
    )
    if len(rows) < FEWEST_REPEAT_PLANS:
        return None
    found = at_horizon(
        rows["days"].to_numpy(dtype=np.int64),
        rows["event"].to_numpy(dtype=np.int64),
        estimand="restricted_mean_time",
        horizon=LONGEST_PLAN_DAYS,
        cluster=rows["family_id"].factorize()[0],
        level=level,
    )
    if isinstance(found, NotEstimable):
        return None
    return found.estimate * 12 / DAYS_IN_A_YEAR
