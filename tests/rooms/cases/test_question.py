"""Questions and findings: what is taken, what is refused and for which field, and how they travel."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select
from sqlmodel import SQLModel

from cases.case import SubjectsColumn
from cases.question import Finding, Outcome, Question, Source, Subject
from storage.row_encryption import decrypt_row, encrypt_rows
from tests.vaults import VAULT

SON, FATHER = "330725197601100212", "330725195003050113"
CODE = "91330782MA2E00001P"


def shape(**more: Any) -> dict[str, Any]:
    """A question that is right, but for what is changed."""
    subjects = {"person": {"name": "王建国", "id_number": SON}, "relative": {"name": "王根福", "id_number": FATHER}}
    question = {"item": "kinship", "matter": "inheritance", "subjects": subjects, "purpose": "继承", "reference": "J-1"}
    return question | more


def asking(**person: str) -> dict[str, Any]:
    """A question about one person as given."""
    return shape(subjects={"person": person})


def faults(kind: type[SQLModel], value: dict[str, Any], **context: Any) -> list[tuple[str, str]]:
    """Fields and error types of a wrong shape."""
    with pytest.raises(ValidationError) as wrong:
        kind.model_validate(value, context=context)
    return [(".".join(map(str, error["loc"])), error["type"]) for error in wrong.value.errors()]


def test_a_question_is_taken_as_it_is() -> None:
    question = Question.model_validate(shape())

    assert question.subjects["person"] == Subject(name="王建国", id_number=SON)
    assert (question.details, question.year, question.urgent) == ({}, None, False)


def test_numbers_are_made_plain_and_bridged() -> None:
    """15 digits are accepted and looked up in both forms."""
    subject = Subject.model_validate({"name": " 王建国 ", "id_number": "３３０７２５７６０１１００２１"})

    assert (subject.name, subject.id_number) == ("王建国", SON)
    assert subject.id_forms == [SON, "330725760110021"]


def test_who_never_had_15_digits_is_looked_up_in_one_form() -> None:
    assert Subject(name="王子轩", id_number="33078220050404031X").id_forms == ["33078220050404031X"]
    assert Subject.model_construct(name="一家厂", credit_code=CODE).id_forms == []


WRONG = [
    (shape(item=""), [("item", "string_too_short")]),
    (shape(matter="x" * 65), [("matter", "string_too_long")]),
    (shape(purpose="   "), [("purpose", "string_too_short")]),
    (shape(year=1899), [("year", "greater_than_equal")]),
    (shape(year=2101), [("year", "less_than_equal")]),
    (shape(note="x"), [("note", "extra_forbidden")]),
    (shape(urgent=True), [("", "urgent_reason")]),
    (shape(urgent=True, urgent_reason="  "), [("", "urgent_reason")]),
    (shape(details={"relation": 1}), [("details.relation", "string_type")]),
    (asking(name="王", id_number=SON[:17] + "3"), [("subjects.person.id_number", "id_number_check_digit")]),
    (asking(name="王", id_number="1"), [("subjects.person.id_number", "id_number_form")]),
    (asking(name="", id_number=SON), [("subjects.person.name", "string_too_short")]),
    (asking(name="王"), [("subjects.person", "one_number")]),
    (asking(name="王", id_number=SON, credit_code=CODE), [("subjects.person", "one_number")]),
    (asking(name="王", id_number=SON, age="3"), [("subjects.person.age", "extra_forbidden")]),
    (asking(name="厂", credit_code=CODE[:17] + "0"), [("subjects.person.credit_code", "credit_code")]),
]


@pytest.mark.parametrize(("value", "wrong"), WRONG)
def test_what_is_wrong_is_named_by_its_field(value: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    assert faults(Question, value) == wrong


def test_a_year_in_the_future_is_refused_where_today_is_told() -> None:
    today = date(2026, 9, 1)

    assert faults(Question, shape(year=2027), today=today) == [("year", "year_in_future")]
    assert faults(Question, shape(year=2100), today=today) == [("year", "year_in_future")]
    assert [Question.model_validate(shape(year=year), context={"today": today}).year for year in (2026, 1990, None)] == [
        2026, 1990, None,
    ]  # fmt: skip
    assert Question.model_validate(shape(year=2027)).year == 2027  # a letter that comes back may be read on any day


def test_a_birth_in_the_future_is_refused_where_today_is_told() -> None:
    child = asking(name="王子轩", id_number="33078220050404031X")

    assert faults(Question, child, today=date(2005, 4, 3)) == [("subjects.person.id_number", "id_number_future")]
    assert Question.model_validate(child, context={"today": date(2005, 4, 4)})


def test_a_batch_names_the_place_of_the_wrong_one() -> None:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(list[Question]).validate_python([shape(), shape(item="")])

    assert [error["loc"] for error in wrong.value.errors()] == [(1, "item")]


def test_a_question_travels_as_json_and_comes_back_the_same() -> None:
    question = Question.model_validate(shape(details={"relation": "father"}, year=1979, urgent=True, urgent_reason="手术"))

    assert Question.model_validate_json(question.model_dump_json()) == question
    assert Question.model_validate(question.model_dump(mode="json", exclude_none=True)) == question


def test_subjects_kept_in_one_column_come_back_the_same() -> None:
    engine = create_engine("sqlite://")
    table = Table("asked", MetaData(), Column("number", Integer, primary_key=True), Column("subjects", SubjectsColumn))
    subjects = Question.model_validate(shape()).subjects
    plain = {role: subject.model_dump(exclude_none=True) for role, subject in subjects.items()}
    with engine.begin() as connection:
        table.create(connection)
        rows = encrypt_rows(VAULT, table, [{"number": n, "subjects": s} for n, s in enumerate((subjects, plain, None))])
        connection.execute(insert(table), list(map(dict, rows)))
        kept = [decrypt_row(VAULT, table, dict(row))["subjects"] for row in connection.execute(select(table)).mappings()]
    engine.dispose()

    assert kept == [subjects, subjects, None]
    assert kept[0]["relative"].id_forms == [FATHER, "330725500305011"]


def test_a_finding_has_the_grade_of_its_source() -> None:
    assert [Finding(outcome=Outcome.CONFIRMED, source=source).grade for source in Source] == ["A", "B", "C"]


def test_exactly_available_from_names_a_day() -> None:
    later = {"outcome": "available_from", "source": "archive", "available_on": "2026-10-08"}

    assert Finding.model_validate(later).available_on == date(2026, 10, 8)
    assert faults(Finding, later | {"available_on": None}) == [("", "available_on")]
    assert faults(Finding, later | {"outcome": "confirmed"}) == [("", "available_on")]


def test_silence_is_no_outcome() -> None:
    """Trap 3."""
    assert faults(Finding, {"outcome": "", "source": "record"}) == [("outcome", "enum")]
    assert faults(Finding, {"source": "record"}) == [("outcome", "missing")]
