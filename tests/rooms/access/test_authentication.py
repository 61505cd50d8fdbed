"""The door: roles, sessions, keys and forms, through real routes."""

from datetime import date, timedelta
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from starlette.testclient import TestClient

from access.accounts import Account
from access.api_keys import ApiKey, new_key
from access.authentication import Authenticated, Public
from access.cookies import SESSION
from access.principal import Principal
from access.sessions import open_session, revoke_sessions
from cases.case import Case
from cases.lifecycle import Actor
from cases.roles import actors_of, may_see
from storage.database import Database
from tests.kinds import once
from tests.rooms.county import MONDAY
from tests.routes import PEOPLE, Doors, open_doors

ROLES = ("asker", "clerk", "keeper", "supervisor", "admin")
router = APIRouter()


def _behind(role: str) -> Any:
    def room(principal: Annotated[Principal, Depends(Authenticated(*filter(None, [role]), scope="ask"))]) -> dict[str, str]:
        return {"who": principal.username, "unit": principal.unit}

    return room


def _street() -> dict[str, str]:
    return {}


for _role in ROLES:
    router.add_api_route(f"/{_role}", _behind(_role), methods=["GET", "POST"])
router.add_api_route("/anybody", _behind(""), methods=["GET", "POST"])
router.add_api_route("/street", _street, dependencies=[Depends(Public())])


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, MONDAY, [router])


def browser(doors: Doors, who: str = "clerk") -> tuple[TestClient, str]:
    """A client with this person's session, and its form token."""
    with doors.database.write() as session:
        opened = open_session(session, session.get_one(Account, who), doors.now)
    return TestClient(doors.app, cookies={SESSION: opened.token}), opened.csrf


@once
@pytest.mark.parametrize("who", PEOPLE)
def test_each_role_opens_its_own_door_and_no_other(doors: Doors, who: str):
    client, own = doors.client(who), PEOPLE[who][1]

    assert {role: client.get(f"/{role}").status_code for role in ROLES} == {role: 200 if role == own else 403 for role in ROLES}
    assert client.get("/anybody").json() == {"who": who, "unit": PEOPLE[who][0]}


def test_a_stranger_stays_in_the_street(doors: Doors):
    assert [doors.client().get(path).status_code for path in ("/street", "/anybody", "/clerk")] == [200, 401, 401]


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer hk_no_thing", "Basic Y2xlcms6eA==", "Bearer \xff"])
def test_what_is_no_key_is_nobody(doors: Doors, header: str):
    response = doors.client().get("/anybody", headers={"Authorization": header.encode("latin-1")})

    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_a_wrong_key_is_refused_even_with_a_good_session(doors: Doors):
    client, _ = browser(doors)

    assert client.get("/anybody", headers={"Authorization": "Bearer hk_a_b"}).status_code == 401
    assert client.get("/anybody").status_code == 200


def test_keys_expire_and_can_be_revoked(doors: Doors):
    with doors.database.write() as session:
        short = new_key(session, "asker", date(2026, 3, 2))
        gone = new_key(session, "asker", date(2030, 1, 1))
        session.flush()
        session.get_one(ApiKey, gone.split("_")[1]).revoked_at = doors.now

    def enter(key: str) -> int:
        return doors.client().get("/asker", headers={"Authorization": f"bearer {key}"}).status_code

    assert (enter(short), enter(gone)) == (200, 401)
    doors.now += timedelta(days=1)
    assert enter(short) == 401


def test_a_session_is_over_when_revoked_when_old_and_when_its_person_left(doors: Doors):
    (first, _), (second, _), (third, _) = browser(doors), browser(doors, "keeper"), browser(doors, "second")
    with doors.database.write() as session:
        revoke_sessions(session, "clerk", doors.now)
        session.get_one(Account, "keeper").active = False

    assert [client.get("/anybody").status_code for client in (first, second, third)] == [401, 401, 200]
    doors.now += timedelta(hours=12, seconds=1)
    assert third.get("/anybody").status_code == 401


def test_a_form_needs_the_token_of_its_page(doors: Doors):
    client, csrf = browser(doors)
    _, another = browser(doors)

    assert client.post("/clerk", data={"csrf": csrf}).status_code == 200
    assert client.post("/clerk", headers={"X-CSRF-Token": csrf}).status_code == 200
    for wrong in ({}, {"csrf": ""}, {"csrf": another}, {"csrf": "令牌"}):
        assert client.post("/clerk", data=wrong).status_code == 403
    response = client.post("/clerk", headers={"X-CSRF-Token": another}, data={"csrf": csrf})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (403, "csrf")


def test_a_system_with_a_key_needs_no_form_token(doors: Doors):
    assert doors.client("clerk").post("/clerk").status_code == 200


@pytest.mark.parametrize(
    ("unit", "roles", "actors"),
    [
        ("bank", {"asker"}, [Actor.ASKER]),
        ("bank", {"clerk", "keeper", "admin"}, []),
        ("police", {"clerk"}, [Actor.CLERK]),
        ("police", {"asker", "keeper"}, []),
        ("court", {"asker", "clerk"}, []),
        ("data-office", {"supervisor"}, [Actor.SUPERVISOR]),
        ("police", {"clerk", "supervisor"}, [Actor.CLERK, Actor.SUPERVISOR]),
    ],
)
def test_as_whom_somebody_acts_on_a_case(unit: str, roles: set[str], actors: list[Actor]):
    """Trap 12: only the asking unit's askers, the holding unit's clerks and supervisors have anything to do with a case."""
    principal = Principal("x", "x", unit, frozenset(roles), "zh")
    case = Case(number="1", unit="bank", holder="police", asked_by="", fingerprint="", asked_at=MONDAY, due_at=MONDAY)

    assert actors_of(principal, case) == actors
    assert may_see(principal, case) is bool(actors)
