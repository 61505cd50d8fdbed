"""Retention: an answer is blocked six months after its case was closed, and taken away after three years."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, func, select

from broker.dead_letters import DeadLetter
from cases.case import Case
from cases.catalogue.times import Retention
from cases.conversation.message import Message
from cases.retention import months_before
from cases.statistics.ratings import Rating
from cases.subject_index import numbers_of
from cases.trail import trail
from cases.trail.checkpoint_key import SigningKey
from cases.trail.trail import of_cases
from cases.trail.trail_line import TrailLine
from cases.trail.trail_verification import verify_all
from contacts.alerts.alerts import Alert
from contacts.alerts.unclear_replies import UnclearReply, keep_words
from contacts.roster.areas import Area
from contacts.roster.roster import Contact
from contacts.statements import Statement
from deploy import case_actions_api
from deploy.cli.blocked import contents_of
from deploy.operations.retention import EMPTIED, EMPTIED_OF_COMMITMENTS, GONE, Keeper
from deploy.operations.seal_keys import CityKeys
from deploy.tables import all_tables
from requesters.ask import questions_api
from requesters.own_cases.case_lookup import find_cases
from requesters.receipts import receipts, verify_pages
from responders.community import statements_api
from responders.desk.desk_lookup import find_held
from responders.desk.desk_piles import Desk
from responders.desk.drafts import Draft
from responders.desk.earlier_answers import earlier_answers
from storage.database import Database
from storage.encrypted_columns import KINDS
from supervisors.views.view_log import Sought, find_lines
from tests.rooms.requesters.test_receipts import answered, fetch
from tests.routes import FATHER, RULEBOOK, SON, Doors, open_doors
from tests.vaults import VAULT
from web.templates import PageRenderer

CLOSED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BLOCKED, DELETED = datetime(2026, 9, 2, 1, 0, tzinfo=UTC), datetime(2029, 3, 2, 1, 0, tzinfo=UTC)
SECRETS = ("吴一", "吴大", "户籍登记", SON, FATHER, "close a card", "王主任")
MINUTE = timedelta(minutes=1)
# Themselves; letters, which stay until they are carried; and bundles, which go with the first of their cases (cases/retention.py).
ELSEWHERE = {"commitment", "cases", "trail", "outbox", "bundle"}


@pytest.fixture
def doors(database: Database, tmp_path: Path) -> Doors:
    rooms = [questions_api.router, receipts.router, verify_pages.router, statements_api.router, case_actions_api.router]
    doors = open_doors(database, CLOSED, rooms)
    doors.app.state.context = replace(doors.app.state.context, seals=CityKeys(tmp_path / "seals", database), page=PageRenderer())
    with database.write() as session:
        session.add(Area(code="330726001001", name="城东", kind="community"))
        session.flush()
        session.add(Contact(id=1, area="330726001001", name="王主任", role="director", phone="+8613800000000", updated_at=CLOSED))
    return doors


def closed(doors: Doors, at: datetime = CLOSED) -> str:
    """A case that is closed, with everything that was noted about its people in every room."""
    number = answered(doors, state="closed")
    about = {"about": number, "contact_id": 1, "channel": "phone", "outcome": "confirmed", "written_by": "clerk"}
    who = {"contact_name": "王主任", "contact_role": "director", "area": "330726001001", "said_at": at}
    rated = {"number": number, "unit": "bank", "holder": "police", "item": "kinship", "rated_by": "asker", "at": at}
    words = {"finding": {"words": "户籍登记"}}
    line = TrailLine(at, "hand_over", "clerk", "clerk", number=number, note="户籍登记里有吴一", details=words)
    with doors.database.write() as session:
        session.get_one(Case, number).sqlmodel_update({"closed_at": at, "wake_at": None})
        session.add(Statement(**about, **who, words="吴一是吴大的儿子"))
        text = {"purpose": "consult", "recipient_kind": "contact", "recipient": "1", "template": "consult_contact"}
        life = {"id": uuid4(), "to_number": "+8613800000000", "created_at": at, "changed_at": at}
        alert = Alert(about=number, **text, **life)
        session.add(alert)
        session.flush()
        keep_words(session, alert, "王主任", "1 不是吴一", at)
        session.add(Draft(username="clerk", number=number, move="answer", fields={"words": "户籍登记"}, saved_at=at))
        said = {"number": number, "at": at, "kind": "message", "side": "asker", "unit": "bank", "who": "asker"}
        session.add(Message(**said, words="吴一是吴大的儿子吗"))
        session.add(Rating(**rated, timeliness=5, usefulness=5, words="吴一的事办得好"))
        buried = {"queue": "findings", "reason": "Altered", "wire": "吴一".encode(), "digest": number, "buried_at": at}
        session.add(DeadLetter(**buried, about=number))
        trail.write(session, [line])
    return number


def keep(doors: Doors, now: datetime, retention: Retention | None = None) -> tuple[int, int]:
    """What the clock of this moment blocks and deletes."""
    doors.now, catalogue = now, RULEBOOK.catalogue
    if retention:
        item = catalogue.item("kinship").model_copy(update={"retention": retention})
        catalogue = replace(catalogue, items={**catalogue.items, "kinship": item})
    return Keeper(doors.database, replace(RULEBOOK, catalogue=catalogue)).keep(now)


def seen(doors: Doors, number: str, who: str) -> str:
    """Everything that this person can fetch about the case."""
    client = doors.client(who)
    pages = [client.get(f"/api/v1/cases/{number}"), client.get("/api/v1/cases"), client.get(f"/api/v1/cases/{number}/statements")]
    pages.append(client.get(f"/api/v1/cases/{number}/messages"))
    return "".join(page.text for page in pages)


def told(doors: Doors, number: str) -> dict[str, Any]:
    found: dict[str, Any] = doors.client("asker").get(f"/api/v1/cases/{number}").json()
    return found


def test_an_answer_is_blocked_six_months_after_the_closing_and_not_a_minute_before(doors: Doors) -> None:
    number = closed(doors)

    assert keep(doors, BLOCKED - MINUTE) == (0, 0)
    assert told(doors, number)["subjects"]["person"]["name"] == "吴一"
    assert keep(doors, BLOCKED) == (1, 0)
    assert keep(doors, BLOCKED) == (0, 0)
    assert told(doors, number)["blocked_at"]


@pytest.mark.parametrize("who", ["asker", "clerk", "supervisor"])
def test_what_is_blocked_is_shown_to_nobody_and_is_still_there(doors: Doors, who: str) -> None:
    number = closed(doors)
    before = seen(doors, number, who)
    keep(doors, BLOCKED)
    after = seen(doors, number, who)

    assert "吴一" in before
    assert [secret for secret in SECRETS if secret in after] == []
    assert number in after
    with doors.database.read() as session:
        session.info["unveiled"] = True
        assert session.get_one(Case, number).subjects["person"].name == "吴一"


def test_of_a_blocked_case_no_receipt_is_made_and_an_old_one_is_genuine_still(doors: Doors) -> None:
    number = closed(doors)
    receipt = fetch(doors, number).content
    keep(doors, BLOCKED)
    refused = fetch(doors, number)
    page = doors.client().post("/verify/file", files={"file": ("receipt.pdf", receipt)})

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "blocked")
    assert "Genuine." in page.text
    assert "by the registers the relative" not in page.text
    keep(doors, DELETED)
    assert "Genuine." in doors.client().post("/verify/file", files={"file": ("receipt.pdf", receipt)}).text
    by_number = doors.client().post("/verify", data={"number": number})
    assert by_number.status_code == 200
    assert "is not shown any more" in by_number.text


def test_open_and_answered_cases_are_kept(doors: Doors) -> None:
    answered(doors)
    doors.ask("B-9")

    assert keep(doors, DELETED) == (0, 0)


def test_after_three_years_nothing_about_the_person_is_left_in_any_table(doors: Doors) -> None:
    number = closed(doors)
    keep(doors, BLOCKED)

    assert keep(doors, DELETED - MINUTE) == (0, 0)
    assert keep(doors, DELETED) == (0, 1)
    with doors.database.read() as session:
        assert numbers_of(session, SON) == []
        assert session.exec(select(func.count()).select_from(Draft)).one() == 0
        statement, rating = session.exec(select(Statement)).one(), session.exec(select(Rating)).one()
        assert (statement.words, statement.contact_name, rating.words) == ("", "", "")
        assert [(one.words, one.contact_name) for one in session.exec(select(UnclearReply))] == [("", "")]
        assert session.exec(select(Message)).one().words == ""
        assert session.exec(select(DeadLetter)).one().wire == b""
        case = session.get_one(Case, number)
        assert (case.subjects, case.details, case.purpose, case.reference, case.finding, case.fingerprint) == (
            {},
            {},
            "",
            "",
            None,
            "",
        )
        assert all(not (line.note or line.details or line.content) for line in of_cases(session, [number]) if line.at < DELETED)


def test_number_times_and_outcome_stay_for_the_figures_and_the_trail_stays_whole(doors: Doors) -> None:
    number = closed(doors)
    keep(doors, BLOCKED)
    keep(doors, DELETED)

    with doors.database.read() as session:
        kept = session.connection().execute(text("SELECT outcome, source, unit, holder FROM cases")).one()
        actions = [line.action for line in of_cases(session, [number])]
    with doors.database.snapshot() as session:
        report = verify_all(session, SigningKey(VAULT), {})
    assert tuple(kept) == ("confirmed", "archive", "bank", "police")
    assert actions[-2:] == ["block", "erase"]
    assert report.faults == []
    assert told(doors, number)["deleted_at"]


@pytest.mark.parametrize(("until", "outcomes"), [(BLOCKED, ("confirmed", "confirmed")), (DELETED, ("", ""))])
def test_the_command_shows_nothing_that_was_deleted(doors: Doors, until: datetime, outcomes: tuple[str, str]) -> None:
    number = closed(doors)
    keep(doors, BLOCKED)
    keep(doors, until)
    with doors.database.read() as session:
        session.info["unveiled"] = True
        shown = contents_of(session, session.get_one(Case, number))

    assert (shown["outcome"], shown["statements"][0]["outcome"]) == outcomes


def test_a_case_that_is_late_for_both_is_blocked_and_deleted_at_once(doors: Doors) -> None:
    closed(doors)

    assert keep(doors, DELETED) == (1, 1)


def test_each_item_may_have_times_of_its_own(doors: Doors) -> None:
    closed(doors)
    own = Retention(months_until_blocked=18, months_until_deleted=60)

    assert keep(doors, BLOCKED, own) == (0, 0)
    assert keep(doors, datetime(2027, 9, 2, 1, 0, tzinfo=UTC), own) == (1, 0)
    assert keep(doors, DELETED, own) == (0, 0)
    assert keep(doors, datetime(2031, 3, 2, 1, 0, tzinfo=UTC), own) == (0, 1)


def test_cases_of_items_that_are_in_the_catalogue_no_more_go_too(doors: Doors) -> None:
    number = closed(doors)
    with doors.database.write() as session:
        session.get_one(Case, number).item = "forgotten"

    assert keep(doors, DELETED) == (1, 1)


def test_many_are_done_some_at_a_time(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.retention.AT_ONCE", 2)  # several rounds with few cases
    for _ in range(5):
        number = answered(doors, state="closed")
        with doors.database.write() as session:
            session.get_one(Case, number).closed_at = CLOSED

    assert keep(doors, BLOCKED) == (5, 0)


def test_an_item_that_would_delete_before_it_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="months_until_blocked"):
        Retention(months_until_blocked=12, months_until_deleted=6)


def test_months_are_calendar_months() -> None:
    assert months_before(datetime(2026, 8, 31, tzinfo=UTC), 6) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2028, 8, 31, tzinfo=UTC), 6) == datetime(2028, 2, 29, tzinfo=UTC)
    assert months_before(datetime(2026, 3, 15, tzinfo=UTC), 36) == datetime(2023, 3, 15, tzinfo=UTC)
    assert months_before(datetime(2026, 12, 1, tzinfo=UTC), 12) == datetime(2025, 12, 1, tzinfo=UTC)


def test_every_table_that_keeps_something_sealed_about_a_case_is_thought_of() -> None:
    tables = all_tables().tables
    of_cases = {name: table for name, table in tables.items() if {"number", "about"} & set(table.columns.keys())}
    sealed = {name for name, table in of_cases.items() if any(isinstance(column.type, KINDS) for column in table.columns)}

    assert sealed - ELSEWHERE - GONE.keys() - EMPTIED.keys() - EMPTIED_OF_COMMITMENTS.keys() == set()
    assert {name for name in (*GONE, *EMPTIED) if name not in tables} == set()
    assert all(column in tables[name].c for name, column in GONE.items())
    assert all({column, *values} <= set(tables[name].c.keys()) for name, (column, values) in EMPTIED.items())


def test_the_veil_hides_no_case_that_is_not_blocked(doors: Doors) -> None:
    first, second = closed(doors), closed(doors, BLOCKED)
    keep(doors, BLOCKED)

    with doors.database.read() as session:
        cases = {case.number: case.subjects for case in session.exec(select(Case).where(col(Case.closed_at).is_not(None)))}
    assert cases[first] == {}
    assert cases[second]["person"].name == "吴一"


def test_a_blocked_case_is_not_found_by_whom_it_names(doors: Doors) -> None:
    number = closed(doors)
    today = BLOCKED.date()

    def found() -> list[str]:
        with doors.database.read() as session:
            asker, desk = find_cases(session, "bank", SON, today), find_held(session, Desk("police"), ["bank"], SON, today)
            again = asked_again(session, doors)
            return [case.number for case in (*asker.cases, *desk.cases, *again)]

    assert found() == [number] * 3
    keep(doors, BLOCKED)
    assert found() == []


def asked_again(session: Session, doors: Doors) -> Sequence[Case]:
    """What the desk is shown as earlier answers to the same question."""
    print_ = session.exec(select(Case.fingerprint)).first()
    return earlier_answers(session, Case(number="next", holder="police", fingerprint=print_ or ""), doors.now)


def test_what_is_noted_after_the_blocking_is_seen(doors: Doors) -> None:
    number = closed(doors)
    keep(doors, BLOCKED)
    line = TrailLine(BLOCKED + MINUTE, "look", "person", "hecha blocked", number=number, note="file 7")
    with doors.database.write() as session:
        trail.write(session, [line])

    with doors.database.read() as session:
        notes = [one.note for one in of_cases(session, [number])]
        sought = Sought(None, "", [number], (), CLOSED - MINUTE, DELETED)
        searched = [one.note for one in find_lines(session, sought).lines]
    assert [note for note in notes if note] == ["file 7"]
    assert [note for note in searched if note] == ["file 7"]
