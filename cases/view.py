"""A case as JSON for its readers: what each side may see of it, its answer and its trail."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from access.principal import Principal
from cases.amending.amend_effects import offered_moves
from cases.amending.amendments import STANDING, Amendment
from cases.amending.four_eyes import may_judge
from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.headline import headline, valid_until
from cases.lifecycle import Actor
from cases.question import GRADES, Source
from cases.roles import actors_of, may_see
from cases.stations.station_effects import of_house
from storage.json import Json
from storage.office_time import OFFICE

PROPOSING = ("propose_amendment", "decline_amendment")  # what was not confirmed is no word to the asker
INNER = frozenset(
    {"look", "follow", "attachment_look", "search", "take", "release", "reassign", "state", "call", *PROPOSING}
)  # the answering unit's own housekeeping
# The asker sees that it happened; which community or station it was, and why, stays inside.
WAY = frozenset({"hand_over", "consult", "hand_to_station", "hand_back", "take_over"})
TOLD = frozenset({"late_finding", "return", "offer_later"})  # the details of these are meant for the asker


class ShownLine(Protocol):
    """A line of the trail: as it was read, or as it is about to be written."""

    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def start(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def details(self) -> Mapping[str, Any]: ...
    @property
    def tampered(self) -> bool: ...


def case_row(case: Case, now: datetime, principal: Principal) -> Json:
    """A case in a list: everything but who it is about and what was found in words; people of other units have no name in it."""
    inside = _inside(case, principal)
    taken_by = case.taken_by if inside else ""
    asked_by = case.asked_by if principal.unit == case.unit or "supervisor" in principal.roles else ""
    reference = (
        case.reference if may_see(principal, case) else None
    )  # administrators see that there is a case, not whose file it is
    return {
        "number": case.number, "item": case.item, "matter": case.matter, "unit": case.unit, "holder": case.holder,
        "station": case.told_station or None,
        "state": case.state, "version": case.version, "urgent": case.urgent, "outcome": case.outcome or None,
        "source": case.source or None, "asked_at": case.asked_at, "due_at": case.due_at, "due_provisional": case.due_provisional,
        "overdue": is_overdue(case, now), "taken_by": taken_by or None, "answered_at": case.answered_at,
        "asked_by": asked_by or None, "reference": reference, "arbitration": case.arbitration, "disputed": case.disputed,
        "blocked_at": case.blocked_at, "deleted_at": case.deleted_at, "amended_at": case.amended_at,
        "to_acknowledge": case.unseen, "decide_by": case.decide_by,
        "asked_back": case.asked_back, "paused_until": case.paused_until, "offered_due": case.offered_due,
        "arbitrate_by": case.arbitrate_by, "later_day": case.extended, "desk_unread": case.desk_unread if inside else None,
    }  # fmt: skip


def is_overdue(case: Case, now: datetime) -> bool:
    """Past its deadline and with those who answer."""
    return case.late(now)


def case_view(
    case: Case,
    lines: Sequence[ShownLine],
    principal: Principal,
    now: datetime,
    catalogue: Catalogue,
    amendments: Sequence[Amendment] = (),
) -> Json:
    """One case as this principal may see it: a contact's number stands nowhere in it."""
    subjects = {role: subject.model_dump(exclude_none=True) for role, subject in case.subjects.items()}
    asked = {"subjects": subjects, "details": case.details, "year": case.year, "purpose": case.purpose}
    asked |= {"mode": case.mode, "wanted": list(case.wanted)} if case.mode else {}
    moves = moves_of(principal, case)
    moves = [move for move in moves if may_judge(case, move, principal.username)]
    inside = _inside(case, principal)
    trail = [line_view(line, principal, inside, case.desks) for line in lines if inside or line.action not in INNER]
    row = case_row(case, now, principal)
    changed = [amendment_view(case, one, principal, catalogue, now) for one in amendments if inside or one.state == STANDING]
    told = finding_view(case, catalogue, now)
    return {**row, **asked, "finding": told, "amendments": changed, "open_moves": moves, "trail": trail}


