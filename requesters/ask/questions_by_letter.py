"""Questions by letter: the handler of the queue `requests`, for units' systems that do not use HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from broker import outbox
from broker.letter import Letter
from cases.rulebook import Rulebook
from requesters.ask.submit import Submission, read_question, submit
from storage.problem import N_, FieldFault, Problem

NO_KEY = N_("Give a key of your own, so that a letter that comes twice opens one case.")
TOO_LONG = N_("This may have at most {max_length} characters.")
LONGEST = 128


def take_requests(session: Session, letters: Sequence[Letter], now: datetime, rulebook: Rulebook) -> None:
    """Opens a case for each good question; what is wrong with the others is told to the unit, field by field."""
    read = [(letter, _read(letter, now, rulebook)) for letter in letters]
    good = [(letter, submission) for letter, submission in read if isinstance(submission, Submission)]
    results = submit(session, [submission for _, submission in good], now, rulebook)
    outcomes: list[tuple[Letter, Any]] = [(letter, result) for (letter, _), result in zip(good, results, strict=True)]
    outcomes += [(letter, problem) for letter, problem in read if isinstance(problem, Problem)]
    outbox.post(session, [reply(letter, result, now) for letter, result in outcomes if letter.body.get("unit")])


def _read(letter: Letter, now: datetime, rulebook: Rulebook) -> Submission | Problem:
    try:
        key, unit = key_and_unit(letter)
        return Submission(read_question(letter.body.get("question"), now, rulebook), unit, f"system:{unit}", key)
    except Problem as problem:
        return problem


def key_and_unit(letter: Letter) -> tuple[str, str]:
    """By which key a request is known, and whose it is. Raises Problem."""
    key, unit = str(letter.body.get("key", "")), str(letter.body.get("unit", ""))
    if not key:
        raise Problem([FieldFault("key", "missing", NO_KEY)])
    if len(key) > LONGEST:
        raise Problem([FieldFault("key", "too_long", TOO_LONG, {"max_length": LONGEST})])
    return key, unit


def reply(letter: Letter, result: str | Problem, now: datetime) -> Letter:
    """What a unit is told of its request: the number of what was opened, or every fault with its field."""
    unit, key = str(letter.body["unit"]), str(letter.body.get("key", ""))
    if isinstance(result, str):
        return Letter.post(
            "outcome", f"outcomes.{unit}", result, {"number": result, "state": "asked", "move": "ask", "key": key}, now
        )
    faults = [{"field": f.field, "code": f.code, "message": f.words()} for f in result.faults]
    return Letter.post("outcome", f"outcomes.{unit}", "", {"state": "refused", "move": "ask", "key": key, "errors": faults}, now)
