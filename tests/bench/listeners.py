"""`python -m tests.bench.listeners`: so many clerks with the desk open, and how soon all of them see a new case."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from access.accounts import Account
from access.sessions import open_session
from tests.bench.crowd import Crowd, fill
from tests.bench.pages import Reader, on_files, on_servers
from tests.bench.table import Figures
from tests.parts import Part, await_port, running
from tests.town import Town, questions

console = Console(width=120)
LIVE = ("/desk/live?pile=new", "/board/live")
EARLY = 1980  # before the electronic records: straight to the window
LOOKS, CHANGES = 20, 5


@dataclass
class Listener:
    """One open live page: when its last event came, and how much came."""

    heard: float = 0.0
    events: int = 0
    bytes: int = 0
    sizes: list[int] = field(default_factory=list)

    async def listen(self, town: Town, token: str, address: str) -> None:
        """Reads events until cancelled."""
        host, _, port = town.http.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {address} HTTP/1.1\r\nHost: {town.http}\r\nCookie: hecha={token}; lang=zh\r\n\r\n".encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        size = 0
        while line := await reader.readline():
            size += len(line)
            if line.startswith(b"event: "):
                self.heard, self.events = time.monotonic(), self.events + 1
            elif not line.strip():
                self.bytes, size = size, 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured: seconds until the last heard of a change, megabytes a listener, and an ordinary page in milliseconds."""

    slowest: list[float]
    megabytes: float
    alone: float
    beside: float


def many_clerks(town: Town, count: int) -> list[str]:
    """So many clerks of the police, each signed in; their tokens."""
    now = datetime.now(UTC)
    with town.house.database.write() as session:
        names = [f"clerk{n:04d}" for n in range(count)]
        clerks = [Account(username=name, name=name, unit="police", roles=["clerk", "supervisor"]) for name in names]
        session.add_all(clerks)
        session.flush()
        return [open_session(session, clerk, now).token for clerk in clerks]


def a_change(town: Town, n: int) -> None:
    """A new case at the window of the police."""
    town.ask([{**questions(n + 1)[n], "year": EARLY, "reference": f"LB-{n}"}])


async def measure(town: Town, serve: Part, tokens: list[str], address: str) -> Seen:
    """Opens the live pages, makes changes, and looks at an ordinary page meanwhile."""
    alone = await asyncio.to_thread(_page, town)
    before = serve.memory()
    listeners = [Listener() for _ in tokens]
    tasks = [asyncio.create_task(one.listen(town, token, address)) for one, token in zip(listeners, tokens, strict=True)]
    await _until(listeners, tasks)
    megabytes = (serve.memory() - before) / len(listeners)
    slowest = []
    for n in range(CHANGES):
        await asyncio.sleep(2)
        events = {id(one): one.events for one in listeners}
        began = time.monotonic()
        await asyncio.to_thread(a_change, town, n)
        committed = time.monotonic()
        await _until_more(listeners, events, 30)
        slowest.append(max(one.heard for one in listeners) - committed)
        console.print(f"  change {n}: made in {committed - began:.2f} s, with all after {slowest[-1]:.2f} s", highlight=False)
    beside = await asyncio.to_thread(_page, town)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return Seen(slowest, megabytes, alone, beside)


def _page(town: Town) -> float:
    reader = Reader(town, "police1")
    return statistics.median([reader.milliseconds("/desk?pile=new") for _ in range(LOOKS)])


async def _until(listeners: list[Listener], tasks: list[asyncio.Task[None]]) -> None:
    end = time.monotonic() + 60
    while any(one.events == 0 for one in listeners):
        for task in tasks:
            assert not task.done(), task.exception()
        assert time.monotonic() < end, f"{sum(one.events == 0 for one in listeners)} of {len(listeners)} heard nothing"
        await asyncio.sleep(0.02)


async def _until_more(listeners: list[Listener], before: dict[int, int], seconds: float) -> None:
    end = time.monotonic() + seconds
    while any(one.events == before[id(one)] for one in listeners):
        assert time.monotonic() < end, f"{sum(one.events == before[id(one)] for one in listeners)} heard nothing of the change"
        await asyncio.sleep(0.02)


def main(
    count: Annotated[int, typer.Option(help="Open live pages")] = 1_000,
    cases: Annotated[int, typer.Option(help="Cases in the house, a tenth of them open")] = 3_000,
) -> None:
    """Prints how soon a change reaches everybody, what a listener costs, and what an ordinary page takes beside them."""
    figures = Figures(console)
    for name, ground in (("SQLite", on_files), ("PostgreSQL", on_servers)):
        with ground() as town:
            fill(town, Crowd(cases, cases // 10))
            tokens, serve = many_clerks(town, count), town.part("serve")
            for address in LIVE:
                with running([serve]):
                    await_port(town.http, serve)
                    seen = asyncio.run(measure(town, serve, tokens, address))
                where = f"{name}, {count:,} on {address}"
                figures.add(
                    f"{where}: a change is with all", f"{statistics.median(seen.slowest):.2f} s", f"worst {max(seen.slowest):.2f} s"
                )
                figures.add(f"{where}: memory a listener", f"{seen.megabytes * 1000:.0f} kB")
                figures.add(
                    f"{where}: an ordinary page",
                    f"{seen.beside:.0f} ms ({seen.alone:.0f} ms alone)",
                    f"{seen.beside / seen.alone:.2f} x",
                )
    figures.show()


if __name__ == "__main__":
    typer.run(main)
