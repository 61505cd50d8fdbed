"""Outcome notices: the table of webhook calls to units' systems, with retries.

A notice says `type` (case.answered, case.amend ...) and `timestamp` as Standard Webhooks has them, `number`, `state`, `outcome`,
`at`, what the outcome rests on (`source`: record, archive or community; `grade`: A, B, or C, a community's statement for reference)
and, of an answer that was put right, `move` and `amended_at`. Of a bundle: told_view in requesters/bundles/bundle_view.py.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import ColumnElement, bindparam, delete, insert, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from access.units import Unit
from access.webhooks.webhook_calls import SECONDS, Caller
from access.webhooks.webhook_keys import WebhookKey
from access.webhooks.webhook_signatures import signed_headers
from broker import outbox
from broker.crypto.letter_keys import writers
from broker.letter import Letter
from cases.bundles.bundle import BUNDLE
from cases.lifecycle import ANSWERED, CLOSED, REFUSED, RETURNED
from cases.notices.outcome_notice import NO_WEBHOOK, OutcomeNotice, put_off, release
from cases.question import GRADES, Source
from requesters.bundles.bundle_view import told_view
from requesters.own_cases.unread import forget_unread, mark_amended, mark_told, mark_unread
from requesters.webhooks.outcome_letters import in_state, is_about_amended, is_said, is_word, unit_of
from storage.database import Database
from storage.json import Json
from storage.look_times import LookTimes
from storage.remembered import remembered

# Minutes until the next try: some within the hour, then over a week, so that no long weekend is too long.
PAUSES = (1, 5, 30, 120, 300, 600, 840, 1200, 1440, 1440, 1440, 1440)
PAUSE = timedelta(seconds=300)  # so long a unit's whole system is left alone that does not answer or asks for rest
AGAIN = frozenset({"unanswered", "status_408", "status_425", "status_429"})  # and every 5xx: the same may be taken later
SILENT = frozenset({"unanswered", "status_429", "status_503"})
AT_MOST = 100
EACH = 20  # so many of one unit in a round
LEASE = timedelta(seconds=(EACH + 4) * SECONDS)  # longer than a round can take; a teller that died is replaced after this
BEAT_SECONDS = 1.0
QUIET_SECONDS = 3.0  # between two looks while no notice is written
BREATH_SECONDS = 0.2  # a busy house rings all the time

log = structlog.get_logger()
LISTENING = ("webhook_key", "unit")  # the tables that say whose system is called


def take_outcomes(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Marks what came back unread, notes what units' listening systems must be told, and passes on what is read by letter."""
    said = {letter.about for letter in letters if letter.about and is_said(letter)}
    mark_told(session, said, now)
    letters_of_answers = [letter for letter in letters if not is_said(letter)]
    amended = {letter.about for letter in letters if letter.about and is_about_amended(letter)}
    mark_amended(session, amended, now)
    # A batch's answers are read in its sheet, and who took a dispute back has read the answer that stands again.
    singly = [letter for letter in letters_of_answers if not letter.body.get("batch") and letter.body.get("move") != "take_back"]
    mark_unread(session, in_state(singly, ANSWERED) | in_state(letters_of_answers, RETURNED) | in_state(singly, REFUSED), now)
    forget_unread(session, in_state(letters_of_answers, CLOSED) - amended)
    tell_systems(session, letters, now)


