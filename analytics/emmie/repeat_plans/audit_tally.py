"""What families say to the questions of the audit, beside what the audit found.

Methods: ``docs/methods/questions/repeat_plan_analysis.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import (
    CONFIDENTIAL,
    Share,
    shown_cells,
    withhold_count,
    withhold_share,
)
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.proportions import risk_difference, wilson_interval

FEWEST_FAMILIES = 6
"""With fewer families that say yes or no, on either side, nothing is compared."""

Says = Literal["yes", "no", "mixed", "not_known"]
Reading = Literal["higher", "lower", "cant_tell"]
SAYS: tuple[Says, ...] = ("yes", "no", "mixed", "not_known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What families say to one question.

    Attributes
    ----------
    n_yes, n_no, n_mixed, n_not_known, n_unanswered : int or None
        Families; they add up to all of them. ``n_mixed``: children of the family differ.
    share : Share
        Families that say yes among those that say yes or no.
    conf_int : Interval or None
        Wilson interval of the share.
    earlier : Share
        The same in the audit; its ``n`` is 0 when the audit does not say.
    difference : float or None
        Share now minus share in the audit; None when either is not known or withheld.
    difference_conf_int : Interval or None
        Newcombe's interval.
    reading : str
        Whether the share is higher or lower than in the audit, or that one cannot tell.
    """

    key: str
    n_yes: int | None
    n_no: int | None
    n_mixed: int | None
    n_not_known: int | None
    n_unanswered: int | None
    share: Share
    conf_int: Interval | None
    earlier: Share
    difference: float | None
    difference_conf_int: Interval | None
    reading: Reading


def family_says(answers: Iterable[str]) -> Says:
    """Return what a family says from its children's answers: at least one of yes, no, not_known.

    Not known adds nothing to another child's yes or no.
    """
    known = set(answers) & {"yes", "no"}
    if len(known) == 2:
        return "mixed"
    if not known:
        return "not_known"
    return "yes" if "yes" in known else "no"


def tally(
    key: str, families: Iterable[Mapping[str, Says]], earlier: Share, *, level: float
) -> Tally:
    """Return the tally of one question, before disclosure control.

    Parameters
    ----------
    key : str
        Question.
    families : iterable of mapping
        What each family says to each question; a question that is not answered is not there.
    earlier : Share
        Families that said yes in the audit, among those for which it says; ``n`` may be 0.
    level : float
        Confidence level.
    """
    said = [one.get(key) for one in families]
    counts = {word: said.count(word) for word in SAYS}
    share = Share.of(counts["yes"], counts["yes"] + counts["no"])
    difference = _difference(share, earlier, level)
    return Tally(
        key=key,
        **{f"n_{word}": count for word, count in counts.items()},
        n_unanswered=said.count(None),
        share=share,
        conf_int=wilson_interval(share.events or 0, share.n, level=level) if share.n else None,
        earlier=earlier,
        difference=difference[0] if difference else None,
        difference_conf_int=difference[1] if difference else None,
        reading=_reading(difference),
    )


def _difference(now: Share, earlier: Share, level: float) -> tuple[float, Interval] | None:
    if min(now.n or 0, earlier.n or 0) < FEWEST_FAMILIES:
        return None
    found = risk_difference(
        events_treated=now.events or 0,
        n_treated=now.n or 0,
        events_comparison=earlier.events or 0,
        n_comparison=earlier.n or 0,
        level=level,
    )
    return None if isinstance(found, NotEstimable) else (found.estimate, found.conf_int)


def _reading(difference: tuple[float, Interval] | None) -> Reading:
    if difference is None or difference[1].low <= 0 <= difference[1].high:
        return "cant_tell"
    return "higher" if difference[0] > 0 else "lower"


def beside_audit(one: Tally, policy: Policy, *, check_earlier: bool) -> Tally:
    """Return a tally for the eyes of who may see its cases: only the audit's count is checked."""
    earlier = withhold_share(one.earlier, policy) if check_earlier else one.earlier
    if not earlier.is_withheld:
        return one
    return replace(
        one, earlier=earlier, difference=None, difference_conf_int=None, reading="cant_tell"
    )


def released(one: Tally, policy: Policy, *, check_earlier: bool) -> Tally:
    """Return a tally as it may be shown.

    Cells that are withheld add up to no small number, so neither they nor the share can be worked
    out. A share is shown only with both of its counts; the difference only with both shares.
    """
    counts = (one.n_yes, one.n_no, one.n_mixed, one.n_not_known, one.n_unanswered)
    yes, no, mixed, not_known, unanswered = shown_cells([n or 0 for n in counts], policy)
    earlier = withhold_share(one.earlier, policy) if check_earlier else one.earlier
    is_out = yes is None or no is None
    share = Share(events=None, n=None, value=None, symbol=CONFIDENTIAL) if is_out else one.share
    compared = not is_out and not earlier.is_withheld
    return replace(
        one,
        n_yes=yes,
        n_no=no,
        n_mixed=mixed,
        n_not_known=not_known,
        n_unanswered=unanswered,
        share=share,
        conf_int=None if is_out else one.conf_int,
        earlier=earlier,
        difference=one.difference if compared else None,
        difference_conf_int=one.difference_conf_int if compared else None,
        reading=one.reading if compared else "cant_tell",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCounts:
    """How many are to be analysed, and what families say.

    Attributes
    ----------
    n_children, n_families : int or None
        To be analysed.
    analysed : Share
        Families with at least one answer.
    """

    n_children: int | None
    n_families: int | None
    analysed: Share
    tallies: tuple[Tally, ...]

    def disclose(self, policy: Policy, *, check_earlier: bool) -> Self:
        """Withhold small counts, for everyone."""
        return replace(
            self,
            n_children=withhold_count(self.n_children, policy),
            n_families=withhold_count(self.n_families, policy),
            analysed=withhold_share(self.analysed, policy),
            tallies=tuple(
                released(one, policy, check_earlier=check_earlier) for one in self.tallies
            ),
        )

    def beside_audit(self, policy: Policy, *, check_earlier: bool) -> Self:
        """Withhold only what is small in the audit, for viewers who may see every case counted."""
        return replace(
            self,
            tallies=tuple(
                beside_audit(one, policy, check_earlier=check_earlier) for one in self.tallies
            ),
        )
