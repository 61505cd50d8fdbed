"""The one function that moves a case: checks the state machine, writes the trail and the outbox, sets the timer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import instance_dict
from sqlmodel import Session, SQLModel

from broker import outbox
from broker.letter import Letter
from cases.amending.amend_effects import AMEND_EFFECTS, offered_moves
from cases.amending.amendments import AMEND, KINDS, WITHDRAW, AmendmentLedger
from cases.amending.four_eyes import is_turned, only_another_answers
from cases.case import Case, lock_cases
from cases.case_numbers import is_bundle
from cases.catalogue.catalogue import Catalogue
from cases.commitments.commitment import is_commitment
from cases.conversation.talking import ASKER_HEARS, NO_QUESTION, TALK_EFFECTS, beside
from cases.effects import EFFECTS
from cases.letters import hashes_with, outcome_letter, question_again
from cases.lifecycle import RUNNING, Actor, State, find_rule
from cases.minimised import given_by_machine
from cases.move_context import MoveContext, NotNow
from cases.open_forms import SENT, still_good
from cases.rulebook import Rulebook
from cases.stations.routing import Router
from cases.stations.station_effects import STATION_EFFECTS, of_house, of_who_says, only_at_own_desk
from cases.trail import trail
from cases.trail.chain import ChainTip, Key
from cases.trail.chain_tips import tip_columns, tip_of
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import update_rows
from storage.json import Json


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves: a person by username, a unit's machine, a contact by id, or the clock."""

    actor: Actor
    who: str
    unit: str = ""


CASES = SQLModel.metadata.tables["cases"]
GUARD = {"number": "b_number", "version": "b_version"}
CLOCK = Mover(Actor.CLOCK, "clock")
TOLD = frozenset({State.ANSWERED, State.RETURNED, State.CLOSED, State.REFUSED, State.RETRACTED})  # states of which the asker hears
EVERY_EFFECT = {**EFFECTS, **AMEND_EFFECTS, **STATION_EFFECTS, **TALK_EFFECTS}
TURN_A_BUNDLE = frozenset({"withdraw", "dispute"})  # the asker's own moves that change a joined result, or end a check of ours
REACHING = frozenset({"hand_over", "dispute", "arbitrate"})  # moves by which a case may come to another desk, as rules have it


@dataclass(frozen=True, slots=True)
class Move:
    """One wished move. `seen` is the version the mover looked at; None where it does not matter (machine, clock)."""

    number: str
    name: str
    mover: Mover
    seen: int | None = None
    note: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move was not made. `message` is an English msgid with {placeholders} for `params`."""

    number: str
    code: str  # unknown_case | changed | not_open | a code of the move's own
    message: str
    params: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    open_moves: Sequence[str] = ()


@dataclass(slots=True)
class _Ledger:
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    tips: dict[Key, ChainTip] = field(default_factory=dict)
    lines: list[TrailLine] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    amendments: AmendmentLedger = field(default_factory=AmendmentLedger)


def make_moves(session: Session, moves: Sequence[Move], now: datetime, rulebook: Rulebook) -> list[Case | Refusal]:
    """Makes these moves in order, all in the caller's transaction; for each the moved case or why it was refused.

    Costs four statements for a batch of any size: lock the cases, update them, write the trail, post the letters; where
    delivered answers change, one more for what stood before.
    """
    cases = lock_cases(session, (move.number for move in moves))
    ledger = _Ledger(versions={number: case.version for number, case in cases.items()})
    ledger.tips = {(number, ""): tip_of(case) for number, case in cases.items()}
    coming = {move.number for move in moves if move.name in REACHING and move.number in cases}
    context = MoveContext(now, rulebook, Router(session, rulebook.catalogue, coming))
    moves = _with_good_forms(session, moves, ledger.versions)
    results = [_make(cases.get(move.number), move, context, ledger) for move in moves]
    _store(session, ledger)
    return results


def make_move(session: Session, move: Move, now: datetime, rulebook: Rulebook) -> Case | Refusal:
    """Makes one move: the case as it is then, or why it was refused."""
    return make_moves(session, [move], now, rulebook)[0]


def _with_good_forms(session: Session, moves: Sequence[Move], versions: Mapping[str, int]) -> list[Move]:
    old = {m.number: m.seen for m in moves if m.seen is not None and 0 < m.seen < versions.get(m.number, 0)}
    if not old:
        return list(moves)
    good = still_good(session, old, SENT)
    return [replace(m, seen=versions[m.number]) if m.number in good and m.seen == old[m.number] else m for m in moves]


def _make(case: Case | None, move: Move, context: MoveContext, ledger: _Ledger) -> Case | Refusal:
    if case is None:
        return Refusal(move.number, "unknown_case", "There is no case with this number.")
    if move.seen is not None and move.seen != case.version:
        return _refuse(case, move, "changed", "Somebody else changed this case meanwhile. Look at it again.", {}, context)
    move = _as_made(case, move, context)
    rule = find_rule(move.name, move.mover.actor, State(case.state))
    if rule is None:
        return _refuse(case, move, "not_open", "This cannot be done now: the case has moved on.", {}, context)
    try:
        only_another_answers(case, move, move.name)
        only_at_own_desk(case, move, move.name)
        changes = EVERY_EFFECT[move.name](case, move, context) | of_who_says(case, move, move.name)
        changes |= beside(case, move.name, move, changes, context)
    except NotNow as no:
        return _refuse(case, move, no.code, no.message, no.params, context)
    start, before, to = case.state, (case.holder, case.desk), State(changes.get("state", case.state))
    if to not in rule.to:
        raise ValueError(f"{move.name} may not end in {to}")
    ledger.amendments.note(case, move, changes, context.now)
    amended = changes.get("amended_at") is not None
    _apply(case, changes, ledger)
    ledger.lines.append(_line(case, move, start, before, context.now))
    name = told_as(case, move.name, start) if amended else move.name
    letters = said_to_asker(case, name, move.mover.actor, start, context.now) or letters_after(case, name, start, context.now)
    # A unit without a machine for the item is not asked by letter: nobody there would read it.
    _post(case, [one for one in letters if one.kind != "question" or move.given.get("machine", True)], ledger)
    return case


def _as_made(case: Case, move: Move, context: MoveContext) -> Move:
    """What a machine gives without what the matter does not need. An amendment that turns the answer round is only proposed: a
    second person of the unit must confirm it."""
    if move.mover.actor == Actor.MACHINE:
        move = as_needed(case, move, context.rulebook.catalogue)
    turned = move.name == AMEND and is_turned(case, str(move.given["finding"]["outcome"]))
    return replace(move, name="propose_amendment") if turned else move


def as_needed(case: Case, move: Move, catalogue: Catalogue) -> Move:
    """A machine's move without fields, words and evidence that the matter of the case does not need."""
    given = given_by_machine(case, move.given, catalogue)
    return replace(move, given=given, note="" if case.mode and move.name == "hand_over" else move.note)


