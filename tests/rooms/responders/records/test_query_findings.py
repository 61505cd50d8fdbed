"""Findings of queries that do not fit: more fields, other kinds, too many rows, huge texts, a record where none belongs."""

from typing import Any

import pytest

from broker.letter import Letter
from cases.case import Case
from cases.minimised import BEYOND
from cases.question import LONGEST_VALUE, MOST_ROWS
from cases.retention import block, empty
from cases.trail.trail import Trail
from responders.intake import WRONG_ANSWER, WrongFinding, take_findings
from tests.rooms.county import ASKER, CLERK, MACHINE, County, found
from tests.routes import RULEBOOK

PERSON = {"person": {"name": "吴一", "id_number": "330725196205140015"}}
ROW = {"address": "丹溪路1号", "head": "吴一", "member_name": "吴一", "relation_to_head": "户主"}
NUMBER = "330725197601100212"


def ask(county: County, mode: str = "query", **details: str) -> str:
    """A case about a household page, for a mortgage."""
    asked: dict[str, Any] = {"item": "household_page", "matter": "mortgage", "subjects": PERSON, "mode": mode}
    return county.ask(details=details, **asked)[0]


def finding(*rows: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"outcome": "confirmed", "source": "record", "records": list(rows), **more}


def take(county: County, number: str, plain: dict[str, Any], unit: str = "police", **body: Any) -> list[str]:
    letter = found(number, plain, unit)
    named = county.named(letter.model_copy(update={"body": {**letter.body, **body}}))
    with county.database.write() as session:
        return list(take_findings(session, named, county.now, RULEBOOK).values())


def test_the_question_letter_names_the_fields_of_the_list_with_their_kinds(county: County) -> None:
    number = ask(county)
    question = Letter.read(b'{"kind":"question","to":"x","posted_at":"2026-03-02T01:00:00Z","body":' +
                           county.letters("question")[0].body.encode() + b"}").body["question"]  # fmt: skip

    assert question["mode"] == "query"
    assert question["wanted"] == county.case(number).wanted
    assert question["wanted"] == {"head": "text", "address": "text", "member_name": "text", "relation_to_head": "text"}


def test_a_question_of_another_class_knows_nothing_of_modes_in_its_letter(county: County) -> None:
    """Agents of before refuse fields that they do not know."""
    county.ask()

    assert '"mode"' not in county.letters("question")[0].body
    assert '"wanted"' not in county.letters("question")[0].body


def test_fields_that_nobody_asked_for_are_taken_out_and_counted(county: County) -> None:
    number = ask(county)
    take(county, number, finding({**ROW, "member_number": NUMBER, "born": "1976-01-10"}))
    case, line = county.case(number), county.trail(number)[-1]

    assert (case.state, case.finding["records"] if case.finding else None) == ("answered", [ROW])
    assert line.details == {BEYOND: 2}
    assert NUMBER not in county.letters("outcome")[0].body


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no record with confirmed", finding(), "RecordsDenyOutcome"),
    ("only fields that nobody asked for", finding({"member_number": NUMBER}), "RecordsDenyOutcome"),
    ("a record with nothing found", finding(ROW, outcome="no_record"), "RecordsDenyOutcome"),
    ("a query is not contradicted", finding(outcome="contradicted"), "RecordsDenyOutcome"),
    ("another kind", finding({**ROW, "address": "two\nlines"}), "WrongValue"),
    ("what is the same in all rows differs", finding(ROW, {**ROW, "address": "丹溪路2号"}), "WrongValue"),
]


@pytest.mark.parametrize(("plain", "why"), [(plain, why) for _, plain, why in WRONG], ids=[what for what, _, _ in WRONG])
def test_a_finding_that_does_not_fit_is_buried_and_a_person_looks(county: County, plain: dict[str, Any], why: str) -> None:
    number = ask(county)

    assert take(county, number, plain) == [why]
    assert (county.case(number).state, county.case(number).finding) == ("at_desk", None)
    assert county.trail(number)[-1].note == WRONG_ANSWER


