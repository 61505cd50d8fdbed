"""/admin/dead: dead letters and why; sent again or dropped. Their contents stay hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from access.principal import Principal
from administrators.changes import Act, changes_of, note_changes, note_view
from administrators.page_frame import PAGE_SIZE, Admin, known, show
from administrators.running.dead_letter_reasons import UNSIGNED, kind_words, reason_words
from administrators.running.letter_outline import outline
from broker.dead_letters import DeadLetter, drop, is_unsigned, replay
from broker.transports.transport import TransportError
from storage.problem import N_, FieldFault
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
WORDS: dict[str, Any] = {"why": reason_words, "what": kind_words, "unsigned": UNSIGNED}
AT_MOST = 500  # letters put back or dropped in one go
NO_LETTER = N_("There is no such letter.")
LOST = N_(
    "{count} of the ticked letters cannot be read out of what was sent, or are more than {most} at once. Nothing was done: tick "
    "them again."
)
NOTHING = N_("Tick at least one letter in the list.")
ONE_BY_ONE = N_("Letters without a signature are put back one by one: open them first.")
NO_REASON = N_("Say why nobody needs these letters. The reason stays with them.")
BROKER_AWAY = N_("The post office cannot be reached or has no such queue. Nothing was put back; try again later.")


@dataclass(frozen=True, slots=True)
class DeadLetterFilter:
    """Which letters are listed: of one queue, with one reason, those decided about. `before` is the last one seen."""

    queue: str = ""
    reason: str = ""
    settled: bool = False
    before: int = 0


@dataclass(frozen=True, slots=True)
class Ticks:
    """The letters that were ticked, and how many ticks name none or are more than may be at once."""

    ids: list[int]
    lost: int

    @property
    def faults(self) -> list[FieldFault]:
        """What is to be said of those that were lost: nobody shall believe that they were dealt with."""
        return [FieldFault("picked", "unreadable", LOST, {"count": self.lost, "most": AT_MOST})] if self.lost else []


async def _read_picked(request: Request) -> Ticks:
    picked = [str(value) for value in (await request.form()).getlist("picked")]
    ids = [int(value) for value in picked if value.isascii() and value.isdigit() and len(value) < 18][:AT_MOST]
    return Ticks(ids, len(picked) - len(ids))


Picked = Annotated[Ticks, Depends(_read_picked)]


@router.get("/admin/dead")
def list_dead(request: Request, principal: Admin, wanted: Annotated[DeadLetterFilter, Depends()]) -> Response:
    """Buried letters, newest first, with how many there are of each queue and reason."""
    return _list_page(request, principal, wanted)


def _list_page(
    request: Request,
    principal: Principal,
    wanted: DeadLetterFilter,
    form_data: FormData | None = None,
    faults: Sequence[FieldFault] = (),
    picked: Sequence[int] = (),
) -> Response:
    with context_of(request).database.read() as session:
        letters = session.exec(_found(wanted).order_by(col(DeadLetter.id).desc()).limit(PAGE_SIZE + 1)).all()
        groups = _groups(session)
    following = letters[PAGE_SIZE - 1].id if len(letters) > PAGE_SIZE else 0
    listed = {"letters": letters[:PAGE_SIZE], "groups": groups, "following": following}
    values = {**listed, "wanted": wanted, "picked": set(picked), **WORDS}
    return show(request, principal, "dead", **values, form_data=form_data or {}, faults=faults)


def _found(wanted: DeadLetterFilter) -> SelectOfScalar[DeadLetter]:
    settled = col(DeadLetter.settled_at)
    found = select(DeadLetter).where(settled.is_not(None) if wanted.settled else settled.is_(None))
    found = found.where(DeadLetter.queue == wanted.queue) if wanted.queue else found
    found = found.where(DeadLetter.reason == wanted.reason) if wanted.reason else found
    return found.where(col(DeadLetter.id) < wanted.before) if wanted.before else found


def _groups(session: Session) -> Sequence[tuple[str, str, int]]:
    """Queue, reason and how many wait, the most first."""
    waiting = select(DeadLetter.queue, DeadLetter.reason, func.count()).where(col(DeadLetter.settled_at).is_(None))
    return session.exec(waiting.group_by(DeadLetter.queue, DeadLetter.reason).order_by(func.count().desc()).limit(20)).all()


@router.get("/admin/dead/{letter}")
def show_letter(request: Request, letter: int, principal: Admin) -> Response:
    """One letter: its envelope and which fields it has. The look is on the trail."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        found = known(session.get(DeadLetter, letter), "letter", NO_LETTER)
        note_view(session, principal, now, Act("dead", str(letter), "dead_look"))
        changes = changes_of(session, "dead", str(letter))
    told = {"outline": outline(found.wire), "size": len(found.wire), "changes": changes, "vouched": is_unsigned(found.wire)}
    values = {"letter": found, **told, **WORDS}
    return show(request, principal, "dead_letter", **values)


