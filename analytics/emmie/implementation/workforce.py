"""Staff: posts filled against plan, and caseload and turnover as control charts.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self

from analytics.disclosure.policy import Policy, strictest
from analytics.emmie.implementation.charting import Chart, chart_points, disclose_chart
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.variation.control_limits import FEWEST_POINTS, ControlLimits
from analytics.statistics.variation.count_charts import rate_chart
from analytics.statistics.variation.individuals_charts import individuals_chart
from analytics.statistics.variation.rates import rate_interval
from analytics.statistics.variation.timeline import Timeline

EXTRACTS = ("workforce_months",)
FEWEST_LEAVERS = 5.0
"""Leavers in a month, on average, below which turnover is counted by quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceQuestion(Question["WorkforceAnswer"]):
    """Ask how posts, caseloads and turnover went over time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMonth:
    """Posts of one role in one month, in full-time equivalents."""

    month: date
    planned: float
    filled: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePosts:
    """Posts of one role over time, all teams together."""

    role: str
    months: tuple[PostMonth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavers:
    """Leavers over the whole time, and their rate per filled post and year."""

    count: int | None
    rate: float | None
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceAnswer:
    """Staff over time, all teams together.

    Attributes
    ----------
    posts : tuple of RolePosts
        Posts of each role.
    caseloads : tuple of Chart
        Open cases per filled post, of each role that holds cases.
    turnover : Chart or None
        Leavers per filled post and year, of all roles; None with too few points for a chart.
    leavers : Leavers
        The same over the whole time.
    """

    provenance: Provenance
    posts: tuple[RolePosts, ...]
    caseloads: tuple[Chart, ...]
    turnover: Chart | None
    leavers: Leavers

    def disclose(self, policy: Policy) -> Self:
        """Withhold small numbers of leavers and of open cases; posts are not people.

        Open cases are about families, so small numbers of them never go under ``staff``.
        """
        cases = strictest(("dfe_cin",)) if policy.key == "staff" else policy
        few = policy.is_small(self.leavers.count or 0)
        return replace(
            self,
            leavers=Leavers(count=None, rate=None, conf_int=None) if few else self.leavers,
            caseloads=tuple(disclose_chart(chart, cases) for chart in self.caseloads),
            turnover=None if self.turnover is None else disclose_chart(self.turnover, policy),
        )


def answer_workforce(question: WorkforceQuestion, study: Study) -> WorkforceAnswer | Unanswered:
    """Add up posts, cases and leavers by role and month, and draw the charts.

    Parameters
    ----------
    question : WorkforceQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    WorkforceAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if "workforce_months" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    rows = study.table("workforce_months")
    months = study.store.records(
        rows.group_by("role", "month")
        .aggregate(
            planned=rows.posts_planned.sum(),
            filled=rows.posts_filled.sum(),
            leavers=rows.leavers.sum(),
            cases=rows.open_cases.sum(),
            holders=rows.posts_filled.sum(where=rows.open_cases.notnull()),
        )
        .order_by("role", "month")
    )
    if not months:
        return Unanswered(reason="no_rows", provenance=provenance)
    by_role = {
        role: mine
        for role in codes.ROLE
        if (mine := [row for row in months if row["role"] == role])
    }
    change = study.protocol.change
    baseline_to = change.on if change else None
    charts = [_caseload(role, mine, baseline_to) for role, mine in by_role.items()]
    return WorkforceAnswer(
        provenance=provenance,
        posts=tuple(_posts(role, mine) for role, mine in by_role.items()),
        caseloads=tuple(chart for chart in charts if chart is not None),
        turnover=_turnover(months, baseline_to),
        leavers=_leavers(months),
    )


def _leavers(months: list[dict[str, Any]]) -> Leavers:
    count = sum(int(row["leavers"]) for row in months)
    years = sum(row["filled"] for row in months) / 12
    if not years:
        return Leavers(count=count, rate=None, conf_int=None)
    return Leavers(count=count, rate=count / years, conf_int=rate_interval(count, years, per=1))


def _posts(role: str, months: list[dict[str, Any]]) -> RolePosts:
    return RolePosts(
        role=role,
        months=tuple(
            PostMonth(month=row["month"], planned=row["planned"], filled=row["filled"])
            for row in months
        ),
    )


def _caseload(role: str, months: list[dict[str, Any]], change: date | None) -> Chart | None:
    """Return open cases per filled post as an XmR chart; None for a role that holds no cases."""
    held = [row for row in months if row["cases"] is not None and row["holders"]]
    periods = [row["month"] for row in held]
    baseline, baseline_to = _baseline(periods, change)
    timeline = Timeline(period=[_number(period) for period in periods], baseline=baseline)
    if len(held) < FEWEST_POINTS:
        return None
    limits = individuals_chart([row["cases"] / row["holders"] for row in held], timeline=timeline)
    if isinstance(limits, NotEstimable):
        return None
    return Chart(
        role=role,
        chart=limits.chart,
        step="month",
        baseline_to=baseline_to,
        points=chart_points(limits, periods, [int(row["cases"]) for row in held]),
        checks=limits.health,
    )


def _turnover(months: list[dict[str, Any]], change: date | None) -> Chart | None:
    """Return leavers per filled post and year as a u chart, or u' where they vary more."""
    by_month: dict[date, list[float]] = {}
    for row in months:
        total = by_month.setdefault(row["month"], [0.0, 0.0])
        total[0] += row["leavers"]
        total[1] += row["filled"] / 12
    step: Literal["month", "quarter"] = "month"
    if sum(leavers for leavers, _ in by_month.values()) < FEWEST_LEAVERS * len(by_month):
        step, by_month = "quarter", _by_quarter(by_month)
    held = {period: total for period, total in sorted(by_month.items()) if total[1] > 0}
    periods = list(held)
    baseline, baseline_to = _baseline(periods, change)
    timeline = Timeline(
        period=[_number(period) // (1 if step == "month" else 3) for period in periods],
        baseline=baseline,
    )
    leavers, years = ([total[i] for total in held.values()] for i in (0, 1))
    limits = _u_chart(leavers, years, timeline) if len(held) >= FEWEST_POINTS else None
    if limits is None:
        return None
    return Chart(
        role=None,
        chart=limits.chart,
        step=step,
        baseline_to=baseline_to,
        points=chart_points(limits, periods, [int(count) for count in leavers]),
        checks=limits.health,
    )


def _u_chart(
    events: list[float], exposure: list[float], timeline: Timeline
) -> ControlLimits | None:
    plain = rate_chart(events, exposure, timeline=timeline)
    if isinstance(plain, NotEstimable):
        return None
    if any(check.name == "over_dispersion" and check.status != "pass" for check in plain.health):
        wider = rate_chart(events, exposure, laney=True, timeline=timeline)
        return plain if isinstance(wider, NotEstimable) else wider
    return plain


def _by_quarter(by_month: dict[date, list[float]]) -> dict[date, list[float]]:
    quarters: dict[date, list[float]] = {}
    for month, (leavers, years) in by_month.items():
        first = date(month.year, 3 * ((month.month - 1) // 3) + 1, 1)
        total = quarters.setdefault(first, [0.0, 0.0])
        total[0] += leavers
        total[1] += years
    return quarters


def _number(month: date) -> int:
    return 12 * month.year + month.month - 1


def _baseline(periods: list[date], change: date | None) -> tuple[list[bool] | None, date | None]:
    """Return which periods set the limits: those before the change, where there are enough."""
    if change is None:
        return None, None
    before = [period < change for period in periods]
    if not FEWEST_POINTS <= sum(before) < len(before):
        return None, None
    return before, change
