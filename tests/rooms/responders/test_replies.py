"""A contact replies: the statement is kept, the case is back with its clerk, and too late is not thrown away."""

import pytest
from sqlmodel import select

from cases.case import Case
from cases.lifecycle import State
from contacts.alerts.alerts import Alert, Order, order
from contacts.alerts.reply_matching import Means, match_reply
from contacts.statements import for_case
from responders.community.reply_recording import Reply, take_reply, text_back
from responders.community.statement_evidence import evidence_of
from tests.rooms.county import ASKER, CLERK, SECRETARY, County
from tests.routes import RULEBOOK


def asked(county: County) -> tuple[str, str]:
    """A case whose secretary was texted; its number and the reply's code."""
    (number,) = county.asked_into(State.WITH_CONTACT)
    params = {"number_tail": number[-4:], "window_phone": "0579-85230000"}
    text = Order(
        about=number, purpose="consult", recipient_kind="contact", recipient="1", to_number=SECRETARY, template="consult_contact",
        params=params, wants_reply=True,
    )  # fmt: skip
    with county.database.write() as session:
        (alert,) = order(session, [text], county.now)
        return number, alert.reply_code


def reply(county: County, number: str, text: Reply) -> bool:
    with county.database.write() as session:
        alert = session.exec(select(Alert).where(Alert.about == number)).one()
        return take_reply(session, alert, text, county.now, RULEBOOK)


def answers(county: County, code: str) -> bool:
    """Whether a text with this code would still be understood."""
    with county.database.read() as session:
        found = match_reply(session, SECRETARY, f"{code} 1", county.now)
        return found is not None and found.means is Means.ANSWER


@pytest.mark.parametrize("channel", ["sms", "page"])
def test_a_reply_is_a_statement_and_the_case_is_back(county: County, channel: str):
    number, _ = asked(county)
    assert reply(county, number, Reply("confirmed", "是的，老邻居", channel))
    case, line = county.case(number), county.trail(number)[-1]
    with county.database.read() as session:
        (said,) = for_case(session, number)

    assert (case.state, case.taken_by, case.wake_for, case.outcome) == ("at_desk", "clerk", "stated", "")
    assert (said.words, said.outcome, said.channel, said.written_by, said.contact_name) == (
        "是的，老邻居", "confirmed", channel, "", "金书记",
    )  # fmt: skip
    evidence = evidence_of(said)
    assert (evidence["channel"], evidence["known_by"], "call" in evidence) == (channel, "not_said", False)
    assert (line.action, line.actor, line.who) == ("state", "contact", "contact:1")
    assert line.details == {"channel": channel, "contact": 1, "statement": said.id}


def test_a_statement_is_no_answer(county: County):
    """A contact's word is evidence for the clerk: the asker hears nothing before the clerk answers."""
    number, _ = asked(county)
    reply(county, number, Reply("confirmed", "1", "sms"))

    assert county.letters("outcome") == []
    assert county.case(number).finding is None


def test_a_question_is_answered_once(county: County):
    number, code = asked(county)
    assert answers(county, code)
    reply(county, number, Reply("confirmed", "1", "sms"))

    assert not answers(county, code)


@pytest.mark.parametrize("move", ["answer", "withdraw"])
def test_trap_3_a_late_statement_is_kept_beside_the_answer(county: County, move: str):
    """Trap 3: the case is settled; the contact's word is written down all the same, and changes nothing."""
    number, _ = asked(county)
    assert isinstance(county.move(number, move, CLERK if move == "answer" else ASKER), Case)
    before = county.case(number)
    assert reply(county, number, Reply("contradicted", "不是", "sms")) is False
    line = county.trail(number)[-1]
    with county.database.read() as session:
        (said,) = for_case(session, number)

    assert (county.case(number).state, county.case(number).version) == (before.state, before.version)
    assert (line.action, line.start, line.to) == ("late_statement", before.state, before.state)
    assert line.details["statement"] == said.id


def test_a_statement_after_the_case_came_back_is_still_on_time(county: County):
    """The ladder had given up on the contacts; the clerk has not answered yet."""
    number, _ = asked(county)
    county.move(number, "hand_over", CLERK)

    assert reply(county, number, Reply("confirmed", "1", "sms"))
    assert county.case(number).nobody_reached is False


def test_what_goes_back_to_the_contact(county: County):
    number, code = asked(county)
    with county.database.write() as session:
        alert = session.exec(select(Alert).where(Alert.about == number)).one()
        texts = [text_back(alert, wording) for wording in ("statement_thanks", "reply_unclear")]
        sent = order(session, texts, county.now)

        assert [(one.template, one.purpose, one.to_number, one.about) for one in sent] == [
            ("statement_thanks", "reply", SECRETARY, number), ("reply_unclear", "reply", SECRETARY, number),
        ]  # fmt: skip
        assert code in sent[1].text()
        assert not [one for one in sent if one.reply_open]
