"""The stories' people: the machine finds what each story needs it to find."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from cases.catalogue.catalogue import check_question, load
from cases.documents.known_kinds import RESIDENT
from cases.question import Finding, Question
from responders import handlers
from sample.city.city import City
from sample.city.directory import areas, contacts, grants
from sample.city.stories import Story, stories

NAMES = [
    "kinship", "fifteen", "paper", "two_clerks", "returned", "withdrawn", "amended", "ask_back", "later_day", "community",
    "nobody", "disputed", "wrong_check_digit", "not_granted", "wrong_matter", "foreign_spouse", "station",
]  # fmt: skip
GOOD = NAMES[:12]


def test_there_is_each_story_and_no_two_share_a_person(told: dict[str, Story], city: City) -> None:
    people = [subject for story in told.values() for subject in story.question["subjects"].values()]
    numbers = [subject.get("id_number") or subject["document"]["number"] for subject in people]

    assert list(told) == NAMES
    assert len(set(numbers)) == len(numbers)
    assert stories(city) == told


@pytest.mark.parametrize("name", GOOD)
def test_the_machine_finds_what_the_story_says(told: dict[str, Story], archives: Path, name: str) -> None:
    assert ask(told[name], archives).outcome == told[name].machine


@pytest.mark.parametrize("name", GOOD)
def test_a_good_story_may_be_asked(told: dict[str, Story], name: str) -> None:
    question, catalogue = Question.model_validate(told[name].question), load()
    granted = {(grant.unit, grant.item, grant.matter) for grant in grants(catalogue)}

    assert check_question(question, catalogue.item(question.item)) == []
    assert (told[name].unit, question.item, question.matter) in granted
    assert catalogue.item(question.item).holder == told[name].holder


def test_father_and_son_are_found_in_a_household_they_no_longer_share(told: dict[str, Story], archives: Path) -> None:
    evidence = ask(told["kinship"], archives).evidence

    assert (evidence["shared_today"], evidence["id_form"]) == ("no", "18")
    assert evidence["household"]


def test_the_marriage_of_1992_is_found_under_15_digits(told: dict[str, Story], archives: Path) -> None:
    """Records made before 1999 stand under 15 digits."""
    assert ask(told["fifteen"], archives).evidence.items() >= {"id_form": "15", "from": "1992"}.items()


@pytest.mark.parametrize("name", ["paper", "two_clerks", "returned", "withdrawn", "amended"])
def test_a_paper_story_has_a_page_that_names_both(told: dict[str, Story], name: str) -> None:
    page, subjects = told[name].page, told[name].question["subjects"]

    assert told[name].question["year"] == 1979
    assert page is not None
    assert {subject["id_number"] for subject in subjects.values()} <= set(page.numbers)
    assert all(subject["name"] in page.words for subject in subjects.values())


@pytest.mark.parametrize("name", ["community", "nobody"])
def test_a_community_story_stands_on_no_page_and_has_people_to_ask(told: dict[str, Story], city: City, name: str) -> None:
    numbers = {subject["id_number"] for subject in told[name].question["subjects"].values()}

    assert [page for page in city.pages if page.unit == "police" and numbers <= set(page.numbers)] == []
    assert told[name].area in {area.code for area in areas()}
    assert any(contact.area == told[name].area and contact.phone for contact in contacts())


def test_bad_stories_are_refused_for_one_reason_each(told: dict[str, Story]) -> None:
    catalogue = load()
    granted = {(grant.unit, grant.item) for grant in grants(catalogue)}
    digit, grant, matter = (told[name] for name in NAMES[12:15])
    with pytest.raises(ValidationError) as wrong:
        Question.model_validate(digit.question)

    assert [error["type"] for error in wrong.value.errors()] == ["id_number_check_digit"]
    assert catalogue.allows(grant.question["matter"], grant.question["item"])
    assert (grant.unit, grant.question["item"]) not in granted
    assert not catalogue.allows(matter.question["matter"], matter.question["item"])
    for story in (grant, matter):
        question = Question.model_validate(story.question)
        assert check_question(question, catalogue.item(question.item)) == []


def test_the_foreign_spouse_may_be_asked_about_and_no_register_knows_her_kind_of_document(told: dict[str, Story]) -> None:
    question = Question.model_validate(told["foreign_spouse"].question)

    assert check_question(question, load().item("kinship")) == []
    assert {one.document_kind for one in question.subjects.values()} == {RESIDENT, "permanent_residence_card"}
    assert "permanent_residence_card" not in getattr(handlers.load()["kinship"], "DOCUMENTS", (RESIDENT,))


def ask(story: Story, archives: Path) -> Finding:
    """What the machine finds."""
    handler = handlers.load()[story.question["item"]]
    records = handlers.open_records(handler, archives / f"{story.holder}.sqlite")
    try:
        return handler.find(records, [Question.model_validate(story.question)])[0]
    finally:
        records.close()
