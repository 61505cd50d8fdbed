"""`hecha doctor`: looks at an installation and says what to mend."""

import typer

from deploy.cli.starting import settings_or_exit
from deploy.operations.consoles import console
from deploy.operations.doctor import examine


def doctor() -> None:
    """Looks at the settings, the database, the broker, the catalogue and the clock, and says what to mend."""
    good = examine(settings_or_exit(), console)
    raise typer.Exit(0 if good else 1)
