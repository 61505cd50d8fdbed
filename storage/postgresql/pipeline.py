"""The pipeline to PostgreSQL: what nobody waits for goes together with the next statement, or with the commit, in one round trip.

We say BEGIN ourselves: it goes with the first statement. What is queued is sent before anything else is asked on its connection,
so whoever looks afterwards sees it. A statement that fails stops all behind it, the COMMIT included.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import ExecutionContext

from storage.postgresql.round_trip import Statement, run_together

BEGIN_OPTION = "hecha_begin"  # how transactions of an engine begin; "": it has none
COMMIT, ROLLBACK = "COMMIT", "ROLLBACK"  # also to a savepoint
# In a connection's info: what goes before the next statement, what goes in its place, what that gave, and what is prepared.
QUEUED, TOGETHER, ROWS, PREPARED = "hecha_queued", "hecha_together", "hecha_rows", "hecha_prepared"
PLANNED = "hecha_planned"  # there too: when plans were made anew
# A table that grows is planned for as it is now: the server itself thinks again only when it has counted, a minute or more later.
ANEW = Statement("DISCARD PLANS")
PLANS_HOLD = 20.0  # seconds


class StaleRows(Exception):
    """Rows that were to be changed are not there any more as they were seen: nothing of the transaction is kept."""


def open_pipeline(engine: Engine) -> None:
    """From now on transactions of this engine begin and end with the statements before and after; its driver adds nothing."""
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _rollback)
    event.listen(engine, "rollback_savepoint", lambda connection, *_: _forget(connection))
    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "do_executemany", _execute_many)


def queue(connection: Connection, statement: Statement) -> None:
    """This goes before whatever is said next on this connection; nobody hears how many rows it was about."""
    connection.info.setdefault(QUEUED, []).append(statement)


def ask_together(connection: Connection, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """The rows of each of these, in one round trip; what they write is noted as if the last had been executed alone."""
    connection.info[TOGETHER] = statements
    connection.exec_driver_sql(statements[-1].text)
    return cast(list[list[tuple[Any, ...]]], connection.info.pop(ROWS))


def _begin(connection: Connection) -> None:
    if begin := connection.get_execution_options().get(BEGIN_OPTION, "BEGIN"):
        connection.info[QUEUED] = [Statement(begin)]


def _commit(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if len(connection.info.get(QUEUED, ())) > 1 or driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        try:
            connection.exec_driver_sql(COMMIT)
        except Exception:
            _undo(driver)  # SQLAlchemy undoes nothing where a commit failed
            raise
    _forget(connection)  # a transaction in which nothing was said has not begun


def _rollback(connection: Connection) -> None:
    if not connection.invalidated:
        _undo(connection.connection.driver_connection)
    _forget(connection)


def _undo(driver: Any) -> None:
    # Not by the driver: after each ROLLBACK it takes away what was prepared on its connection, by whomever.
    if driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        with suppress(psycopg.Error):  # it may be gone
            run_together(driver, {}, [Statement(ROLLBACK)])
        if driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            driver.close()  # nobody shall come upon what was left undone


def _forget(connection: Connection) -> None:
    if not connection.invalidated:
        for name in (QUEUED, TOGETHER, ROWS):
            connection.info.pop(name, None)


def _execute(cursor: Any, statement: str, parameters: Any, context: ExecutionContext | None) -> bool:
    """Whether the statement was sent here, together with what was queued; alone it goes the usual way."""
    info = _info(context)
    queued: list[Statement] = info.pop(QUEUED, [])
    together: Sequence[Statement] | None = info.pop(TOGETHER, None)
    if together is not None or statement.startswith((COMMIT, ROLLBACK)):
        last = together or [Statement(statement)]
        info[ROWS] = _run(cursor, info, [*queued, *last])[-len(last) :]
        return True
    if len(queued) != 1 or queued[0].values or getattr(context, "_is_server_side", False):  # that cursor takes no pipeline
        _run(cursor, info, queued)
        return False
    with cursor.connection.pipeline():  # the BEGIN alone, whose answer nobody needs
        cursor.connection.execute(queued[0].text)
        cursor.execute(statement, parameters)
    return True


def _execute_many(cursor: Any, _statement: str, _parameters: Any, context: ExecutionContext | None) -> None:
    info = _info(context)
    _run(cursor, info, info.pop(QUEUED, []))  # the driver makes a pipeline of its own of the rest


def _info(context: ExecutionContext | None) -> dict[str, Any]:
    try:
        return context.root_connection.info if context else {}
    except NotImplementedError:  # SQLAlchemy's own first look at a server, on which nothing is ever queued
        return {}


def _planned_anew(info: dict[str, Any], statements: Sequence[Statement]) -> Sequence[Statement]:
    """These; where plans were kept for long, what forgets them comes first. Not before a BEGIN, which begins its transaction."""
    planned = any(one.values for one in statements)  # nothing is planned for a ROLLBACK, before which nothing else may be said
    if not planned or not info.get(PREPARED) or time.monotonic() - info.get(PLANNED, 0.0) <= PLANS_HOLD:
        return statements
    info[PLANNED] = time.monotonic()
    begins = statements[0].text.startswith("BEGIN")
    return [*statements[:begins], ANEW, *statements[begins:]]


def _run(cursor: Any, info: dict[str, Any], statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    if not statements:
        return []
    try:
        return run_together(cursor.connection, info.setdefault(PREPARED, {}), _planned_anew(info, statements))
    except psycopg.errors.InvalidSqlStatementName:  # somebody took away what was prepared
        info[PREPARED] = {}
        raise
    except psycopg.errors.DivisionByZero:  # how `update_rows` counts: storage/bulk_rows.py
        raise StaleRows from None
