"""Outcomes reach a unit's own system: signed, in order, tried again, and never where they must not go."""

import hashlib
import hmac
import json
import threading
import time
from datetime import timedelta
from ipaddress import ip_network

import pytest
from sqlmodel import update

from access.units import Unit
from access.webhooks import webhook_calls
from access.webhooks.webhook_calls import SECONDS, Caller, Unanswered
from access.webhooks.webhook_urls import NotCallable
from cases.lifecycle import State
from cases.notices.outcome_notice import OutcomeNotice, count_given_up, given_up, send_again
from requesters.webhooks.outcome_notices import EACH, LEASE, PAUSES, forget_notices, take_outcomes, tell_webhooks
from storage.database import Database
from tests.counting import calls_of
from tests.kinds import once
from tests.rooms.county import counted
from tests.rooms.office import Office
from tests.rooms.requesters.webhooks.own_system import HERE, NOW, System, notices, outcome, take


def test_a_unit_is_told_in_a_signed_notice_without_personal_data(database: Database, system: System, secret: str) -> None:
    take(database, outcome("N1"), outcome("N2", "court"))
    system.database = database
    told = tell_webhooks(database, NOW, HERE)
    headers, body = system.got[0]
    moment, mark = (part.partition("=")[2] for part in headers["Hecha-Signature"].split(","))
    expected = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()

    assert (told, len(system.got), system.connections) == (1, 1, [0])
    said = {"outcome": "confirmed", "source": "record", "grade": "A"}
    when = {"type": "case.answered", "timestamp": NOW.isoformat(), "at": NOW.isoformat()}
    assert json.loads(body) == {"number": "N1", "state": "answered", **said, **when}
    assert (mark, int(moment)) == (expected, int(NOW.timestamp()))
    assert [(n.number, n.told_at, n.next_try_at) for n in notices(database)] == [("N1", NOW, None)]
    assert tell_webhooks(database, NOW + timedelta(days=1), HERE) == 0


def test_a_communitys_statement_never_arrives_as_a_bare_outcome(database: Database, system: System, secret: str) -> None:
    stated, returned = outcome("N1"), outcome("N2", move="return", state="returned")
    stated.body["finding"]["source"] = "community"
    returned.body["finding"] = None
    take(database, stated, returned)
    tell_webhooks(database, NOW, HERE)
    told = [json.loads(body) for _, body in system.got]

    assert [(one["outcome"], one["source"], one["grade"]) for one in told] == [("confirmed", "community", "C"), (None, None, None)]


def test_one_that_fails_is_tried_for_days_with_growing_pauses_and_then_given_up(
    database: Database, system: System, secret: str
) -> None:
    """Twenty-five minutes were all that a system had to come back; 408 and 425 had not even those."""
    take(database, outcome("N1"))
    system.answers = [408, 425, 429, 500, 502, 503] * 3
    now, pauses = NOW, []
    for _ in PAUSES:
        tell_webhooks(database, now, HERE)
        (notice,) = notices(database)
        assert notice.next_try_at is not None
        pauses.append((notice.next_try_at - now).total_seconds() / 60)
        tell_webhooks(database, notice.next_try_at - timedelta(seconds=1), HERE)
        now = notice.next_try_at
    tell_webhooks(database, now, HERE)
    notice = notices(database)[0]

    assert pauses == list(PAUSES) == sorted(PAUSES)
    assert now - NOW > timedelta(days=5)
    assert (len(system.got), notice.attempts, notice.fault[:7]) == (len(PAUSES) + 1, len(PAUSES) + 1, "status_")
    assert (notice.next_try_at, notice.told_at) == (None, None)


def given_up_of(database: Database, unit: str = "") -> list[tuple[str, str]]:
    with database.read() as session:
        found = given_up(session, unit)
        assert len(found) == count_given_up(session, unit)
    return [(notice.number, notice.fault) for notice in found]


