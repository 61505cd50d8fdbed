"""Keeping drafts over HTTP: for the clerk whose session ran out, for nobody whose session was revoked, for no other unit's case."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from httpx2 import Response
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import SignIn, open_session
from responders.desk import desk_case_pages, desk_writing
from responders.desk.drafts import Draft
from responders.desk.presence import Presence
from storage.database import Database
from tests.routes import Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class Window:
    """A clerk's browser with one case open."""

    doors: Doors
    client: TestClient
    csrf: str
    number: str

    def keep(self, words: str = "half a sentence", csrf: str = "") -> Response:
        """What the page's script sends."""
        fields = {"words": words, "tab": "t", "serial": "0", "csrf": csrf or self.csrf}
        return self.client.post(f"/desk/{self.number}/draft/answer", data=fields, headers={"Accept": "application/json"})

    def kept(self) -> list[str]:
        """The words of the drafts there are."""
        with self.doors.database.read() as session:
            return [draft.fields["words"] for draft in session.exec(select(Draft))]

    def change_session(self, **values: object) -> None:
        """Ends the session in one way or another."""
        with self.doors.database.write() as session:
            session.connection().execute(update(SignIn).where(col(SignIn.username) == "clerk").values(**values))


@pytest.fixture
def window(database: Database) -> Window:
    """Signed in as a clerk of the police, who hold the case."""
    doors = open_doors(database, NOW, [desk_writing.router, desk_case_pages.router])
    with database.write() as session:
        opened = open_session(session, session.get_one(Account, "clerk"), NOW)
    client = TestClient(doors.app, cookies={"hecha": opened.token}, follow_redirects=False)
    return Window(doors, client, opened.csrf, doors.ask("A")[0])


def test_a_draft_is_kept_and_its_writer_seen_to_write(window: Window) -> None:
    answer = window.keep()

    assert (answer.status_code, answer.json()["serial"], window.kept()) == (200, 1, ["half a sentence"])
    with window.doors.database.read() as session:
        assert session.get_one(Presence, (window.number, "clerk")).writes(NOW)
    told = window.client.get(f"/desk/{window.number}/drafts").json()
    assert (told["csrf"], told["drafts"]["answer"]["serial"]) == (window.csrf, 1)


def test_after_the_session_ran_out_writing_is_kept_and_nothing_is_shown_or_moved(window: Window) -> None:
    window.change_session(until=NOW - timedelta(minutes=1))
    answer = window.keep()

    assert answer.status_code == 401
    assert answer.json()["sign_in"] == f"/sign-in?next=/desk/{window.number}&flash=kept"
    assert window.kept() == ["half a sentence"]
    assert window.client.get(f"/desk/{window.number}/drafts").status_code == 401
    assert window.client.post(f"/desk/{window.number}/here", data={"csrf": window.csrf}).status_code == 401
    taken = window.client.post(f"/desk/{window.number}/take", data={"csrf": window.csrf})
    assert taken.headers["location"].startswith("/sign-in")
    sent = window.client.post(f"/desk/{window.number}/answer", data={"csrf": window.csrf, "words": "whole", "outcome": "no_record"})
    assert (sent.status_code, window.kept()) == (303, ["whole"])


@pytest.mark.parametrize("how", [{"until": NOW - timedelta(hours=25)}, {"until": NOW - timedelta(minutes=1), "revoked_at": NOW}])
def test_a_session_long_over_or_revoked_keeps_nothing(window: Window, how: dict[str, object]) -> None:
    window.change_session(**how)

    assert (window.keep().status_code, window.kept()) == (401, [])


def test_a_page_from_elsewhere_writes_no_draft(window: Window) -> None:
    assert (window.keep(csrf="guessed").status_code, window.kept()) == (403, [])
    window.change_session(until=NOW - timedelta(minutes=1))
    assert (window.keep(csrf="guessed").status_code, window.kept()) == (403, [])


def test_only_forms_of_cases_of_the_own_unit_have_drafts(window: Window) -> None:
    assert window.client.post(f"/desk/{window.number}/draft/take", data={"csrf": window.csrf}).status_code == 404
    with window.doors.database.write() as session:
        session.get_one(Account, "clerk").unit = "court"

    assert (window.keep().status_code, window.kept()) == (404, [])
