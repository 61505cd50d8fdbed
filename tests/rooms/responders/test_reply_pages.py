"""The contact's page: whoever guesses is held up where they come from, and the contact gets in with what stands in the text."""

from sqlmodel import col, select
from starlette.testclient import TestClient

from access import sign_in_throttle
from access.sign_in_throttle import FailedSignIn
from cases.lifecycle import State
from contacts.alerts.alerts import Order, order
from contacts.roster import roster
from contacts.statements import Statement
from responders.community.reply_guard import FROM_ANYWHERE, FROM_ONE_PLACE
from tests.rooms.county import ASKER, SECRETARY
from tests.rooms.office import Office, on_both

OPEN, NOT_THIS, LATER, MORE, OVER, LEFT = "question", "no_question", "too_often", "tail", "over", "left"
SAID = {"No question is open": NOT_THIS, "The code was wrong too often": LATER, "End of the request": MORE, "Your answer": OPEN}
SAID |= {"needs no answer any more": OVER, "not stand in the roster": LEFT}


def texted(office: Office) -> tuple[str, str]:
    """A case whose secretary was texted; its number and the code."""
    (number,) = office.county.asked_into(State.WITH_CONTACT)
    params = {"number_tail": number[-4:], "window_phone": "0579-85230000"}
    text = Order(
        about=number, purpose="consult", recipient_kind="contact", recipient="1", to_number=SECRETARY, template="consult_contact",
        params=params, wants_reply=True,
    )  # fmt: skip
    with office.county.database.write() as session:
        (alert,) = order(session, [text], office.county.now)
        return number, alert.reply_code


def contact(office: Office, source: str = "203.0.113.9") -> TestClient:
    """A contact's browser there."""
    headers = {"accept-language": "en", "accept": "text/html"}
    return TestClient(office.app, headers=headers, client=(source, 50000), follow_redirects=False)


def tries(office: Office, code: str, source: str = "203.0.113.9", tail: str = "") -> str:
    """What the page says to this code from there."""
    page = contact(office, source).post("/reply", data={"phone": SECRETARY, "code": code, "tail": tail}).text
    return next(name for words, name in SAID.items() if words in page)


@on_both
def test_whoever_guesses_is_stopped_and_the_contact_is_not(office: Office) -> None:
    number, code = texted(office)
    wrong = "1000" if code != "1000" else "1001"
    assert [tries(office, wrong) for _ in range(FROM_ONE_PLACE)] == [NOT_THIS] * FROM_ONE_PLACE
    assert tries(office, code) == LATER, "the right one too, from there"
    assert tries(office, code, "198.51.100.7") == OPEN, "and nobody else is in their way"
    office.county.later(days=1, seconds=1)
    assert tries(office, code) == OPEN
    assert number


@on_both
def test_from_ever_new_places_a_code_alone_opens_nothing_in_the_end(office: Office) -> None:
    number, code = texted(office)
    wrong = "1000" if code != "1000" else "1001"
    told = [tries(office, wrong, f"2001:db8:0:{n:x}::1") for n in range(FROM_ANYWHERE + 1)]
    assert told == [NOT_THIS] * FROM_ANYWHERE + [MORE]
    assert tries(office, code, "198.51.100.7") == MORE, "not even the right one"
    assert tries(office, code, "198.51.100.7", "****") == NOT_THIS
    assert tries(office, code, "198.51.100.7", number[-3:]) == NOT_THIS
    assert tries(office, code, "198.51.100.7", f" {number[-4:].lower()} ") == OPEN


def test_one_network_is_one_place(office: Office) -> None:
    _, code = texted(office)
    wrong = "1000" if code != "1000" else "1001"
    told = [tries(office, wrong, f"2001:db8:0:1::{n:x}") for n in range(FROM_ONE_PLACE + 1)]

    assert told == [*[NOT_THIS] * FROM_ONE_PLACE, LATER]


@on_both
def test_wrong_codes_are_forgotten_and_no_telephone_stands_in_the_counters(office: Office) -> None:
    _, code = texted(office)
    tries(office, "1000" if code != "1000" else "1001")
    assert tries(office, code, "198.51.100.7") == OPEN, "a good one makes counters too"
    with office.county.database.write() as session:
        kept = session.exec(select(FailedSignIn.key).where(col(FailedSignIn.failures) > 0)).all()
        sign_in_throttle.forget(session, office.county.later(days=3))
    with office.county.database.read() as session:
        assert session.exec(select(FailedSignIn)).all() == []
    assert len(kept) == 2
    assert SECRETARY not in str(kept)


@on_both
def test_a_reply_without_an_answer_shows_the_question_again_and_that_is_a_look(office: Office) -> None:
    number, code = texted(office)
    for outcome in ("", "perhaps"):
        told = contact(office).post("/reply/answer", data={"phone": SECRETARY, "code": code, "outcome": outcome})
        assert (told.status_code, "Your answer" in told.text) == (422, True)
    contact(office).post("/reply/answer", data={"phone": SECRETARY, "code": "1000" if code != "1000" else "1001"})

    assert [(line.who, line.number) for line in office.lines("look")] == [("contact:1", number)] * 2


def answers(office: Office, code: str, outcome: str) -> tuple[int, int]:
    """What the page says to this answer, and how many statements there are then."""
    told = contact(office).post("/reply/answer", data={"phone": SECRETARY, "code": code, "outcome": outcome})
    with office.county.database.read() as session:
        return told.status_code, len(session.exec(select(Statement)).all())


@on_both
def test_a_contact_off_the_roster_reads_and_says_nothing(office: Office) -> None:
    _, code = texted(office)
    with office.county.database.write() as session:
        roster.change(session, 1, {"left_on": office.county.now.date()}, "keeper", office.county.now)
    assert (tries(office, code), answers(office, code, "confirmed")) == (LEFT, (422, 0))
    with office.county.database.write() as session:
        roster.change(session, 1, {"left_on": None}, "keeper", office.county.now)
    assert tries(office, code) == OPEN
    with office.county.database.write() as session:
        roster.remove(session, 1, "keeper", office.county.now)
    assert (tries(office, code), answers(office, code, "confirmed")) == (LEFT, (422, 0))
    assert len(office.lines("look")) == 1


@on_both
def test_a_question_that_was_withdrawn_is_shown_to_nobody_and_a_late_word_is_kept(office: Office) -> None:
    number, code = texted(office)
    office.county.move(number, "withdraw", ASKER)

    assert (tries(office, code), answers(office, code, "")) == (OVER, (422, 0))
    assert (office.lines("look"), answers(office, code, "confirmed")) == ([], (303, 1))
    assert office.county.actions(number)[-1] == "late_statement"
