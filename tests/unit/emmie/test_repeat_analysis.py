"""The analysis of repeat plans: whose is due, what families say, and who may enter what."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.access.viewers import read_viewers
from analytics.ask import ask, enter
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.suppression import Share
from analytics.emmie.repeat_plans.audit_entry import AuditEntry
from analytics.emmie.repeat_plans.audit_tally import beside_audit, family_says, tally
from analytics.emmie.repeat_plans.audit_tool import AuditToolAnswer, AuditToolQuestion
from analytics.emmie.study import Unanswered
from analytics.errors import (
    EntriesError,
    InvalidInputError,
    NotAllowedError,
    UnknownEvaluationError,
)
from analytics.exhibits.repeat_audit import audit_tool_exhibits
from analytics.exhibits.repeat_words import QUESTION_GROUPS
from analytics.extracts.code_lists import AUDIT_FLAGS
from analytics.extracts.entries import FILE
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.reports.table_file import table_csv
from tests.helpers.folders import (
    OTHER_PLACE,
    PLACE,
    REPEAT_PROTOCOL,
    RPS,
    SAMPLE,
    child,
    plan,
    tiny_library,
)

AS_AT = date(2020, 3, 31)
END = date(2017, 11, 1)
CHAIR = Viewer(name="Chair", key="chair", local_authorities=frozenset({PLACE}), may_see_cases=True)
ELSEWHERE = replace(CHAIR, key="elsewhere", local_authorities=frozenset({OTHER_PLACE}))


def days(number: int) -> timedelta:
    return timedelta(days=number)


PLANS = [
    # Back after exactly two years, and after a day more.
    plan(1, 1, date(2017, 1, 1), END),
    plan(2, 1, END + days(730), None, previous_plans=1),
    plan(3, 2, date(2017, 1, 1), END),
    plan(4, 2, END + days(731), None, previous_plans=1),
    # Back, and ended again: in the last twelve months, and before that.
    plan(5, 3, date(2018, 1, 1), AS_AT - days(300)),
    plan(6, 3, AS_AT - days(200), AS_AT - days(20)),
    plan(7, 4, date(2016, 5, 1), date(2017, 1, 1)),
    plan(8, 4, date(2017, 5, 1), date(2018, 1, 1)),
    # Two returns: only the newest counts.
    plan(9, 5, date(2018, 1, 1), date(2018, 9, 1)),
    plan(10, 5, date(2019, 5, 1), date(2019, 9, 1)),
    plan(11, 5, date(2020, 1, 1), None),
    # A first plan; and one whose earlier plans are only counted.
    plan(12, 6, date(2019, 9, 1), None, previous_plans=0),
    plan(13, 7, date(2019, 9, 1), None, previous_plans=2),
    # Of another authority; and one that starts after the as-at date.
    plan(14, 8, date(2018, 1, 1), date(2019, 1, 1), local_authority=OTHER_PLACE),
    plan(15, 8, date(2019, 9, 1), None, local_authority=OTHER_PLACE),
    plan(16, 9, date(2018, 1, 1), date(2019, 1, 1)),
    plan(17, 9, AS_AT + days(5), None),
    # Siblings of child 1.
    plan(18, 10, date(2018, 1, 1), date(2019, 1, 1), family_id="F1"),
    plan(19, 10, date(2019, 12, 1), None, family_id="F1"),
]


@pytest.fixture
def tiny(tmp_path: Path) -> Library:
    return tiny_library(
        tmp_path / "data",
        {
            "cp_plans": PLANS,
            "children": [child(n, family_id="F1" if n == 10 else f"F{n}") for n in range(1, 11)],
        },
        REPEAT_PROTOCOL,
        as_at=AS_AT,
        design="case_audit",
        policy="published",
    )


def asked(library: Library, viewer: Viewer = CHAIR) -> AuditToolAnswer:
    answer = ask(AuditToolQuestion(), "tiny", NO_FILTERS, viewer, library=library)
    assert isinstance(answer.answer, AuditToolAnswer)
    return answer.answer


def entered(library: Library, plan_id: str, viewer: Viewer = CHAIR, **answers: str) -> None:
    enter(
        AuditEntry(plan_id=plan_id, answers=tuple(answers.items())), "tiny", viewer, library=library
    )


def counts(answer: AuditToolAnswer, key: str) -> tuple[int | None, ...]:
    one = next(one for one in answer.counts.tallies if one.key == key)
    return one.n_yes, one.n_no, one.n_mixed, one.n_not_known, one.n_unanswered


def test_whose_plan_is_to_be_analysed(tiny: Library) -> None:
    found = {case.plan_id: case.gap_days for case in asked(tiny).cases}
    assert found == {"P2": 730, "P6": 100, "P11": 122, "P19": 334}


def test_shortest_time_comes_first(tiny: Library) -> None:
    assert [case.gap_days for case in asked(tiny).cases] == [100, 122, 334, 730]


def test_only_the_viewers_own_authority(tiny: Library) -> None:
    assert [case.plan_id for case in asked(tiny, ELSEWHERE).cases] == ["P15"]
    everyone = replace(CHAIR, local_authorities=None)
    assert len(asked(tiny, everyone).cases) == 5


def test_cases_only_for_viewers_who_may_see_them(tiny: Library) -> None:
    public = asked(tiny, PUBLIC)
    assert public.cases == ()
    assert public.own is None
    assert public.counts.n_children == 5
    assert asked(tiny, replace(CHAIR, may_see_cases=False)).cases == ()


def test_a_filter_narrows_the_newest_plan_and_does_not_hide_the_earlier_one(tiny: Library) -> None:
    filters = Filters(period_start=date(2019, 12, 15))
    answer = ask(AuditToolQuestion(), "tiny", filters, CHAIR, library=tiny).answer
    assert [case.plan_id for case in answer.cases] == ["P11"]


def test_no_rows_is_an_answer(tiny: Library) -> None:
    filters = Filters(categories=("SAB",))
    answer = ask(AuditToolQuestion(), "tiny", filters, CHAIR, library=tiny).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "no_rows"


def test_nobody_has_answered_at_first(tiny: Library) -> None:
    answer = asked(tiny)
    assert answer.counts.analysed == Share.of(0, 3)
    assert counts(answer, "domestic_abuse") == (0, 0, 0, 0, 3)


def test_the_tally_moves_and_history_is_kept(tiny: Library) -> None:
    entered(tiny, "P2", domestic_abuse="yes", issue_dropped="no")
    answer = asked(tiny)
    assert answer.counts.analysed == Share.of(1, 3)
    assert counts(answer, "domestic_abuse") == (1, 0, 0, 0, 2)
    entered(tiny, "P2", domestic_abuse="no")
    answer = asked(tiny)
    assert counts(answer, "domestic_abuse") == (0, 1, 0, 0, 2)
    assert counts(answer, "issue_dropped") == (0, 1, 0, 0, 2)
    assert len(pd.read_parquet(tiny.entries_folder("tiny") / FILE)) == 3
    case = next(case for case in answer.cases if case.plan_id == "P2")
    assert [(one.question, one.answer) for one in case.given] == [
        ("domestic_abuse", "no"),
        ("issue_dropped", "no"),
    ]
    assert {one.answered_by for one in case.given} == {"chair"}


def test_siblings_agree_or_are_counted_apart(tiny: Library) -> None:
    entered(tiny, "P2", domestic_abuse="yes", issue_dropped="yes", changed_chair="not_known")
    entered(tiny, "P19", domestic_abuse="yes", issue_dropped="no", changed_chair="no")
    answer = asked(tiny)
    assert answer.counts.analysed == Share.of(1, 3)
    assert counts(answer, "domestic_abuse") == (1, 0, 0, 0, 2)
    assert counts(answer, "issue_dropped") == (0, 0, 1, 0, 2)
    assert counts(answer, "changed_chair") == (0, 1, 0, 0, 2)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (["yes"], "yes"),
        (["no", "no"], "no"),
        (["yes", "no"], "mixed"),
        (["yes", "no", "not_known"], "mixed"),
        (["not_known", "yes"], "yes"),
        (["not_known", "no"], "no"),
        (["not_known", "not_known"], "not_known"),
    ],
)
def test_what_a_family_says(answers: list[str], says: str) -> None:
    assert family_says(answers) == says


def test_answers_of_plans_that_are_not_shown_do_not_count(tiny: Library) -> None:
    entered(tiny, "P6", domestic_abuse="yes")
    assert counts(asked(tiny), "domestic_abuse") == (1, 0, 0, 0, 2)
    filters = Filters(period_start=AS_AT - days(100))
    narrow = ask(AuditToolQuestion(), "tiny", filters, CHAIR, library=tiny).answer
    assert [case.plan_id for case in narrow.cases] == ["P11"]
    assert counts(narrow, "domestic_abuse") == (0, 0, 0, 0, 1)


def test_the_token_of_a_case_stands_for_it_and_says_nothing(tiny: Library) -> None:
    before = asked(tiny).cases
    entered(tiny, before[0].plan_id, domestic_abuse="yes")
    assert [case.token for case in asked(tiny).cases] == [case.token for case in before]
    assert len({case.token for case in before}) == len(before)
    assert not any(case.plan_id in case.token for case in before)


@pytest.mark.parametrize(
    ("viewer", "plan_id"),
    [
        (PUBLIC, "P2"),
        (replace(CHAIR, may_see_cases=False), "P2"),
        (replace(CHAIR, key=""), "P2"),
        (ELSEWHERE, "P2"),
        (CHAIR, "P15"),
        (CHAIR, "P12"),
        (CHAIR, "P4"),
        (CHAIR, "P13"),
        (CHAIR, "P1"),
        (CHAIR, "nothing of the kind"),
    ],
    ids=[
        "public",
        "no cases",
        "no key",
        "elsewhere",
        "other place",
        "first plan",
        "long after",
        "before the extract",
        "old",
        "none",
    ],
)
def test_who_may_not_enter_is_refused(tiny: Library, viewer: Viewer, plan_id: str) -> None:
    with pytest.raises(NotAllowedError) as error:
        entered(tiny, plan_id, viewer, domestic_abuse="yes")
    assert plan_id not in str(error.value)
    assert not (tiny.entries_folder("tiny") / FILE).exists()


@pytest.mark.parametrize(
    "answers",
    [
        (("domestic_abuse", "maybe"),),
        (("no_such_question", "yes"),),
        (("domestic_abuse", "yes"), ("domestic_abuse", "no")),
    ],
)
def test_odd_answers_are_refused_whole(tiny: Library, answers) -> None:
    entry = AuditEntry(plan_id="P2", answers=(("issue_dropped", "yes"), *answers))
    with pytest.raises(InvalidInputError):
        enter(entry, "tiny", CHAIR, library=tiny)
    assert not (tiny.entries_folder("tiny") / FILE).exists()


@pytest.mark.parametrize("name", ["../tiny", "nowhere", ""])
def test_an_evaluation_that_is_not_there_makes_no_folder(tiny: Library, name: str) -> None:
    entry = AuditEntry(plan_id="P2", answers=(("issue_dropped", "yes"),))
    with pytest.raises(UnknownEvaluationError):
        enter(entry, name, CHAIR, library=tiny)
    assert not tiny.entries_folder("tiny").exists()


def test_broken_entries_are_no_empty_tally(tiny: Library) -> None:
    entered(tiny, "P2", domestic_abuse="yes")
    path = tiny.entries_folder("tiny") / FILE
    path.write_bytes(b"nothing")
    answer = ask(AuditToolQuestion(), "tiny", NO_FILTERS, CHAIR, library=tiny).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
    assert "audit_answers.parquet" in answer.details[0]
    with pytest.raises(EntriesError):
        entered(tiny, "P2", domestic_abuse="no")
    assert path.read_bytes() == b"nothing"


def test_plans_that_cannot_be_used_are_told_when_answers_are_entered(tiny: Library) -> None:
    (tiny.root / "tiny" / "cp_plans.parquet").write_bytes(b"nothing")
    with pytest.raises(EntriesError, match="Nothing was saved"):
        entered(tiny, "P2", domestic_abuse="yes")


def test_every_question_is_asked_once() -> None:
    asked_for = [key for keys in QUESTION_GROUPS.values() for key in keys]
    assert sorted(asked_for) == sorted(AUDIT_FLAGS)
    assert asked_for[:3] == ["domestic_abuse", "female_victim", "parental_mental_health"]
    assert (
        3 <= min(map(len, QUESTION_GROUPS.values())) <= max(map(len, QUESTION_GROUPS.values())) <= 7
    )


FAMILIES = [{"domestic_abuse": said} for said in ["yes"] * 18 + ["no"] * 6 + ["mixed"] * 7]


def test_the_difference_is_newcombes() -> None:
    """Newcombe 1998 (17:873), table II, example (a) 56/70 against 48/80: 0.0524 to 0.3339."""
    families = [{"q": "yes"}] * 56 + [{"q": "no"}] * 14
    one = tally("q", families, Share.of(48, 80), level=0.95)
    assert one.difference == pytest.approx(0.2)
    assert one.difference_conf_int is not None
    assert one.difference_conf_int.low == pytest.approx(0.0524, abs=5e-5)
    assert one.difference_conf_int.high == pytest.approx(0.3339, abs=5e-5)
    assert one.reading == "higher"


@pytest.mark.parametrize(
    ("earlier", "reading"),
    [
        (Share.of(2, 16), "higher"),
        (Share.of(12, 16), "cant_tell"),
        (Share.of(0, 5), "cant_tell"),
        (Share.of(0, 0), "cant_tell"),
    ],
)
def test_higher_only_when_the_interval_leaves_zero_out(earlier: Share, reading: str) -> None:
    one = tally("domestic_abuse", FAMILIES, earlier, level=0.95)
    assert one.share == Share.of(18, 24)
    assert one.n_mixed == 7
    assert one.reading == reading
    assert (one.difference is None) == ((earlier.n or 0) < 6)


def test_lower_too() -> None:
    assert tally("q", [{"q": "no"}] * 20, Share.of(14, 16), level=0.95).reading == "lower"


def test_nothing_is_compared_with_fewer_than_six() -> None:
    one = tally("q", [{"q": "yes"}] * 5 + [{}] * 20, Share.of(0, 16), level=0.95)
    assert one.difference is None
    assert one.reading == "cant_tell"


# The sample, recomputed with pandas.


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Return the sample with answers about most of the children, some of them changed later."""
    library = Library(SAMPLE, tmp_path_factory.mktemp("entries"))
    viewer = read_viewers(SAMPLE)["southampton_manager"]
    cases = ask(AuditToolQuestion(), RPS, NO_FILTERS, viewer, library=library).answer.cases
    rng = np.random.default_rng(5)
    words = ["yes", "yes", "no", "not_known"]
    for round_ in range(2):
        for number, case in enumerate(cases):
            if number % 4 == round_ or number % 3 == 0:
                continue
            chosen = rng.choice(len(AUDIT_FLAGS), size=20 if round_ else 27, replace=False)
            keys = [list(AUDIT_FLAGS)[place] for place in chosen]
            answers = tuple((key, str(rng.choice(words))) for key in keys)
            entry = AuditEntry(plan_id=case.plan_id, answers=answers)
            enter(entry, RPS, viewer, library=library)
    return library


