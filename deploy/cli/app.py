"""The command `hecha`: its subcommands, each imported only when it is called."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
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
        """Runs the command. Whatever goes wrong ends it with a line that says where to look, and no traceback."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, somebody at a terminal reads it
            import_module("deploy.cli.starting").end_by(error)


app = typer.Typer(
    cls=Commands, help="Hecha (核查): verification between departments.", no_args_is_help=True, pretty_exceptions_enable=False
)


@app.callback()
def hecha() -> None:
    """Hecha (核查): verification between departments."""
