"""The beats of a part's process: a thread beside its parts that writes down every few seconds that they live."""

from administrators.running.process_heartbeats import HeartbeatPlace, HeartbeatWriter
from deploy.running import Running


def beats_of(place: HeartbeatPlace, command: str, running: Running) -> HeartbeatWriter:
    """Writes down every few seconds that this process lives, and what ails its parts."""
    return HeartbeatWriter(place, command, running.parts, running.is_failing)