def due() -> pd.DataFrame:
    """Return the plans to be analysed, from the parquet file, with pandas."""
    plans = pd.read_parquet(SAMPLE / RPS / "cp_plans.parquet")
    for name in ("started_on", "ended_on"):
        plans[name] = pd.to_datetime(plans[name])
    as_at = pd.Timestamp(2024, 3, 31)
    plans = plans[plans.started_on <= as_at].sort_values(["child_id", "started_on", "plan_id"])
    plans["gap"] = (plans.started_on - plans.groupby("child_id").ended_on.shift()).dt.days
    newest = plans.groupby("child_id").tail(1)
    now = newest.ended_on.isna() | (newest.ended_on > as_at)
    now |= newest.started_on > pd.Timestamp(2023, 3, 31)
    return newest[now & (newest.gap <= 730)]


@pytest.mark.parametrize("is_own", [False, True])
def test_the_sample_counted_a_second_way(answered: Library, is_own: bool) -> None:
    plans = due()
    entries = pd.read_parquet(answered.entries_folder(RPS) / FILE)
    entries = entries[entries.plan_id.isin(plans.plan_id)]
    latest = entries.sort_values("answered_at").groupby(["plan_id", "question"]).tail(1)
    latest = latest.merge(plans[["plan_id", "family_id"]], on="plan_id")
    found = {
        (family, question): set(group.answer)
        for (family, question), group in latest.groupby(["family_id", "question"])
    }
    viewer = read_viewers(SAMPLE)["southampton_manager"] if is_own else PUBLIC
    answer = ask(AuditToolQuestion(), RPS, NO_FILTERS, viewer, library=answered).answer
    view = answer.own if is_own else answer.counts
    families = set(plans.family_id)
    assert view.n_children == len(plans)
    assert view.n_families == len(families)
    assert view.analysed.events == latest.family_id.nunique()
    shown = 0
    for one in view.tallies:
        said = Counter(
            "mixed"
            if {"yes", "no"} <= (got := found.get((family, one.key), set()))
            else next((word for word in ("yes", "no", "not_known") if word in got), "unanswered")
            for family in families
        )
        for word in ("yes", "no", "mixed", "not_known", "unanswered"):
            value = getattr(one, f"n_{word}")
            assert (value is None and not is_own) or value == said[word]
            shown += value is not None
        if one.share.value is not None:
            assert one.share == Share.of(said["yes"], said["yes"] + said["no"])
    assert shown > 2 * len(view.tallies)