@router.post("/admin/dead/replay")
def put_back(request: Request, principal: Admin, form_data: FormTyped, picked: Picked) -> Response:
    """The ticked letters go back into their queues, once."""
    context, now = context_of(request), context_of(request).now()
    ids = picked.ids or _group_in(request, form_data)
    if picked.faults or not ids:
        faults = picked.faults or [FieldFault("picked", "missing", NOTHING)]
        return _list_page(request, principal, DeadLetterFilter(), form_data, faults, ids)
    if not form_data.get("vouched") and _any_unsigned(request, ids):
        return _list_page(request, principal, DeadLetterFilter(), form_data, [FieldFault("picked", "unsigned", ONE_BY_ONE)], ids)
    try:
        transport = request.app.state.assembly.transport()
        try:
            with context.database.write() as session:
                waiting = _waiting(session, ids)
                replay(session, transport, waiting, principal.username, now)
                note_changes(session, principal, now, *(Act("dead", str(one), "dead_replay") for one in waiting))
        finally:
            transport.close()
    except TransportError:
        return _list_page(
            request, principal, DeadLetterFilter(), form_data, [FieldFault("picked", "broker_away", BROKER_AWAY)], ids
        )
    return RedirectResponse(f"/admin/dead?flash={'letters_replayed' if waiting else 'letters_decided'}", 303)


@router.post("/admin/dead/drop")
def drop_letters(request: Request, principal: Admin, form_data: FormTyped, picked: Picked) -> Response:
    """The ticked letters are not delivered any more; their rows stay, with the reason."""
    context, now = context_of(request), context_of(request).now()
    ids, reason = picked.ids or _group_in(request, form_data), form_data.get("note", "").strip()[:200]
    faults = picked.faults or ([] if ids else [FieldFault("picked", "missing", NOTHING)])
    faults += [] if reason else [FieldFault("note", "missing", NO_REASON)]
    if faults:
        return _list_page(request, principal, DeadLetterFilter(), form_data, faults, picked.ids)
    with context.database.write() as session:
        waiting = _waiting(session, ids)
        drop(session, waiting, reason, principal.username, now)
        note_changes(session, principal, now, *(Act("dead", str(one), "dead_drop", note=reason) for one in waiting))
    return RedirectResponse(f"/admin/dead?flash={'letters_dropped' if waiting else 'letters_decided'}", 303)


def _any_unsigned(request: Request, ids: Sequence[int]) -> bool:
    picked = select(DeadLetter).where(col(DeadLetter.id).in_(ids))
    with context_of(request).database.read() as session:
        return any(is_unsigned(letter.wire) for letter in session.exec(picked))


def _waiting(session: Session, ids: Sequence[int]) -> list[int]:
    found = select(DeadLetter.id).where(col(DeadLetter.id).in_(ids), col(DeadLetter.settled_at).is_(None))
    return [one for one in session.exec(found.order_by(col(DeadLetter.id))) if one]


def _group_in(request: Request, form_data: FormData) -> list[int]:
    """The letters of the group that a button names: all of one queue with one reason, the oldest first."""
    queue, reason = form_data.get("group_queue", ""), form_data.get("group_reason", "")
    if not queue or reason in UNSIGNED:
        return []
    alike = select(DeadLetter.id).where(
        DeadLetter.queue == queue, DeadLetter.reason == reason, col(DeadLetter.settled_at).is_(None)
    )
    with context_of(request).database.read() as session:
        return [one for one in session.exec(alike.order_by(col(DeadLetter.id)).limit(AT_MOST)) if one]
