"""What operators do to a house that is at work: they restart one part after the other, and bring the next version's tables."""

import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic.config import Config

from deploy import migrate
from tests.faults.deployment import Deployment
from tests.faults.people import Asked, Strict

NEXT = """
    from alembic import op
    import sqlalchemy as sa
    revision, down_revision = "next", "{head}"
    def upgrade():
        op.add_column("cases", sa.Column("of_the_next_version", sa.String(), nullable=False, server_default=""))
        op.add_column("trail", sa.Column("of_the_next_version", sa.Integer(), nullable=True))
        op.create_index("ix_of_the_next_version", "cases", ["of_the_next_version"])
"""
NOTICED = 1.0  # seconds until every balancer has seen that a front is ready again
HELD = 4.0  # seconds that somebody sits on a table while it shall be changed


def restart(place: Deployment, asked: Asked, names: Sequence[str]) -> Strict:
    """These parts are stopped in good order and started again, one after the other; nobody may notice."""
    user = Strict(place, asked, len(asked.cases))
    user.start()
    for name in names:
        machine = place.machines[name]
        machine.part.end()
        machine.part.start()
        if name.startswith("serve"):
            place.until_ready(name)
            time.sleep(NOTICED)
    user.end()
    return user


def migrate_at_work(place: Deployment, asked: Asked) -> Strict:
    """The next version's migration runs while this version works, and while somebody holds a table for some seconds."""
    user = Strict(place, asked, len(asked.cases))
    user.start()
    holder = threading.Thread(target=_hold_table, args=(place,))
    holder.start()
    time.sleep(0.5)
    with _next_version(place.folder):
        migrate.migrate_database(place.town.house.database)
    holder.join()
    time.sleep(1)
    user.end()
    return user


def _hold_table(place: Deployment) -> None:
    with psycopg.connect(place.postgres.url_of("hecha").replace("+psycopg", "")) as connection:
        connection.execute("LOCK TABLE cases IN ACCESS SHARE MODE")
        time.sleep(HELD)


@contextmanager
def _next_version(folder: Path) -> Iterator[None]:
    """`hecha migrate` as the next version would run it: with one migration more."""
    more, config_for = folder / "next", migrate.config_for
    more.mkdir(exist_ok=True)
    (more / "9999_next.py").write_text(textwrap.dedent(NEXT).format(head=migrate.head_revision()))

    def with_next(connection: object = None) -> Config:
        config = config_for(connection)  # type: ignore[arg-type]
        config.set_main_option("version_locations", f"{migrate.FOLDER / 'versions'}:{more}")
        return config

    migrate.config_for = with_next  # the one thing a newer version has that this one has not
    try:
        yield
    finally:
        migrate.config_for = config_for


def has_next(place: Deployment) -> bool:
    """Whether the next version's column is there."""
    found = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'of_the_next_version'"
    return place.sql(found) == [(2,)]
