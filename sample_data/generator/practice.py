"""Draws that the interviews, surveys, courses and staff of every evaluation share.

Totals are exact: a share becomes a number of rows by rounding, and the draw decides only who is
behind it. Every function returns a frame with the columns of the extract's contract.
``deliveries`` does the same for steps of delivery and fidelity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sample_data.generator.people import working_day
from sample_data.generator.writing import identifiers


def scores_in_percent(table: str) -> dict[str, list[tuple[float, ...]]]:
    """Return the share of each score by item and wave.

    A line of ``table`` is an item and, for each wave, the per cent of each score from the lowest;
    nothing stands where a wave did not ask it.
    """
    lines = (line.split("|") for line in table.strip().splitlines())
    return {
        item.strip(): [tuple(float(share) / 100 for share in wave.split()) for wave in waves]
        for item, *waves in lines
    }


def whole(share: float, count: int) -> int:
    """Return ``share`` of ``count`` as a whole number; halves are rounded up."""
    return int(np.floor(share * count + 0.5 + 1e-9))


def apportioned(shares: Sequence[float], count: int) -> list[int]:
    """Return whole numbers in the proportion of ``shares`` that sum to ``count``."""
    exact = np.array(shares, dtype=float) / np.sum(shares) * count
    counts = np.floor(exact + 1e-9).astype(int)
    for position in np.argsort(-(exact - counts), kind="stable")[: count - counts.sum()]:
        counts[position] += 1
    return counts.tolist()


def exactly(rng: np.random.Generator, count: int, wanted: int) -> np.ndarray:
    """Return ``count`` flags of which exactly ``wanted``, at random, are True."""
    return rng.permutation(np.arange(count) < wanted)


def highest(leaning: np.ndarray, wanted: int) -> np.ndarray:
    """Return flags for the ``wanted`` highest values of ``leaning``."""
    flags = np.zeros(len(leaning), dtype=bool)
    flags[np.argsort(-leaning, kind="stable")[:wanted]] = True
    return flags


def interviewed(
    rng: np.random.Generator,
    prefix: str,
    people: Sequence[tuple[str, str, int, int]],
) -> pd.DataFrame:
    """Return one row per interview from (local authority, role, wave, number of interviews)."""
    rows = [
        {"local_authority": area, "role": role, "wave": wave}
        for area, role, wave, number in people
        for _ in range(number)
    ]
    return pd.DataFrame(rows).assign(interview_id=identifiers(rng, prefix, len(rows)))


def coded_interviews(
    rng: np.random.Generator,
    interviews: pd.DataFrame,
    shares: Mapping[str, Mapping[str, float]],
    *,
    double_share: float = 1 / 3,
    agreement: float = 0.9,
) -> pd.DataFrame:
    """Return one row per interview, theme and coder.

    Parameters
    ----------
    interviews : DataFrame
        Columns ``interview_id``, ``local_authority``, ``role``, ``wave``.
    shares : mapping
        For each theme, the share of each role's interviews that hold it. A role that a theme does
        not name was not asked about it and has no rows.
    double_share : float
        Share of each role's interviews that the second coder reads as well.
    agreement : float
        Share of the judgements made twice on which both coders agree.
    """
    by_role = dict(iter(interviews.groupby("role", sort=True)))
    first = pd.concat(
        [
            by_role[role].assign(
                theme=theme,
                present=exactly(rng, len(by_role[role]), whole(share, len(by_role[role]))),
            )
            for theme, asked in shares.items()
            for role, share in asked.items()
        ],
        ignore_index=True,
    )
    twice = np.concatenate(
        [
            rng.permutation(rows["interview_id"].to_numpy(object))[: whole(double_share, len(rows))]
            for rows in by_role.values()
        ]
    )
    second = first[first["interview_id"].isin(twice)].reset_index(drop=True)
    changed = exactly(rng, len(second), whole(1 - agreement, len(second)))
    second["present"] = second["present"].to_numpy() ^ changed
    return pd.concat([first.assign(coder="first"), second.assign(coder="second")])


def survey_answers(
    rng: np.random.Generator,
    respondents: pd.DataFrame,
    instrument: str,
    shares: Mapping[str, Sequence[float]],
    *,
    low: int = 1,
    unanswered: float = 0.0,
    leaning: Mapping[str, np.ndarray] | None = None,
) -> pd.DataFrame:
    """Return one row per respondent and item, with exact numbers of each score.

    Parameters
    ----------
    respondents : DataFrame
        Columns ``respondent_id``, ``local_authority``, ``team_id``, ``role``, ``wave``, ``cohort``
        (the last may be left out); one row per respondent, all of one wave.
    shares : mapping
        For each item, the share of each score from ``low`` upwards, of those who answered.
    unanswered : float
        Share of the answers to each item that are empty.
    leaning : mapping, optional
        For each item, how high each respondent's answer tends to be; the highest scores go to the
        highest values. Left out: a tendency of the respondent and chance in equal parts.
    """
    count = len(respondents)
    tendency = rng.normal(size=count)
    frames = []
    for item, by_score in shares.items():
        own = leaning[item] if leaning else tendency + rng.normal(size=count)
        answered = ~exactly(rng, count, whole(unanswered, count))
        scores = np.repeat(
            np.arange(low, low + len(by_score)), apportioned(by_score, int(answered.sum()))
        )
        score = np.full(count, np.nan)
        order = np.flatnonzero(answered)[np.argsort(own[answered], kind="stable")]
        score[order] = scores
        frames.append(respondents.assign(instrument=instrument, item=item, score=score))
    answers = pd.concat(frames, ignore_index=True)
    if "cohort" not in answers:
        answers["cohort"] = pd.array([pd.NA] * len(answers), dtype="Int64")
    return answers


def staff(
    rng: np.random.Generator, prefix: str, teams: pd.DataFrame, numbers: Mapping[str, int]
) -> pd.DataFrame:
    """Return members of staff: ``numbers`` of each role in every team of ``teams``.

    ``teams`` has the columns ``team_id`` and ``local_authority``.
    """
    rows = [
        {"team_id": team, "local_authority": area, "role": role}
        for team, area in teams[["team_id", "local_authority"]].itertuples(index=False)
        for role, number in numbers.items()
        for _ in range(number)
    ]
    return pd.DataFrame(rows).assign(staff_id=identifiers(rng, prefix, len(rows)))


def training(
    rng: np.random.Generator,
    people: pd.DataFrame,
    coverage: Mapping[str, Mapping[str, float]],
    first: str,
    last: str,
) -> pd.DataFrame:
    """Return one row per member of staff and course that their role should have.

    ``coverage`` gives, for each course, the share of each role that completed it, between ``first``
    and ``last`` (both included).
    """
    start = np.datetime64(first)
    days = int((np.datetime64(last) - start).astype(int)) + 1
    frames = []
    for course, roles in coverage.items():
        for role, share in roles.items():
            own = people[people["role"].eq(role)]
            done = exactly(rng, len(own), whole(share, len(own)))
            drawn = start + rng.integers(0, days, len(own))
            on = np.array([max(working_day(day), start) for day in drawn], "datetime64[D]")
            on[~done] = np.datetime64("NaT")
            frames.append(own.assign(course=course, completed_on=on))
    return pd.concat(frames, ignore_index=True)


def months(first: str, last: str) -> np.ndarray:
    """Return the first days of the months from ``first`` to ``last``, both included."""
    return np.arange(first, np.datetime64(last, "M") + 1, dtype="datetime64[M]").astype(
        "datetime64[D]"
    )


def workforce_months(
    rng: np.random.Generator,
    posts: pd.DataFrame,
    month_days: np.ndarray,
    *,
    filled: Mapping[str, Sequence[float]],
    leaving: Mapping[str, float],
    caseload: Mapping[str, Sequence[float]],
    unit: float = 0.5,
) -> pd.DataFrame:
    """Return one row per team, role and month; the filled share of a role's posts is exact.

    Parameters
    ----------
    posts : DataFrame
        Columns ``team_id``, ``local_authority``, ``role``, ``posts_planned`` (a multiple of
        ``unit``).
    month_days : array of datetime64[D]
        First days of the months.
    filled : mapping
        For each role, the share of planned posts that is filled, by month.
    leaving : mapping
        For each role, the chance that the holder of a post leaves in a month.
    caseload : mapping
        For each role that holds cases, open cases per filled post, by month.
    unit : float
        The part of a post that is filled or empty as a whole, in full-time equivalents.
    """
    frames = []
    for role in sorted(posts["role"].unique()):
        own = posts[posts["role"].eq(role)].reset_index(drop=True)
        owner = np.repeat(own.index, (own["posts_planned"] / unit).round().astype(int))
        order = rng.permutation(len(owner))
        pressure = rng.normal(1.0, 0.08, len(own))
        before = own["posts_planned"].to_numpy(float)
        for position, month in enumerate(month_days):
            taken = owner[order[: whole(filled[role][position], len(owner))]]
            now = np.bincount(taken, minlength=len(own)) * unit
            lost = np.ceil(np.clip(before - now, 0, None)) * (position > 0)
            frames.append(
                own.assign(
                    month=month,
                    posts_filled=now,
                    leavers=(lost + rng.poisson(leaving[role] * now)).astype(int),
                    open_cases=_open_cases(rng, caseload.get(role), position, now * pressure),
                )
            )
            before = now
    return pd.concat(frames, ignore_index=True)


def _open_cases(
    rng: np.random.Generator, per_post: Sequence[float] | None, position: int, posts: np.ndarray
) -> pd.array:
    if per_post is None:
        return pd.array([pd.NA] * len(posts), dtype="Int64")
    return pd.array(rng.poisson(per_post[position] * posts), dtype="Int64")
