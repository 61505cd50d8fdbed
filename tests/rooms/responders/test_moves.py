"""What a window clerk may do with a case: the forms, their faults, and what follows in the same transaction."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from access.freezes import UNIT, Frozen
from access.principal import Principal
from access.refusals import NotAllowed
from cases.actions import ActionContext, MoveRefused, perform
from cases.agents import AgentRow
from cases.case import Case
from cases.lifecycle import State
from contacts.roster import roster
from contacts.roster.roster import Area
from contacts.statements import Statement, for_case
from responders.desk.actions import MOVES
from responders.escalation.ladders import ladders_of
from storage.problem import Problem, RosterProblem
from tests.kinds import once
from tests.rooms.county import AREA, CLERK, DIRECTOR, MACHINE, SECRETARY, County
from tests.routes import RULEBOOK

ACTIONS = {action.move: action for action in MOVES}
EMPTY = "330782001002"


def clerk(name: str = "clerk", unit: str = "police") -> Principal:
    return Principal(name, f"{name}甲", unit, frozenset({"clerk"}), "zh")


def make(county: County, number: str, move: str, principal: Principal | None = None, **data: Any) -> Case:
    with county.database.write() as session:
        return perform(ActionContext(session, principal or clerk(), county.now, RULEBOOK), number, ACTIONS[move], data)


def wrong(county: County, number: str, move: str, **data: Any) -> list[tuple[str, str]]:
    version = county.case(number).version
    with pytest.raises(Problem) as caught:
        make(county, number, move, **data)
    assert county.case(number).version == version
    return [(fault.field, fault.code) for fault in caught.value.faults]


@pytest.fixture
def number(county: County) -> str:
    """A case that `clerk` has taken."""
    return county.asked_into(State.AT_DESK)[0]


# Answering


@once
def test_an_answer_from_the_archive_names_volume_and_page(county: County, number: str):
    assert wrong(county, number, "answer", outcome="confirmed") == [("archive", "missing")]
    assert wrong(county, number, "answer", outcome="contradicted") == [("archive", "missing")]
    answered = make(county, number, "answer", outcome="confirmed", archive="7-12", words="户籍底册")

    assert answered.finding is not None
    assert (answered.source, answered.finding["evidence"], answered.finding["words"]) == (
        "archive",
        {"archive": "7-12"},
        "户籍底册",
    )


@once
@pytest.mark.parametrize("outcome", ["no_record", "cannot_say"])
def test_who_found_nothing_needs_no_page(county: County, number: str, outcome: str):
    assert make(county, number, "answer", outcome=outcome).outcome == outcome


@once
def test_not_digitised_is_the_machines_word_and_no_clerks_answer(county: County, number: str):
    """Trap 3: "a person must look" cannot be what the person says: it would be silence dressed as an answer."""
    assert wrong(county, number, "answer", outcome="not_digitised") == [("outcome", "not_a_choice")]


@once
def test_available_from_names_its_day(county: County, number: str):
    assert wrong(county, number, "answer", outcome="available_from") == [("available_on", "available_on")]
    answered = make(county, number, "answer", outcome="available_from", available_on="2026-04-01")

    assert answered.finding is not None
    assert answered.finding["available_on"] == "2026-04-01"


@once
@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "perhaps"}, "outcome"),
        ({"outcome": "confirmed", "source": "record"}, "source"),
        ({"outcome": "confirmed", "archive": "x" * 201}, "archive"),
        ({"outcome": "confirmed", "archive": "1", "words": "x" * 2001}, "words"),
        ({"outcome": "confirmed", "archive": "1", "colour": "red"}, "colour"),
        ({"outcome": "confirmed", "source": "community"}, "statement"),
        ({"outcome": "confirmed", "source": "community", "statement": 99}, "statement"),
    ],
)
def test_a_wrong_answer_names_its_field(county: County, number: str, data: dict[str, Any], field: str):
    assert [name for name, _ in wrong(county, number, "answer", **data)] == [field]


def stated(county: County, number: str, **change: Any) -> int:
    make(
        county,
        number,
        "state",
        **{"contact": 1, "outcome": "confirmed", "words": "是的, 父子。", "known_by": "personally", **change},
    )
    with county.database.read() as session:
        return for_case(session, number)[-1].id or 0


def test_an_answer_from_the_community_carries_the_statement_and_confirms_it(county: County, number: str):
    statement = stated(county, number)
    answered = make(county, number, "answer", outcome="confirmed", source="community", statement=statement)

    assert answered.finding is not None
    evidence = answered.finding["evidence"]
    assert (evidence["role"], evidence["channel"], evidence["said"], evidence["statement"]) == (
        "secretary", "phone", "confirmed", str(statement),
    )  # fmt: skip
    assert (evidence["call"], evidence["known_by"]) == ("rung", "personally")
    assert "金书记" not in str(answered.finding)
    with county.database.read() as session:
        assert session.get_one(Statement, statement).confirmed_by == "clerk"


def test_a_statement_about_another_case_is_no_evidence(county: County, number: str):
    (other,) = county.asked_into(State.AT_DESK)
    statement = stated(county, other)

    assert wrong(county, number, "answer", outcome="confirmed", source="community", statement=statement) == [
        ("statement", "missing")
    ]


def test_an_answer_that_is_refused_confirms_no_statement(county: County, number: str):
    statement = stated(county, number)
    seen = county.case(number).version
    county.move(number, "take", CLERK)
    with pytest.raises(MoveRefused):
        make(county, number, "answer", outcome="confirmed", source="community", statement=statement, seen=seen)
    with county.database.read() as session:
        assert session.get_one(Statement, statement).confirmed_by == ""


# Consulting


def test_consulting_freezes_who_is_asked(county: County, number: str):
    make(county, number, "consult", area=AREA)
    with county.database.read() as session:
        ladder = ladders_of(session, [number], "consult")[number]

    assert [(step["who"], step["phone"]) for step in ladder.steps] == [("secretary", SECRETARY), ("director", DIRECTOR)]
    assert (ladder.area, county.trail(number)[-1].details) == (AREA, {"area": AREA})


def test_the_areas_people_are_asked_as_they_serve_today(county: County, number: str):
    with county.database.write() as session:
        roster.change(session, 1, {"away_until": (county.now + timedelta(days=3)).date()}, "keeper", county.now)
    make(county, number, "consult", area=AREA)
    county.tick()

    assert county.texts() == [("2", "consult_contact")]


def test_trap_5_people_with_landlines_are_rung_not_texted(county: County, number: str):
    """Trap 5: an area whose people have no mobile number: the case is back at once, and the phone task shows whom to ring."""
    with county.database.write() as session:
        for contact in (1, 2):
            roster.change(session, contact, {"phone": "0579-85230011"}, "keeper", county.now)
    make(county, number, "consult", area=AREA)
    county.tick()

    assert (county.case(number).state, county.case(number).nobody_reached) == ("at_desk", True)
    assert "consult_contact" not in [wording for _, wording in county.texts()]


@pytest.mark.parametrize(("area", "code"), [("nowhere", "unknown_area"), (EMPTY, "nobody"), ("", "unknown_area")])
def test_consulting_an_area_without_people_is_refused_at_once(county: County, number: str, area: str, code: str):
    with county.database.write() as session:
        session.add(Area(code=EMPTY, name="空社区"))

    assert wrong(county, number, "consult", area=area) == [("area", code)]


def test_for_some_items_no_community_is_asked(county: County):
    (number,) = county.ask(item="no_criminal_record")
    county.move(number, "hand_over", MACHINE)

    assert not RULEBOOK.catalogue.item("no_criminal_record").consult
    assert wrong(county, number, "consult", area=AREA) == [("area", "not_consulted")]


# What a contact said


def test_a_statement_by_telephone_is_kept_word_for_word(county: County, number: str):
    make(county, number, "consult", area=AREA)
    statement = stated(county, number)
    with county.database.read() as session:
        kept = session.get_one(Statement, statement)

    assert (kept.words, kept.written_by, kept.channel, kept.contact_name) == ("是的, 父子。", "clerk", "phone", "金书记")
    assert county.case(number).state == "at_desk"
    assert (kept.call, kept.known_by) == ("rung", "personally")
    rung = {"channel": "phone", "contact": 1, "call": "rung", "number": f"***{SECRETARY[-4:]}"}
    assert (county.trail(number)[-1].who, county.trail(number)[-1].details) == ("clerk", rung)


@once
@pytest.mark.parametrize(("call", "channel"), [("called_back", "phone"), ("in_person", "person")])
def test_how_it_was_said_is_said(county: County, number: str, call: str, channel: str):
    statement = stated(county, number, call=call, known_by="not_said")
    answered = make(county, number, "answer", outcome="confirmed", source="community", statement=statement)

    assert answered.finding is not None
    evidence = answered.finding["evidence"]
    assert (evidence["channel"], evidence["call"], evidence["known_by"]) == (channel, call, "not_said")
    line = next(one for one in county.trail(number) if one.action == "state")
    assert line.details == {"channel": channel, "contact": 1, "call": call}


@once
def test_who_has_no_number_was_not_rung(county: County, number: str):
    with county.database.write() as session:
        roster.change(session, 1, {"phone": ""}, "keeper", county.now)
    whole = {"contact": 1, "outcome": "confirmed", "words": "x", "known_by": "files"}

    assert wrong(county, number, "state", **whole) == [("call", "no_number")]
    assert stated(county, number, call="in_person")


@once
@pytest.mark.parametrize("channel", ["sms", "phone"])
def test_no_answer_rests_on_a_statement_without_a_call_or_a_reply(county: County, number: str, channel: str):
    """Written past the forms, straight into the table: nobody noted a call, and no text went out."""
    with county.database.write() as session:
        who = {"contact_name": "金书记", "contact_role": "secretary", "area": AREA, "said_at": county.now}
        said = {"about": number, "contact_id": 1, "channel": channel, "outcome": "confirmed", "words": "是"}
        session.add(made := Statement(**said, **who))
        session.flush()
        statement = made.id

    assert wrong(county, number, "answer", outcome="confirmed", source="community", statement=statement) == [
        ("statement", "missing")
    ]


@once
@pytest.mark.parametrize(
    ("data", "field"),
    [({"contact": 99}, "contact"), ({"words": ""}, "words"), ({"words": " "}, "words"), ({"outcome": "no_record"}, "outcome"),
     ({"known_by": ""}, "known_by"), ({"known_by": "dream"}, "known_by"), ({"call": "rang"}, "call")],
)  # fmt: skip
def test_a_wrong_statement_names_its_field(county: County, number: str, data: dict[str, Any], field: str):
    whole = {"contact": 1, "outcome": "confirmed", "words": "x", "known_by": "files", **data}

    assert [name for name, _ in wrong(county, number, "state", **whole)] == [field]
    with county.database.read() as session:
        assert session.exec(select(Statement)).all() == []


def test_a_contact_who_left_may_still_have_spoken(county: County, number: str):
    with county.database.write() as session:
        roster.remove(session, 1, "keeper", county.now)

    assert stated(county, number)


def test_what_fails_after_the_move_undoes_the_move(county: County, number: str, monkeypatch: pytest.MonkeyPatch):
    """Move and statement stand or fall together."""

    def fails(*_: Any) -> None:
        raise RosterProblem("words", "no")

    monkeypatch.setattr("responders.desk.actions.statements.record", fails)  # a fault that cannot be had to order
    make(county, number, "consult", area=AREA)
    with pytest.raises(RosterProblem):
        make(county, number, "state", contact=1, outcome="confirmed", words="x", known_by="files")

    assert county.case(number).state == "with_contact"


# Passing on


@once
@pytest.mark.parametrize("unit", ["bank", "nowhere", ""])
def test_forwarding_to_who_does_not_answer_is_refused(county: County, number: str, unit: str):
    assert wrong(county, number, "forward", unit=unit, note="not ours") == [("unit", "not_answering")]


@once
def test_trap_30_forwarding_to_a_unit_that_is_frozen_is_refused(county: County, number: str):
    """Trap 30: nobody is sent on to where nothing can be answered."""
    with county.database.write() as session:
        session.add(Frozen(kind=UNIT, subject="civil", reason="x", at=county.now, by="supervisor"))
    assert wrong(county, number, "forward", unit="civil", note="not ours") == [("unit", "frozen")]


@once
def test_forwarding_and_returning_need_a_reason(county: County, number: str):
    assert wrong(county, number, "forward", unit="civil") == [("note", "missing")]
    assert wrong(county, number, "return", note=" ") == [("reasons", "missing")]
    assert make(county, number, "forward", unit="civil", note="not ours").holder == "civil"
    assert [line.note for line in county.trail(number) if line.action == "forward"] == ["not ours"]


def test_a_unit_without_a_machine_for_the_item_has_the_case_at_its_desk_at_once(county: County, number: str):
    """No letter lies in a queue that nobody reads, and nobody waits for an answer that cannot come."""
    asked = len(county.letters("question"))
    case = make(county, number, "forward", unit="civil", note="not ours")

    assert (county.case(number).state, case.holder, len(county.letters("question"))) == ("at_desk", "civil", asked)
    assert [(line.action, line.actor) for line in county.trail(number)[-2:]] == [("forward", "clerk"), ("hand_over", "clock")]


@once
@pytest.mark.parametrize(("items", "state"), [(["kinship"], "asked"), (["marriage"], "at_desk")])
def test_where_the_units_agent_named_the_item_its_machine_is_asked(county: County, number: str, items: list[str], state: str):
    with county.database.write() as session:
        session.add(AgentRow(unit="civil", seen_at=county.now, items=items))
    make(county, number, "forward", unit="civil", note="not ours")

    assert county.case(number).state == state


def test_trap_12_after_forwarding_the_first_unit_sees_it_no_more(county: County, number: str):
    """Trap 12: who has nothing more to do with a case sees nothing more of it."""
    make(county, number, "forward", unit="civil", note="x")
    county.later(minutes=6)
    county.tick()

    assert wrong(county, number, "take") == [("number", "unknown_case")]
    assert make(county, number, "take", clerk("wang", "civil")).taken_by == "wang"


def test_a_colleague_takes_over_with_the_word_anyway(county: County, number: str):
    with pytest.raises(MoveRefused) as caught:
        make(county, number, "take", clerk("second"))
    assert (caught.value.refusal.code, caught.value.refusal.params) == ("taken", {"clerk": "clerk"})
    assert make(county, number, "take", clerk("second"), anyway=True).taken_by == "second"


def test_who_is_no_clerk_does_nothing_at_the_desk(county: County, number: str):
    asker = Principal("asker", "x", "bank", frozenset({"asker", "clerk"}), "zh")
    with pytest.raises(NotAllowed):
        make(county, number, "take", asker)
