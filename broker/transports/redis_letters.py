"""Letters in a Redis: queues with leases, put and taken in batches; a reader whose connection ended loses none."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from redis import Redis, RedisError, ResponseError
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import OutOfMemoryError
from redis.retry import Retry

from broker.transports.letter_store import DIED, HUNG, LEASE_SECONDS, LOOK_SECONDS, STOPPED, Taken
from broker.transports.redis_scripts import Scripts
from broker.transports.transport import ATTEMPTS, Unreachable

PATIENCE = 10.0  # seconds for any answer
OPENING = 5.0  # seconds for a connection
QUEUES, READERS, LOOKED = "hecha:queues", "hecha:readers", "hecha:looked"


class RedisLetters:
    """One connection. A Redis of several shards (cluster) cannot be used: a letter and its queue must lie together."""

    def __init__(self, url: str, authority: Path | None = None, lease_seconds: float = LEASE_SECONDS) -> None:
        self._url, self._lease = url, max(1, int(lease_seconds))
        self._tls = {"ssl_ca_certs": str(authority)} if authority and url.startswith("rediss:") else {}
        self._client: Any = None
        self._scripts: dict[str, Script] = {}
        self._heard: dict[str, bytes | str] = {}
        self._looked = 0.0
        self._me = ""

    @contextmanager
    def _talking(self) -> Iterator[Any]:
        # After any error we are a new reader: what the old one was given while the answer was lost comes again.
        try:
            yield self._client or self._open()
        except RedisError as error:
            client, self._client = self._client, None
            if client is not None:
                client.close()
            raise Unreachable(f"Redis: {type(error).__name__}") from error

    def _open(self) -> Any:
        # Never tried again by the library itself: letters whose answer was lost would be held by nobody who knows of them.
        how: dict[str, Any] = {"socket_timeout": PATIENCE, "socket_connect_timeout": OPENING, "retry": Retry(NoBackoff(), 0)}
        self._me = f"hecha-{uuid4().hex}"  # what the server lists as long as this connection lives
        named = {"client_name": self._me, "single_connection_client": True, "protocol": 2, **self._tls}
        self._client = Redis.from_url(self._url, **how, **named)
        self._scripts = {name: self._client.register_script(text) for name, text in Scripts()._asdict().items()}
        return self._client

    def _run(self, script: str, *arguments: Any) -> Any:
        with self._talking() as client:
            return self._scripts[script](args=arguments, client=client)

    def declare(self, queues: Sequence[str]) -> None:
        """Makes the queues exist."""
        with self._talking() as client:
            known = {name.decode() for name in client.smembers(QUEUES)}
            if missing := [name for name in queues if name not in known]:  # one that is full refuses to add even what is there
                client.sadd(QUEUES, *missing)

    def queues(self) -> set[str]:
        """The queues that exist."""
        with self._talking() as client:
            return {name.decode() for name in client.smembers(QUEUES)}

    def put(self, letters: Sequence[tuple[str, bytes, str]]) -> list[int]:
        """Stores (queue, wire, envelope) rows at once; gives back the positions of those whose queue does not exist."""
        return [int(position) for position in self._run("put", *(part for row in letters for part in row))]

    def take(self, queue: str, at_most: int) -> list[Taken]:
        """Leases up to so many waiting letters, oldest first, without waiting."""
        self._look_for_dead()
        if not self._client:
            self.queues()  # a connection first: it names us
        rows = self._run("take", self._me, queue, at_most, self._lease)
        texts = [(int(row[0]), int(row[1]), row[2].decode(), row[3].decode(), row[4].decode(), row[5]) for row in rows]
        return [Taken(*row) for row in texts]

    def _look_for_dead(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        with self._talking() as client:
            if not self._is_my_turn(client):
                return
            leases = {name.decode(): float(until) for name, until in client.hgetall(READERS).items() if name.decode() != self._me}
            if not leases:
                return
            seconds, _micro = client.time()
            living = {one["name"] for one in client.client_list()}
        died = [name for name in leases if name not in living]
        hung = [name for name, until in leases.items() if name in living and until < seconds]
        for readers, what in ((died, DIED), (hung, HUNG)):
            if readers:
                self._run("dismiss", what.format(attempts=ATTEMPTS), *readers)

    def _is_my_turn(self, client: Any) -> bool:
        """Whether nobody else has looked just now. A Redis that is full takes no note of it: everybody looks then, and reads on."""
        try:
            return bool(client.set(LOOKED, 1, nx=True, px=int(LOOK_SECONDS * 900)))
        except OutOfMemoryError:
            return True

    def watch(self, queue: str, until: float) -> None:
        """Returns when somebody may have put letters into the queue, or at this monotonic time, or when it is time to look."""
        bell = f"hecha:bell:{queue}"
        wait = max(1, int(1000 * min(until - time.monotonic(), LOOK_SECONDS)))
        with self._talking() as client:
            for _bell, entries in client.xread({bell: self._heard.get(bell, "0")}, count=1, block=wait) or ():
                self._heard[bell] = entries[-1][0]

    def done(self, seqs: Sequence[int]) -> None:
        """Removes letters, also those whose lease ran out meanwhile: the work on them is done."""
        self._run("done", *seqs)

    def release(self, seqs: Sequence[int]) -> None:
        """Gives letters back to their old place, or buries them after the last attempt; only what this reader still holds."""
        self._run("release", self._me, f"given back {ATTEMPTS} times", *seqs)

    def bury(self, seqs: Sequence[int], reason: str) -> None:
        """Moves letters this reader holds to the dead queue."""
        self._run("bury", self._me, reason, *seqs)

    def waiting(self, queue: str) -> int:
        """How many letters wait, those being read not counted."""
        with self._talking() as client:
            return int(client.zcard(f"hecha:waiting:{queue}"))

    def purge(self, queue: str, drop: bool = False) -> int:
        """Throws away what waits in the queue, and with `drop` the queue itself; says how many letters."""
        return int(self._run("purge", queue, int(drop)))

    def set_up(self) -> dict[str, str]:
        """How this server keeps what it holds; nothing where it does not say."""
        with self._talking() as client:
            try:
                said = client.config_get("append*", "maxmemory*")
            except ResponseError:
                return {}
        return {str(name): str(value) for name, value in said.items()}

    def close(self) -> None:
        """Gives back what is held and ends the connection."""
        if self._client is None:
            return
        with suppress(Unreachable):  # the server sees that we are gone
            self._run("dismiss", STOPPED.format(attempts=ATTEMPTS), self._me)
        if self._client is not None:
            self._client.close()
            self._client = None
