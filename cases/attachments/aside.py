"""Kept aside: attachments of a case that is not asked yet. Asked, they become the case's; never asked, they go after three days."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cases.attachments.attachment import ASIDE, Attachment, AttachmentPage, drop_pages, fresh_id

KEPT = timedelta(days=3)
AT_MOST = 50
IN_HAND = 16 * 1024 * 1024  # bytes of pages that are sealed and written together


def kept_aside(session: Session, ids: Collection[str], username: str) -> Sequence[Attachment]:
    """Those of these that this person keeps for a case that is not asked yet."""
    if not ids:
        return ()
    mine = (Attachment.number == ASIDE, Attachment.by == username, col(Attachment.id).in_(sorted(ids)))
    return session.exec(select(Attachment).where(*mine).order_by(col(Attachment.at))).all()


def move_to_case(session: Session, kept: Sequence[Attachment], number: str, now: datetime) -> list[Attachment]:
    """What was kept aside becomes attachments of this case: sealed anew, for each is bound to its case."""
    moved = copy_to_cases(session, [(number, one) for one in kept], now)
    _take_away(session, [one.id for one in kept])
    return moved


def copy_to_cases(session: Session, wanted: Sequence[tuple[str, Attachment]], now: datetime) -> list[Attachment]:
    """A copy of each of these for its case, in the same order: one paper may allow several. What was kept aside stays."""
    pages: dict[str, list[AttachmentPage]] = {one.id: [] for _, one in wanted}
    found = select(AttachmentPage).where(col(AttachmentPage.attachment).in_(sorted(pages)))
    for page in session.exec(found).all() if pages else ():
        pages[page.attachment].append(page)
    made, waiting, size = [], list[AttachmentPage](), 0
    for number, one in wanted:
        copy = Attachment(**one.model_dump(exclude={"id", "number", "at"}), id=fresh_id(), number=number, at=now)
        shared = [page.model_dump(exclude={"attachment", "number"}) for page in pages[one.id]]
        waiting += [AttachmentPage(attachment=copy.id, number=number, **page) for page in shared]
        session.add(copy)
        made.append(copy)
        size += one.size
        if size >= IN_HAND:
            _put_down(session, waiting)
            waiting, size = [], 0
    _put_down(session, waiting)
    return made


def _put_down(session: Session, pages: Sequence[AttachmentPage]) -> None:
    """Writes these pages and keeps nothing of them: sealed, each copy is a whole one, and fifty of them are many."""
    session.add_all(pages)
    session.flush()
    for page in pages:
        session.expunge(page)


def _take_away(session: Session, ids: Collection[str]) -> None:
    drop_pages(session, ids)
    if ids:
        session.connection().execute(delete(Attachment).where(col(Attachment.id).in_(sorted(ids))))


def any_old(session: Session, now: datetime) -> bool:
    """Whether something was kept aside so long ago that it goes."""
    return session.exec(_old(now).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Takes some of that away for good."""
    _take_away(session, session.exec(_old(now).limit(AT_MOST)).all())


def _old(now: datetime) -> SelectOfScalar[str]:
    return select(Attachment.id).where(Attachment.number == ASIDE, col(Attachment.at) < now - KEPT)
