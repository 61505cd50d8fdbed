"""A sign-in that is half open ends with what it began with; a password somebody else knows opens nothing but choosing one's own."""

from collections.abc import Callable

import pytest

from access.accounts import Account
from access.api_keys import new_key
from access.passwords import hasher
from access.sessions import SignInOrigin, open_session
from tests.hostile.lines import SAFE, read_lines
from tests.rooms.office import Office, on_both
from tests.rooms.signing_in import PASSWORD, Person, person, with_authenticator
from web.sign_in import sign_in_pages

ENDED = "/sign-in?flash=step_ended"
GIVEN = "given-by-somebody"


def reset(office: Office) -> None:
    office.client().post("/admin/accounts/clerk/password")


def off_and_on(office: Office) -> None:
    desk = office.client()
    desk.post("/admin/accounts/clerk/off")
    desk.post("/admin/accounts/clerk/on")


def end_all(office: Office) -> None:
    office.client().post("/admin/accounts/clerk/sessions/end")


def end_one(office: Office) -> None:
    theirs = office.client("clerk")
    page = office.client().get("/admin/accounts/clerk")
    beginning = page.split("/admin/accounts/clerk/sessions/", 1)[1].split("/end", 1)[0]
    assert office.client().post(f"/admin/accounts/clerk/sessions/{beginning}/end").status_code == 303
    assert theirs.web.get("/me").status_code == 303


def end_ones_own_others(office: Office) -> None:
    office.client("clerk").post("/me/sessions/end")


def choose_another(office: Office) -> None:
    new = "another long password"
    office.client("clerk").post("/me/password", password=PASSWORD, new_password=new, repeated=new)


def take_authenticator(office: Office) -> None:
    office.client().post("/admin/accounts/clerk/authenticator/off")


def freeze_and_thaw(office: Office) -> None:
    desk = office.client("supervisor")
    desk.post("/held/frozen", account="clerk", reason="fishing")
    desk.post("/held/frozen/account/clerk/thaw", reason="cleared")


ENDS = [reset, off_and_on, end_all, end_one, end_ones_own_others, choose_another, take_authenticator, freeze_and_thaw]


@on_both
@pytest.mark.parametrize("act", ENDS, ids=lambda act: act.__name__)
def test_a_half_open_sign_in_ends_with_what_it_began_with(office: Office, act: Callable[[Office], None]) -> None:
    one = person(office)
    with_authenticator(one)
    assert one.sign_in().headers["location"] == "/sign-in/code"
    act(office)

    assert one.give(one.code(1)).headers["location"] == ENDED
    assert not one.is_in()


def test_what_others_do_ends_nobodys_sign_in(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    one.sign_in()
    office.client().post("/admin/accounts/second/password")

    assert one.give(one.code(1)).headers["location"] == "/desk"


def test_a_password_that_is_replaced_while_it_is_compared_is_none(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    one = person(office)

    def slow(password: str, hashed: str) -> bool:
        reset(office)
        return hasher().verify(password, hashed)

    monkeypatch.setattr(sign_in_pages, "is_password", slow)
    assert one.sign_in().status_code == 422
    assert not one.is_in()


@pytest.fixture
def given(office: Office) -> Person:
    """A clerk who came in by a password that somebody else gave."""
    one = person(office)
    with office.county.database.write() as session:
        account = session.get_one(Account, "clerk")
        account.password_hash, account.password_given = hasher().hash(GIVEN), True
        account.roles = ["asker", "clerk", "keeper", "supervisor", "admin"]
        account.password_alone = True
    assert one.sign_in(GIVEN, "/duty").headers["location"] == "/me/password?next=%2Fduty"
    return one


def test_a_given_password_opens_nothing_but_choosing_ones_own(office: Office, given: Person) -> None:
    """No page and nothing of the API, whatever the roles."""
    routes = {(line.method, line.path) for line in read_lines() if "nobody" not in line.who}
    paths = sorted(path for method, path in routes if method in SAFE and path != "/me/password" and "{" not in path)
    assert len(paths) > 40
    opened = {path: answer.status_code for path in paths if (answer := given.web.get(path)).status_code < 400
              and not answer.headers.get("location", "").startswith("/me/password")}  # fmt: skip

    assert opened == {}
    assert given.web.get("/api/v1/cases", headers={"accept": "application/json"}).json()["errors"][0]["code"] == "given"
    csrf = given.web.get("/me/password").text.split('name="csrf" content="', 1)[1].split('"', 1)[0]
    assert given.web.post("/me/preferences", data={"csrf": csrf, "theme": "dark"}).status_code == 403
    new = {"csrf": csrf, "password": GIVEN, "new_password": PASSWORD, "repeated": PASSWORD, "next": "/duty"}
    assert given.web.post("/me/password", data=new).headers["location"] == "/duty"
    assert given.web.get("/duty").status_code == 200


@on_both
def test_a_key_and_a_session_that_did_not_come_by_it_go_on(office: Office) -> None:
    """What opens them is not what somebody else knows."""
    with office.county.database.write() as session:
        account = session.get_one(Account, "clerk")
        account.password_given = True
        key = new_key(session, "clerk", office.county.now.date())
        opened = open_session(session, account, office.county.now, SignInOrigin("sign_on+totp"))
    desk = office.client("clerk")
    bearer = {"authorization": f"Bearer {key}", "accept": "application/json"}
    assert desk.web.get("/me").headers["location"] == "/me/password?next=/me"
    desk.web.cookies.set("hecha", opened.token)
    assert desk.web.get("/me").status_code == 200
    desk.web.cookies.clear()
    assert desk.web.get("/api/v1/desk", headers=bearer).status_code == 200


def test_going_away_is_always_possible(office: Office, given: Person) -> None:
    csrf = given.web.get("/me/password").text.split('name="csrf" content="', 1)[1].split('"', 1)[0]
    assert given.web.post("/sign-out", data={"csrf": csrf}).headers["location"] == "/sign-in"
