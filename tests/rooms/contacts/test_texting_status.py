"""Texts that stand still: the alarm on the board, the desk and the administrators' page, and in the figures for machines."""

import re
from html import unescape
from uuid import uuid4

import pytest
from sqlmodel import select

from cases.lifecycle import State
from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.provider_health import ILL_AFTER, hear
from contacts.alerts.texting_status import HealthReader, read_texting_status
from contacts.sms.provider import AccountRefused, NotSent, TemporaryFailure
from tests.rooms.county import County
from tests.rooms.office import Desk, Office

ALARM = re.compile(r'id="texts-alarm"[^>]*>(.*?)</div>', re.DOTALL)


def waiting(county: County, code: str, count: int = 1) -> list[str]:
    """Cases at the police's desk of which each first text went wrong."""
    numbers = county.asked_into(State.AT_DESK, count)
    with county.database.write() as session:
        for number in numbers:
            alert = Alert(
                id=uuid4(), about=number, purpose="desk", recipient_kind="clerk", recipient="clerk",
                to_number="+8613900020001", template="desk_new", created_at=county.now, changed_at=county.now,
            )  # fmt: skip
            alert.move(AlertState.QUEUED, county.now, county.now, code)
            session.add(alert)
    return numbers


def failing(county: County, failure: NotSent | None, times: int = 1) -> None:
    with county.database.write() as session:
        hear(session, [("twilio", failure)] * times, county.now)


def alarm(page: str) -> str:
    found = ALARM.search(page)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[1])).split()) if found else ""


@pytest.mark.parametrize(("who", "path"), [("supervisor", "/board"), ("clerk", "/desk"), ("admin", "/admin/health")])
def test_an_ill_provider_is_an_alarm_on_the_page(office: Office, who: str, path: str):
    """Two hours of 500: the board said 0 failed, 76 on their way, and the desk nothing."""
    browser = office.client(who)
    assert alarm(browser.get(path)) == ""
    waiting(office.county, "20500", 3)
    assert alarm(browser.get(path)) == "3 texts wait for another try. (the provider's code 20500: 3)"
    failing(office.county, TemporaryFailure("20500"), ILL_AFTER)
    assert alarm(browser.get(path)).startswith("Texts do not go out: the provider's code 20500 (since")
    failing(office.county, AccountRefused("20003"))
    assert "the provider refuses our account, token or address" in alarm(browser.get(path))
    assert "3 texts wait for another try. Nobody is told by telephone" in alarm(browser.get(path))


def test_another_units_desk_counts_none_of_these(office: Office):
    waiting(office.county, "20500", 3)
    with office.county.database.read() as session:
        assert (read_texting_status(session, "police").waiting, read_texting_status(session, "civil").waiting) == (3, 0)


def test_the_overview_counts_them(office: Office, desk: Desk):
    waiting(office.county, "20500", 3)
    failing(office.county, AccountRefused("20003"))
    page = desk.get("/admin")

    assert re.search(r">1</span><a [^>]*>Providers of texts that are ill", page)
    assert re.search(r'late">3</span><a [^>]*>Texts that went wrong and wait for another try', page)


def test_who_watches_is_told_when_it_begins_and_when_it_ends(office: Office):
    reader = HealthReader()

    def news() -> set[str]:
        with office.county.database.read() as session:
            return reader.news(session)

    assert news() == set()
    failing(office.county, TemporaryFailure("20500"), ILL_AFTER - 1)
    assert news() == set(), "it is not ill yet"
    failing(office.county, TemporaryFailure("20500"))
    assert (news(), news()) == ({"sms_provider:all"}, set())
    failing(office.county, None)
    assert news() == {"sms_provider:all"}


def test_a_dead_number_shows_on_the_duty_page_until_a_text_arrives(office: Office):
    waiting(office.county, "")
    clerk = office.client("clerk")

    def becomes(state: AlertState, code: str = "") -> str:
        with office.county.database.write() as session:
            alert = session.exec(select(Alert)).one()
            alert.move(state, office.county.now, error=code)
        return clerk.get("/duty")

    assert "texts do not arrive" not in becomes(AlertState.QUEUED)
    page = becomes(AlertState.FAILED, "21614")
    assert "texts do not arrive" in page
    assert "the provider&#39;s code 21614" in page
    assert "texts do not arrive" not in becomes(AlertState.DELIVERED)
