"""Dead letters for the command line: a table of them; sent again or dropped with a reason."""

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from broker.dead_letters import DeadLetter, drop, replay, still_waiting, waiting
from deploy.assembly import Assembly
from deploy.operations.consoles import print_table

BY = "command line"


def settle(assembly: Assembly, again: Sequence[int], given_up: Sequence[int], reason: str, console: Console) -> None:
    """Replays and drops what is named, then shows what still waits."""
    if given_up and not reason:
        console.print("Give a --reason for dropping.")
        raise typer.Exit(2)
    now = assembly.now()
    with assembly.database.write() as session:
        if missing := sorted({*again, *given_up} - still_waiting(session, [*again, *given_up])):
            console.print(f"{', '.join(map(str, missing))}: there is no such dead letter that waits. Nothing was done.")
            raise typer.Exit(2)
        if again:
            transport = assembly.transport()
            console.print(f"{replay(session, transport, again, BY, now)} sent again")
            transport.close()
        if given_up:
            console.print(f"{drop(session, given_up, reason, BY, now)} dropped")
    with assembly.database.read() as session:
        print_table(console, table_of(waiting(session)))


def table_of(letters: Sequence[DeadLetter]) -> Table:
    """The letters without their content: it may hold a person's data."""
    table = Table("id", "queue", "kind", "about", "reason", "buried at", title=f"{len(letters)} dead letters")
    for one in letters:
        when = one.buried_at.isoformat(timespec="seconds")
        table.add_row(str(one.id), one.queue, one.kind or "?", one.about or "", one.reason, when)
    return table
