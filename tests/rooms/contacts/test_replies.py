"""Replies by text: which question they answer, what they say, and whose are not answered."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from contacts.alerts.alerts import Alert
from contacts.alerts.reply_matching import Means, match_reply
from contacts.roster.number_checks import prove_number
from storage.database import Database
from tests.rooms.contacts.city import CONSULT, DIRECTOR, NOW, SECRETARY, ordered

VERIFY = {"purpose": "verify", "template": "verify_contact", "params": {"minutes": 10}, "wants_reply": True}


def test_a_code_tells_which_of_two_questions_is_answered(database: Database):
    first, second = ordered(database, CONSULT, {**CONSULT, "about": "0043"})
    with database.read() as session:
        found = match_reply(session, SECRETARY, f"{second.reply_code} 2 早已离婚", NOW)
        unclear = match_reply(session, SECRETARY, "属实", NOW)

        assert found is not None
        assert (found.alert.id, found.answer, found.words) == (second.id, "contradicted", "早已离婚")
        assert first.reply_code != second.reply_code
        assert unclear is not None
        assert (unclear.means, unclear.alert.id) == (Means.WHICH, second.id)


def test_no_code_is_needed_when_one_question_is_open(database: Database):
    (only,) = ordered(database, CONSULT)
    with database.read() as session:
        found = match_reply(session, "139 0001 0011", "属实", NOW)

        assert found is not None
        assert (found.alert.id, found.answer) == (only.id, "confirmed")


def test_a_wrong_code_answers_nothing(database: Database):
    (only,) = ordered(database, CONSULT)
    other = "1000" if only.reply_code != "1000" else "1001"
    with database.read() as session:
        found = match_reply(session, SECRETARY, f"{other} 1", NOW)

        assert found is not None
        assert (found.means, found.answer, found.alert.id) == (Means.WRONG, "", only.id)


@pytest.mark.parametrize("number", [DIRECTOR, "+14155550100", "", "10086"])
def test_a_stranger_is_not_answered(database: Database, number: str):
    (alert,) = ordered(database, CONSULT)
    with database.read() as session:
        assert match_reply(session, number, f"{alert.reply_code} 1", NOW) is None


def test_a_question_that_is_over_does_not_make_the_other_one_unclear(database: Database):
    """Of two questions on a phone one is answered: a reply without a code means the other; with its code the late word is kept."""
    over, asked = ordered(database, CONSULT, {**CONSULT, "about": "0043"})

    def still_asked(_session: Session, _alerts: Sequence[Alert]) -> set[UUID]:
        return {asked.id}

    with database.read() as session:
        plain = match_reply(session, SECRETARY, "属实", NOW, still_asked)
        late = match_reply(session, SECRETARY, f"{over.reply_code} 1", NOW, still_asked)

        assert plain is not None
        assert late is not None
        assert (plain.alert.id, late.alert.id) == (asked.id, over.id)


def test_a_question_is_open_for_a_week(database: Database):
    ordered(database, CONSULT)
    with database.read() as session:
        assert match_reply(session, SECRETARY, "1", NOW + timedelta(days=6)) is not None
        assert match_reply(session, SECRETARY, "1", NOW + timedelta(days=8)) is None


def test_a_code_names_its_question_after_it_is_over_and_never_another(database: Database):
    """The text about A is about A, open or not, for as long as its code rests; then it is a number like any other."""
    first, second = ordered(database, CONSULT, {**CONSULT, "about": "0043"})
    with database.write() as session:
        session.get_one(Alert, first.id).reply_open = False
    with database.read() as session:
        found = match_reply(session, SECRETARY, f"1 {first.reply_code}", NOW)
        late = match_reply(session, SECRETARY, f"1 {first.reply_code}", NOW + timedelta(days=8))
        long_after = match_reply(session, SECRETARY, f"1 {first.reply_code}", NOW + timedelta(days=31))

        assert found is not None
        assert late is not None
        assert (found.alert.id, found.means) == (late.alert.id, late.means) == (first.id, Means.OVER)
        assert long_after is None
        assert second.reply_open


def test_a_code_rests_before_a_telephone_gets_it_again(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("contacts.alerts.alerts.CODES", [4821, 4822])
    (first,) = ordered(database, CONSULT)
    with database.write() as session:
        session.get_one(Alert, first.id).reply_open = False
    (soon,) = ordered(database, CONSULT, now=NOW + timedelta(days=1))
    with database.write() as session:
        session.get_one(Alert, soon.id).reply_open = False

    assert soon.reply_code != first.reply_code
    assert ordered(database, CONSULT, now=NOW + timedelta(days=40))[0].reply_code in ("4821", "4822")


def test_codes_of_one_phone_never_repeat_while_they_are_open(database: Database):
    rows = ordered(database, *[{**CONSULT, "about": f"{place:04}"} for place in range(300)])

    assert len({alert.reply_code for alert in rows}) == 300
    assert {len(alert.reply_code) for alert in rows} == {4}
    assert all(alert.params["code"] == alert.reply_code for alert in rows)


def test_a_code_proves_a_number_once_and_for_ten_minutes(database: Database):
    (alert,) = ordered(database, VERIFY)
    with database.write() as session:
        assert not prove_number(session, DIRECTOR, alert.reply_code, NOW)
        assert not prove_number(session, SECRETARY, alert.reply_code, NOW + timedelta(minutes=11))
        assert match_reply(session, SECRETARY, f"{alert.reply_code} 1", NOW) is None
        assert prove_number(session, SECRETARY, f" {alert.reply_code} ", NOW)
    with database.write() as session:
        assert not prove_number(session, SECRETARY, alert.reply_code, NOW)
        assert not session.get_one(Alert, alert.id).reply_open
