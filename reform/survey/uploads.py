"""Uploads of the survey: the table of what was sent and read and waits for a yes; forgotten a day later."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from reform.survey.answer import surveyed
from reform.survey.reading import SurveyFile, read_files
from storage.encrypted_columns import EncryptedJson
from storage.json import Json
from storage.problem import N_
from storage.sheets.limits import BadFile
from storage.sheets.rows import RowFault

KEPT = timedelta(days=1)
MOST_FILES = 20  # of one upload
MOST_WAITING = 10  # of one person
MOST_TOLD = 200  # faults of one file
NO_FILE = N_("Choose the sheets first.")
TOO_MANY_FILES = N_("At most {most} files can be sent at once.")
TOO_MANY_WAITING = N_("{most} uploads of yours wait already. Take them in or give them up, then send the next ones.")


class SurveyUpload(SQLModel, table=True):
    """Files of the survey as they were read: by file its unit, its rows by sheet, what is wrong, what was left out."""

    __tablename__ = "survey_upload"

    id: UUID = Field(primary_key=True)
    who: str = Field(index=True, max_length=64)
    made_at: datetime = Field(index=True)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)
    taken_at: datetime | None = None

    @property
    def files(self) -> Sequence[Json]:
        """The files in the order in which they were sent."""
        return list(self.content["files"])

    @property
    def good(self) -> list[Json]:
        """Those that can be taken in."""
        return [one for one in self.files if not one["faults"]]


def keep(session: Session, files: Sequence[tuple[str, bytes]], chosen: str, who: str, now: datetime) -> SurveyUpload:
    """Reads the files (name, contents) and keeps what stands in them; nothing of it is in the survey yet. Raises BadFile.

    `chosen` is the unit of sheets that do not say whose they are. Old uploads are forgotten.
    """
    forget(session, now)
    if not files:
        raise BadFile(NO_FILE)
    if len(files) > MOST_FILES:
        raise BadFile(TOO_MANY_FILES, most=MOST_FILES)
    own = select(func.count()).select_from(SurveyUpload).where(SurveyUpload.who == who, col(SurveyUpload.taken_at).is_(None))
    if session.exec(own).one() >= MOST_WAITING:
        raise BadFile(TOO_MANY_WAITING, most=MOST_WAITING)
    read = read_files(files, surveyed(session), chosen)
    kept = SurveyUpload(id=uuid4(), who=who, made_at=now, content={"files": [_told(one) for one in read]})
    session.add(kept)
    session.flush()
    return kept


def find(session: Session, upload: UUID, who: str, lock: bool = False) -> SurveyUpload | None:
    """This person's own upload; nobody else sees it before it is taken in."""
    kept = session.get(SurveyUpload, upload, with_for_update=lock or None)
    return kept if kept is not None and kept.who == who else None


def waiting(session: Session, who: str, now: datetime) -> Sequence[SurveyUpload]:
    """This person's uploads that wait for a yes, newest first."""
    own = SurveyUpload.who == who, col(SurveyUpload.taken_at).is_(None), col(SurveyUpload.made_at) >= now - KEPT
    return session.exec(select(SurveyUpload).where(*own).order_by(col(SurveyUpload.made_at).desc()).limit(MOST_WAITING)).all()


def drop(session: Session, upload: UUID, who: str) -> None:
    """Gives an upload up: nothing of it stays."""
    session.execute(delete(SurveyUpload).where(col(SurveyUpload.id) == upload, col(SurveyUpload.who) == who))


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is anything to forget: looking takes no lock."""
    return session.exec(select(SurveyUpload.id).where(col(SurveyUpload.made_at) < now - KEPT).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Nothing that somebody uploaded stays here longer than a day."""
    session.execute(delete(SurveyUpload).where(col(SurveyUpload.made_at) < now - KEPT))


def _told(one: SurveyFile) -> Json:
    return {
        "file": one.file[:200], "unit": one.unit, "sheets": one.sheets, "more": max(0, len(one.faults) - MOST_TOLD),
        "faults": _lines(one.faults[:MOST_TOLD]), "left_out": _lines(one.left_out[:MOST_TOLD]),
    }  # fmt: skip


def _lines(faults: Iterable[RowFault]) -> list[Json]:
    return [
        {"sheet": one.sheet, "row": one.row, "column": one.column, "message": one.message, "params": dict(one.params)}
        for one in faults
    ]
