"""Alerts: ordered with the change they announce, sent once, never in a flood, and never moved back by a receipt."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from broker.outbox import Outgoing
from contacts.alerts import alerts
from contacts.alerts.alerts import RANK, Alert, AlertState
from contacts.alerts.delivery import deliver
from contacts.alerts.delivery_reports import EarlyDeliveryReport, record_status, settle_early
from contacts.alerts.fates import MOST_ATTEMPTS
from contacts.alerts.reconciliation import reconcile
from contacts.alerts.text_throttle import Attempt
from contacts.roster import roster
from contacts.sms import open_provider
from contacts.sms.console import Console
from contacts.sms.provider import Provider, Sent
from contacts.wording import MissingWord
from sample.phones import Phones
from storage.database import Database
from tests.kinds import once
from tests.phones import ACCOUNT, SENDER, TOKEN, look, running_phones, until
from tests.rooms.contacts.city import CONSULT, DESK, DIRECTOR, NOW, SECRETARY, all_wanted, ids, none_wanted, ordered, seen, settle
from tests.rooms.county import held

DEAF, OUT_OF_REACH, BUSY, SLOW, BROKEN = (f"+861390001{ending}" for ending in ("0001", "0002", "0003", "0004", "0005"))


class Clock:
    """The company's clock follows the test's."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Phones]:
    with running_phones(tmp_path_factory.mktemp("phones"), hang=1.0, clock=clock) as phones:
        yield phones


@pytest.fixture
def phones(running: Phones, tmp_path: Path) -> Phones:
    """The phones, remembering nothing of the test before."""
    running.forget()
    return running


@pytest.fixture
def twilio(phones: Phones) -> Iterator[Provider]:
    provider = open_provider(phones.url, ACCOUNT, TOKEN, SENDER, timeout=0.3)
    yield provider
    provider.close()


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def states(database: Database, rows: list[Alert]) -> list[str]:
    return [alert.state for alert in seen(database, rows)]


def letters(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as session:
        return [(o.kind, o.to_queue, o.body) for o in session.exec(select(Outgoing).order_by(Outgoing.seq))]


# Ordering


def test_an_order_and_its_letter_are_stored_together(database: Database):
    (alert,) = ordered(database)

    assert (alert.state, alert.about) == ("queued", "0042")
    assert alert.text() == "【核查】尾号0042的核查件已到您的窗口，期限11-24 09:00，请登录办理。"
    ((kind, queue, body),) = letters(database)
    assert (kind, queue, json.loads(body)) == ("alert", "alerts", {"alert": str(alert.id)})


def test_a_change_that_fails_orders_nothing(database: Database):
    clerk = {"recipient_kind": "clerk", "recipient": "wang", "to_number": SECRETARY}

    def order_and_fail() -> None:
        with database.write() as session:
            alerts.order(session, [alerts.Order.model_validate({**DESK, **clerk})], NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        order_and_fail()

    assert letters(database) == []


def test_trap_5_who_has_no_mobile_fails_at_once_and_holds_nothing_up(database: Database):
    """Trap 5: a step with nobody to text is seen at once; no letter, no waiting, no text to somebody else."""
    rows = ordered(database, DESK, {**DESK, "to_number": ""}, {**DESK, "to_number": "+8657985230011"})

    assert [(a.state, a.error, a.next_try_at is None) for a in rows[1:]] == [("failed", "no_mobile", True)] * 2
    assert len(letters(database)) == 1


def test_a_wording_without_its_words_is_refused_when_it_is_ordered(database: Database):
    with pytest.raises(MissingWord):
        ordered(database, {**DESK, "params": {"number_tail": "0042"}})


# Sending


def test_a_text_is_sent_once_however_often_its_letter_comes(database: Database, twilio: Provider, phones: Phones):
    rows = ordered(database)

    assert deliver(database, ids(rows) * 2, [twilio], all_wanted, NOW) == 1
    assert deliver(database, ids(rows), [twilio], all_wanted, minutes(10)) == 0
    (alert,) = seen(database, rows)
    assert (alert.state, alert.provider, alert.attempts, alert.sent_at is None) == ("sent", "twilio", 1, False)
    assert [m["body"] for m in look(phones, SECRETARY)["messages"]] == [alert.text()]


def test_workers_side_by_side_send_each_text_once(database: Database):
    rows = [
        alert
        for place in range(24)
        for alert in ordered(database, {**DESK, "recipient": str(place)}, to=f"+86139000120{place + 10}")
    ]
    console = Console()
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: deliver(database, ids(rows), [console], all_wanted, NOW), range(4)))

    assert sum(taken) == 24
    assert {(alert.state, alert.attempts) for alert in seen(database, rows)} == {("sent", 1)}


