"""The embedded broker's SQLite file: queues of letters, leased in batches; a killed process loses none."""

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from broker.transports.lease_holders import LeaseHolder
from broker.transports.letter_store import DIED, HUNG, LEASE_SECONDS, LOOK_SECONDS, STOPPED, Taken
from broker.transports.transport import ATTEMPTS, DEAD, Unreachable
from storage.private_files import make_ready
from storage.sqlite.file_watch import FileSignal, FileWatch

SCHEMA = """
CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reader (id INTEGER PRIMARY KEY AUTOINCREMENT, boot TEXT, namespace TEXT, pid INTEGER, born TEXT,
  lease REAL);
CREATE TABLE IF NOT EXISTS letter (seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL,
  holder INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '', envelope TEXT NOT NULL, wire BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS letter_waiting ON letter (queue, holder, seq);
CREATE INDEX IF NOT EXISTS letter_held ON letter (holder) WHERE holder <> 0;
"""
OTHERS = "SELECT id, lease, boot, namespace, pid, born FROM reader WHERE id <> ?"
HOLDING = " AND EXISTS (SELECT 1 FROM letter WHERE holder = reader.id AND holder <> 0)"
UNHEARD = 2.0  # seconds after which a queue is looked at again although nobody has rung
THESE = "seq IN (SELECT value FROM json_each(?))"
BURIED = "UPDATE letter SET queue = ?, source = queue, reason = ?, holder = 0, attempt = 0"


