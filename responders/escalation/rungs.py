"""Who is to be notified at a step of a case's ladder at this moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from access.accounts import Account
from cases.case import Case
from cases.duty.rota import Rota, Stand, read_rotas
from contacts.phone_numbers import takes_sms
from contacts.watchers import watchers
from responders.escalation.ladders import Person
from storage.json import Json
from storage.office_time import office_date

WORDING = {"duty": "desk_new", "next_clerk": "desk_next", "leader": "leader_alert", "supervisor": "supervisor_alert"}
INSTEAD = {"leader": "leader_instead"}  # what is told to who stands in for somebody
BOUNCED = "desk_bounced"  # no word of who stands in: whoever is told decides
USUAL, USUAL_INSTEAD = "desk_next", "desk_instead"


class Rungs:
    """Who is there now, at the desks of these cases and above them. Five queries, whatever their number; none for no case."""

    def __init__(self, session: Session, cases: Iterable[Case], now: datetime) -> None:
        self._today = office_date(now)
        codes = {unit for case in cases for unit in (case.desk, case.holder)}
        self._rotas: Mapping[str, Rota] = read_rotas(session, codes, self._today, self._today) if codes else {}
        self._above = watchers(session) if codes else []

    def anybody(self, case: Case) -> bool:
        """Whether somebody is there at the desk of the case today, be it that no text reaches them."""
        return bool(self._rotas[case.desk].there(self._today))

    def queues(self, case: Case) -> Mapping[str, Sequence[Person]]:
        """Who stands on each step of a ladder that starts now; who cannot be texted is no step, and the next one moves up.

        A station that nobody leads is led by whoever leads its unit. What two desks could not agree on goes to the leader first.
        """
        clerks = [_stand(stand) for stand in self._there(case.desk) if not stand.leader]
        leaders = [_stand(stand) for unit in (case.desk, case.holder) for stand in self._there(unit) if stand.leader]
        above = [person(account, "supervisor") for account in self._above[:1]]
        if case.bounced and leaders:
            clerks = []
        return {"duty": clerks[:1], "next_clerk": clerks[1:2], "leader": leaders[:1], "supervisor": above}

    def _there(self, unit: str) -> Sequence[Stand]:
        return [stand for stand in self._rotas[unit].there(self._today) if takes_sms(stand.account.phone)]

    def now_on(self, case: Case, step: Json) -> Json | None:
        """The step with whoever stands on it now; None where nobody is left who can be texted."""
        if step["kind"] == "contact":
            return step
        found = self._supervisor(step) if step["kind"] == "supervisor" else self._colleague(case, step)
        return {**step, **found, "wording": wording_of(step["who"], found, case.bounced)} if found else None

    def _colleague(self, case: Case, step: Json) -> Person | None:
        who = step.get("instead_of") or step["id"]
        found = (self._rotas[unit].at_place_of(who, self._today) for unit in (case.desk, case.holder))
        stand = next((one for one in found if one), None)
        return _stand(stand) if stand and takes_sms(stand.account.phone) else None

    def _supervisor(self, step: Json) -> Person | None:
        same = [account for account in self._above if account.username == step["id"]]
        return next((person(account, "supervisor") for account in [*same, *self._above]), None)


def person(account: Account, kind: str = "clerk") -> Person:
    """Somebody as they stand in a ladder."""
    return {"kind": kind, "id": account.username, "name": account.name, "phone": account.phone, "locale": account.locale}


def _stand(stand: Stand) -> Person:
    return {**person(stand.account), "instead_of": stand.instead_of}


def wording_of(who: str, told: Person, bounced: bool = False) -> str:
    """The text for this step; who stands in for somebody is told so, and who leads that two desks could not agree."""
    if bounced and who == "leader":
        return BOUNCED
    return INSTEAD.get(who, USUAL_INSTEAD) if told.get("instead_of") else WORDING.get(who, USUAL)
