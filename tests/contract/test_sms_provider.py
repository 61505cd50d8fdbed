"""What every SMS provider keeps to, and Twilio's errors in the house's words, by real HTTP against the shipped simulator."""

import logging
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from structlog.testing import capture_logs

from contacts.sms import NoProvider, open_provider, schemes
from contacts.sms.provider import DeliveryReport, Inbound, PermanentFailure, Provider, Sent, TemporaryFailure, Unknown
from sample.phones import Phones
from sample.phones.company import Company
from sample.phones.server import make_phones, serve
from tests.phones import ACCOUNT, SENDER, TOKEN, Listener, reply, running_phones, until

MOBILE, OTHER, LANDLINE = "+8613900010011", "+8613900010012", "+8657985230011"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    with running_phones(tmp_path_factory.mktemp("phones")) as running:
        yield running


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def twilio(phones: Phones) -> Iterator[Provider]:
    provider = open_provider(phones.url, ACCOUNT, TOKEN, SENDER, timeout=0.5)
    yield provider
    provider.close()


@pytest.fixture(params=["twilio", "console"])
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    if request.param == "twilio":
        yield request.getfixturevalue("twilio")
        return
    console = open_provider("console:", "", "", "")
    yield console
    console.close()


# Every provider


def test_a_text_to_a_mobile_is_taken_under_an_id_of_its_own(provider: Provider):
    first, second = provider.send(MOBILE, "您好"), provider.send(MOBILE, "您好")

    assert first.id
    assert first != second


def test_trap_6_a_landline_is_refused_for_good(provider: Provider):
    """Trap 6: a text to a landline is a permanent failure of the number, not something to try again."""
    with pytest.raises(PermanentFailure) as refused:
        provider.send(LANDLINE, "您好")

    assert refused.value.bad_number
    assert LANDLINE not in str(refused.value)


def test_what_was_sent_is_found_again_newest_first(provider: Provider):
    text = f"您好 {time.monotonic_ns()}"
    first, second = provider.send(MOBILE, text), provider.send(MOBILE, text)
    provider.send(OTHER, text)
    provider.send(MOBILE, text + "!")

    assert provider.find_recent(MOBILE, text, NOW) == [second, first]


def test_what_was_not_sent_is_not_found(provider: Provider):
    assert provider.find_recent(MOBILE, "从未发出", NOW) == []


def test_trap_6_taken_is_not_delivered(provider: Provider):
    """Trap 6: the state after sending is never more than "sent", and there is no state "read" at all."""
    sent = provider.send(MOBILE, "您好")

    assert provider.status(sent.id).id == sent.id
    assert provider.status(sent.id).state in ("queued", "sent", "delivered")


def test_the_status_of_a_stranger_cannot_be_told(provider: Provider):
    with pytest.raises((PermanentFailure, TemporaryFailure)):
        provider.status("SM0000")


def test_an_unsigned_call_is_not_from_the_provider(provider: Provider):
    assert not provider.valid_signature("https://hecha.example/sms/status", {"MessageSid": "SM1"}, {})
    assert not provider.valid_signature("https://hecha.example/sms/status", {"MessageSid": "SM1"}, {"x-twilio-signature": "AAAA"})


def test_an_empty_call_holds_neither_receipt_nor_text(provider: Provider):
    assert (provider.read_receipt({}), provider.read_inbound({})) == (None, None)


# Choosing one


def test_the_scheme_chooses_the_provider():
    urls = ("console:", "http://127.0.0.1:1/x", "https://example.org")
    names = [open_provider(url, "AC1", "t", SENDER).name for url in urls]

    assert names == ["console", "twilio", "twilio"]


def test_an_address_that_nobody_serves_names_those_that_are_served():
    with pytest.raises(NoProvider, match="console, http, https"):
        open_provider("smpp://127.0.0.1", "", "", "")

    assert schemes() == ["console", "http", "https"]


def test_the_console_tells_the_template_and_four_digits():
    with capture_logs() as lines:
        sent = open_provider("console:", "", "", "").send(MOBILE, "验证码 4821", template="verify_contact")

    told = {"id": sent.id, "template": "verify_contact", "to": "***0011", "characters": 8}
    assert lines == [{"event": "sms_on_console", "log_level": "info", **told}]


# Twilio


def test_trap_6_permanent_errors_carry_their_code(twilio: Provider):
    """Trap 6: 21614 and 21211 are permanent, each known by its code."""
    codes = []
    for number in ("+8613900010001", "+86139"):
        with pytest.raises(PermanentFailure) as refused:
            twilio.send(number, "您好")
        codes.append((refused.value.code, refused.value.bad_number))

    assert codes == [("21614", True), ("21211", True)]


def test_who_replied_stop_gets_no_more_texts_until_start(twilio: Provider, phones: Phones):
    twilio.send("+8613900010013", "您好")
    reply(phones, "+8613900010013", "TD")

    with pytest.raises(PermanentFailure, match="stop"):
        twilio.send("+8613900010013", "您好")

    reply(phones, "+8613900010013", "START")

    assert twilio.send("+8613900010013", "您好").id


def test_too_many_calls_and_a_broken_server_are_temporary(twilio: Provider):
    codes = []
    for number in ("+8613900010003", "+8613900010003", "+8613900010005"):
        with pytest.raises(TemporaryFailure) as failed:
            twilio.send(number, "您好")
        codes.append(failed.value.code)

    assert codes == ["20429", "20429", "20500"]
    assert twilio.send("+8613900010003", "您好").id


