"""Faults name their field and never hold what was typed."""

from datetime import date

import pytest
from pydantic import ValidationError

from cases.question import Finding, Question
from storage.problem import FieldFault, Problem, faults_of, field_path, read_errors

NUMBER = "33072519620514001X"  # no such person; its check digit is wrong on purpose
GOOD = {
    "item": "kinship", "matter": "close_relative_card", "purpose": "close a card", "reference": "B-1",
    "subjects": {"person": {"name": "吴一", "id_number": "330725196205140015"}},
}  # fmt: skip


def faults(shape: type[Question] | type[Finding], **data: object) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        shape.model_validate(data, context={"today": date(2026, 11, 20)})
    return {fault.field: fault.code for fault in faults_of(caught.value)}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"item": ""}, "item", "missing"),
        ({"purpose": "x" * 201}, "purpose", "too_long"),
        ({"year": 1800}, "year", "too_small"),
        ({"year": "soon"}, "year", "wrong_kind"),
        ({"urgent": "perhaps"}, "urgent", "wrong_kind"),
        ({"subjects": 7}, "subjects", "wrong_kind"),
        ({"urgent": True}, "urgent_reason", "urgent_reason"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"subjects": {"person": {"name": "吴一"}}}, "subjects.person.id_number", "one_number"),
        ({"subjects": {"person": {"name": "吴一", "id_number": NUMBER}}}, "subjects.person.id_number", "id_number_check_digit"),
        ({"subjects": {"person": {"name": "吴一", "id_number": "123"}}}, "subjects.person.id_number", "id_number_form"),
    ],
)
def test_each_fault_names_its_field(change: dict[str, object], field: str, code: str) -> None:
    assert faults(Question, **(GOOD | change)) == {field: code}


def test_a_missing_field_and_a_wrong_choice() -> None:
    assert faults(Finding, outcome="maybe") == {"outcome": "not_a_choice", "source": "missing"}
    assert faults(Finding, outcome="available_from", source="archive") == {"available_on": "available_on"}


def test_words_are_translated_and_filled_in() -> None:
    fault = FieldFault("purpose", "too_long", "This may have at most {max_length} characters.", {"max_length": 200})

    assert fault.words() == "This may have at most 200 characters."
    assert fault.words({fault.message: "不得超过{max_length}个字。"}.__getitem__) == "不得超过200个字。"


def test_nothing_typed_ever_stands_in_a_problem() -> None:
    """A name or a number given as a role, as a field or as a value comes out nowhere."""
    wrong = {
        "吴一": {"name": "吴一", "id_number": NUMBER}, NUMBER: {"name": "吴一", NUMBER: "吴一"}, "person": {"name": "吴一" * 40},
    }  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        Question.model_validate(GOOD | {"subjects": wrong, "details": {"吴一": 7}})
    problem = Problem(faults_of(caught.value), status=422)
    told = str(problem) + repr(problem) + repr(problem.faults) + "".join(fault.words() for fault in problem.faults)

    assert len(problem.faults) >= 4
    assert "吴" not in told
    assert "3307" not in told


def test_a_problem_lists_its_faults_and_carries_the_status() -> None:
    problem = Problem([FieldFault("item", "unknown_item", "No."), FieldFault("", "odd", "Odd.")], status=409)

    assert (str(problem), problem.status) == ("item: unknown_item; *: odd", 409)


def test_leading_parts_of_the_place_can_be_left_out() -> None:
    """As FastAPI's, which puts "body" before the field."""
    row = {"type": "missing", "loc": ("body", "subjects", "person"), "msg": "Field required"}

    assert [fault.field for fault in read_errors([row], skip=1)] == ["subjects.person"]


def test_an_error_that_nobody_thought_of_still_has_a_plain_sentence() -> None:
    row = {"type": "frozen_instance", "loc": (), "msg": "Instance is frozen 330725"}

    assert read_errors([row])[0].words() == "This cannot be right. Please check it."


def test_places_in_a_list_are_numbers() -> None:
    assert field_path("rows", 3, "id_number") == "rows.3.id_number"
