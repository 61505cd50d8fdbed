"""The clock's chores about commitments that are checked later: asking, drawing lots, reminding, ending entries on the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cases.rechecks import asking, listing
from cases.rulebook import Rulebook
from reform.lots import drawing_lots, lot_texts
from requesters.rechecks import recheck_texts
from storage.database import Database
from supervisors.rechecks import recheck_alarms

Count = Callable[[Session, datetime, Rulebook], int]


@dataclass(frozen=True, slots=True)
class RecheckChores:
    """Each looks without a lock first: an idle clock never stands in a writer's way."""

    database: Database
    rulebook: Rulebook
    now: Callable[[], datetime]

    def all(self) -> list[Callable[[], object]]:
        """What is done once a minute."""
        return [self.check_commitments, self.draw_lots, self.text_people, self.urge_units, self.remind_supervisors,
                self.urge_inspectors, self.end_entries]  # fmt: skip

    def check_commitments(self) -> None:
        """A few a minute: nobody shall be busy with these."""
        self._do(asking.due_checks, asking.ask_checks)

    def draw_lots(self) -> None:
        """Seals, closes and draws."""
        self._do(lambda session, now, book: len(drawing_lots.due_steps(session, now, book)), drawing_lots.take_steps)

    def text_people(self) -> None:
        """That a letter waits for them."""
        self._do(recheck_texts.untexted, recheck_texts.text_people)

    def urge_units(self) -> None:
        """To hand over what waits."""
        self._do(recheck_texts.late_letters, recheck_texts.urge_units)

    def remind_supervisors(self) -> None:
        """Of what may be decided, and of what should have been."""
        self._do(recheck_alarms.undecided, recheck_alarms.remind_of_hearings)

    def urge_inspectors(self) -> None:
        """And tells supervisors, where anybody was urged."""

        def urge(session: Session, now: datetime, book: Rulebook) -> int:
            urged = lot_texts.urge_inspectors(session, now, book)
            if urged:
                recheck_alarms.tell_of_inspections(session, now, book)
            return urged

        self._do(lot_texts.late_inspections, urge)

    def end_entries(self) -> None:
        """On the list, whose time is over."""
        self._do(listing.expired, listing.expire)

    def _do(self, due: Count, act: Count) -> None:
        with self.database.read() as session:
            waits = due(session, self.now(), self.rulebook)
        if waits:
            with self.database.write() as session:
                act(session, self.now(), self.rulebook)
