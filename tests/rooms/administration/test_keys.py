"""Keys: shown once, good for one account until a day, revoked at once."""

import pytest

from cases.accounts import Account, ApiKey, find_key
from tests.rooms.administration.office import Desk, Office, faults_in, on_both, secret_in

LOANS = {"key_account": "asker", "key_purpose": "信贷系统", "until": "2026-12-31", "scope_ask": "yes", "scope_read": "yes"}


def owner(office: Office, key: str) -> Account | None:
    with office.county.database.read() as session:
        found = find_key(session, key, office.county.now)
        return found[0] if found else None


@on_both
def test_a_key_is_shown_once_and_opens_the_door(office: Office, desk: Desk) -> None:
    key = secret_in(desk.post("/admin/keys", **LOANS).text)
    account, row = owner(office, key), office.one(ApiKey, key.split("_")[1])

    assert account
    assert account.username == "asker"
    assert (row.purpose, row.made_by, row.made_at, str(row.until)) == ("信贷系统", "admin", office.county.now, "2026-12-31")
    page = desk.get("/admin/keys")
    assert "信贷系统" in page
    assert key not in page + str(office.changed()) + str(office.lines("key_make"))
    assert office.acts() == [("key_make", row.prefix)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key_account": "nobody"}, "key_account"),
        ({"key_account": "admin"}, "key_account"),
        ({"key_purpose": " "}, "key_purpose"),
        ({"until": "2026-03-01"}, "until"),
        ({"until": "2030-01-01"}, "until"),
        ({"until": ""}, "until"),
    ],
)
def test_what_is_wrong_is_named_and_no_key_is_made(office: Office, desk: Desk, change: dict[str, str], field: str) -> None:
    answer = desk.post("/admin/keys", **{**LOANS, **change})

    assert (answer.status_code, faults_in(answer.text), secret_in(answer.text)) == (422, [field], "")
    assert office.acts() == []


def test_a_key_for_somebody_who_is_switched_off_is_not_made(office: Office, desk: Desk) -> None:
    desk.post("/admin/accounts/asker/off")

    assert faults_in(desk.post("/admin/keys", **LOANS).text) == ["key_account"]


@on_both
def test_a_revoked_key_opens_nothing(office: Office, desk: Desk) -> None:
    key = secret_in(desk.post("/admin/keys", **LOANS).text)
    desk.post(f"/admin/keys/{key.split('_')[1]}/revoke")
    desk.post(f"/admin/keys/{key.split('_')[1]}/revoke")

    assert owner(office, key) is None
    assert [action for action, _ in office.acts()] == ["key_make", "key_revoke"]
    assert "Revoked" in desk.get("/admin/keys?account=asker")
    assert desk.post("/admin/keys/nothing/revoke").status_code == 404
