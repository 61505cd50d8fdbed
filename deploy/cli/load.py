"""`hecha load`: loads units, accounts, roster and grants from sheets."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.joining import fill_or_exit, joined
from deploy.cli.starting import end, settings_or_exit, tell
from deploy.load.loading import load_command
from deploy.migrate import migrate_database


def load(
    files: Annotated[list[Path] | None, typer.Argument(help="XLSX or CSV files, any number, in any order")] = None,
    template: Annotated[Path | None, typer.Option(help="Write the empty sheets into this folder instead")] = None,
    passwords: Annotated[Path | None, typer.Option(help="File for the first passwords of new accounts (mode 600)")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change and write nothing")] = False,
) -> None:
    """Loads units, accounts, roster and grants from XLSX and CSV; one bad row, and nothing is loaded."""
    settings = settings_or_exit()
    if missing := [str(file) for file in files or () if not file.exists()]:
        end(f"{', '.join(missing)}: there is no such file. Nothing was loaded.")
    if template is None and files:
        assembly = joined(settings)
        migrate_database(assembly.database, tell)
        if not dry_run:
            fill_or_exit(assembly)
    code = load_command(settings, files or (), template, passwords, dry_run)
    if template is None and files and not (code or dry_run):
        assembly.declare()
    raise typer.Exit(code)
