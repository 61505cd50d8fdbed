"""Replies by text: which question they answer, what they say, and whose are not answered."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from contacts.alerts.alerts import Alert
from contacts.alerts.replies import match_reply, read_reply
from contacts.roster.number_checks import prove_number
from storage.database import Database
from tests.rooms.contacts.city import CONSULT, DIRECTOR, NOW, SECRETARY, ordered

VERIFY = {"purpose": "verify", "template": "verify_number", "params": {"minutes": 10}, "wants_reply": True}
WIDE = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4821 1", ("4821", "confirmed", "4821 1")),
        ("4821 1".translate(WIDE), ("4821", "confirmed", "4821 1".translate(WIDE))),
        ("48211", ("4821", "confirmed", "48211")),
        ("4821加2", ("4821", "contradicted", "4821加2")),
        ("4821，属实", ("4821", "confirmed", "4821，属实")),
        ("4821属实", ("4821", "confirmed", "4821属实")),
        ("4821 不属实", ("4821", "contradicted", "4821 不属实")),
        ("4821 3 我刚到任，不清楚", ("4821", "cannot_say", "我刚到任，不清楚")),
        ("属实，他是独子", ("", "confirmed", "他是独子")),
        ("是", ("", "confirmed", "是")),
        ("否", ("", "contradicted", "否")),
        ("不清楚", ("", "cannot_say", "不清楚")),
        ("4821 Yes", ("4821", "confirmed", "4821 Yes")),
        ("是不是弄错了", ("", "", "是不是弄错了")),
        ("4821 他们家的情况我要问问", ("4821", "", "他们家的情况我要问问")),
        ("12号楼的？", ("", "", "12号楼的？")),
        ("13900010011", ("", "", "13900010011")),
        ("", ("", "", "")),
    ],
)
def test_a_reply_is_read_as_people_write_it(text: str, read: tuple[str, str, str]):
    assert read_reply(text) == read


def test_a_code_tells_which_of_two_questions_is_answered(database: Database):
    first, second = ordered(database, CONSULT, {**CONSULT, "about": "0043"})
    with database.read() as session:
        found = match_reply(session, SECRETARY, f"{second.reply_code} 2 早已离婚", NOW)
        unclear = match_reply(session, SECRETARY, "属实", NOW)

        assert found is not None
        assert (found.alert.id, found.answer, found.words) == (second.id, "contradicted", "早已离婚")
        assert first.reply_code != second.reply_code
        assert unclear is None


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
        assert match_reply(session, SECRETARY, f"{other} 1", NOW) is None


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
