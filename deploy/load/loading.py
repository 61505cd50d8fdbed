"""The work of `hecha load`: says what was loaded, or which rows are bad and why."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deploy.assembly import open_rulebook
from deploy.load.kinds import KINDS
from deploy.load.sheets import Sheets, read_sheets
from deploy.load.writing import Loaded, RowsRefused, apply, try_out
from deploy.operations.consoles import open_console, print_table
from deploy.operations.open_database import open_database
from deploy.operations.secret_keys import open_vault
from deploy.settings import Settings
from deploy.wall_clock import clock_of
from storage.problem import N_
from storage.sheets.blank_sheets import blank_sheet
from storage.sheets.rows import RowFault
from web.languages import say

SHOWN = 200
DONE = N_("{kind}: {added} added, {changed} changed, {same} as before")
PASSWORDS = N_("{count} first passwords stand in {file}. Hand them out and delete the file.")
NO_PASSWORD = N_("{count} accounts have no password yet. Load again with --passwords FILE.")
ONLY_TRIED = N_("This was a trial: nothing was written.")
LOOK_AGAIN = N_("Please look at these rows again:")
CHANGED = (N_("Kind"), N_("Of"), N_("Column"), N_("Before"), N_("After"))
REFUSED = N_("{count} faults were found. Nothing was written.")
MORE = N_("... and {count} more.")
LEFT_OUT = N_("Left out:")
ACCOUNT = N_("Rows in the files: {rows} = {good} in order + {bad} that cannot be taken + {left_out} left out.")
HASHING = N_("Making passwords")
WRITTEN = N_("Empty sheets stand in {folder}.")
GIVE_FILES = N_("Name the files to load, or a folder with --template.")
FILE_THERE = N_("The file for the passwords is there already or cannot be written. Name another.")
HEADS = {"file": N_("File"), "sheet": N_("Sheet"), "row": N_("Row"), "column": N_("Column"), "reason": N_("What is wrong")}


def load_command(
    settings: Settings, files: Sequence[Path], template: Path | None = None, passwords: Path | None = None, dry_run: bool = False
) -> int:
    """Loads the files, or writes empty ones. 0 when it went well, 1 when rows were refused, 2 when it was called wrongly."""
    console, locale = open_console(), settings.locale
    if template is not None:
        write_templates(template, locale)
        console.print(say(locale, WRITTEN, folder=str(template)), soft_wrap=True)
        return 0
    if not files or (passwords is not None and (passwords.exists() or not passwords.parent.is_dir())):
        console.print(say(locale, FILE_THERE if files else GIVE_FILES))
        return 2
    sheets = read_sheets(files)
    if sheets.left_out:
        console.print(say(locale, LEFT_OUT))
        _show_rows(sheets.left_out, locale, console)
    return _load(settings, sheets, passwords, dry_run, console)


def write_templates(folder: Path, locale: str) -> None:
    """One empty XLSX file for each kind of sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        (folder / f"{kind.code}.xlsx").write_bytes(blank_sheet(kind, locale, say))


def _load(settings: Settings, sheets: Sheets, passwords: Path | None, dry_run: bool, console: Console) -> int:
    rulebook, now = open_rulebook(settings), clock_of(settings.clock_file)()
    database = open_database(settings, open_vault(settings))
    try:
        with Progress(console=console, transient=True) as progress:
            counting = _counting(progress, say(settings.locale, HASHING))
            done = try_out(database, sheets, rulebook, now) if dry_run else apply(
                database, sheets, rulebook, now, passwords, counting)  # fmt: skip
    except RowsRefused as refused:
        _show_rows(refused.faults, settings.locale, console)
        console.print(say(settings.locale, REFUSED, count=len(refused.faults)))
        _show_account(sheets, refused.faults, settings.locale, console)
        return 1
    finally:
        database.close()
    if dry_run:
        _show_changes(done, settings.locale, console)
    _show_done(done, settings.locale, passwords, console)
    _show_account(sheets, (), settings.locale, console)
    if dry_run:
        console.print(say(settings.locale, ONLY_TRIED))
    return 0


def _counting(progress: Progress, words: str) -> Callable[[int], Callable[[], object]]:
    def start(total: int) -> Callable[[], object]:
        task = progress.add_task(words, total=total)
        return lambda: progress.advance(task)

    return start


def _show_account(sheets: Sheets, faults: Sequence[RowFault], locale: str, console: Console) -> None:
    account = sheets.account(faults)
    console.print(say(locale, ACCOUNT, **account), soft_wrap=True)


def _show_rows(faults: Sequence[RowFault], locale: str, console: Console) -> None:
    table = Table(*(say(locale, head) for head in HEADS.values()))
    for fault in faults[:SHOWN]:
        where = (fault.file, fault.sheet, str(fault.row or ""), fault.column or fault.field)
        table.add_row(*where, say(locale, fault.message, **fault.params))
    print_table(console, table)
    if len(faults) > SHOWN:
        console.print(say(locale, MORE, count=len(faults) - SHOWN))


def _show_changes(done: Loaded, locale: str, console: Console) -> None:
    """Each value that would become another; what is new is only counted."""
    changes = [(kind, change) for kind, merged in done.merged.items() for change in merged.changes]
    if not changes:
        return
    table = Table(*(say(locale, head) for head in CHANGED))
    for kind, change in changes[:SHOWN]:
        table.add_row(*(_shown(value) for value in (kind, *change)))
    print_table(console, table)
    if len(changes) > SHOWN:
        console.print(say(locale, MORE, count=len(changes) - SHOWN))


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "–" if value in (None, "") else str(value)


def _show_done(done: Loaded, locale: str, passwords: Path | None, console: Console) -> None:
    for kind, merged in done.merged.items():
        console.print(say(locale, DONE, kind=kind, added=merged.added, changed=merged.changed, same=merged.same))
    if done.notes:
        console.print(say(locale, LOOK_AGAIN))
        _show_rows(done.notes, locale, console)
    if done.passwords:
        console.print(say(locale, PASSWORDS, count=done.passwords, file=str(passwords)), soft_wrap=True)
    if done.no_password:
        console.print(say(locale, NO_PASSWORD, count=done.no_password))
