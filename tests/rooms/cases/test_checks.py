"""A question and a finding are checked against their item; every fault names its field."""

import pytest

from cases.catalogue.catalogue import check_finding, check_question, load
from cases.question import Finding, Identity, Outcome, Question

CATALOGUE = load()
FATHER, SON, FIRM = "330725193607120013", "330725196205140015", "913307821476420603"


def kinship(**change: object) -> Question:
    people = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "吴大", "id_number": FATHER}}
    whole = {"item": "kinship", "matter": "close_relative_card", "purpose": "close a card", "reference": "B-1"}
    return Question.model_validate(whole | {"subjects": people, "details": {"relation": "father"}} | change)


def faults(question: Question) -> dict[str, str]:
    return {fault.field: fault.code for fault in check_question(question, CATALOGUE.item(question.item))}


def test_a_good_question_has_no_faults() -> None:
    assert faults(kinship()) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"subjects": {"person": {"name": "吴一", "id_number": SON}}}, {"subjects.relative": "missing"}),
        ({"details": {}}, {"details.relation": "missing"}),
        ({"details": {"relation": " "}}, {"details.relation": "missing"}),
        ({"details": {"relation": "uncle"}}, {"details.relation": "not_a_choice"}),
        ({"details": {"relation": "father", "plate": "浙G"}}, {"details.plate": "unknown_field"}),
        ({"details": {"relation": "father", "吴一": "x"}}, {"details.?": "unknown_field"}),
    ],
)
def test_a_question_that_does_not_fit_its_item(change: dict[str, object], expected: dict[str, str]) -> None:
    assert faults(kinship(**change)) == expected


def test_one_passport_number_of_two_countries_is_of_two_people() -> None:
    canadian, swiss, again = (
        {"name": "TREMBLAY", "document": {"kind": "passport", "country": country, "number": "AB123456"}}
        for country in ("CAN", "CHE", "CAN")
    )

    assert faults(kinship(subjects={"person": canadian, "relative": swiss})) == {}
    assert faults(kinship(subjects={"person": canadian, "relative": again})) == {"subjects.relative.document.kind": "same_person"}


def test_subjects_that_do_not_fit() -> None:
    person, firm = {"name": "吴一", "id_number": SON}, {"name": "某公司", "credit_code": FIRM}

    assert faults(kinship(subjects={"person": person, "relative": firm})) == {"subjects.relative.id_number": "needs_person"}
    assert faults(kinship(subjects={"person": person, "relative": person})) == {"subjects.relative.id_number": "same_person"}
    assert faults(kinship(item="enterprise_tax", subjects={"enterprise": person}, details={})) == {
        "subjects.enterprise.credit_code": "needs_enterprise"
    }
    assert faults(kinship(item="vehicle", subjects={"person": person, "owner": person}, details={})) == {
        "subjects.owner": "unknown_role"
    }


@pytest.mark.parametrize(
    ("value", "code"),
    [("1962-05-14", None), ("1962-02-30", "wrong_day"), ("19620514", "wrong_day"), ("May", "wrong_day"), ("x" * 201, "too_long")],
)
def test_a_detail_that_is_a_day(value: str, code: str | None) -> None:
    asked = kinship(item="birth", subjects={"person": {"name": "吴一", "id_number": SON}}, details={"born_on": value})

    assert faults(asked) == ({"details.born_on": code} if code else {})


@pytest.mark.parametrize(
    ("value", "code"),
    [("1985", None), ("１９８５", "wrong_year"), ("85", "wrong_year"), ("2101", "wrong_year")],
)
def test_a_detail_that_is_a_year(value: str, code: str | None) -> None:
    birth = CATALOGUE.item("birth")
    item = birth.model_copy(update={"details": (birth.details[0].model_copy(update={"kind": "year"}),)})
    asked = kinship(item="birth", subjects={"person": {"name": "吴一", "id_number": SON}}, details={"born_on": value})

    assert [fault.code for fault in check_question(asked, item)] == ([code] if code else [])


@pytest.mark.parametrize("value", ["0", "2", "２", " 2 ", "没有", "无", "三个", "5个", "-2", "2人", "1.5", "²", "٢"])
def test_a_detail_that_is_a_number_takes_digits_alone(value: str) -> None:
    person = {"person": {"name": "吴一", "id_number": SON}}
    told = faults(kinship(item="adopter_children", subjects=person, details={"children": value}))

    assert told == ({} if value.strip() in ("0", "2", "２") else {"details.children": "wrong_number"})


def test_a_fault_never_holds_the_value() -> None:
    wrong = kinship(details={"relation": "吴一"}, subjects={"吴一": {"name": "吴一", "id_number": SON}})
    told = "".join(repr(fault) + fault.words() for fault in check_question(wrong, CATALOGUE.item("kinship")))

    assert "吴" not in told
    assert SON not in told


def test_a_finding_must_be_one_of_the_item() -> None:
    catalogue = CATALOGUE.item("kinship").model_copy(update={"outcomes": {}})
    finding = Finding.model_validate({"outcome": "confirmed", "source": "record"}).plain()

    assert check_finding(finding, CATALOGUE.item("kinship")) == []
    assert [fault.code for fault in check_finding(finding, catalogue)] == ["unknown_outcome"]


def test_the_script_for_a_call_names_people_and_relation() -> None:
    item = CATALOGUE.item("kinship")

    assert "吴大是不是吴一的父亲？" in item.script(kinship(), "zh-CN")
    assert "Is 吴大 the father of 吴一?" in item.script(kinship(), "en")
    assert CATALOGUE.item("vehicle").script(kinship(), "en") == ""


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({"registered": "agrees", "undissolved": "differs"}, True),
        ({"registered": "differs", "undissolved": "differs"}, True),
        ({"registered": "differs"}, True),
        ({"registered": "differs", "undissolved": "agrees"}, False),
        ({"registered": "unknown", "undissolved": "differs"}, False),
        ({"undissolved": "differs"}, False),
    ],
)
def test_no_fact_is_told_without_the_one_it_needs(said: dict[str, str], fits: bool) -> None:
    """There is no divorce of a marriage of which nothing is known."""
    found = {"outcome": "confirmed" if set(said.values()) == {"agrees"} else "contradicted", "source": "archive", "facts": said}
    wrong = check_finding(Finding.model_validate(found).plain(), CATALOGUE.item("marriage"))

    assert [fault.code for fault in wrong] == ([] if fits else ["facts_deny_outcome"])


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("identity", list(Identity))
def test_a_number_of_another_name_answers_nothing_about_the_item(outcome: Outcome, identity: Identity) -> None:
    """Neither that it is so, nor that it is not, nor that nothing is on record."""
    later = {"available_on": "2027-01-01"} if outcome == Outcome.AVAILABLE_FROM else {}
    found = {"outcome": outcome, "source": "record", "identity": {"person": identity, "relative": "not_known"}, **later}
    wrong = [fault.field for fault in check_finding(Finding.model_validate(found).plain(), CATALOGUE.item("kinship"))]

    answers = outcome not in (Outcome.IDENTITY_MISMATCH, Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY)
    assert wrong == (["identity"] if answers and identity == Identity.NAME_DIFFERS else [])
