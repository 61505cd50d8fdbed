"""pgbouncer before a PostgreSQL of the tests, giving a connection for one transaction only."""

import os
import signal

from tests.node import Node, program, until
from tests.nodes import PostgresNode, takes_connections


class PoolerNode(Node):
    """Debian's pgbouncer in transaction mode; `lax`: it passes over startup parameters that it does not know."""

    def __init__(self, server: PostgresNode, lax: bool = False) -> None:
        super().__init__("pgbouncer", "postgres" if os.geteuid() == 0 else "")
        self.bouncer = program("pgbouncer", "pgbouncer", "/usr/sbin")
        options = {
            "listen_addr": self.address,
            "listen_port": self.port,
            "unix_socket_dir": self.folder,
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": 4,  # fewer than ask at once, so that each transaction may come upon another
            "max_client_conn": 200,
            "ignore_startup_parameters": "extra_float_digits" + (",options" if lax else ""),
        }
        lines = ["[databases]", f"* = host={server.address} port={server.port} user=hecha", "[pgbouncer]"]
        self.config = self.folder / "pgbouncer.ini"
        self.config.write_text("\n".join([*lines, *(f"{name} = {value}" for name, value in options.items()), ""]))

    def url_of(self, server_url: str) -> str:
        """The address of this database of the server through here."""
        return f"postgresql+psycopg://hecha@{self.address}:{self.port}/{server_url.rpartition('/')[2]}"

    def start(self) -> "PoolerNode":
        """Returns when it takes connections."""
        self.child = self.launch([self.bouncer, str(self.config)])
        until(self._answers, self.child, self.log)
        return self

    def _answers(self) -> bool:
        return takes_connections(self.address, self.port)

    def stop(self) -> None:
        """At once, whoever is in the middle of something."""
        self.end(signal.SIGTERM)
