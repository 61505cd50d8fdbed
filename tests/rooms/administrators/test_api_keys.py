"""Keys: shown once, good for one account until a day, revoked at once."""

import pytest
from starlette.testclient import TestClient

from access.accounts import Account
from access.api_keys import ApiKey, find_key
from tests.rooms.office import Desk, Office, faults_in, on_both, secret_in

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


def test_a_key_must_be_for_something(office: Office, desk: Desk) -> None:
    without = {name: value for name, value in LOANS.items() if not name.startswith("scope")}
    answer = desk.post("/admin/keys", **without, scope_everything="yes")

    assert faults_in(answer.text) == ["key_scopes"]
    assert 'value="信贷系统"' in answer.text
    assert office.acts() == []


@on_both
def test_a_key_is_replaced_while_both_work_for_a_while(office: Office, desk: Desk) -> None:
    old = secret_in(desk.post("/admin/keys", **LOANS).text)
    new = secret_in(desk.post(f"/admin/keys/{old.split('_')[1]}/rotate", until="2027-02-28", overlap="3").text)
    before, after = (office.one(ApiKey, key.split("_")[1]) for key in (old, new))

    assert (after.username, after.purpose, after.scopes, str(after.until)) == ("asker", "信贷系统", ["ask", "read"], "2027-02-28")
    assert (before.replaced_by, str(before.until)) == (after.prefix, "2026-03-05")
    assert office.acts() == [("key_make", before.prefix), ("key_rotate", before.prefix)]
    assert f"replaced by hk_{after.prefix}_" in desk.get("/admin/keys")
    office.county.later(days=3)
    assert owner(office, old)
    assert owner(office, new)
    office.county.later(days=1)
    assert owner(office, old) is None
    assert owner(office, new)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"overlap": "91"}, "overlap"),
        ({"overlap": "-1"}, "overlap"),
        ({"overlap": ""}, "overlap"),
        ({"until": "2026-01-01"}, "until"),
    ],
)
def test_a_replacement_that_cannot_be_leaves_the_old_key_alone(
    office: Office, desk: Desk, change: dict[str, str], field: str
) -> None:
    old = secret_in(desk.post("/admin/keys", **LOANS).text)
    typed = {"until": "2027-02-28", "overlap": "3", **change}
    answer = desk.post(f"/admin/keys/{old.split('_')[1]}/rotate", **typed)

    assert (answer.status_code, faults_in(answer.text), secret_in(answer.text)) == (422, [field], "")
    assert str(office.one(ApiKey, old.split("_")[1]).until) == "2026-12-31"


def test_neither_a_revoked_key_nor_an_unknown_one_is_replaced(office: Office, desk: Desk) -> None:
    old = secret_in(desk.post("/admin/keys", **LOANS).text).split("_")[1]
    desk.post(f"/admin/keys/{old}/revoke")
    answer = desk.post(f"/admin/keys/{old}/rotate", until="2027-02-28", overlap="3")

    assert answer.status_code == 422
    assert "opens nothing any more" in answer.text
    assert desk.post("/admin/keys/nothing/rotate", until="2027-02-28", overlap="3").status_code == 404


@on_both
def test_it_is_seen_when_a_key_was_last_used(office: Office, desk: Desk) -> None:
    key = secret_in(desk.post("/admin/keys", **LOANS).text)
    assert office.one(ApiKey, key.split("_")[1]).used_at is None
    system = TestClient(office.app, headers={"Authorization": f"Bearer {key}"})
    office.county.later(minutes=1)
    first = office.county.now
    for minutes in (0, 4, 2):
        office.county.later(minutes=minutes)
        assert system.get("/api/v1/items").status_code == 200
        assert office.one(ApiKey, key.split("_")[1]).used_at == (office.county.now if minutes in (0, 2) else first)
