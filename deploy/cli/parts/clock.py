"""`hecha clock`: runs the timers: deadlines, reminders, retention, checkpoints."""

from deploy.cli.joining import joined, tell_gaps
from deploy.cli.parts.beats import beats_of
from deploy.cli.parts.waiting_for_services import wait_for_services
from deploy.cli.starting import settings_or_exit
from deploy.running import Running, run_until_stopped


def clock() -> None:
    """Escalation, deadlines, resending of texts, the auditor, and the trail's checkpoints. Run any number."""
    assembly, running = joined(settings_or_exit()), Running()
    wait_for_services(assembly.database, lambda: None)
    tell_gaps(assembly)
    run_until_stopped(
        running,
        {
            "clock": assembly.clock(),
            "checkpointer": assembly.checkpointer(),
            "beats": beats_of(assembly, "clock", running),
        },
    )
