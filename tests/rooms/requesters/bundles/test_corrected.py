"""A corrected question of a bundle: whoever it is about then stands in the bundle, or it counts for nothing there."""

from typing import Any

from cases.bundles.bundle import ReadBundle
from tests.kinds import once
from tests.rooms.cases.bundles.family import person
from tests.rooms.county import ASKER, CLERK, MACHINE, YES
from tests.rooms.requesters.bundles.bank import Bank, deposit


def returned(bank: Bank, place: str, **answered: Any) -> str:
    """A bundle one of whose questions was returned; the others are answered."""
    number = str(bank.post(deposit()).json()["number"])
    bank.answer(number, **answered)
    for name, mover in (("hand_over", MACHINE), ("take", CLERK), ("return", CLERK)):
        bank.move(number, place, name, mover)
    bank.work()
    return number


def correct(bank: Bank, number: str, place: str, role: str, somebody: int, **details: str) -> None:
    case = bank.read(number).cases[place]
    subjects = {name: one.model_dump(exclude_none=True) for name, one in case.subjects.items()}
    subjects[role] = person(somebody).subject.model_dump(exclude_none=True)
    bank.move(number, place, "correct", ASKER, question={"subjects": subjects, "details": {**case.details, **details}})


def heirs(one: ReadBundle) -> list[str]:
    return [each.name for each in one.people["heir"]]


@once
def test_an_heir_whom_the_question_names_anew_is_the_heir_of_the_bundle(bank: Bank) -> None:
    number = returned(bank, "kinship/heir.1", death=YES, kinship_heir_0=YES)
    correct(bank, number, "kinship/heir.1", "relative", 55, relation="daughter")
    bank.answer(number, kinship_heir_1=YES)

    told = bank.get(number)
    assert heirs(bank.read(number)) == [person(1).name, person(55).name]
    assert told["people"]["heir"][1] == {**person(55).model_dump(exclude_none=True), "details": {"relation": "daughter"}}
    assert (told["result"]["code"], told["complete"]) == ("shown", True)


@once
def test_an_answer_about_another_deceased_speaks_for_nobody(bank: Bank) -> None:
    number = returned(bank, "kinship/heir.1", death=YES, kinship_heir_0=YES)
    correct(bank, number, "kinship/heir.1", "person", 55)
    bank.answer(number, kinship_heir_1=YES)

    told = bank.get(number)
    assert (told["state"], told["result"], told["missing"]) == ("settled", None, {"kinship/heir.1": "another"})
    assert told["people"]["deceased"][0]["name"] == person(0).name
