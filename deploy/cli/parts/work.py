"""`hecha work`: handles the letters in the queues of the house."""

from deploy.cli.joining import joined, tell_gaps
from deploy.cli.parts.beats import beats_of
from deploy.cli.parts.waiting_for_services import wait_for_services
from deploy.cli.starting import settings_or_exit
from deploy.running import Newcomers, Part, Running, run_until_stopped


def work() -> None:
    """Reads findings, requests, outcomes, alerts and dead letters, asks confirmed batches, calls webhooks. Run any number."""
    assembly, running = joined(settings_or_exit()), Running()
    wait_for_services(assembly.database, assembly.declare)
    tell_gaps(assembly)
    beside: dict[str, Part] = {
        "webhooks": assembly.teller(),
        "batches": assembly.runner(),
        "newcomers": Newcomers(running, assembly.workers),
    }
    beside["beats"] = beats_of(assembly, "work", running)
    run_until_stopped(running, {**assembly.workers(), **beside})
