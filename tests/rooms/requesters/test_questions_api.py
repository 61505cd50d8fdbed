"""The API for those who ask: a request that is sent again, and one that waits for the answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from httpx2 import Response
from sqlmodel import col, select

from access.accounts import Account
from access.api_keys import ApiKey, new_key
from access.freezes import ACCOUNT, Frozen
from access.sessions import open_session
from cases.case import Case
from cases.grants.grants import Grant
from cases.moves import CLOCK, Move, make_moves
from cases.trail.trail import Trail
from requesters.ask import accepting, questions_api
from storage.database import Database
from tests.broadcasters import running_hub
from tests.phones import until
from tests.rooms.county import ASKER
from tests.routes import RULEBOOK, Doors, kinship, later, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEY = {"Idempotency-Key": "once"}


@pytest.fixture
def doors(database: Database) -> Iterator[Doors]:
    with running_hub(database) as broadcaster:
        yield open_doors(database, NOW, [questions_api.router], broadcaster)


def looks(doors: Doors) -> list[str]:
    with doors.database.read() as session:
        return list(session.exec(select(Trail.who).where(col(Trail.action) == "look")))


def move(doors: Doors, number: str, name: str) -> None:
    with doors.database.write() as session:
        mover = CLOCK if name == "hand_over" else ASKER
        make_moves(session, [Move(number, name, mover)], doors.now, RULEBOOK)


def test_a_request_that_is_sent_again_leaves_a_line_where_it_shows_more_than_was_sent(doors: Doors) -> None:
    first = doors.client("asker").post("/api/v1/cases", json=kinship(), headers=KEY).json()
    assert looks(doors) == []
    later(doors, hours=1)
    move(doors, first["number"], "hand_over")
    again = doors.client("asker").post("/api/v1/cases", json=kinship(), headers=KEY).json()

    assert (again["number"], again["state"], looks(doors)) == (first["number"], "at_desk", ["asker"])


def test_a_key_that_may_ask_and_not_read_is_told_the_number_and_the_state_again(doors: Doors) -> None:
    with doors.database.write() as session:
        doors.keys["asks"] = new_key(session, "asker", date(2030, 12, 31), ["ask"])
    first = doors.client("asks").post("/api/v1/cases", json=kinship(), headers=KEY).json()
    later(doors, hours=1)
    again = doors.client("asks").post("/api/v1/cases", json=kinship(), headers=KEY).json()

    assert again == {"number": first["number"], "state": "asked"}
    assert looks(doors) == []


def waited(doors: Doors, number: str) -> Response:
    return doors.client("asker").get(f"/api/v1/cases/{number}?wait=30")


def revoke(doors: Doors) -> None:
    with doors.database.write() as session:
        for key in session.exec(select(ApiKey).where(col(ApiKey.username) == "asker")):
            key.revoked_at = doors.now


def freeze(doors: Doors) -> None:
    with doors.database.write() as session:
        session.add(Frozen(kind=ACCOUNT, subject="asker", at=doors.now, by="supervisor", reason="a lost key"))


def demote(doors: Doors) -> None:
    with doors.database.write() as session:
        account = session.get_one(Account, "asker")
        account.unit, account.roles = "court", ["asker"]


@pytest.mark.parametrize("shut_out", [revoke, freeze, demote])
def test_who_waits_for_an_answer_must_still_be_let_in_when_it_comes(doors: Doors, shut_out: object) -> None:
    (number,) = doors.ask("B-7")
    assert callable(shut_out)
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(waited, doors, number)
        until(lambda: doors.app.state.context.watch.listeners or waits.done())
        until(lambda: looks(doors) or waits.done())
        shut_out(doors)
        move(doors, number, "withdraw")
        told = waits.result(20)

    assert told.status_code in (401, 404)
    assert "吴" not in told.text


def test_questions_at_once_are_each_their_own_senders(doors: Doors) -> None:
    """Twelve senders at one moment, one of them with nonsense: each is told of its own case, and the trail has no more."""
    wanted = [{**kinship(), "reference": f"AT-ONCE-{n}", "item": "nonsense" if n == 5 else "kinship"} for n in range(12)]
    clients = [doors.client("asker") for _ in wanted]
    with ThreadPoolExecutor(12) as pool:
        told: list[Response] = list(
            pool.map(lambda pair: pair[0].post("/api/v1/cases", json=pair[1]), zip(clients, wanted, strict=True))
        )

    assert [answer.status_code for answer in told] == [422 if n == 5 else 201 for n in range(12)]
    assert [answer.json()["reference"] for n, answer in enumerate(told) if n != 5] == [f"AT-ONCE-{n}" for n in range(12) if n != 5]
    with doors.database.read() as session:
        assert len(session.exec(select(Case.number)).all()) == 11


def test_what_cannot_be_shown_is_accepted_once_all_the_same(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_all: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(accepting, "case_view", cannot)
    client = doors.client("asker")
    with pytest.raises(ZeroDivisionError):
        client.post("/api/v1/cases", json=kinship())
    with doors.database.read() as session:
        assert len(session.exec(select(Case.number)).all()) == 1


def test_the_same_keys_question_has_its_case_whatever_was_taken_away_since(doors: Doors) -> None:
    first = doors.client("asker").post("/api/v1/cases", json=kinship(), headers=KEY).json()
    with doors.database.write() as session:
        session.delete(session.get_one(Grant, ("bank", "kinship", "close_relative_card")))
    again = doors.client("asker").post("/api/v1/cases", json=kinship(), headers=KEY)
    other = doors.client("asker").post("/api/v1/cases", json=kinship())

    assert (again.status_code, again.json()["number"], other.status_code) == (201, first["number"], 403)


@pytest.mark.parametrize("where", ["details", "subjects", "person", ""])
def test_a_question_with_thousands_of_entries_is_refused_in_a_line(doors: Doors, where: str) -> None:
    asked = kinship()
    box = {"details": asked["details"], "subjects": asked["subjects"], "person": asked["subjects"]["person"], "": asked}[where]
    box |= {f"x{n}": "y" for n in range(40_000)}
    answer = doors.client("asker").post("/api/v1/cases", json=asked)

    assert (answer.status_code, len(answer.json()["errors"])) == (422, 1)


def test_a_key_shown_as_a_cookie_or_a_session_as_a_key_opens_nothing(doors: Doors) -> None:
    client = doors.client("asker")
    assert client.get("/api/v1/cases").status_code == 200  # remembered from now on
    key = client.headers["Authorization"].removeprefix("Bearer ")
    assert client.get("/api/v1/cases", headers={"Authorization": "", "Cookie": f"hecha={key}"}).status_code == 401

    with doors.database.write() as session:
        token = open_session(session, session.get_one(Account, "asker"), doors.now).token
    assert client.get("/api/v1/cases", headers={"Authorization": "", "Cookie": f"hecha={token}"}).status_code == 200
    assert client.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.get("/api/v1/cases", headers={"Authorization": f"Bearer hk_{token}"}).status_code == 401
