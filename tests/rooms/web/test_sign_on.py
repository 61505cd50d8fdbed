"""The city's sign-on: there and back over real HTTP, for whom there is an account, and for nobody else."""

import base64
import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlmodel import select

from access.accounts import Account, account_named
from access.sessions import SignIn
from access.sign_on import bounded_transport
from access.sign_on.sign_on import SignOn
from access.sign_on.sign_on_metadata import SignOnFailed
from deploy.wall_clock import real_now
from tests.rooms.county import MONDAY
from tests.rooms.office import Desk, Office, on_both
from tests.rooms.signing_in import Person, person, with_authenticator
from tests.sign_ons import Forger, Provider, forger, provider

CLIENT = "hecha-test-client"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the mock's own


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """One provider for all tests of this file."""
    with provider() as known:
        yield known


@dataclass
class City:
    """The house with a sign-on: its clock on the wall is the provider's."""

    office: Office
    there: Provider

    def round(self, one: Person, sub: str, following: str = "", again: str = "") -> Any:
        """There and back; what the house says in the end."""
        gone = one.web.get(f"/sign-in/sign-on?next={following}&again={again}")
        assert gone.status_code == 303, gone.text
        back = urlsplit(self.there.sign_in(gone.headers["location"], sub))
        return one.web.get(f"{back.path}?{back.query}")

    def name(self, username: str, sign_on: str) -> None:
        """Writes down how the sign-on names this person."""
        with self.office.county.database.write() as session:
            session.get_one(Account, username).sign_on = sign_on


@pytest.fixture
def city(office: Office, running: Provider) -> City:
    """The house at whose door the sign-on stands."""
    running.asked.clear()
    running.tokens.clear()
    back = "http://127.0.0.1:8040/sign-in/sign-on/back"
    office.app.state.sign_on = SignOn(running.url, CLIENT, "secret-of-the-client", "sub", back)
    object.__setattr__(office.app.state.context, "real_now", None)
    office.county.now = real_now()
    return City(office, running)


@on_both
def test_whoever_the_sign_on_names_gets_in_and_lands_where_they_wanted(city: City) -> None:
    city.name("clerk", "E-0017")
    one = person(city.office)
    assert city.round(one, "E-0017", "/duty").headers["location"] == "/duty"

    assert one.is_in()
    with city.office.county.database.read() as session:
        found = session.exec(select(SignIn)).one()
    assert (found.username, found.how, found.source) == ("clerk", "sign_on", "203.0.113.9")
    asked = city.there.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid profile")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert city.there.tokens[0]["code_verifier"]


def test_nobody_is_made_up_for_a_name_without_an_account(city: City) -> None:
    city.name("clerk", "E-0017")
    for sub in ("clerk", "E-0018", "e-0017"):
        one = person(city.office)
        assert city.round(one, sub).headers["location"] == "/sign-in?flash=sign_on_unknown", sub
        assert not one.is_in()
    assert [(line.who, line.note) for line in city.office.lines("sign_in_failed")] == [("", "")] * 3


def test_somebody_who_was_switched_off_does_not_get_in_there_either(city: City) -> None:
    city.name("clerk", "E-0017")
    with city.office.county.database.write() as session:
        session.get_one(Account, "clerk").active = False

    assert city.round(person(city.office), "E-0017").headers["location"] == "/sign-in?flash=sign_on_unknown"


def test_the_second_step_stays_unless_the_sign_on_has_seen_one(city: City) -> None:
    city.name("supervisor", "E-1")
    one = person(city.office, "supervisor")
    assert city.round(one, "E-1").headers["location"] == "/sign-in/authenticator"
    with_authenticator(one)
    assert city.round(one, "E-1").headers["location"] == "/sign-in/code"
    assert one.give(one.code(1)).headers["location"] == "/board"
    city.there.know("E-1", amr=["pwd", "otp"])
    other = person(city.office, "supervisor")

    assert city.round(other, "E-1").headers["location"] == "/board"
    assert other.is_in()


