"""Lists that grow with use end somewhere, and say how many more there are and where."""

import re
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from access import freezes, sessions
from access.accounts import Account
from access.freezes import Frozen
from access.units import Unit
from administrators.permissions import application_forms
from cases.case import question_of
from cases.case_search import asked_before
from cases.grants.applications import Application
from cases.lifecycle import State
from cases.question import Question
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.roster import areas
from contacts.roster import history as contact_history
from contacts.roster.roster import Contact
from storage.database import Database
from storage.first_rows import first_rows
from tests.kinds import once
from tests.rooms.county import MONDAY, County
from tests.rooms.office import Office
from tests.routes import FATHER, SON, kinship


@pytest.mark.parametrize(
    ("at_most", "skip", "shown", "more"), [(2, 0, ["a", "b"], 1), (2, 2, ["c"], 0), (3, 0, ["a", "b", "c"], 0), (2, 9, [], 0)]
)
def test_the_first_rows_say_how_many_more_there_are(
    database: Database, at_most: int, skip: int, shown: list[str], more: int
) -> None:
    with database.write() as session:
        session.add_all(Unit(code=code, name_zh=code, name_en=code) for code in "abc")
        session.flush()
        found = first_rows(session, select(Unit).where(Unit.code < "d").order_by(Unit.code), at_most, skip)

        assert ([unit.code for unit in found], found.more, found.total) == (shown, more, len(shown) + more)


def before(session: Session, county: County, question: Question) -> Any:
    return asked_before(session, question, "bank", county.now)


@once
def test_of_what_was_asked_lately_a_few_are_shown_and_the_others_counted(county: County) -> None:
    """Six hundred lines once pushed the form down by 16,000 px."""
    numbers = county.ask(30)
    with county.database.read() as session:
        found = before(session, county, question_of(county.case(numbers[0])))

    assert (len(found), found.more) == (5, 25)


@once
def test_the_same_pair_under_another_name_was_not_asked_before(county: County) -> None:
    county.ask()
    other = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "别人", "id_number": FATHER}}
    question = Question.model_validate(kinship("B-9", subjects=other))
    with county.database.read() as session:
        assert before(session, county, question) == []


def test_the_pages_say_how_many_more(office: Office) -> None:
    county = office.county
    (number,) = county.asked_into(State.AT_DESK)
    numbers = county.asked_into(State.AT_DESK, 6)
    with county.database.write() as session:
        look = TrailLine(county.now, "look", "person", "clerk", "police", number)
        trail.write(session, [look] * 60)
    clerk = office.client("clerk")
    shown = clerk.get(f"/desk/{number}")

    assert len(re.findall(rf'<li><a href="/desk/({"|".join(numbers)})"', shown)) == 5
    assert "and 1 more" in shown
    assert "Looked at 61 times" in shown
    assert "11 earlier lines are not shown here" in shown


def test_a_search_that_is_cut_short_says_so(office: Office) -> None:
    office.county.ask(27)
    shown = office.client("supervisor").post("/board/find", q="B-").text

    assert "The newest 25 cases that fit" in shown
    assert "27" not in re.findall(r"(\d+) cases", shown)


def test_applications_beyond_a_page_are_counted(office: Office) -> None:
    with office.county.database.write() as session:
        one = {
            "unit": "bank",
            "item": "kinship",
            "matter": "close_relative_card",
            "holder": "police",
            "basis": "rule",
            "file_note": "1",
        }
        when = {"applied_at": MONDAY, "since": MONDAY, "until": date(2027, 3, 2), "applied_by": "asker", "state": "applied"}
        session.add_all(Application(**one, **when) for _ in range(application_forms.SHOWN + 3))
    shown = office.client("asker").get("/permissions")

    assert shown.count('<a class="num-link" href="/permissions/') == application_forms.SHOWN
    assert "and 3 more" in shown


@pytest.mark.parametrize(("who", "address"), [("clerk", "/me"), ("admin", "/admin/accounts/clerk")])
def test_sessions_beyond_a_page_are_counted(office: Office, who: str, address: str) -> None:
    clerk = office.client("clerk")
    with office.county.database.write() as session:
        account = session.get_one(Account, "clerk")
        for _ in range(sessions.SHOWN + 1):
            sessions.open_session(session, account, office.county.now)
    shown = (clerk if who == "clerk" else office.client(who)).get(address)

    assert "and 2 more" in shown


@pytest.mark.parametrize("address", ["/roster/{area}/{contact}", "/roster/{area}"])
def test_of_a_long_history_the_latest_lines_are_shown(office: Office, address: str) -> None:
    county = office.county
    with county.database.write() as session:
        (contact, area), *_ = session.exec(select(Contact.id, Contact.area)).all()
        known = len(contact_history.history(session, contact or 0)), len(areas.history(session, area))
        many = contact_history.SHOWN + 7
        lines = [contact_history.changed(contact, "change", "note", f"n{n}", f"n{n + 1}") for n in range(many)]
        contact_history.note(session, lines, "keeper", county.now)
        session.add_all(
            areas.AreaChange(area=area, who="keeper", at=county.now, what="change", field="name", before=f"a{n}", after=f"a{n + 1}")
            for n in range(many)
        )
        session.get_one(Account, "clerk").roles = ["keeper"]
    shown = office.client("clerk").get(address.format(area=area, contact=contact))

    count = 7 + known["{contact}" not in address]
    assert re.search(rf"{count} earlier lines? (is|are) not shown here", shown)
    assert f"{'n' if 'contact' in address else 'a'}{many}" in shown


def test_what_is_frozen_is_shown_a_page_at_a_time(office: Office) -> None:
    with office.county.database.write() as session:
        session.add_all(
            Frozen(kind="account", subject=f"clerk{n:03}", at=MONDAY, by="supervisor", reason="fishing")
            for n in range(freezes.SHOWN + 2)
        )
    desk = office.client("supervisor")
    first, second = desk.get("/held/frozen"), desk.get("/held/frozen?page=2")

    assert "and 2 more" in first
    assert (first.count("/thaw"), second.count("/thaw")) == (freezes.SHOWN, 2)
    assert "clerk101" in second