def test_a_wrong_token_is_our_fault_not_the_texts(phones: Phones):
    stranger = open_provider(phones.url, ACCOUNT, "wrong", SENDER)

    with pytest.raises(TemporaryFailure, match="20003"):
        stranger.send(MOBILE, "您好")

    stranger.close()


def test_a_time_out_is_unknown_and_the_text_may_be_found_afterwards(twilio: Provider):
    text = f"慢 {time.monotonic_ns()}"

    with pytest.raises(Unknown, match="timeout"):
        twilio.send("+8613900010004", text)

    assert len(twilio.find_recent("+8613900010004", text, NOW)) == 1


def test_nobody_listening_is_temporary():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    provider = open_provider(f"http://127.0.0.1:{port}", ACCOUNT, TOKEN, SENDER, timeout=0.5)

    with pytest.raises(TemporaryFailure, match="unreachable"):
        provider.send(MOBILE, "您好")

    provider.close()


def test_a_connection_cut_in_the_middle_is_unknown():
    with socket.create_server(("127.0.0.1", 0)) as server:
        provider = open_provider(f"http://127.0.0.1:{server.getsockname()[1]}", ACCOUNT, TOKEN, SENDER, timeout=5)
        cut = _hang_up_after_reading(server)
        with pytest.raises(Unknown, match="cut_off"):
            provider.send(MOBILE, "您好")
        cut.join()
        provider.close()


def _hang_up_after_reading(server: socket.socket) -> Thread:
    def answer() -> None:
        connection, _ = server.accept()
        connection.recv(65536)
        connection.close()

    thread = Thread(target=answer)
    thread.start()
    return thread


def test_texts_from_before_are_not_recent(twilio: Provider):
    text = f"旧 {time.monotonic_ns()}"
    twilio.send(MOBILE, text)

    assert twilio.find_recent(MOBILE, text, datetime.now(UTC) + timedelta(minutes=5)) == []


def test_receipts_come_signed_and_end_at_delivered(twilio: Provider, listener: Listener):
    sent = twilio.send(MOBILE, "您好", f"{listener.url}/sms/status?x=1")
    until(lambda: len(listener.calls) == 3)

    assert [twilio.read_receipt(form) for _, form, _ in listener.calls] == [
        DeliveryReport(sent.id, "queued"),
        DeliveryReport(sent.id, "sent"),
        DeliveryReport(sent.id, "delivered"),
    ]
    for path, form, headers in listener.calls:
        assert twilio.valid_signature(listener.url + path, form, headers)
        assert not twilio.valid_signature(listener.url + path, {**form, "MessageStatus": "failed"}, headers)
        assert not twilio.valid_signature("https://elsewhere.example" + path, form, headers)


def test_a_handset_out_of_reach_ends_undelivered(twilio: Provider, listener: Listener):
    sent = twilio.send("+8613900010002", "您好", listener.url)
    until(lambda: len(listener.calls) == 3)

    assert twilio.read_receipt(listener.calls[-1][1]) == DeliveryReport(sent.id, "undelivered", "30003")
    assert twilio.status(sent.id) == DeliveryReport(sent.id, "undelivered", "30003")


def test_trap_6_a_receipt_can_say_that_the_number_is_dead(twilio: Provider, listener: Listener):
    """Trap 6: 30006 (a landline) may come only with the receipt."""
    sent = twilio.send("+8613900010006", "您好", listener.url)
    until(lambda: len(listener.calls) == 2)

    assert twilio.read_receipt(listener.calls[-1][1]) == DeliveryReport(sent.id, "failed", "30006", bad_number=True)


def test_a_reply_comes_as_an_inbound_text(twilio: Provider):
    form = {"From": MOBILE, "Body": "4821 1", "New": "?"}

    assert twilio.read_inbound(form) == Inbound(MOBILE, "4821 1")
    assert twilio.read_inbound({**form, "MessageSid": "SM1"}) == Inbound(MOBILE, "4821 1", "SM1")


def test_the_address_may_have_a_path_prefix(tmp_path: Path):
    """As SignalWire's Compatibility API has."""
    phones = make_phones(tmp_path / "phones.sqlite", Company(ACCOUNT, TOKEN, pace=0.01))
    outer = Starlette(routes=[Mount("/api/laml", phones)], lifespan=lambda _: phones.router.lifespan_context(phones))
    outer.state.postman = phones.state.postman
    served = serve(outer, "127.0.0.1", 0)
    provider = open_provider(f"{served.url}/api/laml", ACCOUNT, TOKEN, SENDER)
    sent = provider.send(MOBILE, "您好")
    found = provider.find_recent(MOBILE, "您好", NOW)
    provider.close()
    served.stop()

    assert found == [sent]


def test_the_client_never_logs_a_number(twilio: Provider, caplog: pytest.LogCaptureFixture):
    """The official client would log recipients at level INFO."""
    with caplog.at_level(logging.INFO):
        sent = twilio.send(MOBILE, "您好")
        twilio.find_recent(MOBILE, "您好", NOW)

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]  # the simulator's own
    assert isinstance(sent, Sent)
    assert [line for line in ours if MOBILE[-8:] in line] == []
