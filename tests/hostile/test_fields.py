"""Mass assignment: a field that is not the sender's to fill is refused by name, or not there for anybody who reads the form."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from access.accounts import Account
from cases.case import Case
from contacts.roster.roster import Contact
from tests.hostile.ground import FATHER, SON, Ground, done, kinship, open_ground
from tests.hostile.lines import read_lines
from tests.hostile.wire import FORM, as_json, form

QUESTION = kinship("吴", "B-17", (SON, FATHER), "x")
# What a case has that no asker and no clerk may fill.
OURS: dict[str, Any] = {
    "number": "20260101-AAAAAAAA", "unit": "court", "holder": "civil", "asked_by": "other", "state": "answered", "version": 99,
    "outcome": "confirmed", "finding": {"outcome": "confirmed", "source": "record"}, "due_at": "2030-01-01T00:00:00Z", "batch": "x",
    "taken_by": "clerk", "arbitration": True, "disputed": True, "sent_back": 0, "extended": False, "fingerprint": "x",
    "answered_by": "x",
}  # fmt: skip
PERSON = {"roles": "admin", "role_admin": "on", "unit": "data-office", "active": "true", "username": "admin", "password_hash": "x",
          "password_given": "", "name": "新名", "totp": "", "proven_at": "2030-01-01"}  # fmt: skip


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("fields")) as ground:
        yield ground


@pytest.mark.parametrize("name", OURS)
def test_a_question_cannot_say_what_is_ours_to_say(ground: Ground, name: str) -> None:
    before = ground.rows()
    reply = ground.send("asker", "POST", "/api/v1/cases", as_json({**QUESTION, name: OURS[name]}))

    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (422, [name])
    assert ground.rows() == before


MOVES = [line for line in read_lines() if line.path == "/api/v1/cases/{number}/{move}" and line.who]


@pytest.mark.parametrize("line", MOVES, ids=str)
def test_no_move_takes_a_field_that_is_not_its_own(ground: Ground, line: Any) -> None:
    before = ground.rows()
    said = json.loads(line.sent)
    for name in ("state", "holder", "due_at", "version", "finding", "who", "taken_by", "given", "actor"):
        reply = ground.send(sorted(line.who)[0], "POST", line.address(ground.things), as_json({**said, name: "x"}))
        assert (reply.status, name in reply.text) == (422, True), name
    assert ground.rows() == before


def test_what_is_added_to_a_page_s_form_changes_nothing_else(ground: Ground) -> None:
    """A case asked by form, and one's own preferences and password, with everything added that the tables have."""
    asked = next(line for line in read_lines() if line.route == ("POST", "/ask/{code}"))
    kind, body = asked.body(ground.things)
    extra = form({name: str(value) for name, value in OURS.items()})[1]
    number = (
        done(ground.send("asker", "POST", "/ask/kinship", (kind, body + b"&" + extra)))
        .header("location")
        .split("/")[2]
        .partition("?")[0]
    )
    case = ground.county.case(number)
    assert (case.unit, case.asked_by, case.holder, case.state, case.version) == ("bank", "asker", "police", "asked", 1)
    assert isinstance(case, Case)

    with ground.county.database.read() as session:
        before = session.get_one(Account, "asker").model_dump(exclude={"theme"})
    done(ground.send("asker", "POST", "/me/preferences", form({"theme": "dark", **PERSON})))
    with ground.county.database.read() as session:
        assert session.get_one(Account, "asker").model_dump(exclude={"theme"}) == before


@pytest.mark.parametrize("name", ["id", "updated_at", "active", "takes_sms", "verified_at", "phone_since", "opted_out"])
def test_a_keeper_cannot_vouch_for_a_number_by_filling_in_that_somebody_did(ground: Ground, name: str) -> None:
    at = f"/api/v1/contacts/{ground.things['contact']}"
    with ground.county.database.read() as session:
        before = session.get_one(Contact, int(ground.things["contact"])).model_dump()
    reply = ground.send("keeper", "PATCH", at, as_json({name: "2030-01-01T00:00:00Z"}))
    with ground.county.database.read() as session:
        after = session.get_one(Contact, int(ground.things["contact"])).model_dump()

    assert reply.status == 422
    assert after == before


def test_an_administrator_s_form_cannot_name_another_row(ground: Ground) -> None:
    """The address says whose form it is; what the form says besides is not read."""
    typed = {
        "name": "钱新",
        "unit": "bank",
        "role_asker": "on",
        "locale": "zh",
        "username": "supervisor",
        "password_hash": "x",
        "active": "",
    }
    with ground.county.database.read() as session:
        before = session.get_one(Account, "supervisor").model_dump()
    done(ground.send("admin", "POST", "/admin/accounts/colleague", form(typed)))
    with ground.county.database.read() as session:
        changed = session.get_one(Account, "colleague")
        assert session.get_one(Account, "supervisor").model_dump() == before
        assert (changed.name, changed.active, changed.password_hash) == ("钱新", True, "")
    ground.restore()


NUMBERS = ("seen", "page", "sighting")


def test_a_number_in_a_form_that_no_page_wrote_is_no_fault_of_ours(ground: Ground) -> None:
    """More digits than Python turns into a number, and a raised 2, which is a digit and counts nothing."""
    paths = {"/reform/certificates/{code}", "/reform/certificates/{code}/class", "/reform/survey/names", "/reform/revisions/new",
             "/permissions/{number:int}/{step}"}  # fmt: skip
    lines = [line for line in read_lines() if line.method == "POST" and line.path in paths]
    assert {line.path for line in lines} == paths
    for line in lines:
        kind, body = line.body(ground.things)
        for odd in ("9" * 5000, "²", "x"):
            more = form({"form_0": "x", **dict.fromkeys(NUMBERS, odd)})[1]
            reply = ground.send(min(line.who), "POST", line.address(ground.things), (kind, body + b"&" + more))
            assert reply.status < 500, (str(line), odd[:9])
    ground.restore()
    at_desk = form({"phrase": "9" * 5000, "outcome": "confirmed"})
    assert ground.send("clerk", "POST", f"/desk/{ground.things['desk']}/answer", at_desk).status < 500
    ground.restore()


def test_a_field_given_twice_is_not_two_people(ground: Ground) -> None:
    """Parameter pollution: what is checked and what is used is the same one."""
    body = b"username=asker&password=x&username=supervisor&csrf=x"
    reply = ground.send("nobody", "POST", "/sign-in", (FORM, body))
    assert reply.status in (422, 429)
    number = ground.things["theirs"]
    assert (
        ground.send("asker", "GET", f"/api/v1/cases/{ground.things['desk']}?number={number}").json["number"]
        == ground.things["desk"]
    )
