"""A bundle on its page and in the list: what is shown of it, to whom, with which lines on the trail; asked through the form."""

import re
from dataclasses import replace

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from cases.lifecycle import Actor
from cases.moves import Mover
from cases.trail.trail import Trail
from requesters.bundles import bundle_ask_pages, bundle_pages
from requesters.bundles.picture import SIGNS
from requesters.own_cases import case_lists
from tests.kinds import once
from tests.rooms.county import YES, counted
from tests.rooms.requesters.bundles.bank import NO, NOTHING, SAID, Bank, deposit, one
from web.problems import handle_problems
from web.templates import PageRenderer

FORM = "/ask/bundles/deposit_of_deceased"


@pytest.fixture
def web(bank: Bank) -> TestClient:
    """A browser in which the bank's clerk is signed in, with the pages of bundles."""
    doors = bank.doors
    doors.app.state.context = replace(doors.app.state.context, page=PageRenderer())
    for router in (bundle_ask_pages.router, bundle_pages.router, case_lists.router):
        doors.app.include_router(router)
    handle_problems(doors.app)
    client = doors.client(language="en")
    with doors.database.write() as session:
        opened = open_session(session, session.get_one(Account, "asker"), doors.now)
    client.cookies.set("hecha", opened.token)
    client.headers["X-CSRF-Token"] = opened.csrf
    return client


def typed(heirs: int = 2, **more: str) -> dict[str, str]:
    people = {f"people.heir.{n}.who": "{name}{id_number}".format(**one(n + 1)) for n in range(heirs)}
    relations = {f"people.heir.{n}.details.relation": "son" for n in range(heirs)}
    deceased = "{name} {id_number}".format(**one(0))
    plain = {"purpose": "小额存款", "reference": "D-0", "ticks": "yes", "key": "k-1", "people.deceased.0.who": deceased}
    return {**plain, **people, **relations, **more}


def read_print(page: str) -> str:
    found = re.search(r'name="read" value="(\w+)"', page)
    assert found
    return found[1]


def about_bundles(statements: list[str]) -> list[str]:
    """Without the one that reads who is signed in: that is remembered for half a second."""
    return [one for one in statements if "password_hash" not in one]


def legend(page: str) -> str:
    return next(line for line in page.splitlines() if "✓ " in line)


def looks(bank: Bank) -> list[str]:
    with bank.doors.database.read() as session:
        return [line.number for line in session.exec(select(Trail).where(Trail.action == "look"))]


@once
def test_nothing_is_sent_before_it_was_read_back_as_it_stands(bank: Bank, web: TestClient) -> None:
    first = web.post(FORM, data=typed(), follow_redirects=False)
    changed = web.post(FORM, data=typed(reference="D-1", read=read_print(first.text)), follow_redirects=False)
    assert (first.status_code, changed.status_code) == (200, 200)
    assert "Nothing was sent yet" in first.text
    assert bank.doors.client("asker").get("/api/v1/bundles").json()["bundles"] == []

    sent = web.post(FORM, data=typed(read=read_print(first.text)), follow_redirects=False)
    again = web.post(FORM, data=typed(read=read_print(first.text)), follow_redirects=False)
    (bundle,) = bank.doors.client("asker").get("/api/v1/bundles").json()["bundles"]
    assert (sent.status_code, sent.headers["location"]) == (303, f"/bundles/{bundle['number']}?flash=asked")
    assert again.headers["location"] == sent.headers["location"]
    assert set(bank.read(bundle["number"]).cases) == {"death", "kinship/heir.0", "kinship/heir.1"}


@once
def test_what_is_wrong_is_said_at_its_row_and_nothing_typed_is_lost(bank: Bank, web: TestClient) -> None:
    wrong = typed(2, **{"people.heir.1.details.relation": "", "reference": "", "people.heir.1.who": "吴二 3307251964071"})
    page = web.post(FORM, data=wrong)

    assert page.status_code == 422
    assert "Heir 2: " in page.text
    for field in ("reference", "people.heir.1.who", "people.heir.1.details.relation"):
        assert f'id="e-{field}"' in page.text
        assert f'href="#f-{field}"' in page.text
    for name, value in wrong.items():
        assert name == "key" or value in page.text
    assert 'id="e-people.heir.0.who"' not in page.text


@once
def test_a_bundles_page_says_what_became_of_each_question_and_of_the_whole(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit()).json()["number"]
    open_page = web.get(f"/bundles/{number}").text
    for words in ("Not decided yet", "0 of 3 answers are there", "with Police", "as soon as the result", "D-0"):
        assert words in open_page
    assert "paper.pdf" not in open_page

    bank.answer(number, death=YES, kinship_heir_0=YES, kinship_heir_1=SAID)
    page = web.get(f"/bundles/{number}").text
    for words in (
        "some relations rest on a contact&#39;s statement",
        "every question has its answer",
        "grade C: for reference",
        "paper.pdf",
    ):
        assert words in page
    assert page.count('class="tie green good"') == 2
    assert page.count('class="tie amber stated"') == 1
    assert one(1)["id_number"] not in page
    cases = {case.number for case in bank.read(number).cases.values()}
    assert cases <= set(looks(bank))
    assert bank.marks() == []


