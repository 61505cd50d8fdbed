"""Lots: sealed before the month, closed after it, drawn by a checkpoint nobody could know; inspected, urged, worked out again."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from cases.commitments.commitment import Commitment
from cases.rechecks.drawing import seal_of, seed_of
from cases.rechecks.heard import Found, open_hearing
from cases.rechecks.inspection import Inspection
from cases.rechecks.lot import Lot
from cases.rechecks.own_check import OwnCheck
from cases.trail.checkpoints import hash_of_checkpoint
from contacts.alerts.alerts import Alert
from reform.lots.inspecting import enter_result
from reform.lots.recompute_draw import faults
from storage.problem import Problem
from tests.rooms.committed import Committed, principal
from tests.rooms.county import County
from tests.rooms.office import Office, faults_in
from tests.routes import RULEBOOK

APRIL = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def committed(county: County) -> Committed:
    return Committed.settle(county)


def lot(committed: Committed, month: str = "2026-03") -> Lot:
    with committed.county.database.read() as session:
        return session.get_one(Lot, month)


def inspections(committed: Committed) -> list[Inspection]:
    with committed.county.database.read() as session:
        return list(session.exec(select(Inspection).order_by(col(Inspection.place))))


def drawn(committed: Committed, count: int = 5, **change: object) -> list[Inspection]:
    """A month with so many commitments, and its draw."""
    committed.chores()
    committed.sign(count, check_due=None, check_item="", **change)
    committed.at(APRIL)
    committed.chores()
    committed.at(APRIL + timedelta(minutes=5))
    committed.checkpoint(1)
    committed.chores()
    return inspections(committed)


def test_the_secret_is_sealed_before_anything_is_signed_and_told_after_the_draw(committed: Committed) -> None:
    committed.chores()
    sealed = lot(committed)
    assert sealed.seal == seal_of(sealed.secret)
    assert (sealed.closed_at, sealed.drawn_at, sealed.candidates) == (None, None, [])
    committed.sign(5, check_due=None)
    committed.chores()
    assert lot(committed).closed_at is None, "the month runs"

    committed.at(APRIL)
    committed.checkpoint(7)  # signed at the very moment in which the lists are closed: it could be known
    committed.chores()
    closed = lot(committed)
    assert (len(closed.candidates), len(closed.inspectors), closed.size, closed.after_checkpoint) == (5, 3, 3, 7)
    committed.chores()
    assert lot(committed).drawn_at is None, "nothing is drawn before a checkpoint that nobody could know"

    committed.at(APRIL + timedelta(minutes=5))
    committed.checkpoint(8)
    committed.chores()
    committed.chores()
    done = lot(committed)
    assert done.checkpoint == hash_of_checkpoint("jws.of.8")
    assert done.seed == seed_of(done.secret, done.checkpoint)
    assert len(done.drawn) == len(inspections(committed)) == 3
    assert done.secret == sealed.secret


def test_nobody_inspects_their_own_and_only_what_was_signed_in_the_month(committed: Committed) -> None:
    made = drawn(committed, 40)
    assert len(made) == 3
    assert all(one.inspector in ("inspector1", "inspector2") for one in made), "none of the bank that took them"
    assert {one.lot for one in made} == {"2026-03"}
    numbers = {one[0] for one in lot(committed).candidates}
    assert len(numbers) == 40
    assert lot(committed, "2026-04").candidates == []


def test_what_is_being_heard_about_or_awaits_its_paper_is_not_drawn(committed: Committed) -> None:
    committed.sign(1, state="found_false")
    committed.sign(1, state="drafted", signed_at=None)
    committed.sign(1, paper="awaited")
    assert drawn(committed, 1)[0].place == 1
    assert len(lot(committed).candidates) == 1


def test_a_month_without_commitments_draws_nothing(committed: Committed) -> None:
    assert drawn(committed, 0) == []
    assert lot(committed).drawn_at is not None


def enter(committed: Committed, number: str, who: str, **entered: str) -> str:
    try:
        with committed.county.database.write() as session:
            enter_result(session, number, entered, principal(who, "x", "inspector"), committed.now, RULEBOOK)
    except Problem as problem:
        return problem.faults[0].field or problem.faults[0].code
    return ""


def test_only_a_fact_opens_a_hearing(committed: Committed) -> None:
    first, second, third = drawn(committed)
    assert enter(committed, first.number, "somebody", result="true", words="x") == "number", "not theirs"
    assert enter(committed, first.number, first.inspector, result="maybe", words="x") == "result"
    assert enter(committed, first.number, first.inspector, result="true") == "words"
    assert enter(committed, first.number, first.inspector, result="false", words="x") == "document"
    assert enter(committed, first.number, first.inspector, result="false", words="看了登记", document="登记簿7-12") == ""
    assert committed.state(first.number) == "found_false"
    hearing = committed.hearing(first.number)
    assert (hearing.found_by, hearing.finders, hearing.record["document"]) == ("lot", first.inspector, "登记簿7-12")
    assert enter(committed, first.number, first.inspector, result="true", words="x") == "done"

    assert enter(committed, second.number, second.inspector, result="true", words="看了") == ""
    assert committed.state(second.number) == "held_true"
    assert enter(committed, third.number, third.inspector, result="unreachable", words="三次未接") == ""
    assert committed.state(third.number) == "signed"


def test_an_inspector_who_finds_what_a_question_found_before_does_not_decide(committed: Committed) -> None:
    one = drawn(committed)[0]
    with committed.county.database.write() as session:
        commitment = session.get_one(Commitment, one.number, with_for_update=True)
        open_hearing(session, commitment, Found("check", ("police",), {"differs": []}), committed.now, RULEBOOK)
    assert enter(committed, one.number, one.inspector, result="false", words="无此人", document="登记簿7-12") == ""
    assert committed.hearing(one.number).finders.split() == ["police", one.inspector]


def test_a_fact_that_an_inspector_finds_after_a_hearing_has_ended_is_heard(committed: Committed) -> None:
    """Our own check was amended and its hearing ended; what the inspector saw stands by itself."""
    one = drawn(committed)[0]
    with committed.county.database.write() as session:
        commitment = session.get_one(Commitment, one.number, with_for_update=True)
        hearing = open_hearing(session, commitment, Found("check", ("police",), {"differs": []}), committed.now, RULEBOOK)
        hearing.state, commitment.state = "ended", "corrected"
    assert enter(committed, one.number, one.inspector, result="false", words="无此人", document="登记簿7-12") == ""

    hearing = committed.hearing(one.number)
    assert (committed.state(one.number), hearing.state, hearing.found_by) == ("found_false", "to_tell", "lot")
    assert hearing.record["document"] == "登记簿7-12"


def test_what_is_overdue_is_urged_once_a_working_day(committed: Committed) -> None:
    made = drawn(committed)
    committed.at(made[0].due_at + timedelta(hours=20))
    for _ in range(2):
        committed.chores()
    with committed.county.database.read() as session:
        texts = session.exec(select(Alert).where(Alert.purpose == "recheck")).all()
    told = sorted((one.recipient, one.template) for one in texts)
    owing = sorted({one.inspector for one in made})
    news = [(who, "inspection_new") for who in owing]
    late = [(who, "inspection_late") for who in owing]
    above = [(who, "supervisor_inspections") for who in ("second-supervisor", "supervisor")]
    assert told == sorted(news + late + above)


def test_the_pages_of_inspectors_and_the_lot(office: Office) -> None:
    committed = Committed.settle(office.county)
    one = drawn(committed)[0]
    own = office.client(one.inspector)
    assert one.number in own.get("/inspections")
    page = own.get(f"/inspections/{one.number}")
    assert "Wu Da is my father." in page
    assert len(office.lines("inspection_look")) == 1
    assert faults_in(own.post(f"/inspections/{one.number}").text) == ["result", "words"]
    assert own.post(f"/inspections/{one.number}", result="not_found", words="档案缺失").status_code == 303
    assert "档案缺失" in own.get(f"/inspections/{one.number}")
    other = office.client("inspector2" if one.inspector == "inspector1" else "inspector1")
    assert other.web.get(f"/inspections/{one.number}").status_code == 404

    anybody = office.client("asker")
    assert "2026-03" in anybody.get("/lots")
    assert "Worked out again just now: the same draw." in anybody.get("/lots/2026-03")
    published = json.loads(anybody.get("/lots/2026-03.json"))
    assert faults(published) == []
    published["drawn"][0][1] = "somebody"
    assert faults(published) != []
    assert "secret" not in json.loads(anybody.get("/lots/2026-04.json")), "told after the draw alone"
    assert "The rule (version 1)" in anybody.get("/lots/recompute_draw.py")
    assert anybody.web.get("/lots/2020-01").status_code == 404


def test_what_an_inspector_found_is_shown_to_the_unit_and_the_supervisor(office: Office) -> None:
    committed = Committed.settle(office.county)
    one = drawn(committed)[0]
    assert enter(committed, one.number, one.inspector, result="false", words="现场无此人", document="登记簿7-12") == ""
    for who, address in (("asker", f"/rechecks/{one.number}"), ("supervisor", f"/held/commitments/{one.number}")):
        page = office.client(who).get(address)
        assert "现场无此人" in page
        assert "登记簿7-12" in page
    assert office.client("asker").web.get(f"/rechecks/{one.number}/letter.pdf").status_code == 200
    with office.county.database.write() as session:
        session.add(OwnCheck(number=one.number, unit="bank", case_number="K1", state="settled", result="true", at=committed.now))
    page = office.client("supervisor").get(f"/held/commitments/{one.number}")
    assert "Agrees with the record" in page, "whoever decides about what an inspector found sees what the record said"
