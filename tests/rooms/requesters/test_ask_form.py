"""The ask form: what is typed becomes the question, and every fault finds its field."""

from cases.catalogue.catalogue import load
from cases.catalogue.checks import NEEDED
from cases.question import Question
from requesters.ask.ask_form import field_names, form_faults, question_data, typed_of
from storage.problem import FieldFault

CATALOGUE = load()
TYPED = {
    "csrf": "x",
    "key": "y",
    "subjects.person.name": "王小明",
    "subjects.person.id_number": "330782199003074516",
    "subjects.relative.name": "王大明",
    "subjects.relative.id_number": " 330725196501014516 ",
    "details.relation": "father",
    "year": "",
    "matter": "close_relative_card",
    "purpose": "注销",
    "reference": "1",
    "urgent_reason": "",
}


def test_what_is_left_empty_is_left_out_and_nothing_else_of_the_page_comes_along() -> None:
    data = question_data(CATALOGUE.item("kinship"), TYPED)
    assert "year" not in data
    assert set(data) == {"item", "matter", "purpose", "reference", "subjects", "details", "urgent"}
    assert data["subjects"]["relative"]["id_number"] == "330725196501014516"
    assert data["urgent"] is False


def test_a_question_filled_into_the_form_and_read_again_is_the_same() -> None:
    item = CATALOGUE.item("kinship")
    subject = {"name": "王小明", "id_number": "330782199003074516"}
    plain = {"item": "kinship", "matter": "close_relative_card", "subjects": {"person": subject}, "details": {"relation": "father"}}
    rest = {"year": 1979, "purpose": "注销", "reference": "1", "urgent": True, "urgent_reason": "急"}
    question = Question.model_validate({**plain, **rest})
    again = question_data(item, typed_of(question))
    assert Question.model_validate({**again, "subjects": {"person": again["subjects"]["person"]}}) == question


def test_every_fault_lands_on_a_field_of_the_page_in_its_order() -> None:
    item = CATALOGUE.item("kinship")
    typed = {**TYPED, "subjects.relative.id_number": "", "purpose": " "}
    faults = form_faults(item, typed, [FieldFault("reference", "x", "late"), FieldFault("subjects.person.id_number", "y", "first")])
    assert [fault.field for fault in faults] == [
        "subjects.person.id_number", "subjects.relative.id_number", "purpose", "reference"]  # fmt: skip
    assert {fault.field for fault in faults} <= set(field_names(item))
    assert faults[1].message == NEEDED


def test_an_enterprise_without_its_code_is_asked_for_the_code() -> None:
    """The shape itself speaks of a person's number; the page has no such field for an enterprise."""
    item = CATALOGUE.item("enterprise_tax")
    typed = {
        "subjects.enterprise.name": "义乌某公司",
        "subjects.enterprise.credit_code": "91",
        "matter": "m",
        "purpose": "p",
        "reference": "r",
    }
    faults = form_faults(item, typed, [FieldFault("subjects.enterprise.id_number", "one_number", "Give one.")])
    assert [fault.field for fault in faults if "enterprise" in fault.field] == ["subjects.enterprise.credit_code"]


def test_a_fault_of_no_field_stands_first() -> None:
    fault = FieldFault("Idempotency-Key", "key_reused", "used")
    assert form_faults(CATALOGUE.item("kinship"), TYPED, [fault])[0] == fault
