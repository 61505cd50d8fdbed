"""A password of one's own: asked for while somebody else knows it, and changed with the old one in hand."""

import pytest

from access.accounts import Account
from access.passwords import hasher, is_password
from tests.rooms.office import Desk, Office, faults_in, on_both

OLD, NEW = "given-by-somebody", "correct horse battery"
UNSEEN = "nine seen\u3000\u200b\u2060\ufe0f\u3164"  # eight, and what nobody sees


@pytest.fixture
def clerk(office: Office) -> Desk:
    """A clerk whose password was given by somebody else."""
    with office.county.database.write() as session:
        account = session.get_one(Account, "clerk")
        account.password_hash, account.password_given = hasher().hash(OLD), True
    return office.client("clerk")


def sign_in(office: Office, password: str) -> str:
    """Where somebody who signs in with this password lands; empty where they are not let in."""
    web = office.client("clerk").web
    web.cookies.clear()
    return web.post("/sign-in", data={"username": "clerk", "password": password, "next": "/duty"}).headers.get("location", "")


def change(desk: Desk, **typed: str) -> list[str]:
    answer = desk.post("/me/password", **{"password": OLD, "new_password": NEW, "repeated": NEW, "next": "/duty", **typed})
    return faults_in(answer.text) if answer.status_code == 422 else [answer.headers["location"]]


def test_whoever_was_given_a_password_is_asked_for_one_of_their_own_until_they_have_one(office: Office, clerk: Desk) -> None:
    assert sign_in(office, OLD) == "/me/password?next=%2Fduty"
    assert "given to you by somebody else" in clerk.get("/me/password?next=/duty")
    assert change(clerk) == ["/duty"]

    assert sign_in(office, OLD) == ""
    assert sign_in(office, NEW) == "/duty"
    assert is_password(NEW, office.one(Account, "clerk").password_hash)
    assert [line.who for line in office.lines("password_change")] == ["clerk"]


@on_both
def test_the_other_sessions_end_and_this_one_goes_on(office: Office, clerk: Desk) -> None:
    other, somebody = office.client("clerk"), office.client("second")
    change(clerk)

    assert [desk.web.get("/me").status_code for desk in (clerk, other, somebody)] == [200, 303, 200]


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"password": "wrong"}, ["password"]),
        ({"new_password": "short", "repeated": "short"}, ["new_password"]),
        ({"new_password": " " * 12, "repeated": " " * 12}, ["new_password"]),
        ({"new_password": UNSEEN, "repeated": UNSEEN}, ["new_password"]),
        ({"new_password": OLD, "repeated": OLD}, ["new_password"]),
        ({"repeated": "another one, longer"}, ["repeated"]),
        ({"new_password": "x" * 201, "repeated": "x" * 201}, ["new_password"]),
        ({"password": "", "new_password": "", "repeated": ""}, ["password", "new_password"]),
    ],
)
def test_what_is_wrong_is_named_and_the_password_stays(
    office: Office, clerk: Desk, typed: dict[str, str], faults: list[str]
) -> None:
    assert change(clerk, **typed) == faults
    assert is_password(OLD, office.one(Account, "clerk").password_hash)


def test_guessing_at_the_old_password_slows_down(office: Office, clerk: Desk) -> None:
    """A session left open on somebody's screen must not become their password."""
    for _ in range(5):
        assert change(clerk, password="guess") == ["password"]
    assert change(clerk) == ["password"], "blocked for a minute, even with the right one"
    office.county.later(seconds=61)
    assert change(clerk) == ["/duty"]


def test_nobody_is_sent_elsewhere(clerk: Desk) -> None:
    assert change(clerk, next="https://elsewhere.example/") == ["/desk?flash=password_changed"]
