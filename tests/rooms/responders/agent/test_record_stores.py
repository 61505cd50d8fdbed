"""A store that was emptied, cut short or replaced by an older one answers nothing: least of all that there is no record."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.transports.embedded import EmbeddedTransport
from cases.question import Finding, Question
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace, RecordStore, SeenStore
from responders.handlers import RecordsAway
from responders.handlers.findings import finding
from sample.city.archives import Row, write_store
from tests.phones import until
from tests.rooms.responders.agent.letters import NOW, findings, handler, letter, sent_letters
from tests.rooms.responders.agent.stores import DAUGHTER, FATHER, HANDLERS, POLICE, SON, TODAY, YOUTH, about, kinship, line

Start = Callable[..., Agent]
# Households of their own, so that a tenth of the register can be counted: with the family's seven lines forty-seven.
MANY = {**POLICE, "member": [*POLICE["member"], *(line(YOUTH, "户主", f"H{n}", "2010-01-01") for n in range(10, 50))]}


def put(folder: Path, rows: dict[str, list[Row]], today: date = TODAY) -> None:
    """Another file takes the place of the store, as a copying at night does it."""
    write_store(folder / "next.sqlite", "police", rows, today)
    (folder / "next.sqlite").replace(folder / "police.sqlite")


def change(folder: Path, *statements: str) -> None:
    """Somebody writes in the store."""
    with sqlite3.connect(folder / "police.sqlite") as store:
        for statement in statements:
            store.execute(statement)
    store.close()


def answers(agent: Agent, post: EmbeddedTransport, question: Question | None = None) -> list[str]:
    """Asks once more; what is answered now, to this and to what had to wait."""
    post.publish([letter(question or kinship(SON, FATHER, "father"))])
    agent.answer_once()
    return [str(one.body["finding"]["outcome"]) for one in findings(post)]


def waiting(agent: Agent, post: EmbeddedTransport) -> list[str]:
    """What is answered of that which had to wait, once the agent has looked at its records again."""
    until(lambda: agent.answer_once() > 0)
    return [str(one.body["finding"]["outcome"]) for one in findings(post)]


def says_away(agent: Agent, post: EmbeddedTransport) -> bool:
    """Whether the agent tells the house that its records are away."""
    agent.tell_life()
    return [one.body["records"] for one in sent_letters(post) if one.kind == "alive"] == [False]


def test_an_empty_store_answers_nothing_and_the_question_waits(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    agent = start()
    put(tmp_path, {})

    assert answers(agent, post) == []
    assert says_away(agent, post)
    put(tmp_path, MANY)
    assert waiting(agent, post) == ["confirmed"]


@pytest.mark.parametrize("table", ["birth", "member"])
def test_one_empty_table_that_the_item_reads_is_enough(start: Start, post: EmbeddedTransport, tmp_path: Path, table: str) -> None:
    agent = start()
    put(tmp_path, {**POLICE, table: []})

    assert answers(agent, post, about("birth", DAUGHTER)) == []
    put(tmp_path, POLICE)
    assert len(waiting(agent, post)) == 1


def test_an_older_copy_under_the_open_connection_is_seen(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    agent = start()
    assert answers(agent, post) == ["confirmed"]
    put(tmp_path, POLICE, date(2026, 8, 31))

    assert answers(agent, post) == []
    put(tmp_path, POLICE)
    assert waiting(agent, post) == ["confirmed"]


@pytest.mark.parametrize(("missing", "told"), [(4, ["confirmed"]), (5, []), (40, [])])
def test_a_copy_with_more_than_a_tenth_missing_is_seen(
    start: Start, post: EmbeddedTransport, tmp_path: Path, missing: int, told: list[str]
) -> None:
    agent = start()
    put(tmp_path, MANY)
    assert answers(agent, post) == ["confirmed"]
    put(tmp_path, {**MANY, "member": MANY["member"][:-missing]})

    assert answers(agent, post) == told


def test_rows_that_go_one_by_one_are_counted_together(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    """Each look alone would find a few missing: what counts is the most that there ever was."""
    agent = start()
    put(tmp_path, MANY)
    change(tmp_path, "UPDATE source SET entries = 0")
    told = [answers(agent, post)]
    for number in range(10, 16):
        change(tmp_path, f"DELETE FROM member WHERE household = 'H{number}'")
        told.append(answers(agent, post))

    assert told == [["confirmed"]] * 5 + [[], []]


def test_a_store_emptied_while_it_is_asked_says_nothing(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    def find(_records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
        change(tmp_path, "DELETE FROM member")
        return [finding("no_record", "") for _ in questions]  # type: ignore[arg-type]

    assert answers(start(kinship=handler(find, TABLES=("member",))), post) == []


@pytest.mark.parametrize("rows", [{}, {**MANY, "member": MANY["member"][:30]}])
def test_a_restart_forgets_nothing(start: Start, post: EmbeddedTransport, tmp_path: Path, rows: dict[str, list[Row]]) -> None:
    first = start()
    put(tmp_path, MANY)
    assert answers(first, post) == ["confirmed"]
    first.close()
    put(tmp_path, rows)
    second = start()

    assert answers(second, post) == []
    put(tmp_path, MANY)
    assert waiting(second, post) == ["confirmed"]


def test_what_is_remembered_is_counts_and_days(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    answers(start(), post)

    assert json.loads((tmp_path / "seen.json").read_text()) == {
        "rows": {"member": 7, "former": 1}, "days": {"kinship": "2026-09-01"},
    }  # fmt: skip


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"rows": {"member": "many"}, "days": 1}'])
def test_a_memory_that_cannot_be_read_is_an_empty_one(start: Start, post: EmbeddedTransport, tmp_path: Path, kept: str) -> None:
    (tmp_path / "seen.json").write_text(kept)

    assert answers(start(), post) == ["confirmed"]


def test_where_nothing_can_be_written_the_agent_remembers_as_long_as_it_runs(
    connect: Callable[[], EmbeddedTransport], post: EmbeddedTransport, tmp_path: Path
) -> None:
    put(tmp_path, MANY)
    agent = Agent("police", connect, HANDLERS, RecordPlace(tmp_path, tmp_path / "police.sqlite" / "seen.json"), lambda: NOW)
    assert answers(agent, post) == ["confirmed"]
    put(tmp_path, {**MANY, "member": MANY["member"][:30]})

    assert answers(agent, post) == []
    agent.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM source WHERE item = 'kinship'",
        "UPDATE source SET as_of = '2026-09-02'",
        "UPDATE source SET as_of = 'lately'",
        "UPDATE source SET entries = entries + 2",
        "DROP TABLE member",
    ],
)
def test_a_store_that_says_what_cannot_be_answers_nothing(
    start: Start, post: EmbeddedTransport, tmp_path: Path, statement: str
) -> None:
    agent = start()
    change(tmp_path, statement)

    assert answers(agent, post) == []
    assert says_away(agent, post)


def test_a_store_of_before_that_declares_no_entries_is_read(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    agent = start()
    change(tmp_path, "ALTER TABLE source DROP COLUMN entries")

    assert answers(agent, post) == ["confirmed"]


def test_a_strangers_store_needs_nothing_of_ours_and_is_looked_at_all_the_same(
    start: Start, post: EmbeddedTransport, tmp_path: Path
) -> None:
    def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
        dogs = records.execute("SELECT count(*) FROM dog").fetchone()[0]
        return [finding("confirmed" if dogs else "no_record", "") for _ in questions]  # type: ignore[arg-type]

    agent = start(dog=handler(find))
    (tmp_path / "police.sqlite").unlink()
    change(tmp_path, "CREATE TABLE dog (number)", "CREATE TABLE source (url)", "INSERT INTO dog VALUES (1), (2), (3)")
    question = about("death", SON).model_copy(update={"item": "dog"})
    assert answers(agent, post, question) == ["confirmed"]
    change(tmp_path, "DELETE FROM dog WHERE number = 1")
    assert answers(agent, post, question) == ["confirmed"]
    change(tmp_path, "DELETE FROM dog")
    assert answers(agent, post, question) == []


def test_a_handler_may_say_itself_that_its_records_are_away(start: Start, post: EmbeddedTransport) -> None:
    asked: list[int] = []

    def find(_records: None, questions: Sequence[Question]) -> list[Finding]:
        asked.append(len(questions))
        raise RecordsAway

    post.publish([letter(about("death", SON), f"HC{n}") for n in range(20)])
    agent = start(death=handler(find, open_records=lambda _path: None))

    assert agent.answer_once() == 0
    assert asked == [20], "the records are away for all of them: none is tried alone"
    assert says_away(agent, post)


def test_where_nothing_changed_nothing_is_counted_again(start: Start, tmp_path: Path) -> None:
    start()
    store, seen = RecordStore("kinship", HANDLERS["kinship"], tmp_path / "police.sqlite", SeenStore()), list[str]()
    store.look(NOW)
    store.records.set_trace_callback(seen.append)
    store.look(NOW)
    store.look(NOW)
    store.close()

    assert seen == ["PRAGMA data_version"] * 2


def test_every_packaged_handler_names_the_tables_that_it_reads(tmp_path: Path) -> None:
    named: dict[str, Any] = {item: getattr(one, "TABLES", ()) for item, one in HANDLERS.items()}

    assert [item for item, tables in named.items() if not tables] == []


def test_a_question_about_what_the_store_never_held_goes_to_a_person(start: Start, post: EmbeddedTransport, tmp_path: Path) -> None:
    """A case that was sent on to a unit whose machine has nothing for it: no dead letter, no waiting, and no alarm."""
    with sqlite3.connect(tmp_path / "police.sqlite") as store:
        store.execute("DELETE FROM source WHERE item = 'kinship'")
        store.execute("DROP TABLE member")
    store.close()
    agent = start()

    assert answers(agent, post) == ["not_digitised"]
    assert not says_away(agent, post)
