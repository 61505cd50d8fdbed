"""What the doctor tells of what runs: parts, machines, records and queues that are not well, a line each."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from administrators.running.house_health import house_health
from administrators.running.process_heartbeats import all_heartbeats
from broker.crypto.envelope import Plain
from deploy.open_transport import open_transport
from deploy.operations.finding import LOOK, MEND, WELL
from deploy.operations.open_database import open_database
from deploy.operations.queue_depths import Depths
from deploy.settings import Settings
from deploy.wall_clock import clock_of
from web.health_lines import HealthLine
from web.languages import say

MARKS = {"good": WELL, "urgent": LOOK, "late": MEND}
ALL_WELL = "every part, machine and queue is well"
NOT_STARTED = HealthLine("part", "", "urgent", "no part runs: start hecha serve, relay, work and clock")


def tell_what_runs(settings: Settings, console: Console) -> bool:
    """What runs, as the pages say it: what is well in one line, each thing that is not in one of its own."""
    database, now = open_database(settings), clock_of(settings.clock_file)()
    depths = Depths(database, lambda: open_transport(settings, Plain()))()
    with database.read() as session:
        lines = house_health(session, now, depths) if all_heartbeats(session) else [NOT_STARTED]
    database.close()
    return tell_health(lines, console)


def tell_health(lines: Sequence[HealthLine], console: Console) -> bool:
    """Prints what is not well, a line each, and says whether nothing of it is red."""
    ill = [line for line in lines if line.tone != "good"]
    for line in ill or [HealthLine("parts", "", "good", ALL_WELL)]:
        words = f"{line.name}: {say('en', line.words, **line.params)}" if line.name else say("en", line.words, **line.params)
        console.print(Text.assemble(MARKS[line.tone], f"{line.kind:11} {words}"), soft_wrap=True)
    return all(line.tone != "late" for line in ill)
