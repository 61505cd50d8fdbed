"""Asking bundles over HTTP and by letter: whole or not at all, each fault with its field, in few statements."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from access.api_keys import new_key
from access.freezes import ACCOUNT, Frozen
from cases.grants.grants import Grant
from cases.rulebook import Rulebook
from cases.safeguards.fishing_guard import FishingGuard
from cases.safeguards.spot_checks import SpotCheck
from cases.trail.trail import Trail
from requesters.bundles.opening import BundleSubmission, open_bundles, read_request
from tests.kinds import once
from tests.rooms.county import YES, counted
from tests.rooms.requesters.bundles.bank import NOW, Bank, deposit, one
from tests.routes import RULEBOOK

GENEROUS: Rulebook = replace(RULEBOOK, fishing_guard=FishingGuard(tries=100))
KEY = {"Idempotency-Key": "once"}


def people(**change: Any) -> dict[str, Any]:
    return {"people": {"deceased": [one(0)], "heir": [one(1, relation="son")], **change}}


def test_a_bundle_is_asked_followed_and_answered(bank: Bank) -> None:
    reply = bank.post(deposit())
    asked = reply.json()
    number = asked["number"]

    assert (reply.status_code, reply.headers["location"]) == (201, f"/api/v1/bundles/{number}")
    assert [q["place"] for q in asked["questions"]][:3] == ["death", "kinship/heir.0", "kinship/heir.1"]
    assert (asked["state"], asked["complete"], asked["missing"]["death"], asked["result"]) == ("open", False, "open", None)
    bank.answer(number, death=YES, kinship_heir_0=YES)
    halfway = bank.get(number)
    assert [(u["code"], u["person"]) for u in halfway["usable"]] == [("heir_shown", "heir.0")]
    bank.answer(number, kinship_heir_1=YES)
    done = bank.get(number)
    assert (done["state"], done["result"]["code"], done["result"]["usable"], done["missing"]) == ("complete", "shown", "whole", {})
    assert done["questions"][1]["finding"]["grade"] == "A"
    assert [b["number"] for b in bank.doors.client("asker").get("/api/v1/bundles?state=complete").json()["bundles"]] == [number]


def test_who_waits_is_woken_by_the_last_answer(bank: Bank) -> None:
    number = bank.post(deposit(1)).json()["number"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bank.get, number, wait=30)
        bank.answer(number, death=YES, kinship_heir_0=YES)

        assert waiting.result(25)["result"]["code"] == "shown"


@once
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kind": "no_such"}, "kind", "unknown_bundle"),
        (people(deceased=[]), "people.deceased", "missing"),
        (people(heir=[one(1)]), "people.heir.0.details.relation", "missing"),
        (people(heir=[one(1, relation="aunt")]), "people.heir.0.details.relation", "not_a_choice"),
        (people(heir=[one(0, relation="son")]), "people.heir.0.id_number", "same_person"),
        (people(heir=[{"name": "吴", "id_number": "33"}]), "people.heir.0.id_number", "id_number_form"),
        (people(deceased=[one(0, died_on="soon")]), "people.deceased.0.details.died_on", "wrong_day"),
        (people(heir=[one(n, relation="son") for n in range(1, 22)]), "people.heir", "too_many"),
        ({"people": {f"r{n}": [] for n in range(60)}}, "people", "too_many"),
        ({"people": []}, "people", "wrong_kind"),
        ({"chosen": ["death"]}, "chosen.0", "unknown_question"),
        ({"purpose": ""}, "purpose", "missing"),
        ({"purpose": "two\nlines"}, "purpose", "not_one_line"),
        ({"urgent": True}, "urgent_reason", "urgent_reason"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)  # fmt: skip
def test_a_fault_names_its_field_and_nothing_is_asked(bank: Bank, change: dict[str, Any], field: str, code: str) -> None:
    reply = bank.post(deposit(**change))

    assert reply.status_code == 422
    assert (field, code) in [(error["field"], error["code"]) for error in reply.json()["errors"]]
    assert set(bank.rows().values()) == {0}


def test_one_question_without_a_grant_stops_the_whole_bundle(bank: Bank) -> None:
    with bank.doors.database.write() as session:
        for grant in session.exec(select(Grant).where(Grant.item == "death")):
            session.delete(grant)
    reply = bank.post(deposit(), **KEY)

    assert reply.status_code == 403
    assert [(error["field"], error["code"]) for error in reply.json()["errors"]] == [("questions.death", "not_granted")]
    assert set(bank.rows().values()) == {0}


def test_the_frozen_ask_nothing(bank: Bank) -> None:
    with bank.doors.database.write() as session:
        session.add(Frozen(kind=ACCOUNT, subject="asker", at=NOW, by="supervisor", reason="x"))
    with bank.doors.database.write() as session:
        read = read_request(deposit(), NOW, RULEBOOK)
        (refused,) = open_bundles(session, [BundleSubmission(read, "bank", "asker")], NOW, RULEBOOK)

    assert [fault.code for fault in refused.faults] == ["frozen"]  # type: ignore[union-attr]
    assert bank.rows()["cases"] == 0


def test_the_same_key_is_the_same_bundle_and_another_body_is_refused(bank: Bank) -> None:
    first, again = (bank.post(deposit(), **KEY).json() for _ in range(2))
    other = bank.post(deposit(1), **KEY)
    (reserved,) = bank.request(key="→x", bundle=deposit())

    assert first["number"] == again["number"]
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "key_reused")
    assert [error["code"] for error in reserved["errors"]] == ["reserved"]
    assert (bank.rows()["bundle"], bank.rows()["cases"]) == (1, 3)


def test_twenty_heirs_named_at_once_are_asked_about_and_a_second_list_is_held(bank: Bank) -> None:
    """Nothing is tried before the first answer; but the file is to be shown, and what was asked in vain counts on."""
    told = [bank.post(body).json() for body in (deposit(5), deposit(20, 30), deposit(20, 30, reference="D-31"))]

    assert [set(one["missing"].values()) for one in told] == [{"open"}] * 3, "asked again in the same words it is no try"
    with bank.doors.database.read() as session:
        (proof,) = session.exec(select(SpotCheck)).all()
    assert proof.number == bank.read(told[1]["number"]).cases["kinship/heir.5"].number
    other = deposit(2, 30, reference="D-32")
    other["people"]["heir"][1] = one(60, relation="son")
    assert bank.post(other).json()["missing"]["kinship/heir.1"] == "held"


def test_twenty_heirs_cost_no_more_statements_than_one(bank: Bank) -> None:
    def cost(heirs: int, first: int) -> int:
        submission = BundleSubmission(read_request(deposit(heirs, first), NOW, GENEROUS), "bank", "asker", f"key{first}")
        with bank.doors.database.write() as session, counted(bank.doors.database) as statements:
            (number,) = open_bundles(session, [submission], NOW, GENEROUS)
        assert isinstance(number, str)
        return len(statements)

    cost(1, 0)  # what changes rarely is remembered from now on
    one_heir, twenty = cost(1, 100), cost(20, 200)

    assert twenty == one_heir <= 14
    read = next(b for b in bank.doors.client("asker").get("/api/v1/bundles").json()["bundles"] if b["reference"] == "D-200")
    with counted(bank.doors.database) as statements:
        assert len(bank.read(read["number"]).cases) == 21
    assert len(statements) == 1


def test_looks_leave_a_line_on_each_case_and_nobody_else_gets_in(bank: Bank) -> None:
    number = bank.post(deposit()).json()["number"]
    refused = [bank.doors.client(who).get(f"/api/v1/bundles/{number}").status_code for who in ("other", "clerk")]
    bank.get(number, "supervisor")

    with bank.doors.database.read() as session:
        lines = session.exec(select(Trail.number, Trail.who).where(col(Trail.action) == "look")).all()
    assert refused == [404, 403]
    assert sorted(lines) == sorted((case.number, "supervisor") for case in bank.read(number).cases.values())
    assert bank.doors.client("other").get("/api/v1/bundles").json()["bundles"] == []


def test_a_key_that_may_not_read_is_told_no_people(bank: Bank) -> None:
    with bank.doors.database.write() as session:
        bank.doors.keys["asks"] = new_key(session, "asker", date(2030, 12, 31), ["ask"])

    assert "people" not in bank.post(deposit(), "asks").json()


def test_the_kinds_say_what_a_form_needs(bank: Bank) -> None:
    kinds = bank.doors.client("asker").get("/api/v1/bundles/kinds").json()["kinds"]
    kind = next(kind for kind in kinds if kind["code"] == "deposit_of_deceased")

    assert "court_filing" not in [kind["code"] for kind in kinds], "nothing of it is granted"
    assert [role["max"] for role in kind["roles"]] == [1, 20]
    assert [choice["code"] for choice in kind["roles"][1]["details"][0]["choices"]] == [
        "father",
        "mother",
        "son",
        "daughter",
        "spouse",
    ]
    assert [(q["code"], q["ask"], q["granted"]) for q in kind["questions"]][-1] == ("changed_name", "if", True)


def test_a_bundle_by_letter(bank: Bank) -> None:
    (told,), (again,) = (bank.request(bundle=deposit()) for _ in range(2))
    (refused,) = bank.request(key="r2", bundle=deposit(people={}))

    assert (told["state"], told["move"], told["number"]) == ("asked", "ask", again["number"])
    assert bank.read(told["number"]).bundle.asked_by == "system:bank"
    assert [error["field"] for error in refused["errors"]] == ["people.deceased", "people.heir"]
    assert bank.rows()["bundle"] == 1
