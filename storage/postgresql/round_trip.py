"""One round trip: several statements go to PostgreSQL at once, by libpq's pipeline mode; one that fails stops all behind it.

The driver's own pipeline waits after each statement for what may have come, which took more of the processor than all the rest.
"""

import select
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, NamedTuple, cast

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

WELL = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
LOST = "the connection was lost"
NOT_PLANNED = (b"BEGIN", b"COMMIT", b"ROLLBACK", b"DISCARD")  # nothing is saved by preparing these
_names = count()  # never one twice: what became of one that failed is not known


class Statement(NamedTuple):
    """A statement with its parameters written as $1, $2 ..., and their values."""

    text: str
    values: Sequence[object] = ()


Text = tuple[bytes, tuple[int, ...]]  # a statement and the types of its parameters
Prepared = dict[Text, bytes]  # the names by which the server knows what this connection has prepared


def run_together(driver: Any, prepared: Prepared, statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """The rows of each; `prepared` is what this connection has prepared, and grows. Raises what the first that failed says."""
    wire, adapt = driver.pgconn, Transformer.from_context(driver)
    spoken = [_spoken(adapt, one) for one in statements]  # what cannot be said is found before anything is
    wire.enter_pipeline_mode()
    try:
        # What a pooler may hand to another server tomorrow is not prepared.
        known = None if driver.prepare_threshold is None else prepared
        fresh = [_say(wire, known, text, values) for text, values in spoken]
        wire.pipeline_sync()
        results = _results(wire)
    finally:
        with suppress(psycopg.Error):  # it may be gone
            wire.exit_pipeline_mode()
    return [_rows(adapt, result) for result in _of_statements(results, fresh, prepared)]


def _spoken(adapt: Any, one: Statement) -> tuple[Text, Sequence[Any]]:
    values = adapt.dump_sequence(one.values, [PyFormat.TEXT] * len(one.values))
    if any(value is not None and b"\0" in bytes(value) for value in values):
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return (one.text.encode(), tuple(adapt.types or ())), values


def _say(wire: Any, prepared: Prepared | None, text: Text, values: Sequence[Any]) -> Text | None:
    """Sends it; says what was prepared for it, or None."""
    if prepared is None or text[0].startswith(NOT_PLANNED):
        wire.send_query_params(text[0], values, text[1])
        return None
    fresh = text not in prepared
    if fresh:
        prepared[text] = b"h%d" % next(_names)
        wire.send_prepare(prepared[text], *text)
    wire.send_query_prepared(prepared[text], values)
    return text if fresh else None


def _results(wire: Any) -> list[Any]:
    while wire.flush():
        if _wait(wire, select.POLLIN | select.POLLOUT) & select.POLLIN:
            wire.consume_input()
    results = list[Any]()
    while True:
        while wire.is_busy():
            _wait(wire, select.POLLIN)
            wire.consume_input()
        result = wire.get_result()
        if result is None and wire.status != ConnStatus.OK:
            raise psycopg.OperationalError(LOST)
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            return results
        if result is not None:
            results.append(result)


def _wait(wire: Any, events: int) -> int:
    # poll and not select: beside a thousand open live pages a file's number is beyond what select can take.
    poller = select.poll()
    poller.register(wire.socket, events)
    return poller.poll()[0][1]


def _of_statements(results: Iterable[Any], fresh: Sequence[Text | None], prepared: Prepared) -> list[Any]:
    """The results without those of preparing. Raises what the first that failed says; what was not prepared then is forgotten."""
    left, found = iter(results), []
    failed = None
    for text in fresh:
        if text is not None and (made := next(left)).status not in WELL:
            failed = failed or made
            del prepared[text]
        found.append(next(left))
        failed = failed or (found[-1] if found[-1].status not in WELL else None)
    if failed:
        raise error_from_result(failed)
    return found


def _rows(adapt: Any, result: Any) -> list[tuple[Any, ...]]:
    if not result.ntuples:
        return []
    adapt.set_pgresult(result)
    return cast(list[tuple[Any, ...]], adapt.load_rows(0, result.ntuples, tuple))
