"""What happens to the children after a case: child protection plans and police events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.people import add_years, age_on, choose, working_day

AS_AT = np.datetime64("2020-03-31")
FOLLOW_UP_DAYS = 183
CATEGORY_SHARES = {"NEG": 0.68, "EMO": 0.22, "PHY": 0.05, "MUL": 0.03, "SAB": 0.02}


def outcome_dates(rng: np.random.Generator, cases: pd.DataFrame) -> np.ndarray:
    """Return the day of each outcome; NaT where a case outside the study is still open.

    The lag does not depend on the outcome, so that closed recent cases remain representative.
    Study cases all close within their follow-up.
    """
    lag = np.ceil(rng.gamma(1.6, 11.0, len(cases))).astype(int)
    lag = np.where(cases["arm"].notna(), np.minimum(lag, 120), lag)
    closed = cases["recorded_on"].to_numpy().astype("datetime64[D]") + lag
    return np.where(closed > AS_AT, np.datetime64("NaT"), closed)


def plans(rng: np.random.Generator, cases: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return the plans of the children and, for each case, whether a plan had started before it.

    Siblings' plans after one case start and end together. A plan that follows a study case starts
    2 to 180 days after it; no other plan touches the six months after a study case.
    """
    timing = _timing_of_episodes(rng, cases)
    rows: list[dict] = []
    planned_before = pd.Series(False, index=cases.index)
    for _, own in cases.sort_values(["child_id", "recorded_on"]).groupby("child_id", sort=True):
        history = _plan_before_first_case(rng, own.iloc[0])
        for index, case in own.iterrows():
            day = _day(case["recorded_on"])
            planned_before[index] = any(start < day for start, _ in history)
            history += _plan_after_case(case, timing[case["family_id"], day], history)
        rows += _plan_rows(own.iloc[0], history, timing)
    frame = pd.DataFrame(rows)
    return frame[frame["started_on"] <= pd.Timestamp(AS_AT)], planned_before


def _day(stamp: pd.Timestamp) -> np.datetime64:
    return stamp.to_datetime64().astype("datetime64[D]")


def _duration(rng: np.random.Generator) -> int:
    return int(np.clip(rng.lognormal(np.log(265), 0.55), 45, 1100))


def _timing_of_episodes(rng: np.random.Generator, cases: pd.DataFrame) -> dict:
    """Draw, for each family's case, days to a plan and its length; per family, a category."""
    episodes = (
        cases[["family_id", "recorded_on"]]
        .drop_duplicates()
        .sort_values(["family_id", "recorded_on"])
    )
    timing: dict = {}
    for family, stamp in episodes.itertuples(index=False):
        timing[family, _day(stamp)] = {
            "lag": int(rng.integers(6, 60) if rng.random() < 0.7 else rng.integers(60, 179)),
            "late": int(rng.integers(195, 235)) if rng.random() < 0.05 else None,
            "length": _duration(rng),
        }
        if family not in timing:
            timing[family] = choose(rng, CATEGORY_SHARES)
    return timing


def _plan_before_first_case(rng: np.random.Generator, case: pd.Series) -> list[tuple]:
    """Return the earlier plan of a child recorded as having had one; it ended before the case."""
    if not case["prior_plan"]:
        return []
    day, born = _day(case["recorded_on"]), _day(case["born_on"])
    ended = day - int(rng.integers(35, 330))
    started = max(ended - min(_duration(rng), 600), born + 10)
    return [(started, ended)]


def _plan_after_case(case: pd.Series, timing: dict, history: list[tuple]) -> list[tuple]:
    day = _day(case["recorded_on"])
    lag = timing["lag"] if case["plan"] else timing["late"]
    if lag is None:
        return []
    started = working_day(day + lag)
    if history and history[-1][1] >= started:
        return []
    birthday = add_years(_day(case["born_on"]), 18)
    if started >= birthday and case["plan"]:
        started = day + 2
    return [(started, min(started + timing["length"], birthday))] if started < birthday else []


def _plan_rows(child: pd.Series, history: list[tuple], timing: dict) -> list[dict]:
    return [
        {
            "child_id": child["child_id"],
            "family_id": child["family_id"],
            "local_authority": child["local_authority"],
            "started_on": started,
            "ended_on": ended if ended <= AS_AT else np.datetime64("NaT"),
            "category": timing[child["family_id"]],
            "previous_plans": number,
            "age_years": age_on(_day(child["born_on"]), started),
            "sex": child["sex"],
            "ethnic_group": child["ethnic_group"],
        }
        for number, (started, ended) in enumerate(history)
    ]


def events(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return police events 2 to 180 days after a case; missing episodes and crimes may repeat."""
    rows: list[dict] = []
    for kind in ("victim", "suspect", "missing"):
        for child, stamp in cases.loc[cases[kind], ["child_id", "recorded_on"]].itertuples(
            index=False
        ):
            repeats = 1 + int(rng.poisson(0.3 if kind == "victim" else 0.6))
            lags = sorted(rng.integers(2, FOLLOW_UP_DAYS - 2, size=repeats))
            rows.extend(
                {"child_id": child, "kind": kind, "occurred_on": _day(stamp) + int(lag)}
                for lag in lags
            )
    frame = pd.DataFrame(rows)
    return frame[frame["occurred_on"] <= pd.Timestamp(AS_AT)]