def tell_systems(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Notes what units' listening systems must be told of these cases, and passes on what is read by letter."""
    listening = listening_among(session, {unit_of(letter) for letter in letters})
    if rows := [_notice(letter, now) for letter in letters if letter.about and unit_of(letter) in listening]:
        session.execute(insert(OutcomeNotice), rows)
    outbox.post(session, [_reply(one, now) for writing in [writers(session)] for one in letters if unit_of(one) in writing])


def _reply(letter: Letter, now: datetime) -> Letter:
    """The same outcome, sealed for the unit's own system, which reads a queue of its own."""
    return Letter.post("outcome", f"replies.{unit_of(letter)}", letter.about, letter.body, now)


def listening_among(session: Session, units: set[str]) -> set[str]:
    """Those of these units whose own systems are called."""

    def read(missing: list[str]) -> dict[str, bool]:
        return dict.fromkeys(missing, False) | dict.fromkeys(session.exec(_listening(set(missing))), True)

    return {unit for unit, listens in remembered(session, "listening", LISTENING, units, read).items() if listens}


def _listening(units: set[str]) -> SelectOfScalar[str]:
    found = select(WebhookKey.unit).join(Unit, col(Unit.code) == col(WebhookKey.unit))
    return found.where(col(WebhookKey.unit).in_(sorted(units)), col(Unit.webhook) != "")


def _notice(letter: Letter, now: datetime) -> Json:
    body = letter.body
    told: Json = {"move": str(body.get("move", "")), "state": str(body.get("state", "")), "at": letter.posted_at}
    finding = body.get("finding") or {}
    answer = {"outcome": finding.get("outcome", ""), "source": finding.get("source", "")}
    where = {"unit": unit_of(letter), "number": letter.about, "next_try_at": now}
    amended = str(body.get("amended_at") or "")
    told["amended_at"] = datetime.fromisoformat(amended) if amended else None
    return {**told, **where, **answer, "attempts": 0, "fault": ""}


@dataclass(frozen=True, slots=True)
class Call:
    """One notice on its way, with where it goes and by which secrets it is signed."""

    id: int
    unit: str
    url: str
    secrets: Sequence[str]
    body: bytes
    attempts: int


def tell_webhooks(database: Database, now: datetime, caller: Caller, wall: datetime | None = None) -> int:
    """Tells the notices whose time has come, each unit's in order, units side by side; how many were tried.

    `wall` is the moment by the receivers' clocks, which their signatures bear, where ours is moved.

    No connection to the database is held while somebody is called. A unit that does not answer is left alone until the next round.
    """
    with database.read() as session:
        if session.execute(select(OutcomeNotice.id).where(*_waiting(now)).limit(1)).first() is None:
            return 0
    with database.write() as session:
        calls = _claim(session, now)
    by_unit = [list(group) for _, group in groupby(calls, key=lambda call: call.unit)]
    with ThreadPoolExecutor(max(1, min(8, len(by_unit)))) as pool:
        results = [result for rows in pool.map(lambda unit: _tell_unit(unit, caller, now, wall or now), by_unit) for result in rows]
    if results:
        with database.write() as session:
            _record(session, calls, results, now)
    return sum(row["fault"] != "postponed" for row in results)


def _record(session: Session, calls: Sequence[Call], results: Sequence[Json], now: datetime) -> None:
    unit_of = {call.id: call.unit for call in calls}
    statement = update(OutcomeNotice).where(col(OutcomeNotice.id) == bindparam("b_id"))
    session.connection().execute(statement, results)
    took = {unit_of[row["b_id"]] for row in results if row["told_at"]}
    silent = {unit_of[row["b_id"]] for row in results if row["fault"] in SILENT}
    if took - silent:
        release(session, took - silent, now, LEASE)
    if silent:
        put_off(session, silent, now, now + PAUSE)
    over = [unit_of[row["b_id"]] for row in results if row["next_try_at"] is None and row["fault"] not in ("", NO_WEBHOOK)]
    for unit, count in Counter(over).items():
        log.error("outcome_notices_given_up", unit=unit, count=count)


def _waiting(now: datetime) -> list[ColumnElement[bool]]:
    return [col(OutcomeNotice.next_try_at).is_not(None), col(OutcomeNotice.next_try_at) <= now]


def _claim(session: Session, now: datetime) -> list[Call]:
    due = select(OutcomeNotice.id).where(*_waiting(now)).order_by(col(OutcomeNotice.id)).limit(AT_MOST)
    ids = session.exec(due.with_for_update(skip_locked=True)).all()
    claimed = update(OutcomeNotice).where(col(OutcomeNotice.id).in_(ids))
    session.connection().execute(claimed.values(next_try_at=now + LEASE))
    found = select(OutcomeNotice, Unit.webhook, WebhookKey).join(Unit, col(Unit.code) == col(OutcomeNotice.unit))
    found = found.join(WebhookKey, col(WebhookKey.unit) == col(OutcomeNotice.unit), isouter=True)
    found = found.where(col(OutcomeNotice.id).in_(ids)).order_by(OutcomeNotice.unit, col(OutcomeNotice.id))
    return [_call(notice, url, key, now) for notice, url, key in session.exec(found)]


def _call(notice: OutcomeNotice, url: str, key: WebhookKey | None, now: datetime) -> Call:
    return Call(notice.id or 0, notice.unit, url, key.signing(now) if key else (), _body(notice), notice.attempts)


def _body(notice: OutcomeNotice) -> bytes:
    if notice.move == BUNDLE:
        return json.dumps(told_view(notice)).encode()
    at, amended = notice.at.isoformat(), notice.amended_at
    told: Json = {"number": notice.number, "state": notice.state, "outcome": notice.outcome or None, "at": at}
    told |= {"source": notice.source or None, "grade": GRADES[Source(notice.source)] if notice.source else None}
    if amended or is_word(notice.move, notice.state):
        told |= {"move": notice.move}
    if amended:
        told |= {"amended_at": amended.isoformat()}
    told = {"type": f"case.{told.get('move', notice.state)}", "timestamp": at, **told}
    return json.dumps(told).encode()


def _tell_unit(calls: Sequence[Call], caller: Caller, now: datetime, wall: datetime) -> list[Json]:
    results: list[dict[str, Any]] = []
    silent = False
    for call in calls[:EACH]:
        told = {"fault": "postponed", "next_try_at": now + PAUSE} if silent else _tell(call, caller, now, wall)
        results.append({"b_id": call.id, "attempts": call.attempts + (not silent), **told})
        silent = silent or told["fault"] in SILENT
    results += [{"b_id": call.id, "attempts": call.attempts, "next_try_at": now, "fault": "postponed"} for call in calls[EACH:]]
    # One statement for all rows: each must name the same columns.
    return [{"told_at": None, "next_try_at": None, **row} for row in results]


def _tell(call: Call, caller: Caller, now: datetime, wall: datetime) -> Json:
    again = now + timedelta(minutes=PAUSES[call.attempts]) if call.attempts < len(PAUSES) else None
    if not call.url or not call.secrets:
        return {"fault": NO_WEBHOOK}
    headers = {**signed_headers(call.secrets, f"notice_{call.id}", call.body, wall), "Hecha-Notice": str(call.id)}
    fault = caller.attempt(call.url, call.body, headers)
    if not fault:
        return {"fault": "", "told_at": now}
    return {"fault": fault, "next_try_at": again if fault in AGAIN or fault.startswith("status_5") else None}


def forget_notices(session: Session, before: datetime) -> int:
    """Deletes notices of outcomes older than this that wait for nothing; how many."""
    old = delete(OutcomeNotice).where(col(OutcomeNotice.at) < before, col(OutcomeNotice.next_try_at).is_(None))
    return session.connection().execute(old).rowcount


class Teller:
    """Runs `tell_webhooks` in a thread of its own: a slow webhook must not hold up the clock."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], caller: Caller, wall: Callable[[], datetime] | None = None
    ) -> None:
        self._database, self._now, self._caller, self._wall = database, now, caller, wall or now
        self.last_beat: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Tells until told to stop."""
        signal, times, rung = self._database.signal("outcome_notice"), LookTimes(self._now, QUIET_SECONDS), True
        while not stop.is_set():
            if times.is_due(rung):
                tell_webhooks(self._database, self._now(), self._caller, self._wall())
            self.last_beat = self._now()
            rung = signal.wait(BEAT_SECONDS)
            stop.wait(BREATH_SECONDS)
        signal.close()
