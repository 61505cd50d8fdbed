"""At rest: whoever takes the disk of the database reads no name, no number and no word about anybody in it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlmodel import Session, select

from access.principal import Principal
from broker import dead_letters
from broker.letter import Letter
from broker.transports.transport import Delivery
from cases.case import Case
from cases.grants.grants import Grant
from cases.lifecycle import State
from cases.moves import Mover
from cases.statistics.ratings import keep_rating
from cases.subject_index import numbers_of
from cases.trail.checkpoint_key import SigningKey
from cases.trail.trail_verification import verify_all
from contacts.roster import people, roster, roster_imports
from contacts.roster.roster import Area, Contact, ContactEntry
from contacts.statements import Said, Statement, record
from deploy.operations.reencryption import left, reencrypt
from requesters.batches.batches import Sender, Sheet, keep_batch
from requesters.batches.row_lists import bad_rows
from responders.desk import drafts
from storage.database import Database
from storage.row_encryption import Misplaced, index_of
from storage.sheets.rows import Row, RowFault
from storage.vault import Keys, Vault
from tests.rooms.county import CLERK, MACHINE, County, settle
from tests.routes import RULEBOOK
from tests.sheets import xlsx
from tests.vaults import KEYS

SON, FATHER, OTHER = "330725197601100212", "330725195003050113", "330725193607120013"
PHONE = "+8613957980001"
NAMES = ["欧阳若曦", "司徒明远", "上官长青", "令狐婉清", "慕容听雪"]
WORDS = ["继承祖父存折", "因病危急须今日", "档案第五卷载明", "他们住在同一个院子", "先查旧卷再回复", "答得又快又准", "退回请补姓名"]
SECRETS = [SON, FATHER, OTHER, PHONE[3:], *NAMES, *WORDS]
PEOPLE = {"person": {"name": NAMES[0], "id_number": SON}, "relative": {"name": NAMES[1], "id_number": FATHER}}
FOUND = {"outcome": "confirmed", "source": "archive", "words": WORDS[2], "evidence": {"household": NAMES[1]}}


@pytest.fixture
def full(database: Database) -> County:
    """A county in which all has happened that leaves something about people."""
    county = settle(database)
    question: dict[str, Any] = {"subjects": PEOPLE, "purpose": WORDS[0], "urgent": True, "urgent_reason": WORDS[1]}
    answered, asked = county.ask(2, **question)
    steps: list[tuple[str, Mover, dict[str, Any]]]
    steps = [("hand_over", MACHINE, {}), ("take", CLERK, {}), ("answer", CLERK, {"finding": FOUND})]
    for name, mover, given in steps:
        assert isinstance(county.move(answered, name, mover, **given), Case)
    with database.write() as session:
        _write_about(session, answered, asked, county)
        _batch(session, county)
    return county


def _write_about(session: Session, answered: str, asked: str, county: County) -> None:
    now = county.now
    entry = ContactEntry(area=session.exec(select(Area.code)).first() or "", name=NAMES[2], phone=PHONE, note=WORDS[4])
    contact = roster.add(session, entry, "keeper", now)
    said = {"about": asked, "contact_id": contact.id, "channel": "phone", "outcome": "confirmed", "words": WORDS[3]}
    record(session, Said.model_validate({**said, "written_by": "clerk", "call": "rung", "known_by": "hearsay"}), now)
    drafts.save(session, ("clerk", asked, "answer"), {"words": WORDS[4], "name": NAMES[1]}, now)
    rater = Principal("asker", "甲", "bank", frozenset({"asker"}), "zh")
    keep_rating(session, session.get_one(Case, answered), rater, (5, 5), WORDS[5], now)
    body = {"number": asked, "question": {"subjects": PEOPLE}}
    letter = Letter.post("question", "questions.police", asked, body, now)
    dead_letters.keep(session, [Delivery("dead", letter.wire(), letter, 1, "NotSigned", letter.to)], now)
    sheet = xlsx({"contacts": [["社区", "姓名", "职务", "电话"], ["丹溪社区", NAMES[3], "书记", PHONE]]})
    roster_imports.keep(session, f"{NAMES[3]}.xlsx", sheet, False, "keeper", now)


def _batch(session: Session, county: County) -> None:
    subjects = {"subjects.person.name": NAMES[4], "subjects.person.id_number": SON, "subjects.relative.name": NAMES[1]}
    values = {"matter": "close_relative_card", "purpose": WORDS[0], "reference": "B-7", **subjects}
    good = {**values, "subjects.relative.id_number": FATHER, "details.relation": "father"}
    bad = RowFault("s", 4, "subjects.person.id_number", "This cannot be right. Please check it.")
    session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2026, 12, 31)))
    sheet = Sheet([Row("s", 3, good)], [bad], f"{NAMES[4]}.xlsx", {4: {"name": NAMES[3], "id": OTHER}})
    kept = keep_batch(session, RULEBOOK.catalogue.item("kinship"), sheet, Sender("bank", "asker"), county.now, RULEBOOK)
    assert (kept.good, kept.bad) == (1, 1)


def disk(database: Database) -> Iterator[tuple[str, bytes]]:
    """What lies on the disk: the file with its log, free pages and all; on PostgreSQL every row of every table."""
    if database.sqlite:
        for path in Path(database.url.removeprefix("sqlite:///")).parent.glob("hecha.sqlite*"):
            yield path.name, path.read_bytes()
        return
    with database.read() as session:
        for table in inspect(database.engine).get_table_names():
            for row in session.execute(text(f'SELECT "{table}"::text FROM "{table}"')).scalars():
                yield table, row.encode()


def forms(secret: str) -> list[bytes]:
    """How it could be written: as it is, as JSON escapes, in hexadecimal, in UTF-16."""
    plain = secret.encode()
    return [plain, json.dumps(secret).strip('"').encode(), plain.hex().encode(), secret.encode("utf-16-le")]


def test_nothing_about_anybody_stands_on_the_disk_in_clear(full: County) -> None:
    found = {(secret, where) for where, data in disk(full.database) for secret in SECRETS for form in forms(secret) if form in data}

    assert found == set()


def test_what_was_deleted_is_wiped(full: County) -> None:
    """secure_delete: SQLite else leaves in free pages what was there, to be read for years once its key is known."""
    with full.database.read() as session:
        sealed = str(session.execute(text("SELECT fields FROM draft")).scalar_one()).encode()[10:90]
    assert any(sealed in data for _, data in disk(full.database))
    with full.database.write() as session:
        session.execute(text("DELETE FROM draft"))
    if full.database.sqlite:
        with full.database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    assert not any(sealed in data for _, data in disk(full.database))


def test_those_who_may_read_all_of_it(full: County) -> None:
    """The test that finds nothing would find nothing in an empty house either."""
    with full.database.read() as session:
        first, second = (session.get_one(Case, number) for number in sorted(numbers_of(session, FATHER)))
        finding = first.finding or second.finding
        assert {first.subjects["person"].name, first.purpose, first.urgent_reason} == {NAMES[0], WORDS[0], WORDS[1]}
        assert finding == FOUND
        (waiting,) = dead_letters.waiting(session)
        assert NAMES[0] in json.dumps(Letter.read(waiting.wire).body, ensure_ascii=False)
        (batch,) = session.execute(text("SELECT id FROM batch")).scalars()
        assert [row.cells for row in bad_rows(session, batch)[0]] == [{"name": NAMES[3], "id": OTHER}]


def test_all_of_it_is_sealed_anew_and_opens_with_the_new_key_alone(full: County) -> None:
    """Whatever a change of keys forgot would be lost with the old key."""
    both = Vault(Keys({"new": bytes(32), **KEYS.data}, KEYS.index))
    steps = list(reencrypt(full.database, both))
    alone = Database(full.database.url, Vault(Keys({"new": bytes(32)}, KEYS.index)))

    assert [step for step in steps if step.broken] == []
    assert {step.table for step in steps} >= {
        "cases",
        "statement",
        "draft",
        "batch_row",
        "contact",
        "trail",
        "outbox",
        "dead_letter",
    }
    with alone.read() as session:
        assert left(session, both.head) == {}
        assert {draft.fields["name"] for draft in session.exec(select(drafts.Draft))} == {NAMES[1]}
        assert [one.words for one in session.exec(select(Statement))] == [WORDS[3]]
        contact = next(one for one in session.exec(select(Contact)) if one.name == NAMES[2])
        assert people.with_number(session, contact) == []
        assert contact.phone_index == index_of(both, Contact.phone, PHONE)
        assert len(numbers_of(session, SON)) == 2
    with alone.snapshot() as session:
        assert verify_all(session, SigningKey(both), {}).faults == []
    alone.close()


@pytest.mark.parametrize("column", ["subjects", "finding", "purpose", "urgent_reason"])
def test_one_case_s_words_in_another_s_row_are_refused_with_its_number(full: County, column: str) -> None:
    """Somebody with full access to the database puts the answer to one question to another."""
    with full.database.write() as session:
        rows = session.execute(text("SELECT number, state FROM cases")).all()
        answered, asked = (next(n for n, s in rows if (s == State.ANSWERED) == done) for done in (True, False))
        move = f"UPDATE cases SET {column} = (SELECT {column} FROM cases WHERE number = :answered) WHERE number = :asked"
        session.execute(text(move), {"answered": answered, "asked": asked})

    with full.database.read() as session:
        assert session.get_one(Case, answered).purpose == WORDS[0]
        with pytest.raises(Misplaced, match=rf"cases\.{column} of {asked}: altered, moved here"):
            session.get(Case, asked)


def test_a_statement_cannot_be_made_to_say_the_opposite(full: County) -> None:
    with full.database.write() as session:
        session.execute(text("UPDATE statement SET outcome = 'contradicted'"))

    with full.database.read() as session, pytest.raises(Misplaced, match=r"statement\.words"):
        session.exec(select(Statement)).all()
