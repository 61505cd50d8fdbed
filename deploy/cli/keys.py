"""`hecha keys`: the key pairs that sign and encrypt letters; a unit's private keys never leave their machine."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from broker.crypto.key_file import KeyFile, public_text, read_public
from broker.crypto.key_ring import HOUSE, PublicKey, WrongKey
from broker.crypto.letter_keys import LetterKey, known_keys
from deploy.agent.unit_keys import LEAD, MOST_DAYS, add_pair, key_file, make_pair, tell_unit, units_here
from deploy.assembly import Assembly
from deploy.cli.joining import joined, ready_or_exit, unit_or_exit
from deploy.cli.starting import end, settings_or_exit
from deploy.operations.consoles import console, print_table
from deploy.operations.key_changes import revoke_keys, tell_house
from deploy.settings import Settings
from deploy.wall_clock import clock_of

keys_app = typer.Typer(add_completion=False, help="The keys by which letters are signed and sealed.", no_args_is_help=True)
Owner = Annotated[str, typer.Argument(help="The code of a unit, or `house`")]
NAMES = {"house": HOUSE}


@keys_app.command()
def make(owner: Owner) -> None:
    """Makes the first keys of a unit, on the unit's own machine and without a database; or of the house."""
    settings, whose = settings_or_exit(), NAMES.get(owner, owner)
    now, assembly = clock_of(settings.clock_file)(), _house_ready(settings, whose)
    pair = _or_exit(lambda: make_pair(key_file(settings, whose), whose, now))
    if assembly:
        _tell_house(assembly, HOUSE, [pair.public])
    _say_what_next(settings, whose, pair.public)


@keys_app.command()
def rotate(
    owner: Owner,
    starts_in_days: Annotated[
        int, typer.Option(min=0, max=MOST_DAYS, help="When the new key begins; until then the others must be told of it")
    ] = LEAD.days,
) -> None:
    """Makes a key that follows those there are; both count for a while."""
    settings, whose = settings_or_exit(), NAMES.get(owner, owner)
    now, assembly = clock_of(settings.clock_file)(), _house_ready(settings, whose)
    pair = _or_exit(lambda: add_pair(key_file(settings, whose), now + timedelta(days=starts_in_days), now))
    if assembly:
        _tell_house(assembly, HOUSE, [pair.public])
        assembly.declare()  # the files of units on this machine learn of it
    _say_what_next(settings, whose, pair.public)


@keys_app.command("export")
def export(owner: Owner, to: Annotated[Path | None, typer.Option(help="Write to this file")] = None) -> None:
    """Writes the public keys of a unit or of the house, to be sent to the other side."""
    settings, whose = settings_or_exit(), NAMES.get(owner, owner)
    text = public_text(whose, _public_keys(settings, whose))
    if to is None:
        typer.echo(text, nl=False)
    else:
        to.write_text(text, encoding="utf-8")
        console.print(f"{to} is written. Nothing in it is secret.")


@keys_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What `hecha keys export` wrote on the other side")],
    unit: Annotated[str, typer.Option(help="On a unit's machine: whose key file learns the house's keys")] = "",
    writes: Annotated[bool, typer.Option("--writes", help="The unit's own system asks by letter and reads replies.UNIT")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="The fingerprint was compared")] = False,
) -> None:
    """Takes in public keys: a unit's at the house, the house's at a unit. Compare the fingerprint on the telephone first."""
    settings = settings_or_exit()
    owner, keys = _or_exit(lambda: read_public(file))
    for key in keys:
        console.print(f"{_called(owner)}  {key.kid[:12]}  {key.fingerprint}")
    if not yes and not typer.confirm("Is this what the other side reads out?"):
        raise typer.Exit(1)
    if owner == HOUSE:
        _or_exit(lambda: tell_unit(key_file(settings, _unit_here(settings, unit)), keys))
        console.print("The house is known by these keys.")
    else:
        new = _tell_house(joined(settings), owner, keys, writes)
        console.print(f"{len(new)} new keys of {owner} are known." if new else "These keys were known.")


