"""`hecha seals`: the certificates of the units' seals: shows, makes, revokes them, and hands out what others check with."""

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.serialization import Encoding
from rich.table import Table

from access.units import Unit, all_units
from cases.seals import COMPROMISED, SUPERSEDED, SealCertificate, certificates
from deploy.assembly import Assembly
from deploy.cli.joining import joined, unit_or_exit
from deploy.cli.starting import end, settings_or_exit
from deploy.operations.consoles import console, print_table
from deploy.operations.seal_keys import CITY
from requesters.receipts.outdated_receipts import TYPE, list_body

seals_app = typer.Typer(
    add_completion=False, help="Seals on receipts: the city's root, the units' certificates, the revoked.", no_args_is_help=True
)


@seals_app.command("list")
def show() -> None:
    """Every certificate: whose it is, until when, revoked or not, and whether its key is on this machine."""
    assembly = joined(settings_or_exit())
    keys, table = assembly.seals(), Table("unit", "certificate", "from", "until", "revoked", "key here")
    with assembly.database.read() as session:
        for entry in certificates(session):
            table.add_row(*_told(entry), "yes" if keys.has_key(entry.serial) else "no")
    assembly.database.close()
    print_table(console, table)


def _told(entry: SealCertificate) -> tuple[str, ...]:
    revoked = f"{entry.revoked_at:%Y-%m-%d} {entry.reason}" if entry.revoked_at else ""
    return (
        entry.unit or "(city)",
        entry.serial[:12].upper(),
        f"{entry.valid_from:%Y-%m-%d}",
        f"{entry.valid_until:%Y-%m-%d}",
        revoked,
    )


@seals_app.command()
def make(
    unit: Annotated[str, typer.Argument(help="The unit; all that answer when none is named")] = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="A new seal even where there is a good one, which is then followed by it")
    ] = False,
) -> None:
    """Makes the seals that are missing. Needs the key of the city's root on this machine."""
    assembly = joined(settings_or_exit())
    keys, now = assembly.seals(), assembly.now()
    for one in _units(assembly, unit):
        keys.make(one, now, anew)
        console.print(f"{one.code}: sealed with {keys.seal_of(one, now).serial[:12].upper()}")
    assembly.database.close()


@seals_app.command()
def revoke(
    unit: Annotated[str, typer.Argument(help="The unit whose seal is not to be used any more")],
    compromised: Annotated[bool, typer.Option("--compromised", help="The key may be in wrong hands")] = False,
) -> None:
    """Revokes the unit's seal at once and destroys its key here. The next receipt is sealed with a new one."""
    assembly = joined(settings_or_exit())
    count = assembly.seals().revoke(_units(assembly, unit)[0].code, COMPROMISED if compromised else SUPERSEDED, assembly.now())
    assembly.database.close()
    console.print(f"{count} revoked. Hand out the new list: hecha seals export FOLDER")


@seals_app.command()
def export(folder: Annotated[Path, typer.Argument(help="Where city.pem, revoked.crl and outdated.jws are written")]) -> None:
    """Writes what others need to check receipts without this house: the root certificate, the list of the revoked certificates,
    and that of the receipts whose answer was amended or withdrawn.
    """
    settings = settings_or_exit()
    assembly = joined(settings)
    seals, now = assembly.seals(), assembly.now()
    with assembly.database.read() as session:
        outdated = seals.sign(TYPE, list_body(session, now, f"{settings.public}/verify"))
    root, revoked = seals.root(), seals.revoked(now)
    assembly.database.close()
    if root is None or revoked is None or outdated is None:
        end("The key of the city's root is not on this machine.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CITY).write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "revoked.crl").write_bytes(revoked.public_bytes(Encoding.DER))
    (folder / "outdated.jws").write_bytes(outdated)
    console.print(f"Written: {folder / CITY}, {folder / 'revoked.crl'}, {folder / 'outdated.jws'}")


def _units(assembly: Assembly, code: str) -> list[Unit]:
    with assembly.database.read() as session:
        found = [unit_or_exit(session, code)] if code else [one for one in all_units(session).values() if one.holds]
    return found or end("No unit answers yet: load the units first.")
