"""How a case looks from outside: to its asker, its holder, a supervisor, and to everybody else."""

import json
from typing import Any

import pytest

from access.principal import Principal
from cases.lifecycle import State
from cases.roles import actors_of, may_see
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from cases.view import case_row, case_view, is_overdue
from tests.kinds import once
from tests.rooms.county import CLERK, CONTACT, MACHINE, NO, County, wish
from tests.routes import RULEBOOK

WHO = {
    "asker": ("bank", "asker"), "clerk": ("police", "clerk"), "supervisor": ("data-office", "supervisor"),
    "other": ("court", "asker"), "civil": ("civil", "clerk"), "keeper": ("police", "keeper"),
}  # fmt: skip


def principal(name: str) -> Principal:
    unit, role = WHO[name]
    return Principal(name, f"{name}甲", unit, frozenset({role}), "zh")


def view(county: County, number: str, name: str) -> dict[str, Any]:
    return case_view(county.case(number), county.trail(number), principal(name), county.now, RULEBOOK.catalogue)


def consulted(county: County) -> str:
    """A case that went through every hand: taken, consulted, stated, answered, with notes of the clerks' own."""
    (number,) = county.asked_into(State.WITH_CONTACT)
    details = {"channel": "phone", "contact": 1, "area": "330782001001"}
    county.moves([wish(number, "state", CONTACT, details=details), wish(number, "answer", CLERK)])
    return number


@once
@pytest.mark.parametrize(
    ("name", "sees"),
    [("asker", True), ("clerk", True), ("supervisor", True), ("other", False), ("civil", False), ("keeper", False)],
)
def test_trap_12_other_units_see_nothing_at_all(county: County, name: str, sees: bool):
    """Trap 12: what a person's papers say is known to who asks, who answers and who watches."""
    (number,) = county.ask()

    assert may_see(principal(name), county.case(number)) is sees
    assert bool(actors_of(principal(name), county.case(number))) is sees


def test_trap_12_the_asker_sees_the_way_but_neither_clerks_nor_contacts(county: County):
    """Trap 12: no user name of the window, no contact, no area stands anywhere in what the asker gets."""
    number = consulted(county)
    seen = view(county, number, "asker")

    assert [line["action"] for line in seen["trail"]] == ["ask", "hand_over", "consult", "answer"]
    who = {"action": "answer", "actor": "clerk", "unit": "police", "who": "", "note": ""}
    assert seen["trail"][3] == {"at": county.now, **who, "from": "at_desk", "to": "answered"}
    text = json.dumps(seen, default=str, ensure_ascii=False).replace('"actor": "clerk"', "")
    assert not [word for word in ('"clerk"', "contact:1", "330782001001", "+86", "金书记") if word in text]


def test_trap_12_the_asker_reads_why_it_went_on_only_in_sentences_of_ours(county: County):
    """Trap 12: the clock's reason is shown; what the machine or a clerk noted about the people, and which community, is not."""
    (number,) = county.ask()
    area = {"area": "330782001001"}
    told = [("hand_over", "machine", "户籍登记曾为夫妻"), ("consult", "clerk", "问金书记"), ("state", "contact", "是邻居"),
            ("hand_over", "clerk", "金书记不在"), ("hand_over", "clock", "Nobody in the area could be reached.")]  # fmt: skip
    with county.database.write() as session:
        trail.write(session, [TrailLine(county.now, a, by, by, "police", number, note=n, details=area) for a, by, n in told])
    lines = view(county, number, "asker")["trail"][1:]

    assert [(one["action"], one["note"]) for one in lines] == [
        ("hand_over", ""), ("consult", ""), ("hand_over", ""), ("hand_over", "Nobody in the area could be reached."),
    ]  # fmt: skip
    assert not [one for one in lines if "details" in one]
    assert [one["note"] for one in view(county, number, "clerk")["trail"][1:]] == [note for _, _, note in told]


def test_trap_12_while_it_is_taken_the_asker_does_not_learn_by_whom(county: County):
    """Trap 12: the row of a list holds the clerk's name for the own unit and the supervisor only; and the asker's the same."""
    (number,) = county.asked_into(State.AT_DESK)
    rows = {name: case_row(county.case(number), county.now, principal(name)) for name in ("asker", "clerk", "supervisor")}

    assert {name: row["taken_by"] for name, row in rows.items()} == {"asker": None, "clerk": "clerk", "supervisor": "clerk"}
    assert {name: row["asked_by"] for name, row in rows.items()} == {"asker": "asker", "clerk": None, "supervisor": "asker"}
    assert view(county, number, "asker")["taken_by"] is None


def test_the_holder_sees_its_own_housekeeping_and_the_supervisor_everything(county: County):
    number = consulted(county)
    whole = ["ask", "hand_over", "take", "consult", "state", "answer"]
    own, above = view(county, number, "clerk"), view(county, number, "supervisor")

    assert [line["action"] for line in own["trail"]] == [line["action"] for line in above["trail"]] == whole
    assert [line["who"] for line in own["trail"]] == ["", "police", "clerk", "clerk", "", "clerk"]
    assert [line["who"] for line in above["trail"]] == ["asker", "police", "clerk", "clerk", "contact:1", "clerk"]


def test_a_late_finding_is_told_to_the_asker_and_a_strangers_is_not(county: County):
    """Trap 3: the late answer is kept and shown as what it is."""
    (number,) = county.asked_into(State.ANSWERED)
    line = TrailLine(county.now, "late_finding", "machine", "police", "police", number, details={"finding": NO})
    with county.database.write() as session:
        trail.write(session, [line, line._replace(action="foreign_finding")])
    seen = view(county, number, "asker")

    assert [line.get("details") for line in seen["trail"][-2:]] == [{"finding": NO}, None]
    assert seen["outcome"] == "confirmed"


def test_trap_2_the_asker_sees_where_it_is_and_until_when(county: County):
    """Trap 2: nothing to start again: state, due time and the moves that are open stand in the view."""
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    seen = view(county, number, "asker")

    assert (seen["state"], seen["due_at"], seen["overdue"]) == ("at_desk", county.case(number).due_at, False)
    assert seen["open_moves"] == ["message", "urge", "withdraw"]
    assert seen["finding"] is None


def test_the_finding_carries_its_grade(county: County):
    assert view(county, county.asked_into(State.ANSWERED)[0], "asker")["finding"]["grade"] == "A"
    assert view(county, consulted(county), "asker")["finding"]["grade"] == "B"


def test_overdue_is_after_the_moment_and_only_while_an_answer_is_owed(county: County):
    (number,) = county.ask()
    case = county.case(number)
    county.now = case.due_at
    assert not is_overdue(case, county.now)
    assert is_overdue(case, county.later(seconds=1))
    county.move(number, "find", MACHINE)
    assert not is_overdue(county.case(number), county.now)
