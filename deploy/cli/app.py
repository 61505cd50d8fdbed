"""The command `hecha`: its subcommands, each imported only when it is called."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

COMMANDS = {
    "keys": "deploy.cli.keys:keys_app",
    "seals": "deploy.cli.seals:seals_app",
    "verify": "deploy.cli.verify:verify",
    "who-asked": "deploy.cli.who_asked:who_asked",
    "blocked": "deploy.cli.blocked:blocked",
    "provision-broker": "deploy.cli.provision_broker:provision_broker",
    "encrypt": "deploy.cli.encrypt:encrypt",
    "backup": "deploy.cli.backup:backup",
    "restore": "deploy.cli.backup:restore",
    "trail": "deploy.cli.trail:trail_app",
    "up": "sample.cli.up:up",
    "serve": "deploy.cli.serve:serve",
    "relay": "deploy.cli.relay:relay",
    "work": "deploy.cli.work:work",
    "clock": "deploy.cli.clock:clock",
    "respond": "deploy.cli.respond:respond",
    "story": "sample.cli.story:story",
    "migrate": "deploy.cli.migrate:migrate",
    "load": "deploy.cli.load:load",
    "key": "deploy.cli.key:key",
    "unlock": "deploy.cli.unlock:unlock_command",
    "webhook": "deploy.cli.webhook:webhook",
    "sample": "sample.cli.sample:sample",
    "phones": "sample.cli.phones:phones",
    "dead": "deploy.cli.dead:dead",
    "doctor": "deploy.cli.doctor:doctor",
}


class Commands(TyperGroup):
    """Knows every command by name, and imports the one that is asked for. Typer keeps the types of its methods to itself."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order in which the help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, from its file; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        if not isinstance(found, typer.Typer):
            found, function = typer.Typer(add_completion=False, pretty_exceptions_enable=False), found
            found.command(cmd_name)(function)
        command = get_command(found)
        command.name = cmd_name
        return command

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
