"""Every number of Implementation, worked out a second way: pandas, straight from the files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.implementation.delivery import DeliveryQuestion, answer_delivery
from analytics.emmie.implementation.fidelity import FidelityQuestion, answer_fidelity
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.implementation.steps import in_order
from analytics.emmie.implementation.teams import TeamsQuestion, answer_teams, key_step
from analytics.emmie.implementation.training import TrainingQuestion, answer_training
from analytics.emmie.implementation.workforce import WorkforceQuestion, answer_workforce
from analytics.emmie.measured import measure
from analytics.emmie.study import Study
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import open_library
from analytics.extracts.protocol import Measure, Protocol
from tests.helpers.folders import study_of
from tests.helpers.practice_extracts import read_extract


def asked(kind: type) -> list[str]:
    return sorted(evaluations_for(kind))


def study(name: str, filters: Filters = NO_FILTERS) -> Study:
    return study_of(open_library(), name, filters)


def reached_on(name: str) -> pd.DataFrame:
    """Return the day of each step by delivery; a step without the one before does not count."""
    frame = read_extract(name, "delivery_steps")
    wide = frame.pivot_table("reached_on", "delivery_id", "step", aggfunc="min")
    for step in in_order(study(name).protocol.steps):
        if step.key not in wide:
            wide[step.key] = pd.NaT
        if step.after:
            wide.loc[wide[step.after].isna(), step.key] = pd.NaT
    return wide


@pytest.mark.parametrize("name", asked(DeliveryQuestion))
def test_steps_and_days_between_them(name: str) -> None:
    here = study(name)
    answer: Any = answer_delivery(DeliveryQuestion(), here)
    wide = reached_on(name)
    assert answer.n_deliveries == len(wide)
    as_at = pd.Timestamp(here.protocol.evaluation.as_at)
    for item in answer.steps:
        step = item.step
        could = wide if step.after is None else wide[wide[step.after].notna()]
        there = could[step.key].notna()
        assert (item.count, item.share.n) == (there.sum(), len(could))
        if step.after is None:
            continue
        days = (could[step.key].fillna(as_at) - could[step.after]).dt.days.clip(lower=0)
        followed = (as_at - could[step.after]).dt.days
        complete = step.within_days is None or (followed >= step.within_days).all()
        if step.within_days is not None and complete:
            in_time = (there & (days <= step.within_days)).mean()
            assert item.time.in_time.share == pytest.approx(in_time)
        if there.mean() > 0.5 and days[~there].min() > days[there].max():
            ordered = np.sort(days[there])
            half = len(could) / 2
            middle = ordered[int(np.ceil(half)) - 1]
            if half == int(half):
                middle = (middle + ordered[int(half)]) / 2
            assert item.time.median == pytest.approx(middle)


@pytest.mark.parametrize("name", asked(FidelityQuestion))
def test_fidelity_score_and_its_parts(name: str) -> None:
    here = study(name)
    answer: Any = answer_fidelity(FidelityQuestion(), here)
    known = read_extract(name, "fidelity").dropna(subset="met")
    known["met"] = known["met"].astype(float)
    for part in answer.parts:
        mine = known[known["component"] == part.component.key]
        assert (part.share.events, part.share.n) == (mine["met"].sum(), len(mine))
    weights = {one.key: one.weight for one in here.protocol.components}
    known["weight"] = known["component"].map(weights)
    known["done"] = known["weight"] * known["met"]
    totals = known.groupby(["delivery_id", "team_id"])[["done", "weight"]].sum()
    score = totals["done"] / totals["weight"]
    assert answer.n_deliveries == len(score)
    assert answer.score == pytest.approx(score.mean())
    assert answer.n_teams == known["team_id"].nunique()
    # The middle of the clustered interval, and its width by the usual sandwich of team totals.
    assert (answer.conf_int.low + answer.conf_int.high) / 2 == pytest.approx(score.mean())
    residual = (score - score.mean()).groupby("team_id").sum()
    plain = float(np.sqrt((residual**2).sum()) / len(score))
    assert (answer.conf_int.high - answer.conf_int.low) / 2 > 1.9 * plain


@pytest.mark.parametrize("name", asked(TrainingQuestion))
def test_training(name: str) -> None:
    answer: Any = answer_training(TrainingQuestion(), study(name))
    frame = read_extract(name, "training")
    for item in answer.covered:
        mine = frame[frame["course"] == item.course.key]
        if item.role is not None:
            mine = mine[mine["role"] == item.role]
        assert (item.share.events, item.share.n) == (mine["completed_on"].notna().sum(), len(mine))
    assert {item.course.key for item in answer.covered} == set(frame["course"])


@pytest.mark.parametrize("name", asked(WorkforceQuestion))
def test_posts_caseloads_and_turnover(name: str) -> None:
    here = study(name)
    answer: Any = answer_workforce(WorkforceQuestion(), here)
    frame = read_extract(name, "workforce_months")
    for role in answer.posts:
        mine = frame[frame["role"] == role.role].groupby("month")[["posts_planned", "posts_filled"]]
        assert [at.filled for at in role.months] == mine.sum()["posts_filled"].tolist()
        assert [at.planned for at in role.months] == mine.sum()["posts_planned"].tolist()
    for chart in answer.caseloads:
        held = frame[(frame["role"] == chart.role) & frame["open_cases"].notna()]
        totals = held.groupby("month")[["open_cases", "posts_filled"]].sum()
        values = (totals["open_cases"] / totals["posts_filled"]).to_numpy(float)
        assert [point.value for point in chart.points] == pytest.approx(values)
        base = values
        if chart.baseline_to:
            base = values[totals.index < pd.Timestamp(chart.baseline_to)]
        spread = 2.66 * np.abs(np.diff(base)).mean()
        assert [point.centre for point in chart.points] == pytest.approx(
            [base.mean()] * len(values)
        )
        assert chart.points[0].high == pytest.approx(base.mean() + spread)
        assert chart.points[0].low == pytest.approx(max(base.mean() - spread, 0))
        for point in chart.points:
            if not point.low <= float(point.value or 0) <= point.high:
                assert "outside_limits" in point.signals
    years = frame["posts_filled"].sum() / 12
    assert answer.leavers.count == frame["leavers"].sum()
    assert answer.leavers.rate == pytest.approx(frame["leavers"].sum() / years)
    if answer.turnover is not None:
        _check_turnover(answer.turnover, frame)


def _check_turnover(chart: Any, frame: pd.DataFrame) -> None:
    period = frame["month"].dt.to_period("Q" if chart.step == "quarter" else "M")
    totals = frame.groupby(period)[["leavers", "posts_filled"]].sum()
    exposure = totals["posts_filled"] / 12
    rate = totals["leavers"] / exposure
    assert [point.value for point in chart.points] == pytest.approx(rate.tolist())
    base = np.ones(len(totals), dtype=bool)
    if chart.baseline_to:
        base = totals.index.start_time < pd.Timestamp(chart.baseline_to)
    centre = totals["leavers"][base].sum() / exposure[base].sum()
    assert chart.points[0].centre == pytest.approx(centre)
    if chart.chart == "u":
        high = centre + 3 * np.sqrt(centre / exposure)
        assert [point.high for point in chart.points] == pytest.approx(high.tolist())


@pytest.mark.parametrize("name", asked(TeamsQuestion))
def test_teams_in_their_funnels(name: str) -> None:
    here = study(name)
    answer: Any = answer_teams(TeamsQuestion(), here)
    assert answer.funnels
    for one in answer.funnels:
        frame = _by_step(name, here, one) if one.of == "step" else _by_fidelity(name, here)
        assert [point.team for point in one.points] == frame.index.tolist()
        assert [point.value for point in one.points] == pytest.approx(frame["value"].tolist())
        assert [point.n for point in one.points] == frame["n"].tolist()
        centre = float((frame["value"] * frame["n"]).sum() / frame["n"].sum())
        assert one.centre == pytest.approx(centre)
        half = 1.959964 * frame["spread"] / np.sqrt(frame["n"])
        outside = (frame["value"] - centre).abs() > half
        assert one.outside_95 == outside.sum()
        assert [point.position != 0 for point in one.points] == outside.tolist()


def _by_step(name: str, here: Study, one: Any) -> pd.DataFrame:
    step = key_step(here.protocol)
    assert step is not None
    started = (
        read_extract(name, "delivery_steps")
        .groupby("delivery_id")[["team_id", "started_on"]]
        .first()
    )
    wide = reached_on(name).join(started)
    latest = pd.Timestamp(here.protocol.evaluation.as_at) - pd.Timedelta(days=one.left_out)
    wide = wide[wide["started_on"] <= latest]
    there = wide[step.key].notna()
    frame = there.groupby(wide["team_id"]).agg(value="mean", n="size")
    return frame.assign(spread=np.sqrt(there.mean() * (1 - there.mean())))


def _by_fidelity(name: str, here: Study) -> pd.DataFrame:
    known = read_extract(name, "fidelity").dropna(subset="met")
    weight = known["component"].map({one.key: one.weight for one in here.protocol.components})
    known = known.assign(weight=weight, done=weight * known["met"].astype(float))
    totals = known.groupby(["delivery_id", "team_id"])[["done", "weight"]].sum()
    score = (totals["done"] / totals["weight"]).reset_index(name="score")
    frame = score.groupby("team_id")["score"].agg(value="mean", n="size")
    left = score["score"] - score["team_id"].map(frame["value"])
    return frame.assign(spread=np.sqrt((left**2).sum() / (len(score) - len(frame))))


@pytest.mark.parametrize("name", asked(MeasuresQuestion))
def test_every_measure_of_the_protocol(name: str) -> None:
    here = study(name)
    for item in here.protocol.measures:
        found = measure(here, item)
        assert found.why_not is None, item.key
        if item.kind == "post":
            assert found.posts is not None
            frame = read_extract(name, "workforce_months")
            last = frame[(frame["role"] == item.of) & (frame["month"] == frame["month"].max())]
            assert found.posts.filled == last["posts_filled"].sum()
            assert found.posts.planned == last["posts_planned"].sum()
            continue
        yes, n = _counted(name, here.protocol, item)
        events = yes if item.expected else n - yes
        assert found.share is not None
        assert (found.share.events, found.share.n) == (events, n), item.key


def _counted(name: str, protocol: Protocol, item: Measure) -> tuple[int, int]:  # noqa: PLR0911
    if item.kind == "step":
        wide = reached_on(name)
        after = next(step.after for step in protocol.steps if step.key == item.of)
        could = wide if after is None else wide[wide[after].notna()]
        return int(could[item.of].notna().sum()), len(could)
    if item.kind == "component":
        frame = read_extract(name, "fidelity").dropna(subset="met")
        mine = frame[frame["component"] == item.of]["met"]
        return int(mine.sum()), len(mine)
    if item.kind == "course":
        frame = read_extract(name, "training")
        mine = frame[(frame["course"] == item.of) & _role(frame, item)]
        return int(mine["completed_on"].notna().sum()), len(mine)
    if item.kind == "theme":
        frame = read_extract(name, "coded_interviews")
        is_first = frame["coder"] == "first"
        mine = frame[is_first & (frame["theme"] == item.of) & _role(frame, item)]
        mine = mine if item.wave is None else mine[mine["wave"] == item.wave]
        return int(mine["present"].sum()), len(mine)
    if item.kind == "item":
        frame = read_extract(name, "survey_responses").dropna(subset="score")
        asked_in = next(one.instrument for one in protocol.items if one.key == item.of)
        scale = next(one for one in protocol.instruments if one.key == asked_in)
        wave = item.wave or len(scale.waves)
        mine = frame[(frame["item"] == item.of) & (frame["wave"] == wave) & _role(frame, item)]
        return int((mine["score"] >= scale.agree_from).sum()), len(mine)
    if item.kind == "audit":
        mine = read_extract(name, "audit_families")[item.of].dropna()
        return int(mine.sum()), len(mine)
    if item.kind.startswith("agency_"):
        frame = read_extract(name, "agency_contributions")
        mine = frame[(frame["agency"] == item.of) & frame["involved"]]
        return int(mine[item.kind.removeprefix("agency_")].sum()), len(mine)
    frame = read_extract(name, "skill_scores").merge(
        read_extract(name, "observations"), on="observation_id"
    )
    last = len(protocol.observed.waves) if protocol.observed else 1
    is_mine = (frame["skill"] == item.of) & (frame["coder"] == "first") & frame["recorded"]
    mine = frame[is_mine & (frame["wave"] == (item.wave or last))]
    return int((mine["score"] >= 3.5).sum()), len(mine)


def _role(frame: pd.DataFrame, item: Measure) -> Any:
    return frame["role"] == (item.role or frame["role"])


def test_every_evaluation_has_measures_and_none_is_broken() -> None:
    assert len(asked(MeasuresQuestion)) == 5
    for name in asked(MeasuresQuestion):
        answer: Any = ask(MeasuresQuestion(), name).answer
        assert answer.measures
        assert answer.verdict.reasons
        assert not any(
            item.measured.why_not in ("unusable_extract", "not_in_protocol", "no_extract")
            for item in answer.measures
        )


def test_promise_rests_on_what_people_said_so_it_cannot_be_told() -> None:
    answer: Any = ask(MeasuresQuestion(), "family_safeguarding_cambridgeshire").answer
    lights = {one.question.key: one.light for one in answer.research_questions}
    assert set(lights) == {"feasibility", "promise", "readiness"}
    assert lights["promise"] == "anecdotal"


def test_eleven_recommendations_each_have_a_measure_or_a_reason() -> None:
    answer: Any = ask(MeasuresQuestion(), "repeat_plans_southampton").answer
    assert len(answer.recommendations) == 11
    assert all(one.measures or one.recommendation.why_no_measure for one in answer.recommendations)
    assert all(one.recommendation.who for one in answer.recommendations)
