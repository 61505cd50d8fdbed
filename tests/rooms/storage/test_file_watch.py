"""The look-out of SQLite files: who is woken by what, how many threads it takes, and what it leaves of write-ahead logs."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.sqlite.change_counter import ChangeCounter
from storage.sqlite.file_watch import SMALL, FileSignal, FileWatch
from tests.phones import until

PATIENCE = 5.0


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A file in which something can be written."""
    file = str(tmp_path / "watched.sqlite")
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("CREATE TABLE thing (name TEXT)")
    connection.close()
    return file


@pytest.fixture
def writer(path: str) -> Iterator[sqlite3.Connection]:
    """Somebody who writes into it."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def listening(path: str, *topics: str) -> FileSignal:
    """A signal that has settled: what was there before it listened is told."""
    signal = FileWatch.listen(path, topics)
    while signal.wait(0.3):
        pass
    return signal


def test_each_transaction_counts_one_whoever_made_it_and_emptying_the_log_none(path: str, writer: sqlite3.Connection) -> None:
    counter = ChangeCounter(path)
    before = counter.read()
    for _ in range(5):
        writer.execute("INSERT INTO thing VALUES ('a')")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("COMMIT")
    counter.shrink()
    elsewhere = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(\"INSERT INTO thing VALUES ('b')\"); c.commit()"
    subprocess.run([sys.executable, "-c", elsewhere, path], check=True)

    assert counter.read() - before == 6
    counter.close()


def test_what_is_told_here_wakes_whom_it_concerns_and_nobody_else_later(path: str, writer: sqlite3.Connection) -> None:
    """Each letter woke two dozen readers a fifth of a second later: nobody knew whose change it was."""
    mine, others = listening(path, "mine"), listening(path, "others")
    for _ in range(20):
        writer.execute("INSERT INTO thing VALUES ('a')")
        FileWatch.wrote(path, ["mine"])

        assert mine.wait(PATIENCE)
    assert not others.wait(0.5)
    mine.close()
    others.close()


def test_what_nobody_here_has_told_wakes_everybody_soon(path: str, writer: sqlite3.Connection) -> None:
    signals = [listening(path, "mine"), listening(path, "others")]
    start = time.monotonic()
    writer.execute("INSERT INTO thing VALUES ('a')")

    assert all(signal.wait(PATIENCE) for signal in signals)
    assert time.monotonic() - start < 1
    for signal in signals:
        signal.close()


def test_a_commit_that_changed_nothing_hides_no_change_of_others(path: str, writer: sqlite3.Connection) -> None:
    signal = listening(path, "mine")
    FileWatch.wrote(path, ["others"], changed=False)
    writer.execute("INSERT INTO thing VALUES ('a')")

    assert signal.wait(PATIENCE)
    signal.close()


def test_any_number_of_files_and_listeners_take_one_thread_and_it_goes_with_the_last(tmp_path: Path) -> None:
    signals = [FileWatch.listen(str(tmp_path / f"{i % 3}.sqlite"), [str(i)]) for i in range(12)]

    assert sum(thread.name == "file-watch" for thread in threading.enumerate()) == 1
    for signal in signals:
        signal.close()
    until(lambda: not any(thread.name == "file-watch" for thread in threading.enumerate()))


def test_a_file_that_takes_the_place_of_the_watched_one_is_noticed(path: str, tmp_path: Path) -> None:
    signal = listening(path)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE thing (name TEXT)")
    connection.close()
    other.replace(path)

    assert signal.wait(PATIENCE)
    signal.close()


def test_a_long_log_is_emptied_once_it_is_calm(path: str, writer: sqlite3.Connection) -> None:
    """After an hour the file had 4 kB, and the log beside it 3 MB."""
    signal = listening(path)
    log = Path(f"{path}-wal")
    writer.execute("INSERT INTO thing VALUES (hex(randomblob(1000000)))")

    assert log.stat().st_size > SMALL
    until(lambda: log.stat().st_size <= SMALL)
    assert Path(path).stat().st_size > 1_000_000
    assert writer.execute("SELECT count(*) FROM thing").fetchone() == (1,)
    signal.close()


def test_a_log_that_somebody_reads_is_left_and_nobody_is_held_up(path: str, writer: sqlite3.Connection) -> None:
    signal = listening(path)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM thing").fetchone()
    writer.execute("INSERT INTO thing VALUES (hex(randomblob(1000000)))")
    time.sleep(1.0)  # the time in which it would be emptied
    writer.execute("INSERT INTO thing VALUES ('b')")

    assert reader.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    assert writer.execute("SELECT count(*) FROM thing").fetchone() == (2,)
    reader.close()
    signal.close()
