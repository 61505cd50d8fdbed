"""`python -m tests.bench.pages`: how long the server takes for each list and board, with few cases and with many."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.accounts import Account, open_session
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


def medians(town: Town, rounds: int) -> dict[str, float]:
    """The median of each page, in milliseconds; the first look at each warms up and does not count."""
    serve = town.part("serve")
    found: dict[str, float] = {}
    with running([serve]):
        await_port(town.http, serve)
        for username, addresses in PAGES.items():
            reader = Reader(town, username)
            for address in addresses:
                took = [reader.milliseconds(address) for _ in range(rounds + 2)][2:]
                found[f"{username} {address}"] = statistics.median(took)
    return found


def measure(ground: Callable[[], object], crowd: Crowd, rounds: int) -> dict[str, float]:
    """The medians with so many cases."""
    with ground() as town:  # type: ignore[attr-defined]  # a context manager of ours
        began = time.monotonic()
        fill(town, crowd)
        console.print(f"{crowd.cases:,} cases in {time.monotonic() - began:.0f} s", highlight=False)
        return medians(town, rounds)


def main(
    few: Annotated[int, typer.Option(help="Cases in the small house")] = FEW.cases,
    many: Annotated[int, typer.Option(help="Cases in the large house, 3,000 of them open")] = MANY.cases,
    rounds: Annotated[int, typer.Option(help="Looks at each page")] = ROUNDS,
) -> None:
    """Prints the medians of both houses side by side, on files and on servers."""
    figures = Figures(console)
    for name, ground in (("SQLite", on_files), ("PostgreSQL", on_servers)):
        small = measure(ground, Crowd(few, min(few, FEW.open)), rounds)
        large = measure(ground, Crowd(many, min(many, MANY.open)), rounds)
        for page, took in large.items():
            figures.add(f"{name}: {page}", f"{took:.0f} ms ({small[page]:.0f} ms)", f"{took / small[page]:.2f} x")
    figures.show()


if __name__ == "__main__":
    typer.run(main)
