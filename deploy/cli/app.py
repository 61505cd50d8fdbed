"""The command `hecha`: its subcommands, each imported only when it is called."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from deploy.cli.commands import COMMANDS


class Commands(TyperGroup):
    """Knows every command by name, and imports the one that is asked for. Typer keeps the types of its methods to itself."""

    _listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order in which the help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, from its file; None where there is none. While they are listed only its name and help."""
        if cmd_name not in COMMANDS:
            return None
        place, words = COMMANDS[cmd_name]
        if self._listing:
            return TyperCommand(cmd_name, help=words)
        import_module("deploy.cli.without_rich")
        module, _, name = place.partition(":")
        found = getattr(import_module(module), name)
        if not isinstance(found, typer.Typer):
            found, function = typer.Typer(add_completion=False, pretty_exceptions_enable=False), found
            found.command(cmd_name)(function)
        command = get_command(found)
        command.name = cmd_name
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help lists the commands without loading any."""
        with self._listed():
            super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """So does the shell when it completes a name."""
        with self._listed():
            return super().shell_complete(ctx, incomplete)

    @contextmanager
    def _listed(self) -> Iterator[None]:
        self._listing = True
        try:
            yield
        finally:
            self._listing = False

    def invoke(self, ctx: Any) -> Any:
        """Runs the command. What is wrong with the database ends it with a line that says what to mend, and no traceback."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Where nothing of a database was loaded nothing can be wrong with it.
            words = "sqlalchemy" in sys.modules and import_module("storage.database_troubles").told_by(error)
            if not words:
                raise
            import_module("deploy.cli.starting").end(words)


app = typer.Typer(
    cls=Commands, help="Hecha (核查): verification between departments.", no_args_is_help=True, pretty_exceptions_enable=False
)


@app.callback()
def hecha() -> None:
    """Hecha (核查): verification between departments."""
