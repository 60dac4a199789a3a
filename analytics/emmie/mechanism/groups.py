"""Answers by group of areas, such as pilots with the same experience, by cohort and by wave.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

import ibis
import numpy as np
import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series
from analytics.emmie.contrast import Estimate, rounded_p
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.emmie.mechanism.themes import whose
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Direction, Instrument, Item, Protocol
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS: Final = ("survey_responses",)


PLACES: Final = 2
"""Decimal places of a difference beside withheld shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsQuestion(Question["GroupsAnswer"]):
    """Ask how answers differ between groups of areas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupShare:
    """Those who agree with an item, in one group of areas, cohort and wave.

    Attributes
    ----------
    group : str
        Label of the group of areas.
    cohort : int or None
        From 1; None where there is one cohort only.
    wave : int
        From 1.
    """

    group: str
    cohort: int | None
    wave: int
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedItem:
    """One item by group, cohort and wave.

    Attributes
    ----------
    difference : Estimate or None
        Share in the last group minus the first, cohorts and waves as they are, between -1 and 1;
        the interval is clustered by area.
    p_value : float or None
        Adjusted over the items of the questionnaire (Holm).
    n_areas : int
        Areas in the comparison.
    reason : str or None
        Why there is no difference.
    """

    key: str
    label: str
    intended: Direction | None
    shares: tuple[GroupShare, ...]
    difference: Estimate | None
    p_value: float | None
    n_areas: int
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedSurvey:
    """One questionnaire by group of areas."""

    key: str
    label: str
    roles: tuple[str, ...]
    waves: tuple[str, ...]
    cohorts: tuple[str, ...]
    groups: tuple[str, ...]
    items: tuple[GroupedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsAnswer:
    """Answers by group of areas."""

    provenance: Provenance
    surveys: tuple[GroupedSurvey, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; the groups add up to the whole, and so do cohorts and waves."""
        return replace(self, surveys=tuple(_disclose(survey, policy) for survey in self.surveys))


def has_groups(protocol: Protocol) -> bool:
    """Return whether there are groups of areas and a scale of agreement to compare them on."""
    return len(protocol.area_groups) > 1 and bool(_scales(protocol))


def _scales(protocol: Protocol) -> list[Instrument]:
    return [one for one in protocol.instruments if one.agree_from is not None]


