"""The pipeline to PostgreSQL: what nobody waits for goes together with the next statement, or with the commit, in one round trip.

We say BEGIN ourselves: it goes with the first statement. What is queued is sent before anything else is asked on its connection,
so whoever looks afterwards sees it. A statement that fails stops all behind it, the COMMIT included.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import ExecutionContext

BEGIN_OPTION = "hecha_begin"  # how transactions of an engine begin; "": it has none
QUEUED = "hecha_queued"
Parameters = Mapping[str, Any] | None


class StaleRows(Exception):
    """Rows that were to be changed are not there any more as they were seen: nothing of the transaction is kept."""


class Queued(NamedTuple):
    """A statement in the driver's words, its parameters, and the cursor that gets its rows where somebody wants them."""

    text: str
    parameters: Parameters = None
    cursor: Any = None


def open_pipeline(engine: Engine) -> None:
    """From now on transactions of this engine begin and end with the statements before and after; its driver adds nothing."""
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)
    event.listen(engine, "rollback_savepoint", lambda connection, *_: _forget(connection))
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "do_executemany", _execute_many)


def queue(connection: Connection, statement: Queued) -> None:
    """This goes with whatever is said next on this connection; nobody hears how many rows it was about."""
    connection.info.setdefault(QUEUED, []).append(statement)


def _begin(connection: Connection) -> None:
    if begin := connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"):
        connection.info[QUEUED] = [Queued(begin)]


def _commit(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if len(connection.info.get(QUEUED, ())) > 1 or driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        try:
            connection.exec_driver_sql("COMMIT")
        except Exception:
            with suppress(psycopg.Error):  # it may be gone; SQLAlchemy undoes nothing where a commit failed
                driver.rollback()
            raise
    _forget(connection)  # a transaction in which nothing was said has not begun


def _forget(connection: Connection) -> None:
    if not connection.invalidated:
        connection.info.pop(QUEUED, None)


def _execute(cursor: Any, statement: str, parameters: Any, context: ExecutionContext | None) -> bool:
    """Whether the statement was sent here, together with what was queued; alone it goes the usual way."""
    queued = _taken(context)
    if queued and getattr(context, "_is_server_side", False):  # a cursor of the server's takes no pipeline
        *queued, last = queued
        _send(cursor.connection, queued, cursor.connection.cursor(), last)
        return False
    if queued:
        _send(cursor.connection, queued, cursor, Queued(statement, parameters))
    return bool(queued)


def _execute_many(cursor: Any, _statement: str, _parameters: Any, context: ExecutionContext | None) -> None:
    if queued := _taken(context):  # the driver makes a pipeline of its own of the rest
        *queued, last = queued
        _send(cursor.connection, queued, cursor.connection.cursor(), last)


def _taken(context: ExecutionContext | None) -> list[Queued]:
    try:
        return context.root_connection.info.pop(QUEUED, []) if context else []
    except NotImplementedError:  # SQLAlchemy's own first look at a server, on which nothing is ever queued
        return []


def _send(driver: psycopg.Connection[Any], queued: list[Queued], cursor: psycopg.Cursor[Any], last: Queued) -> None:
    """One round trip; `cursor` then has the result of the last. Raises what the first that failed says."""
    failed: psycopg.Error | None = None
    try:
        with driver.pipeline():
            try:
                for statement in queued:
                    (statement.cursor or driver).execute(statement.text, statement.parameters)
                cursor.execute(last.text, last.parameters)
            except psycopg.Error as error:  # an answer came before all was sent; leaving with it, the driver would log the others
                failed = error
    except psycopg.Error as error:
        failed = failed or error
    if isinstance(failed, psycopg.errors.DivisionByZero):  # how `update_rows` counts: storage/bulk_rows.py
        raise StaleRows from None
    if failed:
        raise failed
