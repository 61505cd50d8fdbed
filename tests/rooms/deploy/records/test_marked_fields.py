"""No field beyond the matter's list: over all items of class query, all matters and ways of asking, wherever it could turn up."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from broker.letter import Letter
from cases.case import Case
from responders.intake import take_findings
from storage.database import Database
from tests.rooms.county import County, found, settle
from tests.rooms.deploy.records.marks import (
    ITEMS,
    Wish,
    answers_of_agents,
    marks_of,
    opened,
    row_of,
    rows_of,
    text_of,
)  # fmt: skip
from tests.rooms.office import Office, on_both
from tests.routes import RULEBOOK


def beyond(wishes: Iterable[Wish], text: str) -> set[str]:
    """The marks of these wishes' fields that nobody asked for, as far as they stand in the text."""
    return {mark for wish in wishes for mark in wish.beyond() if mark in text}


def take(county: County, letters: list[Letter]) -> list[str]:
    with county.database.write() as session:
        return list(take_findings(session, letters, county.now, RULEBOOK).values())


def raw(wish: Wish, **more: Any) -> Letter:
    """A finding that came past the agent: everything that is on record, and words and evidence full of it."""
    row = row_of(wish.item)
    said = {"words": " ".join(row.values()), "evidence": row, "values": row if wish.mode == "query" else {}}
    records: dict[str, Any] = {"records": [row]} if wish.mode == "query" else {"facts": {}}
    finding = {"outcome": "confirmed", "source": "record", **said, **records, **more}
    return found(wish.number, finding, wish.item.holder)


def per_case(session: Session, wishes: list[Wish]) -> list[tuple[Wish, str, set[str]]]:
    """What a row about one case holds that this case's matter does not need, although another's may."""
    by_number = {wish.number: wish for wish in wishes}
    rows = [(table, row, wish) for table, row in rows_of(session) for number, wish in by_number.items() if number in row]
    return [(wish, table, marks) for table, row, wish in rows if (marks := beyond([wish], row))]


def test_every_field_has_a_mark_and_no_two_have_the_same() -> None:
    marks = [mark for item in ITEMS for mark in marks_of(item).values()]

    assert len(marks) == len(set(marks)) > 20


def test_no_letter_leaves_a_unit_with_more_than_the_matter_needs(county: County, tmp_path: Path) -> None:
    wishes = opened(county)
    by_number = {wish.number: wish for wish in wishes}
    with capture_logs() as logs:
        wires, letters = answers_of_agents(county, tmp_path)

    assert {letter.about for letter in letters} == set(by_number)
    for wire, letter in zip(wires, letters, strict=True):
        wish, text = by_number[letter.about], letter.wire().decode() + wire.decode("latin-1")
        assert beyond([wish], text) == set(), (wish.item.code, wish.matter, wish.mode)
        assert all(mark in letter.wire().decode() for mark in wish.within())
        assert [row.keys() - wish.wanted for row in letter.body["finding"].get("records", [])] == [set()] * (wish.mode == "query")
    assert beyond(wishes, repr(logs)) == set()


@pytest.mark.parametrize("past_the_agent", [False, True])
def test_no_row_of_the_database_holds_more_than_the_matter_needs(county: County, tmp_path: Path, past_the_agent: bool) -> None:
    wishes = opened(county)
    letters = [raw(wish) for wish in wishes] if past_the_agent else answers_of_agents(county, tmp_path)[1]
    with capture_logs() as logs:
        assert take(county, county.named(*letters) if past_the_agent else letters) == []

    with county.database.read() as session:
        assert per_case(session, wishes) == []
        outcomes = {wish.number: session.get_one(Case, wish.number).outcome for wish in wishes}
    assert {outcomes[wish.number] for wish in wishes if wish.mode == "query"} == {"confirmed"}
    assert beyond(wishes, repr(logs)) == set() or {mark for wish in wishes for mark in marks_of(wish.item).values()} - set(
        repr(logs)
    )
    assert not [mark for wish in wishes for mark in marks_of(wish.item).values() if mark in repr(logs)]
    if past_the_agent:
        counted = {(one["number"], one["fields"]) for one in logs if one["event"] == "fields_not_needed"}
        assert counted == {(w.number, len(set(row_of(w.item)) - (w.wanted if w.mode == "query" else set()))) for w in wishes
                           if w.mode == "query" and set(row_of(w.item)) - w.wanted}  # fmt: skip


def test_a_late_a_foreign_and_a_held_finding_are_noted_without_more(county: County, tmp_path: Path) -> None:
    wishes = opened(county)
    take(county, county.named(*(raw(wish) for wish in wishes)))
    again = [raw(wish, outcome="no_record", records=[]) for wish in wishes]
    foreign = [found(wish.number, dict(raw(wish).body["finding"]), "court") for wish in wishes]
    take(county, county.named(*again, *foreign))

    with county.database.read() as session:
        assert per_case(session, wishes) == []
    actions = [action for wish in wishes for action in county.actions(wish.number)]
    assert actions.count("late_finding") == len(wishes)


@on_both
def test_no_page_reply_or_paper_shows_more_than_the_matter_needs(office: Office, tmp_path: Path) -> None:
    county = office.county
    wishes = opened(county)
    take(county, county.named(*(raw(wish) for wish in wishes)))
    asker, clerks = office.client("asker"), office.client("supervisor")
    papers = set()
    for wish in wishes:
        where = (wish.item.code, wish.matter, wish.mode)
        reply = asker.get(f"/api/v1/cases/{wish.number}")
        shown = {"page": asker.get(f"/cases/{wish.number}"), "board": clerks.get(f"/board/{wish.number}"), "reply": reply}
        if wish.mode == "query" and where[0] not in papers:
            papers.add(where[0])  # a paper of each item: each costs a seal
            answer = asker.web.get(f"/api/v1/cases/{wish.number}/receipt.pdf")
            assert answer.status_code == 200, answer.text
            shown["paper"] = text_of(answer.content, tmp_path)
            assert all(mark in shown["paper"] for mark in wish.within())
        assert {name: beyond([wish], text) for name, text in shown.items()} == {name: set() for name in shown}, where
        assert all(mark in reply for mark in wish.within()), where


def test_the_database_fixture_is_the_house_of_these_tests(database: Database) -> None:
    """The marks themselves are seen where they stand: a house that kept everything would be told of."""
    county = settle(database)
    wishes = opened(county)
    with database.write() as session:
        case = session.get_one(Case, wishes[0].number)
        case.finding = {"outcome": "confirmed", "source": "record", "records": [row_of(wishes[0].item)]}
    with database.read() as session:
        assert {wish.number for wish, _, _ in per_case(session, wishes)} == {wishes[0].number}
