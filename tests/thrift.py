"""What makes a run of thousands of tests cheaper: statements compiled once for all databases, and fewer rounds of the collector."""

import gc
from typing import Any

from sqlalchemy import util
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine

STATEMENTS = 5000  # the whole house has fewer


def be_thrifty() -> None:
    """From now on all engines of this process share what they compile, and its many lasting objects are looked through more rarely.

    Each test has a database, and so an engine, of its own; compiling its statements anew took a quarter of its time.
    """
    gc.set_threshold(100_000, 50, 100)
    _share_statements()


def _share_statements() -> None:
    known: util.LRUCache[Any, Any] = util.LRUCache(STATEMENTS)
    Engine._compiled_cache = property(lambda _engine: known, lambda _engine, _own: None)  # type: ignore[assignment]
    # The cache asks for whom a statement was compiled: dialects of one kind are set up alike here (storage/database.py).
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[assignment, method-assign]
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[assignment, method-assign]
