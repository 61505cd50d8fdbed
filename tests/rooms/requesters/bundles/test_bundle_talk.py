"""What is said about one question of a bundle: its page tells who has it and who waits for whom, and its mark can be found."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from requesters.bundles import bundle_pages
from requesters.own_cases import case_lists
from tests.kinds import once
from tests.rooms.county import CLERK, MACHINE
from tests.rooms.requesters.bundles.bank import Bank, deposit
from web.problems import handle_problems
from web.templates import PageRenderer


@pytest.fixture
def web(bank: Bank) -> TestClient:
    doors = bank.doors
    doors.app.state.context = replace(doors.app.state.context, page=PageRenderer())
    for router in (bundle_pages.router, case_lists.router):
        doors.app.include_router(router)
    handle_problems(doors.app)
    client = doors.client(language="en")
    with doors.database.write() as session:
        opened = open_session(session, session.get_one(Account, "asker"), doors.now)
    client.cookies.set("hecha", opened.token)
    return client


def at_desk(bank: Bank, move: str, **given: Any) -> tuple[str, str]:
    """A bundle and its case about the death, which a clerk took; this is made of it."""
    number = str(bank.post(deposit(1)).json()["number"])
    for name, mover in (("hand_over", MACHINE), ("take", CLERK), (move, CLERK)):
        bank.move(number, "death", name, mover, **(given if name == move else {}))
    bank.work()
    return number, bank.read(number).cases["death"].number


@once
@pytest.mark.parametrize(("move", "words"), [("ask_back", "asks you something"), ("offer_later", "offers a later day")])
def test_what_waits_for_the_asker_is_said_and_found(bank: Bank, web: TestClient, move: str, words: str) -> None:
    number, case = at_desk(bank, move)
    assert f"/cases/{case}" in web.get("/cases?state=new").text
    page = web.get(f"/bundles/{number}").text

    assert page.count(f"olice {words}: waits for you") >= 2, "in the list and in what is missing"
    assert page.count('class="tie grey gap"') == 1


@once
def test_a_question_that_was_passed_on_is_in_hand_where_it_is(bank: Bank, web: TestClient) -> None:
    number, _ = at_desk(bank, "forward")
    page = web.get(f"/bundles/{number}").text

    assert page.lower().count("with civil") >= 2