@pytest.mark.parametrize(
    ("plain", "field"),
    [
        (finding(*[ROW] * 10_000), "finding.records"),
        (finding(*[ROW] * (MOST_ROWS + 1)), "finding.records"),
        (finding({**ROW, "address": "长" * (LONGEST_VALUE + 1)}), "finding.records"),
        (finding({f"field_{n}": "x" for n in range(61)}), "finding.records"),
        (finding({"Not a name": "x"}), "finding.records"),
        (finding({**ROW, "address": ["a"]}), "finding.records"),  # type: ignore[dict-item]
    ],
)
def test_what_has_no_bounds_is_refused_as_a_whole_by_its_field(county: County, plain: dict[str, Any], field: str) -> None:
    number = ask(county)

    with pytest.raises(WrongFinding, match=field) as caught:
        take(county, number, plain)
    assert "长" not in str(caught.value)
    assert county.case(number).state == "asked"


def test_as_many_rows_as_are_allowed_are_taken(county: County) -> None:
    number = ask(county)
    take(county, number, finding(*[ROW] * MOST_ROWS))

    assert len((county.case(number).finding or {})["records"]) == MOST_ROWS


def test_an_item_of_another_class_never_keeps_a_record(county: County) -> None:
    (number,) = county.ask()
    take(county, number, finding({"address": NUMBER}))

    assert county.case(number).state == "answered"
    assert "records" not in (county.case(number).finding or {})
    assert NUMBER not in repr([line.details for line in county.trail(number)])


def test_whoever_may_only_compare_gets_no_field_whatever_the_machine_sends(county: County) -> None:
    number = ask(county, "compare", address="丹溪路2号")
    take(county, number, finding(ROW, outcome="contradicted", facts={"address": "differs"}, words="丹溪路1号"))

    assert county.case(number).finding == {
        "outcome": "contradicted", "source": "record", "words": "", "evidence": {}, "facts": {"address": "differs"},
    }  # fmt: skip
    assert "丹溪路1号" not in county.letters("outcome")[0].body


def test_amended_disputed_and_withdrawn_like_any_answer(county: County) -> None:
    number = ask(county)
    take(county, number, finding(ROW))
    take(county, number, finding({**ROW, "head": "吴二", "born": "1976-01-10"}), amends=True, reason="moved")
    case = county.case(number)

    assert (case.finding or {})["records"] == [{**ROW, "head": "吴二"}]
    assert case.unseen
    assert isinstance(county.move(number, "acknowledge", ASKER), Case)
    assert isinstance(county.move(number, "dispute", ASKER), Case)
    assert isinstance(county.move(number, "take", CLERK), Case)
    answer = {"outcome": "confirmed", "source": "archive", "words": "", "evidence": {"archive": "7-12"}, "records": [ROW]}
    assert isinstance(county.move(number, "answer", CLERK, finding=answer), Case)
    assert (county.case(number).finding or {})["records"] == [ROW]
    assert isinstance(county.move(number, "withdraw_answer", CLERK), Case)
    assert county.case(number).finding is None


def test_the_fields_go_with_the_case(county: County) -> None:
    number = ask(county)
    take(county, number, finding(ROW))
    assert isinstance(county.move(number, "accept", ASKER), Case)
    with county.database.write() as session:
        block(session, [number], county.now)
    assert county.case(number).finding is None
    with county.database.write() as session:
        empty(session, [number], county.now)
    with county.database.read() as session:
        assert "丹溪路" not in repr([(line.note, line.details) for line in session.query(Trail)])


def test_what_a_machine_could_not_tell_goes_to_a_person_without_its_words(county: County) -> None:
    number = ask(county)
    told = {"outcome": "not_digitised", "source": "record", "words": NUMBER, "evidence": {"head": NUMBER}}
    assert isinstance(county.move(number, "hand_over", MACHINE, details={"machine": told}), Case)

    assert NUMBER not in repr([(line.note, line.details) for line in county.trail(number)])
