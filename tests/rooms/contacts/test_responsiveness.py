"""How reachable a contact was lately: texts answered and unanswered, texts lost, words on the telephone, calls in vain."""

from datetime import datetime, timedelta

from sqlmodel import Session

from contacts import statements
from contacts.alerts.alerts import Alert, AlertState
from contacts.roster import roster
from contacts.roster.calls import Call
from contacts.roster.responsiveness import SINCE, Responsiveness, responsiveness_of
from contacts.roster.roster import ContactEntry
from contacts.statements import Said
from storage.database import Database
from tests.rooms.contacts.city import AREA, CONSULT, DIRECTOR, NOW, SECRETARY, ordered, settle
from tests.rooms.county import counted

LATER = NOW + timedelta(days=2)


def text(database: Database, state: AlertState, at: datetime = NOW, recipient: str = "1", to: str = SECRETARY) -> Alert:
    """One text to a contact, as far as it came."""
    (alert,) = ordered(database, {**CONSULT, "recipient": recipient}, to=to, now=at)
    with database.write() as session:
        found = session.get_one(Alert, alert.id)
        found.move(state, at)
        found.sent_at = at
    return alert


def say(database: Database, at: datetime, alert: Alert | None = None, contact: int = 1) -> None:
    """The contact says something: to this text, else on the telephone."""
    how = {"channel": "sms", "alert_id": alert.id} if alert else {"channel": "phone", "written_by": "wang", "call": "rung"}
    with database.write() as session:
        said = Said.model_validate({"about": "0042", "contact_id": contact, "outcome": "confirmed", "words": "是", **how})
        statements.record(session, said, at)


def ring(database: Database, at: datetime) -> None:
    """A clerk rings the contact in vain."""
    with database.write() as session:
        session.add(Call(about="0042", contact_id=1, result="no_answer", who="wang", at=at))


def known(database: Database, now: datetime = LATER) -> list[Responsiveness]:
    """What is known of the secretary and the director."""
    with database.read() as session:
        return list(responsiveness_of(session, roster.serving(session, AREA, now), now).values())


def test_who_answers_texts_answers_with_how_long_it_takes(database: Database):
    with database.write() as session:
        settle(session)
    for hour, minutes in ((0, 5), (8, 21), (16, 10)):
        at = NOW + timedelta(hours=hour)
        say(database, at + timedelta(minutes=minutes), text(database, AlertState.DELIVERED, at))
    secretary, director = known(database)

    assert (secretary.word, secretary.texted, secretary.answered, secretary.usual_minutes) == ("answers", 3, 3, 10)
    assert (secretary.heard_at, secretary.heard_by) == (NOW + timedelta(hours=16, minutes=10), "sms")
    assert (director.word, director.heard_at, director.usual_minutes) == ("new", None, None)


def test_a_text_of_just_now_counts_for_nothing_yet(database: Database):
    with database.write() as session:
        settle(session)
    text(database, AlertState.DELIVERED, LATER - timedelta(hours=3))

    assert (known(database)[0].word, known(database)[0].texted) == ("new", 0)


def test_who_leaves_texts_unanswered_is_silent_even_after_one_answer(database: Database):
    with database.write() as session:
        settle(session)
    first = text(database, AlertState.DELIVERED)
    assert known(database)[0].word == "silent"
    say(database, NOW + timedelta(hours=1), first)
    for hour in range(1, 5):
        text(database, AlertState.SENT, NOW + timedelta(hours=hour))

    assert (known(database)[0].word, known(database)[0].texted, known(database)[0].answered) == ("silent", 5, 1)


def test_the_newest_thing_decides(database: Database):
    with database.write() as session:
        settle(session)
    text(database, AlertState.UNDELIVERED, NOW)
    assert (known(database)[0].word, known(database)[0].failed, known(database)[0].texted) == ("failing", 1, 0)
    ring(database, NOW + timedelta(hours=1))
    assert (known(database)[0].word, known(database)[0].in_vain) == ("in_vain", 1)
    say(database, NOW + timedelta(hours=2))
    assert (known(database)[0].word, known(database)[0].spoken, known(database)[0].heard_by) == ("answers", 1, "phone")


def test_what_is_older_than_half_a_year_is_forgotten(database: Database):
    with database.write() as session:
        settle(session)
    text(database, AlertState.FAILED)
    ring(database, NOW)
    say(database, NOW)

    assert known(database, NOW + SINCE + timedelta(minutes=1))[0] == Responsiveness()


def test_two_people_with_one_telephone_are_told_apart(database: Database):
    with database.write() as session:
        settle(session)
        roster.change(session, 2, {"phone": SECRETARY}, "keeper", NOW)
    say(database, NOW + timedelta(minutes=9), text(database, AlertState.DELIVERED, recipient="2"), contact=2)

    assert [one.word for one in known(database)] == ["new", "answers"]


def test_more_people_and_texts_cost_no_more_queries(database: Database):
    with database.write() as session:
        settle(session)
        _many(session, 30)
    for _ in range(12):
        text(database, AlertState.DELIVERED, recipient="2", to=DIRECTOR)
    costs = []
    for most in (2, 32):
        with database.read() as session:
            people = roster.serving(session, AREA, LATER)[:most]
            with counted(database) as statements_:
                responsiveness_of(session, people, LATER)
        costs.append(len(statements_))

    assert costs == [3, 3]


def _many(session: Session, count: int) -> None:
    entries = [ContactEntry(area=AREA, name=f"成员{n}", role="member", phone=f"+86139000200{n:02d}") for n in range(10, 10 + count)]
    roster.add_all(session, entries, "keeper", NOW)
