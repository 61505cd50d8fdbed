"""Provider health: which SMS providers take texts now. One that fails again and again is only tried now and then until it is well.

What comes back after an illness gets its share of the texts back little by little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from contacts.sms.provider import AccountRefused, NotSent, PermanentFailure, Provider, TemporaryFailure, Unknown
from storage.bulk_rows import insert_new

ILL_AFTER = 5  # failures one after the other; a refused account is told at once
PAUSES = (30, 60, 120, 240)  # seconds between two tries while it is ill; the last goes on
DRIFT = timedelta(minutes=10)  # so long after an illness a provider takes to have its whole share again
Word = tuple[str, NotSent | None]  # a provider's name, and why it did not take a text; None: it did

log = structlog.get_logger()


class ProviderHealth(SQLModel, table=True):
    """How one provider does. Without a row it has never failed."""

    __tablename__ = "sms_provider"

    name: str = Field(primary_key=True, max_length=16)
    failures: int = 0  # since it last took a text
    fault: str = Field(default="", max_length=32)  # its last one, in its own code
    refused: bool = False  # it does not know our account, token or address
    ill_since: datetime | None = None
    tries: int = 0  # since it is ill
    next_call_at: datetime | None = None  # while it is ill: when one text may try it
    well_since: datetime | None = None  # when its last illness ended


@dataclass(frozen=True, slots=True)
class Route:
    """The providers that a text is offered to, as places in the list; `probe` is the one that is ill and only tried, None: none."""

    places: tuple[int, ...] = ()
    probe: int | None = None


class Switchboard:
    """Who may be called at this moment. The rows are held until the caller's commit: only one text tries a provider that is ill."""

    def __init__(self, session: Session, providers: Sequence[Provider], now: datetime) -> None:
        self._providers, self._now = providers, now
        self._health = {row.name: row for row in session.exec(_rows([p.name for p in providers]).with_for_update())}

    def route(self, chance: int) -> Route:
        """Where the next text goes; nowhere while every provider is ill. `chance` from 0 to 99 shares them out."""
        well = [place for place in self._in_turn(chance) if not self._row(place).ill_since]
        probe = next((place for place, _ in enumerate(self._providers) if self._is_due(self._row(place))), None)
        if probe is None:
            return Route(tuple(well))
        row = self._row(probe)
        row.tries, row.next_call_at = row.tries + 1, self._now + _pause(row.tries)
        return Route((probe, *well), probe)

    def shut(self) -> list[str]:
        """The names of providers that must not be called now."""
        return [row.name for row in self._health.values() if row.ill_since and not self._is_due(row)]

    @property
    def any_ill(self) -> bool:
        """Whether one of them is ill."""
        return any(row.ill_since for row in self._health.values())

    def opens_at(self) -> datetime:
        """When the first of the providers that are ill may be tried."""
        return min((row.next_call_at for row in self._health.values() if row.ill_since and row.next_call_at), default=self._now)

    @property
    def fault(self) -> str:
        """Why nothing goes: the first provider's code."""
        return next((self._row(place).fault for place, _ in enumerate(self._providers) if self._row(place).ill_since), "")

    def _row(self, place: int) -> ProviderHealth:
        name = self._providers[place].name
        return self._health.get(name) or ProviderHealth(name=name)

    def _is_due(self, row: ProviderHealth) -> bool:
        return row.ill_since is not None and (row.next_call_at is None or row.next_call_at <= self._now)

    def _in_turn(self, chance: int) -> list[int]:
        places = list(range(len(self._providers)))
        if len(places) == 2 and chance < self._second_share():
            places.reverse()
        return places

    def _second_share(self) -> float:
        """Of a hundred texts so many go to the second first: its own share, and what the first has not got back yet."""
        own = self._providers[1].share
        return (own + (100 - own) * (1 - self._grown(self._row(0)))) * self._grown(self._row(1))

    def _grown(self, row: ProviderHealth) -> float:
        return min(1.0, max(0.0, (self._now - row.well_since) / DRIFT)) if row.well_since else 1.0


def _pause(tries: int) -> timedelta:
    return timedelta(seconds=PAUSES[min(tries, len(PAUSES) - 1)])


def _rows(names: Sequence[str]) -> SelectOfScalar[ProviderHealth]:
    return select(ProviderHealth).where(col(ProviderHealth.name).in_(names)).order_by(col(ProviderHealth.name))


def hear(session: Session, words: Sequence[Word], now: datetime) -> bool:
    """Notes what the providers said, in this order; whether one of them is well again. Changes nothing while all take texts."""
    failed = sorted({name for name, failure in words if _counts(failure)})
    if failed:
        fresh = [{**ProviderHealth(name=name).model_dump(), "name": name} for name in failed]
        insert_new(session, SQLModel.metadata.tables["sms_provider"], fresh, "name")
    rows = {row.name: row for row in session.exec(_rows([name for name, _ in words]).with_for_update())}
    recovered = [_note(rows[name], failure, now) for name, failure in words if name in rows]
    session.add_all(rows.values())
    return any(recovered)


def _counts(failure: NotSent | None) -> bool:
    return isinstance(failure, (TemporaryFailure, Unknown))


def _note(row: ProviderHealth, failure: NotSent | None, now: datetime) -> bool:
    if failure is None or isinstance(failure, PermanentFailure):
        return _note_well(row, now)  # who refuses one text for good is at work
    if _counts(failure):
        _note_failure(row, failure, now)
    return False


def _note_well(row: ProviderHealth, now: datetime) -> bool:
    was_ill = row.ill_since is not None
    if was_ill:
        log.info("sms_provider_well", provider=row.name, after_seconds=round((now - (row.ill_since or now)).total_seconds()))
        row.well_since = now
    row.failures, row.fault, row.refused, row.ill_since, row.tries, row.next_call_at = 0, "", False, None, 0, None
    return was_ill


def _note_failure(row: ProviderHealth, failure: NotSent, now: datetime) -> None:
    row.failures, row.fault = row.failures + 1, failure.code[:32]
    refused = isinstance(failure, AccountRefused)
    if row.ill_since is None and (refused or row.failures >= ILL_AFTER):
        row.ill_since, row.tries, row.next_call_at = now, 1, now + _pause(0)
        log.error("sms_provider_ill", provider=row.name, fault=row.fault, account_refused=refused)
    elif row.ill_since is not None and refused and not row.refused:
        log.error("sms_provider_ill", provider=row.name, fault=row.fault, account_refused=True)
    row.refused = refused


def try_soon(session: Session, names: Sequence[str], now: datetime) -> None:
    """Something else told that these providers answer: if they are ill, the next text tries them at once."""
    for row in session.exec(_rows(names).with_for_update()):
        if row.ill_since is not None:
            row.next_call_at = now
            session.add(row)


def all_health(session: Session) -> list[ProviderHealth]:
    """Every provider that ever failed, by name."""
    return list(session.exec(select(ProviderHealth).order_by(col(ProviderHealth.name))))
