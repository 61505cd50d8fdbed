"""What machines ask of a process: it lives, it can work, and its figures; each thing that is away is named, in time."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import col, update
from starlette.testclient import TestClient

from broker.dead_letters import keep
from broker.letter import Letter
from broker.transports.transport import Delivery, Transport, TransportError
from cases.case import Case
from contacts.alerts.alerts import Alert
from deploy.migrate import migrate_database
from deploy.operations.health import health_router
from deploy.operations.metrics import Insides
from deploy.operations.timed_probe import Probe, TooSlow
from storage.database import Database
from tests.nodes import PostgresNode
from tests.routes import Doors, open_doors
from tests.transports import transport_at
from web.problems import handle_problems

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def doors_of(database: Database, opener: Callable[[], Transport], parts: dict[str, object] | None = None) -> Doors:
    insides = Insides(database, opener, lambda: NOW, lambda: 3, parts or {})
    return open_doors(database, NOW, [health_router(insides)])


def app_of(insides: Insides) -> FastAPI:
    app = FastAPI()
    app.state.locale = "en"
    app.include_router(health_router(insides))
    handle_problems(app)
    return app


def figures(doors: Doors) -> dict[str, float]:
    text = TestClient(doors.app, client=("127.0.0.1", 50000)).get("/metrics").text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def unreachable() -> Transport:
    raise TransportError


def test_the_figures_are_those_of_the_moment(database: Database, broker_url: str) -> None:
    parts = {
        "clock": SimpleNamespace(last_beat=NOW - timedelta(seconds=7)),
        "relay": SimpleNamespace(last_beat=None, healthy=False),
    }
    doors = doors_of(database, lambda: transport_at(broker_url), parts)
    transport = transport_at(broker_url)
    transport.declare(["questions.police", "findings", "dead"])
    before = figures(doors)
    numbers = doors.ask("A", "B", "C")
    transport.publish([Letter.post("question", "questions.police", "", {}, NOW)])
    transport.close()
    with database.write() as session:
        case = update(Case).where(col(Case.number) == numbers[0])
        session.connection().execute(case.values(state="at_desk", due_at=NOW - timedelta(hours=1), wake_at=None))
        keep(session, [Delivery("findings", b"x", None, 1, "unreadable")], NOW)
        session.add(Alert(id=uuid4(), purpose="desk", recipient_kind="clerk", recipient="clerk", to_number="+8613900010011",
                          template="desk_new", created_at=NOW, changed_at=NOW))  # fmt: skip
    after = figures(doors)
    queue = 'hecha_queue_letters{queue="questions.police"}'

    assert {name: after[name] for name in after if name.startswith("hecha_cases")} == {
        'hecha_cases_open{state="asked"}': 2, 'hecha_cases_open{state="at_desk"}': 1, 'hecha_cases_open{state="returned"}': 0,
        'hecha_cases_open{state="with_contact"}': 0, "hecha_cases_overdue": 1, "hecha_cases_unwatched": 1,
    }  # fmt: skip
    assert (after["hecha_outbox_letters"], after["hecha_dead_letters"], after['hecha_alerts{state="queued"}']) == (3, 1, 1)
    assert after[queue] - before[queue] == 1
    assert (after["hecha_listeners"], after['hecha_part_beat_age_seconds{part="clock"}']) == (3, 7)
    assert (after['hecha_part_healthy{part="relay"}'], after['hecha_up{what="broker"}'], after['hecha_up{what="database"}']) == (
        0,
        1,
        1,
    )


def test_what_is_away_is_missing_from_the_figures_and_said(database: Database) -> None:
    doors = doors_of(database, unreachable)
    found = figures(doors)

    assert (found['hecha_up{what="broker"}'], found['hecha_up{what="database"}']) == (0, 1)
    assert not any(name.startswith("hecha_queue") for name in found)


def test_a_process_that_lives_says_so_to_anybody(database: Database) -> None:
    assert doors_of(database, unreachable).client().get("/healthz").json() == {"status": "alive"}


def test_ready_means_database_tables_and_post_office(tmp_path: Path, broker_url: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}")
    client = TestClient(app_of(Insides(database, lambda: transport_at(broker_url), lambda: NOW, lambda: 0)))
    before = client.get("/readyz")
    migrate_database(database)
    after = client.get("/readyz")
    database.close()

    assert (before.status_code, before.headers["content-type"]) == (503, "application/problem+json")
    assert [error["field"] for error in before.json()["errors"]] == ["migrations"]
    assert (after.status_code, after.json()) == (200, {"status": "ready"})


def test_a_database_that_can_only_be_read_is_not_ready(postgres: PostgresNode, tmp_path: Path) -> None:
    with postgres.database() as url:
        database = Database(url)
        migrate_database(database)
        broker = f"embedded://{tmp_path / 'broker.sqlite'}"
        client = TestClient(app_of(Insides(database, lambda: transport_at(broker), lambda: NOW, lambda: 0)))
        event.listen(database.engine, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY"))
        told = client.get("/readyz")
        database.close()

    assert (told.status_code, [error["field"] for error in told.json()["errors"]]) == (503, ["database"])
    assert int(told.headers["Retry-After"]) > 0


def test_what_is_away_is_named(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = doors_of(database, unreachable)
    # The house began with a database that is away now.
    monkeypatch.setattr(database, "engine", Database("postgresql+psycopg://nobody@127.0.0.1:9/none").engine)
    told = doors.client().get("/readyz")

    assert (told.status_code, [error["field"] for error in told.json()["errors"]]) == (503, ["database", "broker"])
    assert doors.client().get("/healthz").status_code == 200


def test_something_that_hangs_is_waited_for_two_seconds_and_not_asked_again() -> None:
    release, asked = threading.Event(), []
    probe = Probe(seconds=0.2)

    def hanging() -> bool:
        asked.append(1)
        return release.wait(10)

    begun = time.monotonic()
    for _ in range(3):
        with pytest.raises(TooSlow):
            probe(hanging)
    assert time.monotonic() - begun < 0.5
    release.set()
    while probe._hanging and not probe._hanging.done():
        time.sleep(0.01)

    assert (len(asked), probe(lambda: 7)) == (1, 7)
    with pytest.raises(TimeoutError, match="its own"):
        probe(lambda: (_ for _ in ()).throw(TimeoutError("its own")))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_strangers_see_no_figures(database: Database) -> None:
    """This machine does, while no token is set; then whoever shows it, and nobody else."""
    insides, token = Insides(database, unreachable, lambda: NOW, lambda: 3, {}), "token-of-the-prometheus-server"

    doors = open_doors(database, NOW, [health_router(insides)])
    apps = {"": doors.app, token: FastAPI()}
    apps[token].state = doors.app.state
    apps[token].include_router(health_router(insides, token))
    handle_problems(apps[token])

    def asked(source: str, token: str = "", **headers: str) -> int:
        web = TestClient(apps[token], client=(source, 50000))
        return web.get("/metrics", headers=headers).status_code

    assert [asked(source) for source in ("127.0.0.1", "::1", "203.0.113.9", "2001:db8::1", "unix")] == [200, 200, 403, 403, 403]
    assert asked("127.0.0.1", **{"x-forwarded-for": "203.0.113.9"}) == 403, "through a proxy on this machine"
    assert asked("203.0.113.9", token, authorization=f"Bearer {token}") == 200
    assert [asked("127.0.0.1", token), asked("203.0.113.9", token, authorization="Bearer other")] == [403, 403]


def test_a_house_that_cannot_read_its_letter_keys_is_not_ready(database: Database, broker_url: str) -> None:
    def read_keys() -> bool:
        raise PermissionError

    insides = Insides(database, lambda: transport_at(broker_url), lambda: NOW, lambda: 0, read_keys=read_keys)
    client = open_doors(database, NOW, [health_router(insides)]).client()
    transport = transport_at(broker_url)
    transport.declare([])
    transport.close()

    assert [error["field"] for error in client.get("/readyz").json()["errors"]][-1:] == ["letter_keys"]