@once
def test_nothing_on_record_has_a_sign_of_its_own_and_what_could_not_be_told_another(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit()).json()["number"]
    bank.answer(number, death=YES, kinship_heir_0=NOTHING)
    bank.move(number, "kinship/heir.1", "hand_over", Mover(Actor.CLOCK, "clock", ""))
    bank.move(
        number, "kinship/heir.1", "answer", Mover(Actor.CLERK, "clerk", "police"), finding={**NOTHING, "outcome": "cannot_say"}
    )
    bank.work()
    page = web.get(f"/bundles/{number}").text

    assert (page.count('class="tie amber nothing"'), page.count('class="tie amber unclear"')) == (1, 1)
    assert [sign for sign in SIGNS.values() if f"{sign} " not in legend(page)] == []
    assert "? could not be told" in legend(page)


@once
def test_a_page_waits_for_no_answer_that_does_not_come(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit(1)).json()["number"]
    bank.answer(number, death=YES)
    bank.move(number, "kinship/heir.0", "withdraw", Mover(Actor.ASKER, "asker", "bank"))
    page = web.get(f"/bundles/{number}").text

    assert "No joined result" in page
    assert "as answers come" not in page


@once
def test_a_gap_says_what_can_be_done_and_a_part_that_can_be_used_says_for_whom(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit()).json()["number"]
    bank.answer(number, death=YES, kinship_heir_0=YES)
    bank.move(number, "kinship/heir.1", "hand_over", Mover(Actor.CLOCK, "clock", ""))
    bank.move(number, "kinship/heir.1", "return", Mover(Actor.CLERK, "clerk", "police"), note="which street?")
    bank.work()
    page = web.get(f"/bundles/{number}").text
    returned = bank.read(number).cases["kinship/heir.1"].number

    for words in ("returned by Police: waits for you", f"/cases/{returned}/correct", "What can be used already",
                  "Paper of the part that can be used"):  # fmt: skip
        assert words in page
    assert page.count('class="tie grey gap"') == 1


@once
def test_an_amendment_turns_the_page_and_marks_it(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit(1)).json()["number"]
    bank.answer(number, death=YES, kinship_heir_0=YES)
    assert "Death and every named heir" in web.get(f"/bundles/{number}").text
    bank.move(number, "kinship/heir.0", "amend", Mover(Actor.CLERK, "clerk", "police"), outcome="contradicted", note="misread")
    bank.work()
    assert bank.marks() == [(number, "asker")]
    page = web.get(f"/bundles/{number}").text

    assert "Not enough to go on" in page
    assert "Amended" in page


@once
def test_a_bundle_is_one_row_of_the_list_and_its_mark_is_one(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit()).json()["number"]
    cases = [case.number for case in bank.read(number).cases.values()]
    web.get("/cases")
    with counted(bank.doors.database) as statements:
        before = web.get("/cases").text
    assert before.count(f'href="/bundles/{number}"') == 1
    assert not [case for case in cases if case in before]
    bank.answer(number, death=YES, kinship_heir_0=YES, kinship_heir_1=NO)

    lists = {state: web.get(f"/cases?state={state}").text for state in ("all", "new", "answered", "open", "held", "closed")}
    assert {state for state, page in lists.items() if f"/bundles/{number}" in page} == {"all", "new", "answered"}
    assert 'data-count="1"' in lists["all"]
    assert lists["all"].count('<span class="tag good">New answer') == 1
    assert "吴" in lists["all"]
    found = web.post("/cases/find", data={"q": f" {number.lower()} "}, follow_redirects=False)
    assert found.headers["location"] == f"/bundles/{number}"
    others = [bank.post(deposit(1, first=10 + 2 * n)).json()["number"] for n in range(3)]
    with counted(bank.doors.database) as more:
        page = web.get("/cases").text
    assert all(f"/bundles/{other}" in page for other in others)
    assert len(about_bundles(more)) == len(about_bundles(statements))


@once
def test_the_same_customer_stands_in_the_next_form(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit()).json()["number"]
    bank.grant("death", matter="close_relative_card")
    page = web.get(f"/ask/bundles/close_relative_card?same={number}").text
    deceased, heir = (f"{one(n)['name']} {one(n)['id_number']}" for n in (0, 1))

    assert f'value="{deceased}"' in page
    assert f'value="{heir}"' in page
    assert 'value="D-0"' in page
    assert len(looks(bank)) == 3


@once
def test_nobody_sees_another_units_bundle(bank: Bank, web: TestClient) -> None:
    number = bank.post(deposit()).json()["number"]
    with bank.doors.database.write() as session:
        opened = open_session(session, session.get_one(Account, "other"), bank.doors.now)
    web.cookies.set("hecha", opened.token)

    for address in (f"/bundles/{number}", f"/bundles/{number}/live", "/bundles/B20260302-NOSUCH11"):
        assert web.get(address).status_code == 404


@once
def test_twenty_heirs_cost_no_statement_more_than_one(bank: Bank, web: TestClient) -> None:
    few, many = (bank.post(deposit(n, first=2 * n)).json()["number"] for n in (1, 20))
    counts = []
    for number in (few, many):
        web.get(f"/bundles/{number}")
        with counted(bank.doors.database) as statements:
            assert web.get(f"/bundles/{number}").status_code == 200
        counts.append(len(about_bundles(statements)))

    assert counts[0] == counts[1]
