"""Sending a list: everybody on it is asked about in a case of their own, with whose errand it is and the paper that allows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from access.principal import Principal
from cases.attachments.aside import kept_aside
from cases.attachments.attaching import Attaching, bring_copies
from cases.attachments.attachment import Attachment
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.item import Item
from cases.errands.errand import Errand, note_errands
from cases.question import Question
from cases.rulebook import Rulebook
from requesters.ask.submit import Submission, read_question, submit
from requesters.errands.rounds import ErrandPerson, ErrandRound, people_of
from storage.json import Json
from storage.problem import N_, FieldFault, Problem

NOBODY = N_("Nobody stands on the list yet.")
NO_MANDATE = N_("A paper or photograph that allows it is missing for {count} people. Add one for each, or one for all.")


@dataclass(frozen=True, slots=True)
class Sending:
    """Who sends a list now, in which transaction, by which rules."""

    session: Session
    principal: Principal
    now: datetime
    rulebook: Rulebook


def askable(catalogue: Catalogue, pairs: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The (item, matter) pairs that can be asked for a list: of one person, with nothing else that must be said of each."""
    return sorted(pair for pair in pairs if role_of(catalogue.item(pair[0])))


def role_of(item: Item) -> str:
    """As what the question names the person; empty where it takes more than one person's name and number."""
    needed = [role for role in item.subjects if role.required]
    alone = len(needed) == 1 and needed[0].kind == "person" and not any(detail.required for detail in item.details)
    return needed[0].role if alone else ""


def question_about(one: ErrandRound, name: str, id_number: str, catalogue: Catalogue) -> Json:
    """The question in plain data."""
    subjects = {role_of(catalogue.item(one.item)): {"name": name, "id_number": id_number}}
    return {"item": one.item, "matter": one.matter, "purpose": one.purpose, "reference": one.reference, "subjects": subjects}


def send(sending: Sending, one: ErrandRound) -> int:
    """Asks about everybody who was not asked about; how many. Whoever could not be asked about stays, with why. Raises Problem.

    Sent twice, it asks once: each person's question has a key. A few statements for a list of any length.
    """
    session, waiting = sending.session, [person for person in people_of(sending.session, one.id) if not person.number]
    if not waiting:
        if one.sent_at is None:
            raise Problem([FieldFault("people", "nobody", NOBODY)])
        return 0
    mandates = _mandates(sending, one, waiting)
    questions = [_question(sending, one, person) for person in waiting]
    asked = [(person, question) for person, question in zip(waiting, questions, strict=True) if isinstance(question, Question)]
    who = sending.principal
    submissions = [Submission(question, who.unit, who.username, f"errand-{one.id}-{person.place}") for person, question in asked]
    results = submit(session, submissions, sending.now, sending.rulebook)
    for (person, _), result in zip(asked, results, strict=True):
        person.number, person.fault = ("", _why(result)) if isinstance(result, Problem) else (result, "")
    for person, question in zip(waiting, questions, strict=True):
        if isinstance(question, Problem):
            person.fault = _why(question)
    _note(sending, [person for person in waiting if person.number], mandates)
    one.sent_at = one.sent_at or sending.now
    return sum(1 for person in waiting if person.number)


def _mandates(sending: Sending, one: ErrandRound, waiting: Sequence[ErrandPerson]) -> Mapping[int, Attachment]:
    """By place the paper that allows it: the person's own, else the one for all. Raises Problem where one is needed and missing."""
    ids = {person.place: person.mandate or one.mandate for person in waiting}
    kept = {file.id: file for file in kept_aside(sending.session, {found for found in ids.values() if found}, one.username)}
    found = {place: kept[file] for place, file in ids.items() if file in kept}
    if sending.rulebook.mandates and (missing := len(waiting) - len(found)):
        raise Problem([FieldFault("paper", "missing", NO_MANDATE, {"count": missing})])
    return found


def _question(sending: Sending, one: ErrandRound, person: ErrandPerson) -> Question | Problem:
    plain = question_about(one, person.name, person.id_number, sending.rulebook.catalogue)
    try:
        return read_question(plain, sending.now, sending.rulebook)
    except Problem as problem:
        return problem


def _why(problem: Problem) -> str:
    fault = problem.faults[0]
    return str(fault.message).format(**fault.params)[:200] if fault.params else str(fault.message)[:200]


def _note(sending: Sending, asked: Sequence[ErrandPerson], mandates: Mapping[int, Attachment]) -> None:
    """On each case: whose errand it is, by whom, and its paper."""
    who, papers = sending.principal, {person.number: mandates[person.place] for person in asked if person.place in mandates}
    acting = Attaching(sending.session, who, sending.now)
    attached = {file.number: file.id for file in bring_copies(acting, papers)}
    errands = [
        Errand(number=person.number, agent=who.username, agent_name=who.name, name=person.name, id_number=person.id_number,
               mandate=attached.get(person.number, ""), at=sending.now)
        for person in asked
    ]  # fmt: skip
    note_errands(sending.session, errands, who)
