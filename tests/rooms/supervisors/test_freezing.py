"""Freezing: sessions and keys end at once, new questions are refused, letters are held and let go in their order."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from access.accounts import Account
from access.api_keys import find_key, new_key
from access.freezes import ACCOUNT, UNIT, all_frozen
from access.principal import Principal
from access.sessions import find_session, open_session
from broker.outbox import held_back, piled_up
from broker.relay import relay_once
from cases.actions import ActionContext
from cases.duty.rota import read_rotas
from cases.grants.grants import Grant
from cases.question import Question
from cases.safeguards import held_findings
from cases.trail.trail import Trail
from deploy.clock import Clock
from requesters.ask.submit import Submission, submit
from responders.intake import Intake
from storage.problem import Problem
from supervisors.holds.freezing import do_freeze, do_thaw, freeze_faults
from tests.kinds import once
from tests.rooms.county import CLERK, County, found
from tests.rooms.office import Office
from tests.routes import RULEBOOK, kinship
from tests.transports import transport_at

WATCHER = Principal("supervisor", "甲", "data-office", frozenset({"supervisor"}), "en")


def freeze(county: County, kind: str, subject: str) -> bool:
    with county.database.write() as session:
        return do_freeze(ActionContext(session, WATCHER, county.now, RULEBOOK), kind, subject, "a lost key")


def thaw(county: County, kind: str, subject: str) -> bool:
    with county.database.write() as session:
        return do_thaw(session, WATCHER, kind, subject, "found again", county.now)


def ask_as(county: County, unit: str, who: str) -> list[str | Problem]:
    with county.database.write() as session:
        session.merge(Grant(unit=unit, item="kinship", matter="close_relative_card", until=date(2030, 1, 1)))
        return submit(session, [Submission(Question.model_validate(kinship()), unit, who)], county.now, RULEBOOK)


def lines(county: County, action: str) -> list[Trail]:
    with county.database.read() as session:
        return list(session.exec(select(Trail).where(Trail.action == action).order_by(col(Trail.id))))


@pytest.mark.parametrize(("kind", "subject"), [(ACCOUNT, "clerk"), (UNIT, "police")])
def test_sessions_and_keys_end_at_once(county: County, kind: str, subject: str) -> None:
    with county.database.write() as session:
        token = open_session(session, session.get_one(Account, "clerk"), county.now).token
        other = open_session(session, session.get_one(Account, "asker"), county.now).token
        key = new_key(session, "clerk", date(2030, 1, 1))
    assert freeze(county, kind, subject)
    with county.database.read() as session:
        assert find_session(session, token, county.now) is None
        assert find_key(session, key, county.now) is None
        assert find_session(session, other, county.now) is not None
    assert not freeze(county, kind, subject), "frozen once"

    assert thaw(county, kind, subject)
    with county.database.read() as session:
        assert find_session(session, token, county.now) is None, "a session that was ended stays ended"
        assert find_key(session, key, county.now) is not None
        assert all_frozen(session) == []
    assert [(one.note, one.details["subject"], one.who) for one in lines(county, "freeze")] == [
        ("a lost key", subject, "supervisor")
    ]
    assert [one.note for one in lines(county, "thaw")] == ["found again"]


@pytest.mark.parametrize(("kind", "subject"), [(ACCOUNT, "asker"), (UNIT, "bank")])
def test_new_questions_of_the_frozen_are_refused(county: County, kind: str, subject: str) -> None:
    freeze(county, kind, subject)
    (refused,) = ask_as(county, "bank", "asker")
    assert isinstance(refused, Problem)
    assert (refused.status, [fault.code for fault in refused.faults]) == (403, ["frozen"])
    assert isinstance(ask_as(county, "court", "other")[0], str), "others go on"

    thaw(county, kind, subject)
    assert isinstance(ask_as(county, "bank", "asker")[0], str)


def test_letters_to_a_frozen_unit_wait_in_their_order(county: County, tmp_path: Path) -> None:
    transport = transport_at(f"embedded://{tmp_path / 'broker.sqlite'}")
    transport.declare(["questions.police", "outcomes.bank"])
    freeze(county, UNIT, "police")
    numbers = county.ask(3)
    county.ask(1, unit="court")
    with county.database.read() as session:
        assert (piled_up(session), held_back(session)) == (0, {"questions.police": 4})
    assert relay_once(county.database, transport, county.now) == 0
    assert transport.receive("questions.police", 10, 0) == []

    thaw(county, UNIT, "police")
    assert relay_once(county.database, transport, county.now) == 4
    assert [one.letter.about for one in transport.receive("questions.police", 10, 0) if one.letter][:3] == numbers
    transport.close()


def test_held_letters_hold_up_nobody_else(county: County, tmp_path: Path) -> None:
    transport = transport_at(f"embedded://{tmp_path / 'broker.sqlite'}")
    transport.declare(["questions.police", "outcomes.bank"])
    freeze(county, UNIT, "police")
    (number,) = county.ask()
    county.move(number, "hand_over", CLERK.__class__(CLERK.actor.MACHINE, "police", "police"))
    county.move(number, "answer", CLERK)

    assert relay_once(county.database, transport, county.now, at_most=1) == 1
    assert [one.letter.kind for one in transport.receive("outcomes.bank", 10, 0) if one.letter] == ["outcome"]
    transport.close()


def test_findings_of_a_frozen_unit_are_held_and_taken_in_when_it_is_let_go(county: County) -> None:
    county.hear("police")
    (number,) = county.ask()
    freeze(county, UNIT, "police")
    (letter,) = county.named(found(number))
    with county.database.write() as session:
        assert Intake(RULEBOOK).take(session, [letter], county.now) == {}
    with county.database.read() as session:
        assert held_findings.counts(session) == {"police": 1}
        assert held_findings.waiting(session, county.now) == 0
    assert county.case(number).state == "asked"
    assert county.trail(number)[-1].action == "finding_held"
    clock = Clock(county.database, RULEBOOK, lambda: county.now, lambda _now: None)
    clock.beat()
    assert county.case(number).state == "asked"

    thaw(county, UNIT, "police")
    clock.beat()
    assert county.case(number).state == "answered"
    with county.database.read() as session:
        assert held_findings.counts(session) == {}


def test_a_frozen_clerk_is_not_texted_and_the_next_one_is(county: County) -> None:
    today = county.now.date()
    freeze(county, ACCOUNT, "clerk")
    with county.database.read() as session:
        there = read_rotas(session, ["police"], today, today)["police"].there(today)
    assert [stand.account.username for stand in there] == ["second", "leader"]


@once
@pytest.mark.parametrize(
    ("kind", "subject", "reason", "fields"),
    [
        (ACCOUNT, "nobody", "x", ["account"]),
        (ACCOUNT, "supervisor", "x", ["account"]),
        (UNIT, "data-office", "x", ["unit"]),
        (UNIT, "", "", ["unit", "reason"]),
        (UNIT, "bank", "x", []),
    ],
)
def test_nobody_freezes_oneself_or_without_a_reason(
    county: County, kind: str, subject: str, reason: str, fields: list[str]
) -> None:
    with county.database.read() as session:
        assert [fault.field for fault in freeze_faults(session, WATCHER, kind, subject, reason)] == fields


def test_what_was_not_frozen_is_not_said_to_be_let_go(office: Office) -> None:
    desk = office.client("supervisor")
    desk.post("/held/frozen", account="clerk", reason="fishing")

    first, second = (desk.post("/held/frozen/account/clerk/thaw", reason="cleared") for _ in range(2))
    assert first.headers["location"] == "/held/frozen?flash=thawed"
    assert second.headers["location"] == "/held/frozen?flash=not_frozen"
    assert "It was not frozen" in desk.get("/held/frozen?flash=not_frozen")
