"""The handler that a source's file makes: asked by the agent as one that was written by hand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cases.catalogue.item import Item
from cases.documents.known_kinds import RESIDENT
from cases.question import Finding, Question, Subject
from responders.handlers.persons import PersonQuery, Source
from responders.sources.answers import Answering
from responders.sources.entries import Entry
from responders.sources.opening import open_register
from responders.sources.register import Register, RegisterSight
from responders.sources.source_file import SourceFile


class Opened(NamedTuple):
    """A register, and what the last look at it showed."""

    register: Register
    sights: list[RegisterSight]

    def close(self) -> None:
        """Closes what is open."""
        self.register.close()


class SourceHandler:
    """Answers one item from one source."""

    DOCUMENTS = (RESIDENT,)
    STAYS_OPEN = True  # it looks after its register itself: nobody opens it anew each minute

    def __init__(self, item: Item, file: SourceFile) -> None:
        self.item, self.file = item, file
        role = item.subjects[0]
        self._role, self._person = role.role, role.kind == "person"
        self._answering = Answering(item, file, role.role)
        self.EVERY = file.checks.every

    def open_records(self, _path: str) -> Opened:
        """Opens the register. The unit's folder of record stores is not looked at."""
        return Opened(open_register(self.file, self._person), [])

    def look(self, records: Opened, now: datetime) -> RegisterSight:
        """Looks at the register. Raises RecordsAway where nothing may be answered from it."""
        records.sights[:] = [records.register.look(now)]
        return records.sights[0]

    def find(self, records: Opened, questions: Sequence[Question]) -> list[Finding]:
        """One finding per question, in the same order; one statement for all of them."""
        asked = [person_of(question.subjects[self._role]) for question in questions]
        entries = records.register.entries(asked)
        by_number: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_number[entry.number].append(entry)
        coverage = self.file.coverage
        complete = coverage.complete_since.isoformat() if coverage.complete_since else ""
        source = Source(coverage.electronic_from, records.sights[0].as_of, complete, coverage.region)
        found = []
        for question, person in zip(questions, asked, strict=True):
            own = [entry for form in person.forms for entry in by_number.get(form, ())]
            found.append(self._answering.finding(question, person, own, records.register.unsure, source))
        return found


def person_of(subject: Subject) -> PersonQuery:
    """The person or enterprise asked about, under all forms of the number."""
    if subject.credit_code:
        return PersonQuery(subject.name, 0, [subject.credit_code], subject=subject)
    return PersonQuery(subject.name, int(subject.number[6:10]), subject.id_forms, subject=subject)
