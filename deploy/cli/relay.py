"""`hecha relay`: outbox to broker."""

from administrators.running.process_heartbeats import Beats
from deploy.cli.starting import joined, run_until_stopped, settings_or_exit
from deploy.running import Running
from deploy.waiting_for_services import await_surroundings


def relay() -> None:
    """Carries letters from the database to the broker. Run any number."""
    house, running = joined(settings_or_exit()), Running()
    await_surroundings(house.database, house.declare)
    run_until_stopped(running, {"relay": house.relay(), "beats": Beats(house, "relay", running.parts)})
