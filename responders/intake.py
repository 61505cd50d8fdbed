"""Intake of findings (letters): answers the case or sends it to the desk; late ones, and those held while a unit was frozen.

Only the unit that holds the case is believed, and only about the question that stands, whose hash its finding names. What
answers an earlier question, or comes from the unit that held the case before, goes on the trail and changes nothing. What
answers no question of ours at all is refused. With the findings come the machines' signs of life.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session, col, select

from broker import dead_letters, outbox
from broker.letter import Letter
from broker.transports.transport import Delivery
from cases.agents import Notes, take_heartbeats
from cases.case import Case
from cases.letters import outcome_letter, was_asked
from cases.lifecycle import Actor, State
from cases.moves import CLOCK, Move, Mover, Refusal, as_needed, make_moves
from cases.question import Finding, Outcome
from cases.rulebook import Rulebook
from cases.safeguards import held_findings
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.json import Json
from storage.problem import N_, faults_of, field_path

FINDINGS = "findings"
LONGEST = {"number": 32, "unit": 32}
MOST_REASON = 500
NOT_ALLOWED, UNKNOWN_CASE, WRONG_QUESTION = "NotAllowed", "UnknownCase", "WrongQuestion"  # why a finding is refused
# Codes of cases.move_context.only_known, and why such a letter is buried.
WRONG_FINDINGS = {"unknown_outcome": "UnknownOutcome", "unknown_name": "UnknownFact", "facts_deny_outcome": "FactsDenyOutcome"}
WRONG_FINDINGS |= {"past_day": "PastDay", "wrong_value": "WrongValue", "too_many_rows": "TooManyRows"}
WRONG_FINDINGS |= dict.fromkeys(("records_deny_outcome", "records_not_asked"), "RecordsDenyOutcome")
WRONG_ANSWER = N_("The machine's answer did not fit the item and was not taken: a person looks.")
FOR_A_PERSON = frozenset({Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY})


class WrongFinding(ValueError):
    """A finding without a case number or a unit, or whose shape is wrong; names the fields, never their values."""


class Intake:
    """What is done with the letters of the queue `findings`."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook, self._notes = rulebook, Notes()

    def take(self, session: Session, letters: Sequence[Letter], now: datetime) -> Mapping[UUID, str]:
        """Findings move their cases, signs of life are written down; gives back what is refused, and why.

        Raises WrongFinding or WrongHeartbeat.
        """
        findings = [letter for letter in letters if letter.kind != "alive"]
        take_heartbeats(session, [letter for letter in letters if letter.kind == "alive"], now)
        findings = _without_held(session, findings, now, self._rulebook)
        if not findings:
            return {}
        refused = take_findings(session, findings, now, self._rulebook)
        self._notes.take(session, [letter for letter in findings if letter.id not in refused], now)
        return refused


def _without_held(session: Session, letters: list[Letter], now: datetime, rulebook: Rulebook) -> list[Letter]:
    """The findings of units that are not frozen. What is held must be readable, for it is taken in later."""
    held = held_findings.set_aside(session, letters, now, rulebook.catalogue)
    ids = {_read(letter) and letter.id for letter in held}
    return [letter for letter in letters if letter.id not in ids]


