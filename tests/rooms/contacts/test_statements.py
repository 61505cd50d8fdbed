"""Statements: who said what, when, how, in which words, and who wrote it down."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from contacts import statements
from contacts.roster import roster
from contacts.statements import Said
from storage.database import Database
from storage.problem import RosterProblem
from storage.vault import Broken
from tests.kinds import once
from tests.rooms.contacts.city import AREA, CONSULT, NOW, ordered, settle

WORDS = "  是的，他是家里的独子。\n我和他父亲同村。 "


def said(contact_id: int, /, **fields: object) -> Said:
    plain = {"about": "0042", "channel": "phone", "outcome": "confirmed", "words": WORDS, "written_by": "wang",
             "call": "rung", "known_by": "neighbours"}  # fmt: skip
    return Said.model_validate({**plain, "contact_id": contact_id, **fields})


def test_a_statement_keeps_the_exact_words_and_who_the_contact_was(database: Database):
    with database.write() as session:
        secretary, _ = settle(session)
        statements.record(session, said(secretary.id or 0), NOW)
        roster.change(session, secretary.id or 0, {"name": "新书记", "role": "deputy"}, "keeper", NOW)
    with database.read() as session:
        (kept,) = statements.for_case(session, "0042")

        assert (kept.words, kept.outcome, kept.channel, kept.written_by) == (WORDS, "confirmed", "phone", "wang")
        assert (kept.call, kept.known_by) == ("rung", "neighbours")
        assert (kept.contact_name, kept.contact_role, kept.area, kept.said_at) == ("金书记", "secretary", AREA, NOW)
        assert statements.for_case(session, "0043") == []


def test_a_statement_by_text_names_its_alert(database: Database):
    (alert,) = ordered(database, CONSULT)
    with database.write() as session:
        secretary, _ = settle(session)
        written = {"channel": "sms", "written_by": "", "call": "", "alert_id": alert.id, "known_by": "not_said"}
        kept = statements.record(session, said(secretary.id or 0, about=alert.about, **written), NOW)

    assert (kept.alert_id, kept.written_by, kept.call, kept.known_by) == (alert.id, "", "", "not_said")


@pytest.mark.parametrize("wrong", [{"about": "0043"}, {"alert_id": None}])
def test_a_reply_without_a_text_about_the_case_is_no_statement(database: Database, wrong: dict[str, object]):
    (alert,) = ordered(database, CONSULT)
    with database.write() as session:
        secretary, _ = settle(session)
        written = {"channel": "sms", "written_by": "", "call": "", "about": alert.about, "alert_id": alert.id}
        with pytest.raises(RosterProblem) as refused:
            statements.record(session, said(secretary.id or 0, **{**written, **wrong}), NOW)

    assert refused.value.field == "alert_id"


def test_how_a_contact_knows_cannot_be_changed_unseen(database: Database):
    """Hearsay that somebody with the database turns into knowledge is not read as such."""
    with database.write() as session:
        secretary, _ = settle(session)
        statements.record(session, said(secretary.id or 0, known_by="hearsay"), NOW)
    with database.write() as session:
        session.connection().execute(text("UPDATE statement SET known_by = 'personally'"))
    with database.read() as session, pytest.raises(Broken):
        statements.for_case(session, "0042")


def test_statements_come_in_the_order_in_which_they_were_made(database: Database):
    with database.write() as session:
        secretary, director = settle(session)
        statements.record(session, said(secretary.id or 0, outcome="cannot_say"), NOW)
        statements.record(session, said(director.id or 0, outcome="contradicted"), NOW + timedelta(minutes=5))
    with database.read() as session:
        assert [s.outcome for s in statements.for_case(session, "0042")] == ["cannot_say", "contradicted"]


def test_the_first_clerk_who_made_sure_stays(database: Database):
    with database.write() as session:
        secretary, _ = settle(session)
        kept = statements.record(session, said(secretary.id or 0), NOW)
        statements.confirm(session, kept.id or 0, "wang", NOW)
        statements.confirm(session, kept.id or 0, "li", NOW + timedelta(minutes=5))

    assert (kept.confirmed_by, kept.confirmed_at) == ("wang", NOW)


@once
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"outcome": "no_record"}, "outcome"),
        ({"words": " \n"}, "words"),
        ({"written_by": ""}, "written_by"),
        ({"known_by": "a dream"}, "known_by"),
        ({"call": ""}, "call"),
        ({"call": "in_person"}, "call"),
        ({"channel": "person"}, "call"),
        ({"channel": "page"}, "call"),
        ({"contact_id": 4711}, "contact"),
    ],
)
def test_what_cannot_be_a_statement_names_its_field(database: Database, fields: dict[str, object], field: str):
    with database.write() as session:
        secretary, _ = settle(session)
        with pytest.raises(RosterProblem) as refused:
            statements.record(session, said(secretary.id or 0, **fields), NOW)

        assert refused.value.field == field
        assert statements.for_case(session, "0042") == []


def test_nobody_can_confirm_a_statement_that_is_not_there(database: Database):
    with database.write() as session, pytest.raises(RosterProblem):
        statements.confirm(session, 4711, "wang", NOW)
