"""The whole house as it stands in a city: PostgreSQL, three RabbitMQ nodes, two of each part, three agents and the phones."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psycopg

from tests.faults.cluster import Cluster
from tests.faults.network import MB, Disk, Host, Network
from tests.node import Place, free_port
from tests.nodes import PostgresNode
from tests.parts import HECHA, Part
from tests.town import Town

TWICE = "serve", "relay", "work", "clock"
AGENTS = ("agent1", "agent2", "agent3")
PATIENCE = 180.0  # seconds for a server or a part on a busy machine


@dataclass
class Machine:
    """A host with its disk and what runs on it."""

    host: Host
    disk: Disk
    part: Part
    stopped: bool = field(default=False)


class Deployment:
    """Made, then `start`ed in any order; `machines` by name."""

    def __init__(self, folder: Path) -> None:
        self.network = Network()
        self.folder, self.http_port, self.sms_port = folder, free_port(), free_port()
        self.postgres_host = self.network.host("postgres")
        self.postgres_disk = Disk(folder / "postgres", 4000 * MB, self.network.real)
        place = Place(self.postgres_disk.folder, self.postgres_host.enter, self.postgres_host.address)
        self.postgres = PostgresNode(place=place, settings=("track_commit_timestamp=on", "max_wal_size=200MB"))
        self.cluster = Cluster(self.network, folder)
        self.home, self.clock = folder / "home", folder / "clock"
        self.home_disk = Disk(self.home, 1000 * MB, self.network.real)
        hosts = {f"{name}{n}": self.network.host(f"{name}{n}") for name in TWICE for n in (1, 2)}
        hosts |= {name: self.network.host(name) for name in (*AGENTS, "phones")}
        self.machines = {name: self._machine(host, hosts) for name, host in hosts.items()}
        self.town: Town

    def _machine(self, host: Host, hosts: dict[str, Host]) -> Machine:
        disk = Disk(self.folder / host.name, 60 * MB, self.network.real)
        kind = host.name.rstrip("123")
        command, program = [kind], list[str]()
        if kind == "agent":
            command = ["respond", "--unit", "police"]
        if kind == "phones":
            program = [sys.executable, "-m", "tests.faults.provider"]
            command = [host.address, str(self.sms_port), str(disk.folder)]
        part = Part(command, self.settings(host, hosts), disk.folder, host.enter, program)
        part.name, part.log = host.name, disk.folder / "log"
        return Machine(host, disk, part)

    def settings(self, host: Host, hosts: dict[str, Host]) -> dict[str, str]:
        """What a part on this host is told."""
        return {
            "HECHA_HOME": str(self.home),
            "HECHA_DATABASE_URL": self.postgres.url_of("hecha"),
            "HECHA_BROKER_URL": self.cluster.url,
            "HECHA_HTTP": f"{host.address}:{self.http_port}",
            "HECHA_PUBLIC_URL": f"http://{hosts['serve1'].address}:{self.http_port}",
            "HECHA_SMS_URL": f"http://{hosts['phones'].address}:{self.sms_port}",
            "HECHA_SMS_TOKEN": "a-token-of-the-rounds",
            "HECHA_CLOCK_FILE": str(self.clock),
            "TMPDIR": str(self.folder / host.name),
            "PYTHONPATH": ":".join(filter(None, sys.path)),
        }

    def found(self) -> None:
        """PostgreSQL and RabbitMQ, and the city in them."""
        self.cluster.begin()
        self.postgres.start()
        self.postgres.fresh_database("hecha")
        self.cluster.started()
        self.town = Town(self.home, self.postgres.url_of("hecha"), self.cluster.url, self.clock)
        self.town.found()
        self.cluster.flush()

    def start(self, names: Sequence[str] = ()) -> None:
        """Starts these parts, or all, in this order, and waits for nothing."""
        for name in names or self.machines:
            self.machines[name].part.start()

    def until_ready(self, name: str) -> None:
        """Waits until this serve says that it can work."""
        end, front = time.monotonic() + PATIENCE, f"http://{self.machines[name].host.address}:{self.http_port}"
        while time.monotonic() < end:
            with suppress(httpx2.HTTPError):
                if httpx2.get(f"{front}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{name} does not become ready: {self.machines[name].part.tail()}")

    def fronts(self) -> list[str]:
        """Where the two serves are reached."""
        return [f"http://{self.machines[name].host.address}:{self.http_port}" for name in ("serve1", "serve2")]

    def sql(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Asks the database, as an onlooker; waits while it is away."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with psycopg.connect(self.postgres.url_of("hecha").replace("+psycopg", ""), connect_timeout=3) as connection:
                    return connection.execute(query, values).fetchall()  # type: ignore[arg-type]
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.3)

    def hecha(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the house, as an operator gives it."""
        env = {**os.environ, **self.town.settings, "HECHA_CLOCK_FILE": str(self.clock)}
        return subprocess.run([str(HECHA), *words], env=env, capture_output=True, text=True, timeout=600, check=False)

    def mood(self, word: str) -> None:
        """How the SMS provider is from now on: slow, wrong, down, or well."""
        (self.machines["phones"].disk.folder / "mood").write_text(word)

    def logs(self) -> str:
        """What each part last said, and whether it lives."""
        parts = [machine.part for machine in self.machines.values()]
        servers = [self.postgres.log, *(node.log for node in self.cluster.nodes)]
        told = [f"--- {log}\n{log.read_text(errors='replace')[-1500:]}" for log in servers if log.exists()]
        return "\n".join(told) + "\n".join(
            f"--- {part.name} {'lives' if part.alive() else 'is gone'}\n{part.tail(600)}" for part in parts
        )

    def close(self) -> None:
        """Ends everything."""
        for machine in self.machines.values():
            machine.part.kill()
        if hasattr(self, "town"):
            self.town.close()
        self.cluster.remove()
        self.postgres.remove()
        self.network.close()
