"""Somebody who signs in: a browser with nothing in it yet, and the authenticator on their telephone."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pyotp
from httpx2 import Response
from starlette.testclient import TestClient

from access.accounts import Account
from access.passwords import hasher
from access.totp import set_totp
from tests.rooms.office import HTML, Office

PASSWORD = "correct horse battery"
HASH = hasher().hash(PASSWORD)


@dataclass
class Person:
    """A browser and whose it is; `secret` is in the telephone."""

    office: Office
    username: str
    web: TestClient
    secret: str = ""

    def sign_in(self, password: str = PASSWORD, following: str = "") -> Response:
        """Sends the form with the password."""
        typed = {"username": self.username, "password": password, "next": following}
        return self.web.post("/sign-in", data=typed)

    def code(self, steps: int = 0) -> str:
        """What the telephone shows now, or so many steps of 30 seconds later."""
        return pyotp.TOTP(self.secret).at(self.office.county.now + timedelta(seconds=30 * steps))

    def give(self, code: str, at: str = "/sign-in/code") -> Response:
        """Sends the form with a code."""
        return self.web.post(at, data={"totp": code, "csrf": self.csrf()})

    def csrf(self) -> str:
        """The token of this browser's session; empty where it has none."""
        found = re.search(r'name="csrf" content="([^"]+)"', self.web.get("/me").text)
        return unescape(found[1]) if found else ""

    def post(self, address: str, **typed: str) -> Response:
        """Sends a form of this session."""
        return self.web.post(address, data={"csrf": self.csrf(), **typed})

    def is_in(self) -> bool:
        """Whether this browser gets to its own page."""
        return self.web.get("/me").status_code == 200


def person(office: Office, username: str = "clerk", source: str = "203.0.113.9") -> Person:
    """Somebody with a password and a browser that was never here."""
    with office.county.database.write() as session:
        session.get_one(Account, username).password_hash = HASH
    web = TestClient(office.app, headers=HTML, follow_redirects=False, client=(source, 50000))
    return Person(office, username, web)


def with_authenticator(one: Person, secret: str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") -> list[str]:
    """Gives this person an authenticator whose code of now is used up; the recovery codes."""
    one.secret = secret
    now = one.office.county.now
    with one.office.county.database.write() as session:
        codes = set_totp(session, one.username, secret, one.code(), now)
    assert codes is not None
    return codes


def secret_on(page: str) -> str:
    """The secret that stands on a page for those whose telephone cannot read the picture."""
    found = re.search(r'id="secret">([A-Z2-7]+)<', page)
    assert found, "no secret on this page"
    return found[1]


def codes_on(page: str) -> list[str]:
    """The recovery codes on a page."""
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page)
