"""`hecha provision-broker`: RabbitMQ's accounts, permissions and queues from the list of units, by one command."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from access import units
from broker.crypto.letter_keys import writers
from deploy.cli.joining import joined
from deploy.cli.starting import end, settings_or_exit
from deploy.operations.consoles import console
from deploy.rabbitmq.provision import Accounts, Control, NotProvisioned, provision


def provision_broker(
    server: Annotated[str, typer.Option(help="How units reach the broker: amqps://HOST:PORT")] = "amqps://127.0.0.1:5671",
    folder: Annotated[Path | None, typer.Option(help="Where each account's address is kept; default: keys/broker at home")] = None,
    new_password: Annotated[list[str] | None, typer.Option(help="This account gets a new one; may be repeated")] = None,
    house: Annotated[bool, typer.Option("--house", help="The house's own account `hecha` too")] = False,
    rabbitmqctl: Annotated[
        str, typer.Option(help="How rabbitmqctl is called, such as `sudo rabbitmqctl -n rabbit@host`")
    ] = "rabbitmqctl",
) -> None:
    """Gives RabbitMQ an account for each unit, which reads its own queue alone; takes away those of units that are gone."""
    assembly = joined(settings_or_exit())
    with assembly.database.read() as session:
        known, writing = list(units.all_units(session).values()), writers(session)
    accounts = Accounts(folder or assembly.settings.home / "keys" / "broker", server.rstrip("/"))
    try:
        made, gone = provision(known, writing, accounts, Control(shlex.split(rabbitmqctl)), new_password or (), house)
    except NotProvisioned as wrong:
        end(str(wrong))
    console.print(f"{len(made)} accounts of units, {len(gone)} taken away. Their addresses are in {accounts.folder}:")
    for name in [*(["hecha"] if house else []), *made]:
        console.print(f"  {accounts.file(name)}")
