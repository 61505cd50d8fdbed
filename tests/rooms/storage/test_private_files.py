"""Private files: their modes, whole or not at all, and who was first."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from broker.transports.letter_file import LetterFile
from storage.database import Database
from storage.private_files import alone_in, write_privately


def test_a_private_file_is_its_owners_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret"
    path.parent.mkdir(mode=0o700)
    path.write_text("before")
    path.chmod(0o644)

    assert write_privately(path, "钥匙\n")
    assert path.read_text(encoding="utf-8") == "钥匙\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_made_for_its_owner(tmp_path: Path) -> None:
    write_privately(tmp_path / "keys" / "secret", b"\x00")

    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_anew_never_writes_over_what_is_there(tmp_path: Path) -> None:
    assert write_privately(tmp_path / "secret", b"first", anew=True)
    assert not write_privately(tmp_path / "secret", b"second", anew=True)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    write_privately(tmp_path / "secret", "first")
    with pytest.raises(UnicodeEncodeError):
        write_privately(tmp_path / "secret", "\ud800")

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]


def test_one_at_a_time_is_alone_in_a_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        other = Thread(target=lambda: enter(tmp_path))
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join(20)

    assert not other.is_alive()


def enter(folder: Path) -> None:
    with alone_in(folder):
        pass


@pytest.fixture
def open_umask() -> Iterator[None]:
    """New files are for everybody to read, as most systems have it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_no_database_can_be_read_by_others(tmp_path: Path) -> None:
    """Neither a new one nor one that was made before this was so, and nothing that SQLite lays beside them."""
    old = tmp_path / "old.sqlite"
    old.touch(0o644)
    databases = [Database(f"sqlite:///{path}") for path in (old, tmp_path / "new.sqlite")]
    for database in databases:
        with database.write() as session:
            session.connection().execute(text("CREATE TABLE one (name TEXT)"))
    letters = LetterFile(str(tmp_path / "letters.sqlite"))

    assert len(list(tmp_path.iterdir())) >= 6
    assert {path.name: oct(path.stat().st_mode) for path in tmp_path.iterdir() if path.stat().st_mode & 0o007} == {}
    letters.close()
    for database in databases:
        database.close()
