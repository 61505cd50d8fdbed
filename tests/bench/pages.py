"""`python -m tests.bench.pages`: how long the server takes for each list and board, with few cases and with many."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from access.accounts import Account
from access.sessions import open_session
from tests.bench.crowd import Crowd, fill
from tests.bench.table import Figures
from tests.nodes import PostgresNode, RabbitNode
from tests.parts import await_port, running
from tests.town import Town

console = Console(width=120)
FEW, MANY = Crowd(1_000, 600), Crowd(100_000, 3_000)  # both as old, and both fill their pages
ROUNDS = 15
# Every page that shows cases, and who reads it.
PAGES: Mapping[str, Sequence[str]] = {
    "bank1": (
        "/cases",
        "/cases?state=open",
        "/cases?state=answered",
        "/cases?whose=unit",
        "/cases?whose=unit&state=open",
        "/cases?whose=unit&item=kinship",
        "/ask",
        "/ask/kinship",
        "/batches",
    ),
    "police1": ("/desk?pile=new", "/desk?pile=mine", "/desk?pile=with_contact", "/desk?pile=answered", "/duty"),
    "supervisor": (
        "/board",
        "/board/cases?what=open",
        "/board/cases?what=overdue",
        "/board/cases?what=answered",
        "/wall",
        "/month",
        "/board/charts?span=hour",
        "/board/charts?span=day",
        "/board/charts?span=month",
        "/looks",
    ),
    "keeper": ("/roster", "/roster?unreached=1", "/roster/people"),
    "admin": ("/admin", "/admin/timers", "/admin/health", "/admin/accounts/police1"),
}


@contextmanager
def on_files() -> Iterator[Town]:
    """SQLite and the embedded post office."""
    with tempfile.TemporaryDirectory(prefix="hecha-bench-") as folder:
        home = Path(folder)
        town = Town(home, f"sqlite:///{home / 'hecha.sqlite'}", f"embedded://{home / 'broker.sqlite'}").found()
        yield town
        town.close()


@contextmanager
def on_servers() -> Iterator[Town]:
    """PostgreSQL and RabbitMQ."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hecha-bench-")))
        postgres, rabbit = PostgresNode(durable=True), RabbitNode()
        stack.callback(postgres.remove)
        stack.callback(rabbit.remove)
        town = Town(home, postgres.start().fresh_database("bench"), rabbit.start().url).found()
        stack.callback(town.close)
        yield town


class Reader:
    """Somebody signed in, on one connection."""

    def __init__(self, town: Town, username: str) -> None:
        with town.house.database.write() as session:
            self._token = open_session(session, session.get_one(Account, username), datetime.now(UTC)).token
        self._connection = HTTPConnection(town.http, timeout=60)

    def milliseconds(self, address: str) -> float:
        """From the request sent to the page received."""
        began = time.perf_counter()
        self._connection.request("GET", address, headers={"Cookie": f"hecha={self._token}; lang=zh", "Accept": "text/html"})
        response = self._connection.getresponse()
        page = response.read()
        took = (time.perf_counter() - began) * 1000
        assert response.status == 200, (address, response.status, page[:300])
        return took


def medians(towns: Sequence[Town], rounds: int) -> dict[str, list[float]]:
    """The median of each page in each house, in milliseconds, looked at in turns so that a busy moment meets them all.

    The first look at each warms up and does not count.
    """
    found: dict[str, list[float]] = {}
    parts = [town.part("serve") for town in towns]
    with running(parts):
        for town, serve in zip(towns, parts, strict=True):
            await_port(town.http, serve)
        for username, addresses in PAGES.items():
            readers = [Reader(town, username) for town in towns]
            for address in addresses:
                took = [[reader.milliseconds(address) for reader in readers] for _ in range(rounds + 2)][2:]
                found[f"{username} {address}"] = [statistics.median(each) for each in zip(*took, strict=True)]
    return found


def filled(stack: ExitStack, ground: Callable[[], AbstractContextManager[Town]], crowd: Crowd) -> Town:
    """A house with so many cases."""
    town, began = stack.enter_context(ground()), time.monotonic()
    fill(town, crowd)
    console.print(f"{crowd.cases:,} cases in {time.monotonic() - began:.0f} s", highlight=False)
    return town


def main(
    few: Annotated[int, typer.Option(help="Cases in the small house")] = FEW.cases,
    many: Annotated[int, typer.Option(help="Cases in the large house, 3,000 of them open")] = MANY.cases,
    rounds: Annotated[int, typer.Option(help="Looks at each page")] = ROUNDS,
) -> None:
    """Prints the medians of both houses side by side, on files and on servers."""
    figures = Figures(console)
    for name, ground in (("SQLite", on_files), ("PostgreSQL", on_servers)):
        crowds = Crowd(few, min(few, FEW.open)), Crowd(many, min(many, MANY.open))
        with ExitStack() as stack:
            found = medians([filled(stack, ground, crowd) for crowd in crowds], rounds)
        for page, (small, large) in found.items():
            figures.add(f"{name}: {page}", f"{large:.1f} ms ({small:.1f} ms)", f"{large / small:.2f} x")
    figures.show()


if __name__ == "__main__":
    typer.run(main)
