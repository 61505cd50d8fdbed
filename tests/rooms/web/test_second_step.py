"""The second step: asked for where it is set up or needed, each code taken once, and never a way round."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from access.accounts import Account
from access.cookies import PENDING
from access.pending_sign_ins import PendingSignIn
from access.sessions import SignIn
from access.sign_in_throttle import FailedSignIn
from access.totp import RecoveryCode, Totp
from tests.rooms.office import Office, faults_in, on_both
from tests.rooms.signing_in import codes_on, person, secret_on, with_authenticator


def sessions(office: Office) -> int:
    with office.county.database.read() as session:
        return len(session.exec(select(SignIn)).all())


@on_both
def test_with_an_authenticator_the_password_alone_opens_nothing(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    answer = one.sign_in(following="/duty")

    assert answer.headers["location"] == "/sign-in/code"
    assert sessions(office) == 0
    assert not one.is_in()
    assert one.web.get("/desk").status_code == 303
    assert one.give(one.code(1)).headers["location"] == "/duty"
    assert one.is_in()
    with office.county.database.read() as session:
        assert session.exec(select(SignIn.how)).one() == "password+totp"
        assert session.exec(select(PendingSignIn)).all() == []


def test_a_code_is_taken_once_and_none_before_it(office: Office) -> None:
    """Somebody who has read a code over a shoulder, and knows the password, does not get in with it."""
    one = person(office)
    with_authenticator(one)
    one.sign_in()
    used, earlier = one.code(1), one.code()
    assert one.give(used).status_code == 303

    other = person(office)
    other.secret = one.secret
    other.sign_in()
    assert [other.give(code).status_code for code in (used, earlier)] == [422, 422]
    office.county.later(seconds=60)
    assert other.give(other.code()).status_code == 303


def test_a_code_is_good_for_a_telephone_whose_clock_is_one_step_off_and_no_more(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    office.county.later(minutes=5)
    one.sign_in()

    assert [one.give(one.code(steps)).status_code for steps in (-2, 2, -1)] == [422, 422, 303]


@pytest.mark.parametrize("written", ["{0} {1}", "{0}-{1}", "  {0}{1} "])
def test_a_code_may_be_typed_with_blanks_and_in_full_width_digits(office: Office, written: str) -> None:
    one = person(office)
    with_authenticator(one)
    one.sign_in()
    code = one.code(1)
    wide = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert one.give(written.format(wide[:3], wide[3:])).status_code == 303


@on_both
def test_after_five_wrong_codes_one_begins_again_and_waits(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    one.sign_in()
    assert [one.give("000000").status_code for _ in range(5)] == [422] * 5

    assert one.give(one.code(1)).headers["location"] == "/sign-in?flash=step_ended"
    one.sign_in()
    answer = one.give(one.code(1))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "61")
    assert faults_in(answer.text) == ["totp"]
    office.county.later(seconds=61)
    assert one.give(one.code(1)).status_code == 303


def test_a_half_open_sign_in_ends_after_ten_minutes(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    one.sign_in()
    office.county.later(minutes=10, seconds=1)

    assert one.web.get("/sign-in/code").headers["location"] == "/sign-in?flash=step_ended"
    assert one.give(one.code()).headers["location"] == "/sign-in?flash=step_ended"
    assert not one.is_in()


def test_the_code_counts_only_in_the_browser_that_gave_the_password(office: Office) -> None:
    one, other = person(office), person(office)
    with_authenticator(one)
    other.secret = one.secret
    one.sign_in()
    assert other.give(other.code(1)).headers["location"] == "/sign-in?flash=step_ended"
    other.web.cookies.set(PENDING, "guessed")
    assert other.give(other.code(1)).headers["location"] == "/sign-in?flash=step_ended"
    assert one.give(one.code(1)).status_code == 303


def test_somebody_who_was_switched_off_meanwhile_does_not_get_in(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    one.sign_in()
    with office.county.database.write() as session:
        session.get_one(Account, "clerk").active = False

    assert one.give(one.code(1)).headers["location"] == "/sign-in?flash=step_ended"


@on_both
def test_a_recovery_code_stands_in_once(office: Office) -> None:
    one = person(office)
    first, second, *_ = with_authenticator(one)
    one.sign_in()
    assert one.give(first.upper().replace("-", " ")).status_code == 303
    other = person(office)
    other.sign_in()
    assert other.give(first).status_code == 422
    assert other.give(second).status_code == 303
    assert [line.who for line in office.lines("recovery_used")] == ["clerk", "clerk"]
    with office.county.database.read() as session:
        assert {one.how for one in session.exec(select(SignIn))} == {"password+spare"}
        assert first.replace("-", "") not in str(session.exec(select(RecoveryCode)).all())


@on_both
def test_whose_work_needs_it_sets_one_up_before_anything_opens(office: Office) -> None:
    one = person(office, "supervisor")
    assert one.sign_in(following="/looks").headers["location"] == "/sign-in/authenticator"
    page = one.web.get("/sign-in/authenticator").text
    one.secret = secret_on(page)
    assert "data:image/svg+xml" in page
    assert not one.is_in()
    assert sessions(office) == 0

    assert one.give("000000", "/sign-in/authenticator").status_code == 422
    assert secret_on(one.web.get("/sign-in/authenticator").text) == one.secret, "the telephone has read this one"
    answer = one.give(one.code(), "/sign-in/authenticator")
    assert len(codes_on(answer.text)) == 10
    assert 'href="/looks"' in answer.text
    assert one.is_in()
    assert one.web.get("/sign-in/authenticator").headers["location"] == "/sign-in?flash=step_ended"

    again = person(office, "supervisor")
    again.secret = one.secret
    assert again.sign_in().headers["location"] == "/sign-in/code"
    assert again.give(again.code()).status_code == 422, "the code that proved the authenticator is used up"
    assert again.give(codes_on(answer.text)[0]).status_code == 303


def test_the_secret_lies_sealed_in_the_database(office: Office) -> None:
    one = person(office)
    with_authenticator(one)
    other = person(office, "supervisor")
    other.sign_in()
    pending = secret_on(other.web.get("/sign-in/authenticator").text)
    with office.county.database.read() as session:
        kept = b"".join(session.execute(text("SELECT secret FROM totp UNION ALL SELECT sealed FROM sign_in_step")).scalars())

    assert one.secret.encode() not in kept
    assert pending.encode() not in kept


def test_people_of_the_sample_city_and_roles_that_need_none_go_straight_in(office: Office) -> None:
    assert person(office, "clerk").sign_in().headers["location"] == "/desk"
    with office.county.database.write() as session:
        session.get_one(Account, "supervisor").password_alone = True
    assert person(office, "supervisor").sign_in().headers["location"] == "/board"


def test_nothing_that_was_typed_is_kept_among_the_counters(office: Office) -> None:
    one = person(office, "clerk")
    one.username = "my password by mistake"
    one.sign_in("x")
    with office.county.database.read() as session:
        assert "mistake" not in str(session.exec(select(FailedSignIn)).all())
    assert [(line.who, line.unit) for line in office.lines("sign_in_failed")] == [("", "")]


# One's own page


def test_one_s_own_authenticator_is_set_up_changed_and_taken_off_with_proof(office: Office) -> None:
    one, elsewhere = person(office), person(office)
    elsewhere.sign_in()
    one.sign_in()
    assert one.post("/me/authenticator").headers["location"] == "/me/authenticator/new"
    one.secret = secret_on(one.web.get("/me/authenticator/new").text)
    assert one.give("123", "/me/authenticator/new").status_code == 422
    codes = codes_on(one.give(one.code(), "/me/authenticator/new").text)
    assert len(codes) == 10
    assert one.is_in()
    assert not elsewhere.is_in(), "a session opened without it ends"

    assert set(codes_on(one.post("/me/authenticator/codes").text)) & set(codes) == set()
    assert one.post("/me/authenticator/off").headers["location"] == "/me/authenticator?flash=totp_off"
    assert office.one(Totp, "clerk") is None
    assert [line.action for a in ("totp_set", "totp_codes", "totp_off") for line in office.lines(a)] == [
        "totp_set",
        "totp_codes",
        "totp_off",
    ]


def test_whose_work_needs_it_cannot_take_it_off(office: Office) -> None:
    desk = office.client("supervisor")
    one = person(office, "supervisor")
    with_authenticator(one)

    assert desk.post("/me/authenticator/off").status_code == 409
    assert office.one(Totp, "supervisor") is not None
    assert "it can be changed and not taken off" in desk.get("/me/authenticator")


@on_both
def test_an_administrator_takes_a_lost_one_off(office: Office) -> None:
    one, desk = person(office, "supervisor"), office.client()
    with_authenticator(one)
    theirs = office.client("supervisor")
    assert "Take the authenticator off" in desk.get("/admin/accounts/supervisor")
    assert desk.post("/admin/accounts/supervisor/authenticator/off").status_code == 303
    assert desk.post("/admin/accounts/supervisor/authenticator/off").status_code == 303

    assert office.acts() == [("totp_off", "supervisor")]
    assert theirs.web.get("/me").status_code == 303, "their sessions end"
    assert one.sign_in().headers["location"] == "/sign-in/authenticator"
