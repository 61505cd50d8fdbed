"""The city's sign-on hangs, is away, or has a new key: nobody else waits for it, and it is asked no more often than need be."""

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import httpx2
import pytest
from joserfc.jwk import RSAKey

from access.sign_on.sign_on import SignOn
from access.sign_on.sign_on_metadata import AGAIN, AWAY_FOR, KNOWN_FOR, MetadataReader, SignOnFailed
from tests.hostile.wire import Reply, Wire
from tests.rooms.county import MONDAY
from tests.rooms.office import Office
from tests.sign_ons import Forger, forger
from web.sign_in.sign_on_pages import MOST_WAITING

CLIENT = "hecha-test-client"


@pytest.fixture(scope="module")
def forging() -> Iterator[Forger]:
    """One forger for all tests of this file: making its key takes long."""
    with forger() as known:
        yield known


@pytest.fixture
def there(forging: Forger) -> Iterator[Forger]:
    """The forger, telling the truth."""
    at = int(MONDAY.timestamp())
    forging.claims = {"iss": forging.url, "aud": CLIENT, "sub": "E-1", "nonce": "n", "iat": at, "exp": at + 6 * 3600}
    forging.header, forging.key, forging.reads = {"alg": "RS256", "kid": "1"}, None, 0
    mine = forging.own
    yield forging
    forging.own, forging.hangs, forging.broken = mine, None, False


def sign_on(there: Forger) -> SignOn:
    return SignOn(there.url, CLIENT, "secret-of-the-client-that-is-long-enough", "sub", "http://127.0.0.1:8040/back")


def finish(at: SignOn, now: datetime = MONDAY) -> str:
    """The name it gives; why not where it gives none."""
    try:
        return at.finish("code", "n", "verifier", now).name
    except SignOnFailed as failed:
        return str(failed)


def test_a_sign_on_that_hangs_holds_nobody_else(office: Office, there: Forger) -> None:
    """More people sign in there than there are threads that serve pages, and every page is served meanwhile."""
    there.hangs = threading.Event()
    office.app.state.sign_on = sign_on(there)
    wire = Wire(office.app)

    def go() -> Reply:
        return wire.send("GET", "/sign-in/sign-on", {"accept": "text/html"})

    with ThreadPoolExecutor(60) as crowd:
        gone = [crowd.submit(go) for _ in range(MOST_WAITING + 13)]
        done, _ = wait(gone, 20, FIRST_COMPLETED)
        pages = [wire.send("GET", "/sign-in", {"accept": "text/html"}).status for _ in range(3)]
        held = [one for one in gone if not one.done()]
        there.hangs.set()
        replies = [one.result(60) for one in gone]
    wire.close()

    assert pages == [200, 200, 200]
    assert held, "they still wait"
    assert done, "those for whom there was no room are told so at once"
    assert {reply.status for reply in replies} == {303}
    assert there.reads == 1, "one looks for all"


def test_one_that_failed_is_left_alone_for_a_moment(there: Forger) -> None:
    at, there.broken = sign_on(there), True
    assert [finish(at), finish(at)] == ["TypeError", "away"]
    assert there.reads == 1
    there.broken = False
    assert finish(at, MONDAY + AWAY_FOR / 2) == "away"
    assert finish(at, MONDAY + AWAY_FOR) == "E-1"


def test_one_that_cannot_be_reached_is_left_alone_too(there: Forger) -> None:
    """Also where it went away after it had told of itself."""
    at = sign_on(there)
    assert finish(at) == "E-1"
    at.reader.note_failure(MONDAY)
    assert finish(at) == "away"
    nowhere = SignOn("http://127.0.0.1:9", CLIENT, "", "sub", "http://127.0.0.1:8040/back")
    assert [finish(nowhere), finish(nowhere)] == [httpx2.ConnectError.__name__, "away"]


def test_a_new_key_is_looked_up_once_and_an_invented_one_not_again_and_again(there: Forger) -> None:
    at = sign_on(there)
    assert finish(at) == "E-1"
    there.own, there.header = RSAKey.generate_key(2048, {"kid": "2"}), {"alg": "RS256", "kid": "2"}
    assert (finish(at), there.reads) == ("E-1", 2), "at once, and not in an hour"
    there.header, there.key = {"alg": "RS256", "kid": "9"}, RSAKey.generate_key(2048, {"kid": "9"})
    assert ([finish(at) for _ in range(3)], there.reads) == (["InvalidKeyIdError"] * 3, 2)
    assert (finish(at, MONDAY + AGAIN), there.reads) == ("InvalidKeyIdError", 3)


def test_what_it_says_is_believed_for_an_hour(there: Forger) -> None:
    reader = MetadataReader(there.url)
    for later in (timedelta(0), KNOWN_FOR - timedelta(seconds=1)):
        reader.known(MONDAY + later)
    assert there.reads == 1
    reader.known(MONDAY + KNOWN_FOR)
    assert there.reads == 2
