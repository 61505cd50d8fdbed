"""Asking for fields of records over the API: grants, lists, ways of asking, repeated tries, what expires."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response

from cases.grants.grants import Grant
from cases.moves import Move, make_moves
from requesters.ask import questions_api
from storage.database import Database
from tests.broadcasters import running_hub
from tests.rooms.county import MACHINE
from tests.routes import RULEBOOK, Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PERSON = {"person": {"name": "吴一", "id_number": "330725196205140015"}}
ROW = {"address": "丹溪路1号", "head": "吴一", "member_name": "吴一", "relation_to_head": "户主"}


@pytest.fixture
def doors(database: Database) -> Iterator[Doors]:
    with running_hub(database) as broadcaster:
        opened = open_doors(database, NOW, [questions_api.router], broadcaster)
        with database.write() as session:
            session.add(Grant(unit="bank", item="household_page", matter="mortgage", until=date(2026, 12, 31)))
        yield opened


def ask(doors: Doors, mode: str = "query", reference: str = "B-1", matter: str = "mortgage", **more: Any) -> Response:
    question = {"item": "household_page", "matter": matter, "purpose": "a mortgage", "reference": reference, "subjects": PERSON}
    return doors.client("asker").post("/api/v1/cases", json={**question, "mode": mode, **more})


def answer(doors: Doors, number: str, **finding: Any) -> None:
    plain = {"outcome": "confirmed", "source": "record", "words": "", "evidence": {"as_of": "2026-03-01"}, **finding}
    with doors.database.write() as session:
        make_moves(session, [Move(number, "find", MACHINE, given={"finding": plain})], doors.now, RULEBOOK)


def faults(response: Response) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in response.json()["errors"]]


def read(doors: Doors, number: str) -> dict[str, Any]:
    return dict(doors.client("asker").get(f"/api/v1/cases/{number}").json())


def test_a_matter_gets_its_fields_and_the_reply_says_which(doors: Doors) -> None:
    asked = ask(doors)
    answer(doors, asked.json()["number"], records=[{**ROW, "born": "1976-01-10"}])
    shown = read(doors, asked.json()["number"])

    assert asked.status_code == 201
    assert (shown["mode"], shown["wanted"]) == ("query", ["head", "address", "member_name", "relation_to_head"])
    assert shown["finding"]["records"] == [ROW]
    assert "2026-03-01" in shown["finding"]["headline"]["zh"]
    assert shown["finding"]["valid_until"] == "2026-04-01"


def test_after_its_last_day_the_fields_are_not_shown_and_that_is_said(doors: Doors) -> None:
    number = ask(doors).json()["number"]
    answer(doors, number, records=[ROW])
    days = RULEBOOK.catalogue.item("household_page").valid_days or 0
    doors.now = NOW + timedelta(days=days)
    assert read(doors, number)["finding"]["records"] == [ROW], "on the last day still"
    doors.now = NOW + timedelta(days=days + 1)
    found = read(doors, number)["finding"]

    assert ("records" in found, found["expired"], found["outcome"]) == (False, True, "confirmed")


def test_a_missing_grant_is_told(doors: Doors) -> None:
    refused = ask(doors, matter="legal_aid")

    assert (refused.status_code, faults(refused)) == (403, [("item", "not_granted")])


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"mode": ""}, ("mode", "missing")),
        ({"mode": "guess"}, ("mode", "not_a_choice")),
        ({"mode": "query", "details": {"address": "丹溪路1号"}}, ("details.address", "only_compared")),
        ({"mode": "compare"}, ("details", "missing")),
        ({"mode": "compare", "details": {"head": "吴一"}}, ("details.head", "not_compared")),
        ({"mode": "compare", "details": {"address": "two\nlines"}}, ("details.address", "wrong_value")),
        ({"wanted": {"member_number": "id"}}, ("wanted", "of_the_house")),
        ({"item": "kinship", "matter": "close_relative_card"}, ("mode", "no_mode")),
    ],
)
def test_what_the_list_does_not_allow_is_refused_by_its_field(doors: Doors, asked: dict[str, Any], fault: tuple[str, str]) -> None:
    refused = ask(doors, **{"mode": "query", **asked})

    assert refused.status_code == 422
    assert fault[0] in [field for field, _ in faults(refused)]
    assert fault[0] == "mode" or fault in faults(refused)


def test_trying_values_until_one_matches_is_stopped(doors: Doors) -> None:
    """The fishing guard counts every other value that is compared, under whatever file number."""
    limit = RULEBOOK.fishing_guard.tries
    states = []
    for n in range(limit + 2):
        asked = ask(doors, "compare", f"B-{n}", details={"address": f"丹溪路{n}号"}).json()
        states.append(asked["state"])
        if asked["state"] == "asked":
            answer(doors, asked["number"], outcome="contradicted", facts={"address": "differs"})

    assert states == ["asked"] * limit + ["held"] * 2


def test_the_catalogue_says_which_fields_a_matter_gets(doors: Doors) -> None:
    client = doors.client("asker")
    items = {one["code"]: one for one in client.get("/api/v1/items").json()["items"]}
    matters = {one["code"]: one for one in client.get("/api/v1/matters").json()["matters"]}

    assert [field["name"] for field in items["household_page"]["fields"]][:2] == ["household_number", "head"]
    assert (items["household_page"]["rows"], items["household_page"]["modes"]) == ("many", ["query", "compare"])
    assert matters["mortgage"]["fields"] == {"household_page": ["head", "address", "member_name", "relation_to_head"]}
    assert set(matters["mortgage"]["compares"]["household_page"]) == {"address", "member_name", "relation_to_head"}
