"""A private Redis on a free loopback port in a temporary folder, that keeps everything it has said yes to."""

import os
import signal
import socket

from tests.node import HERE, Node, Place, program, until


class RedisNode(Node):
    """A Redis that writes each command into its file before it answers; `sync` is how often it waits for the disk."""

    def __init__(self, sync: str = "always", place: Place = HERE) -> None:
        super().__init__("redis", place=place)
        self.sync = sync
        self.server = program("redis-server", "redis-server", "/usr/bin")
        self.password = os.urandom(12).hex()
        self.url = f"redis://:{self.password}@{self.address}:{self.port}/0"
        (self.folder / "redis.conf").write_text(
            f"bind {self.address}\nport {self.port}\ndir {self.folder}\nrequirepass {self.password}\n"
            f'appendonly yes\nappendfsync {sync}\nsave ""\ndaemonize no\n'
        )

    def start(self) -> "RedisNode":
        """Returns when the node takes connections and has read what it kept."""
        self.child = self.launch([self.server, str(self.folder / "redis.conf")])
        until(self._answers, self.child, self.log)
        return self

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.address, self.port), timeout=1) as probe:
                probe.sendall(f"AUTH {self.password}\r\n".encode())
                probe.recv(64)
                probe.sendall(b"PING\r\n")
                return b"PONG" in probe.recv(64)
        except OSError:
            return False

    def stop(self) -> None:
        """An orderly stop."""
        self.end(signal.SIGTERM)

    def restart(self) -> None:
        """kill -9 and start again on the same port with the same letters."""
        self.kill()
        self.start()
