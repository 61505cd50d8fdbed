"""Accounts: added with a password shown once, changed, switched off at once, and never the last way in."""

from datetime import timedelta

import pytest

from access.accounts import Account
from access.api_keys import find_key, new_key
from access.passwords import digest, is_password
from access.sessions import SignIn, find_session
from cases.duty.standing_order import Duty
from cases.lifecycle import State
from tests.rooms.county import MONDAY
from tests.rooms.office import Desk, Office, faults_in, on_both, secret_in

NEW = {"username": " LiSi ", "name": "李四", "unit": "police", "role_clerk": "yes", "phone": "139 0002 0077", "locale": "zh"}
CLERK = {"name": "clerk甲", "unit": "police", "role_clerk": "yes", "phone": "+8613900020001", "locale": "en"}


@on_both
def test_a_new_account_gets_a_password_that_is_shown_once(office: Office, desk: Desk) -> None:
    page = desk.post("/admin/new/account", **NEW).text
    password, account = secret_in(page), office.one(Account, "lisi")

    assert is_password(password, account.password_hash)
    assert account.password_given
    assert (account.name, account.unit, account.roles, account.phone) == ("李四", "police", ["clerk"], "+8613900020077")
    assert password not in desk.get("/admin/accounts/lisi")
    assert password not in str(office.lines("account_add")) + str(office.changed())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "clerk"}, "username"),
        ({"username": "李"}, "username"),
        ({"name": " "}, "name"),
        ({"unit": "nowhere"}, "unit"),
        ({"unit": "bank"}, "roles"),
        ({"role_clerk": None}, "roles"),
        ({"phone": "0579-85550101"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"locale": "fr"}, "locale"),
    ],
)
def test_what_cannot_be_is_named_and_nobody_is_added(office: Office, desk: Desk, change: dict[str, str | None], field: str) -> None:
    typed = {name: value for name, value in {**NEW, **change}.items() if value is not None}
    answer = desk.post("/admin/new/account", **typed)

    assert answer.status_code == 422
    assert faults_in(answer.text) == [field]
    assert secret_in(answer.text) == ""
    assert office.one(Account, "lisi") is None
    assert office.acts() == []


def test_a_change_holds_from_the_next_click_on(office: Office, desk: Desk) -> None:
    clerk = office.client("clerk")
    assert clerk.web.get("/roster").status_code == 403
    desk.post("/admin/accounts/clerk", **CLERK, role_keeper="yes")

    assert clerk.web.get("/roster").status_code == 200
    assert office.changed() == {"roles": [["clerk"], ["clerk", "keeper"]]}


@on_both
def test_the_place_on_duty_follows_the_person(office: Office, desk: Desk) -> None:
    desk.post("/admin/accounts/clerk", **{**CLERK, "unit": "civil"})
    assert office.one(Duty, "clerk").unit == "civil"
    desk.post("/admin/accounts/clerk", name="clerk甲", unit="civil", role_keeper="yes", locale="zh")
    assert office.one(Duty, "clerk") is None


@on_both
def test_who_is_switched_off_is_out_at_once_with_every_key(office: Office, desk: Desk) -> None:
    clerk = office.client("clerk")
    with office.county.database.write() as session:
        key = new_key(session, "clerk", MONDAY.date() + timedelta(days=9))
    assert clerk.web.get("/desk").status_code == 200
    assert desk.post("/admin/accounts/clerk/off").headers["location"].endswith("flash=account_off")

    assert clerk.web.get("/desk").headers["location"].startswith("/sign-in")
    assert office.one(SignIn, digest(clerk.token)).revoked_at == MONDAY
    with office.county.database.read() as session:
        assert find_key(session, key, MONDAY) is None
    assert office.changed() == {"active": [True, False], "sessions": [1, 0]}
    assert "switched off" in desk.get("/admin/accounts/clerk")
    desk.post("/admin/accounts/clerk/on")
    assert office.one(Account, "clerk").active
    assert clerk.web.get("/desk").status_code == 303, "an ended session stays ended"
    assert [action for action, _ in office.acts()] == ["account_off", "account_on"]


@on_both
def test_nobody_becomes_an_administrator_while_a_key_acts_as_them(office: Office, desk: Desk) -> None:
    today = MONDAY.date()
    wish = {"name": "余二", "unit": "data-office", "role_admin": "yes", "locale": "zh"}
    with office.county.database.write() as session:
        prefixes = [new_key(session, "clerk", until).split("_")[1] for until in (today - timedelta(days=1), today)]
    refused = desk.post("/admin/accounts/clerk", **wish)

    assert (refused.status_code, faults_in(refused.text)) == (422, ["roles"])
    assert office.one(Account, "clerk").roles == ["clerk"]
    desk.post(f"/admin/keys/{prefixes[1]}/revoke")
    assert desk.post("/admin/accounts/clerk", **wish).status_code == 303
    assert office.one(Account, "clerk").roles == ["admin"]