def test_what_was_given_up_is_counted_and_can_be_sent_again(database: Database, system: System, secret: str) -> None:
    take(database, outcome("N1"), outcome("N2"), outcome("N3"))
    system.answers = [404, 200, 401]
    tell_webhooks(database, NOW, HERE)
    assert given_up_of(database) == given_up_of(database, "bank") == [("N3", "status_401"), ("N1", "status_404")]
    assert given_up_of(database, "court") == []

    with database.write() as session:
        assert send_again(session, NOW, "court") == 0, "another unit sends nothing of it"
        assert send_again(session, NOW, "bank", [given_up(session)[0].id or 0]) == 1
    tell_webhooks(database, NOW, HERE)
    assert (json.loads(system.got[-1][1])["number"], given_up_of(database)) == ("N3", [("N1", "status_404")])
    with database.write() as session:
        assert send_again(session, NOW) == 1
    tell_webhooks(database, NOW, HERE)
    assert (len(system.got), given_up_of(database)) == (5, [])


def test_a_unit_that_wants_to_be_told_no_more_has_nothing_to_see_to(database: Database, secret: str) -> None:
    take(database, outcome("N1"))
    with database.write() as session:
        session.get_one(Unit, "bank").webhook = ""
    tell_webhooks(database, NOW, HERE)

    assert (notices(database)[0].fault, given_up_of(database)) == ("no_webhook", [])


def test_a_dead_system_with_much_to_hear_is_called_every_five_minutes_and_hears_it_all_when_it_is_back(
    database: Database, system: System, secret: str
) -> None:
    """A hundred notices that waited were a hundred calls a round."""
    take(database, *(outcome(f"N{n:03}") for n in range(100)))
    system.answers = [503] * 1000
    for second in range(0, 3600, 20):
        tell_webhooks(database, NOW + timedelta(seconds=second), HERE)
    calls = len(system.got)
    assert calls <= 30
    system.answers = []
    for second in range(3600, 4000, 20):
        tell_webhooks(database, NOW + timedelta(seconds=second), HERE)
    assert all(notice.told_at for notice in notices(database))
    assert len(system.got) == calls + 100


@once
@pytest.mark.parametrize("status", [400, 401, 404, 410, 302, 307])
def test_a_refusal_is_not_repeated_and_no_redirect_followed(database: Database, system: System, secret: str, status: int) -> None:
    take(database, outcome("N1"))
    system.answers = [status]
    tell_webhooks(database, NOW, HERE)
    tell_webhooks(database, NOW + timedelta(hours=1), HERE)

    assert (len(system.got), notices(database)[0].fault) == (1, f"status_{status}")


def test_a_silent_system_is_left_alone_until_the_next_round_and_nothing_is_lost(
    database: Database, system: System, secret: str
) -> None:
    take(database, outcome("N1"), outcome("N2"))
    with database.write() as session:
        session.get_one(Unit, "bank").webhook = "http://127.0.0.1:9/"
    tried = tell_webhooks(database, NOW, HERE)
    states = [(n.attempts, n.fault) for n in notices(database)]
    with database.write() as session:
        session.get_one(Unit, "bank").webhook = system.url
    tell_webhooks(database, NOW + timedelta(seconds=300), HERE)

    assert (tried, states) == (1, [(1, "unanswered"), (0, "postponed")])
    assert [json.loads(body)["number"] for _, body in system.got] == ["N1", "N2"]


def test_more_than_a_round_can_hold_is_told_in_the_next(database: Database, system: System, secret: str) -> None:
    take(database, *(outcome(f"N{n:02}") for n in range(45)))

    assert [tell_webhooks(database, NOW, HERE) for _ in range(4)] == [20, 20, 5, 0]
    assert [json.loads(body)["number"] for _, body in system.got] == [f"N{n:02}" for n in range(45)]


def test_two_tellers_never_tell_the_same(database: Database, system: System, secret: str) -> None:
    take(database, *(outcome(f"N{n:02}") for n in range(20)))
    tellers = [threading.Thread(target=tell_webhooks, args=(database, NOW, HERE)) for _ in range(4)]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()

    assert sorted(json.loads(body)["number"] for _, body in system.got) == [f"N{n:02}" for n in range(20)]