def test_the_audits_shares_stand_beside(answered: Library) -> None:
    audit = pd.read_parquet(SAMPLE / RPS / "audit_families.parquet")
    answer = ask(AuditToolQuestion(), RPS, NO_FILTERS, PUBLIC, library=answered).answer
    assert answer.n_audited == len(audit) == 16
    for one in answer.counts.tallies:
        said = audit[one.key].dropna()
        assert (one.earlier.events, one.earlier.n) == (said.sum(), len(said))


def test_what_may_be_passed_on_is_the_same_for_the_manager(answered: Library) -> None:
    viewer = read_viewers(SAMPLE)["southampton_manager"]
    question = AuditToolQuestion()
    mine = ask(question, RPS, NO_FILTERS, viewer, library=answered).answer
    public = ask(question, RPS, NO_FILTERS, PUBLIC, library=answered).answer
    assert mine.counts == public.counts
    assert len(mine.cases) == mine.own.n_children
    assert (public.cases, public.own) == ((), None)


def test_true_counts_are_those_of_the_cases_that_the_viewer_sees(tiny: Library) -> None:
    """Nobody learns from the true counts what the cases listed for them do not already say."""
    entered(tiny, "P2", domestic_abuse="yes")
    entered(tiny, "P6", domestic_abuse="no", issue_dropped="yes")
    answer = asked(tiny)
    assert answer.own is not None
    told = Counter((one.question, one.answer) for case in answer.cases for one in case.given)
    for one in answer.own.tallies:
        assert (one.n_yes, one.n_no) == (told[one.key, "yes"], told[one.key, "no"])
    assert asked(tiny, PUBLIC).own is None
    assert asked(tiny, replace(CHAIR, may_see_cases=False)).own is None
    assert asked(tiny, ELSEWHERE).own.n_children == 1


