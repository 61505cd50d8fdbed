"""Which version of the tables a database has, and whether this program can work with it; the migrations themselves: migrate.py."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database

FOLDER = Path(__file__).parent / "migrations"
TABLE = "alembic_version"  # in which Alembic, which is not loaded for this, writes what it has applied


@cache
def known_revisions() -> tuple[str, ...]:
    """Those that this program knows, the newest last: as the files begin that make them."""
    return tuple(sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")))


def current_revision(connection: Connection) -> str:
    """The revision a database has; empty for a new one."""
    if not inspect(connection).has_table(TABLE):
        return ""
    return connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar() or ""


def is_current(database: Database) -> bool:
    """Whether the database has this version's tables, or those of a newer one: each leaves the version before able to run."""
    with database.engine.connect() as connection:
        found = current_revision(connection)
    return found == known_revisions()[-1] or bool(found and found not in known_revisions())
