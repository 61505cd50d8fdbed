"""Where the SMS provider calls us: believed with its signature alone, applied once, and a stranger gets no answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from twilio.request_validator import RequestValidator

from contacts.alerts.delivery_reports import EarlyDeliveryReport
from contacts.roster.number_checks import send_code
from contacts.roster.roster import Contact
from tests.phones import TOKEN
from tests.rooms.county import CLERK, MONDAY, SECRETARY
from tests.rooms.responders.hook import PUBLIC, Hook, asked, hooked


@pytest.fixture
def hook(database_url: str, tmp_path: Path) -> Iterator[Hook]:
    with hooked(database_url, tmp_path) as line:
        yield line


# Whom we believe


@pytest.mark.parametrize("path", ["/sms/status", "/sms/inbound"])
def test_a_call_without_a_fitting_signature_changes_nothing(hook: Hook, path: str):
    number, alert = asked(hook)
    form = {"MessageSid": "SM1", "MessageStatus": "failed", "From": SECRETARY, "Body": f"{alert.reply_code} 1"}

    assert hook.client.post(path, data=form).status_code == 403
    assert hook.client.post(path, data=form, headers={"X-Twilio-Signature": "x"}).status_code == 403
    assert hook.call(path, token="somebody else's", **form) == 403
    assert hook.call(path, url="http://testserver", **form) == 403, "the address is the configured one, not the request's own"
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)
    changed = {**form, "Body": "2", "MessageStatus": "delivered"}
    assert hook.client.post(path, data=changed, headers={"X-Twilio-Signature": signature}).status_code == 403
    assert (hook.alerts()[0].state, hook.county.case(number).state, hook.statements()) == ("sent", "with_contact", [])


# Receipts


def test_a_receipt_moves_a_text_forward_and_never_back(hook: Hook):
    """Trap 6: "delivered" is on the handset; a late "sent" does not take it back."""
    asked(hook)

    assert hook.call("/sms/status", MessageSid="SM1", MessageStatus="delivered") == 204
    assert hook.call("/sms/status", MessageSid="SM1", MessageStatus="sent") == 204
    assert hook.alerts()[0].state == "delivered"


def test_a_receipt_that_comes_before_we_know_the_id_is_kept(hook: Hook):
    assert hook.call("/sms/status", MessageSid="SM9", MessageStatus="delivered") == 204
    with hook.county.database.read() as session:
        assert [one.provider_id for one in session.exec(select(EarlyDeliveryReport))] == ["SM9"]


@pytest.mark.parametrize("form", [{}, {"MessageSid": "SM1"}, {"MessageSid": "SM1", "MessageStatus": "sideways"}])
def test_a_call_that_is_no_receipt_is_taken_and_forgotten(hook: Hook, form: dict[str, str]):
    asked(hook)

    assert hook.call("/sms/status", **form) == 204
    assert hook.alerts()[0].state == "sent"


# Replies


def test_a_reply_is_a_statement_and_is_thanked_for(hook: Hook):
    number, alert = asked(hook)
    assert hook.text(f"{alert.reply_code} 1 老邻居") == 200
    (said,) = hook.statements()

    assert (said.about, said.outcome, said.words, said.channel) == (number, "confirmed", "老邻居", "sms")
    assert hook.county.case(number).state == "at_desk"
    assert [(one.template, one.purpose) for one in hook.alerts()] == [("consult_contact", "consult"), ("statement_thanks", "reply")]


def test_the_same_reply_again_says_nothing_twice(hook: Hook):
    """A provider that got no answer in time calls again."""
    _, alert = asked(hook)

    assert [hook.text(f"{alert.reply_code} 1") for _ in range(3)] == [200] * 3
    assert len(hook.statements()) == 1
    assert len(hook.alerts()) == 2


def test_words_that_are_no_answer_are_asked_again_and_nothing_is_concluded(hook: Hook):
    """Trap 3: what cannot be understood is no answer, and no silence either."""
    number, alert = asked(hook)
    assert hook.text(f"{alert.reply_code} 明天再说") == 200

    assert (hook.statements(), hook.county.case(number).state) == ([], "with_contact")
    assert hook.alerts()[-1].template == "reply_unclear"
    hook.text(f"{alert.reply_code} 2")
    assert hook.statements()[0].outcome == "contradicted"


@pytest.mark.parametrize("words", ["{code} 1", "1", "hello"])
def test_a_stranger_gets_no_answer(hook: Hook, words: str):
    number, alert = asked(hook)

    assert hook.text(words.format(code=alert.reply_code), "+8613911112222") == 200
    assert hook.text(words.format(code=alert.reply_code), "not a number") == 200
    assert (len(hook.alerts()), hook.statements(), hook.county.case(number).state) == (1, [], "with_contact")


def test_a_wrong_code_of_a_known_phone_is_no_answer(hook: Hook):
    _, alert = asked(hook)
    other = "1000" if alert.reply_code != "1000" else "1001"

    assert hook.text(f"{other} 1") == 200
    assert hook.statements() == []


def test_trap_3_a_reply_after_the_answer_is_kept(hook: Hook):
    """Trap 3: too late to change the answer, and kept beside it."""
    number, alert = asked(hook)
    hook.county.move(number, "answer", CLERK)
    assert hook.text(f"{alert.reply_code} 2") == 200

    assert hook.county.case(number).outcome == "confirmed"
    assert hook.county.actions(number)[-1] == "late_statement"
    assert hook.statements()[0].outcome == "contradicted"


def test_a_call_about_nothing_is_nothing(hook: Hook):
    assert hook.call("/sms/inbound", MessageSid="SM1") == 200
    assert hook.statements() == []


def test_the_answer_is_the_empty_one_the_provider_expects(hook: Hook):
    form: dict[str, Any] = {"From": SECRETARY, "Body": "x"}
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/sms/inbound", form)
    response = hook.client.post("/sms/inbound", data=form, headers={"X-Twilio-Signature": signature})

    assert (response.text, response.headers["content-type"].split(";")[0]) == ("<Response/>", "text/xml")


def test_a_code_sent_back_proves_the_number_and_is_no_reply_to_a_question(hook: Hook):
    number, _ = asked(hook)
    with hook.county.database.write() as session:
        send_code(session, 1, "keeper", MONDAY)
    code = next(alert.reply_code for alert in hook.alerts() if alert.purpose == "verify")

    assert hook.text(code) == 200
    assert hook.statements() == []
    with hook.county.database.read() as session:
        assert session.get_one(Contact, 1).verified_at == MONDAY
    hook.text("属实")
    assert [said.about for said in hook.statements()] == [number]
