"""What another process changed about keys, permissions and freezes holds on every serve within a second."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from pydantic_core import to_json
from sqlmodel import Session, col, select

from access.api_keys import ApiKey
from access.freezes import UNIT, Frozen, freeze, thaw
from cases.grants.grants import Grant
from tests.nodes import PostgresNode
from tests.parts import await_port, running
from tests.town import ASKER, Town, questions

SECOND = 1.0
MATTER = ("kinship", "close_relative_card")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A house of which another process serves the pages."""
    home = tmp_path_factory.mktemp("elsewhere")
    own: PostgresNode | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    address = own.fresh_database("elsewhere") if own else f"sqlite:///{home / 'hecha.sqlite'}"
    with closing(Town(home, address, f"embedded://{home / 'broker.sqlite'}").found()) as town:
        serve = town.part("serve")
        with running([serve]):
            await_port(town.http, serve)
            yield town


def post(town: Town) -> int:
    """The status with which a question is taken or refused there."""
    connection = HTTPConnection(town.http, timeout=30)
    heads = {"Authorization": f"Bearer {town.key()}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/cases", to_json(questions(1)[0]), heads)
    status = connection.getresponse().status
    connection.close()
    return status


def changed(town: Town, change: Callable[[Session], object]) -> None:
    """Changes something in this process."""
    with town.house.database.write() as session:
        change(session)


def holds(town: Town, wanted: int) -> bool:
    """Whether a question that is sent a second after the change is answered so, however long a busy machine takes for it."""
    changed_at = time.monotonic()
    while True:
        sent_at = time.monotonic()
        if post(town) == wanted:
            return True
        if sent_at > changed_at + SECOND:
            return False


def set_revoked(session: Session, at: Any) -> None:
    for key in session.exec(select(ApiKey).where(col(ApiKey.username) == "bank1")):
        key.revoked_at = at


def test_a_key_that_is_revoked(served: Town) -> None:
    assert post(served) == 201
    changed(served, lambda session: set_revoked(session, served.house.now()))
    assert holds(served, 401)
    changed(served, lambda session: set_revoked(session, None))
    assert holds(served, 201)


def test_a_unit_that_is_frozen_and_let_go(served: Town) -> None:
    assert post(served) == 201
    why = Frozen(kind=UNIT, subject=ASKER, reason="x", at=served.house.now(), by="admin")
    changed(served, lambda session: freeze(session, why))
    assert holds(served, 401)
    changed(served, lambda session: thaw(session, UNIT, ASKER))
    assert holds(served, 201)


def test_a_permission_that_is_withdrawn_and_given_anew(served: Town) -> None:
    assert post(served) == 201
    last = served.house.rulebook.calendar.day_at(served.house.now()) + timedelta(days=9)
    changed(served, lambda session: session.delete(session.get_one(Grant, (ASKER, *MATTER))))
    assert holds(served, 403)
    changed(served, lambda session: session.add(Grant(unit=ASKER, item=MATTER[0], matter=MATTER[1], until=last)))
    assert holds(served, 201)