def let_go(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Takes in findings that were held, once their unit is not frozen any more; says how many. What is refused is buried."""
    letters = held_findings.take_out(session)
    refused = take_findings(session, letters, now, rulebook) if letters else {}
    lost = [Delivery(FINDINGS, one.wire(), one, 1, refused[one.id], FINDINGS) for one in letters if one.id in refused]
    if lost:
        dead_letters.keep(session, lost, now)
    return len(letters)


def take_findings(session: Session, letters: Sequence[Letter], now: datetime, rulebook: Rulebook) -> Mapping[UUID, str]:
    """Moves the case of each finding; gives back the letters that are refused, by their ids, and why.

    Raises WrongFinding, upon which the worker tries each letter alone.
    """
    moves = [_read(letter) for letter in letters]
    results = make_moves(session, moves, now, rulebook)
    late = {letter.id: move for letter, move, result in zip(letters, moves, results, strict=True) if isinstance(result, Refusal)}
    if not late:
        return {}
    found = select(Case).where(col(Case.number).in_({move.number for move in late.values()}))
    cases = {case.number: case for case in session.exec(found)}
    late = {id_: _needed(move, cases, rulebook) for id_, move in late.items()}
    refused = {id_: why for id_, move in late.items() if (why := _refused(move, cases.get(move.number)))}
    wrong = _hand_over_wrong(session, letters, results, now, rulebook)
    refused |= wrong
    _keep_late(session, [(move, cases[move.number]) for id_, move in late.items() if id_ not in refused], now)
    return refused


def _needed(move: Move, cases: Mapping[str, Case], rulebook: Rulebook) -> Move:
    """Without what its case does not need: a finding that comes late is noted down all the same."""
    case = cases.get(move.number)
    return as_needed(case, move, rulebook.catalogue) if case else move


def _hand_over_wrong(
    session: Session, letters: Sequence[Letter], results: Sequence[Case | Refusal], now: datetime, rulebook: Rulebook
) -> dict[UUID, str]:
    """Findings that name what their item does not have are buried; a person of the unit looks, and sees why."""
    wrong = {one.id: result for one, result in zip(letters, results, strict=True) if isinstance(result, Refusal)}
    wrong = {id_: result for id_, result in wrong.items() if result.code in WRONG_FINDINGS}
    clock = [Move(result.number, "hand_over", CLOCK, note=WRONG_ANSWER) for result in wrong.values() if result.state == State.ASKED]
    if clock:
        make_moves(session, clock, now, rulebook)
    return {id_: WRONG_FINDINGS[result.code] for id_, result in wrong.items()}


def _refused(move: Move, case: Case | None) -> str:
    """Why a finding that could not move its case does not even go on its trail; empty where it does."""
    if case is None:
        return UNKNOWN_CASE
    if was_asked(case.question_hashes, move.given["question"]):
        return ""
    return WRONG_QUESTION if move.mover.unit == case.holder else NOT_ALLOWED


def _read(letter: Letter) -> Move:
    body = letter.body
    wrong = [name for name, most in LONGEST.items() if not _is_code(body.get(name), most)]
    if wrong:
        raise WrongFinding(", ".join(wrong))
    if body.get("amends"):
        return _read_amendment(body)
    finding = _finding(body)
    plain = finding.plain()
    machine = Mover(Actor.MACHINE, body["unit"], body["unit"])
    answered = {"question": str(body.get("question_hash", ""))}
    if finding.outcome in FOR_A_PERSON:
        given = {"details": {"machine": plain}, **answered}
        return Move(body["number"], "hand_over", machine, note=finding.words, given=given)
    return Move(body["number"], "find", machine, given={"finding": plain, **answered})


def _finding(body: Json) -> Finding:
    try:
        return Finding.model_validate(body.get("finding"))
    except ValidationError as error:
        raise WrongFinding(", ".join(filter(None, (field_path("finding", *_parts(f.field)) for f in faults_of(error))))) from None


def _read_amendment(body: Json) -> Move:
    """The machine puts right what was answered: with another finding, or with none, which withdraws the answer."""
    reason = body.get("reason")
    if body["amends"] is not True or not isinstance(reason, str) or not 0 < len(reason.strip()) <= MOST_REASON:
        raise WrongFinding("amends, reason")
    machine, answered = Mover(Actor.MACHINE, body["unit"], body["unit"]), {"question": str(body.get("question_hash", ""))}
    if body.get("finding") is None:
        return Move(body["number"], "withdraw_answer", machine, note=reason.strip(), given=answered)
    finding = _finding(body)
    if finding.outcome == Outcome.NOT_DIGITISED:  # no answer: a machine that cannot tell any more withdraws what it said
        raise WrongFinding("finding.outcome")
    plain = finding.plain()
    return Move(body["number"], "amend", machine, note=reason.strip(), given={"finding": plain, **answered})


def _is_code(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _parts(path: str) -> list[str]:
    return path.split(".") if path else []


def _keep_late(session: Session, late: Sequence[tuple[Move, Case]], now: datetime) -> None:
    if not late:
        return
    trail.write(session, [_late_line(move, case, now) for move, case in late])
    told = [(move, case) for move, case in late if _is_news(move, case)]
    outbox.post(session, [outcome_letter(case, "late_finding", now, _found(move)) for move, case in told])


def _is_news(move: Move, case: Case) -> bool:
    """Whether the asker, who has an answer, shall hear that the holder's machine says something else."""
    answered = case.state in (State.ANSWERED, State.CLOSED) and move.name == "find"
    return answered and move.mover.unit == case.holder and _found(move) != case.finding


def _found(move: Move) -> Json:
    return dict(move.given.get("finding") or move.given.get("details", {}).get("machine", {}))


def _late_line(move: Move, case: Case, now: datetime) -> TrailLine:
    action, mover = "late_finding" if move.mover.unit == case.holder else "foreign_finding", move.mover
    line = TrailLine(now, action, "machine", mover.who, mover.unit, move.number, details={"finding": _found(move)})
    return line.in_state(case.state)
