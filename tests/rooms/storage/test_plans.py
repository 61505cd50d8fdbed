"""What was planned in an empty house reads no whole table once it has grown, even before the server has counted (PostgreSQL)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from access.principal import Principal
from broker import inbox, outbox
from broker.letter import Letter
from cases.lifecycle import Actor
from cases.moves import Move, Mover, make_moves
from cases.question import Question
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.submit import Submission, submit
from requesters.own_cases.unread import mark_unread
from storage.postgresql import pipeline
from tests.bench.copies import Copies
from tests.bench.crowd import Crowd, fill
from tests.nodes import PostgresNode
from tests.town import ASKER, Town, questions

TOUCHED = "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
GENERIC = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'h%' AND generic_plans > 0"
MOST = 200  # rows that a step may look at, in a house of any size


@pytest.fixture
def town(postgres: PostgresNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(pipeline, "PLANS_HOLD", 3600.0)  # nobody thinks again
    with postgres.database() as url:
        town = Town(tmp_path, url, f"embedded://{tmp_path / 'broker.sqlite'}").found()
        yield town
        town.close()


def life(town: Town, plain: dict[str, object]) -> Mapping[str, int]:
    """How many rows each step of a case's life touches."""
    now, reader, rulebook = datetime.now(UTC), Principal("bank2", "", ASKER, frozenset({"asker"}), "zh"), town.house.rulebook
    asked = Submission(Question.model_validate(plain), ASKER, "bank1", uuid4().hex)
    numbers: list[str] = []
    letter = Letter(to="findings", kind="finding", about="", body={}, posted_at=now)
    withdraw = lambda: Move(numbers[0], "withdraw", Mover(Actor.ASKER, "bank1", ASKER))  # noqa: E731
    steps: dict[str, Callable[[Session], object]] = {
        "ask": lambda session: numbers.extend(map(str, submit(session, [asked], now, rulebook))),
        "look": lambda session: trail.write(session, [TrailLine.of_person(reader, now, "look", numbers[0])]),
        "carry": lambda session: outbox.take(session, 500),
        "take in": lambda session: inbox.fresh(session, "findings", [letter], now),
        "move": lambda session: make_moves(session, [withdraw()], now, rulebook),
        "mark": lambda session: mark_unread(session, numbers, now),
    }
    return {name: _touched(town, step) for name, step in steps.items()}


def _touched(town: Town, step: Callable[[Session], object]) -> int:
    with town.house.database.write(by_key=True) as session:
        step(session)
        return int(session.execute(text(TOUCHED)).scalar_one() or 0)


def test_what_was_planned_in_an_empty_house_reads_no_whole_table_of_a_large_one(town: Town) -> None:
    asked = iter(questions(60))
    for _ in range(12):
        life(town, next(asked))
    with town.house.database.write(by_key=True) as session:
        planned_once = session.execute(text(GENERIC)).scalar_one()
    fill(town, Crowd(600, 40))
    with psycopg.connect(town.house.database.url.replace("+psycopg", ""), autocommit=True) as connection:
        Copies(connection).add(20_000)

    touched = [life(town, next(asked)) for _ in range(3)][-1]

    assert planned_once >= 10
    assert {step: rows for step, rows in touched.items() if rows > MOST} == {}
