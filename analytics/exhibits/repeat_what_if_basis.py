"""Exhibits of what the simulation of longer plans rests on: a difference, and assumptions."""

from __future__ import annotations

from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.what_if import WhatIfAnswer
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.match_checks import STATUS_WORDS
from analytics.statistics.results import Interval

LABEL: Final = "A simulation, not a finding"
DAYS_IN_A_MONTH: Final = 365.25 / 12
NOT_COUNTED: Final = (
    "Not counted: harm or strain to families of staying on a plan for longer, or good that it "
    "does; whether social workers, chairs and agencies have the time; conferences and reviews "
    "beyond the cost of a plan-month; what became of children whose plan ended for another reason, "
    "such as coming into care."
)
DUE: Final = (
    "How much of the difference is due to the early ending is not known: families whose plans end "
    "early differ in ways that no extract holds. At 0% nothing is avoided."
)


def window_words(answer: WhatIfAnswer) -> str:
    """Return how soon a new plan counts, in months."""
    return f"{wording.fixed(answer.question.within_days / DAYS_IN_A_MONTH)} months"


def difference_exhibit(released: Released[WhatIfAnswer]) -> Exhibit:
    """Return the difference in returns that the simulation starts from."""
    answer = released.answer
    early = answer.early
    sentence = "Too few plans to compare."
    headline = "Too few plans to compare"
    if early.share is not None and answer.difference is not None:
        headline = f"{wording.percent(early.share)} came back after ending without sustained change"
        sentence = (
            f"{wording.percent(early.share, places=1)} of plans that ended without sustained "
            f"change were followed by another within {window_words(answer)}, against "
            f"{wording.percent(answer.comparison, places=1)} of like plans that ended with it: "
            f"{wording.points(answer.difference)} points "
            f"({wording.interval(answer.difference_conf_int, scale=100)}). This is an association."
        )
    return Exhibit(
        key="what_if_difference",
        headline=headline,
        subtitle=(
            f"Share followed by another plan within {window_words(answer)}, by how the plan "
            f"ended; {answer.provenance.place}, {wording.percent(answer.question.level)} intervals"
        ),
        figure=None,
        table=Table(
            columns=("Plans", "Number", "Came back, % (interval)"), rows=_difference_rows(answer)
        ),
        alt_text="",
        notes=(
            "This difference is estimated from the extracts; everything after it is assumed. Plans "
            "are compared within strata of category of abuse (neglect, emotional abuse, other) and "
            "number of domestic abuse, parental mental ill-health and misuse of drugs or alcohol, "
            "then averaged over the plans that ended early (g-computation).",
            "Aalen-Johansen estimates with turning 18, moving away and death as competing events; "
            "intervals allow for siblings.",
            *(
                f"{check.meaning} {wording.percent(check.value, places=0)}: "
                f"{STATUS_WORDS[check.status].lower()}."
                for check in answer.checks
            ),
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(sentence,),
    )


def _difference_rows(answer: WhatIfAnswer) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = [
        (label, wording.count(group.n), _per_cent(group.share, group.conf_int))
        for label, group in (
            ("Ended without sustained change", answer.early),
            ("Ended with sustained change", answer.sustained),
        )
    ]
    if answer.comparison is not None and answer.difference is not None:
        limits = wording.interval(answer.difference_conf_int, scale=100)
        rows += [
            (
                "With sustained change, families like those without",
                "",
                _per_cent(answer.comparison),
            ),
            ("Difference (points)", "", f"{wording.points(answer.difference)} ({limits})"),
        ]
    return tuple(rows)


def _per_cent(share: float | None, conf_int: Interval | None = None) -> str:
    if share is None:
        return wording.WITHHELD
    limits = f" ({wording.interval(conf_int, scale=100)})" if conf_int else ""
    return f"{wording.fixed(100 * share, 1)}{limits}"


def assumed_exhibit(released: Released[WhatIfAnswer]) -> Exhibit:
    """Return the assumptions that the sliders hold, and what is not counted."""
    answer = released.answer
    asked = answer.question
    low = max(0.0, asked.extra_months - asked.extra_spread)
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Share of the difference due to the early ending", wording.percent(asked.share_due)),
        (
            "Extra months until sustained change is seen, average",
            f"{asked.extra_months:g} ({low:g} to {asked.extra_months + asked.extra_spread:g})",
        ),
        ("Plans that would never have reached it", wording.percent(asked.never_share)),
        ("Extra months after which those would have ended", f"{asked.longest_months:g}"),
        ("A start counts within", window_words(answer)),
    )
    return Exhibit(
        key="what_if_assumed",
        headline="What this simulation assumes, and what it leaves out",
        subtitle=f"{LABEL}. The viewer's assumptions, {answer.provenance.place}",
        figure=None,
        table=Table(columns=("Assumption", "Chosen"), rows=rows),
        alt_text="",
        notes=(),
        **origin(answer.provenance),
        sentences=(
            DUE,
            "Those who would have reached sustained change are assumed to come back as rarely as "
            "like families who did; those who never would, as often as they did.",
            NOT_COUNTED,
        ),
    )
