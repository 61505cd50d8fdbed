"""Backup and restore: one moment of a house, into an empty place on either database, with a trail that holds and goes on."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, delete, select

from broker import outbox
from broker.letter import hash_of
from broker.outbox import Outgoing
from cases.case import Case
from cases.letters import stands
from cases.lifecycle import State
from cases.trail.checkpoint_copies import Copies
from cases.trail.checkpoint_key import SigningKey
from cases.trail.trail import Trail
from cases.trail.trail_verification import verify_all
from deploy.migrate import migrate_database
from deploy.operations.backup import MANIFEST, Backup, write_backup
from deploy.operations.backup_keys import WrongPassphrase, open_keys, seal_keys
from deploy.operations.backup_rows import rows_of, tables_kept
from deploy.operations.restore import BackupFile, NoBackup, NotEmpty, ask_again, restore_rows, settle_trail
from deploy.schema_version import is_current
from storage.database import Database
from storage.vault import Keys, Vault
from tests.nodes import PostgresNode
from tests.rooms.cases.trail.strongroom import KEY, checkpoint
from tests.rooms.county import CLERK, MACHINE, MONDAY, County, settle, wish
from tests.vaults import VAULT

Maker = Callable[[str], Database]
on_files = pytest.mark.parametrize("lived_in", ["sqlite"], indirect=True)


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Makes an empty database of this kind, without a single table."""
    made: list[Database] = []

    def make(kind: str) -> Database:
        name = f"b{uuid4().hex[:12]}"
        node: PostgresNode | None = request.getfixturevalue("postgres") if kind == "postgresql" else None
        made.append(Database(node.fresh_database(name) if node else f"sqlite:///{tmp_path / name}.sqlite", VAULT))
        return made[-1]

    yield make
    for database in made:
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def lived_in(request: pytest.FixtureRequest, empty_place: Maker) -> County:
    """A county on each kind of database whose tables the migrations made, in which things have happened."""
    database = empty_place(request.param)
    migrate_database(database)
    county = settle(database)
    county.asked_into(State.ANSWERED, 3)
    (number,) = county.asked_into(State.WITH_CONTACT)
    county.tick()
    county.move(number, "answer", CLERK)
    checkpoint(county)
    county.moves([wish(county.ask()[0], "hand_over", MACHINE)])
    return county


def everything(database: Database) -> dict[str, list[bytes]]:
    """All rows of all tables that are kept."""
    with database.snapshot() as session:
        return {name: sorted(rows_of(session.connection(), name, columns)) for name, columns in tables_kept()}


def brought(county: County, target: Database, file: Path) -> BackupFile:
    """Backs the county up and restores it there."""
    write_backup(county.database, KEY, file, county.now)
    backup = BackupFile(file)
    restore_rows(target, backup, backup.check(KEY))
    return backup


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_row_comes_back_on_either_database(lived_in: County, empty_place: Maker, tmp_path: Path, kind: str) -> None:
    target = empty_place(kind)
    brought(lived_in, target, tmp_path / "house.backup")

    assert everything(target) == everything(lived_in.database)
    assert is_current(target)


def test_the_restored_trail_is_whole_says_that_it_was_restored_and_goes_on(
    lived_in: County, empty_place: Maker, tmp_path: Path
) -> None:
    target, copies = empty_place("sqlite" if lived_in.database.sqlite else "postgresql"), Copies(tmp_path / "checkpoints")
    backup = brought(lived_in, target, tmp_path / "house.backup")
    report = settle_trail(target, KEY, copies, backup.told, lived_in.now)
    again = County(target, lived_in.now)
    again.asked_into(State.AT_DESK)
    checkpoint(again)

    assert (report.faults, report.checkpoints) == ([], 1)
    assert report.lines == 3 * 2 + 5 + 2 + 1
    with target.snapshot() as session:
        assert verify_all(session, KEY, copies.all()).faults == []
        assert session.exec(select(Trail.action).where(col(Trail.number) == "")).all() == ["restore"]


