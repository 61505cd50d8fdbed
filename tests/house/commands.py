"""Every command of `hecha`, loaded: what the tests about documents and services compare with."""

from typing import Any

from typer.main import get_command

from deploy.cli.app import app


def all_commands() -> dict[str, Any]:
    """Each command by its name."""
    group: Any = get_command(app)
    return {name: group.get_command(None, name) for name in group.list_commands(None)}
