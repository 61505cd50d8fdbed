"""Applications: applied for, checked in 3 working days, approved by the holder in 10, and given, refused or expired."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from access.accounts import Account
from cases.grants import applications
from cases.grants.applications import APPLICANT, CHECKER, CLOCK, HOLDER, TABLE, Application, Stage, Step, Wish, make_step
from cases.grants.grants import Grant
from cases.grants.stages import StageDays
from cases.trail.trail import Trail
from deploy.clock import Clock
from storage.problem import Problem
from tests.rooms.county import County
from tests.rooms.office import Office
from tests.routes import RULEBOOK

UNTIL = date(2026, 12, 31)
OPEN, STRICT = "kinship", "no_criminal_record"  # items of the police; the second is sensitive


def apply(county: County, *items: str) -> list[int]:
    matter = next(m.code for m in RULEBOOK.catalogue.matters.values() if set(items) <= set(m.items))
    wish = Wish("bank", matter, items, UNTIL, "银行业监督管理法第三条", "滨银函〔2026〕7号")
    with county.database.write() as session:
        return [one.id or 0 for one in applications.apply_for(session, wish, "asker", county.now, RULEBOOK)]


def step(county: County, number: int, name: str, who: str, parties: Collection[str], note: str = "", **more: bool) -> Application:
    wanted = Step(name, who, [party for party in (APPLICANT, CHECKER, HOLDER, CLOCK) if party in parties], None, note, **more)
    with county.database.write() as session:
        return make_step(session, number, wanted, county.now, RULEBOOK)


def grant(county: County, application: Application) -> Grant | None:
    with county.database.read() as session:
        return session.get(Grant, (application.unit, application.item, application.matter))


def read(county: County, number: int) -> Application:
    with county.database.read() as session:
        return session.get_one(Application, number)


def beat(county: County) -> None:
    Clock(county.database, RULEBOOK, lambda: county.now, lambda _now: None).beat()


def test_an_unconditional_item_is_given_when_its_form_is_in_order(county: County) -> None:
    (number,) = apply(county, OPEN)
    assert read(county, number).due_at == datetime(2026, 3, 5, 9, 30, tzinfo=UTC), "Monday and 3 working days, at the closing"
    given = step(county, number, "pass", "supervisor", [CHECKER])

    assert (given.state, given.due_at, given.decided_by) == ("given", None, "supervisor")
    found = grant(county, given)
    assert found is not None
    assert (found.until, found.pledged_by) == (UNTIL, "asker")


def test_a_sensitive_item_needs_its_holder_who_has_ten_working_days(county: County) -> None:
    (number,) = apply(county, STRICT)
    passed = step(county, number, "pass", "supervisor", [CHECKER])
    assert passed.state == "with_holder"
    assert passed.due_at == datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
    assert grant(county, passed) is None, "nothing is given by half of the way"
    assert grant(county, step(county, number, "approve", "leader", [HOLDER])) is not None


def test_the_checker_may_ask_for_the_holder(county: County) -> None:
    (number,) = apply(county, OPEN)
    assert step(county, number, "pass", "supervisor", [CHECKER], conditional=True).state == "with_holder"


def test_it_can_wait_for_a_superior_without_a_clock(county: County) -> None:
    (number,) = apply(county, STRICT)
    step(county, number, "pass", "supervisor", [CHECKER])
    up = step(county, number, "send_up", "leader", [HOLDER], note="the provincial bureau decides")
    assert (up.state, up.due_at) == ("with_superior", None)
    assert step(county, number, "agree", "supervisor", [CHECKER], note="letter 12").state == "with_holder"
    assert step(county, number, "approve", "leader", [HOLDER]).state == "given"


@pytest.mark.parametrize(("name", "before"), [("refuse", ()), ("send_up", ()), ("agree", ("send_up",))])
def test_a_decision_that_needs_a_reason_is_not_made_without(county: County, name: str, before: Collection[str]) -> None:
    (number,) = apply(county, OPEN)
    for one in before:
        step(county, number, one, "supervisor", [CHECKER], note="x")
    with pytest.raises(Problem) as refused:
        step(county, number, name, "supervisor", [CHECKER])
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("note", "missing")]


def test_refused_it_says_why_and_gives_nothing(county: County) -> None:
    (number,) = apply(county, OPEN)
    refused = step(county, number, "refuse", "supervisor", [CHECKER], note="the rule does not say so")
    assert (refused.state, refused.note, grant(county, refused)) == ("refused", "the rule does not say so", None)
    assert apply(county, OPEN), "it may be applied for again"


def test_what_waits_is_not_applied_for_twice(county: County) -> None:
    assert len(apply(county, OPEN)) == 1
    assert apply(county, OPEN) == []


def test_nobody_decides_about_their_own(county: County) -> None:
    """Two people: whoever applied neither checks nor approves, whatever hats they wear."""
    (number,) = apply(county, OPEN)
    application = read(county, number)
    assert applications.open_steps(application, [APPLICANT, CHECKER], "asker") == ["withdraw"]
    with pytest.raises(Problem):
        step(county, number, "pass", "asker", [APPLICANT, CHECKER])


def test_every_step_of_everybody_from_every_stage(county: County) -> None:
    """What has a row is made, everything else is refused and changes nothing."""
    (number,) = apply(county, OPEN)
    for stage in Stage:
        for name, rows in TABLE.items():
            for party in (APPLICANT, CHECKER, HOLDER, CLOCK):
                with county.database.write() as session:
                    session.get_one(Application, number).state = stage.value
                if stage in rows.get(party, ()):
                    assert step(county, number, name, "somebody", [party], note="x").state != stage
                else:
                    with pytest.raises(Problem):
                        step(county, number, name, "somebody", [party], note="x")
                    assert read(county, number).state == stage


def test_a_late_decision_is_noted_once_and_decided_by_nobody(county: County) -> None:
    """Trap 3: silence gives nothing and refuses nothing."""
    (number,) = apply(county, OPEN)
    county.now = datetime(2026, 3, 5, 9, 31, tzinfo=UTC)
    beat(county)
    beat(county)
    assert (read(county, number).state, read(county, number).overdue_at) == ("applied", county.now)
    with county.database.read() as session:
        lines = session.exec(select(Trail).where(Trail.action == "apply_overdue").order_by(col(Trail.id))).all()
        assert applications.late(session, county.now) == []
    assert [(line.actor, line.details["subject"]) for line in lines] == [("clock", str(number))]


def test_a_permission_that_has_run_out_is_expired(county: County) -> None:
    (number,) = apply(county, OPEN)
    step(county, number, "pass", "supervisor", [CHECKER])
    county.now = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    beat(county)
    assert read(county, number).state == "given"
    county.now = datetime(2026, 12, 31, 16, 1, tzinfo=UTC)
    beat(county)
    assert read(county, number).state == "expired"


def test_who_sees_and_who_acts(county: County) -> None:
    (number,) = apply(county, STRICT)
    fresh = read(county, number)
    assert not applications.may_see(fresh, "police", {"clerk"}), "the holder sees it when its form is in order"
    assert not applications.may_see(fresh, "court", {"asker"})
    checked = step(county, number, "pass", "supervisor", [CHECKER])
    assert applications.may_see(checked, "police", {"clerk"})
    with county.database.read() as session:
        assert applications.parties_of(session, checked, "police", {"clerk"}, "leader") == {HOLDER}
        assert applications.parties_of(session, checked, "police", {"clerk"}, "clerk") == set(), "the leader approves"
        assert applications.parties_of(session, checked, "bank", {"asker"}, "asker") == {APPLICANT}
        assert applications.parties_of(session, checked, "data-office", {"admin"}, "admin") == {CHECKER}
        assert applications.parties_of(session, checked, "court", {"asker"}, "other") == set()


def test_the_stages_last_as_long_as_the_city_says(county: County) -> None:
    book = replace(RULEBOOK, stages=StageDays(check=1, holder=2, rule="市政府令第 1 号"))
    wish = Wish("bank", "close_relative_card", [OPEN], UNTIL, "x", "y")
    with county.database.write() as session:
        (made,) = applications.apply_for(session, wish, "asker", county.now, book)
        first = made.due_at
        passed = make_step(session, made.id or 0, Step("pass", "s", [CHECKER], conditional=True), county.now, book)

        assert (first, passed.due_at) == (
            book.calendar.add_working_days(county.now, 1).at,
            book.calendar.add_working_days(county.now, 2).at,
        )


def test_who_applied_hears_of_each_decision_by_text_and_on_the_page(office: Office) -> None:
    county = office.county
    with county.database.write() as session:
        session.get_one(Account, "asker").phone = "+8613900020077"
    first, second = apply(county, OPEN), apply(county, STRICT)
    supervisor = office.client("supervisor")
    days = office.client("asker").get("/permissions/new?matter=close_relative_card")
    supervisor.post(f"/permissions/{first[0]}/refuse", note="依据不足")
    supervisor.post(f"/permissions/{second[0]}/pass")
    office.client("leader").post(f"/permissions/{second[0]}/approve")
    page = office.client("asker").get("/permissions")

    assert [what for who, what in county.texts() if who == "asker"] == [
        "permission_refused",
        "permission_moved",
        "permission_given",
    ]
    decided = page.split('id="decided"')[1].split("</ul>")[0]
    assert [word in decided for word in ("Refused", "依据不足", "Given")] == [True, True, True]
    assert "within 3 working days" in days
    assert "the State Council" in days
