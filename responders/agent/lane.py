"""A lane: one item's own thread, records and questions, so that whatever ails it holds up no other item of the unit."""

import threading
import time
from collections.abc import Callable, Sequence
from enum import StrEnum

import structlog

from responders.agent.asking import Asker, Turn, fault_of
from responders.agent.questions import Fault, ReceivedQuestion

PAUSES = (1.0, 4.0, 16.0, 60.0)  # seconds before records are looked at again, and before a question that failed is tried again
AT_ONCE = 200  # questions
SLOW = 20.0  # seconds after which one look is called slow
LIMIT = 60.0  # and after which it is given up; a handler's own `SECONDS` goes before both
MOST_THREADS = 4  # with those that were given up and hang still
log = structlog.get_logger()


class Ill(StrEnum):
    """What ails an item of an agent."""

    AWAY = "away"  # its records cannot be opened, or do not look whole: its questions wait
    FAILING = "failing"  # its handler raises
    SLOW = "slow"  # its handler takes its time


class Lane:
    """Takes questions of one item and gives back what came of them. Those whose records are away wait as long as they are.

    `asker` makes what a thread asks; `bell` rings whenever something is finished; `seconds` is what one look may take, `every`
    after how many the records are looked at though nobody asks.
    """

    def __init__(
        self, item: str, asker: Callable[[], Asker], bell: threading.Event, seconds: float | None = None, every: float | None = None
    ) -> None:
        self._item, self._asker, self._bell = item, asker, bell
        self._slow, self._limit = seconds or SLOW, seconds or LIMIT
        self._every, self._next_look = every, time.monotonic() + (every or 0)
        self._changed = threading.Condition()
        self._waiting: list[ReceivedQuestion] = []
        self._in_hand: Sequence[ReceivedQuestion] = ()
        self._since: float | None = None  # when the look began that goes on
        self._pausing: list[tuple[float, Fault]] = []  # what failed, and from when on it may be tried again
        self._finished = Turn([], [])
        self._looking = self._stopped = False
        self._tries, self._again = 0, 0.0
        self._ill = ""
        self._ill_from: float | None = None
        self._threads: list[threading.Thread] = []
        self._number = 0  # of the thread that works; those before it were given up

    @property
    def ill(self) -> str:
        """What ails it now: one of Ill, or empty."""
        since = self._since
        return Ill.SLOW if since is not None and time.monotonic() - since > self._slow else self._ill

    @property
    def working(self) -> bool:
        """Whether something will come of it presently: it does not wait for its records."""
        with self._changed:
            return self._since is not None or bool(self._waiting and self._again <= time.monotonic())

    @property
    def held(self) -> int:
        """How many questions it has that are not settled."""
        with self._changed:
            return len(self._waiting) + len(self._in_hand) + len(self._pausing)

    def look(self) -> None:
        """Looks at the records though nobody asks, so that what is missing is said before a question comes."""
        self._take([], True)

    def give(self, questions: Sequence[ReceivedQuestion]) -> None:
        """These shall be answered."""
        self._take(questions, False)

    def collect(self) -> Turn:
        """What is finished, and what failed and has waited for its next try. A look that takes too long is given up."""
        now = time.monotonic()
        if self._every and now >= self._next_look:
            self._next_look = now + self._every
            self.look()
        with self._changed:
            if self._since is not None and now - self._since > self._limit:
                self._give_up()
            finished, self._finished = self._finished, Turn([], [])
            due = [fault for at, fault in self._pausing if at <= now]
            self._pausing = [one for one in self._pausing if one[0] > now]
        return Turn(finished.found, due)

    def let_go(self, keep: int, after: float) -> Sequence[ReceivedQuestion]:
        """Where it has been ill for so many seconds: those that wait behind so many others, which it no longer has."""
        now, ill = time.monotonic(), self.ill
        self._ill_from = (self._ill_from or now) if ill else None
        if self._ill_from is None or now - self._ill_from < after:
            return ()
        with self._changed:
            gone, self._waiting = self._waiting[keep:], self._waiting[:keep]
        if gone:
            log.warning("questions_let_go", item=self._item, questions=len(gone), ill=ill)
        return gone

    def forget(self) -> None:
        """The post office is gone, and what it handed out comes again."""
        with self._changed:
            self._waiting, self._pausing, self._finished = [], [], Turn([], [])

    def stop(self, seconds: float = 2.0) -> None:
        """Ends its threads; one that hangs is not waited for long."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(seconds)

    def _take(self, questions: Sequence[ReceivedQuestion], looking: bool) -> None:
        with self._changed:
            self._waiting += questions
            self._looking = self._looking or looking
            if not self._threads:
                self._start()
            self._changed.notify_all()

    def _start(self) -> None:
        self._number += 1
        thread = threading.Thread(target=self._work, args=(self._number,), name=f"lane {self._item}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _give_up(self) -> None:
        """Another thread goes on with the other questions, unless too many hang already."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) >= MOST_THREADS:
            return
        log.warning("records_too_slow", item=self._item, seconds=self._limit, questions=len(self._in_hand))
        faults = [fault_of(one, "TooSlow") for one in self._in_hand]
        self._in_hand, self._since, self._ill = (), None, Ill.SLOW
        self._put_aside(faults)
        self._start()

    def _work(self, number: int) -> None:
        asker = self._asker()
        while (group := self._next(number)) is not None:
            self._finish(number, asker.ask(group, lambda: self._begin(number)))
        asker.close()

    def _next(self, number: int) -> Sequence[ReceivedQuestion] | None:
        """What is to be asked now, nothing for a mere look; None when this thread is no longer wanted."""
        with self._changed:
            while not self._stopped and number == self._number:
                wanted, left = bool(self._waiting or self._looking), self._again - time.monotonic()
                if wanted and left <= 0:
                    self._in_hand, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                    self._looking, self._since = False, time.monotonic()
                    return self._in_hand
                self._changed.wait(left if wanted else None)
        return None

    def _begin(self, number: int) -> None:
        if number == self._number:
            self._since = time.monotonic()

    def _finish(self, number: int, turn: Turn) -> None:
        with self._changed:
            if number != self._number:
                return  # it was given up, and its questions with it
            if turn.away:
                self._hold(turn.away)
            else:
                self._tries = 0
                self._ill = Ill.FAILING if turn.faults and not turn.found else ""
            self._in_hand, self._since = (), None
            self._finished.found.extend(turn.found)
            self._put_aside(turn.faults)
        self._bell.set()

    def _hold(self, why: str) -> None:
        """The questions in hand wait, and the records are looked at again after a pause that grows."""
        if self._ill != Ill.AWAY:  # once, until they are well
            log.warning("records_away", item=self._item, why=why)
        self._ill, self._looking = Ill.AWAY, True
        self._waiting[:0] = self._in_hand
        self._tries += 1
        self._again = time.monotonic() + PAUSES[min(self._tries, len(PAUSES)) - 1]

    def _put_aside(self, faults: Sequence[Fault]) -> None:
        now = time.monotonic()
        for fault in faults:
            pause = 0.0 if fault.hopeless else PAUSES[min(fault.delivery.attempt, len(PAUSES)) - 1]
            self._pausing.append((now + pause, fault))
