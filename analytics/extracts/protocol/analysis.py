"""What is compared with what, on which outcomes, and in whom."""

from __future__ import annotations

from datetime import date
from typing import Literal

from analytics.extracts.protocol.sections import section

Direction = Literal["lower", "higher"]
OutcomeKind = Literal["police_outcome", "plan", "event", "service_use", "published"]
Estimator = Literal[
    "matched",
    "weighted",
    "difference_in_differences",
    "interrupted_series",
    "rate_ratio",
    "cross_section",
    "area_difference_in_differences",
    "area_series",
]


@section
class Matching:
    """How comparison cases are matched; the caliper is in standard deviations of the logit."""

    covariates: tuple[str, ...]
    caliper: float = 0.2


@section
class Outcome:
    """One outcome and the direction that the logic model intends.

    Yes-or-no outcomes of cases (``police_outcome``, ``plan``, ``event``) have a ``phrase`` that
    finishes the sentence "of 100 cases, 17 ...". A ``service_use`` outcome is a rate: its key is
    the ``kind`` of the extract ``service_use``, its ``unit`` what the rate is per, and ``people``
    whose it is. A ``published`` outcome is a ``measure`` of ``published_figures``. ``intended`` is
    None where no direction is agreed as good. ``is_child_outcome`` marks what happens to
    children, as against what services decide. ``other_codes`` are other lists of codes that might
    count; the specification curve tries them.
    """

    key: str
    label: str
    kind: OutcomeKind
    primary: bool
    is_child_outcome: bool = False
    intended: Direction | None = None
    phrase: str = ""
    codes: tuple[int, ...] = ()
    other_codes: tuple[tuple[int, ...], ...] = ()
    event: str | None = None
    within_days: int | None = None
    people: Literal["child", "adult"] | None = None
    unit: Literal["person_year", "100_sessions"] = "person_year"
    measure: str | None = None


@section
class Analysis:
    """One way of estimating what changed.

    Attributes
    ----------
    outcomes : tuple of str
        Keys of ``outcomes``; every outcome that the estimator can take when empty.
    main : bool
        Whether the verdict on Effect is drawn from it.
    first_year, launch_year, last_year : int or None
        For published series: years ending 31 March; ``launch_year`` is the first one after launch.
    areas : tuple of str
        Treated authorities; ``areas.with_intervention`` when empty.
    against : str
        What published series are compared with.
    neighbour_model : str
        Which model of statistical neighbours.
    """

    key: str
    label: str
    estimator: Estimator
    main: bool = False
    outcomes: tuple[str, ...] = ()
    first_year: int | None = None
    launch_year: int | None = None
    last_year: int | None = None
    areas: tuple[str, ...] = ()
    against: Literal["neighbours", "all_others"] = "neighbours"
    neighbour_model: Literal["2025", "2021"] = "2021"
    note: str = ""


@section
class Correlation:
    """Two outcomes of the same cases that may go together."""

    first: str
    second: str


@section
class Band:
    """One band of a number, both ends included."""

    label: str
    low: float
    high: float


@section
class Subgroup:
    """One characteristic by which an outcome may differ; ``column`` is one of the rows compared."""

    key: str
    label: str
    column: str
    bands: tuple[Band, ...] = ()


@section
class Quoted:
    """A figure that the document quotes, and the official one that comes nearest to it.

    Attributes
    ----------
    finding : str
        Row of ``published_findings``.
    area : str
        Code of the place.
    measure : str or None
        Measure of ``published_figures``; None when nothing official comes near.
    year : int or None
        Its year, ending 31 March.
    """

    finding: str
    area: str
    measure: str | None = None
    year: int | None = None


@section
class Repeat:
    """How time to the next plan is measured, and what a later change is looked for in.

    ``follow_up_of`` names what is to be followed up, and ``follow_up_from`` is the day on which it
    began; without that day only the course so far is shown. ``plan_month_cost`` is the code of the
    unit cost of one child on a plan for one month; without it only months are counted.
    """

    within_days: tuple[int, ...]
    history_from: date
    follow_up_of: str = ""
    follow_up_from: date | None = None
    plan_month_cost: str = ""
