"""Showing again who one is before a dangerous act: by a code or the password, with nothing of what was typed lost."""

import re
from html import unescape

import pytest

from access.accounts import Account
from access.api_keys import ApiKey
from access.passwords import digest
from access.sessions import SignIn
from tests.rooms.office import Desk, Office, on_both, secret_in
from tests.rooms.signing_in import PASSWORD, Person, person, with_authenticator

KEY = {"key_account": "asker", "key_purpose": "信贷 <系统>", "until": "2026-12-31", "scope_ask": "yes"}
ACTS = (
    ("/admin/keys", KEY),
    ("/admin/new/account", {"username": "lisi", "name": "李四", "unit": "police", "role_clerk": "yes", "locale": "zh"}),
    ("/admin/accounts/clerk", {"name": "x", "unit": "police", "role_clerk": "yes", "locale": "zh"}),
    ("/admin/accounts/clerk/password", {}),
    ("/admin/accounts/clerk/off", {}),
    ("/admin/accounts/clerk/on", {}),
    ("/admin/accounts/clerk/authenticator/off", {}),
    ("/admin/units/bank/webhook", {"webhook": "https://bank.example/"}),
    ("/me/authenticator", {}),
    ("/me/authenticator/codes", {}),
    ("/me/authenticator/off", {}),
)


@pytest.fixture
def admin(office: Office) -> Person:
    """An administrator with a password, whose work needs an authenticator and who has one; signed in some time ago."""
    one = person(office, "admin")
    with_authenticator(one)
    one.sign_in()
    one.give(one.code(1))
    office.county.later(minutes=11)
    return one


def fields_on(page: str) -> dict[str, str]:
    """What the page carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found if name not in ("csrf", "lang", "next")}


def test_each_dangerous_act_asks_who_it_is(office: Office, admin: Person) -> None:
    for act, typed in ACTS:
        answer = admin.post(act, **typed)
        assert answer.status_code == 403, act
        assert 'name="proof"' in answer.text
        assert f'action="{act}"' in answer.text
        assert fields_on(answer.text) == typed
    assert office.acts() == []
    assert office.one(Account, "clerk").active


@on_both
def test_with_a_code_the_act_is_done_with_all_that_was_typed_and_the_next_ones_too(office: Office, admin: Person) -> None:
    kept = fields_on(admin.post("/admin/keys", **KEY).text)
    answer = admin.post("/admin/keys", **kept, proof=admin.code())

    made = office.one(ApiKey, secret_in(answer.text).split("_")[1])
    assert (made.purpose, made.scopes) == ("信贷 <系统>", ["ask"])
    assert [line.who for line in office.lines("prove")] == ["admin"]
    office.county.later(minutes=9)
    assert admin.post(f"/admin/keys/{made.prefix}/rotate", until="2026-12-31", overlap="3").status_code == 200
    office.county.later(minutes=2)
    assert admin.post("/admin/keys", **KEY).status_code == 403, "after ten minutes again"


@on_both
def test_whoever_has_an_authenticator_does_not_prove_it_with_the_password(office: Office, admin: Person) -> None:
    """A browser fills in passwords for whoever sits before it."""
    page = admin.post("/admin/keys", **KEY, proof=PASSWORD).text
    assert "This is not it." in page
    assert PASSWORD not in page
    assert fields_on(page) == KEY
    assert admin.post("/admin/keys", **KEY, proof=admin.code()).status_code == 200


def test_a_code_proves_it_once(office: Office, admin: Person) -> None:
    used = admin.code()
    assert admin.post("/admin/keys", **KEY, proof=used).status_code == 200
    other = person(office, "admin")
    other.secret = admin.secret
    other.sign_in()
    assert other.give(used).status_code == 422


def test_after_five_wrong_ones_even_the_right_one_has_to_wait(office: Office, admin: Person) -> None:
    assert {admin.post("/admin/keys", **KEY, proof="000000").status_code for _ in range(5)} == {403}
    assert admin.post("/admin/keys", **KEY, proof=admin.code()).status_code == 403
    assert len(office.lines("prove_failed")) == 5
    office.county.later(seconds=61)
    assert admin.post("/admin/keys", **KEY, proof=admin.code()).status_code == 200


def test_without_an_authenticator_the_password_proves_it(office: Office) -> None:
    one = person(office, "clerk")
    one.sign_in()
    office.county.later(minutes=11)
    assert 'type="password"' in one.post("/me/authenticator").text
    assert one.post("/me/authenticator", proof="wrong").status_code == 403
    assert one.post("/me/authenticator", proof=PASSWORD).headers["location"] == "/me/authenticator/new"


def test_looking_and_shutting_out_at_once_need_no_proof(office: Office, admin: Person) -> None:
    """A key that is in wrong hands is revoked without a word."""
    key = office.client()
    prefix = secret_in(key.post("/admin/keys", **KEY).text).split("_")[1]

    assert admin.web.get("/admin/keys").status_code == 200
    assert admin.post(f"/admin/keys/{prefix}/revoke").status_code == 303
    assert admin.post("/admin/accounts/clerk/sessions/end").status_code == 303


def test_a_script_is_told_what_is_missing(admin: Person) -> None:
    answer = admin.web.post("/admin/keys", data={"csrf": admin.csrf(), **KEY}, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "not_proven")


def test_proof_does_not_replace_the_right_to_do_it(office: Office) -> None:
    clerk = person(office, "clerk")
    clerk.sign_in()
    office.county.later(minutes=11)

    answer = clerk.post("/admin/keys", **KEY, proof=PASSWORD)
    assert answer.status_code == 403
    assert "proof" not in answer.text
    assert office.lines("prove") == []


def test_the_way_back_is_a_page_of_ours(office: Office, admin: Person) -> None:
    for referer in ("https://elsewhere.example//evil.example/x", "http://testserver/\\\\evil.example", "javascript:alert(1)"):
        page = admin.web.post("/admin/keys", data={"csrf": admin.csrf(), **KEY}, headers={"Referer": referer}).text
        [back] = re.findall(r'<a href="([^"]*)">Do not do it', page)
        assert back.startswith("/")
        assert not back.startswith(("//", "/\\"))


def test_an_old_session_from_before_has_proven_nothing(office: Office, desk: Desk) -> None:
    with office.county.database.write() as session:
        session.get_one(SignIn, digest(desk.token)).proven_at = None
        session.get_one(Account, "admin").password_hash = "x"
    assert desk.post("/admin/accounts/clerk/off").status_code == 403
