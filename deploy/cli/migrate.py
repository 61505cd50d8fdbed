"""`hecha migrate`: migrates the database to this version."""

from deploy.cli.joining import fill_or_exit, joined
from deploy.cli.starting import settings_or_exit, tell
from deploy.migrate import migrate_database
from deploy.operations.consoles import console


def migrate() -> None:
    """Brings the database to this version; safe to repeat."""
    assembly = joined(settings_or_exit())
    console.print(migrate_database(assembly.database, tell))
    fill_or_exit(assembly)
    assembly.declare()
