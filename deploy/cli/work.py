"""`hecha work`: reads the queues of the house."""

from deploy.cli.starting import joined, run_until_stopped, settings_or_exit
from deploy.running import Newcomers, Running
from deploy.waiting_for_services import await_surroundings


def work() -> None:
    """Reads findings, requests, outcomes, alerts and dead letters, asks confirmed batches, calls webhooks. Run any number."""
    house, running = joined(settings_or_exit()), Running()
    await_surroundings(house.database, house.declare)
    beside = {"webhooks": house.teller(), "batches": house.runner(), "newcomers": Newcomers(running, house.workers)}
    run_until_stopped(running, {**house.workers(), **beside})
