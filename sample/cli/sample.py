"""`hecha sample`: loads the invented city into an empty database."""

from deploy.cli.joining import joined
from deploy.cli.starting import settings_or_exit
from deploy.migrate import migrate_database
from deploy.operations.consoles import console
from sample.load import load_if_empty


def sample() -> None:
    """Loads the invented sample city into an empty database, as `hecha up` does by itself."""
    assembly = joined(settings_or_exit())
    migrate_database(assembly.database)
    loaded = load_if_empty(assembly, console)
    assembly.declare()
    console.print("The sample city is loaded." if loaded else "There are units already: nothing was loaded.")
