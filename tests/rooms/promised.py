"""What the deadline of a case must be, worked out beside the code from what was done with the case."""

from dataclasses import dataclass
from datetime import datetime

from cases.case import Case
from tests.routes import RULEBOOK

DAY, TIMES = 420, 2  # office minutes of the longest pause, and how often there may be one: what items have that name nothing else
CALENDAR = RULEBOOK.calendar


@dataclass
class Promised:
    """The deadline, and why it may have moved."""

    due_at: datetime
    extended: int = 0
    pauses: int = 0
    paused_at: datetime | None = None

    def made(self, name: str, before: Case, after: Case, now: datetime) -> None:
        """A move was made. Trap 27: only an agreed day, a decision about one, or an answer owed anew sets another deadline."""
        if name == "ask_back":
            assert self.paused_at is None
            assert now < before.due_at, "what is overdue is not paused"
            self.pauses, self.paused_at = self.pauses + 1, now
            assert self.pauses <= TIMES
        later = before.offered_due is not None and after.offered_due is None and after.due_at == before.offered_due
        if later and name in ("take_later", "arbitrate"):
            assert name == "arbitrate" or now < before.due_at
            self.due_at, self.extended = after.due_at, self.extended + 1
            self.paused_at = None
        if name == "let_through" and not (before.sent_back or before.asked_back):
            self.due_at = after.due_at  # it was not sent before: the clock runs from the first delivery
        if name == "arbitrate" and before.state == "closed" and after.open:
            assert now < after.due_at
            self.due_at, self.extended = after.due_at, 0
        self.look(after, now)

    def look(self, case: Case, now: datetime) -> None:
        """At any moment: the clock is where it was, later only by the office time that its asker was waited for."""
        if self.paused_at and case.paused_until is None:
            self._over(case, now)
        if self.paused_at:
            assert case.paused_until == CALENDAR.add_office_minutes(self.paused_at, DAY).at
            assert case.due_unpaused == self.due_at
            assert case.due_at == CALENDAR.add_office_minutes(self.due_at, DAY).at, "as late as it can become"
            assert not case.late(now) or now > case.paused_until, "trap 28: not overdue while the asker is waited for"
        else:
            assert case.due_at == self.due_at, "the clock never starts anew"
        assert self.extended <= 1

    def _over(self, case: Case, now: datetime) -> None:
        assert self.paused_at is not None
        longest = CALENDAR.add_office_minutes(self.paused_at, DAY).at
        waited = CALENDAR.office_minutes_between(self.paused_at, min(now, longest))
        given = CALENDAR.office_minutes_between(self.due_at, case.due_at)
        assert 0 <= given - waited < 1, "a pause takes the time that it took, to the minute"
        assert given <= DAY, "and at most what the item allows"
        self.due_at, self.paused_at = case.due_at, None
