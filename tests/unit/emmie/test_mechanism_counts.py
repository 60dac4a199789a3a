"""Counts of interviews, surveys and observations against pandas, on the whole sample."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.emmie.mechanism.drivers import DriversQuestion, answer_drivers, has_drivers
from analytics.emmie.mechanism.groups import GroupsQuestion, answer_groups, has_groups
from analytics.emmie.mechanism.skills import SkillsQuestion, answer_skills
from analytics.emmie.mechanism.surveys import SurveysQuestion, answer_surveys
from analytics.emmie.mechanism.themes import (
    DELIVERY_KINDS,
    MECHANISM_KINDS,
    ThemesQuestion,
    answer_themes,
)
from analytics.emmie.study import Study, Unanswered
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import open_library
from analytics.statistics.scores.many_raters import count_ratings, krippendorff_alpha
from analytics.statistics.two_groups.proportions import wilson_interval
from tests.helpers.folders import SAMPLE, study_of

LIBRARY = open_library(SAMPLE)
NAMES = LIBRARY.names()


def holding(extract: str) -> list[str]:
    """Return the evaluations that list an extract."""
    return [
        name for name in NAMES if extract in LIBRARY.evaluation(name).protocol.evaluation.extracts
    ]


def asking(test) -> list[str]:
    return [name for name in NAMES if test(LIBRARY.evaluation(name).protocol)]


def study(name: str, filters: Filters = NO_FILTERS) -> Study:
    return study_of(LIBRARY, name, filters)


def rows(name: str, extract: str) -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / name / f"{extract}.parquet")


@pytest.mark.parametrize("name", holding("coded_interviews"))
def test_themes_are_counted_by_role(name: str) -> None:
    kinds = (*MECHANISM_KINDS, *DELIVERY_KINDS)
    answer = answer_themes(ThemesQuestion(kinds=kinds), study(name))
    frame = rows(name, "coded_interviews")
    first = frame[frame["coder"] == "first"]
    found = {
        (theme.key, role.role): (role.share.events, role.share.n)
        for theme in answer.themes
        for role in theme.roles
    }
    asked = {theme.key: theme.roles for theme in LIBRARY.evaluation(name).protocol.themes}
    expected = {
        (theme, role): (int(part.sum()), len(part))
        for (theme, role), part in first.groupby(["theme", "role"])["present"]
        if theme in asked and (not asked[theme] or role in asked[theme])
    }
    assert found == expected
    sizes = first.groupby("role")["interview_id"].nunique()
    assert dict(answer.interviews) == sizes.to_dict()
    assert answer.n_double_coded == frame.loc[frame["coder"] == "second", "interview_id"].nunique()


@pytest.mark.parametrize("name", holding("coded_interviews"))
def test_alpha_is_that_of_every_rating(name: str) -> None:
    kinds = (*MECHANISM_KINDS, *DELIVERY_KINDS)
    answer = answer_themes(ThemesQuestion(kinds=kinds), study(name))
    frame = rows(name, "coded_interviews")
    counted = count_ratings(frame["interview_id"] + frame["theme"], frame["present"].astype(float))
    expected = krippendorff_alpha(counted.counts, measurement="nominal", seed=1)
    assert answer.alpha.value == pytest.approx(expected.estimate)


@pytest.mark.parametrize("name", holding("coded_interviews"))
def test_one_authority_narrows_the_interviews(name: str) -> None:
    frame = rows(name, "coded_interviews")
    place = frame["local_authority"].mode()[0]
    answer = answer_themes(ThemesQuestion(), study(name, Filters(local_authorities=(place,))))
    mine = frame[(frame["local_authority"] == place) & (frame["coder"] == "first")]
    assert sum(n for _, n in answer.interviews) == mine["interview_id"].nunique()


@pytest.mark.parametrize("name", holding("survey_responses"))
def test_answers_are_counted_by_wave(name: str) -> None:
    answer = answer_surveys(SurveysQuestion(), study(name))
    frame = rows(name, "survey_responses").dropna(subset=["score"])
    for survey in answer.surveys:
        for item in survey.items:
            mine = frame[frame["item"] == item.key]
            for wave in item.waves:
                scores = mine.loc[mine["wave"] == wave.wave, "score"]
                assert wave.n == len(scores)
                if survey.agree_from is None:
                    assert wave.mean == pytest.approx(scores.mean())
                    continue
                agreeing = int((scores >= survey.agree_from).sum())
                assert wave.agree.events == agreeing
                assert wave.conf_int == wilson_interval(agreeing, len(scores))
                answers = range(survey.low, survey.high + 1)
                assert list(wave.counts) == [int((scores == one).sum()) for one in answers]


@pytest.mark.parametrize("name", holding("survey_responses"))
def test_change_of_the_share_is_the_difference_of_the_ends(name: str) -> None:
    answer = answer_surveys(SurveysQuestion(), study(name))
    for survey in answer.surveys:
        for item in survey.items:
            if item.change is None or survey.agree_from is None:
                continue
            first, last = item.waves[0].agree.value, item.waves[-1].agree.value
            assert item.change.size.value == pytest.approx(last - first)


@pytest.mark.parametrize("name", holding("survey_responses"))
def test_attrition_follows_the_first_respondents(name: str) -> None:
    answer = answer_surveys(SurveysQuestion(), study(name))
    frame = rows(name, "survey_responses").dropna(subset=["score"])
    for survey in answer.surveys:
        mine = frame[frame["instrument"] == survey.key]
        people = mine.groupby("wave")["respondent_id"].agg(set).to_dict()
        if survey.attrition is None:
            assert len(people) == 1
            continue
        first, last = min(people), max(people)
        for wave in survey.attrition.waves:
            assert wave.n == len(people[wave.wave])
            assert wave.again.events == len(people[first] & people[wave.wave])
        assert survey.attrition.is_followed == (people[last] <= people[first])
        for one in survey.attrition.items:
            at_first = mine[(mine["wave"] == first) & (mine["item"] == one.item)]
            stayed = at_first["respondent_id"].isin(people[last])
            agrees = at_first["score"] >= survey.agree_from
            assert (one.stayed.events, one.stayed.n) == ((stayed & agrees).sum(), stayed.sum())
            assert (one.left.events, one.left.n) == ((~stayed & agrees).sum(), (~stayed).sum())


@pytest.mark.parametrize("name", asking(has_drivers))
def test_an_association_alone_is_the_slope_of_a_plain_regression(name: str) -> None:
    import statsmodels.formula.api as smf

    answer = answer_drivers(DriversQuestion(), study(name))
    frame = rows(name, "survey_responses").dropna(subset=["score"])
    items = {item.label: item.key for item in LIBRARY.evaluation(name).protocol.items}
    for survey in answer.surveys:
        mine = frame[frame["instrument"] == survey.key]
        keys = {items[one.driver] for one in survey.associations}
        keys |= {items[one.outcome] for one in survey.associations}
        mine = mine[mine["item"].isin(keys)]
        wide = mine.pivot_table(index=["respondent_id", "wave"], columns="item", values="score")
        whole = wide.dropna().reset_index()
        assert (survey.n, survey.n_incomplete) == (len(whole), len(wide) - len(whole))
        for one in survey.associations:
            driver, outcome = items[one.driver], items[one.outcome]
            fit = smf.ols(f"{outcome} ~ {driver} + C(wave)", whole).fit()
            assert one.alone.value == pytest.approx(fit.params[driver])


@pytest.mark.parametrize("name", asking(has_groups))
def test_groups_of_areas_are_counted_by_cohort_and_wave(name: str) -> None:
    answer = answer_groups(GroupsQuestion(), study(name))
    frame = rows(name, "survey_responses").dropna(subset=["score"])
    protocol = LIBRARY.evaluation(name).protocol
    group_of = {area: one.label for one in protocol.area_groups for area in one.areas}
    frame["group"] = frame["local_authority"].map(group_of)
    agree_from = {one.key: one.agree_from for one in protocol.instruments}
    for survey in answer.surveys:
        for item in survey.items:
            mine = frame[frame["item"] == item.key]
            agrees = mine["score"] >= agree_from[survey.key]
            expected = {
                key: (int(part.sum()), len(part))
                for key, part in agrees.groupby([mine["group"], mine["cohort"], mine["wave"]])
            }
            found = {
                (one.group, one.cohort, one.wave): (one.share.events, one.share.n)
                for one in item.shares
            }
            assert found == expected
            assert item.difference is not None


@pytest.mark.parametrize("name", asking(has_groups))
def test_the_difference_between_groups_is_that_of_a_linear_model(name: str) -> None:
    import statsmodels.formula.api as smf

    answer = answer_groups(GroupsQuestion(), study(name))
    frame = rows(name, "survey_responses").dropna(subset=["score"])
    protocol = LIBRARY.evaluation(name).protocol
    group_of = {area: str(i) for i, one in enumerate(protocol.area_groups) for area in one.areas}
    frame["areas"] = frame["local_authority"].map(group_of)
    last = str(len(protocol.area_groups) - 1)
    agree_from = {one.key: one.agree_from for one in protocol.instruments}
    for survey in answer.surveys:
        for item in survey.items:
            mine = frame[frame["item"] == item.key]
            mine = mine.assign(y=(mine["score"] >= agree_from[survey.key]).astype(float))
            fit = smf.ols("y ~ C(areas) + C(cohort):C(wave)", mine).fit()
            assert item.difference.value == pytest.approx(fit.params[f"C(areas)[T.{last}]"])


@pytest.mark.parametrize("name", holding("skill_scores"))
def test_meetings_and_scores_are_counted(name: str) -> None:
    answer = answer_skills(SkillsQuestion(), study(name))
    meetings = rows(name, "observations")
    for one in answer.meetings:
        mine = meetings[meetings["wave"] == one.wave]
        assert (one.observed, one.coded) == (len(mine), mine["recorded"].sum())
    scores = rows(name, "skill_scores").merge(meetings, on="observation_id")
    first = scores[scores["coder"] == "first"]
    for skill in answer.skills[1:]:
        mine = first[first["skill"] == skill.key]
        for wave in skill.waves:
            of_wave = mine.loc[mine["wave"] == wave.wave, "score"]
            assert wave.n == len(of_wave)
            assert wave.mean.value == pytest.approx(of_wave.mean(), abs=0.15)
        ends = [one.mean.value for one in (skill.waves[0], skill.waves[-1])]
        assert skill.change.value == pytest.approx(ends[1] - ends[0])
        both = scores[scores["skill"] == skill.key].groupby("observation_id")["coder"].nunique()
        assert skill.n_twice == (both == 2).sum()


@pytest.mark.parametrize(
    ("ask", "question"),
    [
        (answer_themes, ThemesQuestion()),
        (answer_surveys, SurveysQuestion()),
        (answer_drivers, DriversQuestion()),
        (answer_skills, SkillsQuestion()),
    ],
)
def test_a_filter_that_leaves_nobody_is_no_rows(ask, question) -> None:
    nobody = Filters(local_authorities=("E06000001",))
    (name, *_) = holding("skill_scores")
    found = ask(question, study(name, nobody))
    assert isinstance(found, Unanswered)
    assert found.reason == "no_rows"


@pytest.mark.parametrize(
    ("ask", "question"),
    [
        (answer_themes, ThemesQuestion()),
        (answer_surveys, SurveysQuestion()),
        (answer_drivers, DriversQuestion()),
        (answer_groups, GroupsQuestion()),
        (answer_skills, SkillsQuestion()),
    ],
)
def test_an_evaluation_without_the_extract_is_not_asked(ask, question) -> None:
    found = ask(question, study("repeat_plans_southampton"))
    assert isinstance(found, Unanswered)
    assert found.reason == "not_in_protocol"
