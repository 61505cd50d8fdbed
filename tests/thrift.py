"""What makes a run of thousands of tests cheaper: statements compiled once, files of the catalogue read once, a rarer collector."""

import gc
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import util
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine

from cases.catalogue import catalogue
from deploy import assembly

STATEMENTS = 5000  # the whole house has fewer


def be_thrifty() -> None:
    """From now on all engines of this process share what they compile, and its many lasting objects are looked through more rarely.

    Each test has a database, and so an engine, of its own; compiling its statements anew took a quarter of its time.
    """
    gc.set_threshold(100_000, 50, 100)
    _share_statements()
    _read_once()


def _read_once() -> None:
    """A file of the catalogue is read again only where it was written again; what it says is never changed in place."""
    read = catalogue._read

    @lru_cache(maxsize=2000)
    def remembered(file: Path, kind: Any, _written: int, _bytes: int) -> Any:
        return read(file, kind)

    def once(file: Path, kind: Any) -> Any:
        try:
            state = file.stat()
        except OSError:
            return read(file, kind)  # says what is wrong
        return remembered(file, kind, state.st_mtime_ns, state.st_size)

    catalogue._read = once
    _check_once()


def _check_once() -> None:
    """What the packaged files say together is checked once too; a city's own files are checked anew each time."""
    house: Any = assembly
    load, load_bundles = catalogue.load, house.load_bundles
    packaged = lru_cache(load)
    bundles = lru_cache(lambda: load_bundles(packaged()))

    def loaded(folders: Sequence[Path] = ()) -> Any:
        return load(folders) if folders else packaged()

    def loaded_bundles(known: Any, folders: Sequence[Path] = ()) -> Any:
        return bundles() if known is packaged() and not folders else load_bundles(known, folders)

    catalogue.load, house.load_bundles = loaded, loaded_bundles


def _share_statements() -> None:
    known: util.LRUCache[Any, Any] = util.LRUCache(STATEMENTS)
    Engine._compiled_cache = property(lambda _engine: known, lambda _engine, _own: None)  # type: ignore[assignment]
    # The cache asks for whom a statement was compiled: dialects of one kind are set up alike here (storage/database.py).
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
