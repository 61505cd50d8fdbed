"""The application context that every route gets: database, rules, clock, templates, change broadcaster."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Protocol, TypeVar, cast

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import Session

from access.sign_in_rules import SignInRules
from access.webhooks.webhook_calls import Caller
from cases.case import CaseState
from cases.rulebook import Rulebook
from cases.seals import NoSeals, Seals
from cases.views import Look, look_at
from storage.database import Database
from web.gatherer import Gatherer
from web.health_lines import HealthLine
from web.shared_renderings import SharedRenderings
from web.timed_cache import TimedCache
from web.token_bucket import Allowance

T = TypeVar("T")
RECEIPT_CHECKS = 30  # a minute, of strangers at one address
REPORT_SECONDS = 20  # so old may charts and reports be; they add up a whole month or year, and are looked at by many


class Listener(Protocol):
    """One waiting listener."""

    ended: bool  # the server goes: whoever waits shall answer with what there is

    async def listen(self, seconds: float) -> set[str]:
        """The keys that changed, as soon as there are any; empty after so many seconds."""


class Changes(Protocol):
    """Knows when a case changes.

    Keys: `case:<number>`, `settled:<number>` (nobody waits for its answer any more), `unit:<code>`, `all`;
    `presence:<number or unit>`: clerks come and go.
    """

    def listener(self, keys: Iterable[str]) -> AbstractContextManager[Listener]:
        """A listener to these keys while the block runs: open it first, look second, and nothing is missed."""


@dataclass(frozen=True)
class Context:
    """The assembled house, as the pages see it."""

    database: Database
    rulebook: Rulebook
    now: Callable[[], datetime]
    watch: Changes
    say: Callable[..., str]  # say(locale, msgid, **params): the sentence in the reader's language
    page: Callable[..., Response]  # page(request, template, **values): the rendered page
    public_url: str
    locale: Callable[..., str] = lambda request, principal=None: "zh"  # locale(request, principal): the reader's language
    depths: Callable[[], Mapping[str, int]] = dict  # letters waiting by queue; empty while the post office is away
    health: Callable[[], Sequence[HealthLine]] = (
        list  # what is to be said of parts, machines, queues and dead letters, the worst first
    )
    renderings: SharedRenderings = field(default_factory=SharedRenderings)
    reports: TimedCache = field(default_factory=lambda: TimedCache(REPORT_SECONDS))
    seals: Seals = field(default_factory=NoSeals)
    strangers: Allowance = field(default_factory=lambda: Allowance(RECEIPT_CHECKS))  # how often they may check receipts
    access: SignInRules = field(default_factory=SignInRules)
    webhooks: Caller = field(default_factory=Caller)  # calls units' own systems
    news: Callable[[Session, str, datetime], None] = lambda session, number, now: None  # marks a case for its asker: something new
    real_now: Callable[[], datetime] | None = None  # where the house's clock is moved
    facts: Mapping[str, str] = field(default_factory=dict)  # how this process is set up, for administrators; no secret among them
    _made: dict[Callable[..., object], object] = field(default_factory=dict)
    open_counts: bool = False  # whether strangers may read the monthly counts of what was saved
    is_current: Callable[[], bool] = lambda: True  # whether the database has this version's tables

    def piece(self, request: Request, template: str, **values: object) -> str:
        """A piece of a page, for those who listen."""
        return bytes(self.page(request, template, **values).body).decode()

    @cached_property
    def looks(self) -> Gatherer[Look, CaseState]:
        """Writes who looked at a case and says where it stands; nothing of it may be shown before."""
        return Gatherer(lambda looks: look_at(self.database, looks), "looks")

    def once(self, make: Callable[["Context"], T]) -> T:
        """What this makes of the house, made when it is first wanted and then kept."""
        if make not in self._made:
            self._made.setdefault(make, make(self))
        return cast(T, self._made[make])

    def today(self) -> date:
        """The day at the offices."""
        return self.rulebook.calendar.day_at(self.now())

    def wall(self) -> datetime:
        """The moment by the clock on the wall, which telephones and other houses have too, however ours is moved."""
        return (self.real_now or self.now)()


def context_of(request: Request) -> Context:
    """The house this request came to."""
    return cast(Context, request.app.state.context)
