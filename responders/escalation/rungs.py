"""Who is to be notified at a step of a case's ladder at this moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from access.accounts import Account
from cases.duty.rota import Rota, Stand, read_rotas
from contacts.phone_numbers import takes_sms
from contacts.watchers import watchers
from responders.escalation.ladders import Person
from storage.json import Json
from storage.office_time import office_date

WORDING = {"duty": "desk_new", "next_clerk": "desk_next", "leader": "leader_alert", "supervisor": "supervisor_alert"}
INSTEAD = {"leader": "leader_instead"}  # what is told to who stands in for somebody
USUAL, USUAL_INSTEAD = "desk_next", "desk_instead"


class Rungs:
    """Who is there now, in these units and above them. Five queries, whatever the number of units; none for no unit."""

    def __init__(self, session: Session, units: Iterable[str], now: datetime) -> None:
        self._today = office_date(now)
        codes = set(units)
        self._rotas: Mapping[str, Rota] = read_rotas(session, codes, self._today, self._today) if codes else {}
        self._above = watchers(session) if codes else []

    def queues(self, unit: str) -> Mapping[str, Sequence[Person]]:
        """Who stands on each step of a ladder that starts now; who cannot be texted is no step, and the next one moves up."""
        there = [stand for stand in self._rotas[unit].there(self._today) if takes_sms(stand.account.phone)]
        clerks = [_stand(stand) for stand in there if not stand.leader]
        leaders = [_stand(stand) for stand in there if stand.leader]
        above = [person(account, "supervisor") for account in self._above[:1]]
        return {"duty": clerks[:1], "next_clerk": clerks[1:2], "leader": leaders[:1], "supervisor": above}

    def now_on(self, unit: str, step: Json) -> Json | None:
        """The step with whoever stands on it now; None where nobody is left who can be texted."""
        if step["kind"] == "contact":
            return step
        found = self._supervisor(step) if step["kind"] == "supervisor" else self._colleague(unit, step)
        return {**step, **found, "wording": wording_of(step["who"], found)} if found else None

    def _colleague(self, unit: str, step: Json) -> Person | None:
        stand = self._rotas[unit].at_place_of(step.get("instead_of") or step["id"], self._today)
        return _stand(stand) if stand and takes_sms(stand.account.phone) else None

    def _supervisor(self, step: Json) -> Person | None:
        same = [account for account in self._above if account.username == step["id"]]
        return next((person(account, "supervisor") for account in [*same, *self._above]), None)


def person(account: Account, kind: str = "clerk") -> Person:
    """Somebody as they stand in a ladder."""
    return {"kind": kind, "id": account.username, "name": account.name, "phone": account.phone, "locale": account.locale}


def _stand(stand: Stand) -> Person:
    return {**person(stand.account), "instead_of": stand.instead_of}


def wording_of(who: str, told: Person) -> str:
    """The text for this step; who stands in for somebody is told so."""
    return INSTEAD.get(who, USUAL_INSTEAD) if told.get("instead_of") else WORDING.get(who, USUAL)
