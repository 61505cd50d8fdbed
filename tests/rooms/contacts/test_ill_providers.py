"""A provider that is ill: left alone but for a try now and then, told at once, and given its texts back little by little."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from contacts.alerts import alerts
from contacts.alerts.alerts import Alert, AlertState
from contacts.alerts.delivery import deliver
from contacts.alerts.provider_health import DRIFT, ILL_AFTER, ProviderHealth, all_health
from contacts.alerts.reconciliation import reconcile
from contacts.sms import open_provider
from contacts.sms.console import Console
from contacts.sms.provider import Provider, Sent, TemporaryFailure, Unknown
from sample.phones import Phones
from storage.database import Database
from tests.phones import ACCOUNT, SENDER, TOKEN, running_phones
from tests.rooms.contacts.city import DESK, NOW, all_wanted, ids, ordered, seen

PEOPLE = [f"+861391000{n:04}" for n in range(10, 86)]  # 76 texts


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[Phones]:
    with running_phones(tmp_path) as phones:
        yield phones


def texts(database: Database, people: list[str]) -> list[Alert]:
    return ordered(database, *({**DESK, "to_number": number, "recipient": number} for number in people))


def beat(database: Database, providers: list[Provider], seconds: float) -> int:
    """What the clock and the worker do at this moment: everything that is due; says how many were taken."""
    now = NOW + timedelta(seconds=seconds)
    with database.write() as session:
        due = [alert.id for alert in alerts.due(session, now)]
    return deliver(database, due, providers, all_wanted, now)


def health(database: Database) -> ProviderHealth:
    with database.read() as session:
        (row,) = all_health(session)
    return row


def states(database: Database) -> dict[str, int]:
    with database.read() as session:
        found = session.exec(select(Alert.state)).all()
    return {state: found.count(state) for state in sorted(set(found))}


class Failing(Console):
    """Takes nothing while it is told not to."""

    def __init__(self, name: str = "console", failure: Exception | None = None) -> None:
        super().__init__()
        self.name, self.calls = name, list[str]()
        self.failure: Exception | None = failure or TemporaryFailure("http_500")

    def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
        self.calls.append(to)
        if self.failure:
            raise self.failure
        return super().send(to, text, callback_url, template)

    def find_recent(self, to: str, text: str, since: Any) -> list[Sent]:
        self.calls.append("look")
        if self.failure:
            raise self.failure
        return super().find_recent(to, text, since)


def test_two_hours_of_a_broken_provider_are_told_and_cost_few_calls(database: Database, phones: Phones):
    """76 texts wait while each try is answered with 500: 1,656 calls once; nobody was told, and nothing was logged."""
    twilio = open_provider(phones.url, ACCOUNT, TOKEN, SENDER, timeout=3)
    phones.company.ill = True
    rows = texts(database, PEOPLE)
    with capture_logs() as lines:
        deliver(database, ids(rows), [twilio], all_wanted, NOW)
        for second in range(60, 7200, 60):
            beat(database, [twilio], second)
    waiting = seen(database, rows)

    assert phones.company.calls < 60
    assert {(a.state, a.error) for a in waiting} == {("queued", "20500")}, "each says why it waits"
    assert max(a.attempts for a in waiting) < 6, "the tries are shared out: no text is used up by them"
    assert [(line["event"], line["log_level"], line["fault"]) for line in lines] == [("sms_provider_ill", "error", "20500")]
    assert health(database).ill_since is not None

    phones.company.ill = False
    with capture_logs() as lines:
        taken = sum(beat(database, [twilio], 7200 + more) for more in (0, 60, 120, 180, 240, 241))
    assert (taken, states(database)) == (len(rows), {"sent": len(rows)})
    assert [line["event"] for line in lines] == ["sms_provider_well"]
    twilio.close()


def test_a_refused_token_is_told_at_the_first_text(database: Database, phones: Phones):
    stranger = open_provider(phones.url, ACCOUNT, "wrong", SENDER, timeout=3)
    with capture_logs() as lines:
        rows = texts(database, PEOPLE[:3])
        deliver(database, ids(rows[:1]), [stranger], all_wanted, NOW)
        deliver(database, ids(rows[1:]), [stranger], all_wanted, NOW)
    said = [(line["event"], line["log_level"], line["account_refused"]) for line in lines]

    assert said == [("sms_provider_ill", "error", True)]
    assert [(a.error, a.attempts) for a in seen(database, rows)] == [("20003", 1), ("20003", 0), ("20003", 0)]
    assert (health(database).refused, phones.company.calls) == (True, 0), "the door is before what counts"
    stranger.close()


@pytest.mark.parametrize("path", ["/elsewhere", ""])
def test_a_wrong_account_or_address_is_nobodys_lost_text(database: Database, phones: Phones, path: str):
    """A 404 once failed every text for good."""
    lost = open_provider(phones.url + path, ACCOUNT if path else "ACwrong", TOKEN, SENDER, timeout=3)
    rows = texts(database, PEOPLE[:1])
    deliver(database, ids(rows), [lost], all_wanted, NOW)

    assert (seen(database, rows)[0].state, health(database).refused) == ("queued", True)
    lost.close()


def test_one_bad_number_does_not_keep_an_ill_provider_ill(database: Database):
    """The number that always fails is tried, and then another one: the try that shows that all is well again."""

    class Bad(Failing):
        def send(self, to: str, text: str, callback_url: str = "", template: str = "") -> Sent:
            self.failure = TemporaryFailure("http_500") if to == PEOPLE[0] or self.down else None
            return super().send(to, text, callback_url, template)

        down = True

    bad = Bad()
    rows = texts(database, PEOPLE[:4])
    for row in rows:
        deliver(database, [row.id], [bad], all_wanted, NOW)
    Bad.down = False
    for second in range(30, 1200, 30):
        beat(database, [bad], second)

    assert [a.state for a in seen(database, rows)] == ["queued", "sent", "sent", "sent"]


def test_what_stays_unknown_does_not_call_an_ill_provider_either(database: Database):
    """Time-outs count too, and looking for texts in doubt is calling."""
    hanging = Failing(failure=Unknown("timeout"))
    rows = texts(database, PEOPLE[:40])
    deliver(database, ids(rows), [hanging], all_wanted, NOW)
    for second in range(30, 7200, 30):
        beat(database, [hanging], second)
        reconcile(database, [hanging], NOW + timedelta(seconds=second))

    assert len(hanging.calls) < 60
    hanging.failure = None
    for second in range(7200, 7800, 30):
        reconcile(database, [hanging], NOW + timedelta(seconds=second))
        beat(database, [hanging], second)
    assert {a.state for a in seen(database, rows)} == {AlertState.SENT}, "found nowhere, they were sent again"
    assert sorted(number for number in hanging.calls[-2000:] if number != "look")[-1] in PEOPLE


def test_the_second_takes_over_and_the_first_gets_its_texts_back_little_by_little(database: Database):
    first, second = Failing("first"), Console()
    rows = texts(database, PEOPLE)

    assert deliver(database, ids(rows[:20]), [first, second], all_wanted, NOW) == 20, "nobody waits for the first"
    assert ILL_AFTER <= len(first.calls) <= 20
    first.failure = None
    well = NOW + timedelta(seconds=240)
    deliver(database, ids(rows[20:21]), [first, second], all_wanted, well)
    assert seen(database, rows[20:21])[0].provider == "first", "one text tries it"
    deliver(database, ids(rows[21:40]), [first, second], all_wanted, well)
    assert {a.provider for a in seen(database, rows[21:40])} == {"console"}
    deliver(database, ids(rows[40:58]), [first, second], all_wanted, well + DRIFT)
    assert {a.provider for a in seen(database, rows[40:58])} == {"first"}


@pytest.mark.parametrize(("chance", "first"), [(0, "console-2"), (29, "console-2"), (30, "console"), (99, "console")])
def test_a_second_provider_has_its_share(database: Database, chance: int, first: str):
    one, two = Console(), Console()
    two.name, two.share = "console-2", 30
    row = texts(database, PEOPLE[:1])[0]
    with database.write() as session:
        alert = session.get_one(Alert, row.id)
        known = alert.model_dump()
        session.delete(alert)
        session.flush()
        session.add(Alert.model_validate({**known, "id": type(row.id)(int=row.id.int // 100 * 100 + chance)}))
    with database.read() as session:
        (row,) = session.exec(select(Alert)).all()
    deliver(database, [row.id], [one, two], all_wanted, NOW)

    assert seen(database, [row])[0].provider == first