@on_files
def test_questions_that_were_under_way_are_asked_once_more(lived_in: County, empty_place: Maker, tmp_path: Path) -> None:
    carried, waiting, target = lived_in.ask(3), lived_in.ask(2), empty_place("sqlite")
    with lived_in.database.write() as session:  # the relay has carried these away, and the post is not in the backup
        session.execute(delete(Outgoing).where(col(Outgoing.about).not_in(waiting)))
    brought(lived_in, target, tmp_path / "house.backup")

    assert ask_again(target, lived_in.now, at_most=2) == 3
    with target.read() as session:
        letters = outbox.oldest(session, 100, lock=False).values()
        assert sorted(letter.about for letter in letters) == sorted(carried + waiting)
        cases = {case.number: case for case in session.exec(select(Case))}
        assert all(stands(cases[one.about].question_hashes, hash_of(one.sealed_body())) for one in letters)
    assert ask_again(target, lived_in.now) == 0


def test_a_backup_is_one_moment_whatever_is_written_meanwhile(
    lived_in: County, empty_place: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, before = tables_kept(), everything(lived_in.database)

    def busy() -> Iterator[object]:
        for one in kept:
            yield one
            lived_in.ask()

    monkeypatch.setattr("deploy.operations.backup.tables_kept", busy)  # lets others write amid it
    write_backup(lived_in.database, KEY, tmp_path / "house.backup", lived_in.now)
    target, backup = empty_place("sqlite"), BackupFile(tmp_path / "house.backup")
    restore_rows(target, backup, backup.check(KEY))

    assert everything(target) == before
    assert everything(lived_in.database) != before


def test_a_place_with_something_in_it_is_left_alone(lived_in: County, tmp_path: Path) -> None:
    before = everything(lived_in.database)

    with pytest.raises(NotEmpty):
        brought(lived_in, lived_in.database, tmp_path / "house.backup")
    assert everything(lived_in.database) == before


@on_files
@pytest.mark.parametrize("member", ["tables/trail.jsonl", "tables/cases.jsonl", MANIFEST])
def test_a_changed_backup_restores_nothing(lived_in: County, empty_place: Maker, tmp_path: Path, member: str) -> None:
    file, changed, target = tmp_path / "house.backup", tmp_path / "changed.backup", empty_place("sqlite")
    write_backup(lived_in.database, KEY, file, lived_in.now)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"asker", b"bsker") if name == member != MANIFEST else content)
        thief = SigningKey(Vault(Keys.make()))
    backup = BackupFile(changed)
    with pytest.raises(NoBackup):
        restore_rows(target, backup, backup.check(thief if member == MANIFEST else KEY))

    migrate_database(target)
    assert not any(everything(target).values())


@on_files
def test_a_backup_tells_nothing_in_clear_that_the_database_keeps_sealed(lived_in: County, tmp_path: Path) -> None:
    (asked,) = lived_in.ask()
    subjects = lived_in.case(asked).subjects.values()
    made = write_backup(lived_in.database, KEY, tmp_path / "house.backup", lived_in.now)
    with zipfile.ZipFile(tmp_path / "house.backup") as archive:
        text = b"".join(map(archive.read, archive.namelist())).decode()

    assert isinstance(made, Backup)
    assert made.rows > 60
    assert not [one for one in subjects if one.id_number and one.id_number in text]
    assert (tmp_path / "house.backup").stat().st_mode & 0o777 == 0o600


@on_files
def test_a_file_that_is_there_is_not_written_over(lived_in: County, tmp_path: Path) -> None:
    (tmp_path / "house.backup").write_text("the only one")

    with pytest.raises(FileExistsError):
        write_backup(lived_in.database, KEY, tmp_path / "house.backup", MONDAY)
    assert [path.name for path in tmp_path.iterdir() if "house" in path.name] == ["house.backup"]


def test_keys_open_with_their_passphrase_alone() -> None:
    keys = {"secret.keys": b"k1:abc", "letters/house.json": b"{}"}
    sealed = seal_keys(keys, "a long passphrase", cost=1 << 10)

    assert open_keys(sealed, "a long passphrase") == keys
    assert b"k1:abc" not in sealed
    for broken in (sealed[:-1], sealed[:20] + b"x" + sealed[21:], b"", b"hecha keys 1\n" + b"\xff" * 60):
        with pytest.raises(WrongPassphrase):
            open_keys(broken, "a long passphrase")
    with pytest.raises(WrongPassphrase):
        open_keys(sealed, "another passphrase")
