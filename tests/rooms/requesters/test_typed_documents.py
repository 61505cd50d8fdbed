"""The ask form with people who have no resident ID card: what is recognised, asked and said, for every item and kind."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from cases.catalogue.catalogue import load
from cases.catalogue.checks import check_question
from cases.documents.known_kinds import CITIZENS, KINDS
from cases.question import Question
from requesters.ask.ask_form import form_faults, question_data, typed_of
from requesters.ask.echoes import Echo, echoes
from requesters.ask.typed_documents import typed_document
from requesters.batches.batch_columns import batch_kind, question_in
from storage.problem import faults_of

CATALOGUE, TODAY = load(), date(2026, 3, 2)
MARRIAGE = CATALOGUE.item("marriage")
CARD = "330782199003074516"
NUMBERS = {
    "resident_id_card": CARD, "hmt_residence_permit": "810000199001010019", "hk_macao_travel_permit": "H1234567801",
    "taiwan_travel_permit": "0012345601(B)", "permanent_residence_card": "911840198001010013", "passport": "E1234567",
}  # fmt: skip


def typed(item: Any, **last: str) -> dict[str, str]:
    """Everything of the form but its last role's number; `last` are that role's other fields."""
    fields = {"matter": "mortgage", "purpose": "x", "reference": "A-2026-1"}
    fields |= {f"details.{d.name}": d.choices[0].code if d.choices else "1" for d in item.details if d.required}
    for place, role in enumerate(item.subjects):
        fields |= {f"subjects.{role.role}.name": f"王{place}", f"subjects.{role.role}.{role.number_field}": CARD}
    role = item.subjects[-1]
    return fields | {f"subjects.{role.role}.{name.replace('__', '.')}": text for name, text in last.items()}


def spouse(number: str, **others: str) -> dict[str, str]:
    return typed(MARRIAGE, name="SMITH, John", id_number=number, **others)


def faults(item: Any, form_data: dict[str, str]) -> dict[str, str]:
    """Faults by the form's own fields."""
    try:
        found = check_question(Question.model_validate(question_data(item, form_data), context={"today": TODAY}), item)
    except ValidationError as error:
        found = list(faults_of(error))
    return {fault.field: fault.code for fault in form_faults(item, form_data, found)}


def echo(form_data: dict[str, str]) -> Echo:
    return echoes(MARRIAGE, form_data, TODAY)[-1]


def test_a_resident_card_is_what_it_was_and_nothing_is_asked_about_it() -> None:
    form_data = spouse(CARD, document__kind="passport", document__country="USA", other_name="x")

    assert question_data(MARRIAGE, form_data)["subjects"]["spouse"] == {"name": "SMITH, John", "id_number": CARD}
    assert typed_document(MARRIAGE.subjects[1], form_data).choices == ()


@pytest.mark.parametrize("typed_so_far", [CARD[:length] for length in range(1, 18)])
def test_while_an_id_number_is_typed_nobody_is_asked_which_document_it_is(typed_so_far: str) -> None:
    shown = typed_document(MARRIAGE.subjects[1], spouse(typed_so_far) | {"at": "subjects.spouse.id_number"})

    assert (shown.choices, shown.is_other) == ((), False)


def test_what_the_shape_tells_is_not_asked_and_what_it_does_not_is() -> None:
    certain = {number: typed_document(MARRIAGE.subjects[1], spouse(number)) for number in NUMBERS.values()}

    assert [one.kind for one in certain.values()] == ["resident_id_card", "resident_id_card", *list(NUMBERS)[2:]]
    assert not any(one.choices for one in certain.values())
    assert [one.code for one in typed_document(MARRIAGE.subjects[1], spouse("12345678")).choices] == [
        "taiwan_travel_permit", "passport"]  # fmt: skip
    assert faults(MARRIAGE, spouse("12345678")) == {"subjects.spouse.document.kind": "document_kind"}
    assert faults(MARRIAGE, spouse("12345678", document__kind="taiwan_travel_permit")) == {}
    assert faults(MARRIAGE, spouse("E1234567")) == {"subjects.spouse.document.country": "document_country"}
    assert faults(MARRIAGE, spouse("E1234567", document__country="Utopia")) == {
        "subjects.spouse.document.country": "document_country"}  # fmt: skip
    assert faults(MARRIAGE, spouse("911840198001010014")) == {"subjects.spouse.id_number": "document_check_digit"}


