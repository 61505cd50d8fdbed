"""Opening cases: from checked questions to rows, trail and letters, in batches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from broker import outbox
from broker.letter import Letter, hash_of
from cases.actions import ActionInput
from cases.agents import has_machine, hurry_unheard, unheard
from cases.calendar.deadlines import Due
from cases.calendar.wakes import set_wakes
from cases.case import Case, fingerprint
from cases.case_numbers import new_number
from cases.catalogue.catalogue import Catalogue
from cases.letters import NOT_ASKED, question_letter
from cases.lifecycle import ASKED
from cases.move_context import MoveContext, asked_wake
from cases.moves import CLOCK, Move, make_moves
from cases.question import Question
from cases.rulebook import Rulebook
from cases.safeguards.fishing_guard import Suspicion
from cases.subject_index import index_subjects
from cases.trail import trail
from cases.trail.chain import ChainTip
from cases.trail.chain_tips import tip_columns
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import insert_rows
from storage.json import Json
from storage.problem import N_
from storage.vault import vault_of

NO_MACHINE = N_("This unit has no machine for the item: a person looks.")
NOTHING_HELD: Mapping[str, Suspicion] = {}
HOLD: dict[str, Any] = {"state": "held", "wake_at": None, "wake_for": ""}
BEFORE_RECORDS = N_("The question is about a time before the electronic records: a person looks.")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that passed every check, with who asks it."""

    question: Question
    unit: str
    asked_by: str
    number: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it was just opened, not read back from the database: for showing it only."""

    case: Case
    lines: Sequence[TrailLine]


def ask(question: Question, unit: str, asked_by: str, now: datetime, batch: str = "") -> Ask:
    """An Ask with a fresh case number."""
    return Ask(question, unit, asked_by, new_number(now), batch)


def open_cases(
    session: Session, asks: Sequence[Ask], now: datetime, rulebook: Rulebook, held: Mapping[str, Suspicion] = NOTHING_HELD
) -> dict[str, Opened]:
    """Makes a case of each ask: the clock starts now, the holder's machine is asked, and the trail says who asked.

    A question about a time before the item's records became electronic goes straight to a person. Those that are
    `held` (by number) go to nobody before the supervisor has let them through. Gives back those with which nothing else has
    happened yet, by number, as a reader would find them.
    """
    if not asks:
        return {}
    asks = [_with_wanted(one, rulebook.catalogue) for one in asks]
    vault, context, dues = vault_of(session), MoveContext(now, rulebook), dict[tuple[str, bool], Due]()
    rows, lines, questions, early = list[dict[str, Any]](), list[TrailLine](), list[Letter](), list[str]()
    for one in asks:
        plain = one.question.model_dump(mode="json", exclude_none=True)
        rows.append(
            _row(one, plain, _due(one.question, context, dues), context) | {"fingerprint": fingerprint(one.question, vault)}
        )
        lines += [_asked_line(one, now), *_held_line(one, held, now)]
        if one.number in held:
            rows[-1] |= HOLD
        elif _before_records(one.question, rulebook):
            early.append(one.number)
        else:
            questions.append(question_letter(one.number, plain, rows[-1]["holder"], rows[-1]["due_at"], now))
            rows[-1]["question_hashes"] = hash_of(questions[-1].sealed_body())
    hurry_unheard(session, rows)
    tips = {(one.number, ""): ChainTip(of_case=True) for one in asks}
    trail.add(session, lines, tips)
    insert_rows(session, SQLModel.metadata.tables["cases"], [{**row, **tip_columns(tips[row["number"], ""])} for row in rows])
    index_subjects(session, [(one.number, one.question) for one in asks])
    outbox.post(session, questions)
    if early:
        make_moves(session, [Move(number, "hand_over", CLOCK, note=BEFORE_RECORDS) for number in early], now, rulebook)
    return _opened(asks, rows, lines, early)


def _with_wanted(one: Ask, catalogue: Catalogue) -> Ask:
    """Of an item of class query with the fields that its matter gets: its letter asks for these, and no others are ever kept."""
    if not one.question.mode:
        return one
    return replace(one, question=one.question.model_copy(update={"wanted": catalogue.wanted(one.question)}))


def _opened(asks: Sequence[Ask], rows: Sequence[Json], lines: Sequence[TrailLine], early: Collection[str]) -> dict[str, Opened]:
    told: dict[str, list[TrailLine]] = {one.number: [] for one in asks if one.number not in early}
    for line in lines:
        told.get(line.number, []).append(line)
    cases = [Case.model_construct(**{**row, "subjects": one.question.subjects}) for one, row in zip(asks, rows, strict=True)]
    return {case.number: Opened(case, told[case.number]) for case in cases if case.number in told}


def passed_on(step: ActionInput) -> None:
    """After a move that asks another time: where the unit has no machine for the item, its desk has the case at once."""
    case = step.case
    if case.state != ASKED:
        return
    if unheard(step.session, {case.holder}):
        set_wakes(step.session, [(case, step.now, "machine")])
    if not has_machine(step.session, case.holder, step.rulebook.catalogue.item(case.item)):
        make_moves(step.session, [Move(case.number, "hand_over", CLOCK, note=NO_MACHINE)], step.now, step.rulebook)


def _due(question: Question, context: MoveContext, known: dict[tuple[str, bool], Due]) -> Due:
    key = (question.item, question.urgent)
    if key not in known:
        deadline = context.rulebook.catalogue.item(question.item).deadline
        minutes = deadline.urgent_office_minutes if question.urgent else deadline.office_minutes
        known[key] = context.rulebook.calendar.add_office_minutes(context.now, minutes)
    return known[key]


def _row(one: Ask, plain: Json, due: Due, context: MoveContext) -> Json:
    question = one.question
    who = {"number": one.number, "unit": one.unit, "asked_by": one.asked_by, "batch": one.batch}
    when = {"asked_at": context.now, "due_at": due.at, "due_provisional": due.provisional, **asked_wake(question.item, context)}
    holder = context.rulebook.catalogue.item(question.item).holder
    return {**BLANK, **plain, **who, **when, "asked_of": holder, "holder": holder}


# One column list for every row, so that the whole batch is one statement.
BLANK: dict[str, Any] = {
    "year": None,
    "details": {},
    "mode": "",
    "wanted": {},
    "state": "asked",
    "version": 1,
    "question_hashes": NOT_ASKED,
    "taken_by": "",
    "sent_back": 0,
    "outcome": "",
    "source": "",
    "arbitration": False,
    "extended": False,
    "disputed": False,
    "nobody_reached": False,
    "answered_by": "",
}


def _asked_line(one: Ask, now: datetime) -> TrailLine:
    return TrailLine(now, "ask", "asker", one.asked_by, one.unit, one.number, to="asked")


def _held_line(one: Ask, held: Mapping[str, Suspicion], now: datetime) -> list[TrailLine]:
    if (why := held.get(one.number)) is None:
        return []
    return [TrailLine(now, "hold", "clock", "clock", number=one.number, start="asked", to="held", details=hold_details(why))]


def hold_details(why: Suspicion) -> Json:
    """What the trail says of why a question is held."""
    return {"rule": why.rule, "count": why.count, "earlier": list(why.earlier)}


def _before_records(question: Question, rulebook: Rulebook) -> bool:
    since = rulebook.catalogue.item(question.item).electronic_from
    return question.year is not None and since is not None and question.year < since