def test_an_answer_that_got_true_counts_by_mistake_loses_them(tiny: Library) -> None:
    answer = replace(asked(tiny), may_see_cases=False)
    assert answer.own is not None
    released = answer.disclose(DFE_CIN)
    assert (released.own, released.cases) == (None, ())


def test_small_counts_of_an_audit_that_is_not_published_stay_withheld(tiny: Library) -> None:
    """The true counts are of the viewer's cases; the audit's families are not among them."""
    one = tally("q", [{"q": "yes"}] * 3 + [{"q": "no"}] * 9, Share.of(2, 16), level=0.95)
    shown = beside_audit(one, DFE_CIN, check_earlier=True)
    assert (shown.n_yes, shown.share) == (3, Share.of(3, 12))
    assert shown.earlier.is_withheld
    assert (shown.difference, shown.difference_conf_int) == (None, None)
    assert beside_audit(one, DFE_CIN, check_earlier=False) == one


def test_released_under_the_policies(answered: Library) -> None:
    released = ask(AuditToolQuestion(), RPS, NO_FILTERS, PUBLIC, library=answered)
    assert released.policy == DFE_CIN.key
    assert PUBLISHED.key != released.policy


def test_exhibits_say_what_is_withheld(answered: Library) -> None:
    released = ask(AuditToolQuestion(), RPS, NO_FILTERS, PUBLIC, library=answered)
    counted, compared = audit_tool_exhibits(released)
    assert counted.key == "audit_tally"
    assert any("[c]" in row for row in counted.table.rows)
    assert compared.table.rows
    assert not any(cell is None for row in compared.table.rows for cell in row)
    few = ask(AuditToolQuestion(), RPS, Filters(teams=("none",)), PUBLIC, library=answered)
    assert isinstance(few.answer, Unanswered)