def test_what_comes_back_counts_once_and_in_the_browser_that_went(city: City) -> None:
    city.name("clerk", "E-0017")
    one, other = person(city.office), person(city.office)
    gone = one.web.get("/sign-in/sign-on").headers["location"]
    back = urlsplit(city.there.sign_in(gone, "E-0017"))
    address = f"{back.path}?{back.query}"
    assert other.web.get(address).headers["location"] == "/sign-in?flash=step_ended", "somebody else's browser"
    other.web.get("/sign-in/sign-on")
    assert other.web.get(address).headers["location"] == "/sign-in?flash=sign_on_failed", "with a way of its own"
    assert one.web.get(address).headers["location"] == "/desk"
    assert one.web.get(address).headers["location"] == "/sign-in?flash=step_ended", "a second time"


@pytest.mark.parametrize(
    "change", [{"state": "other"}, {"state": ""}, {"code": "guessed"}, {"code": ""}, {"iss": "https://x.example"}]
)
def test_what_does_not_belong_together_opens_nothing(city: City, change: dict[str, str]) -> None:
    city.name("clerk", "E-0017")
    one = person(city.office)
    gone = one.web.get("/sign-in/sign-on").headers["location"]
    back = urlsplit(city.there.sign_in(gone, "E-0017"))
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | change

    assert one.web.get(back.path, params=query).headers["location"] == "/sign-in?flash=sign_on_failed"
    assert not one.is_in()


def test_the_way_leads_to_our_own_pages_only(city: City) -> None:
    city.name("clerk", "E-0017")
    assert city.round(person(city.office), "E-0017", "https://elsewhere.example/").headers["location"] == "/desk"


def test_without_a_sign_on_there_is_no_way_to_one(office: Office) -> None:
    one = person(office)
    assert [one.web.get(path).status_code for path in ("/sign-in/sign-on", "/sign-in/sign-on/back")] == [404, 404]
    assert "/sign-in/sign-on" not in one.web.get("/sign-in").text


def test_a_sign_on_that_is_away_is_told_and_the_password_still_opens(city: City) -> None:
    city.office.app.state.sign_on = SignOn("http://127.0.0.1:9", CLIENT, "", "sub", "http://127.0.0.1:8040/x")
    one = person(city.office)

    assert one.web.get("/sign-in/sign-on").headers["location"] == "/sign-in?flash=sign_on_failed"
    assert one.sign_in().headers["location"] == "/desk"


def test_names_are_matched_as_they_are_written_down(city: City) -> None:
    """By user name only where none is written and the claim is one for names: `sub` says nothing about names here."""
    city.name("clerk", "E-0017")
    with city.office.county.database.read() as session:

        def found(name: str, claim: str) -> str:
            account = account_named(session, name, claim)
            return account.username if account else ""

        assert [found("E-0017", claim) for claim in ("sub", "preferred_username")] == ["clerk", "clerk"]
        assert [found("second", claim) for claim in ("sub", "preferred_username")] == ["", "second"]
        assert found("Second", "preferred_username") == "second"
        assert found("clerk", "preferred_username") == "", "another name is written down for this account"


def test_two_accounts_cannot_have_one_name_there(office: Office, desk: Desk) -> None:
    clerk = {"name": "甲", "unit": "police", "role_clerk": "yes", "locale": "zh"}
    assert desk.post("/admin/accounts/clerk", **clerk, sign_on=" E-1 ").status_code == 303
    assert office.one(Account, "clerk").sign_on == "E-1"
    answer = desk.post("/admin/accounts/second", **clerk, sign_on="E-1")

    assert answer.status_code == 422
    assert "Another account has this name" in answer.text
    assert office.one(Account, "second").sign_on == ""


# What a sign-on may say


@pytest.fixture(scope="module")
def forging() -> Iterator[Forger]:
    """One forger for all tests of this file: making its key takes long."""
    with forger() as known:
        yield known


@pytest.fixture
def liar(forging: Forger) -> Forger:
    """The forger, telling the truth until a test changes it."""
    forging.about, forging.header, forging.key, forging.token = {}, {"alg": "RS256", "kid": "1"}, None, ""
    at = int(MONDAY.timestamp())
    forging.claims = {"iss": forging.url, "aud": CLIENT, "sub": "E-1", "nonce": "n", "iat": at, "exp": at + 600}
    return forging


def finish(liar: Forger, claim: str = "sub") -> Any:
    sign_on = SignOn(liar.url, CLIENT, "secret-of-the-client-that-is-long-enough", claim, "http://127.0.0.1:8040/back")
    return sign_on.finish("code", "n", "verifier", MONDAY)


