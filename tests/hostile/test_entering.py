"""Getting in as somebody else: by guessing who there is, by a cookie that was put there before, by a page elsewhere."""

import statistics
import time
from collections.abc import Iterator

import pytest
from sqlmodel import select

from access.accounts import Account
from access.passwords import hasher
from access.sessions import SignIn
from tests.hostile.ground import Ground, open_ground
from tests.hostile.wire import Reply, form
from tests.passwords import hash_dearly
from tests.rooms.county import MONDAY

PASSWORD = "four words easily kept"
ROUNDS = 4
ELSEWHERE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/%0a/evil.example\n",
    "javascript:alert(1)", "http:evil.example", "///evil.example", "/\r\n/evil.example", "https:/evil.example", " //evil.example",
    "data:text/html,x", "/\u2028/evil.example", "ask", "?next=//evil.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("entering")) as ground:
        give(ground, hasher().hash(PASSWORD))
        yield ground


def give(ground: Ground, hashed: str) -> None:
    """Gives the asker the password with this hash, for good."""
    with ground.county.database.write() as session:
        session.get_one(Account, "asker").password_hash = hashed
    ground.keep()


@pytest.fixture
def dear(ground: Ground) -> Iterator[None]:
    """The asker's password takes as long to compare as it does in the house."""
    ground.restore()
    give(ground, hash_dearly(PASSWORD))
    yield
    ground.restore()
    give(ground, hasher().hash(PASSWORD))


def sign_in(ground: Ground, username: str, password: str, more: dict[str, str] | None = None, **typed: str) -> Reply:
    """A try to sign in, with nothing counted from tries before; `more` are headers."""
    ground.restore()
    kind, body = form({"username": username, "password": password, **typed})
    headers = {"accept": "text/html", "accept-language": "en", "content-type": kind, **(more or {})}
    return ground.wire.send("POST", "/sign-in", headers, body, source=f"198.51.100.{sum(map(ord, username + password)) % 250}")


def cookie(reply: Reply) -> str:
    """The session that the reply gives."""
    return next((v.partition(";")[0] for n, v in reply.headers if n == "set-cookie" and v.startswith("hecha=")), "")


@pytest.mark.usefixtures("dear")
def test_a_name_that_is_not_there_takes_as_long_and_says_the_same(ground: Ground) -> None:
    """Of each kind the quickest of some tries, in turn: what else the machine does only ever adds."""
    took: dict[str, list[float]] = {"asker": [], "nobody-of-this-name": [], "other": []}  # `other` has no password yet
    pages: dict[str, set[str]] = {}
    for n in range(ROUNDS):
        for username, times in took.items():
            begun = time.process_time()
            reply = sign_in(ground, username, f"wrong {n}")
            times.append(time.process_time() - begun)
            pages.setdefault(username, set()).add(reply.text.replace(username, "*"))
    quickest = {username: min(times) for username, times in took.items()}

    assert len(set.union(*pages.values())) == 1, "the same page, to the letter"
    assert max(quickest.values()) - min(quickest.values()) < 0.5 * statistics.mean(quickest.values()), quickest


def test_a_session_that_was_put_there_before_is_not_the_one_that_is_opened(ground: Ground) -> None:
    """Session fixation: with the cookie of an attacker's choice, and with the attacker's own live session."""
    planted, theirs = "a" * 43, ground.sessions["other"][0]
    for given in (planted, theirs):
        reply = sign_in(ground, "asker", PASSWORD, {"cookie": f"hecha={given}"})
        fresh = cookie(reply)
        assert (reply.status, given in fresh, len(fresh) > 40) == (303, False, True)
        assert ground.wire.send("GET", "/ask", {"accept": "text/html", "cookie": f"hecha={planted}"}).status == 303
    assert "asker" not in ground.wire.send("GET", "/me", {"accept": "text/html", "cookie": f"hecha={theirs}"}).text


def test_two_sign_ins_never_share_token_or_form_token(ground: Ground) -> None:
    with ground.county.database.read() as session:
        before = session.exec(select(SignIn)).all()
    tokens = {one.token_hash for one in before} | {one.csrf for one in before}

    assert len(tokens) == 2 * len(before)
    assert all(len(one.csrf) >= 32 for one in before)


def test_the_cookie_is_out_of_reach(ground: Ground) -> None:
    (given,) = [v for n, v in sign_in(ground, "asker", PASSWORD).headers if n == "set-cookie" and v.startswith("hecha=")]

    assert "httponly" in given.lower()
    assert "samesite=lax" in given.lower()
    assert "domain" not in given.lower()


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_form_and_no_address_sends_people_elsewhere(ground: Ground, target: str) -> None:
    """Open redirects: after signing in, after choosing a language, and in the form that is shown before."""
    after = [sign_in(ground, "asker", PASSWORD, next=target)]
    kind, body = form({"lang": "en", "next": target})
    after.append(ground.wire.send("POST", "/language", {"content-type": kind}, body))

    for reply in after:
        place = reply.header("location")
        assert reply.status == 303
        assert place.startswith("/")
        assert not place.startswith(("//", "/\\"))
        assert "evil" not in place.partition("?")[0]


def test_a_key_is_never_taken_from_an_address_or_a_cookie(ground: Ground) -> None:
    """It would end up in histories and logs."""
    token = ground.sessions["asker"][0]
    for path in (f"/api/v1/cases?token={token}", f"/api/v1/cases?access_token={token}", f"/api/v1/cases?hecha={token}"):
        assert ground.wire.send("GET", path).status == 401
    for scheme in ("Basic", "Token", "Bearer", "bearer", "hk"):
        assert ground.wire.send("GET", "/api/v1/cases", {"authorization": f"{scheme} {token}"}).status == 401


def test_a_session_ends_when_its_time_is_over_or_its_person_is_switched_off(ground: Ground) -> None:
    headers = {"cookie": cookie(sign_in(ground, "asker", PASSWORD)), "accept": "application/json"}
    assert ground.wire.send("GET", "/api/v1/cases", headers).status == 200
    with ground.county.database.write() as session:
        session.get_one(Account, "asker").active = False
    assert ground.wire.send("GET", "/api/v1/cases", headers).status == 401
    ground.restore()
    try:
        ground.county.later(hours=13)
        assert ground.wire.send("GET", "/api/v1/cases", headers).status == 401
    finally:
        ground.county.now = MONDAY