@on_both
def test_the_page_says_how_many_open_cases_somebody_has_taken(office: Office, desk: Desk) -> None:
    office.county.asked_into(State.AT_DESK, 2)

    assert "This person has 2 open cases." in desk.get("/admin/accounts/clerk")


def test_nobody_shuts_themselves_out(office: Office, desk: Desk) -> None:
    off = desk.post("/admin/accounts/admin/off")
    role = desk.post("/admin/accounts/admin", name="余娟", unit="data-office", role_keeper="yes", locale="zh")

    assert "You cannot switch off your own account" in off.text
    assert faults_in(role.text) == ["roles"]
    assert office.one(Account, "admin").active
    assert office.one(Account, "admin").roles == ["admin"]


def test_a_new_password_ends_the_sessions_and_unblocks_the_name(office: Office, desk: Desk) -> None:
    clerk = office.client("clerk")
    stranger = office.client("clerk").web
    stranger.cookies.clear()
    for _ in range(5):
        stranger.post("/sign-in", data={"username": "clerk", "password": "x"})
    password = secret_in(desk.post("/admin/accounts/clerk/password").text)

    assert clerk.web.get("/desk").status_code == 303
    answer = stranger.post("/sign-in", data={"username": "clerk", "password": password})
    assert answer.headers["location"] == "/me/password?next=%2Fdesk"
    assert password not in str(office.lines("password_given"))


@on_both
def test_sessions_are_ended_one_by_one_or_all(office: Office, desk: Desk) -> None:
    first, second, third = (office.client("clerk") for _ in range(3))
    page = desk.get("/admin/accounts/clerk")
    assert page.count(digest(first.token)[:20]) == 1
    assert first.token not in page
    desk.post(f"/admin/accounts/clerk/sessions/{digest(first.token)[:20]}/end")
    assert [one.web.get("/desk").status_code for one in (first, second)] == [303, 200]
    desk.post("/admin/accounts/clerk/sessions/end")
    assert [one.web.get("/desk").status_code for one in (second, third)] == [303, 303]
    assert desk.post("/admin/accounts/clerk/sessions/0/end").status_code == 404
    assert desk.post(f"/admin/accounts/second/sessions/{digest(third.token)[:20]}/end").status_code == 404


@on_both
def test_accounts_are_found_by_name_unit_role_and_state(office: Office, desk: Desk) -> None:
    with office.county.database.write() as session:
        session.get_one(Account, "second").active = False
        session.get_one(Account, "clerk").password_hash = "x"

    def found(query: str) -> set[str]:
        page = desk.get(f"/admin/accounts?{query}")
        return {name for name in ("asker", "clerk", "second", "leader", "supervisor") if f'/admin/accounts/{name}"' in page}

    assert found("unit=police") == {"clerk", "second", "leader"}
    assert found("role=supervisor") == {"supervisor"}
    assert found("q=askeR") == {"asker"}
    assert found("q=clerk甲&state=active") == {"clerk"}
    assert found("state=off") == {"second"}
    assert found("unit=police&state=waiting") == {"leader"}
    assert "No account is like this" in desk.get("/admin/accounts?q=nobody")


@on_both
def test_a_long_list_is_shown_a_page_at_a_time(office: Office, desk: Desk) -> None:
    with office.county.database.write() as session:
        session.add_all(Account(username=f"z{n:03}", name=f"赵{n}", unit="bank", roles=["asker"]) for n in range(60))

    page = desk.get("/admin/accounts?q=赵")
    assert "z049" in page
    assert "z050" not in page
    assert "after=z049" in page
    assert "z059" in desk.get("/admin/accounts?q=赵&after=z049")


def test_a_session_knows_its_person_only_while_it_lasts(office: Office, desk: Desk) -> None:
    """The administrator sees when somebody last signed in; ended sessions are not listed."""
    clerk = office.client("clerk")
    assert "2026-03-02" in desk.get("/admin/accounts?q=clerk甲")
    office.county.later(hours=13)
    with office.county.database.read() as session:
        assert find_session(session, clerk.token, office.county.now) is None
    assert "Nowhere at the moment." in office.client().get("/admin/accounts/clerk")
