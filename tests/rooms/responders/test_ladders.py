"""Ladders: frozen when they start, without empty steps, climbed one position at a time."""

from itertools import pairwise
from typing import Any

import pytest

from cases.catalogue.ladder import Rung, Step
from responders.escalation.ladders import frozen_steps, ladders_of, set_positions, slots_of, start_ladders
from tests.rooms.county import MONDAY, County, counted

WINDOW = [0, 30, 90, 210]


def person(name: str) -> dict[str, str]:
    return {"kind": "clerk", "id": name, "phone": "+8613900020001"}


def steps(*names: str) -> list[tuple[str, int]]:
    people = [(f"step{place}", person(name) if name else None, "desk_new") for place, name in enumerate(names)]
    return [(step["id"], step["after"]) for step in frozen_steps(people, WINDOW)]


def test_the_catalogue_counts_from_the_step_before_and_the_slots_from_the_start():
    assert slots_of([Step(who=Rung.DUTY, after_office_minutes=m) for m in (0, 30, 60, 120)]) == WINDOW


def test_everybody_there_has_their_own_time():
    assert steps("a", "b", "c", "d") == [("a", 0), ("b", 30), ("c", 90), ("d", 210)]


@pytest.mark.parametrize(
    ("names", "times"),
    [
        (("", "b", "c", "d"), [("b", 0), ("c", 30), ("d", 90)]),
        (("a", "", "c", "d"), [("a", 0), ("c", 30), ("d", 90)]),
        (("", "", "", "d"), [("d", 0)]),
        (("", "", "", ""), []),
    ],
)
def test_trap_5_a_step_with_nobody_in_it_costs_no_time(names: tuple[str, ...], times: list[tuple[str, int]]):
    """Trap 5: the next one moves up to the empty step's time; nobody waits for a step without a person."""
    assert steps(*names) == times


def test_more_people_than_slots_go_on_at_the_last_interval():
    found = [step["after"] for step in frozen_steps([(str(n), person(str(n)), "w") for n in range(5)], [0, 30])]

    assert found == [0, 30, 60, 90, 120]
    assert [step["after"] for step in frozen_steps([(str(n), person(str(n)), "w") for n in range(3)], [0])] == [0, 30, 60]
    assert [step["after"] for step in frozen_steps([("a", person("a"), "w")], [])] == [0]


def test_steps_never_go_back_in_time():
    times = [step["after"] for step in frozen_steps([(str(n), person(str(n)), "w") for n in range(9)], WINDOW)]

    assert all(before < after for before, after in pairwise(times))


def ladder(number: str, kind: str = "desk", **change: Any) -> dict[str, Any]:
    return {"number": number, "kind": kind, "area": "", "started_at": MONDAY, "position": 0, "steps": [], **change}


def test_starting_again_replaces_what_stood_there(county: County):
    with county.database.write() as session:
        start_ladders(session, [ladder("1", steps=[{"id": "a"}]), ladder("1", "consult", area="A")])
        set_positions(session, "desk", {"1": 3})
    with county.database.write() as session:
        start_ladders(session, [ladder("1", steps=[{"id": "b"}])])
    with county.database.read() as session:
        desk, consult = ladders_of(session, ["1"], "desk")["1"], ladders_of(session, ["1"], "consult")["1"]

    assert (desk.position, desk.steps) == (0, [{"id": "b"}])
    assert (consult.position, consult.area) == (0, "A")


def test_positions_are_noted_for_one_kind_alone(county: County):
    with county.database.write() as session:
        start_ladders(session, [ladder(n, kind) for n in "12" for kind in ("desk", "consult")])
        set_positions(session, "desk", {"1": 1, "2": 2})
        found = {kind: {n: one.position for n, one in ladders_of(session, "123", kind).items()} for kind in ("desk", "consult")}

    assert found == {"desk": {"1": 1, "2": 2}, "consult": {"1": 0, "2": 0}}


def test_many_ladders_cost_one_statement_and_none_cost_none(county: County):
    with county.database.write() as session, counted(county.database) as statements:
        start_ladders(session, [ladder(str(n)) for n in range(200)])
        set_positions(session, "desk", {str(n): 1 for n in range(200)})
        start_ladders(session, [])
        set_positions(session, "desk", {})

    assert len(statements) == 2
