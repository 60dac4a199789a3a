"""Reading the extracts of practice and delivery, and the tables of a folder's README, in tests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"
IDENTIFIER = r"^[A-Z]{2}\d{6}$"
DATES = ("month", "observed_until")
"""Columns of days whose names do not end in ``_on``."""


def read_extract(evaluation: str, extract: str) -> pd.DataFrame:
    """Return an extract with its dates as timestamps."""
    frame = pd.read_parquet(SAMPLE_DATA / evaluation / f"{extract}.parquet")
    for column in frame.columns:
        if column.endswith("_on") or column in DATES:
            frame[column] = pd.to_datetime(frame[column])
    return frame


def readme_table(evaluation: str, first_header: str) -> list[dict[str, str]]:
    """Return the rows of the README's table whose first column has this header."""
    lines = (SAMPLE_DATA / evaluation / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {first_header} |"))
    header, rows = _cells(lines[start]), []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(dict(zip(header, _cells(line), strict=True)))
    return rows


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def theme_counts(interviews: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Return in how many interviews of a role the first coder found a theme."""
    first = interviews[interviews["coder"].eq("first")]
    return first.groupby(["theme", "role"])["present"].sum().astype(int).to_dict()


def coded_twice(interviews: pd.DataFrame) -> pd.DataFrame:
    """Return the judgements of both coders side by side."""
    by_coder = dict(iter(interviews.groupby("coder")))
    keys = ["interview_id", "role", "theme"]
    return by_coder["second"][[*keys, "present"]].merge(
        by_coder["first"][[*keys, "present"]], on=keys, suffixes=("_second", "_first")
    )


def kappa(pairs: pd.DataFrame) -> float:
    """Return Cohen's kappa of two coders."""
    first, second = pairs["present_first"], pairs["present_second"]
    chance = first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean())
    return float(((first == second).mean() - chance) / (1 - chance))


def days_by_step(steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row per delivery with the day of each step."""
    return steps.pivot(
        index=["delivery_id", "team_id", "local_authority"], columns="step", values="reached_on"
    )


def rank_by_rows(frame: pd.DataFrame, column: str, by: str) -> float:
    """Return the rank correlation of an identifier's number with another column of its rows."""
    rows = frame.drop_duplicates(column)
    other = rows[by].rank(method="dense") if rows[by].dtype == object else rows[by].rank()
    return float(rows[column].str[2:].astype(int).rank().corr(other))