def test_true_counts_are_shown_whole_and_go_into_no_file(answered: Library) -> None:
    viewer = read_viewers(SAMPLE)["southampton_manager"]
    released = ask(AuditToolQuestion(), RPS, NO_FILTERS, viewer, library=answered)
    for exhibit in audit_tool_exhibits(released, is_own=True):
        words = [exhibit.headline, exhibit.subtitle, *exhibit.sentences, *exhibit.notes]
        assert "[c]" not in " ".join([*words, *(str(c) for row in exhibit.table.rows for c in row)])
        assert exhibit.table.rows
        assert exhibit.is_shown_only
        assert exhibit.download.rows == ()
        assert b"domestic abuse" not in table_csv(exhibit, filters="none")
    public = ask(AuditToolQuestion(), RPS, NO_FILTERS, PUBLIC, library=answered)
    shared = audit_tool_exhibits(public)
    assert audit_tool_exhibits(public, is_own=True) == shared
    assert audit_tool_exhibits(released) == shared
    assert all(exhibit.download.rows for exhibit in shared)


def test_before_the_first_answer_there_is_an_invitation_and_no_table(tiny: Library) -> None:
    released = ask(AuditToolQuestion(), "tiny", NO_FILTERS, CHAIR, library=tiny)
    for is_own in (False, True):
        (only,) = audit_tool_exhibits(released, is_own=is_own)
        assert only.headline == "No family is analysed yet"
        assert not only.table.rows
        assert "as soon as answers are saved" in only.sentences[0]


