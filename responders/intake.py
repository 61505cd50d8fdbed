"""A finding arrives: final, or on to the desk; too late, it is kept on the trail and told to the asker.

Only the unit that holds the case is believed: what another unit says about it goes on the trail and changes nothing.
With the findings come the machines' signs of life.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, col, select

from broker import outbox
from broker.letter import Letter
from cases import trail
from cases.case import Case
from cases.lifecycle import Actor, State
from cases.machines import Notes, take_signs
from cases.moves import Move, Mover, Refusal, make_moves, outcome_letter
from cases.problem import faults_of, field_path
from cases.question import Finding, Outcome
from cases.rulebook import Rulebook

LONGEST = {"number": 32, "unit": 32}
FOR_A_PERSON = frozenset({Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY})


class WrongFinding(ValueError):
    """A finding without a case number or a unit, or whose shape is wrong; names the fields, never their values."""


class Intake:
    """What is done with the letters of the queue `findings`."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook, self._notes = rulebook, Notes()

    def take(self, session: Session, letters: Sequence[Letter], now: datetime) -> None:
        """Findings move their cases, signs of life are written down. Raises WrongFinding or WrongSign."""
        findings = [letter for letter in letters if letter.kind != "alive"]
        take_signs(session, [letter for letter in letters if letter.kind == "alive"], now)
        if findings:
            take_findings(session, findings, now, self._rulebook)
            self._notes.take(session, findings, now)


def take_findings(session: Session, letters: Sequence[Letter], now: datetime, rulebook: Rulebook) -> None:
    """Moves the case of each finding. Raises WrongFinding, upon which the worker tries each letter alone."""
    moves = [_read(letter) for letter in letters]
    late = [(move, result) for move, result in zip(moves, make_moves(session, moves, now, rulebook), strict=True)
            if isinstance(result, Refusal)]  # fmt: skip
    _keep_late(session, late, now)


def _read(letter: Letter) -> Move:
    body = letter.body
    wrong = [name for name, most in LONGEST.items() if not _is_code(body.get(name), most)]
    if wrong:
        raise WrongFinding(", ".join(wrong))
    try:
        finding = Finding.model_validate(body.get("finding"))
    except ValidationError as error:
        raise WrongFinding(", ".join(filter(None, (field_path("finding", *_parts(f.field)) for f in faults_of(error))))) from None
    plain = finding.model_dump(mode="json", exclude_none=True)
    machine = Mover(Actor.MACHINE, body["unit"], body["unit"])
    if finding.outcome in FOR_A_PERSON:
        return Move(body["number"], "hand_over", machine, note=finding.words, given={"details": {"machine": plain}})
    return Move(body["number"], "find", machine, given={"finding": plain})


def _is_code(value: Any, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _parts(path: str) -> list[str]:
    return path.split(".") if path else []


def _keep_late(session: Session, late: Sequence[tuple[Move, Refusal]], now: datetime) -> None:
    known = [(move, refusal) for move, refusal in late if refusal.code != "unknown_case"]
    if not known:
        return
    found = select(Case).where(col(Case.number).in_({move.number for move, _ in known}))
    cases = {case.number: case for case in session.exec(found)}
    trail.write(session, [_late_line(move, cases[move.number], now) for move, _ in known])
    told = [(move, cases[move.number]) for move, _ in known if _is_news(move, cases[move.number])]
    outbox.post(session, [outcome_letter(case, "late_finding", now, _found(move)) for move, case in told])


def _is_news(move: Move, case: Case) -> bool:
    """Whether the asker, who has an answer, shall hear that the holder's machine says something else."""
    answered = case.state in (State.ANSWERED, State.CLOSED) and move.name == "find"
    return answered and move.mover.unit == case.holder and _found(move) != case.finding


def _found(move: Move) -> dict[str, Any]:
    return dict(move.given["finding"] if move.name == "find" else move.given["details"]["machine"])


def _late_line(move: Move, case: Case, now: datetime) -> dict[str, Any]:
    action = "late_finding" if move.mover.unit == case.holder else "foreign_finding"
    line = {"at": now, "number": move.number, "action": action, "actor": "machine", "who": move.mover.who}
    return {**line, "unit": move.mover.unit, "start": case.state, "to": case.state, "details": {"finding": _found(move)}}
