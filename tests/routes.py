"""A house with some of its rooms' routes, people in it, and their keys: for tests of one room's API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from access.accounts import Account
from access.api_keys import new_key
from access.units import Unit
from cases.bundles.loading import load_bundles
from cases.calendar.deadlines import Calendar
from cases.catalogue.catalogue import load
from cases.grants.grants import Grant
from cases.opening import ask, open_cases
from cases.question import Question
from cases.rulebook import Rulebook
from storage.database import Database
from tests.apps import share_routes
from tests.broadcasters import hub_of
from web.broadcaster import ChangeBroadcaster
from web.context import Context
from web.languages import say
from web.problems import handle_problems

CATALOGUE = load()
RULEBOOK = Rulebook(CATALOGUE, Calendar(), bundles=load_bundles(CATALOGUE))
UNITS = {"bank": "asks", "court": "asks", "police": "answers", "data-office": "supervises"}
PEOPLE = {
    "asker": ("bank", "asker"), "other": ("court", "asker"), "clerk": ("police", "clerk"), "second": ("police", "clerk"),
    "keeper": ("police", "keeper"), "supervisor": ("data-office", "supervisor"),
}  # fmt: skip
FATHER, SON = "330725193607120013", "330725196205140015"


def kinship(reference: str = "B-1", **change: Any) -> dict[str, Any]:
    """A good question in plain data."""
    people = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "吴大", "id_number": FATHER}}
    whole = {"item": "kinship", "matter": "close_relative_card", "purpose": "close a card", "reference": reference}
    return {**whole, "subjects": people, "details": {"relation": "father"}, **change}


@dataclass
class Doors:
    """The house as its principals find it; `now` can be moved."""

    database: Database
    app: FastAPI
    keys: dict[str, str]
    now: datetime

    def client(self, who: str = "", language: str = "en") -> TestClient:
        """A client with this person's key."""
        headers = {"Accept-Language": language, **({"Authorization": f"Bearer {self.keys[who]}"} if who else {})}
        return TestClient(self.app, headers=headers)

    def ask(self, *references: str, unit: str = "bank") -> list[str]:
        """The numbers of new cases about kinship, one for each reference."""
        asks = [ask(Question.model_validate(kinship(r)), unit, "asker", self.now) for r in references]
        with self.database.write() as session:
            open_cases(session, asks, self.now, RULEBOOK)
        return [one.number for one in asks]


def open_doors(
    database: Database, now: datetime, routers: Sequence[APIRouter], broadcaster: ChangeBroadcaster | None = None
) -> Doors:
    """The house with units, people and grants, answering at these routes."""
    with database.write() as session:
        keys = _people(session)
    app = FastAPI()
    doors = Doors(database, app, keys, now)
    app.state.locale = "en"
    app.state.context = Context(
        database, RULEBOOK, lambda: doors.now, broadcaster or hub_of(database), say, _no_page, "http://hecha.example"
    )
    for router in routers:
        app.include_router(router)
    share_routes(app, routers)
    handle_problems(app)
    return doors


def _people(session: Session) -> dict[str, str]:
    session.add_all(Unit(code=code, name_zh=f"{code}单位", name_en=code.title(), **{does: True}) for code, does in UNITS.items())
    session.flush()
    session.add_all(
        Account(username=name, name=f"{name}甲", unit=unit, roles=[role], locale="en") for name, (unit, role) in PEOPLE.items()
    )
    session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 12, 31)))
    session.flush()
    return {name: new_key(session, name, date(2030, 12, 31)) for name in PEOPLE}


def _no_page(*_given: Any, **_values: Any) -> Any:
    raise AssertionError("no page is asked for here")


def later(doors: Doors, **by: float) -> datetime:
    """Moves the house's clock."""
    doors.now += timedelta(**by)
    return doors.now
