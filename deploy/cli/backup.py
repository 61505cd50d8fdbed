"""`hecha backup` and `hecha restore`: the whole house as one file, and back into an empty place."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from access.passwords import shown_length
from cases.trail.checkpoint_copies import Copies
from cases.trail.checkpoint_key import SigningKey
from cases.trail.trail_verification import Report
from deploy.cli.joining import OLD_TABLES, end_saying, joined
from deploy.cli.starting import end, settings_or_exit
from deploy.cli.trail import tell_report
from deploy.operations.backup import write_backup
from deploy.operations.backup_keys import SHORTEST, WrongPassphrase, open_keys, read_folder, seal_keys, write_folder
from deploy.operations.open_database import open_database
from deploy.operations.restore import BackupFile, NoBackup, NotEmpty, TooNew, ask_again, restore_rows, settle_trail
from deploy.operations.secret_keys import FILE, open_vault
from deploy.schema_version import is_current
from deploy.settings import Settings
from deploy.wall_clock import clock_of
from storage.private_files import private_folder
from storage.problem import N_
from storage.vault import Keys, Vault
from web.languages import say

MADE = N_("{rows} rows of {tables} tables are in {file}, up to checkpoint {checkpoint}. Sessions are not: everybody signs in anew.")
WITH_KEYS = N_("The keys are in it, sealed with the passphrase. Without the passphrase nobody can read it.")
NO_KEYS = N_("The keys are NOT in it. Without a copy of {folder}, kept elsewhere, nobody can ever read this backup.")
THERE = N_("The file is there already. Name another.")
NO_WRITE = N_("The file cannot be written or read.")
SHORT = N_("The passphrase must have at least {shortest} characters.")
DIFFERENT = N_("The two passphrases differ.")
ASK = N_("Passphrase for the keys")
WRONG_PASSPHRASE = N_("The passphrase does not open the keys.")
KEYS_MISSING = N_("The keys are not in this backup. Put the copy of the folder keys into {folder} first, or set HECHA_SECRET_KEYS.")
NOT_OURS = N_("This is no backup, it was changed, or it was not made by a house with these keys. Nothing was restored.")
NOT_EMPTY = N_("There is something in this place already ({what}). A backup is only restored into an empty one.")
TOO_NEW = N_("A newer version of Hecha made this backup. Restore it with that version.")
DONE = N_("{rows} rows of the backup of {at} are restored. What was revoked or frozen after it must be revoked or frozen again.")
ASKED = N_("{count} questions that were under way are asked once more.")
Passphrase = Annotated[Path | None, typer.Option(help="File whose first line is the passphrase; without it, it is asked for")]


def backup(
    file: Path,
    with_keys: Annotated[bool, typer.Option("--with-keys", help="The keys too, sealed with a passphrase")] = False,
    passphrase_file: Passphrase = None,
) -> None:
    """Writes one moment of the house into a file, while it runs. What is sealed in the database is sealed in it."""
    settings = settings_or_exit()
    keys = _keys_of(settings, passphrase_file) if with_keys else b""
    assembly = joined(settings)
    try:
        if not is_current(assembly.database):
            end_saying(settings.locale, OLD_TABLES)
        made = write_backup(assembly.database, SigningKey(open_vault(settings)), file, assembly.now(), keys)
    except FileExistsError:
        end_saying(settings.locale, THERE)
    except OSError as wrong:
        end(f"{wrong.filename or file}: {say(settings.locale, NO_WRITE)}")
    told = {"rows": f"{made.rows:,}", "tables": made.tables, "file": str(file), "checkpoint": made.checkpoint}
    typer.echo(say(settings.locale, MADE, **told))
    typer.echo(say(settings.locale, WITH_KEYS if keys else NO_KEYS, folder=str(_folder(settings))))


def restore(file: Path, passphrase_file: Passphrase = None) -> None:
    """Restores a backup into an empty place (HECHA_HOME, HECHA_DATABASE_URL) and verifies the trail. 1 if that is not whole."""
    settings = settings_or_exit()
    try:
        found = BackupFile(file)
        _empty_or_exit(settings)
        _bring_keys(settings, found, passphrase_file)
        rows, asked, report = _restore(settings, found)
    except (NoBackup, TooNew) as no:
        end_saying(settings.locale, TOO_NEW if isinstance(no, TooNew) else NOT_OURS)
    except OSError as wrong:
        end(f"{wrong.filename or file}: {say(settings.locale, NO_WRITE)}")
    typer.echo(say(settings.locale, DONE, rows=f"{rows:,}", at=found.told["at"]))
    if asked:
        typer.echo(say(settings.locale, ASKED, count=asked))
    tell_report(settings.locale, report)
    raise typer.Exit(1 if report.count else 0)


def _restore(settings: Settings, found: BackupFile) -> tuple[int, int, Report]:
    vault, now = open_vault(settings), clock_of(settings.clock_file)()
    key = SigningKey(vault)
    told = found.check(key)
    database = open_database(settings, vault)
    try:
        rows = restore_rows(database, found, told)
        report = settle_trail(database, key, Copies(settings.home / "checkpoints"), told, now)
        return rows, ask_again(database, now), report
    except NotEmpty:
        end_saying(settings.locale, NOT_EMPTY, what="HECHA_DATABASE_URL")
    finally:
        database.close()


def _empty_or_exit(settings: Settings) -> None:
    private_folder(settings.home)
    if any((settings.home / "checkpoints").glob("*.jsonl")):
        end_saying(settings.locale, NOT_EMPTY, what=str(settings.home / "checkpoints"))


def _bring_keys(settings: Settings, found: BackupFile, passphrase_file: Path | None) -> None:
    """Keys that are here already are the ones that count; where none are, those of the backup are brought."""
    folder, sealed = _folder(settings), found.keys
    if sealed and not read_folder(folder):
        try:
            files = open_keys(sealed, _passphrase(settings, passphrase_file, twice=False))
        except WrongPassphrase:
            end_saying(settings.locale, WRONG_PASSPHRASE)
        keys = settings.secret_keys or files.pop(FILE).decode()
        found.check(SigningKey(Vault(Keys.read(keys))))
        write_folder(folder, files if settings.secret_keys else {**files, FILE: keys.encode()})
    elif not settings.secret_keys and not (folder / FILE).exists():
        end_saying(settings.locale, KEYS_MISSING, folder=str(folder))


def _keys_of(settings: Settings, passphrase_file: Path | None) -> bytes:
    files = read_folder(_folder(settings))
    if settings.secret_keys:
        files[FILE] = "\n".join(settings.secret_keys.split(",")).encode()
    return seal_keys(files, _passphrase(settings, passphrase_file, twice=True))


def _passphrase(settings: Settings, file: Path | None, twice: bool) -> str:
    if file is not None:
        found = file.read_text(encoding="utf-8").partition("\n")[0].strip()
    else:
        found = typer.prompt(say(settings.locale, ASK), hide_input=sys.stdin.isatty(), err=True)
        if twice and typer.prompt(say(settings.locale, ASK), hide_input=sys.stdin.isatty(), err=True) != found:
            end_saying(settings.locale, DIFFERENT)
    if (shown_length(found) if twice else len(found)) < SHORTEST:  # an earlier one opens what it sealed
        end_saying(settings.locale, SHORT, shortest=SHORTEST)
    return found


def _folder(settings: Settings) -> Path:
    return settings.home / "keys"
