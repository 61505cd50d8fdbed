"""Private files: their modes, whole or not at all, and who was first."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from broker.transports.letter_file import LetterFile
from deploy.migrate import migrate_database
from storage.database import Database
from storage.private_files import alone_in, open_privately, write_privately


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


@pytest.mark.parametrize(("before", "after"), [(0o640, 0o640), (0o600, 0o600), (0o644, 0o600)])
def test_a_file_that_is_replaced_keeps_its_mode_unless_everybody_could_read_it(tmp_path: Path, before: int, after: int) -> None:
    write_privately(tmp_path / "secret", "first")
    (tmp_path / "secret").chmod(before)
    write_privately(tmp_path / "secret", "second")

    assert (tmp_path / "secret").stat().st_mode & 0o777 == after


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files to others")
def test_what_root_writes_belongs_to_who_owns_the_file_or_the_folder(tmp_path: Path) -> None:
    """`hecha keys rotate house` as root left the keys to root, and the parts that run as hecha died at their next start."""
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 4321, 4322)
    write_privately(home / "keys" / "letters" / "house.json", "first")
    os.chown(home / "keys" / "letters" / "house.json", 4323, 4324)
    write_privately(home / "keys" / "letters" / "house.json", "second")
    write_privately(home / "keys" / "letters" / "unit.json", "anew", anew=True)
    with alone_in(home / "checkpoints"), os.fdopen(open_privately(home / "checkpoints" / "2026-09.jsonl"), "w"):
        pass

    owners = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in home.rglob("*")}
    assert owners == {
        "keys": (4321, 4322), "letters": (4321, 4322), "house.json": (4323, 4324), "unit.json": (4321, 4322),
        "checkpoints": (4321, 4322), ".lock": (4321, 4322), "2026-09.jsonl": (4321, 4322),
    }  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files to others")
def test_databases_that_root_makes_belong_to_the_folders_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 4321, 4322)
    database = Database(f"sqlite:///{tmp_path / 'hecha.sqlite'}")
    migrate_database(database)
    letters = LetterFile(str(tmp_path / "broker.sqlite"))
    letters.declare(["dead"])

    found = {path.name: path.stat() for path in tmp_path.glob("*.sqlite*")}
    letters.close()
    database.close()
    assert {"hecha.sqlite", "hecha.sqlite-wal", "broker.sqlite", "broker.sqlite-wal"} <= set(found)
    assert {(one.st_uid, one.st_gid, one.st_mode & 0o777) for one in found.values()} == {(4321, 4322, 0o600)}
