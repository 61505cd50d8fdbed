"""Attaching: who may attach what to which case, taking it away again, and the lines of the trail for both and for each look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from access.freezes import ACCOUNT, UNIT, frozen_among
from access.principal import Principal
from access.refusals import NotAllowed
from cases.actions import seen_case
from cases.attachments.aside import copy_to_cases, kept_aside, move_to_case
from cases.attachments.attachment import (
    ASIDE,
    MANDATE,
    MOST_CAPTION,
    MOST_OF_CASE,
    MOST_OF_UNIT,
    Attachment,
    add,
    attachments_of,
    bytes_of_unit,
    drop_pages,
    fresh_id,
)
from cases.attachments.cleaning import CleanFile
from cases.case import Case
from cases.lifecycle import ANSWERED, CLOSED, REFUSED, RETRACTED, WITHDRAWN, Actor
from cases.roles import actors_of, had_it
from cases.stations.placing import DESKS
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from cases.views import LATELY
from storage.database import Database
from storage.problem import N_, FieldFault, Problem

OVER = frozenset({CLOSED, WITHDRAWN, REFUSED, RETRACTED})  # on these nothing is attached any more
SIDES = (Actor.ASKER, Actor.CLERK)
NO_ATTACHMENT = N_("There is no such attachment on this case.")
IS_OVER = N_("Nothing is attached to this case any more: it is over.")
TOO_MANY = N_("There are {most} attachments on this case; no more are taken.")
UNIT_FULL = N_("Your unit keeps as many attachments as it may. The data office knows what can be done.")
LONG_CAPTION = N_("At most {most} characters.")
FROZEN = N_("Your unit or account is frozen: nothing is attached for it. Speak to the data office.")
NOT_YOURS = N_("Only the side that attached it can take it away.")

MANDATE_STAYS = N_("The paper that allows the errand stays with its case.")


@dataclass(frozen=True, slots=True)
class Attaching:
    """Who attaches something now, in which transaction."""

    session: Session
    principal: Principal
    now: datetime


def sides_of(principal: Principal, case: Case) -> list[Actor]:
    """As which sides of this case somebody may attach to it now."""
    return [] if case.state in OVER or case.blocked_at else [actor for actor in actors_of(principal, case) if actor in SIDES]


def check_caption(caption: str) -> str:
    """The caption as it is kept. Raises Problem."""
    if len(caption.strip()) > MOST_CAPTION:
        raise Problem([FieldFault("caption", "too_long", LONG_CAPTION, {"most": MOST_CAPTION})])
    return caption.strip()


def check_place(acting: Attaching, number: str, side: str = "") -> Actor:
    """As which side this person would attach to this case. Raises Problem or NotAllowed. To be asked before a file is read, too."""
    case = seen_case(acting.session, number, acting.principal)
    if Actor.ASKER not in (held := actors_of(acting.principal, case)) and Actor.CLERK not in held:
        raise NotAllowed
    sides = sides_of(acting.principal, case)
    if not sides:
        raise Problem([FieldFault("", "over", IS_OVER)], 409)
    _check_room(acting, number)
    return next((one for one in sides if one == side), sides[0])


def _check_room(acting: Attaching, number: str = ASIDE) -> None:
    session, principal = acting.session, acting.principal
    if frozen_among(session, {principal.unit}, {principal.username}) & {(UNIT, principal.unit), (ACCOUNT, principal.username)}:
        raise Problem([FieldFault("", "frozen", FROZEN)], 403)
    mine = [Attachment.by == principal.username] if number == ASIDE else []
    count = select(func.count()).where(Attachment.number == number, col(Attachment.removed_at).is_(None), *mine)
    most = MOST_OF_CASE * (5 if number == ASIDE else 1)
    if session.exec(count).one() >= most:
        raise Problem([FieldFault("file", "too_many", TOO_MANY, {"most": most})], 409)
    if bytes_of_unit(session, principal.unit) >= MOST_OF_UNIT:
        raise Problem([FieldFault("file", "unit_full", UNIT_FULL)], 409)


def attach(acting: Attaching, number: str, made: CleanFile, caption: str = "", side: str = "") -> Attachment:
    """Keeps what was cleaned on this case and writes it on its trail. Raises Problem or NotAllowed."""
    actor = check_place(acting, number, side)
    kept = add(acting.session, _entry(acting, number, made, check_caption(caption), actor), made)
    _write(acting, [kept], actor)
    if actor == Actor.ASKER:
        _mark_for_desk(acting.session, number)
    return kept


def _mark_for_desk(session: Session, number: str) -> None:
    """The desk that has the case, or whose answer stands, has not seen this; what a machine is asked about is at no desk yet."""
    there = col(Case.state).in_([state.value for state in (*DESKS, ANSWERED)])
    session.connection().execute(update(Case).where(col(Case.number) == number, there).values(desk_unread=True))


def keep_aside(acting: Attaching, made: CleanFile, caption: str = "", use: str = "") -> Attachment:
    """Keeps it for a case that this person is about to ask. Raises Problem."""
    _check_room(acting)
    entry = _entry(acting, ASIDE, made, check_caption(caption), Actor.ASKER)
    entry.use = use
    return add(acting.session, entry, made)


def bring_to_case(acting: Attaching, ids: Collection[str], number: str) -> list[Attachment]:
    """What this person kept aside under these ids is attached to the case that was asked now."""
    kept = kept_aside(acting.session, ids, acting.principal.username)
    moved = move_to_case(acting.session, kept, number, acting.now)
    _write(acting, moved, Actor.ASKER)
    return moved


def bring_copies(acting: Attaching, papers: Mapping[str, Attachment]) -> list[Attachment]:
    """To each of these cases, by number, its copy of what is kept aside. Raises Problem where the unit keeps too much then."""
    fresh = sum(one.size for one in papers.values())
    if fresh and bytes_of_unit(acting.session, acting.principal.unit) + fresh > MOST_OF_UNIT:
        raise Problem([FieldFault("file", "unit_full", UNIT_FULL)], 409)
    made = copy_to_cases(acting.session, list(papers.items()), acting.now)
    _write(acting, made, Actor.ASKER)
    return made


def _entry(acting: Attaching, number: str, made: CleanFile, caption: str, actor: Actor) -> Attachment:
    who = acting.principal
    return Attachment(
        id=fresh_id(), number=number, unit=who.unit, by=who.username, side=actor.value, at=acting.now,
        kind=made.kind, pages=len(made.pages), size=made.size, digest=made.digest, caption=caption,
    )  # fmt: skip


def _write(acting: Attaching, kept: Sequence[Attachment], actor: Actor) -> None:
    lines = []
    for one in kept:
        told = {"attachment": one.id, "kind": one.kind, "pages": one.pages, "sha256": one.digest}
        lines.append(TrailLine.of_person(acting.principal, acting.now, "attach", one.number, actor=actor.value, details=told))
    trail.write(acting.session, lines)


def remove(acting: Attaching, number: str, attachment: str) -> None:
    """Takes an attachment away for good: a wrong picture shall not stay. Only the side that attached it may. Raises Problem."""
    case = seen_case(acting.session, number, acting.principal)
    one = _found(acting.session, case, attachment)
    if one.unit != acting.principal.unit or Actor(one.side) not in actors_of(acting.principal, case):
        raise Problem([FieldFault("", "not_yours", NOT_YOURS)], 403)
    if one.use == MANDATE:
        raise Problem([FieldFault("", "mandate", MANDATE_STAYS)], 409)
    drop_pages(acting.session, [one.id])
    one.removed_at, one.caption, one.size = acting.now, "", 0
    line = TrailLine.of_person(
        acting.principal, acting.now, "attachment_removed", number, actor=one.side, details={"attachment": one.id}
    )
    trail.write(acting.session, [line])


def case_of(session: Session, number: str, principal: Principal) -> Case:
    """The case, if this person may see what is attached to it: a station that had it only sees where it went. Raises Problem."""
    case = seen_case(session, number, principal)
    if had_it(principal, case) and not actors_of(principal, case):
        raise Problem([FieldFault("attachment", "unknown", NO_ATTACHMENT)], 404)
    return case


def shown(session: Session, case: Case) -> Sequence[Attachment]:
    """What of this case is shown to who may see it: nothing once it is blocked."""
    return () if case.blocked_at else attachments_of(session, case.number)


def shown_one(session: Session, number: str, attachment: str, principal: Principal) -> Attachment:
    """One attachment of a case that this person may see. Raises Problem."""
    return _found(session, case_of(session, number, principal), attachment)


def _found(session: Session, case: Case, attachment: str) -> Attachment:
    one = session.get(Attachment, attachment)
    if one is None or one.number != case.number or one.removed_at or case.blocked_at:
        raise Problem([FieldFault("attachment", "unknown", NO_ATTACHMENT)], 404)
    return one


def record_attachment_view(database: Database, one: Attachment, principal: Principal, now: datetime) -> None:
    """Writes that this person looks at this attachment; its pages and a second glance within minutes are the same look."""
    mine = (col(Trail.number) == one.number, col(Trail.who) == principal.username, col(Trail.action) == "attachment_look")
    with database.read() as session:
        lately = session.exec(
            select(Trail).where(*mine, col(Trail.at) > now - LATELY)
        ).all()  # details are sealed: looked through here
    if not any(line.details.get("attachment") == one.id for line in lately):
        line = TrailLine.of_person(principal, now, "attachment_look", one.number, details={"attachment": one.id})
        with database.write() as session:
            trail.write(session, [line])
