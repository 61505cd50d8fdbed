"""Joining: which result follows from which answers, because of what; and that nothing follows from silence."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.bundles.answers import Missing
from cases.bundles.joining import JoinedResult
from cases.bundles.people import People, Person
from tests.rooms.cases.bundles.family import ANSWERS, BUNDLES, estate, joined, person, plan_of

# Words that speak of every question, the open ones too.
OF_ALL = re.compile("所有问题|所问已有|每项都有|各项登记均|其余未能核实，或|[Ee](very|ach) question|others could not be told, or")
TWO = estate(2)
COUPLE: People = {"mother": [person(1)], "father": [person(2)]}
OPEN_WORDS = [missing.value for missing in Missing]
FINAL_WORDS = [word for word in ANSWERS if word not in OPEN_WORDS]

# Bundle, what was answered by place, the result, whether complete, because of which questions, which of them rest on a statement.
TABLE = [
    ("deposit", "yes", "yes yes", "shown", True, "death kinship/heir.0 kinship/heir.1", ""),
    ("deposit", "yes", "paper yes", "shown", True, "death kinship/heir.0 kinship/heir.1", ""),
    ("deposit", "yes", "yes said", "shown_and_stated", True, "death kinship/heir.0 kinship/heir.1", "kinship/heir.1"),
    ("deposit", "yes", "yes no", "some_shown", True, "death kinship/heir.0 kinship/heir.1", ""),
    ("deposit", "yes", "yes open", "", False, "", ""),
    ("deposit", "yes", "no no", "not_shown", True, "death kinship/heir.0 kinship/heir.1", ""),
    ("deposit", "no", "open open", "death_not_shown", False, "death", ""),
    ("deposit", "said no", "yes yes", "not_shown", True, "death", "death"),
    ("deposit", "said", "yes yes", "not_shown", True, "death", "death"),
    ("deposit", "open", "yes yes", "", False, "", ""),
    ("deposit", "disputed", "yes yes", "", False, "", ""),
    ("deposit", "retracted", "yes yes", "", False, "", ""),
    ("deposit", "withdrawn", "yes yes", "", False, "", ""),
    ("deposit", "not_yet", "yes yes", "", False, "", ""),
    ("deposit", "mismatch", "yes yes", "not_shown", True, "death", ""),
]


@pytest.mark.parametrize(("kind", "death", "heirs", "result", "complete", "because", "stated"), TABLE)
def test_a_deposit(kind: str, death: str, heirs: str, result: str, complete: bool, because: str, stated: str) -> None:
    said = {"death": death} | {f"kinship/heir.{n}": word for n, word in enumerate(heirs.split())}

    found = joined("deposit_of_deceased", TWO, said)

    assert (found.result.code if found.result else "", found.complete) == (result, complete)
    assert (" ".join(found.because), " ".join(found.on_statement)) == (because, stated)


def test_what_is_shown_of_one_heir_can_be_used_while_the_other_is_open() -> None:
    found = joined("deposit_of_deceased", TWO, {"death": "yes", "kinship/heir.0": "yes", "kinship/heir.1": "returned"})

    assert [(usable.part.code, usable.person) for usable in found.usable] == [("heir_shown", "heir.0")]
    assert found.missing == {"kinship/heir.1": Missing.RETURNED}


def test_a_follow_up_is_due_for_the_person_whose_answer_asks_for_it_and_then_is_waited_for() -> None:
    said = {"death": "yes", "kinship/heir.0": "yes", "kinship/heir.1": "none"}

    before, after = (joined("deposit_of_deceased", TWO, one) for one in (said, said | {"changed_name/heir.1": "open"}))
    answered = joined("deposit_of_deceased", TWO, said | {"changed_name/heir.1": "none"})

    assert (before.due, before.missing, before.complete) == (
        ("changed_name/heir.1",), {"changed_name/heir.1": Missing.TO_ASK}, False,
    )  # fmt: skip
    assert (after.due, after.missing, after.complete) == ((), {"changed_name/heir.1": Missing.OPEN}, False)
    assert complete_result(answered) == "some_shown"


def test_whether_a_follow_up_is_needed_stays_open_while_its_condition_does() -> None:
    found = joined("newborn", COUPLE, {"mother_household": "yes", "father_household": "yes", "marriage": "open"})

    assert (found.result, found.waiting, found.due) == (None, ("spouses_by_household",), ())


@pytest.mark.parametrize(
    ("marriage", "due"), [("married", ("spouse_real_estate",)), ("divorced", ()), ("none", ()), ("yes", ()), ("said", ())]
)
def test_a_condition_reads_the_facts_and_not_the_outcome_alone(marriage: str, due: tuple[str, ...]) -> None:
    found = joined("legal_aid", {"applicant": [person(1)], "spouse": [person(2)]}, {"marriage": marriage})

    assert found.due == due


def test_what_was_not_asked_says_nothing() -> None:
    """A card's death that nobody asked about is neither shown nor missing, and of no spouse no marriage is said."""
    people: People = {"holder": [person(1)], "relative": [person(2, relation="son")]}
    without = joined("close_relative_card", people, {"kinship": "yes"}, chosen=[])
    with_it = joined("close_relative_card", people, {"kinship": "yes"}, chosen=["death"])
    found = dict.fromkeys(("real_estate", "housing_fund", "social_insurance"), "none")
    loan = joined("mortgage", {"borrower": [person(1)]}, found, chosen=[])

    assert complete_result(without) == "shown"
    assert (with_it.result, with_it.missing) == (None, {"death": Missing.OPEN})
    assert complete_result(loan) == "all_known"


