"""The turnstile: nobody comes so often that others wait, whoever waits is told how long, and ordinary work never meets it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from access.accounts import Account
from access.api_keys import new_key
from access.sessions import open_session, revoke_sessions
from deploy.assembly import assemble
from deploy.migrate import migrate_database
from deploy.settings import Settings
from tests.apps import app_of
from tests.hostile.wire import Reply, Wire, form
from tests.rooms.county import MONDAY, settle
from web.rate_limit import PENALTY
from web.token_bucket import MOST_KNOWN, Allowance

HERE, ELSEWHERE = "198.51.100.7", "198.51.100.8"


class Server:
    """A small house with tight allowances: 20 requests a minute for a key, 10 for a person, 30 for strangers."""

    def __init__(self, home: Path) -> None:
        self.assembly = assemble(Settings(home=home, key_requests=20, person_requests=10, stranger_requests=30))
        migrate_database(self.assembly.database)
        self.county = settle(self.assembly.database)
        self.assembly.now = lambda: self.county.now
        self.wire = Wire(app_of(self.assembly))

    def key(self, username: str = "asker") -> dict[str, str]:
        """The headers of a new key."""
        with self.county.database.write() as session:
            return {"authorization": f"Bearer {new_key(session, username, date(2030, 1, 1))}"}

    def session(self, username: str = "asker") -> dict[str, str]:
        """The headers of a new session."""
        with self.county.database.write() as session:
            opened = open_session(session, session.get_one(Account, username), MONDAY)
        return {"cookie": f"hecha={opened.token}"}

    def gets(self, count: int, headers: dict[str, str], source: str = HERE, path: str = "/api/v1/cases") -> list[int]:
        """The statuses of so many requests."""
        return [self.wire.send("GET", path, headers, source=source).status for _ in range(count)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Server]:
    house = Server(tmp_path)
    yield house
    house.wire.close()
    house.assembly.database.close()


def test_a_key_that_comes_too_often_is_told_how_long_to_wait_in_both_languages(house: Server) -> None:
    key = house.key()
    assert set(house.gets(20, key)) == {200}
    told = {locale: house.wire.send("GET", "/api/v1/cases", {**key, "accept-language": locale}) for locale in ("zh", "en")}

    for reply in told.values():
        assert (reply.status, reply.header("content-type"), reply.header("retry-after")) == (429, "application/problem+json", "3")
        assert reply.json["errors"][0]["code"] == "too_many_requests"
        assert "default-src" in reply.header("content-security-policy")
    assert "Wait 3 seconds" in told["en"].json["detail"]
    assert told["zh"].json["detail"] != told["en"].json["detail"]


def test_a_person_is_one_whoever_many_sessions_they_open_and_others_are_not_touched(house: Server) -> None:
    sessions = [house.session() for _ in range(3)]
    statuses = [status for session in sessions for status in house.gets(6, session)]

    assert statuses.count(429) == 18 - 10 - 1  # the third session's first request came before the door had seen it
    assert house.gets(3, house.session("clerk")) == [200] * 3
    page = house.wire.send("GET", "/me", {**sessions[0], "accept": "text/html", "accept-language": "en"})
    assert (page.status, "Wait" in page.text) == (429, True)


def test_inventing_keys_gains_nothing_and_those_who_are_known_pass_however_crowded_their_address(house: Server) -> None:
    known = house.key()
    house.gets(1, known)
    guessed = [house.gets(1, {"authorization": f"Bearer hk_{n:010x}_guess"})[0] for n in range(10)]

    assert guessed[:3] == [401, 401, 401]
    assert guessed[3:] == [429] * 7  # each wrong one costs as much as eleven right ones
    assert house.gets(3, known) == [200] * 3
    assert house.gets(1, house.key("clerk"), source=ELSEWHERE) == [200]


def test_after_a_new_start_all_who_are_known_come_in_at_once_from_one_address(house: Server) -> None:
    names = [f"clerk{n}" for n in range(90)]
    with house.county.database.write() as session:
        session.add_all(Account(username=name, name=name, unit="police", roles=["clerk"]) for name in names)
    sessions = [house.session(name) for name in names]
    with ThreadPoolExecutor(90) as crowd:
        statuses = [each[0] for each in crowd.map(lambda headers: house.gets(1, headers), sessions)]

    assert statuses == [200] * 90, "three times as many as strangers may come"
    assert house.gets(30, {}, path="/sign-in") == [200] * 30, "they took nothing from the strangers"
    assert house.gets(1, {}, path="/sign-in") == [429]


def test_a_crowd_of_invented_cookies_is_refused(house: Server) -> None:
    invented = [{"cookie": f"hecha=invented{n}"} for n in range(90)]
    with ThreadPoolExecutor(90) as crowd:
        statuses = [each[0] for each in crowd.map(lambda headers: house.gets(1, headers), invented)]

    assert statuses.count(401) <= 40
    assert statuses.count(429) >= 50


def test_guessing_passwords_and_numbers_soon_waits_by_address(house: Server) -> None:
    def post(path: str, fields: dict[str, Any], source: str) -> Reply:
        kind, body = form(fields)
        return house.wire.send("POST", path, {"content-type": kind, "accept": "text/html"}, body, source)

    for path, fields in (("/verify", {"number": "20260101-AAAAAAAA"}), ("/reply", {"phone": "13900010011", "code": "1234"})):
        source = f"198.51.100.{len(path)}"
        statuses = [post(path, fields, source).status for _ in range(5)]
        assert statuses == [422, 422, 422, 429, 429], path
        assert post(path, fields, ELSEWHERE).status == 422


def test_a_revoked_key_takes_nothing_from_its_owner(house: Server) -> None:
    session = house.session()
    house.gets(2, session)
    with house.county.database.write() as database:
        revoke_sessions(database, "asker", MONDAY)
    assert house.gets(2, session)[0] == 401
    house.gets(8, session)

    assert house.gets(5, house.session(), source=ELSEWHERE) == [200] * 5


def test_pictures_and_probes_are_free_and_a_signed_provider_is_no_stranger(house: Server) -> None:
    assert set(house.gets(60, {}, path="/healthz")) == {200}
    assert set(house.gets(60, {}, path="/static/hecha/hecha.css")) == {200}
    statuses = [house.wire.send("POST", "/sms/status", {}, b"", source=ELSEWHERE).status for _ in range(6)]
    assert statuses[:3] == [403] * 3
    assert statuses[4:] == [403] * 2  # nothing is asked for in advance: only what is believed of it is refused


def test_what_was_used_comes_back_with_time() -> None:
    now = [0.0]
    allowance = Allowance(60, lambda: now[0])

    assert [allowance.take("x") for _ in range(61)] == [0.0] * 60 + [1.0]
    now[0] += 2.5
    assert [allowance.take("x") for _ in range(3)] == [0.0, 0.0, 0.5]
    now[0] += 3600
    assert [allowance.take("x") for _ in range(61)].count(0.0) == 60, "nobody saves up more than a minute's worth"


def test_none_is_as_many_as_they_like_and_memory_is_bounded() -> None:
    assert [Allowance(0).take("x") for _ in range(1000)] == [0.0] * 1000
    now = [0.0]
    allowance = Allowance(60, lambda: now[0])
    for n in range(3 * MOST_KNOWN):
        allowance.take(f"{n}")
        now[0] += 0.0001
    assert len(allowance.buckets) <= MOST_KNOWN


def test_ordinary_work_is_far_from_the_default() -> None:
    """A clerk who opens a page each second, a bank's system that asks 200 a second, a branch of 50 signing in at one minute."""
    defaults = Settings()

    assert defaults.person_requests >= 10 * 60
    assert defaults.key_requests >= 250 * 60
    assert defaults.stranger_requests >= 50 * 2 + 10 * PENALTY
