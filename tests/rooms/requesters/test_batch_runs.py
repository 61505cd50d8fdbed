"""Confirmed batches are asked by themselves: whatever is killed, nothing is lost and nothing asked twice."""

import io
import threading
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import col, func, select

from requesters.batches import batch_runs, batches_api
from requesters.batches.batch_runs import Runner, start_batch
from requesters.batches.batches import Batch, BatchRow, Sender, drop_batch
from storage.database import Database
from tests.rooms.county import counted, long_remembered
from tests.rooms.requesters.test_batches import HEADER, NOW, cases_in, row, upload
from tests.routes import RULEBOOK, Doors, later, open_doors
from tests.sheets import xlsx

ME = Sender("bank", "asker")


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [batches_api.router])


def sent(doors: Doors, rows: int, first: int = 0) -> str:
    """An uploaded batch of so many good rows, each with a year of its own so that no two ask the same."""
    header = [*HEADER, "年份"]
    return str(upload(doors, xlsx({"s": [header, *([*row(n), 1990 + n] for n in range(first, first + rows))]})).json()["id"])


def confirm(doors: Doors, batch: str, again: bool = True) -> None:
    with doors.database.write() as session:
        start_batch(session, batch, ME, doors.now, again)


def runner(doors: Doors) -> Runner:
    return Runner(doors.database, lambda: doors.now, RULEBOOK)


def batch_in(doors: Doors, batch: str) -> Batch:
    with doors.database.read() as session:
        return session.get_one(Batch, batch)


def test_nothing_is_asked_before_the_word_and_everything_after_it(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_runs, "CHUNK", 3)  # several chunks of few rows
    batch, runs = sent(doors, 7), runner(doors)
    assert (runs.round(), cases_in(doors)) == (0, [])
    confirm(doors, batch)
    steps = [(runs.round(), batch_in(doors, batch).asked) for _ in range(4)]

    assert steps == [(1, 3), (1, 6), (1, 7), (0, 7)]
    assert cases_in(doors) == [f"B-{n}" for n in range(7)]
    assert batch_in(doors, batch).done_at is not None


