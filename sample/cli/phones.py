"""`hecha phones`: runs the simulated phones alone."""

from typing import Annotated

import typer

from deploy.cli.starting import settings_or_exit
from deploy.operations.consoles import console
from deploy.running import Running, run_until_stopped
from sample.phones.starting import start_phones


def phones(port: Annotated[int, typer.Option(help="Port on 127.0.0.1")] = 8041) -> None:
    """A simulator of a Twilio-compatible SMS provider, with a page that shows the phones."""
    simulator = start_phones(settings_or_exit(sms_url=f"http://127.0.0.1:{port}"))
    if simulator is None:
        raise typer.Exit(2)
    console.print(f"The phones are at {simulator.url}", highlight=False)
    run_until_stopped(Running(), {})
    simulator.stop()
