"""Private RabbitMQ and PostgreSQL nodes on free loopback ports in a temporary folder; system services are never touched."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.certificates import write_certificates
from tests.node import HERE, PATIENCE, Node, Place, free_port, program, until

__all__ = ["PostgresNode", "RabbitNode", "StandbyNode", "free_port"]


def max_message_size() -> str:
    """As we ask it of every RabbitMQ."""
    lines = (Path(__file__).parents[1] / "deploy/rabbitmq/rabbitmq.conf").read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2].strip() for line in lines if line.startswith("max_message_size"))


class RabbitNode(Node):
    """A RabbitMQ node with its own name, cookie, epmd, ports and folders. Quorum queues survive its kill."""

    def __init__(self, watermark: float = 0.4, place: Place = HERE, tls: bool = False) -> None:
        """`tls`: it also listens on `tls_port`, with a certificate of the authority in `authority`."""
        super().__init__("rabbit", place=place)
        self.tls_port, self.authority = free_port() if tls else 0, self.folder / "ca.pem"
        folders = "/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin"
        self.server = program("rabbitmq-server", "rabbitmq-server", *folders)
        self.ctl = program("rabbitmqctl", "rabbitmq-server", *folders)
        self.epmd = program("epmd", "erlang-base", "/usr/lib/erlang/erts-*/bin")
        self.url = f"amqp://guest:guest@{self.address}:{self.port}/%2F"
        self.mapper: subprocess.Popen[bytes] | None = None
        self._write(watermark)

    def _write(self, watermark: float) -> None:
        conf = {
            "listeners.tcp.1": f"{self.address}:{self.port}",
            "vm_memory_high_watermark.relative": f"{watermark}",
            "disk_free_limit.absolute": "10MB",
            "log.file.level": "warning",
            "max_message_size": max_message_size(),
        }
        conf |= write_certificates(self.folder, self.address, self.tls_port) if self.tls_port else {}
        (self.folder / "rabbitmq.conf").write_text("".join(f"{key} = {value}\n" for key, value in conf.items()))
        (self.folder / "enabled_plugins").write_text("[].\n")
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(os.urandom(12).hex())
        cookie.chmod(0o400)
        at, names = self.folder, ("CONFIG_FILE rabbitmq.conf", "ENABLED_PLUGINS_FILE enabled_plugins", "CONF_ENV_FILE none")
        files = {f"RABBITMQ_{name.split()[0]}": str(at / name.split()[1]) for name in names}
        folders = {f"RABBITMQ_{name}": str(at / name.lower()) for name in ("MNESIA_BASE", "LOG_BASE", "GENERATED_CONFIG_DIR")}
        quiet = "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(at),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"hecha{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": quiet,  # an idle node must not spin beside the tests
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script becomes the server, so that its pid is the server's
            **files,
            **folders,
        }

    def start(self) -> "RabbitNode":
        """Returns when the node takes connections: 5 to 8 seconds."""
        self.begin()
        return self.started()

    def begin(self) -> None:
        """Starts the node and does not wait. The node dies with the thread that calls this."""
        if self.mapper is None:
            ports = "-port", self.env["ERL_EPMD_PORT"], "-address", self.env["ERL_EPMD_ADDRESS"]
            self.mapper = self.launch([self.epmd, *ports], self.env)
            time.sleep(0.1)
        self.child = self.launch([self.server], self.env)

    def started(self) -> "RabbitNode":
        """Waits until the node takes connections."""
        assert self.child is not None
        until(self._answers, self.child, self.log)
        return self

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.address, self.port), timeout=1) as probe:
                probe.sendall(b"AMQP\x00\x00\x09\x01")
                return bool(probe.recv(1))
        except OSError:
            return False

    def stop(self) -> None:
        """An orderly stop."""
        self.end(signal.SIGTERM)

    def restart(self) -> None:
        """kill -9 and start again on the same port with the same letters."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Writes down which quorum queues there are. RabbitMQ 3.10 keeps that in memory for seconds after a declare;

        a node killed meanwhile comes back with a queue that is empty and never confirms again.
        """
        self.rabbitmqctl("eval", "[dets:sync(Table) || Table <- dets:all()].")

    def rabbitmqctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl against this node; about 2 seconds."""
        command = [*self.prefix, self.ctl, "-q", "-n", self.env["RABBITMQ_NODENAME"], *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def remove(self) -> None:
        """Ends the node and its port mapper."""
        self.kill()
        if self.mapper is not None:
            self.mapper.kill()
            self.mapper.wait()
        super().remove()


def takes_connections(address: str, port: int) -> bool:
    """Whether a PostgreSQL, or a pooler before one, lets somebody in here."""
    try:
        psycopg.connect(host=address, port=port, user="hecha", dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


class PostgresNode(Node):
    """A PostgreSQL cluster; `durable` waits for the disk at each commit as a real one does."""

    def __init__(self, durable: bool = False, place: Place = HERE, settings: Sequence[str] = ()) -> None:
        super().__init__("postgres", "postgres" if os.geteuid() == 0 else "", place)
        own_memory = "dynamic_shared_memory_type=mmap"  # in its folder: what is killed must leave nothing in the machine's memory
        self._settings = ["max_connections=200", own_memory, *settings]
        bins = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"
        self.initdb, self.server = program("initdb", "postgresql", *bins), program("postgres", "postgresql", *bins)
        self.durable = durable
        self.url = self.url_of("postgres")

    def url_of(self, name: str) -> str:
        """The SQLAlchemy URL of one database."""
        return f"postgresql+psycopg://hecha@{self.address}:{self.port}/{name}"

    def start(self) -> "PostgresNode":
        """Returns when the node takes connections: about 2 seconds the first time."""
        data = self.folder / "data"
        if not data.exists():
            self._make(data)
        settings = [f"listen_addresses={self.address}", f"unix_socket_directories={self.folder}", *self._settings]
        settings += [] if self.durable else ["fsync=off", "full_page_writes=off"]  # killing the process loses nothing for that
        self.child = self.launch([self.server, "-D", str(data), "-p", str(self.port), *(f"-c{each}" for each in settings)])
        until(self._answers, self.child, self.log)
        return self

    def _make(self, data: Path) -> None:
        self._wait([self.initdb, "-D", str(data), "-U", "hecha", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")

    def _wait(self, command: Sequence[str]) -> None:
        if self.launch(command).wait(PATIENCE):
            raise RuntimeError(f"{command[0]} failed: {self.log.read_text()[-2000:]}")

    def _answers(self) -> bool:
        return takes_connections(self.address, self.port)

    def stop(self) -> None:
        """A fast stop: open transactions are rolled back."""
        self.end(signal.SIGINT)

    def kill(self) -> None:
        """kill -9 of the server; its children notice and go."""
        if self.child is not None:
            listed = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
            children = listed.read_text().split() if listed.exists() else []
            super().kill()
            for child in map(int, children):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def fresh_database(self, name: str, template: str = "template1") -> str:
        """An empty database, or a copy of another; gives back its SQLAlchemy URL."""
        with self._admin() as admin:
            # File by file is less work than writing each page into the log first, as newer servers do unless they are told.
            how = "STRATEGY FILE_COPY" if admin.info.server_version >= 150000 else ""
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {how}'.encode())
        return self.url_of(name)

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The URL of a database of its own, an empty one or a copy of another; at the end it is gone with all who are in it."""
        name = f"t{uuid4().hex[:12]}"
        yield self.fresh_database(name, template)
        with self._admin() as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def run(self, statement: str) -> None:
        """A statement of the server's own administrator."""
        with self._admin() as admin:
            admin.execute(statement.encode())

    def _admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=self.address, port=self.port, user="hecha", dbname="postgres", autocommit=True)


class StandbyNode(PostgresNode):
    """A streaming standby of another cluster, which must run when this one is started first."""

    def __init__(self, primary: PostgresNode) -> None:
        super().__init__()
        self._primary = primary

    def _make(self, data: Path) -> None:
        copier = str(Path(self.server).with_name("pg_basebackup"))
        source = f"host={self._primary.address} port={self._primary.port} user=hecha application_name=standby"
        self._wait([copier, "-D", str(data), "-d", source, "-R", "-X", "stream", "-c", "fast"])

    def promote(self) -> None:
        """Makes it the one that is written; returns when it is."""
        self.run("SELECT pg_promote()")
