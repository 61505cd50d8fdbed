"""The handler that a source's file makes: asked by the agent as one that was written by hand."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cases.catalogue.item import Item
from cases.documents.known_kinds import RESIDENT
from cases.question import Finding, Outcome, Question, Subject
from responders.handlers.persons import PersonQuery, Source
from responders.sources.answers import Answering
from responders.sources.canaries import Canaries, canary_question
from responders.sources.entries import Entry
from responders.sources.fault_words import away
from responders.sources.none_share import NoneShare
from responders.sources.opening import open_register
from responders.sources.register import Register, RegisterSight, Tell, tell_nobody
from responders.sources.source_file import FOUND, InterfaceConnection, SourceFile
from storage.office_time import office_date

WHOLE_BATCH = 240.0  # seconds for a batch that is asked for in many requests


@dataclass
class Opened:
    """A register, its canaries, and what the last look at it showed."""

    register: Register
    canaries: Canaries
    sight: RegisterSight | None = None

    def close(self) -> None:
        """Closes what is open."""
        self.register.close()


class SourceHandler:
    """Answers one item from one source."""

    DOCUMENTS = (RESIDENT,)
    STAYS_OPEN = True  # it looks after its register itself: nobody opens it anew each minute

    def __init__(self, item: Item, file: SourceFile) -> None:
        self.item, self.file = item, file
        self.tell: Tell = tell_nobody  # each statement or request, without the numbers in it
        role = item.subjects[0]
        self._share = NoneShare()
        self._role, self._person = role.role, role.kind == "person"
        self._answering = Answering(item, file, role.role)
        self.EVERY = file.checks.every
        self.SECONDS = WHOLE_BATCH if isinstance(file.connection, InterfaceConnection) else None
        self._canaries = [question for one in file.canaries if (question := canary_question(one, item))]

    def open_records(self, _path: str) -> Opened:
        """Opens the register. The unit's folder of record stores is not looked at."""
        canaries = Canaries(self._canaries, self.file.canaries, self.EVERY)
        return Opened(open_register(self.file, self._person, self.tell), canaries)

    def look(self, records: Opened, now: datetime) -> RegisterSight:
        """Looks at the register, and asks the canaries. Raises RecordsAway where nothing may be answered from it."""
        self._share.check()
        self._check_coverage(office_date(now))
        records.sight = records.register.look(now)
        records.canaries.ask(lambda questions: self._findings(records, questions))
        records.sight = records.register.look(now)  # an interface says of which day it is with its first reply
        return records.sight

    def _check_coverage(self, today: date) -> None:
        """Raises RecordsAway where it is said to hold all since a day that lies ahead."""
        coverage = self.file.coverage
        if coverage.electronic_from > today.year or (coverage.complete_since or today) > today:
            raise away("coverage_ahead")

    def find(self, records: Opened, questions: Sequence[Question]) -> list[Finding]:
        """One finding per question, in the same order; one statement for all of them."""
        found = self._findings(records, questions)
        if self.file.checks.watch_none and self._share.leaps(found):
            self._doubt(records)
        if any(one.outcome == Outcome.NO_RECORD for one in found):
            records.canaries.make_due()  # the next look, before these leave, asks them
        return found

    def _doubt(self, records: Opened) -> None:
        """So many are told that there is nothing: a canary that is found says that it is so; without one the source rests."""
        if any(one.outcome in FOUND for one in self.file.canaries):
            records.canaries.make_due()
            records.canaries.ask(lambda questions: self._findings(records, questions))
            self._share.believe()
        else:
            self._share.rest()

    def _findings(self, records: Opened, questions: Sequence[Question]) -> list[Finding]:
        asked = [person_of(question.subjects[self._role]) for question in questions]
        entries = records.register.entries(asked)
        by_number: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_number[entry.number].append(entry)
        coverage = self.file.coverage
        assert records.sight is not None  # it is looked at before it is asked
        complete = coverage.complete_since.isoformat() if coverage.complete_since else ""
        complete = complete if complete <= records.sight.as_of else ""  # on its own day it did not hold all yet
        source = Source(coverage.electronic_from, records.sight.as_of, complete, coverage.region)
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
