"""Attempts: who guesses is slowed down; whom it is not meant for is not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlmodel import select

from access import sign_in_throttle
from access.accounts import Account
from access.known_browsers import claimant_of, forget_browsers, remember
from access.passwords import hasher
from access.sessions import SignInOrigin, open_session
from access.sign_in_throttle import RULES, Claimant, FailedSignIn, blocked_until, record_outcome
from tests.rooms.county import MONDAY, County

MINUTE = timedelta(minutes=1)
STRANGER, AWAY = "203.0.113.9", "198.51.100.7"


def claimant(county: County, name: str = "clerk", source: str = STRANGER, token: str = "", now: datetime = MONDAY) -> Claimant:
    with county.database.read() as session:
        return claimant_of(session, name, source, token, now)


def enter(county: County, password: str, who: Claimant, now: datetime = MONDAY) -> bool:
    """A sign-in whose password was looked at before: `right` is the right one."""
    with county.database.write() as session:
        return record_outcome(session, who, password == "right", now)


def stopped(county: County, who: Claimant, now: datetime = MONDAY) -> datetime | None:
    with county.database.read() as session:
        return blocked_until(session, who, now)


def guess(county: County, times: int, who: Claimant, now: datetime = MONDAY) -> None:
    for _ in range(times):
        assert not enter(county, "wrong", who, now)


def known_browser(county: County, name: str = "clerk") -> str:
    with county.database.write() as session:
        return remember(session, name, "", MONDAY)


def test_five_failures_stop_for_a_minute_and_each_further_one_for_twice_as_long(county: County):
    who = claimant(county)
    guess(county, 5, who)
    assert not enter(county, "right", who, MONDAY + timedelta(seconds=59))
    now, pauses = MONDAY, []
    for _ in range(7):
        until = stopped(county, who, now)
        assert until
        pauses.append(int((until - now) / MINUTE))
        now = until
        guess(county, 1, who, now)

    assert pauses == [1, 2, 4, 8, 15, 15, 15]
    assert enter(county, "right", who, now + timedelta(minutes=15))
    assert stopped(county, who, now + timedelta(minutes=15)) is None, "a good one clears one's own"


def test_while_it_pauses_further_guesses_are_not_looked_at_and_do_not_make_it_longer(county: County):
    who = claimant(county)
    guess(county, 5, who)
    until = stopped(county, who)
    guess(county, 50, who, MONDAY + timedelta(seconds=30))

    assert stopped(county, who, MONDAY + timedelta(seconds=30)) == until == MONDAY + MINUTE


def test_a_stranger_does_not_stop_a_clerk_who_has_signed_in_here_before(county: County):
    """However many addresses the stranger has, and however long it goes on."""
    token = known_browser(county)
    for n in range(60):
        guess(county, 5, claimant(county, source=f"203.0.113.{n}"))

    assert stopped(county, claimant(county, source="203.0.113.250")), "an unknown browser from a fresh address waits"
    assert stopped(county, claimant(county, source="203.0.113.1", token=token)) is None
    assert enter(county, "right", claimant(county, source="203.0.113.1", token=token))


def test_a_stranger_elsewhere_does_not_stop_a_clerk_with_a_new_browser_at_their_office(county: County):
    with county.database.write() as session:
        open_session(session, session.get_one(Account, "clerk"), MONDAY - timedelta(days=29), SignInOrigin(source=AWAY))
    for n in range(60):
        guess(county, 5, claimant(county, source=f"203.0.113.{n}"))

    assert enter(county, "right", claimant(county, source=AWAY))
    assert stopped(county, claimant(county, source=AWAY, now=MONDAY + timedelta(days=2))), "it is not familiar for ever"


def test_somebody_at_a_known_browser_is_slowed_down_too(county: County):
    """A computer left alone is no licence to guess, and what is guessed there stops nobody elsewhere."""
    token = known_browser(county)
    guess(county, 5, claimant(county, token=token))

    assert stopped(county, claimant(county, token=token)) == MONDAY + MINUTE
    assert stopped(county, claimant(county, source=AWAY)) is None


def test_a_browser_is_known_for_its_own_people_only(county: County):
    token = known_browser(county)

    assert claimant(county, token=token).device
    assert not claimant(county, "second", token=token).device
    assert not claimant(county, token=token + "x").device
    with county.database.write() as session:
        assert remember(session, "second", token, MONDAY) == token, "a counter's computer has several"
        assert remember(session, "second", "planted by somebody", MONDAY) != "planted by somebody"
        forget_browsers(session, "clerk")
    assert not claimant(county, token=token).device
    assert claimant(county, "second", token=token).device


def test_one_word_for_many_names_from_one_address_slows_down(county: County):
    for n in range(RULES["source"].free):
        guess(county, 1, claimant(county, f"name{n}"))

    assert stopped(county, claimant(county, "clerk"))
    assert stopped(county, claimant(county, "clerk", AWAY)) is None


def test_an_unknown_name_is_counted_like_a_known_one_and_nothing_typed_is_kept(county: County):
    """Whoever is slowed down learns nothing from it; into the field for the name people also type passwords."""
    guess(county, 5, claimant(county, "nobody-of-ours"))
    guess(county, 5, claimant(county, "clerk", AWAY))

    assert (
        stopped(county, claimant(county, "nobody-of-ours")) == stopped(county, claimant(county, "clerk", AWAY)) == MONDAY + MINUTE
    )
    with county.database.read() as session:
        kept = str(session.exec(select(FailedSignIn)).all())
    assert "nobody-of-ours" not in kept
    assert STRANGER not in kept


def test_failures_are_forgotten_in_time(county: County):
    who = claimant(county)
    guess(county, 4, who)
    later = MONDAY + timedelta(minutes=46)
    guess(county, 3, who, later)
    assert stopped(county, who, later) is None, "three of the four were forgotten"
    guess(county, 1, who, later)
    assert stopped(county, who, later)


def test_a_new_password_begins_anew(county: County):
    guess(county, 5, claimant(county))
    with county.database.write() as session:
        session.get_one(Account, "clerk").password_hash = hasher().hash("given by the administrator")

    assert stopped(county, claimant(county)) is None


def test_codes_are_counted_apart_from_passwords(county: County):
    guess(county, 5, Claimant("clerk", STRANGER, what="code"))

    assert stopped(county, Claimant("clerk", STRANGER, what="code"))
    assert stopped(county, Claimant("clerk", STRANGER)) is None


def test_guesses_side_by_side_are_all_counted(county: County):
    """Eight threads with a wrong word each: none is lost, none fails, and the name has to wait."""
    who = claimant(county)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: enter(county, "wrong", who), range(8))) == [False] * 8
    with county.database.read() as session:
        assert {one.failures for one in session.exec(select(FailedSignIn))} == {5}
    assert stopped(county, who) == MONDAY + MINUTE


def test_old_counters_are_forgotten(county: County):
    guess(county, 1, claimant(county))
    later = MONDAY + sign_in_throttle.KEPT
    with county.database.write() as session:
        assert not sign_in_throttle.any_old(session, later)
        assert sign_in_throttle.any_old(session, later + MINUTE)
        sign_in_throttle.forget(session, later + MINUTE)
        assert session.exec(select(FailedSignIn)).all() == []
