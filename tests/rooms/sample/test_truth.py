"""The machines' answers held against the city itself: none is untrue, and nine of ten ordinary questions need no person."""

from collections import Counter
from pathlib import Path

from cases.catalogue.catalogue import Catalogue
from cases.question import Finding, Identity, Outcome, Source, Verdict
from sample.city.archives import HOLDINGS
from sample.city.record_truth import RECORDS
from sample.city.truth import ITEMS, Truth
from sample.questions.asking import ask_machines, share_by_machine
from sample.questions.comparison import untruths
from sample.questions.ordinary import past
from tests.rooms.sample.conftest import SEARCHING, Asked

PAST = 500


def wrong(truth: Truth, catalogue: Catalogue, asked: Asked) -> list[str]:
    """What is untrue, told so that it can be found again."""
    told = ((question, finding, untruths(truth, catalogue.item(question.item), question, finding)) for question, finding in asked)
    return [f"{words} {question!r} {finding!r}" for question, finding, words in told if words]


def test_of_30000_questions_over_all_items_none_is_answered_untruly(truth: Truth, catalogue: Catalogue, searched: Asked) -> None:
    assert len(searched) == SEARCHING
    assert wrong(truth, catalogue, searched) == []


def test_the_questions_reach_every_kind_of_answer(catalogue: Catalogue, searched: Asked) -> None:
    """Each item is confirmed and denied, misnamed and sent to a person, and each fact is said to agree and to differ."""
    outcomes = Counter((question.item, finding.outcome) for question, finding in searched)
    said = {(q.item, code, verdict) for q, finding in searched for code, verdict in finding.facts.items()}

    assert {item for item, _ in outcomes} == set(ITEMS)
    shown_alone = {item for item in RECORDS if not any(m.compares.get(item) for m in catalogue.matters.values())}
    for item in ITEMS:
        for outcome in (
            Outcome.CONFIRMED,
            Outcome.CONTRADICTED,
            Outcome.IDENTITY_MISMATCH,
            Outcome.NO_RECORD,
            Outcome.NOT_DIGITISED,
        ):
            if outcome != Outcome.CONTRADICTED or item not in shown_alone:  # fields that are shown deny nothing
                assert outcomes[item, outcome] > 5, (item, outcome)
    assert len(said) > 45
    assert {identity for _, finding in searched for identity in finding.identity.values()} == set(Identity)


def test_a_finding_turned_round_would_be_seen(truth: Truth, catalogue: Catalogue, searched: Asked) -> None:
    """Were any verdict its opposite, or any silence a denial, the comparison would say so."""
    turned = {Verdict.AGREES: Verdict.DIFFERS, Verdict.DIFFERS: Verdict.AGREES}
    for question, finding in searched:
        item = catalogue.item(question.item)
        for code, verdict in finding.facts.items():
            false = finding.model_copy(update={"facts": {**finding.facts, code: turned[verdict]}})
            assert untruths(truth, item, question, false), (question, finding)
        if finding.outcome == Outcome.CONFIRMED and question.year is None and question.details.get("children") != "0":
            none = Finding(outcome=Outcome.NO_RECORD, source=Source.RECORD)
            assert untruths(truth, item, question, none), (question, finding)


def test_whoever_gives_the_right_name_and_number_is_never_told_otherwise(truth: Truth, searched: Asked) -> None:
    right = [f for q, f in searched if all(truth.belongs(subject) for subject in q.subjects.values())]

    assert len(right) > SEARCHING / 2
    assert [finding for finding in right if finding.outcome == Outcome.IDENTITY_MISMATCH] == []


def test_nine_of_ten_ordinary_questions_need_no_person(truth: Truth, catalogue: Catalogue, ordered: Asked) -> None:
    told = [(question, finding) for question, finding in ordered if question.item in ITEMS]

    assert wrong(truth, catalogue, told) == []
    assert share_by_machine([finding for _, finding in ordered]) >= 0.92  # births before 1985 are looked up on paper


def test_what_lay_before_the_electronic_years_is_for_a_person(truth: Truth, catalogue: Catalogue, archives: Path) -> None:
    questions = list(past(truth, catalogue, PAST))

    assert share_by_machine(ask_machines(archives, catalogue, questions)) == 0


def test_every_register_of_the_city_is_asked_about() -> None:
    assert {item for items in HOLDINGS.values() for item in items} <= set(ITEMS)