class LetterFile:
    """One connection to the file; each thread opens its own. Raises Unreachable when the file cannot be used."""

    _looks: ClassVar[dict[str, float]] = {}  # when anybody in this process last looked for dead readers, by file

    def __init__(self, path: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._lease_seconds = lease_seconds
        self._me = LeaseHolder.me()
        self._id = 0  # a row for this reader is written with its first letter
        self._renewed = 0.0
        make_ready(Path(path))
        with self._translated():
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=wal", "synchronous=full"):
                self._db.execute(f"PRAGMA {pragma}").close()
            self._db.executescript(SCHEMA)
        self._path = path
        self._listeners: dict[str, FileSignal] = {}
        self._empty_until: dict[str, float] = {}

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise Unreachable(f"letter file: {getattr(error, 'sqlite_errorname', type(error).__name__)}") from error

    @contextmanager
    def _writing(self, queues: Collection[str] = ()) -> Iterator[sqlite3.Connection]:
        """Commits at the end, and tells who waits for letters of these queues; they may be added while the block goes on."""
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            before = self._db.total_changes
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        FileWatch.wrote(self._path, queues, self._db.total_changes > before)

    def declare(self, queues: Sequence[str]) -> None:
        """Makes the queues exist."""
        if set(queues) - self.queues():
            with self._writing() as db:
                db.executemany("INSERT OR IGNORE INTO queue VALUES (?)", [(queue,) for queue in queues])

    def queues(self) -> set[str]:
        """The queues that exist."""
        with self._translated():
            return {row[0] for row in self._db.execute("SELECT name FROM queue")}

    def put(self, letters: Sequence[tuple[str, bytes, str]]) -> list[int]:
        """Stores (queue, wire, envelope) rows in one commit; gives back the positions of those whose queue does not exist."""
        with self._writing({row[0] for row in letters}) as db:
            known = {row[0] for row in db.execute("SELECT name FROM queue")}
            rows = [row for row in letters if row[0] in known]
            db.executemany("INSERT INTO letter (queue, wire, envelope) VALUES (?, ?, ?)", rows)
        return [i for i, row in enumerate(letters) if row[0] not in known]

    def take(self, queue: str, at_most: int) -> list[Taken]:
        """Leases up to so many waiting letters, oldest first, without waiting."""
        self._keep_lease()
        self._look_for_dead()
        if self._is_known_empty(queue):
            return []
        with self._translated():  # a look takes no lock, so that idle readers disturb nobody
            if not self._db.execute("SELECT 1 FROM letter WHERE queue = ? AND holder = 0 LIMIT 1", (queue,)).fetchone():
                return []
        self._empty_until.pop(queue, None)
        with self._writing() as db:
            self._renew(db)
            rows = db.execute(
                "UPDATE letter SET holder = ?, attempt = attempt + 1 WHERE seq IN "
                "(SELECT seq FROM letter WHERE queue = ? AND holder = 0 ORDER BY seq LIMIT ?) "
                "RETURNING seq, attempt, reason, source, envelope, wire",
                (self._id, queue, at_most),
            ).fetchall()
        return sorted(map(Taken._make, rows))

    def _is_known_empty(self, queue: str) -> bool:
        """Whether we looked and nobody has rung since. Else, from now on until somebody does, if there is nothing now."""
        signal, now = self._listeners.get(queue), time.monotonic()
        if signal is None:
            return False
        if not signal.has_rung() and now < self._empty_until.get(queue, 0.0):
            return True
        self._empty_until[queue] = now + UNHEARD
        return False

    def _keep_lease(self) -> None:
        """A reader that goes on asking lives, however long it has held what it holds already."""
        if self._id and time.monotonic() - self._renewed > self._lease_seconds / 3:
            with self._writing() as db:
                self._renew(db)

    def _renew(self, db: sqlite3.Connection) -> None:
        now = time.monotonic()
        if self._id and now - self._renewed < self._lease_seconds / 3:
            return  # nobody can have taken us for dead since
        self._renewed, lease = now, now + self._lease_seconds
        renewed = db.execute("UPDATE reader SET lease = ? WHERE id = ?", (lease, self._id)).rowcount
        if not renewed:  # the first time, or we hung for so long that others took us for dead
            me = (self._me.boot, self._me.namespace, self._me.pid, self._me.born, lease)
            added = db.execute("INSERT INTO reader (boot, namespace, pid, born, lease) VALUES (?, ?, ?, ?, ?)", me)
            self._id = int(added.lastrowid or 0)

    def _look_for_dead(self) -> None:
        """One reader of this process looks for all, at those that hold letters; whoever opens the file first, at all."""
        now, looked = time.monotonic(), self._looks.get(self._path)
        if looked is not None and now - looked < LOOK_SECONDS:
            return
        self._looks[self._path] = now
        with self._translated():
            rows = self._db.execute(OTHERS if looked is None else OTHERS + HOLDING, (self._id,)).fetchall()
        # What our own process holds is not asked of the system: it lives.
        dead = {them: them != self._me and them.surely_dead(self._me) for them in {LeaseHolder(*row[2:]) for row in rows}}
        died = [row[0] for row in rows if dead[LeaseHolder(*row[2:])]]
        hung = [row[0] for row in rows if row[1] < now and row[0] not in died]
        for readers, what in ((died, DIED), (hung, HUNG)):
            if readers:
                self._dismiss(readers, what)

    def _dismiss(self, readers: Sequence[int], what: str) -> None:
        """Frees what these readers held; `what` became of the last of them is the reason of those that have no attempt left."""
        queues: set[str] = set()
        with self._writing(queues) as db:
            ids = json.dumps(list(readers))
            which = "holder IN (SELECT value FROM json_each(?)) AND holder <> 0"
            queues |= self._free(db, which, (ids,), what.format(attempts=ATTEMPTS))
            db.execute("DELETE FROM reader WHERE id IN (SELECT value FROM json_each(?))", (ids,))

    def _free(self, db: sqlite3.Connection, which: str, args: tuple[str | int, ...], reason: str) -> set[str]:
        """The queues that have more letters now."""
        # What has waited in the dead queue stays there, however often somebody looked at it.
        spent = f"{BURIED} WHERE {which} AND attempt >= ? AND queue <> ? RETURNING queue"
        freed = f"UPDATE letter SET holder = 0 WHERE {which} RETURNING queue"
        buried = db.execute(spent, (DEAD, reason, *args, ATTEMPTS, DEAD)).fetchall()
        return {row[0] for row in buried + db.execute(freed, args).fetchall()}

    def done(self, seqs: Sequence[int]) -> None:
        """Removes letters, also those whose lease ran out meanwhile: the work on them is done."""
        with self._writing() as db:
            db.execute(f"DELETE FROM letter WHERE {THESE}", (json.dumps(seqs),))

    def release(self, seqs: Sequence[int]) -> None:
        """Gives letters back to their queue, or buries them after the last attempt; only what this reader still holds."""
        queues: set[str] = set()
        with self._writing(queues) as db:
            queues |= self._free(db, f"{THESE} AND holder = ?", (json.dumps(seqs), self._id), f"given back {ATTEMPTS} times")

    def bury(self, seqs: Sequence[int], reason: str) -> None:
        """Moves letters this reader holds to the dead queue."""
        with self._writing([DEAD]) as db:
            db.execute("INSERT OR IGNORE INTO queue VALUES (?)", (DEAD,))
            db.execute(f"{BURIED} WHERE {THESE} AND holder = ?", (DEAD, reason, json.dumps(seqs), self._id))

    def waiting(self, queue: str) -> int:
        """How many letters wait, those being read not counted."""
        with self._translated():
            return int(self._db.execute("SELECT count(*) FROM letter WHERE queue = ? AND holder = 0", (queue,)).fetchone()[0])

    def purge(self, queue: str, drop: bool = False) -> int:
        """Throws away what waits in the queue, and with `drop` the queue itself; says how many letters."""
        with self._writing() as db:
            gone = db.execute("DELETE FROM letter WHERE queue = ? AND holder = 0", (queue,)).rowcount
            if drop:
                db.execute("DELETE FROM queue WHERE name = ?", (queue,))
        return gone

    def watch(self, queue: str, until: float) -> None:
        """Returns when somebody may have put letters into the queue, or at this monotonic time, or when it is time to look."""
        if queue not in self._listeners:
            self._listeners[queue] = FileWatch.listen(self._path, [queue])
        if self._listeners[queue].wait(max(0.0, min(until - time.monotonic(), LOOK_SECONDS))):
            self._empty_until.pop(queue, None)

    def close(self) -> None:
        """Gives back what is held and closes the file."""
        try:
            if self._id:
                self._dismiss([self._id], STOPPED)
        finally:
            self._db.close()
            for listener in self._listeners.values():
                listener.close()
