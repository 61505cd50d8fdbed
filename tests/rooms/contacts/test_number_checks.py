"""A number is proven by the code that was sent to it: read back or replied, in time, not by guessing, and not too often."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from contacts.alerts.alerts import Alert
from contacts.roster import number_checks, roster
from contacts.roster.history import history
from contacts.roster.number_checks import CODE_LASTS, MOST, REST, TRIES, NumberCheck, Said
from contacts.roster.roster import Contact
from storage.database import Database
from storage.problem import RosterProblem
from tests.rooms.contacts.city import DIRECTOR, NOW, SECRETARY, settle


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        settle(session)
        yield session


def sent(session: Session, contact: int = 1) -> Alert:
    """The newest text with a code to this person."""
    found = number_checks.last_check(session, contact)
    assert found is not None
    return found[1]


def wrong(code: str) -> str:
    return "1000" if code != "1000" else "1001"


def test_a_code_that_is_read_back_proves_the_number_and_says_by_whom(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    alert, later = sent(session), NOW + timedelta(minutes=2)

    assert (alert.to_number, alert.purpose, alert.reply_code in alert.text()) == (SECRETARY, "verify", True)
    assert number_checks.read_back(session, 1, f" {alert.reply_code} ", "keeper", later) == Said.PROVEN
    assert session.get_one(Contact, 1).verified_at == later
    last = history(session, 1)[-1]
    assert (last.who, last.what, last.field, last.before) == ("keeper", "verify", "verified_at", "")
    assert number_checks.read_back(session, 1, alert.reply_code, "keeper", later) == Said.NOTHING_OPEN


def test_a_reply_with_the_code_proves_the_number_from_which_it_comes(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    code = sent(session).reply_code

    assert number_checks.take_reply(session, DIRECTOR, code, NOW) is None
    assert number_checks.take_reply(session, SECRETARY, "您好", NOW) is None
    assert number_checks.take_reply(session, SECRETARY, wrong(code), NOW) is None
    assert number_checks.take_reply(session, SECRETARY, f"{code} 收到", NOW) is not None
    assert session.get_one(Contact, 1).verified_at == NOW
    assert history(session, 1)[-1].who == "contact:1"
    assert number_checks.take_reply(session, SECRETARY, code, NOW) is None


def test_guessing_voids_the_code(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    code = sent(session).reply_code
    said = [number_checks.read_back(session, 1, wrong(code), "keeper", NOW) for _ in range(TRIES)]

    assert said == [Said.WRONG] * (TRIES - 1) + [Said.TOO_OFTEN]
    assert number_checks.read_back(session, 1, code, "keeper", NOW) == Said.NOTHING_OPEN
    session.expire_all()
    assert number_checks.take_reply(session, SECRETARY, code, NOW) is None
    assert session.get_one(Contact, 1).verified_at is None


def test_a_code_runs_out(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    code, late = sent(session).reply_code, NOW + CODE_LASTS

    assert number_checks.read_back(session, 1, code, "keeper", late) == Said.NOTHING_OPEN
    assert number_checks.take_reply(session, SECRETARY, code, late) is None


def test_a_new_code_voids_the_one_before(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    old, later = sent(session).reply_code, NOW + REST
    number_checks.send_code(session, 1, "keeper", later)
    session.expire_all()
    new = sent(session).reply_code

    if old != new:  # one time in ten thousand they are the same
        assert number_checks.read_back(session, 1, old, "keeper", later) == Said.WRONG
    assert number_checks.read_back(session, 1, new, "keeper", later) == Said.PROVEN
    assert [check.ended for check in session.exec(select(NumberCheck).order_by(col(NumberCheck.id)))] == ["replaced", "read_back"]


def test_codes_are_not_sent_too_often(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    with pytest.raises(RosterProblem) as soon:
        number_checks.send_code(session, 1, "keeper", NOW + timedelta(seconds=20))
    assert soon.value.params == {"seconds": 41}
    for n in range(1, MOST):
        number_checks.send_code(session, 1, "keeper", NOW + n * REST)
    with pytest.raises(RosterProblem, match="phone"):
        number_checks.send_code(session, 1, "keeper", NOW + timedelta(hours=2))

    number_checks.send_code(session, 2, "keeper", NOW)
    number_checks.send_code(session, 1, "keeper", NOW + timedelta(days=1, hours=1))


def test_a_number_changed_meanwhile_is_not_proven_by_the_old_code(session: Session) -> None:
    number_checks.send_code(session, 1, "keeper", NOW)
    code = sent(session).reply_code
    roster.change(session, 1, {"phone": "13900010099"}, "keeper", NOW)

    assert number_checks.read_back(session, 1, code, "keeper", NOW) == Said.NOTHING_OPEN
    number_checks.take_reply(session, SECRETARY, code, NOW)
    assert session.get_one(Contact, 1).verified_at is None


def test_the_code_of_another_entry_with_the_same_number_proves_nothing_here(session: Session) -> None:
    roster.change(session, 2, {"phone": SECRETARY}, "keeper", NOW)
    number_checks.send_code(session, 1, "keeper", NOW)
    number_checks.send_code(session, 2, "keeper", NOW)
    first, second = sent(session, 1).reply_code, sent(session, 2).reply_code

    assert number_checks.read_back(session, 1, second, "keeper", NOW) == Said.WRONG
    assert number_checks.read_back(session, 2, second, "keeper", NOW) == Said.PROVEN
    assert number_checks.read_back(session, 1, first, "keeper", NOW) == Said.PROVEN


@pytest.mark.parametrize("phone", ["", "0579-85230011"])
def test_no_code_goes_to_a_number_that_takes_no_texts(session: Session, phone: str) -> None:
    roster.change(session, 1, {"phone": phone}, "keeper", NOW)
    with pytest.raises(RosterProblem, match="phone"):
        number_checks.send_code(session, 1, "keeper", NOW)
    assert session.exec(select(Alert)).all() == []


def test_who_was_taken_off_the_roster_gets_no_code(session: Session) -> None:
    roster.remove(session, 1, "keeper", NOW)
    with pytest.raises(RosterProblem, match="phone"):
        number_checks.send_code(session, 1, "keeper", NOW)
