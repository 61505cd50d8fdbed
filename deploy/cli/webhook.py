"""`hecha webhook`: sets the URL at which a unit's own system is told of outcomes, and tries it."""

from typing import Annotated

import typer

from access.webhooks.webhook_calls import fault_words
from access.webhooks.webhook_keys import set_webhook
from access.webhooks.webhook_tests import NO_WEBHOOK, call_for_a_test
from deploy.cli.joining import joined, unit_or_exit
from deploy.cli.starting import settings_or_exit

CLOSED = "This address leads into a network that may not be called. HECHA_WEBHOOK_NETWORKS names networks that may."


def webhook(
    unit: Annotated[str, typer.Argument()],
    url: Annotated[str, typer.Argument(help="https://... ; left out: the address stays as it is")] = "",
    test: Annotated[bool, typer.Option("--test", help="Sends a test call and says what became of it")] = False,
) -> None:
    """Tells a unit's own system of outcomes at this address; prints once the secret that signs what is sent.

    Given its address again, the unit gets a new secret, and for a week the old one signs as well.
    """
    assembly = joined(settings_or_exit())
    if not url and not test:
        raise typer.BadParameter("Give an address, or --test.", param_hint="URL")
    if url and not assembly.caller().may_call(url):
        raise typer.BadParameter(CLOSED, param_hint="URL")
    with assembly.database.write() as session:
        code = unit_or_exit(session, unit).code
        if url:
            typer.echo(set_webhook(session, code, url, assembly.now()))
    if test:
        _try(call_for_a_test(assembly.database, code, assembly.caller(), assembly.wall()))


def _try(fault: str) -> None:
    if fault == NO_WEBHOOK:
        typer.echo("This unit has no address of its own system.", err=True)
        raise typer.Exit(2)
    words, given = fault_words(fault)
    typer.echo("The test call was taken." if not fault else f"The test call was not taken: {words.format(**given)}.")
    raise typer.Exit(1 if fault else 0)