class Watching(Console):
    """A console that asks, in the middle of sending, whether anybody still holds the database."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.held: list[int] = []

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        self.held.append(held(self.database))
        with self.database.write() as session:  # would wait for ever behind an open write transaction
            session.add(EarlyDeliveryReport(provider_id="x", status="sent", at=NOW))
        return super().send(to, text, callback_url, template)


def test_no_connection_is_held_while_the_provider_is_called(database: Database):
    watching = Watching(database)

    deliver(database, ids(ordered(database)), [watching], all_wanted, NOW)

    assert watching.held == [0]


def test_trap_4_an_answered_case_sends_no_more_texts(database: Database, twilio: Provider, phones: Phones):
    """Trap 4: notices must not go on after the answer, not even those already on their way to the worker."""
    first, second = ordered(database), ordered(database, {**CONSULT, "to_number": DIRECTOR})

    assert deliver(database, ids([*first, *second]), [twilio], none_wanted, NOW) == 0
    assert states(database, [*first, *second]) == ["dropped", "dropped"]
    assert look(phones, SECRETARY)["messages"] == []


def test_trap_4_the_next_step_leaves_the_texts_of_the_step_before_alone(database: Database):
    """Trap 4: a new text to the next person does not cut off what is still under way to the first."""
    first = ordered(database)
    second = ordered(database, {**DESK, "template": "desk_next", "to_number": DIRECTOR})
    console = Console()
    deliver(database, ids([*first, *second]), [console], all_wanted, NOW)

    assert states(database, [*first, *second]) == ["sent", "sent"]


# The throttle


def test_one_text_a_minute_five_in_a_quarter_eleven_an_hour(database: Database):
    """A text every minute for an hour and a quarter: only so many go."""
    console, sent_at = Console(), []
    rows = ordered(database, *[DESK] * 75)
    for minute in range(75):
        with database.read() as session:
            waiting = [a.id for a in session.exec(select(Alert).where(Alert.state == "queued").limit(3))]
        if deliver(database, waiting, [console], all_wanted, minutes(minute)):
            sent_at.append(minute)

    assert sent_at == [0, 1, 2, 3, 4, 15, 16, 17, 18, 19, 30, 60, 61, 62, 63, 64]
    assert len(rows) == 75


def test_workers_side_by_side_do_not_flood_a_phone(database: Database):
    """Each has a text of its own for the same phone: one goes, the others wait."""
    rows = ordered(database, *[DESK] * 8)
    console = Console()
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda row: deliver(database, [row.id], [console], all_wanted, NOW), rows))

    assert sum(taken) == 1
    assert sorted(states(database, rows)) == ["queued"] * 7 + ["sent"]


def test_a_throttled_text_waits_for_its_time(database: Database):
    rows = ordered(database, DESK, DESK)
    deliver(database, ids(rows), [Console()], all_wanted, NOW)
    waiting = [alert for alert in seen(database, rows) if alert.state == "queued"]

    assert [(a.attempts, a.next_try_at and round((a.next_try_at - NOW).total_seconds())) for a in waiting] == [(0, 60)]


def test_one_busy_phone_does_not_hold_up_another(database: Database):
    rows = ordered(database, DESK, DESK, {**DESK, "to_number": DIRECTOR})
    deliver(database, ids(rows), [Console()], all_wanted, NOW)

    assert sorted(states(database, rows[:2])) == ["queued", "sent"]
    assert states(database, rows[2:]) == ["sent"]


def test_trap_7_fifty_a_day_per_number_and_template(database: Database):
    """Trap 7: the 51st text of a template in a day waits; another template to the same number goes. Failed ones count."""
    rows = ordered(database, DESK, {**DESK, "template": "desk_next"})
    with database.write() as session:
        for place in range(50):
            at = NOW - timedelta(hours=2, minutes=10 * place)
            session.add(Attempt(alert_id=rows[0].id, to_number=SECRETARY, template="desk_new", at=at, outcome="30005"))
    deliver(database, ids(rows), [Console()], all_wanted, NOW)
    kept, gone = seen(database, rows)

    assert (kept.state, kept.next_try_at) == ("queued", NOW - timedelta(hours=2, minutes=490) + timedelta(days=1))
    assert gone.state == "sent"


# Failures


def test_trap_6_a_permanent_failure_is_never_tried_again(database: Database, twilio: Provider, phones: Phones):
    """Trap 6: a landline is tried once, not for 24 hours; the second provider is not bothered; the roster knows."""
    with database.write() as session:
        settle(session)
        contact = roster.add(session, roster.ContactEntry(area="330782001001", name="座机", phone=DEAF), "keeper", NOW)
    second = Console()
    rows = ordered(database, to=DEAF)
    deliver(database, ids(rows), [twilio, second], all_wanted, NOW)
    (alert,) = seen(database, rows)

    assert (alert.state, alert.error, alert.attempts, alert.next_try_at) == ("failed", "21614", 1, None)
    assert second.find_recent(DEAF, alert.text(), NOW) == []
    with database.write() as session:
        assert alerts.retry_due(session, minutes(600)) == 0
        assert session.get_one(roster.Contact, contact.id).phone_fault == "21614"
        assert DEAF not in [c.phone for c in roster.reachable(session, "330782001001", NOW)]


def test_a_temporary_failure_is_tried_at_once_and_then_every_five_minutes(database: Database, twilio: Provider, phones: Phones):
    """The busy number refuses twice: that is the try and the one at once; five minutes later it takes the text."""
    rows = ordered(database, to=BUSY)
    deliver(database, ids(rows), [twilio], all_wanted, NOW)
    (waiting,) = seen(database, rows)
    assert (waiting.state, waiting.error, waiting.attempts) == ("queued", "20429", 1)
    assert waiting.next_try_at is not None
    assert timedelta(minutes=5) <= waiting.next_try_at - NOW < timedelta(minutes=5, seconds=5)

    with database.write() as session:
        assert alerts.retry_due(session, minutes(4)) == 0
        assert alerts.retry_due(session, minutes(5.1)) == 1
    assert deliver(database, ids(rows), [twilio], all_wanted, minutes(5.1)) == 1
    assert states(database, rows) == ["sent"]
    assert len(look(phones, BUSY)["messages"]) == 1


def test_what_the_provider_refused_for_now_does_not_count_for_the_throttle(database: Database, twilio: Provider):
    rows = ordered(database, {**DESK, "to_number": BUSY}, {**DESK, "to_number": BUSY})
    deliver(database, ids(rows[:1]), [twilio], all_wanted, NOW)

    assert deliver(database, ids(rows[1:]), [twilio], all_wanted, NOW) == 1


def test_the_second_provider_takes_what_the_first_cannot(database: Database, twilio: Provider):
    second = Console()
    rows = ordered(database, to=BROKEN)

    assert deliver(database, ids(rows), [twilio, second], all_wanted, NOW) == 1
    assert [(a.state, a.provider) for a in seen(database, rows)] == [("sent", "console")]


@once
def test_after_48_attempts_it_is_given_up(database: Database, twilio: Provider):
    rows = ordered(database, {**CONSULT, "to_number": BROKEN})
    for attempt in range(MOST_ATTEMPTS + 3):
        deliver(database, ids(rows), [twilio], all_wanted, minutes(5 * attempt))
    (alert,) = seen(database, rows)

    assert (alert.state, alert.error, alert.attempts, alert.reply_open) == ("failed", "20500", MOST_ATTEMPTS, False)


def test_every_attempt_stands_in_the_trail(database: Database, twilio: Provider):
    rows = ordered(database, to=BUSY)
    for minute in (0, 5):
        deliver(database, ids(rows), [twilio], all_wanted, minutes(minute))
    with database.read() as session:
        tried = session.exec(select(Attempt).where(Attempt.alert_id == rows[0].id).order_by(Attempt.id)).all()

        assert [(t.provider, t.outcome, t.counted) for t in tried] == [("twilio", "20429", False), ("twilio", "sent", True)]


def test_a_letter_that_got_lost_is_posted_again_by_the_clock(database: Database):
    rows = ordered(database)
    with database.write() as session:
        assert alerts.retry_due(session, NOW) == 0
        assert alerts.due(session, minutes(1)) == [session.get(Alert, rows[0].id)]
        assert alerts.retry_due(session, minutes(1)) == 1
        assert alerts.retry_due(session, minutes(1)) == 0

    assert len(letters(database)) == 2


# Nobody knows whether it went


def test_a_time_out_is_looked_for_and_not_sent_again(database: Database, twilio: Provider, phones: Phones):
    """The slow number takes the text but the answer comes too late: one text, not two."""
    rows = ordered(database, to=SLOW)
    deliver(database, ids(rows), [twilio, Console()], all_wanted, NOW)
    assert [(a.state, a.error) for a in seen(database, rows)] == [("unknown", "timeout")]

    assert reconcile(database, [twilio], NOW) == 0
    assert reconcile(database, [twilio], minutes(1)) == 1
    (alert,) = seen(database, rows)
    assert (alert.state, alert.provider, len(look(phones, SLOW)["messages"])) == ("sent", "twilio", 1)
    assert reconcile(database, [twilio], minutes(10)) == 0


def test_a_dead_workers_text_is_sent_again_only_when_it_is_not_in_the_list(database: Database, twilio: Provider, phones: Phones):
    """Two workers died, one just before and one just after its call."""
    before, after = ordered(database), ordered(database, {**DESK, "to_number": DIRECTOR})
    _claim_and_die(database, [*before, *after])
    twilio.send(DIRECTOR, after[0].text())

    assert reconcile(database, [twilio], minutes(0.5)) == 0
    assert reconcile(database, [twilio], minutes(2)) == 2
    assert states(database, [*before, *after]) == ["queued", "sent"]
    assert deliver(database, ids([*before, *after]), [twilio], all_wanted, minutes(2)) == 1
    assert [len(look(phones, number)["messages"]) for number in (SECRETARY, DIRECTOR)] == [1, 1]


def test_the_same_words_sent_before_are_not_taken_for_the_lost_text(database: Database, twilio: Provider):
    first = ordered(database)
    deliver(database, ids(first), [twilio], all_wanted, NOW)
    second = ordered(database)
    _claim_and_die(database, second, minutes(0.9))

    assert reconcile(database, [twilio], minutes(2)) == 1
    assert states(database, [*first, *second])[1] == "queued"


def test_nothing_is_sent_again_while_the_list_cannot_be_read(database: Database, twilio: Provider):
    nobody = open_provider("http://127.0.0.1:9", ACCOUNT, TOKEN, SENDER, timeout=0.3)
    rows = ordered(database)
    _claim_and_die(database, rows)

    assert reconcile(database, [nobody], minutes(2)) == 1
    assert states(database, rows) == ["unknown"]
    assert reconcile(database, [twilio], minutes(3)) == 0
    assert reconcile(database, [twilio], minutes(8)) == 1
    assert states(database, rows) == ["queued"]
    nobody.close()


def _claim_and_die(database: Database, rows: list[Alert], now: datetime = NOW) -> None:
    with database.write() as session:
        for row in rows:
            alert = session.get_one(Alert, row.id)
            alert.move(AlertState.SENDING, now)
            alert.attempts, alert.claimed_at = 1, now


# Receipts


def sent_alert(database: Database) -> Alert:
    rows = ordered(database)
    deliver(database, ids(rows), [Console()], all_wanted, NOW)
    return seen(database, rows)[0]


def receive(database: Database, provider_id: str | None, *statuses: str, **more: Any) -> list[str]:
    with database.write() as session:
        return [record_status(session, provider_id or "", status, "", NOW, **more) for status in statuses]


def test_trap_6_a_receipt_moves_a_text_forward(database: Database):
    """Trap 6: "delivered" is as far as it goes; there is no state "read"."""
    alert = sent_alert(database)

    assert receive(database, alert.provider_id, "delivered") == ["moved"]
    assert states(database, [alert]) == ["delivered"]
    assert "read" not in list(AlertState)


def test_a_receipt_never_moves_a_text_back(database: Database):
    alert = sent_alert(database)

    assert receive(database, alert.provider_id, "queued", "sent", "delivered", "sent", "undelivered", "delivered") == [
        "old",
        "old",
        "moved",
        "old",
        "old",
        "old",
    ]
    assert states(database, [alert]) == ["delivered"]


def test_receipts_side_by_side_end_at_the_furthest(database: Database):
    alert = sent_alert(database)
    barrier = threading.Barrier(6)

    def one(status: str) -> None:
        barrier.wait()
        receive(database, alert.provider_id, status)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, ["sent", "delivered", "sent", "undelivered", "sent", "failed"]))

    assert states(database, [alert]) == ["delivered"]


def test_a_strangers_receipt_changes_nothing(database: Database):
    alert = sent_alert(database)

    assert receive(database, "SMstranger", "delivered") == ["stranger"]
    assert states(database, [alert]) == ["sent"]


def test_a_receipt_quicker_than_our_own_commit_is_not_lost(database: Database):
    class Quick(Console):
        def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
            sent = super().send(to, text, callback_url, template)
            assert receive(database, sent.id, "delivered") == ["stranger"]
            return sent

    rows = ordered(database)
    deliver(database, ids(rows), [Quick()], all_wanted, NOW)

    assert states(database, rows) == ["delivered"]


def test_strangers_are_forgotten_after_a_day(database: Database):
    receive(database, "SMstranger", "delivered")
    with database.write() as session:
        settle_early(session, NOW + timedelta(hours=25))
        assert session.exec(select(func.count()).select_from(EarlyDeliveryReport)).one() == 0


def test_trap_6_a_receipt_can_end_a_number(database: Database):
    """Trap 6: "landline" may come only with the receipt; the next step must not text there again."""
    alert = sent_alert(database)
    with database.write() as session:
        settle(session)
    receive(database, alert.provider_id, "undelivered", bad_number=True)
    with database.read() as session:
        assert [c.phone for c in roster.reachable(session, "330782001001", NOW)] == [DIRECTOR]


def test_every_state_has_its_rank():
    assert set(RANK) == set(AlertState)


def test_receipts_by_http_bring_a_text_home(database: Database, twilio: Provider, phones: Phones):
    """Out of reach: taken, then undelivered with 30003, through the provider's own words."""
    rows = ordered(database, to=OUT_OF_REACH)
    deliver(database, ids(rows), [twilio], all_wanted, NOW)
    (alert,) = seen(database, rows)
    until(lambda: look(phones, OUT_OF_REACH)["messages"][0]["status"] == "undelivered")
    receipt = twilio.status(alert.provider_id or "")
    with database.write() as session:
        record_status(session, receipt.id, receipt.state, receipt.error, NOW, receipt.bad_number)

    assert [(a.state, a.error) for a in seen(database, rows)] == [("undelivered", "30003")]


def test_a_cases_texts_are_listed_in_order(database: Database):
    rows = [*ordered(database), *ordered(database, {**DESK, "template": "desk_next"}, now=minutes(1))]
    ordered(database, {**DESK, "about": "0043"})
    with database.read() as session:
        assert ids(alerts.for_case(session, "0042")) == ids(rows)
