"""Accounts: passwords, sessions and keys."""

from datetime import date, datetime, timedelta

from access import passwords
from access.accounts import Account
from access.api_keys import ApiKey, find_key, new_key
from access.passwords import digest, is_password
from access.sessions import SESSION_HOURS, SignIn, find_session, open_session, open_sessions, revoke_sessions
from tests.passwords import hash_dearly
from tests.rooms.county import MONDAY, County


def test_the_real_hasher_knows_its_password_and_an_unknown_name_takes_the_same_work():
    hashed = hash_dearly("right")

    assert hashed.startswith("$argon2id$")
    assert passwords.hasher().verify("right", hashed)
    assert not passwords.hasher().verify("right", passwords._NOBODY)
    assert passwords._NOBODY.split("$")[3] == hashed.split("$")[3], "the same cost"


def test_without_a_hash_there_is_no_password_and_the_same_work():
    """An unknown name and an account that has no password yet cost one verification, like a wrong password."""
    assert not is_password("", "")
    assert not is_password("right", "")
    assert is_password("right", passwords.hasher().hash("right"))


# Sessions


def signed_in(county: County) -> tuple[str, str]:
    with county.database.write() as session:
        opened = open_session(session, session.get_one(Account, "clerk"), MONDAY)
        return opened.token, opened.csrf


def who(county: County, token: str, now: datetime = MONDAY) -> str:
    with county.database.read() as session:
        found = find_session(session, token, now)
        return found[0].username if found else ""


def test_a_session_lasts_a_working_day_and_its_token_is_not_kept(county: County):
    token, csrf = signed_in(county)
    end = MONDAY + timedelta(hours=SESSION_HOURS)

    assert [who(county, token, now) for now in (MONDAY, end, end + timedelta(seconds=1))] == ["clerk", "clerk", ""]
    assert who(county, "") == who(county, csrf) == who(county, token + "x") == ""
    with county.database.read() as session:
        kept = session.get_one(SignIn, digest(token))
    assert token not in str(kept)
    assert len({token, csrf, kept.token_hash}) == 3


def test_a_session_that_nobody_uses_ends(county: County):
    token, _ = signed_in(county)
    hour = timedelta(hours=1)

    def is_open(now: datetime) -> bool:
        with county.database.read() as session:
            return find_session(session, token, now, idle=hour) is not None

    assert [is_open(MONDAY + hour), is_open(MONDAY + hour + timedelta(seconds=1))] == [True, False]
    with county.database.write() as session:
        session.get_one(SignIn, digest(token)).seen_at = MONDAY + hour
    assert [is_open(MONDAY + 2 * hour), is_open(MONDAY + 2 * hour + timedelta(seconds=1))] == [True, False]
    with county.database.read() as session:
        assert len(open_sessions(session, "clerk", MONDAY + 2 * hour, hour)) == 1
        assert open_sessions(session, "clerk", MONDAY + 3 * hour, hour) == []


def test_one_session_or_all_of_a_person_can_be_ended(county: County):
    first, second, third = (signed_in(county)[0] for _ in range(3))
    with county.database.write() as session:
        assert revoke_sessions(session, "clerk", MONDAY, first) == 1
    assert [who(county, token) for token in (first, second, third)] == ["", "clerk", "clerk"]
    with county.database.write() as session:
        assert revoke_sessions(session, "clerk", MONDAY) == 2
        assert revoke_sessions(session, "clerk", MONDAY) == 0
    assert [who(county, token) for token in (second, third)] == ["", ""]


def test_somebody_elses_session_is_not_ended_by_its_token(county: County):
    token, _ = signed_in(county)
    with county.database.write() as session:
        assert revoke_sessions(session, "second", MONDAY, token) == 0
    assert who(county, token) == "clerk"


def test_a_dismissed_persons_session_is_over_at_once(county: County):
    token, _ = signed_in(county)
    with county.database.write() as session:
        session.get_one(Account, "clerk").active = False

    assert who(county, token) == ""


# Keys


def key_of(county: County, until: date = date(2026, 3, 31)) -> str:
    with county.database.write() as session:
        return new_key(session, "asker", until)


def owner(county: County, key: str, now: datetime = MONDAY) -> str:
    with county.database.read() as session:
        found = find_key(session, key, now)
        return found[0].username if found else ""


def test_a_key_acts_for_its_account_until_its_last_day_is_over(county: County):
    """The office's day: it ends at midnight in Yiwu, eight hours before UTC's does."""
    key = key_of(county)
    midnight = datetime.fromisoformat("2026-04-01T00:00:00+08:00")

    assert owner(county, key) == owner(county, key, midnight - timedelta(seconds=1)) == "asker"
    assert owner(county, key, midnight) == ""


def test_a_spoilt_key_is_nobodys(county: County):
    key = key_of(county)
    prefix = key.split("_")[1]
    spoilt = [key[:-1], key + "x", key.replace("hk_", "hx_"), "", "hk__", prefix, f"hk_{prefix}", f"hk_{prefix}_"]

    assert [owner(county, one) for one in spoilt] == [""] * len(spoilt)


def test_a_revoked_key_and_an_inactive_accounts_are_nobodys(county: County):
    key, other = key_of(county), key_of(county)
    with county.database.write() as session:
        session.get_one(ApiKey, key.split("_")[1]).revoked_at = MONDAY
    assert (owner(county, key), owner(county, other)) == ("", "asker")
    with county.database.write() as session:
        session.get_one(Account, "asker").active = False
    assert owner(county, other) == ""
