"""Errands: the table of whose errand a case is, who runs it, and the paper that allows it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from cases.documents.id_numbers import ResidentId
from cases.retention import is_blocked
from cases.trail import trail
from cases.trail.trail_line import Person, TrailLine
from storage.encrypted_columns import EncryptedText


class Errand(SQLModel, table=True):
    """This case was asked for this citizen by this agent. `mandate` is the attachment that allows it, if one was needed."""

    __tablename__ = "errand"

    number: str = Field(primary_key=True, max_length=32)
    agent: str = Field(max_length=64)
    agent_name: str = Field(max_length=64)  # as it was when the question was asked: the paper says it for good
    name: str = Field(sa_type=EncryptedText)
    id_number: str = Field(sa_type=EncryptedText)
    mandate: str = Field(default="", max_length=32)
    at: datetime

    @property
    def masked(self) -> str:
        """The number for those who need not see all of it."""
        return ResidentId(self.id_number).masked


def note_errands(session: Session, errands: Sequence[Errand], agent: Person) -> None:
    """Writes down whose errands these cases are, and a line for each on its trail."""
    session.add_all(errands)
    lines = [
        TrailLine.of_person(agent, one.at, "errand", one.number, actor="asker", details={"for": one.name, "mandate": one.mandate})
        for one in errands
    ]
    trail.write(session, lines)


def errand_of(session: Session, number: str) -> Errand | None:
    """Whose errand this case is; None for one that was asked at a window, and once the case is blocked."""
    found = session.get(Errand, number)
    return found if found is not None and not is_blocked(session, number) else None