@pytest.mark.parametrize("country", ["USA", "us", "美国", "united states", " ＵＳＡ "])
def test_a_country_is_read_as_people_write_it_and_the_form_comes_back_the_same(country: str) -> None:
    data = question_data(MARRIAGE, spouse("e1234567", document__country=country, other_name="史约翰"))
    question = Question.model_validate(data)
    subject = question.subjects["spouse"]

    assert subject.document
    assert (subject.document.country, subject.document.number, subject.other_name) == ("USA", "E1234567", "史约翰")
    again = Question.model_validate(question_data(MARRIAGE, typed_of(question)))
    assert again.subjects == question.subjects


def test_the_echo_says_which_document_it_takes_it_for() -> None:
    card, passport = echo(spouse(NUMBERS["permanent_residence_card"])), echo(spouse("E1234567", document__country="加拿大"))

    assert (card.state, card.document, card.birth, card.age, card.sex) == (
        "good", KINDS["permanent_residence_card"], date(1980, 1, 1), 46, "")  # fmt: skip
    assert (passport.state, passport.document, passport.country) == ("good", KINDS["passport"], "CAN")
    assert echo(spouse("12345678")).state == echo(spouse("E1234567")).state == "asking", "nothing is called right that is not whole"
    assert echo(spouse("911840198001010014")).state == "wrong"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", CATALOGUE.items)
def test_every_item_takes_the_kinds_it_names_and_says_of_others_what_to_do(code: str, kind: str) -> None:
    item = CATALOGUE.item(code)
    role = item.subjects[-1]
    if role.kind != "person":
        return
    form_data = typed(item, name="陈", id_number=NUMBERS[kind], document__country="USA")
    told = faults(item, form_data)
    number = f"subjects.{role.role}.id_number"
    if len(item.subjects) > 1 and kind == "resident_id_card":
        assert told.get(number) == "same_person"
    elif kind in role.documents:
        assert number not in told
    else:
        assert told.get(number) == "document_not_taken"
        assert echoes(item, form_data, TODAY)[-1].state == "refused"
    assert set(CITIZENS) <= set(role.documents), "what could be asked before can be asked now"


def test_what_an_item_is_not_asked_by_is_told_beside_all_else_that_is_wrong() -> None:
    item = CATALOGUE.item("low_income")
    form_data = typed(item, id_number=NUMBERS["permanent_residence_card"]) | {"purpose": "", "subjects.person.name": ""}

    assert faults(item, form_data) == {
        "subjects.person.name": "missing", "subjects.person.id_number": "document_not_taken", "purpose": "missing"}  # fmt: skip


def test_a_sheet_has_the_kind_beside_the_number_and_one_without_is_as_before() -> None:
    fields = [column.field for column in batch_kind(MARRIAGE, CATALOGUE).columns]
    row = {"subjects.spouse.name": "SMITH", "subjects.spouse.id_number": "E1234567"}
    kind = {"subjects.spouse.document.kind": "passport", "subjects.spouse.document.country": "加拿大"}

    assert {*kind, "subjects.spouse.other_name"} <= set(fields)
    assert not any("document" in column.field for column in batch_kind(CATALOGUE.item("low_income"), CATALOGUE).columns)
    assert question_in(row, MARRIAGE)["subjects"]["spouse"] == {"name": "SMITH", "id_number": "E1234567"}
    assert question_in(row | kind, MARRIAGE)["subjects"]["spouse"] == {
        "name": "SMITH", "document": {"kind": "passport", "country": "CAN", "number": "E1234567"}}  # fmt: skip
    card = {**row, "subjects.spouse.id_number": CARD, "subjects.spouse.document.kind": "resident_id_card"}
    assert question_in(card, MARRIAGE)["subjects"]["spouse"] == {"name": "SMITH", "id_number": CARD}