def test_a_unit_without_a_webhook_costs_next_to_nothing(database: Database, secret: str) -> None:
    letters = [outcome(f"N{n}", "court") for n in range(200)]
    with database.write() as session, counted(database) as statements:
        steps = calls_of(lambda: take_outcomes(session, letters, NOW))

    assert len(statements) <= 3
    assert steps < 100 * len(letters)
    assert notices(database) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.5/", "https://192.168.1.1/", "https://172.16.0.1/", "https://169.254.169.254/latest", "https://100.64.0.1/",
        "https://127.0.0.1/", "http://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/",
        "http://8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "https:///x", "https://224.0.0.1/", "https://8.8.8.8:99999/",
    ],
)  # fmt: skip
def test_what_must_never_be_called_is_not_called(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only where a connection would be opened can be seen that none is.
    monkeypatch.setattr(webhook_calls.socket, "create_connection", lambda *given: pytest.fail("a connection was opened"))

    with pytest.raises(NotCallable):
        Caller().post(url, b"{}", {})


def test_a_network_can_be_opened_by_name_and_loopback_by_a_flag(system: System) -> None:
    named = Caller(networks=[ip_network("10.0.0.0/8")])

    assert named._open(ip_network("10.1.2.3/32")[0], secure=True)
    assert not named._open(ip_network("10.1.2.3/32")[0], secure=False)
    assert not named._open(ip_network("192.168.0.1/32")[0], secure=True)
    assert HERE.post(system.url, b"{}", {}) == 200


def test_somebody_who_never_answers_is_waited_for_no_longer_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with webhook_calls.socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(Unanswered):
            Caller(loopback=True, seconds=0.2).post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})

        assert time.monotonic() - begun < 2


def test_old_notices_are_forgotten_but_none_that_waits(database: Database, system: System, secret: str) -> None:
    take(database, outcome("N1"))
    tell_webhooks(database, NOW, HERE)
    take(database, outcome("N2"))
    with database.write() as session:
        gone = forget_notices(session, NOW + timedelta(days=1))

    assert (gone, [n.number for n in notices(database)]) == (1, ["N2"])


def test_a_unit_is_told_that_an_answer_was_amended_or_withdrawn(database: Database, system: System, secret: str) -> None:
    letters = [outcome("N1", move="amend"), outcome("N1", move="withdraw_answer", state="retracted")]
    letters = [one.model_copy(update={"body": {**one.body, "amended_at": NOW.isoformat()}}) for one in letters]
    letters[1].body["finding"] = None
    take(database, *letters)
    tell_webhooks(database, NOW, HERE)

    common = {"number": "N1", "at": NOW.isoformat(), "timestamp": NOW.isoformat(), "amended_at": NOW.isoformat()}
    types = [{"type": "case.amend"}, {"type": "case.withdraw_answer"}]
    assert [json.loads(body) for _, body in system.got] == [
        {**common, **types[0], "state": "answered", "outcome": "confirmed", "source": "record", "grade": "A", "move": "amend"},
        {**common, **types[1], "state": "retracted", "outcome": None, "source": None, "grade": None, "move": "withdraw_answer"},
    ]


def test_the_unit_and_the_administrator_see_what_was_not_told_and_send_it_again(office: Office) -> None:
    numbers = office.county.asked_into(State.ANSWERED, 2)
    with office.county.database.write() as session:
        for number, unit in zip(numbers, ("bank", "court"), strict=True):
            session.add(
                OutcomeNotice(unit=unit, number=number, move="find", state="answered", at=NOW, fault="status_404", attempts=1)
            )
    bank, admin = office.client("asker"), office.client()

    assert "1 outcome did not reach your own system." in bank.get("/cases")
    mine, every = bank.get("/notices"), admin.get("/notices")
    assert [numbers[0] in mine, numbers[1] in mine, numbers[0] in every, numbers[1] in every] == [True, False, True, True]
    assert "answered with HTTP 404" in mine
    with office.county.database.write() as session:
        session.execute(update(OutcomeNotice).values(fault="unanswered"))
    assert f"no answer within {SECONDS:.0f} seconds" in bank.get("/notices")
    assert timedelta(seconds=EACH * SECONDS) < LEASE
    with office.county.database.write() as session:
        session.execute(update(OutcomeNotice).values(fault="status_404"))
    with office.county.database.read() as session:
        theirs = given_up(session, "court")[0].id
    assert bank.post("/notices/again", notice=str(theirs)).headers["location"] == "/notices?flash=no_notice", "not the bank's"
    assert bank.post("/notices/again").headers["location"] == "/notices?flash=notices_again"
    assert (given_up_of(office.county.database), "Every outcome reached" in bank.get("/notices")) == (
        [(numbers[1], "status_404")],
        True,
    )
    assert admin.post("/notices/again", notice=str(theirs)).headers["location"] == "/notices?flash=notices_again"
    assert given_up_of(office.county.database) == []
