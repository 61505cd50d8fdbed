"""`hecha clock`: what time brings about."""

from administrators.running.process_heartbeats import Beats
from deploy.cli.starting import joined, run_until_stopped, settings_or_exit
from deploy.running import Running
from deploy.waiting_for_services import await_surroundings


def clock() -> None:
    """Escalation, deadlines, resending of texts, the auditor, and the trail's checkpoints. Run any number."""
    house, running = joined(settings_or_exit()), Running()
    await_surroundings(house.database, lambda: None)
    run_until_stopped(running, {"clock": house.clock(), "notary": house.notary(), "beats": Beats(house, "clock", running.parts)})
