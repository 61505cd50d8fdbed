"""Records that know people by some kinds of document alone: nobody of another kind is said to have no record."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broker.transports.embedded import EmbeddedTransport
from cases.documents.known_kinds import KINDS, RESIDENT
from cases.question import Finding, Outcome, Question, Source, Subject
from responders.agent.agent import Agent
from responders.agent.asking import OTHER_DOCUMENT, Asker
from responders.agent.record_stores import RecordStore, SeenStore
from responders.handlers.persons import fill_rows, look_up
from tests.rooms.responders.agent.letters import NOW, findings, letter
from tests.rooms.responders.agent.stores import FATHER, HANDLERS, NAMES, SON, about, kinship

NOTHING = Finding(outcome=Outcome.NO_RECORD, source=Source.RECORD)
DOCUMENTS: list[dict[str, Any]] = [
    {"document": {"kind": "hmt_residence_permit", "number": "810000199001010019"}},
    {"id_number": "810000199001010019"},
    {"document": {"kind": "hk_macao_travel_permit", "number": "H12345678"}},
    {"document": {"kind": "taiwan_travel_permit", "number": "12345678"}},
    {"document": {"kind": "permanent_residence_card", "number": "911840198001010013"}},
    {"document": {"kind": "passport", "country": "USA", "number": "E1234567"}},
]


def asked(item: str, **subject: Any) -> Question:
    shape = {"item": item, "matter": "mortgage", "purpose": "x", "reference": "A-1"}
    details = {"relation": "spouse"} if item == "kinship" else {}
    people = {"person": {"name": "陈大文", **subject}}
    if item in ("kinship", "marriage"):
        people["relative" if item == "kinship" else "spouse"] = {"name": NAMES[FATHER], "id_number": FATHER}
    return Question.model_validate({**shape, "details": details, "subjects": people})


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_a_handler_that_knows_cards_alone_says_that_a_person_must_look(
    start: Callable[..., Agent], post: EmbeddedTransport, document: dict[str, Any]
) -> None:
    questions = [asked("kinship", **document), kinship(SON, FATHER, "father"), asked("death", **document), about("death", SON)]
    post.publish([letter(one, str(number)) for number, one in enumerate(questions)])

    assert start().answer_once() == 4
    outcomes = {sent.about: sent.body["finding"] for sent in findings(post)}
    assert [outcomes[number]["words"] == OTHER_DOCUMENT.words for number in "0123"] == [True, False, True, False]
    assert outcomes["0"]["outcome"] == outcomes["2"]["outcome"] == "not_digitised"
    assert outcomes["1"]["outcome"] == "confirmed"


@pytest.mark.parametrize(("on_record", "misnamed"), [("TREMBLAY MARIE EVE", False), ("马丽", False), ("Tremblay Anne", True)])
def test_a_handler_that_knows_passports_knows_the_name_however_it_is_written(on_record: str, misnamed: bool) -> None:
    wife = {"name": "TREMBLAY, Marie-Ève", "other_name": "马丽", **DOCUMENTS[-1]}
    with closing(sqlite3.connect(":memory:")) as records:
        records.execute("CREATE TABLE former (number, name, old_number, old_name)")
        records.execute("CREATE TABLE wedding (number, name, day)")
        records.execute("INSERT INTO wedding VALUES ('E1234567', ?, '2014-05-01')", (on_record,))
        [one] = look_up(records, [Subject.model_validate(wife)])
        fill_rows(records, [one], "wedding", "day")

    assert (one.known, one.misnamed, one.born) == (True, misnamed, 0)


def test_no_packaged_handler_claims_a_kind_that_there_is_not() -> None:
    assert {kind for one in HANDLERS.values() for kind in getattr(one, "DOCUMENTS", (RESIDENT,))} <= set(KINDS)


@pytest.mark.parametrize(
    ("of_store", "told"), [(None, "no_record"), ("resident_id_card passport", "no_record"), ("", "not_digitised")]
)
def test_a_handler_that_knows_passports_is_asked_as_far_as_its_store_holds_them(
    tmp_path: Path, of_store: str | None, told: str
) -> None:
    def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
        return [NOTHING for _ in questions]

    handler: Any = SimpleNamespace(find=find, DOCUMENTS=(RESIDENT, "passport"), TABLES=("wedding",))
    with closing(sqlite3.connect(tmp_path / "civil.sqlite")) as records, records:
        records.execute("CREATE TABLE wedding (number TEXT)")
        records.execute("INSERT INTO wedding VALUES ('E1234567')")
        records.execute(f"CREATE TABLE source (item, electronic_from, as_of{', documents' if of_store is not None else ''})")
        values = ("marriage", 2000, "2026-01-01") if of_store is None else ("marriage", 2000, "2026-01-01", of_store)
        records.execute(f"INSERT INTO source VALUES ({', '.join('?' * len(values))})", values)
    seen = SeenStore()
    asker = Asker("marriage", handler, lambda: RecordStore("marriage", handler, tmp_path / "civil.sqlite", seen), lambda: NOW)
    question: Any = SimpleNamespace(question=asked("marriage", **DOCUMENTS[-1]))
    permit: Any = SimpleNamespace(question=asked("marriage", **DOCUMENTS[2]))

    turn = asker.ask([question, permit], lambda: None)
    asker.close()
    assert [finding.outcome for _, finding in turn.found] == [told, "not_digitised"]
