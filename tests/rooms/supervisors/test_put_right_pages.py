"""Answers put right, as pages and API show them: the board, its lists, the month, the trail, and the asker's and clerk's pages."""

from datetime import date

import pytest

from cases.grants.grants import Grant
from cases.grants.pledges import Pledged
from cases.lifecycle import State
from tests.rooms.county import ASKER, CLERK, NO, SECOND
from tests.rooms.office import Desk, Office


@pytest.fixture
def board(office: Office) -> Desk:
    return office.client("supervisor")


def granted(office: Office) -> None:
    """The bank may ask, and its asker has signed what is pledged."""
    pledge = office.assembly.rulebook.pledge
    assert pledge is not None
    with office.county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 12, 31)))
        session.add(Pledged(username="asker", version=pledge.version, digest=pledge.digest, at=office.county.now))


def test_board_month_and_trail_count_what_was_put_right(office: Office, board: Desk) -> None:
    (number,) = office.county.asked_into(State.CLOSED)
    office.county.move(number, "amend", CLERK)
    office.county.later(minutes=1)

    page = board.get("/board")
    assert "1 answer was put right in the last 7 days" in page
    assert 'id="holder-police-amended"' in page
    for what in ("amended&source=record", "amended&holder=police", "to_acknowledge"):
        assert number in board.get(f"/board/cases?what={what}")
    assert number not in board.get("/board/cases?what=amended&holder=civil")
    assert "what=amended&amp;holder=police" in board.get("/month")
    found = board.post("/looks", kind="amendments").text
    assert "1 answer was put right in this time." in found
    assert "Answer amended" in found


def test_a_late_dispute_stands_on_the_board_until_it_is_decided(office: Office, board: Desk) -> None:
    (number,) = office.county.asked_into(State.CLOSED)
    office.county.move(number, "dispute", ASKER)
    assert f'id="disputed-{number}"' in board.get("/board")
    assert "Late dispute" in board.get(f"/board/{number}")
    wrong = board.post(f"/board/{number}/arbitrate", decision="answer", note="x")
    assert "another kind of decision" in wrong.text
    assert board.post(f"/board/{number}/arbitrate", decision="withdraw_answer", note="forged").status_code == 303
    assert office.county.case(number).state == "retracted"
    assert "late-disputes" not in board.get("/board")


def test_the_desk_names_what_waits_for_a_second_person(office: Office) -> None:
    (number,) = office.county.asked_into(State.CLOSED)
    office.county.move(number, "amend", SECOND, finding=NO)
    clerk, second = office.client("clerk"), office.client("second")

    assert "1 amendment waits for a second person:" in clerk.get("/desk")
    assert "Confirm the amendment" in clerk.get(f"/desk/{number}")
    assert "Confirm the amendment" not in second.get(f"/desk/{number}"), "who proposed it does not confirm it"
    assert clerk.post(f"/desk/{number}/confirm_amendment").headers["location"].endswith("flash=confirm_amendment")


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.REFUSED, State.RETRACTED, State.RETURNED])
def test_a_case_that_came_to_nothing_is_asked_again_from_a_form_that_is_filled_in(office: Office, state: State) -> None:
    granted(office)
    (number,) = office.county.asked_into(state)
    asker = office.client("asker")

    assert f'href="/ask/kinship?again={number}"' in asker.get(f"/cases/{number}")
    form = asker.get(f"/ask/kinship?again={number}")
    assert 'value="330725196205140015"' in form
    assert [line.who for line in office.lines("look")][-1] == "asker", "it shows who it was about: the look is recorded"
    assert office.county.case(number).state == state


def test_nobody_fills_a_form_with_another_unit_s_case(office: Office) -> None:
    granted(office)
    (number,) = office.county.ask(unit="court")
    asker = office.client("asker")

    assert "330725196205140015" not in asker.get(f"/ask/kinship?again={number}", 404)
    asker.get("/ask/kinship?again=20200101-AAAAAAAA", 404)


def test_a_correction_that_asks_what_was_asked_lately_says_so_before_it_is_sent(office: Office) -> None:
    granted(office)
    (other,) = office.county.ask(year=1990)
    (number,) = office.county.asked_into(State.RETURNED)
    asker = office.client("asker")
    person = {"subjects.person.name": "吴一", "subjects.person.id_number": "330725196205140015"}
    person |= {"subjects.relative.name": "吴大", "subjects.relative.id_number": "330725193607120013", "details.relation": "father"}
    typed = {**person, "year": "1990", "purpose": "close a card", "reference": "B-0"}
    shown = asker.post(f"/cases/{number}/correct", **typed).text

    assert other in shown
    assert "Nothing was sent." in shown
    assert office.county.case(number).state == "returned"
    assert asker.post(f"/cases/{number}/correct", **typed, again="yes").status_code == 303
    assert office.county.case(number).state == "asked"