def test_what_is_right_is_believed(liar: Forger) -> None:
    assert (finish(liar).name, finish(liar).strong) == ("E-1", False)
    liar.claims |= {"amr": ["mfa"], "auth_time": int(MONDAY.timestamp()) - 60}
    assert (finish(liar).strong, finish(liar).signed_in_at) == (True, MONDAY - timedelta(seconds=60))


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://another.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": int(MONDAY.timestamp()) - 121},
        {"exp": None},
        {"iat": int(MONDAY.timestamp()) + 3600},
        {"sub": ""},
        {"sub": 17},
        {"at_hash": "AAAA"},
        {"sub": "E-1\0"},
        {"sub": "E" * 201},
        {"auth_time": 10**30},
        {"auth_time": -(10**18)},
        {"auth_time": int(MONDAY.timestamp()) + 3600},
        {"amr": [["mfa"]]},
    ],
)
def test_what_is_wrong_in_it_is_refused(liar: Forger, change: dict[str, Any]) -> None:
    liar.claims = {name: value for name, value in (liar.claims | change).items() if value is not None}
    with pytest.raises(SignOnFailed) as caught:
        finish(liar)
    assert "E-1" not in str(caught.value)


@pytest.mark.parametrize(
    "about",
    [
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "data:text/html,x"},
        {"authorization_endpoint": 5},
        {"jwks_uri": None},
        {"token_endpoint": "file:///etc/passwd"},
    ],
)
def test_an_address_that_is_none_is_refused(liar: Forger, about: dict[str, Any]) -> None:
    liar.about = about
    with pytest.raises(SignOnFailed):
        finish(liar)


def test_an_answer_without_end_is_not_read_to_its_end(liar: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    """300 MB of blanks were kept whole, a packed gigabyte too; a byte now and then held one of its threads."""
    sent: list[int] = []

    def padded(body: bytes) -> bytes:
        sent.append(len(body))
        return b" " * bounded_transport.MOST_BYTES + body

    for body in (padded, lambda _body: b"[" * 100_000, lambda _body: b'{"keys":' + b'{"a":' * 100_000):
        monkeypatch.setattr(liar, "body", body)
        with pytest.raises(SignOnFailed):
            finish(liar)
    monkeypatch.setattr(liar, "body", gzip.compress)
    monkeypatch.setattr(liar, "packed", True)
    with pytest.raises(SignOnFailed, match="ReadError"):
        finish(liar)
    monkeypatch.undo()
    assert finish(liar).name == "E-1"
    assert sent


def test_an_answer_that_drips_is_given_up(liar: Forger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_transport, "MOST_SECONDS", 0.3)  # so that no test waits
    monkeypatch.setattr(liar, "drips", threading.Event())
    with pytest.raises(SignOnFailed, match="ReadError"):
        finish(liar)
    assert liar.drips
    liar.drips.set()


def test_a_signature_of_somebody_else_is_refused(liar: Forger) -> None:
    liar.key = RSAKey.generate_key(2048, {"kid": "1"})
    with pytest.raises(SignOnFailed):
        finish(liar)


def test_no_signature_and_one_with_our_own_secret_are_refused(liar: Forger) -> None:
    """The algorithm is ours to choose: neither `none` nor one that anybody who knows our secret or the public key can sign."""
    plain = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, liar.claims)]
    liar.token = ".".join([*plain, ""])
    with pytest.raises(SignOnFailed):
        finish(liar)
    liar.token, liar.header = "", {"alg": "HS256"}
    liar.key = OctKey.import_key("secret-of-the-client-that-is-long-enough")
    with pytest.raises(SignOnFailed):
        finish(liar)


def test_a_sign_on_that_calls_itself_otherwise_is_refused(liar: Forger) -> None:
    liar.about = {"issuer": "https://another.example"}
    with pytest.raises(SignOnFailed, match="another_issuer"):
        finish(liar)


def test_what_it_says_about_itself_is_read_once_an_hour(liar: Forger) -> None:
    sign_on, before = SignOn(liar.url, CLIENT, "", "sub", "http://127.0.0.1:8040/back"), liar.reads
    for minutes in (0, 1, 59, 60, 61):
        sign_on.finish("code", "n", "verifier", MONDAY) if minutes == 0 else sign_on.begin(MONDAY + timedelta(minutes=minutes))

    assert liar.reads - before == 2
