"""Restoring a backup into an empty database, verified before and after; without sessions."""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, table
from sqlmodel import col, select

from broker import outbox
from broker.outbox import Outgoing
from cases.case import Case
from cases.letters import hashes_with, question_again
from cases.lifecycle import State
from cases.moves import CASES
from cases.trail import trail
from cases.trail.checkpoint_copies import Copies
from cases.trail.checkpoint_key import CheckpointNotSigned, HouseKey, SigningKey, said_in
from cases.trail.checkpoints import Checkpoint
from cases.trail.trail_line import TrailLine
from cases.trail.trail_verification import Report, verify_all
from deploy.migrate import config_for, migrate_database, take_turn
from deploy.operations.backup import KEYS, KIND, MANIFEST, VERSION
from deploy.operations.backup_rows import go_on_counting, is_empty, put_rows
from storage.bulk_rows import update_rows
from storage.database import Database

AT_ONCE = 500  # questions


class NoBackup(Exception):
    """The file is none of `hecha backup`, is broken, or was not made by a house with these keys."""


class NotEmpty(Exception):
    """Something is there already."""


class TooNew(Exception):
    """A newer version of Hecha made the backup."""


class BackupFile:
    """A backup that is open for reading."""

    def __init__(self, path: Path) -> None:
        """Raises NoBackup, OSError."""
        try:
            self._archive = zipfile.ZipFile(path)
            self._manifest = self._archive.read(MANIFEST).decode()
            self.told = said_in(self._manifest)
        except (zipfile.BadZipFile, KeyError, ValueError):
            raise NoBackup from None

    @property
    def keys(self) -> bytes:
        """The house's keys, sealed; empty where they were left out."""
        return self._archive.read(KEYS) if self.told.get("keys") else b""

    def check(self, key: HouseKey) -> Mapping[str, Any]:
        """What the house signed about it. Raises NoBackup, TooNew."""
        try:
            told = key.check(self._manifest, KIND)
        except CheckpointNotSigned:
            raise NoBackup from None
        if told.get("v") != VERSION or told["revision"] not in _revisions():
            raise TooNew
        return told

    def lines(self, one: Mapping[str, Any]) -> Iterator[bytes]:
        """The rows of a table; after the last one raises NoBackup if they are not those that were signed."""
        digest, rows = hashlib.sha256(), 0
        try:
            member: IO[bytes]
            with self._archive.open(f"tables/{one['name']}.jsonl") as member:
                for line in member:
                    digest.update(line)
                    rows += 1
                    yield line
        except (zipfile.BadZipFile, KeyError):
            raise NoBackup from None
        if (rows, digest.hexdigest()) != (one["rows"], one["sha256"]):
            raise NoBackup


def _revisions() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()}


def restore_rows(database: Database, backup: BackupFile, told: Mapping[str, Any]) -> int:
    """Puts every row where it was, all or none, and brings the database to this version. Raises NotEmpty, NoBackup."""
    with database.engine.connect() as connection:
        if not database.sqlite:
            take_turn(connection)
        if not is_empty(connection):
            raise NotEmpty
        command.upgrade(config_for(connection), told["revision"])
        connection.commit()
    with database.engine.begin() as connection:
        count = _put_all(connection, backup, told["tables"])
        go_on_counting(connection)
    migrate_database(database)
    return count


def _put_all(connection: Connection, backup: BackupFile, tables: Sequence[Mapping[str, Any]]) -> int:
    for one in reversed(tables):  # whatever the migrations themselves put in
        connection.execute(delete(table(one["name"])))
    return sum(put_rows(connection, one["name"], one["columns"], backup.lines(one)) for one in tables)


def ask_again(database: Database, now: datetime, at_most: int = AT_ONCE) -> int:
    """Asks once more what had left the house and was not answered: what lay in the post is not in a backup. Says how many."""
    count, last = 0, ""
    waiting = select(Outgoing.about).where(Outgoing.kind == "question")
    while True:
        with database.write() as session:
            asked = select(Case).where(Case.state == State.ASKED.value, col(Case.number) > last, col(Case.number).not_in(waiting))
            cases = session.exec(asked.order_by(Case.number).limit(at_most)).all()
            letters = [question_again(case, now) for case in cases]
            hashes = [hashes_with(case.question_hashes, letter) for case, letter in zip(cases, letters, strict=True)]
            rows = [{"b_number": case.number, "question_hashes": found} for case, found in zip(cases, hashes, strict=True)]
            update_rows(session, CASES, {"number": "b_number"}, rows)
            outbox.post(session, letters)
        if not cases:
            return count
        count, last = count + len(cases), cases[-1].number


def settle_trail(database: Database, key: SigningKey, copies: Copies, told: Mapping[str, Any], now: datetime) -> Report:
    """Verifies the trail, keeps copies of its checkpoints here, and writes on it that this was restored."""
    with database.snapshot() as session:
        report = verify_all(session, key, {})
        copies.add(session.exec(select(Checkpoint).order_by(col(Checkpoint.number))).all())
    details = {"made": told["at"], "checkpoint": told["checkpoint"]}
    with database.write() as session:
        trail.write(session, [TrailLine(now, "restore", "person", "hecha restore", details=details)])
    return report