def answer_groups(question: GroupsQuestion, study: Study) -> GroupsAnswer | Unanswered:
    """Count who agrees by group of areas; the engine does the counting.

    Parameters
    ----------
    question : GroupsQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    GroupsAnswer or Unanswered
        ``not_in_protocol`` when the protocol has no groups of areas or no scale of agreement.
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    is_there = "survey_responses" in study.protocol.evaluation.extracts
    if not is_there or not has_groups(study.protocol):
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    surveys = tuple(
        found for one in _scales(study.protocol) if (found := _survey(study, one)) is not None
    )
    if not surveys:
        return Unanswered(reason="no_rows", provenance=provenance)
    return GroupsAnswer(provenance=provenance, surveys=surveys)


def _survey(study: Study, instrument: Instrument) -> GroupedSurvey | None:
    counts = study.store.rows(_counts(study, instrument))
    if counts.empty:
        return None
    labels = [group.label for group in study.protocol.area_groups]
    groups = [label for label in labels if label in set(counts["areas"])]
    items = [item for item in study.protocol.items if item.instrument == instrument.key]
    found = [
        _item(item, mine, groups)
        for item in items
        if len(mine := counts[counts["item"] == item.key])
    ]
    return GroupedSurvey(
        key=instrument.key,
        label=instrument.label,
        roles=tuple(sorted(counts["role"].unique())),
        waves=instrument.waves,
        cohorts=instrument.cohorts,
        groups=tuple(groups),
        items=_adjusted(found),
    )


def _counts(study: Study, instrument: Instrument) -> ibis.Table:
    """Return answers and agreement by item, area, cohort and wave, not executed."""
    rows = study.table("survey_responses")
    rows = rows.filter(rows.instrument == instrument.key, rows.score.notnull())
    area = ibis.cases(
        *((rows.local_authority.isin(one.areas), one.label) for one in study.protocol.area_groups),
        else_=None,
    )
    rows = rows.mutate(areas=area, agrees=(rows.score >= instrument.agree_from).cast("int64"))
    rows = rows.filter(rows.areas.notnull())
    keys = ("item", "role", "areas", "local_authority", "cohort", "wave")
    return rows.group_by(*keys).aggregate(n=rows.count(), events=rows.agrees.sum()).order_by(*keys)


def _item(
    item: Item, counts: pd.DataFrame, groups: list[str]
) -> tuple[GroupedItem, float | NotEstimable]:
    filled = counts.assign(cohort=counts["cohort"].astype("Float64").fillna(0).astype(int))
    cells = filled.groupby(["areas", "cohort", "wave"], as_index=False)[["n", "events"]].sum()
    shares = [
        GroupShare(
            group=cell["areas"],
            cohort=int(cell["cohort"]) or None,
            wave=int(cell["wave"]),
            share=Share.of(int(cell["events"]), int(cell["n"])),
            conf_int=wilson_interval(int(cell["events"]), int(cell["n"])),
        )
        for cell in cells.to_dict("records")
    ]
    shares.sort(key=lambda one: (groups.index(one.group), one.cohort or 0, one.wave))
    found = _difference(filled, groups)
    made = GroupedItem(
        key=item.key,
        label=item.label,
        intended=item.intended,
        shares=tuple(shares),
        difference=None,
        p_value=None,
        n_areas=int(counts["local_authority"].nunique()),
    )
    if isinstance(found, NotEstimable):
        return replace(made, reason=found.reason), found
    return replace(made, difference=found[0]), found[1]


def _difference(counts: pd.DataFrame, groups: list[str]) -> tuple[Estimate, float] | NotEstimable:
    """Compare the last group of areas with the first; each cell of counts stands for its people."""
    if len(groups) < 2:
        return NotEstimable(reason="empty_arm", detail="One group of areas only.")
    yes = counts.assign(agrees=1.0, people=counts["events"])
    no = counts.assign(agrees=0.0, people=counts["n"] - counts["events"])
    rows = pd.concat([yes, no], ignore_index=True)
    rows = rows.loc[rows.index.repeat(rows["people"])].reset_index(drop=True)
    cells = sorted(set(zip(rows["cohort"], rows["wave"], strict=True)))[1:]
    design = np.column_stack(
        [
            *(rows["areas"] == group for group in groups[1:]),
            np.ones(len(rows)),
            *((rows["cohort"] == c) & (rows["wave"] == w) for c, w in cells),
        ]
    ).astype(float)
    fit = fit_linear(rows["agrees"].to_numpy(), design, cluster=rows["local_authority"].to_numpy())
    if not isinstance(fit, LinearFit):
        return fit
    vector = np.zeros(design.shape[1])
    vector[len(groups) - 2] = 1
    found = linear_contrast(fit, vector)
    if isinstance(found, NotEstimable):
        return found
    return Estimate(value=found.estimate, conf_int=found.conf_int), found.p_value


def _adjusted(
    found: list[tuple[GroupedItem, float | NotEstimable]],
) -> tuple[GroupedItem, ...]:
    family = adjust_p_values([p_value for _, p_value in found])
    if isinstance(family, NotEstimable):
        return tuple(item for item, _ in found)
    return tuple(
        replace(item, p_value=test.adjusted_p_value) if isinstance(test, AdjustedTest) else item
        for (item, _), test in zip(found, family.tests, strict=True)
    )


def _disclose(survey: GroupedSurvey, policy: Policy) -> GroupedSurvey:
    mine = whose(policy, *survey.roles)
    return replace(survey, items=tuple(_disclose_item(item, mine) for item in survey.items))


def _disclose_item(item: GroupedItem, policy: Policy) -> GroupedItem:
    shares = withhold_series(
        [one.share for one in item.shares],
        policy,
        groupings=[[one.wave for one in item.shares], ["all" for _ in item.shares]],
    )
    ends = {item.shares[0].group, item.shares[-1].group}
    out = [one for one, share in zip(item.shares, shares, strict=True) if share.is_withheld]
    # The total of each wave and the difference are as many equations for the withheld shares.
    equations = len({one.wave for one in item.shares}) + 1
    if any(one.group in ends for one in out) and len(out) <= equations:
        item = replace(item, difference=None, p_value=None, reason="withheld")
    elif out:
        # Shares are whole numbers of people over known sizes, so one exact difference gives them.
        item = replace(
            item,
            difference=rounded_estimate(item.difference, PLACES),
            p_value=rounded_p(item.p_value, rough=True),
        )
    return replace(
        item,
        shares=tuple(
            replace(one, share=share, conf_int=None if share.is_withheld else one.conf_int)
            for one, share in zip(item.shares, shares, strict=True)
        ),
    )
