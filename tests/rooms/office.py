"""An administrator's office: the whole house at a fixed moment, and somebody who opens its pages and fills in its forms."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from httpx2 import Response
from sqlmodel import col, select
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from administrators.changes import Change
from cases.trail.trail import Trail
from deploy.assembly import Assembly
from tests.rooms.county import County

Test = TypeVar("Test", bound=Callable[..., None])
HTML = {"Accept": "text/html", "Accept-Language": "en"}


@dataclass
class Office:
    """The house with the county in it; `get` and `post` are the administrator's."""

    assembly: Assembly
    county: County
    app: Any

    def client(self, who: str = "admin", locale: str = "en") -> "Desk":
        """Somebody who has just signed in."""
        with self.county.database.write() as session:
            account = session.get_one(Account, who)
            account.locale = locale
            opened = open_session(session, account, self.county.now)
        web = TestClient(self.app, headers=HTML, cookies={"hecha": opened.token, "lang": locale}, follow_redirects=False)
        return Desk(web, opened.csrf, opened.token)

    def acts(self, kind: str = "") -> list[tuple[str, str]]:
        """What was noted, as (action, subject), oldest first; of one kind where it is named."""
        with self.county.database.read() as session:
            found = session.exec(select(Change).order_by(col(Change.id))).all()
        return [(one.action, one.subject) for one in found if one.kind == kind or not kind]

    def changed(self) -> dict[str, Any]:
        """Old and new values of what was changed last."""
        with self.county.database.read() as session:
            found = session.exec(select(Change).order_by(col(Change.id).desc()).limit(1)).one()
        return found.changed

    def lines(self, action: str) -> list[Trail]:
        """The lines of the trail with this action."""
        with self.county.database.read() as session:
            return list(session.exec(select(Trail).where(Trail.action == action).order_by(col(Trail.id))))

    def one(self, table: Any, key: Any) -> Any:
        """A row as it stands."""
        with self.county.database.read() as session:
            return session.get(table, key)


@dataclass
class Desk:
    """One browser."""

    web: TestClient
    csrf: str
    token: str

    def get(self, address: str, status: int = 200) -> str:
        """The page's text."""
        answer = self.web.get(address)
        assert answer.status_code == status, f"{address}: {answer.status_code}"
        return answer.text

    def post(self, address: str, picked: Sequence[str] = (), **typed: str) -> Response:
        """Sends a form."""
        return self.web.post(address, data={"csrf": self.csrf, "picked": list(picked), **typed})


def on_both(test: Test) -> Test:
    """Marks a test that runs on both databases."""
    test.on_both = True  # type: ignore[attr-defined]  # read where the tests are collected
    return test


def secret_in(page: str) -> str:
    """What is shown once on this page; empty where nothing is."""
    found = re.search(r'id="secret">([^<]+)<', page)
    return found[1] if found else ""


def faults_in(page: str) -> list[str]:
    """The fields that the summary names."""
    return re.findall(r'<li><a href="#f-([\w.]*)">', page)
