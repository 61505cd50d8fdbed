"""The fishing guard: what looks like fishing is held before anybody is asked, and what only looks busy is not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_2

from cases.case import Case
from cases.grants.grants import Grant
from cases.lifecycle import State
from cases.question import Question
from cases.safeguards.streets import street_of
from requesters.ask.submit import Submission, submit
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, MACHINE, NO, SUPERVISOR, YES, County
from tests.routes import FATHER, RULEBOOK, SON, kinship

LIMITS = replace(RULEBOOK.fishing_guard, tries=3, per_reference=4, per_street=3)
BOOK = replace(RULEBOOK, fishing_guard=LIMITS)
GRANTED = (("kinship", "close_relative_card"), ("household_history", "close_relative_card"))


@pytest.fixture(autouse=True)
def _granted(county: County) -> None:
    with county.database.write() as session:
        for unit in ("bank", "court"):
            session.add_all(Grant(unit=unit, item=item, matter=matter, until=date(2030, 1, 1)) for item, matter in GRANTED)


def somebody(n: int) -> dict[str, str]:
    """An invented person with a valid number."""
    body = f"33078219{60 + n // 400:02d}{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
    return {"name": f"钱{n}", "id_number": body + str(mod_11_2.calc_check_digit(body))}


def tried(n: int, reference: str = "", unit: str = "bank", who: str = "asker", **change: Any) -> Submission:
    """Is this man, another each time, the father of the same card holder?"""
    people = {"person": {"name": "吴一", "id_number": SON}, "relative": somebody(n)}
    plain = kinship(reference or f"B-{n}", subjects=people, **change)
    return Submission(Question.model_validate(plain), unit, who)


def others(n: int, reference: str, unit: str = "bank") -> Submission:
    """A question about two people nobody else asks about."""
    plain = kinship(reference, subjects={"person": somebody(2 * n), "relative": somebody(2 * n + 1)})
    return Submission(Question.model_validate(plain), unit, "asker")


def at_address(n: int, address: str) -> Submission:
    plain = {"item": "household_history", "matter": "close_relative_card", "purpose": "x", "reference": f"H-{n}"}
    subjects = {"person": somebody(n)}
    return Submission(Question.model_validate({**plain, "subjects": subjects, "details": {"address": address}}), "bank", "asker")


def send(county: County, *submissions: Submission) -> list[str]:
    with county.database.write() as session:
        results = submit(session, submissions, county.now, BOOK)
    assert all(isinstance(one, str) for one in results), results
    return [str(one) for one in results]


def states(county: County, numbers: Sequence[str]) -> list[str]:
    return [county.case(number).state for number in numbers]


def test_trap_14_trying_other_data_until_it_matches_is_held(county: County) -> None:
    """Trap 14: the fourth differing question about one person, none of which was confirmed, goes to nobody."""
    numbers = [send(county, tried(n))[0] for n in range(5)]

    assert states(county, numbers) == ["asked"] * 3 + ["held"] * 2
    assert [letter.about for letter in county.letters("question")] == numbers[:3]
    line = county.trail(numbers[3])[-1]
    assert (line.action, line.actor, line.to) == ("hold", "clock", "held")
    assert line.details == {"rule": "person", "count": 3, "earlier": sorted(numbers[:3])}
    held = county.case(numbers[3])
    assert (held.wake_at, held.open, held.outcome) == (None, False, "")


def test_trap_14_in_one_batch_it_is_the_same(county: County) -> None:
    """Trap 14: a sheet of guesses is no better than guesses typed one by one."""
    assert states(county, send(county, *(tried(n) for n in range(5)))) == ["asked"] * 3 + ["held"] * 2


def test_trap_14_colleagues_do_not_share_out_the_tries(county: County) -> None:
    """Trap 14: what counts is the unit."""
    numbers = send(county, *(tried(n, who=f"clerk{n}") for n in range(4)))

    assert states(county, numbers)[3] == "held"
    assert states(county, send(county, tried(3, unit="court"))) == ["asked"]


def test_what_was_confirmed_is_no_fishing(county: County) -> None:
    """Many heirs of one person are many questions about them, each of them true."""
    for n in range(6):
        (number,) = send(county, tried(n))
        assert county.case(number).state == "asked"
        assert isinstance(county.move(number, "find", MACHINE, finding=YES), Case)


def test_what_was_denied_counts_on(county: County) -> None:
    for n in range(3):
        county.move(send(county, tried(n))[0], "find", MACHINE, finding=NO)
    assert states(county, send(county, tried(9))) == ["held"]


def test_the_same_question_again_is_no_new_try(county: County) -> None:
    send(county, *(tried(n) for n in range(3)))
    assert states(county, send(county, tried(0, "again-1"), tried(1, "once-2"))) == ["asked"] * 2


def test_trap_14_what_was_held_is_held_again_however_often_it_is_asked(county: County) -> None:
    """Trap 14: neither a second time nor after a refusal or a withdrawal does it slip through."""
    number = send(county, *(tried(n) for n in range(4)))[3]
    assert states(county, send(county, tried(3, "again-1"))) == ["held"]
    county.move(number, "refuse", SUPERVISOR)
    (other,) = send(county, tried(3, "once-2"))
    county.move(other, "withdraw", ASKER)
    assert states(county, send(county, tried(3, "and-3"), tried(3, "and-3"))) == ["held"] * 2


def test_what_was_let_through_may_be_asked_again(county: County) -> None:
    number = send(county, *(tried(n) for n in range(4)))[3]
    county.move(number, "let_through", SUPERVISOR)
    assert states(county, send(county, tried(3, "again-1"))) == ["asked"]


def test_after_a_month_the_tries_are_forgotten(county: County) -> None:
    send(county, *(tried(n) for n in range(3)))
    county.later(days=LIMITS.days + 1)
    assert states(county, send(county, tried(7))) == ["asked"]


def test_one_file_number_is_not_good_for_many_people(county: County) -> None:
    numbers = send(county, *(others(n, "2026-0815") for n in range(6)))

    assert states(county, numbers) == ["asked"] * 4 + ["held"] * 2
    assert county.trail(numbers[5])[-1].details["rule"] == "reference"
    assert states(county, send(county, others(20, "2026-0816"), others(21, "2026-0815", "court"))) == ["asked"] * 2


def test_one_street_is_not_gone_through_house_by_house(county: County) -> None:
    written = ("浙江省义乌市稠城街道丹溪路12号", "丹溪路 ７ 号", "义乌市丹溪路19号3单元", "丹溪路一百二十号", "福田小区3幢")
    numbers = send(county, *(at_address(n, address) for n, address in enumerate(written)))

    assert states(county, numbers) == ["asked", "asked", "asked", "held", "asked"]
    assert county.trail(numbers[3])[-1].details["rule"] == "street"


@once
@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("浙江省义乌市稠城街道丹溪路12号", "丹溪路"),
        ("福田小区３幢２单元", "福田小区"),
        ("丹溪社区十二号", "丹溪社区"),
        ("12 Danxi Road", "danxiroad"),
        ("Danxi Road 12", "danxiroad"),
        ("路", ""),
        ("", ""),
    ],
)
def test_a_street_is_the_same_however_it_is_written(address: str, street: str) -> None:
    assert street_of(address) == street


def test_the_supervisor_lets_it_through_and_the_clock_runs_from_then(county: County) -> None:
    number = send(county, *(tried(n) for n in range(4)))[3]
    before = county.case(number).due_at
    county.later(days=2)
    assert isinstance(county.move(number, "let_through", SUPERVISOR), Case)
    case = county.case(number)

    assert (case.state, case.wake_for) == ("asked", "machine")
    assert case.due_at > before
    assert county.letters("question")[-1].about == number
    assert county.move(number, "find", MACHINE, finding=YES)


def test_refused_it_goes_to_nobody_and_its_asker_is_told(county: County) -> None:
    number = send(county, *(tried(n) for n in range(4)))[3]
    county.move(number, "refuse", SUPERVISOR)

    assert county.case(number).state == State.REFUSED
    assert [letter.about for letter in county.letters("outcome")] == [number]
    assert number not in [letter.about for letter in county.letters("question")]


def test_its_asker_may_take_it_back_and_its_holder_never_hears_of_it(county: County) -> None:
    number = send(county, *(tried(n) for n in range(4)))[3]

    assert not isinstance(county.move(number, "find", MACHINE, finding=YES), Case)
    assert not isinstance(county.move(number, "take", CLERK), Case)
    assert isinstance(county.move(number, "withdraw", ASKER), Case)
    assert FATHER not in str(county.trail(number))


MISMATCH = {"outcome": "identity_mismatch", "source": "record", "words": "", "evidence": {}, "identity": {"person": "name_differs"}}


def called(name: str, number: str, n: int, item: str = "kinship") -> Submission:
    """A question about this name with this number, by one of four colleagues, under a file number of its own."""
    person = {"name": name, "id_number": number}
    about: dict[str, Any] = {"subjects": {"person": person, "relative": {"name": "吴大", "id_number": FATHER}}}
    if item != "kinship":
        about = {"item": item, "subjects": {"person": person}, "details": {}}
    return Submission(Question.model_validate(kinship(f"N-{n}", **about)), "bank", f"clerk{n % 4}")


def one_by_one(county: County, asked: Sequence[Submission], finding: dict[str, Any] = MISMATCH) -> list[str]:
    """Each is answered before the next is asked."""
    found = []
    for one in asked:
        (number,) = send(county, one)
        found.append(county.case(number).state)
        if found[-1] == "asked":
            county.move(number, "find", MACHINE, finding=finding)
    return found


def test_names_tried_for_one_number_are_held_whoever_tries(county: County) -> None:
    asked = [called(f"吴{chr(0x4E00 + n)}", SON, n) for n in range(40)]

    assert one_by_one(county, asked) == ["asked"] * LIMITS.tries + ["held"] * (40 - LIMITS.tries)


def test_names_tried_for_one_number_are_held_whatever_is_asked(county: County) -> None:
    items = ["kinship", "household_history"]
    asked = [called(f"吴{chr(0x4E00 + n)}", SON, n, items[n % 2]) for n in range(8)]

    assert one_by_one(county, asked) == ["asked"] * LIMITS.tries + ["held"] * (8 - LIMITS.tries)


@pytest.mark.parametrize("finding", [MISMATCH, {**NO, "outcome": "no_record"}])
def test_numbers_tried_for_one_name_are_held(county: County, finding: dict[str, Any]) -> None:
    asked = [called("钱多", somebody(n)["id_number"], n, "household_history") for n in range(30)]

    assert one_by_one(county, asked, finding) == ["asked"] * LIMITS.tries + ["held"] * (30 - LIMITS.tries)


def test_a_typing_mistake_that_is_put_right_is_no_fishing(county: County) -> None:
    for n in range(4):  # four customers, each name wrong once
        number = somebody(n)["id_number"]
        (first,) = send(county, called(f"钱{n}误", number, 2 * n, "household_history"))
        county.move(first, "find", MACHINE, finding=MISMATCH)
        (second,) = send(county, called(f"钱{n}", number, 2 * n + 1, "household_history"))
        assert states(county, [first, second]) == ["answered", "asked"]
        county.move(second, "find", MACHINE, finding=YES)


def test_a_name_written_otherwise_is_the_same_question(county: County) -> None:
    first, second = (called(name, SON, n) for n, name in enumerate(("吴一", "吴　一")))

    assert len({county.case(number).fingerprint for number in send(county, first, second)}) == 1


def test_numbers_tried_for_one_name_are_held_over_items_and_in_one_sheet(county: County) -> None:
    """Also where each is answered "none": that a number is nobody's of this name is what somebody who searches learns."""
    items, none = ["kinship", "household_history"], {**NO, "outcome": "no_record"}
    mixed = [called("钱多", somebody(n)["id_number"], n, items[n % 2]) for n in range(8)]
    sheet = [called("钱少", somebody(50 + n)["id_number"], 50 + n, "household_history") for n in range(8)]

    assert one_by_one(county, mixed, none) == ["asked"] * LIMITS.tries + ["held"] * (8 - LIMITS.tries)
    assert states(county, send(county, *sheet)) == ["asked"] * LIMITS.tries + ["held"] * (8 - LIMITS.tries)