def test_a_follow_up_that_could_not_be_asked_is_missing_only_while_it_is_needed() -> None:
    refused = {"changed_name/heir.0": "not_asked", "death": "yes", "kinship/heir.1": "yes"}
    needed = joined("deposit_of_deceased", TWO, {**refused, "kinship/heir.0": "none"})
    undecided = joined("deposit_of_deceased", TWO, {**refused, "kinship/heir.0": "disputed"})
    put_right = joined("deposit_of_deceased", TWO, {**refused, "kinship/heir.0": "yes"})

    assert (needed.missing["changed_name/heir.0"], undecided.missing["changed_name/heir.0"]) == (Missing.NOT_ASKED,) * 2
    assert (put_right.missing, complete_result(put_right)) == ({}, "shown")


def complete_result(found: JoinedResult) -> str:
    """The result's code, empty unless it is complete."""
    return found.result.code if found.complete and found.result else ""


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_question_without_an_answer_ever_makes_a_complete_result(data: st.DataObject) -> None:
    """Whatever the bundle, the people, the choices and the answers: silence, and what no longer stands, are never an answer."""
    kind = data.draw(st.sampled_from(sorted(BUNDLES.values(), key=lambda one: one.code)))
    people: People = {
        role.role: [enterprise() if role.kind == "enterprise" else person(17 * n + place) for place in range(count)]
        for n, role in enumerate(kind.roles)
        for count in [data.draw(st.integers(role.min, min(role.max, 3)))]
    }
    offered = [question.code for question in kind.questions if question.ask == "offered"]
    chosen = data.draw(st.lists(st.sampled_from(offered), unique=True)) if offered else []
    plan = plan_of(kind.code, people, chosen)
    words = st.sampled_from([*FINAL_WORDS, *FINAL_WORDS, *OPEN_WORDS, ""])
    said = {p.place: word for p in plan if (p.asked or p.waits) and (word := data.draw(words))}

    found = joined(kind.code, people, said, chosen)

    needless = {p.place for p in plan if p.waits and said.get(p.place) == "not_asked" and p.place not in found.missing}
    unanswered = {p.place for p in plan if (p.asked or p.place in said) and said.get(p.place, "open") in OPEN_WORDS} - needless
    assert not (found.complete and (unanswered or found.due or found.waiting))
    assert unanswered <= set(found.missing)
    if found.result and unanswered:
        said_of_it = [text.say(locale) for text in (found.result.title, found.result.words) for locale in ("zh", "en")]
        assert not [words for words in said_of_it if OF_ALL.search(words)], "an open question is not spoken of as answered"
    if not unanswered and not found.due and not found.waiting and said:
        assert found.result is not None
    for places in (found.because, *(usable.because for usable in found.usable)):
        assert not set(places) & unanswered, "a question without an answer is a reason for nothing"
    turned = joined(kind.code, people, said | dict.fromkeys(unanswered, "yes"), chosen)
    if found.result is not None and not found.due and not turned.due:
        assert turned.result == found.result, "what was certain stays so whatever the open ones say"
    recorded = {place for place in found.because if said.get(place) in ("said", "said no")}
    assert recorded == set(found.on_statement)


def enterprise() -> Person:
    """An invented enterprise."""
    return person(99).model_copy(update={"id_number": None, "credit_code": "91330782MA2DEXAMP0"})
