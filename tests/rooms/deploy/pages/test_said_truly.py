"""What pages say of a move is what became of it: who decides, who is told and when, and why a case came back."""

import re
from datetime import UTC, datetime

from cases.lifecycle import State
from tests.rooms.county import ASKER, MACHINE, SUPERVISOR
from tests.rooms.office import Office


def flash_of(address: str) -> str:
    found = re.search(r"flash=(\w+)", address)
    return found[1] if found else ""


def test_urging_a_returned_case_keeps_the_reason_of_the_return(office: Office):
    """The asker must know what to put right; that the supervisor urged stands beside it."""
    county = office.county
    (number,) = county.asked_into(State.AT_DESK)
    office.client("clerk").post(f"/desk/{number}/return", note="卷号不符")
    county.move(number, "urge", SUPERVISOR)
    office.client("supervisor").post(f"/board/{number}/urge", note="请尽快")
    asker = office.client("asker")
    asker.post("/pledge", agree="yes", version=str(office.assembly.rulebook.pledge.version))

    for page in (f"/cases/{number}", f"/cases/{number}/correct"):
        (why,) = re.findall(r"</strong> (.*?)</div>", asker.get(page), re.DOTALL)[:1]
        assert re.sub(r"<.*?>", "", why) == "卷号不符", page


def test_a_second_return_is_said_to_go_to_the_supervisor(office: Office):
    county = office.county
    (number,) = county.asked_into(State.RETURNED)
    county.move(number, "correct", ASKER)
    county.move(number, "hand_over", MACHINE)
    clerk = office.client("clerk")
    sent = clerk.post(f"/desk/{number}/return", note="still wrong")

    assert flash_of(sent.headers["location"]) == "return_up"
    page = office.client("asker").get(f"/cases/{number}")
    assert page.count("Returned for correction") == 1, "the first time"
    assert "goes to the supervisor" in page


def test_a_hand_over_says_how_the_colleague_is_told(office: Office):
    county = office.county
    clerk = office.client("clerk")
    numbers = county.asked_into(State.AT_DESK, 2)
    sent = clerk.post("/duty/hand-over", clerk="second", **{f"case-{numbers[0]}": "on"})
    assert flash_of(sent.headers["location"]) == "handed"
    county.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    sent = office.client("clerk").post(f"/desk/{numbers[1]}/reassign", clerk="second")
    assert flash_of(sent.headers["location"]) == "reassign_waits"


def test_without_scripts_no_page_promises_to_change_by_itself(office: Office):
    (number,) = office.county.asked_into(State.AT_DESK)
    for who, address in (("asker", f"/cases/{number}"), ("clerk", "/desk?pile=new")):
        shown = office.client(who).get(address)
        bare = re.sub(r'<span class="with-script">.*?</span>', "", shown)

        assert "noscript.css" in shown
        assert "Load this page again" in bare
        assert "by itself" not in bare, address