def test_batches_take_turns(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small batch does not wait until a large one is through."""
    monkeypatch.setattr(batch_runs, "CHUNK", 2)  # several chunks of few rows
    large, small = sent(doors, 8), sent(doors, 1, first=20)
    for batch in (large, small):
        confirm(doors, batch)
        later(doors, seconds=1)
    runner(doors).round()

    assert (batch_in(doors, large).asked, batch_in(doors, small).asked) == (2, 1)


def test_runners_side_by_side_ask_each_row_once(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_runs, "CHUNK", 5)  # several chunks of few rows
    batch = sent(doors, 30)
    confirm(doors, batch)
    threads = [threading.Thread(target=lambda: [runner(doors).round() for _ in range(9)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(cases_in(doors)) == sorted(f"B-{n}" for n in range(30))
    assert batch_in(doors, batch).asked == 30


def test_a_batch_that_cannot_go_on_holds_up_no_other(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows stay as they are and are tried again."""
    bad, good = sent(doors, 1), sent(doors, 1, first=5)
    for batch in (bad, good):
        confirm(doors, batch)
        later(doors, seconds=1)
    whole = batch_runs.ask_chunk

    def stumbling(session: Any, batch_id: str, *rest: Any) -> int:
        if batch_id == bad:
            raise ValueError
        return whole(session, batch_id, *rest)

    monkeypatch.setattr(batch_runs, "ask_chunk", stumbling)  # a fault of ours that the house does not have
    assert (runner(doors).round(), cases_in(doors)) == (1, ["B-5"])
    # The fault is mended: the house's own again.
    monkeypatch.setattr(batch_runs, "ask_chunk", whole)
    assert (runner(doors).round(), cases_in(doors)) == (1, ["B-0", "B-5"])


def test_a_runner_starts_by_itself_and_stops_when_told(doors: Doors) -> None:
    batch, stop = sent(doors, 1), threading.Event()
    thread = threading.Thread(target=runner(doors).run, args=(stop,))
    thread.start()
    confirm(doors, batch)
    end = threading.Event()
    for _ in range(200):
        if batch_in(doors, batch).done_at:
            break
        end.wait(0.05)
    stop.set()
    thread.join(10)

    assert (cases_in(doors), thread.is_alive()) == (["B-0"], False)


@pytest.mark.parametrize(("again", "asked"), [(True, ["B-0", "B-0", "B-1"]), (False, ["B-0", "B-1"])])
def test_what_was_asked_lately_is_asked_again_only_where_wished(doors: Doors, again: bool, asked: list[str]) -> None:
    """Otherwise the row gets the earlier case, and its answer stands in the sheet of answers."""
    first = sent(doors, 1)
    confirm(doors, first)
    runner(doors).round()
    later(doors, days=89)
    second = sent(doors, 2)
    confirm(doors, second, again)
    runner(doors).round()
    with doors.database.read() as session:
        numbers = session.exec(select(BatchRow.number).where(BatchRow.batch == second).order_by(col(BatchRow.row))).all()
        earlier = session.exec(select(BatchRow.number).where(BatchRow.batch == first)).one()

    assert (cases_in(doors), batch_in(doors, second).asked, len(set(numbers))) == (asked, 2, 2)
    assert (numbers[0] == earlier) == (not again)


@pytest.mark.parametrize(("state", "days"), [("withdrawn", 1), ("answered", 91)])
def test_what_was_withdrawn_or_asked_long_ago_is_new(doors: Doors, state: str, days: int) -> None:
    confirm(doors, sent(doors, 1))
    runner(doors).round()
    with doors.database.write() as session:
        session.connection().exec_driver_sql(f"UPDATE cases SET state = '{state}'")
    later(doors, days=days)
    batch = sent(doors, 1)
    with doors.database.read() as session:
        assert session.exec(select(BatchRow.earlier).where(BatchRow.batch == batch)).all() == [""]


def test_bad_rows_come_back_as_a_sheet_that_can_be_put_right_and_uploaded(doors: Doors) -> None:
    """As they were typed, with the reason beside them; the reason is not read again."""
    made = upload(
        doors, xlsx({"s": [HEADER, row(0), row(1, id="330725196205140016"), row(2, relation="uncle", name="@SUM(A1)")]})
    ).json()
    fetched = doors.client("asker").get(f"/api/v1/batches/{made['id']}/bad-rows.xlsx")
    book = load_workbook(io.BytesIO(fetched.content))
    sheet = book.worksheets[0]
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]

    assert [line[3] for line in cells[1:]] == ["吴一", "@SUM(A1)"]
    assert [cell.data_type for cell in sheet[3]].count("f") == 0
    assert "check digit" in str(cells[1][-1])
    heads = [str(head).rstrip("*") for head in cells[0]]
    sheet.cell(2, heads.index("Person: ID number") + 1, "330725196205140015")
    sheet.cell(3, heads.index("The relative is the person's") + 1, "father")
    kept = io.BytesIO()
    book.save(kept)

    again = upload(doors, kept.getvalue()).json()
    assert (again["good"], again["bad"]) == (2, 0), again["errors"]


def test_what_was_typed_is_forgotten_with_the_batch(doors: Doors) -> None:
    batch = str(upload(doors, xlsx({"s": [HEADER, row(0), row(1, relation="uncle")]})).json()["id"])
    with doors.database.write() as session:
        drop_batch(session, batch)
    with doors.database.read() as session:
        rows = session.exec(select(func.count()).select_from(BatchRow)).one()

    assert (rows, doors.client("asker").get(f"/api/v1/batches/{batch}").status_code) == (0, 404)


def test_a_round_costs_the_same_for_two_rows_and_for_twenty(doors: Doors) -> None:
    def statements(rows: int, first: int) -> int:
        confirm(doors, sent(doors, rows, first))
        with counted(doors.database) as seen:
            runner(doors).round()
        return len(seen)

    with long_remembered():
        statements(2, 22)  # what changes rarely is remembered from now on
        assert statements(2, 0) == statements(20, 30)
