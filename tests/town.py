"""The sample city's house for processes to work on, kinship questions for it, and what became of them."""

import atexit
import fcntl
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import text

from cases.question import Question
from cases.safeguards.fishing_guard import DEFAULT
from deploy.assembly import Assembly, assemble
from deploy.migrate import migrate_database
from deploy.settings import Settings
from requesters.ask.submit import Submission, submit
from sample.city.city import build
from sample.load import SHEET, load_city
from tests.nodes import free_port
from tests.parts import Part
from tests.scratch import MEMORY

ASKER = "bank-binjiang"


@cache
def founded() -> Path:
    """The folder of a house with the sample city in it and nothing asked yet, to be copied: made once in a run."""
    run, shared = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid())), Path(tempfile.gettempdir())
    if shared.parent != MEMORY:  # it is not ours to leave something in, nor known to all workers
        shared = Path(tempfile.mkdtemp(prefix="hecha-founded-"))
        atexit.register(shutil.rmtree, shared, ignore_errors=True)
    folder = shared / f"founded-{run}"
    with (shared / f"founding-{run}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = folder.with_suffix(".half")
            assembly = assemble(Settings(home=half))
            migrate_database(assembly.database)
            load_city(assembly)
            assembly.database.close()
            half.rename(folder)
    return folder


def founded_at(home: Path) -> Path:
    """A copy of it as this home."""
    shutil.copytree(founded(), home, dirs_exist_ok=True)
    return home


@cache
def _pool() -> list[dict[str, Any]]:
    children = [p for p in build().people if p.born.year >= 1990 and p.father and p.mother and p.here and not p.adopted]
    pairs = zip(children, children[1:] + children[:1], strict=True)
    asked: list[Any] = [(child, child.father if n % 2 else other.father) for n, (child, other) in enumerate(pairs)]
    # More differing questions about one person would be held for the supervisor before they are sent.
    often = Counter(person.number for pair in asked for person in pair)
    return [_kinship(child, man) for child, man in asked if max(often[child.number], often[man.number]) <= DEFAULT.tries]


def _kinship(child: Any, man: Any) -> dict[str, Any]:
    people = {role: {"name": p.name, "id_number": p.number} for role, p in (("person", child), ("relative", man))}
    what = {"item": "kinship", "matter": "close_relative_card", "details": {"relation": "father"}}
    return {**what, "subjects": people, "purpose": "注销亲属信用卡", "reference": "HC-0"}


def questions(count: int) -> list[dict[str, Any]]:
    """So many kinship questions that the police unit's machine can answer; half of them are true."""
    pool = _pool()
    return [{**pool[n % len(pool)], "reference": f"HC-{n}"} for n in range(count)]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the cases: how many are answered, how many answers stand on the trail, how often the asker was told."""

    cases: int
    answered: int
    answers: int  # lines of a finding or an answer
    twice: int  # cases with more than one such line
    told: int  # outcome letters that took effect
    waiting: int  # letters still in the outbox
    dead: int

    def since(self, before: "Tally") -> "Tally":
        """What came on top of an earlier tally."""
        return Tally(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))


TALLY = """SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM cases WHERE state = 'answered'),
(SELECT count(*) FROM trail WHERE action IN ('find', 'answer')),
(SELECT count(*) FROM (SELECT number FROM trail WHERE action IN ('find', 'answer') GROUP BY number HAVING count(*) > 1) AS twice),
(SELECT count(*) FROM inbox WHERE queue LIKE 'outcomes.%'), (SELECT count(*) FROM outbox), (SELECT count(*) FROM dead_letter)"""


class Town:
    """The sample city in one database and post office, and the folder of its parts."""

    def __init__(self, home: Path, database_url: str, broker_url: str, clock: Path | None = None) -> None:
        self.home = home
        self.http = f"127.0.0.1:{free_port()}"
        self.settings = {
            "HECHA_HOME": str(home),
            "HECHA_DATABASE_URL": database_url,
            "HECHA_BROKER_URL": broker_url,
            "HECHA_HTTP": self.http,
            "HECHA_SMS_URL": f"http://127.0.0.1:{free_port()}",
        }
        self.house: Assembly = assemble(Settings(home=home, database_url=database_url, broker_url=broker_url, clock_file=clock))

    def found(self) -> "Town":
        """Loads the city and makes its queues."""
        migrate_database(self.house.database)
        load_city(self.house)
        self.house.declare()
        return self

    def copy(self, home: Path) -> "Town":
        """The same city on files in another home; ours must be on files too, and closed."""
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return Town(home, f"sqlite:///{home / 'hecha.sqlite'}", f"embedded://{home / 'broker.sqlite'}")

    def part(self, *command: str) -> Part:
        """A `hecha` command on this house, not started."""
        return Part(command, self.settings, self.home)

    def key(self, username: str = "bank1") -> str:
        """This account's API key."""
        sheet = json.loads((self.home / SHEET).read_text(encoding="utf-8"))
        return str(sheet["accounts"][username]["key"])

    def ask(self, asked: Sequence[dict[str, Any]], keys: Sequence[str] = ()) -> list[str]:
        """Submits these questions in one commit; their case numbers. The same keys again open nothing twice."""
        named = zip(asked, keys or [""] * len(asked), strict=True)
        batch = [Submission(Question.model_validate(plain), ASKER, "bank1", key) for plain, key in named]
        with self.house.database.write() as session:
            results = submit(session, batch, self.house.now(), self.house.rulebook)
        refused = [result for result in results if not isinstance(result, str)]
        assert not refused, refused[0]
        return [str(result) for result in results]

    def tally(self) -> Tally:
        """What stands in the database now."""
        with self.house.database.read() as session:
            return Tally(*session.execute(text(TALLY)).one())

    def answers(self) -> int:
        """How many answers stand on the trail."""
        with self.house.database.read() as session:
            return int(session.execute(text("SELECT count(*) FROM trail WHERE action = 'find'")).scalar_one())

    def close(self) -> None:
        """Gives the connections back."""
        self.house.database.close()
