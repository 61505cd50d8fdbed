"""Pledges: the table of who signed which version of the confidentiality pledge, needed before asking."""

import hashlib
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, col, select, tuple_

from cases.catalogue.part import Text
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem
from storage.remembered import remembered

FILE = "pledge.toml"
OURS = Path(__file__).with_name(FILE)
SYSTEM = "system:"  # begins the name under which a unit's own system asks by letter: no person, who could sign nothing
NOT_SIGNED = N_("Sign the current pledge before you ask: open /pledge in your browser, signed in as yourself.")


class Pledged(SQLModel, table=True):
    """This person signed this version of the pledge; a new version is signed anew, the old line stays."""

    username: str = Column(primary_key=True, max_length=64, foreign_key="account.username")
    version: str = Column(primary_key=True, max_length=32)
    digest: str = Column(max_length=64)  # SHA-256 of the text that was shown
    at: datetime


class WrongPledge(Exception):
    """A pledge file that cannot be used: says the file and what would be right."""


class Pledge(BaseModel):
    """A version of the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(min_length=1, max_length=32, pattern=r"^[\w.-]+$")
    text: Text

    @property
    def digest(self) -> str:
        """What proves later which text was signed."""
        return hashlib.sha256(f"{self.version}\n{self.text.zh}\n{self.text.en}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Signed:
    """Which version somebody has signed, and when."""

    version: str
    at: datetime


def load_pledge(folders: Sequence[Path] = ()) -> Pledge:
    """The city's own pledge where one of the folders has one, the last of them first; else ours. Raises WrongPledge."""
    path = next((folder / FILE for folder in reversed(folders) if (folder / FILE).is_file()), OURS)
    try:
        return Pledge.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WrongPledge(f"{path}: expected TOML in UTF-8") from None
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        raise WrongPledge(f"{path}: {wrong}: expected version and text.zh, text.en") from None


def unsigned(session: Session, people: Collection[str], pledge: Pledge | None) -> set[str]:
    """Those of these who have not signed the current pledge; at most one query, none where there is no pledge."""
    if pledge is None:
        return set()
    persons = {(one, pledge.version) for one in people if not one.startswith(SYSTEM)}
    signed = remembered(session, "pledged", ("pledged",), persons, lambda missing: _have_signed(session, missing))
    return {person for (person, _), did in signed.items() if not did}


def _have_signed(session: Session, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    key = tuple_(col(Pledged.username), col(Pledged.version))
    found = session.exec(select(Pledged.username, Pledged.version).where(key.in_(wanted)))
    return dict.fromkeys(wanted, False) | dict.fromkeys(found, True)


def need_pledge(session: Session, username: str, pledge: Pledge | None) -> None:
    """Raises Problem for somebody who has not signed."""
    if unsigned(session, [username], pledge):
        raise not_signed()


def not_signed() -> Problem:
    """Why nothing is asked for somebody who has not signed."""
    return Problem([FieldFault("", "pledge_not_signed", NOT_SIGNED)], 403)


def sign(session: Session, username: str, unit: str, pledge: Pledge, now: datetime) -> bool:
    """Signs the pledge; False where it was signed before."""
    if session.get(Pledged, (username, pledge.version)) is not None:
        return False
    session.add(Pledged(username=username, version=pledge.version, digest=pledge.digest, at=now))
    details = {"version": pledge.version, "digest": pledge.digest}
    trail.write(session, [TrailLine(now, "pledge", "person", username, unit, details=details)])
    return True


def last_signed(session: Session, username: str) -> Signed | None:
    """What this person signed last."""
    found = select(Pledged).where(Pledged.username == username).order_by(col(Pledged.at).desc()).limit(1)
    one = session.exec(found).first()
    return Signed(one.version, one.at) if one else None