def told_as(case: Case, move: str, start: str) -> str:
    """What an asker hears that was done to a delivered answer, whoever decided it."""
    if case.state == State.RETRACTED:
        return WITHDRAW
    return AMEND if case.state == start else move


def _refuse(case: Case, move: Move, code: str, message: str, params: Mapping[str, str], context: MoveContext) -> Refusal:
    offered = offered_moves([move.mover.actor], case)
    if move.mover.actor == Actor.CLERK:
        offered = of_house(offered, case, move.mover.unit, bool(case.station) or context.router.stations.any_of(case.holder))
    return Refusal(case.number, code, message, params, case.state, offered)


def _apply(case: Case, changes: Json, ledger: _Ledger) -> None:
    changes["version"] = case.version + 1
    ledger.changes.setdefault(case.number, {}).update(changes)
    _show(case, changes)


def _show(case: Case, values: Json) -> None:
    # As values that were loaded: the ledger writes them. A call of SQLAlchemy for each cost more than all the rest of a move.
    instance_dict(case).update(values)


def _post(case: Case, letters: Sequence[Letter], ledger: _Ledger) -> None:
    ledger.letters.extend(letters)
    for letter in letters:
        if letter.kind == "question":
            ledger.changes[case.number]["question_hashes"] = hashes = hashes_with(case.question_hashes, letter)
            _show(case, {"question_hashes": hashes})


def _line(case: Case, move: Move, start: str, before: tuple[str, str], now: datetime) -> TrailLine:
    mover, details = move.mover, dict(move.given.get("details", {}))
    if case.holder == before[0] and case.desk != before[1]:
        details["desk"] = case.desk
    return TrailLine(now, move.name, mover.actor.value, mover.who, mover.unit, case.number, start, case.state, move.note, details)


def said_to_asker(case: Case, move: str, actor: Actor, start: str, now: datetime) -> list[Letter]:
    """What the asker hears although the case stays where it is: words, an offer, a decision about one; not what they did."""
    decided = move == "arbitrate" and case.state == start and start in RUNNING
    heard = move in ASKER_HEARS or decided
    return [outcome_letter(case, move, now)] if heard and actor != Actor.ASKER else []


def letters_after(case: Case, move: str, start: str, now: datetime) -> list[Letter]:
    """What must be told to whom after a move: the holder is asked, the asker hears of an answer or a return."""
    if case.state == State.ASKED:
        return [] if move in NO_QUESTION else [question_again(case, now)]
    dismissed = move == "arbitrate" and case.state == start == State.CLOSED  # of a late dispute; the answer stands as it was
    turned = (is_bundle(case.batch) or is_commitment(case.batch)) and move in TURN_A_BUNDLE
    if turned or (case.state in TOLD and (case.state != start or move in KINDS or dismissed)):
        return [outcome_letter(case, move, now)]
    return []


def _store(session: Session, ledger: _Ledger) -> None:
    tips = {(number, ""): ledger.tips[number, ""] for number in ledger.changes}
    trail.add(session, ledger.lines, tips)
    ledger.amendments.write(session)
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for number, changes in ledger.changes.items():
        moved = {**changes, **tip_columns(tips[number, ""])}
        row = {"b_number": number, "b_version": ledger.versions[number], **moved}
        by_columns.setdefault(tuple(sorted(changes)), []).append(row)
    for rows in by_columns.values():
        # A case that changed under our hands although we held its row: the whole batch is rolled back and tried again.
        update_rows(session, CASES, GUARD, rows, all_of_them=True)
    outbox.post(session, ledger.letters)
