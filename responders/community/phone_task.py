"""The phone task of a case: the community to ask, its people's reachability and the texts to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from cases.case import Case
from cases.lifecycle import WITH_CONTACT
from contacts.alerts.alerts import Alert, Purpose
from contacts.roster.areas import towns
from contacts.roster.responsiveness import Responsiveness, responsiveness_of
from contacts.roster.roster import Area, AreaKind, Contact, serving
from responders.community.places import Place, Why, county_codes, find_places, named_town, offered_places
from responders.escalation.ladders import FrozenLadder, ladders_of

CONSULT = "consult"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a clerk looks for: letters of a name, a town whose communities are listed, or the community itself."""

    q: str = ""
    town: str = ""
    area: str = ""


def wish_of(form_data: Mapping[str, str]) -> Wish:
    """What a form or an address names; the form for a statement carries the community it was shown with."""
    return Wish(
        form_data.get("q", "")[:64], form_data.get("town", ""), form_data.get("area", "") or form_data.get("area_shown", "")
    )


@dataclass(frozen=True, slots=True)
class Rung:
    """One contact who is texted, in order. `state` is that of the text, or next or later; `at` when it went or will go."""

    name: str
    role: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True)
class PhoneTask:
    """What there is to choose from; of the chosen community its people in order, each with what is known of them."""

    wish: Wish = Wish()
    places: Sequence[Place] = ()
    towns: Sequence[Area] = ()
    communities: Sequence[Area] = ()
    area: Area | None = None
    people: Sequence[Contact] = ()
    responsiveness: Mapping[int, Responsiveness] = field(default_factory=dict)
    asked: bool = False  # this community is being texted, or was

    @property
    def looked_at(self) -> str:
        """The code of the area whose people are shown; empty where nobody is."""
        return self.area.code if self.area and self.people else ""

    @property
    def texted(self) -> bool:
        """Whether a text can reach anybody here."""
        return any(one.takes_sms for one in self.people)


def phone_task(session: Session, case: Case, wish: Wish, now: datetime) -> PhoneTask:
    """With an area chosen, its people; else the area that is being asked; else what there is to choose from.

    Nobody's people stand beside a case that is not open any more.
    """
    asked = _ladder(session, case)
    searching = bool(wish.q or wish.town) and not wish.area
    code = wish.area or ("" if searching or asked is None else asked.area)
    area = session.get(Area, code) if code and case.open else None
    if area is not None:
        people = serving(session, area.code, now)
        return PhoneTask(
            wish, (), (), (), area, people, responsiveness_of(session, people, now), asked is not None and area.code == asked.area
        )
    places = find_places(session, wish.q, now) if wish.q else offered_places(session, case, now)
    if not (wish.q or wish.town or any(one.why == Why.NAMED for one in places)) and (town := named_town(session, case)):
        wish = replace(wish, town=town.code)  # the address names a town and none of its communities: its list is open
    counties = county_codes(case)
    choice = sorted(towns(session), key=lambda one: one.code[:6] not in counties)
    return PhoneTask(wish, places, choice, _communities(session, wish.town))


def _communities(session: Session, town: str) -> Sequence[Area]:
    inside = select(Area).where(Area.parent == town, Area.kind == AreaKind.COMMUNITY.value, col(Area.retired_at).is_(None))
    return session.exec(inside.order_by(col(Area.code))).all() if town else []


def _ladder(session: Session, case: Case) -> FrozenLadder | None:
    return ladders_of(session, [case.number], CONSULT).get(case.number)


def rungs_of(session: Session, case: Case) -> list[Rung]:
    """Who is texted about this case and what became of each text; empty where nobody was asked. Two queries."""
    ladder = _ladder(session, case)
    if ladder is None:
        return []
    sent = select(Alert).where(Alert.about == case.number, Alert.purpose == Purpose.CONSULT)
    texts = {a.recipient: a for a in session.exec(sent.order_by(col(Alert.created_at))) if a.created_at >= ladder.started_at}
    waits = case.state == WITH_CONTACT.value
    coming = ladder.position + (case.wake_for != CONSULT)  # before the first text the clock still has to come by
    return [_rung(case, step, texts.get(str(step["id"])), place == coming)
            for place, step in enumerate(ladder.steps) if waits or str(step["id"]) in texts]  # fmt: skip


def _rung(case: Case, step: Mapping[str, str], text: Alert | None, follows: bool) -> Rung:
    name, role = str(step["name"]), str(step["who"])
    if text:
        return Rung(name, role, text.state, text.sent_at or text.created_at)
    return Rung(name, role, "next" if follows else "later", case.wake_at if follows else None)
