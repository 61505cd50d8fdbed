"""`hecha relay`: sends letters from the outbox table to the broker."""

from deploy.cli.starting import beats_of, joined, run_until_stopped, settings_or_exit
from deploy.running import Running
from deploy.waiting_for_services import wait_for_services


def relay() -> None:
    """Carries letters from the database to the broker. Run any number."""
    assembly, running = joined(settings_or_exit()), Running()
    wait_for_services(assembly.database, assembly.declare)
    run_until_stopped(running, {"relay": assembly.relay(), "beats": beats_of(assembly, "relay", running)})
