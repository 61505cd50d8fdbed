"""Subjects: old bodies as they were, other documents beside them, and who is one person by name and number."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from cases.case import fingerprint
from cases.documents.latin_names import latin_form, same_latin_name
from cases.question import Question, Subject
from cases.subject_index import indexed
from storage.problem import faults_of
from tests.vaults import VAULT

OLD = {"name": "吴大", "id_number": "330725193607120013"}
PASSPORT = {"kind": "passport", "country": "USA", "number": "E12345678"}
PERMIT = {"kind": "hmt_residence_permit", "number": "810000199001010019"}


def permit(number: str) -> dict[str, Any]:
    return {"name": "陈大文", "document": {"kind": "hk_macao_travel_permit", "number": number}}


def question(**subject: Any) -> Question:
    said = {"item": "death", "matter": "inheritance", "purpose": "x", "reference": "A-1"}
    return Question.model_validate({**said, "subjects": {"person": subject}})


def faults(**subject: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as wrong:
        Subject.model_validate({"name": "A", **subject})
    return {fault.field: fault.code for fault in faults_of(wrong.value)}


def test_an_old_body_is_what_it_was_to_the_letter() -> None:
    subject = Subject.model_validate(OLD)

    assert subject.model_dump() == {**OLD, "credit_code": None}
    assert json.loads(subject.model_dump_json()) == {**OLD, "credit_code": None}, "keys of requests are hashes of this"
    assert subject.model_dump(mode="json", exclude_none=True) == OLD, "letters and columns"
    assert (subject.document_kind, subject.key, subject.masked) == ("resident_id_card", OLD["id_number"], "330***********0013")


def test_a_card_said_to_be_one_becomes_the_id_number() -> None:
    said = Subject.model_validate({"name": "吴大", "document": {"kind": "resident_id_card", "number": "330725 360712001"}})

    assert said.model_dump(exclude_none=True) == OLD


def test_another_document_is_kept_as_it_stands_on_it_and_comes_back_from_where_it_was_kept() -> None:
    asked = {
        "name": "SMITH, John",
        "other_name": "史约翰",
        "document": {"kind": "passport", "country": "us", "number": "e１2345678"},
    }
    subject = Subject.model_validate(asked)
    plain = subject.model_dump(mode="json", exclude_none=True)

    assert plain == {"name": "SMITH, John", "other_name": "史约翰", "document": PASSPORT}
    assert Subject.stored(plain) == subject
    assert (subject.number, subject.masked, subject.document_kind) == ("E12345678", "E*****678", "passport")


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ({"document": {**PASSPORT, "country": None}}, {"document.country": "document_country"}),
        ({"document": {**PASSPORT, "country": "XYZ"}}, {"document.country": "document_country"}),
        ({"document": {**PASSPORT, "number": "E"}}, {"document.number": "document_number"}),
        ({"document": {**PASSPORT, "number": "E" * 65}}, {"document.number": "too_long"}),
        ({"document": {**PASSPORT, "kind": "driving_licence"}}, {"document.kind": "document_kind"}),
        ({"document": {**PASSPORT, "until": "2030"}}, {"document.until": "unknown_field"}),
        ({"document": {**PERMIT, "country": "USA"}}, {"document.country": "document_country"}),
        ({"document": {**PERMIT, "number": "810000199001010010"}}, {"document.number": "document_check_digit"}),
        ({"document": {"kind": "resident_id_card", "number": "330725193607120014"}}, {"document.number": "document_number"}),
        ({"document": "E12345678"}, {"document": "wrong_kind"}),
        ({"document": PASSPORT, "id_number": OLD["id_number"]}, {"id_number": "one_number"}),
        ({"other_name": "x"}, {"id_number": "one_number"}),
        ({"document": PASSPORT, "other_name": "x" * 65}, {"other_name": "too_long"}),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(subject: dict[str, Any], told: dict[str, str]) -> None:
    assert faults(**subject) == told


def test_a_citizens_number_is_one_person_whichever_field_it_came_in() -> None:
    as_number = question(name="陈大文", id_number=PERMIT["number"])
    as_document = question(name="陈大文", document=PERMIT)

    assert as_number.subjects["person"].document_kind == "hmt_residence_permit"
    assert fingerprint(as_number, VAULT) == fingerprint(as_document, VAULT)
    assert indexed(as_number, VAULT) == indexed(as_document, VAULT)


def test_a_renewed_permit_is_asked_about_twice_and_a_passports_country_tells_two_questions_apart() -> None:
    old, renewed = question(**permit("H1234567800")), question(**permit("H12345678"))
    of_usa = question(name="A B", document=PASSPORT)
    of_canada = question(name="B A", document={**PASSPORT, "country": "CAN"})

    assert fingerprint(old, VAULT) == fingerprint(renewed, VAULT)
    assert indexed(of_usa, VAULT) == indexed(of_canada, VAULT), "trying countries is trying"
    assert fingerprint(of_usa, VAULT) != fingerprint(of_canada, VAULT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SMITH, JOHN", "john smith"),
        ("CHAN Tai-man", "Tai Man Chan"),
        ("CHAN Tai-man", "Chan Taiman"),
        ("Müller, Jörg", "JOERG MUELLER"),
        ("Müller", "MULLER"),
        ("O'Brien Sean", "SEAN OBRIEN"),
        ("GARCÍA NÚÑEZ José", "Jose Garcia Nunez"),
        ("Ødegård", "OEDEGAARD"),
        ("ＳＭＩＴＨ　ＪＯＨＮ", "Smith John"),
        ("史约翰", "史 约翰"),
    ],
)
def test_one_latin_name_however_it_is_written(one: str, other: str) -> None:
    assert same_latin_name(one, other)
    assert latin_form(latin_form(one)) == latin_form(one)


@pytest.mark.parametrize(
    ("one", "other"), [("John Smith", "Jon Smith"), ("John Smith", "John"), ("李娜", "李那"), ("Smith", "史密斯")]
)
def test_other_names_stay_others(one: str, other: str) -> None:
    assert not same_latin_name(one, other)


def test_the_name_in_other_letters_is_a_name_too() -> None:
    subject = Subject.model_validate({"name": "SMITH, John", "other_name": "史约翰", "document": PASSPORT})

    assert all(map(subject.is_called, ("John SMITH", "史约翰", "smith john")))
    assert not subject.is_called("John Smythe")