def test_only_questions_with_an_answer_are_listed(tiny: Library) -> None:
    entered(tiny, "P2", domestic_abuse="yes", changed_chair="no")
    released = ask(AuditToolQuestion(), "tiny", NO_FILTERS, CHAIR, library=tiny)
    counted = audit_tool_exhibits(released, is_own=True)[0]
    assert [row[0] for row in counted.table.rows] == [
        AUDIT_FLAGS["domestic_abuse"],
        AUDIT_FLAGS["changed_chair"],
    ]
    assert any("25 of 27" in note for note in counted.notes)


@pytest.mark.parametrize("given", [1, 3, 30, 36])
def test_no_headline_holds_a_mark_for_withheld(tmp_path: Path, given: int) -> None:
    library = Library(SAMPLE, tmp_path)
    viewer = read_viewers(SAMPLE)["southampton_manager"]
    cases = ask(AuditToolQuestion(), RPS, NO_FILTERS, viewer, library=library).answer.cases
    plans = due().set_index("plan_id").family_id
    one_each = {plans[case.plan_id]: case for case in cases}
    for case in list(one_each.values())[:given]:
        entry = AuditEntry(plan_id=case.plan_id, answers=(("domestic_abuse", "yes"),))
        enter(entry, RPS, viewer, library=library)
    released = ask(AuditToolQuestion(), RPS, NO_FILTERS, viewer, library=library)
    shared = audit_tool_exhibits(released)
    own = audit_tool_exhibits(released, is_own=True)
    assert not any("[c]" in one.headline + one.subtitle for one in (*shared, *own))
    assert own[0].headline == f"{given} of 37 families analysed so far"
    assert ("withheld" in shared[0].headline) == (given != 30)
    assert bool(shared[0].table.rows) == (given == 30)
