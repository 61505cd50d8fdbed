"""A finding arrives: final, or on to the desk; too late, it is kept on the trail and told to the asker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from broker import outbox
from broker.letter import Letter
from cases import trail
from cases.case import Case
from cases.lifecycle import Actor
from cases.moves import Move, Mover, Refusal, make_moves, outcome_letter
from cases.question import Finding, Outcome
from cases.rulebook import Rulebook

FOR_A_PERSON = frozenset({Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY})


class WrongFinding(ValueError):
    """A finding without a case number, or whose shape is wrong; names the fields, never their values."""


def take_findings(session: Session, letters: Sequence[Letter], now: datetime, rulebook: Rulebook) -> None:
    """Moves the case of each finding. Raises WrongFinding, upon which the worker tries each letter alone."""
    moves = [_read(letter) for letter in letters]
    late = [(move, result) for move, result in zip(moves, make_moves(session, moves, now, rulebook), strict=True)
            if isinstance(result, Refusal)]  # fmt: skip
    _keep_late(session, late, now)


def _read(letter: Letter) -> Move:
    body = letter.body
    try:
        finding = Finding.model_validate(body["finding"])
        number, unit = str(body["number"]), str(body.get("unit", ""))
    except ValidationError as error:
        raise WrongFinding(", ".join(".".join(map(str, e["loc"])) for e in error.errors())) from None
    except KeyError as missing:
        raise WrongFinding(str(missing)) from None
    plain = finding.model_dump(mode="json", exclude_none=True)
    machine = Mover(Actor.MACHINE, unit, unit)
    if finding.outcome in FOR_A_PERSON:
        return Move(number, "hand_over", machine, note=finding.words, given={"details": {"machine": plain}})
    return Move(number, "find", machine, given={"finding": plain})


def _keep_late(session: Session, late: Sequence[tuple[Move, Refusal]], now: datetime) -> None:
    known = [(move, refusal) for move, refusal in late if refusal.code != "unknown_case"]
    trail.write(session, [_late_line(move, refusal, now) for move, refusal in known])
    told = [move for move, refusal in known if move.name == "find" and refusal.state in ("answered", "closed")]
    outbox.post(session, [letter for move in told if (letter := _late_letter(session, move, now))])


def _late_line(move: Move, refusal: Refusal, now: datetime) -> dict[str, Any]:
    details = {"finding": dict(move.given.get("finding", {}))}
    line = {"at": now, "number": move.number, "action": "late_finding", "actor": "machine", "who": move.mover.who}
    return {**line, "unit": move.mover.unit, "start": refusal.state, "to": refusal.state, "details": details}


def _late_letter(session: Session, move: Move, now: datetime) -> Letter | None:
    case = session.get(Case, move.number)
    return outcome_letter(case, "late_finding", now) if case else None