@keys_app.command("list")
def show() -> None:
    """The public keys the house knows: whose, from when, until when, revoked or not."""
    assembly = joined(settings_or_exit())
    table = Table("owner", "key", "from", "until", "revoked", "fingerprint")
    with assembly.database.read() as session:
        for key in known_keys(session):
            times = [f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (key.valid_from, key.valid_until, key.revoked_at)]
            table.add_row(_called(key.owner), key.kid[:12], *times, key.fingerprint)
    print_table(console, table)


@keys_app.command()
def revoke(named: Annotated[str, typer.Argument(help="The beginning of a key's id; or a unit or `house`: all its keys")]) -> None:
    """Revokes keys at once: what is signed with them is not believed any more, also what is on its way."""
    assembly = joined(settings_or_exit())
    with assembly.database.write() as session:
        gone = revoke_keys(session, NAMES.get(named, named), assembly.now())
    if not gone:
        end(f"{named}: there is no key of this id or owner that is not revoked.")
    for row in gone:
        console.print(f"{_called(row.owner)} {row.kid[:12]} is revoked")
    _say_who_is_left_without(assembly, gone)


def _say_who_is_left_without(assembly: Assembly, gone: list[LetterKey]) -> None:
    with assembly.database.read() as session:
        left = {key.owner for key in known_keys(session) if key.counts(assembly.now())}
    for owner in sorted({row.owner for row in gone} - left):
        console.print(f"{_called(owner)} has no key now: `hecha keys rotate {_called(owner)} --starts-in-days 0` makes one")


def _house_ready(settings: Settings, owner: str) -> Assembly | None:
    """For keys of the house the joined house, whose database takes them: else each try would leave one more in the file."""
    if owner != HOUSE:
        return None
    assembly = joined(settings)
    ready_or_exit(assembly)
    return assembly


def _tell_house(assembly: Assembly, owner: str, keys: list[PublicKey], writes: bool = False) -> list[str]:
    with assembly.database.write() as session:
        return list(_or_exit(lambda: tell_house(session, owner, keys, assembly.now(), writes)))


def _public_keys(settings: Settings, owner: str) -> list[PublicKey]:
    """Those that count: a unit's from its file, the house's as the database knows them."""
    path, now = key_file(settings, owner), clock_of(settings.clock_file)()
    if owner != HOUSE and path.exists():
        return [pair.public for pair in _or_exit(lambda: KeyFile.read(path)).pairs]
    with joined(settings).database.read() as session:
        if owner != HOUSE:
            unit_or_exit(session, owner)
        known = [key for key in known_keys(session) if key.owner == owner and key.revoked_at is None]
    counting = [key for key in known if key.valid_until is None or key.valid_until > now]
    if not counting:
        end(f"{_called(owner)} has no key that counts: `hecha keys make {_called(owner)}` makes the first, `rotate` a further one")
    return counting


def _unit_here(settings: Settings, unit: str) -> str:
    here = units_here(settings)
    if not unit and len(here) != 1:
        end("Say with --unit whose key file is meant.")
    return unit or here[0]


def _say_what_next(settings: Settings, owner: str, key: PublicKey) -> None:
    name = _called(owner)
    console.print(f"{name}  {key.kid[:12]}  {key.fingerprint}\nin {key_file(settings, owner)}")
    console.print(f"Next: `hecha keys export {name} --to {name}.json`, and on the other side `hecha keys import {name}.json`")


def _called(owner: str) -> str:
    return "house" if owner == HOUSE else owner


Made = TypeVar("Made")


def _or_exit(work: Callable[[], Made]) -> Made:
    """What `work` gives; a wrong or missing file ends the command with its name."""
    try:
        return work()
    except (WrongKey, FileNotFoundError, IsADirectoryError) as wrong:
        words = wrong if isinstance(wrong, WrongKey) else f"{wrong.filename}: there is no such file"
        end(str(words))
