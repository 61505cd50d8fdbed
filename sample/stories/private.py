"""A private system for the stories: everything of `hecha up` in a scratch home, on free ports, with a movable clock."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from access.webhooks.webhook_keys import set_webhook
from deploy.assembly import Assembly, assemble
from deploy.migrate import migrate_database
from deploy.running import Running
from deploy.serving import server_of
from deploy.settings import read_settings
from sample import load
from sample.phones.starting import start_phones
from sample.stories.bank_system import NETWORK, UNIT, BankSystem
from sample.stories.stage import Stage


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(assembly: Assembly) -> BankSystem:
    """The bank's own system, to which the house tells outcomes from now on."""
    system = BankSystem()
    with assembly.database.write() as session:
        set_webhook(session, UNIT, system.url, assembly.now())
    return system


def _city_at(assembly: Assembly) -> Any:
    """The sheet of the city at home, which is loaded first where none stands."""
    migrate_database(assembly.database)
    loaded = assembly.settings.home / load.SHEET
    if not loaded.exists():
        load.load_city(assembly)
    return json.loads(loaded.read_text(encoding="utf-8"))


@contextmanager
def private_stage(home: Path, broker_url: str = "") -> Iterator[Stage]:
    """A whole running system while the block runs; without an address the letters lie in a file at home.

    A city that stands at home already is the one that is played in.
    """
    clock_file, http, sms = home / "clock", f"127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    settings = read_settings(home=home, http=http, sms_url=sms, clock_file=clock_file, log_level="warning",
                             database_url="", broker_url=broker_url, public_url="",
                             records=None, webhook_networks=NETWORK)  # fmt: skip
    assembly = assemble(settings)
    sheet = _city_at(assembly)
    calendar, records, system = assembly.rulebook.calendar, settings.record_folder, listening(assembly)
    stage = Stage(f"http://{http}", sms, sheet, clock_file, calendar, records, system)
    stage.next_morning()
    running, phones = Running(), start_phones(settings, pace=0.02)
    running.start({"broadcaster": assembly.broadcaster, **assembly.readers(), **assembly.movers()})
    server = server_of(assembly, running.stop)
    web = threading.Thread(target=server.run, daemon=True)
    web.start()
    try:
        stage.until("the web", lambda: server.started)
        yield stage
    finally:
        running.end()
        web.join(10)
        system.stop()
        if phones:
            phones.stop()
        assembly.database.close()