def test_names_tried_for_one_number_in_one_sheet_are_held(county: County) -> None:
    items = ["kinship", "household_history"]
    sheet = [called(f"吴{chr(0x4E00 + n)}", SON, n, items[n % 2]) for n in range(8)]

    assert states(county, send(county, *sheet)) == ["asked"] * LIMITS.tries + ["held"] * (8 - LIMITS.tries)


def test_one_person_asked_about_in_many_ways_is_no_fishing(county: County) -> None:
    """Seven certificates from one card, none of which there is: the same name with the same number."""
    none = {**NO, "outcome": "no_record"}
    asked = [replace(called("钱一", somebody(1)["id_number"], n, "household_history"), key=f"k{n}") for n in range(7)]
    changed = [
        replace(one, question=one.question.model_copy(update={"details": {"address": f"某路{n}号"}})) for n, one in enumerate(asked)
    ]

    assert one_by_one(county, changed[: LIMITS.tries], none) == ["asked"] * LIMITS.tries


def test_the_right_name_after_many_wrong_ones_can_be_asked_again(county: County) -> None:
    for n in range(LIMITS.tries - 1):
        (number,) = send(county, called(f"吴{chr(0x4E00 + n)}", SON, n, "household_history"))
        county.move(number, "find", MACHINE, finding=MISMATCH)
    (right,) = send(county, called("吴一", SON, 20, "household_history"))
    county.move(right, "find", MACHINE, finding=YES)

    assert states(county, send(county, called("吴一", SON, 21, "household_history"))) == ["asked"]
