"""Backup: one snapshot of the database as one signed file; with the keys, encrypted, only if wished."""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from cases.trail.chain import moment
from cases.trail.checkpoint_key import SigningKey
from cases.trail.checkpoints import last_checkpoint
from deploy.operations.backup_rows import rows_of, tables_kept
from deploy.schema_version import current_revision
from storage.database import Database
from storage.json import Json

VERSION, KIND = 1, "hecha-backup"
MANIFEST, KEYS = "manifest.jws", "keys.sealed"


@dataclass(frozen=True, slots=True)
class Backup:
    """What was put into a file."""

    rows: int
    tables: int
    checkpoint: int
    with_keys: bool


def write_backup(database: Database, key: SigningKey, file: Path, now: datetime, sealed_keys: bytes = b"") -> Backup:
    """Writes the file, whole or not at all. Raises FileExistsError, OSError."""
    scratch = file.with_name(f".{file.name}.part")
    if file.exists():
        raise FileExistsError(file)
    number = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(number, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                made = _write(archive, database, key, now, sealed_keys)
            raw.flush()
            os.fsync(raw.fileno())
        scratch.rename(file)
    finally:
        scratch.unlink(missing_ok=True)
    return made


def _write(archive: zipfile.ZipFile, database: Database, key: SigningKey, now: datetime, sealed_keys: bytes) -> Backup:
    with database.snapshot() as session:
        connection = session.connection()
        revision, last = current_revision(connection), last_checkpoint(session)
        tables = []
        for name, columns in tables_kept():
            counted = _member(archive, f"tables/{name}.jsonl", rows_of(connection, name, columns))
            tables.append({"name": name, "columns": [list(column) for column in columns], **counted})
    if sealed_keys:
        archive.writestr(KEYS, sealed_keys)
    told: Mapping[str, Any] = {"v": VERSION, "at": moment(now), "hecha": metadata.version("hecha"), "revision": revision}
    checkpoint = last.number if last else 0
    keys = hashlib.sha256(sealed_keys).hexdigest() if sealed_keys else ""
    archive.writestr(MANIFEST, key.sign({**told, "tables": tables, "checkpoint": checkpoint, "keys": keys}, KIND))
    return Backup(sum(int(one["rows"]) for one in tables), len(tables), checkpoint, bool(sealed_keys))


def _member(archive: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> Json:
    """How many rows were written, and the hash of them all."""
    digest, rows = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            member.write(line)
            digest.update(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}