def moves_of(principal: Principal, case: Case) -> list[str]:
    """What this person can do with a case by the table of moves, and by whose desk it is at."""
    actors = actors_of(principal, case)
    clerk = offered_moves([actor for actor in actors if actor == Actor.CLERK], case)
    mine = {*of_house(clerk, case, principal.unit, principal.stations)}
    mine |= {*offered_moves([actor for actor in actors if actor != Actor.CLERK], case)}
    return [move for move in offered_moves(actors, case) if move in mine]


def finding_view(case: Case, catalogue: Catalogue, now: datetime) -> Json | None:
    """The finding with its grade, its headline in both languages, and until when it holds; None while there is none.

    Of a query that has expired the fields are not in it any more, and `expired` says so.
    """
    found = graded(case, case.finding, catalogue)
    until = valid_until(catalogue.item(case.item), case.stands_since)
    if not found or not until:
        return found
    return {**without_expired(found, until, now), "valid_until": until.isoformat()}


def without_expired(found: Json, until: date | None, now: datetime) -> Json:
    """A finding without the fields of a record whose last day is past: they are kept as long as the case, and shown to nobody."""
    if "records" not in found or until is None or now.astimezone(OFFICE).date() <= until:
        return found
    return {**{name: value for name, value in found.items() if name != "records"}, "expired": True}


def graded(case: Case, finding: Json | None, catalogue: Catalogue) -> Json | None:
    """A finding about this case with its grade and its headline in both languages; None for none."""
    if not finding:
        return None
    told = headline(catalogue.item(case.item), case, finding).model_dump()
    return {**finding, "grade": GRADES[Source(finding["source"])], "headline": told}


def amendment_view(case: Case, one: Amendment, principal: Principal, catalogue: Catalogue, now: datetime) -> Json:
    """What became of a delivered answer, with the one that stood before; people of other units are shown by what they are."""
    own = one.unit == principal.unit or "supervisor" in principal.roles or one.actor == Actor.MACHINE
    asked = case.unit == principal.unit or "supervisor" in principal.roles
    when = {"at": one.at, "stood_from": one.answered_at, "stood_until": one.stood_until, "seen_at": one.seen_at}
    by = {"actor": one.actor, "unit": one.unit, "who": one.who if own else "", "seen_by": one.seen_by if asked else ""}
    earlier, proposed = graded(case, one.earlier, catalogue), graded(case, one.wanted, catalogue)
    earlier = earlier and without_expired(earlier, valid_until(catalogue.item(case.item), one.answered_at), now)
    return {"version": one.version, "kind": one.kind, "state": one.state, **when, **by, "reason": one.reason,
            "earlier": earlier, "proposed": proposed}  # fmt: skip


def line_view(line: ShownLine, principal: Principal, inside: bool, desks: Collection[str] = ()) -> Json:
    """A line of the trail; people of other units are shown by what they are, not by name. `desks`: those of the holder's house."""
    own = line.unit == principal.unit or "supervisor" in principal.roles or (inside and line.unit in desks)
    who = line.who if own or line.actor in ("machine", "clock") else ""
    # What the clock notes are sentences of ours; a machine or a clerk may note something about the people.
    note = line.note if inside or line.action not in WAY or line.actor == Actor.CLOCK else ""
    shown = {"at": line.at, "action": line.action, "actor": line.actor, "unit": line.unit, "who": who, "note": note}
    details = line.details if own or line.action in TOLD else {}
    # In whose place it was done is the unit's own; that somebody stood in for the clerk is for everybody.
    shown |= {"by_substitute": True} if line.details.get("instead_of") else {}
    shown |= {"tampered": True} if line.tampered else {}
    return {**shown, "from": line.start, "to": line.to, **({"details": details} if details else {})}


def _inside(case: Case, principal: Principal) -> bool:
    return principal.unit in case.desks or "supervisor" in principal.roles
