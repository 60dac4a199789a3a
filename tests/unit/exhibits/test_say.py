"""Can I say this? What holds for the sentences of every exhibit of every evaluation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, reduce

import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import KINDS, evaluations_for
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.exhibits.claim import Claim, Moved
from analytics.exhibits.exhibit import CALIBRATED, Exhibit, Table
from analytics.exhibits.recipe import Recipe, Stamp
from analytics.exhibits.say import MOST_WORDS, Say, say
from analytics.exhibits.say_descriptions import DESCRIPTION
from analytics.exhibits.say_kinds import OF_KEYS, OF_QUESTIONS, rule_of
from analytics.exhibits.say_not import DO_NOT_WRITE, is_open
from analytics.exhibits.say_rules import MONEY, SIMULATION
from analytics.extracts.filters import Filters
from analytics.reports.ready_made import ready_made
from tests.helpers.stamped_exhibits import stamped_exhibits

CAUSED = re.compile(
    r"\b(cut|cuts|cutting|reduced|reduces|caused|causes|led to|leads to|prevented|prevents|saved"
    r"|saves|thanks to|made no difference|has no effect|had no effect)\b",
    re.IGNORECASE,
)
NONE = re.compile(r"\bno (effect|difference)\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
LOOK_UPS = {"KnownTeamsQuestion", "AreasQuestion", "StartsQuestion", "PresetsQuestion"}
"""Questions whose answers fill a box of choices and no exhibit."""
COMPARISONS = {
    "EffectQuestion", "ChangeQuestion", "SeriesQuestion", "ServiceUseQuestion",
    "AreaChangeQuestion", "SpecificationQuestion", "ModeratorsQuestion", "GroupsQuestion",
    "FactorsQuestion", "ComparisonQuestion", "GroupQuestion", "FunnelQuestion", "AnywayQuestion",
}  # fmt: skip


@cache
def said() -> tuple[tuple[str, Exhibit, Say], ...]:
    return tuple((f"{name} {one.key}", one, say(one)) for name, one in stamped_exhibits())


def texts(exhibit: Exhibit) -> str:
    cells = [str(cell) for row in exhibit.table.rows for cell in row]
    claim = exhibit.claim or Claim(about="", place="")
    found = [exhibit.headline, exhibit.subtitle, exhibit.source, *exhibit.sentences]
    return " ".join([*found, *exhibit.table.columns, *cells, claim.about, claim.place])


def numbers(text: str) -> set[str]:
    return {found.rstrip(".,") for found in NUMBER.findall(text)}


def kinds_of(exhibit: Exhibit) -> set[str]:
    assert exhibit.stamp is not None
    return {type(question).__name__ for question in exhibit.stamp.recipe.questions}


def test_there_are_exhibits_of_every_evaluation_and_of_published_figures() -> None:
    assert len(said()) > 300
    assert len({name.split()[0] for name, _, _ in said()}) > 5


def test_every_exhibit_has_one_to_three_sentences_to_write_and_one_not_to_write() -> None:
    for name, exhibit, found in said():
        if exhibit.is_shown_only:
            assert found == Say(write=(), not_write=()), name
            continue
        assert 1 <= len(found.write) <= 3, name
        assert found.not_write, name
        assert len(set(found.write)) == len(found.write), name
        sentences = [one.sentence for one in found.not_write]
        assert len(set(sentences)) == len(sentences), name


def test_every_number_to_write_stands_in_the_exhibit() -> None:
    for name, exhibit, found in said():
        known = numbers(texts(exhibit))
        for sentence in found.write:
            assert numbers(sentence) <= known, (name, numbers(sentence) - known)


def test_every_number_not_to_write_stands_in_the_exhibit_too() -> None:
    for name, exhibit, found in said():
        known = numbers(texts(exhibit))
        for one in found.not_write:
            assert numbers(one.marked) <= known, (name, one)


def test_no_sentence_to_write_says_that_something_caused_something() -> None:
    for name, exhibit, found in said():
        if rule_of(exhibit) in {MONEY, SIMULATION}:
            continue
        for sentence in found.write:
            caused = CAUSED.search(sentence)
            assert caused is None or _is_denied(sentence), (name, caused and caused[0], sentence)


def _is_denied(sentence: str) -> bool:
    denied = ("what it saved can't be told", "reported saving", "as soon as answers are saved")
    return any(words in sentence for words in denied)


def test_money_and_simulations_are_conditional_or_say_so() -> None:
    of_money = [(exhibit, found) for _, exhibit, found in said() if rule_of(exhibit) is MONEY]
    simulated = [found for _, exhibit, found in said() if rule_of(exhibit) is SIMULATION]
    assert of_money
    assert simulated
    for _, found in of_money:
        assert all("not cash" in sentence for sentence in found.write)
    for found in simulated:
        assert all("; simulated, not found: " in one for one in found.write)


def test_what_cannot_be_told_is_said_with_every_finding_and_never_becomes_no_effect() -> None:
    looked_at = 0
    for name, exhibit, found in said():
        if not is_open(exhibit):
            continue
        looked_at += 1
        for sentence in found.write:
            assert exhibit.headline in sentence, name
            parts = [part for one in exhibit.sentences for part in one.split(". ")]
            own = [exhibit.headline, *(part.removesuffix(".") for part in parts)]
            ours = reduce(lambda text, one: text.replace(one, ""), own, sentence)
            assert not NONE.search(ours), (name, ours)
    assert looked_at > 20


def test_every_comparison_that_cannot_be_told_has_both_overstatements() -> None:
    looked_at = 0
    for name, exhibit, found in said():
        if not (is_open(exhibit) and kinds_of(exhibit) & COMPARISONS and rule_of(exhibit).open):
            continue
        looked_at += 1
        assert len(found.not_write) >= 2, name
    assert looked_at > 10


def test_made_up_data_is_said_to_be_made_up_and_other_data_is_not() -> None:
    for name, exhibit, found in said():
        for sentence in found.write:
            assert sentence.startswith("In made-up data") == exhibit.synthetic, name


def test_place_and_source_are_said() -> None:
    for name, exhibit, found in said():
        for sentence in found.write:
            assert exhibit.claim is None or exhibit.claim.place in sentence, name
            named = "made-up data that follows " if CALIBRATED in exhibit.source else "source: "
            assert f"; {named}" in sentence, name
            if exhibit.as_at:
                assert f"{exhibit.as_at:%B %Y}" in sentence, name


def test_every_claim_is_short_and_says_its_limit_before_its_basis() -> None:
    long = []
    for name, exhibit, found in said():
        limit = f"; {rule_of(exhibit).bears}."
        for sentence in found.write:
            claim, at, rest = sentence.partition(limit)
            assert at, (name, sentence)
            assert " Basis: " in rest, (name, sentence)
            if len(f"{claim}{limit}".split()) > MOST_WORDS:
                long.append(sentence)
                # Nothing could be left out: it is one sentence, and its interval stands after it.
                assert not re.search(r"[.?!] [A-Z“](?!ut )", claim.partition(": ")[2]), name
    assert len(long) < 0.02 * sum(len(found.write) for _, _, found in said())


def test_what_must_not_be_written_is_always_marked() -> None:
    for name, _, found in said():
        for one in found.not_write:
            assert one.marked.startswith(f"{DO_NOT_WRITE} “"), name
            assert one.marked.count("“") == one.marked.count("”"), name
            assert one.marked.endswith(f"Because {one.why}."), name


def test_no_key_of_an_evaluation_and_no_symbol_is_written() -> None:
    keys = {name.split()[0] for name, _, _ in said() if not name.startswith(" ")}
    for name, _, found in said():
        for text in (*found.write, *(one.marked for one in found.not_write)):
            assert not any(key in text for key in keys if "_" in key), name
            assert "{" not in text, name


@pytest.mark.parametrize("name", sorted(evaluations_for(AnalysesQuestion)))
def test_a_ready_made_briefing_can_be_spoken_about(name: str) -> None:
    pack = ready_made(name, PUBLIC, prepared_at=datetime(2026, 1, 1, tzinfo=UTC))
    for item in pack.items:
        found = say(item.exhibit, item.filters)
        assert found.write, item.exhibit.key
        assert found.not_write, item.exhibit.key
        assert all(numbers(one) <= numbers(texts(item.exhibit)) for one in found.write)
        assert rule_of(item.exhibit) is not DESCRIPTION or item.exhibit.key == "no_effect"
        limit = f"; {rule_of(item.exhibit).bears}."
        claims = [one.partition(limit)[0] + limit for one in found.write]
        assert all(len(one.split()) <= MOST_WORDS for one in claims), item.exhibit.key


def test_every_kind_of_question_has_a_rule() -> None:
    assert set(OF_QUESTIONS) == set(KINDS) - LOOK_UPS


def test_every_rule_of_a_key_is_of_an_exhibit() -> None:
    keys = {exhibit.key for _, exhibit, _ in said()}
    for beginning, _ in OF_KEYS:
        assert any(key.startswith(beginning) for key in keys), beginning


RECIPE = Recipe(
    build="analytics.exhibits.effect:effect_exhibits", questions=(KINDS["EffectQuestion"](),)
)
STAMP = Stamp(
    recipe=RECIPE, answer="0", data="0", protocol="0", policies=(), version="0", places=None
)
EXHIBIT = Exhibit(
    key="outcomes_difference",
    headline="All 1 main outcomes differ in the intended direction",
    subtitle="Difference between the groups, Northshire, 95% intervals",
    figure=None,
    table=Table(
        columns=("Outcome", "Cases", "Share (%)", "95% interval (%)"),
        rows=(("Came back", "40", "25", "14 to 40"), ("Moved away", "40", "50", "35 to 65")),
    ),
    alt_text="",
    notes=(),
    source=f"{CALIBRATED}A report (2020), as at 1 July 2019 (extract 0a1b)",
    synthetic=True,
    sentences=("Came back: 25% of 40.",),
    claim=Claim(
        about="The new work",
        place="Northshire",
        moved=(Moved(what="cases that came back", by="10 percentage points", is_lower=True),),
    ),
    stamp=STAMP,
)


def not_written(exhibit: Exhibit) -> list[str]:
    return [one.sentence for one in say(exhibit).not_write]


def test_a_finding_is_whole_when_it_stands_alone() -> None:
    assert say(EXHIBIT).write == (
        "In made-up data: Came back: 25% of 40 (95% interval 14 to 40%); an association between "
        "like groups, not an effect. Basis: Difference between the groups, Northshire, 95% "
        "intervals; made-up data that follows A report (2020), as at 1 July 2019.",
    )


def test_a_long_finding_keeps_its_doubt_and_follows_its_claim() -> None:
    long = f"Came back: 25% of 40. {'And so on ' * 12}to the end."
    (found,) = say(replace(EXHIBIT, sentences=(long,))).write
    assert found.startswith("In made-up data: Came back: 25% of 40; an association")
    assert f"not an effect. {'And so on ' * 12}to the end. 95% interval 14 to 40%. Basis: " in found
    doubted = long.replace("And so", "But so", 1)
    (found,) = say(replace(EXHIBIT, sentences=(doubted,))).write
    assert found.index("to the end") < found.index("; an association")


def test_a_clear_difference_is_not_put_as_an_effect() -> None:
    found = say(EXHIBIT).not_write[0]
    assert found.sentence == "The new work cut cases that came back by 10 percentage points."
    assert "not drawn by lot" in found.why
    more = replace(EXHIBIT.claim.moved[0], is_lower=False)
    raised = replace(EXHIBIT, claim=replace(EXHIBIT.claim, moved=(more,)))
    assert not_written(raised)[0].startswith("The new work raised cases that came back by 10")


def test_a_difference_that_could_be_chance_is_not_put_as_none() -> None:
    unclear = Moved(what="cases that moved away", by="1 percentage point", is_clear=False)
    moved = (*EXHIBIT.claim.moved, unclear)
    found = not_written(replace(EXHIBIT, claim=replace(EXHIBIT.claim, moved=moved)))
    assert "The new work made no difference to cases that moved away." in found


def test_the_sentences_change_with_the_evidence() -> None:
    found = not_written(replace(EXHIBIT, headline="Can't tell: too few areas"))
    assert found[:2] == ["The new work: it made no difference.", "The new work: it works."]
    assert "The new work: it made no difference." not in not_written(EXHIBIT)


def test_a_finding_is_not_put_as_real_or_as_certain() -> None:
    found = not_written(EXHIBIT)
    assert "Northshire: All 1 main outcomes differ in the intended direction." in found
    assert found[-1] == "Came back: 25%."
    real = replace(EXHIBIT, synthetic=False, source="A register")
    assert not any(one.startswith("Northshire") for one in not_written(real))
    narrow = replace(EXHIBIT.table, rows=(("Came back", "4,000", "25", "24 to 26"),))
    assert not_written(replace(EXHIBIT, table=narrow))[-1] != "Came back: 25%."


def test_what_was_narrowed_is_said() -> None:
    recipe = replace(RECIPE, filters=Filters(sexes=("F",)))
    narrowed = replace(EXHIBIT, stamp=replace(STAMP, recipe=recipe))
    assert "; only a part was counted, by sex; " in say(narrowed).write[0]
    assert "; only a part was counted: sex: Female; " in say(narrowed, "sex: Female").write[0]
    unused = replace(narrowed, filters_unused=("sex",))
    assert "only a part" not in say(unused).write[0]
    assert "only a part" not in say(unused, "none").write[0]


def test_what_is_for_the_screen_only_gives_no_sentence() -> None:
    assert say(replace(EXHIBIT, is_shown_only=True)) == Say(write=(), not_write=())


def test_without_a_stamp_an_exhibit_is_a_description() -> None:
    assert rule_of(replace(EXHIBIT, stamp=None)) is DESCRIPTION
    assert say(replace(EXHIBIT, stamp=None)).write


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("Came back: 25% of 40.", "95% interval 14 to 40%"),
        ("Came back: 25% (14 to 40).", ""),
        ("Nobody was counted.", ""),
        ("Came back: 60% of 90.", ""),
    ],
)
def test_only_the_interval_of_what_is_meant_is_given(sentence: str, given: str) -> None:
    (found,) = say(replace(EXHIBIT, sentences=(sentence,))).write
    assert (given in found) if given else "95% interval 14" not in found
    assert "35 to 65" not in found
