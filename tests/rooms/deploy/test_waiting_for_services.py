"""A part that is started first waits for what it needs."""

import errno
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from broker.transports.transport import Unreachable
from deploy.cli.parts import waiting_for_services
from deploy.migrate import migrate_database
from deploy.schema_version import is_current
from storage.database import Database
from tests.phones import until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting_for_services, "PAUSE", 0.05)  # so that no test waits


def test_a_part_waits_for_tables_and_post_office(tmp_path: Path) -> None:
    database, looks = Database(f"sqlite:///{tmp_path / 'later.sqlite'}"), list[str]()

    def declare() -> None:
        looks.append("look")
        if len(looks) < 3:
            raise Unreachable

    waiting = threading.Thread(target=waiting_for_services.wait_for_services, args=(database, declare))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive(), "there are no tables yet"
    assert looks == []

    migrate_database(database)
    until(lambda: not waiting.is_alive())
    database.close()

    assert len(looks) == 3


def test_a_database_that_is_away_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    database = Database(f"sqlite:///{folder / 'away.sqlite'}")
    waiting = threading.Thread(target=waiting_for_services.wait_for_services, args=(database, lambda: None))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()

    folder.mkdir()
    migrate_database(database)
    until(lambda: not waiting.is_alive())
    database.close()


def test_tables_of_a_newer_version_do_for_this_one(tmp_path: Path) -> None:
    """While the house is brought to the next version its old parts work on, and say that they are ready."""
    database = Database(f"sqlite:///{tmp_path / 'newer.sqlite'}")
    migrate_database(database)
    with database.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()

    assert is_current(database)
    database.close()


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    """`hecha keys rotate house` as root left the keys to root: the relay died in a traceback at each start."""
    database, looks = Database(f"sqlite:///{tmp_path / 'there.sqlite'}"), list[str]()
    migrate_database(database)

    def declare() -> None:
        looks.append("look")
        if len(looks) < 2:
            raise PermissionError(errno.EACCES, "Permission denied", "keys/letters/house.json")

    told = [waiting_for_services._missing(database, declare) for _ in range(2)]
    database.close()

    assert told[0].startswith("keys/letters/house.json: this process may not read it")
    assert told[1] == ""
