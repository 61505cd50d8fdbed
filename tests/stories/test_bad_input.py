"""Bad input: each gets a clear error that names the field, in both languages, and nothing is lost."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlmodel import select
from stdnum.iso7064 import mod_11_2

from broker import dead_letters
from broker.letter import Letter
from cases.case import Case
from cases.documents.id_numbers import ResidentId
from deploy.assembly import Assembly, assemble
from deploy.settings import read_settings
from sample.stories.private import private_stage
from sample.stories.stage import Stage
from tests.town import founded_at

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house's folder."""
    return founded_at(tmp_path_factory.mktemp("bad"))


@pytest.fixture(scope="module")
def stage(home: Path) -> Iterator[Stage]:
    """A running house with the sample city."""
    with private_stage(home) as stage:
        yield stage


@pytest.fixture(scope="module")
def inside(home: Path, stage: Stage) -> Iterator[Assembly]:
    """The same house seen from inside: its database and its post office."""
    house = assemble(read_settings(home=home, clock_file=stage.clock_file))
    yield house
    house.database.close()


def changed(stage: Stage, **changes: Any) -> dict[str, Any]:
    """The kinship question with another ID number of its person, or other fields."""
    question: dict[str, Any] = copy.deepcopy(stage.sheet["questions"]["kinship"])
    number = changes.pop("id_number", None)
    if number:
        question["subjects"]["person"]["id_number"] = number
    return {**question, **changes}


def refused(stage: Stage, question: dict[str, Any], field: str, status: int = 422) -> None:
    """Both languages name the field, in different words, and what was typed stands in neither."""
    words = []
    for locale in ("zh", "en"):
        response = stage.call("bank1", "POST", "/cases", question, locale=locale)
        problem = response.json()
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
        assert field in {error["field"] for error in problem["errors"]}
        words.append(problem["detail"])
        for subject in question["subjects"].values():
            assert str(subject.get("id_number")) not in response.text
    assert words[0] != words[1]


def test_wrong_check_digit(stage: Stage) -> None:
    number = stage.sheet["questions"]["kinship"]["subjects"]["person"]["id_number"]
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    refused(stage, changed(stage, id_number=wrong), "subjects.person.id_number")


def test_future_birth_date(stage: Stage) -> None:
    body = "33078220990101001"
    refused(stage, changed(stage, id_number=body + mod_11_2.calc_check_digit(body)), "subjects.person.id_number")


def test_a_number_of_no_form_at_all(stage: Stage) -> None:
    refused(stage, changed(stage, id_number="12345"), "subjects.person.id_number")


def test_item_without_grant_and_matter_that_does_not_allow_it(stage: Stage) -> None:
    for name in ("not_granted", "wrong_matter"):
        field = stage.sheet["stories"][name]["refused"]
        refused(stage, stage.sheet["questions"][name], field, 403 if name == "not_granted" else 422)


def test_unknown_item_matter_and_field(stage: Stage) -> None:
    refused(stage, changed(stage, item="horoscope"), "item")
    refused(stage, changed(stage, matter="gossip"), "matter")
    refused(stage, changed(stage, colour="red"), "colour")


def test_urgent_needs_a_reason(stage: Stage) -> None:
    refused(stage, changed(stage, urgent=True), "urgent_reason")


@pytest.mark.parametrize("form", ["fifteen digits", "full width", "lower case and spaces"])
def test_other_ways_to_write_a_number_are_understood(stage: Stage, form: str) -> None:
    """A 15-digit number is accepted and bridged, full-width digits are normalised: the same person, the same answer."""
    number = stage.sheet["questions"]["kinship"]["subjects"]["person"]["id_number"]
    written = {
        "fifteen digits": ResidentId(number).old_number,
        "full width": number.translate(FULL_WIDTH),
        "lower case and spaces": f" {number[:6]} {number[6:14]} {number[14:].lower()} ",
    }[form]
    case = stage.look("bank1", stage.ask("bank1", changed(stage, id_number=written)), wait=30)

    assert case["finding"]["outcome"] == "confirmed"
    assert case["subjects"]["person"]["id_number"] == number


def test_not_json_and_wrong_shapes(stage: Stage) -> None:
    headers = {"Authorization": f"Bearer {stage.sheet['accounts']['bank1']['key']}", "Content-Type": "application/json"}
    for body in (b"{", b"[]", b'"text"', b"\xff\xfe", b"{}"):
        response = requests.post(f"{stage.url}/api/v1/cases", body, headers=headers, timeout=10)
        assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json"), body


def test_the_same_key_gives_the_same_case_and_another_body_is_refused(stage: Stage) -> None:
    """Trap 15: a duplicate is answered like the first, so that senders do not retry for ever."""
    question = changed(stage, reference="HC-same-1")
    first = stage.call("bank1", "POST", "/cases", question, **{"Idempotency-Key": "k1"})
    again = stage.call("bank1", "POST", "/cases", question, **{"Idempotency-Key": "k1"})
    other = stage.call("bank1", "POST", "/cases", changed(stage, reference="HC-other-1"), **{"Idempotency-Key": "k1"})

    assert first.json()["number"] == again.json()["number"]
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_unreadable_letters_are_buried_visible_and_replayable(stage: Stage, inside: Assembly) -> None:
    transport = inside.transport()
    transport.publish_wire("findings", [b'{"version": 9, "kind": "finding"}', b"not json"])

    def buried() -> list[dead_letters.DeadLetter]:
        with inside.database.read() as session:
            return dead_letters.waiting(session)

    stage.until("two dead letters", lambda: len(buried()) == 2)
    assert all(letter.reason for letter in buried())
    with inside.database.write() as session:
        assert dead_letters.replay(session, transport, [letter.id or 0 for letter in buried()], "test", inside.now()) == 2
    stage.until("them to be buried again", lambda: len(buried()) == 2)
    with inside.database.write() as session:
        assert dead_letters.drop(session, [letter.id or 0 for letter in buried()], "nonsense", "test", inside.now()) == 2
    assert buried() == []
    transport.close()


def finding_letter(stage: Stage, inside: Assembly, number: str, outcome: str = "confirmed") -> Letter:
    """A finding of the police's machine about the question that stands."""
    with inside.database.read() as session:
        hashes = session.execute(select(Case.question_hashes).where(Case.number == number)).scalar_one_or_none() or "-"
    found = {"outcome": outcome, "source": "record", "words": "x", "evidence": {}}
    body = {"number": number, "unit": "police", "question_hash": hashes.split()[-1], "finding": found}
    return Letter.post("finding", "findings", number, body, stage.now())


def test_a_duplicate_letter_has_one_effect(stage: Stage, inside: Assembly) -> None:
    number = stage.ask("bank1", stage.sheet["questions"]["paper"])
    stage.until_state("bank1", number, "at_desk")
    letter, transport = finding_letter(stage, inside, number), inside.transport()
    transport.publish([letter, letter])
    transport.publish([letter])
    stage.until_state("bank1", number, "answered")
    stage.until("an empty queue", lambda: transport.depth("findings") == 0)
    stage.next_beat()
    actions = [line["action"] for line in stage.look("supervisor", number)["trail"]]
    transport.close()

    assert (actions.count("find"), actions.count("late_finding")) == (1, 0)


def test_a_finding_for_a_closed_case_is_kept_on_the_trail_and_told_to_the_asker(stage: Stage, inside: Assembly) -> None:
    number = stage.look("bank1", stage.ask("bank1", changed(stage)), wait=30)["number"]
    stage.move("bank1", number, "accept")
    transport = inside.transport()
    transport.publish([finding_letter(stage, inside, number, "contradicted")])
    seen = stage.until(
        "the late finding", lambda: [x for x in stage.look("bank1", number)["trail"] if x["action"] == "late_finding"]
    )
    transport.close()

    assert len(seen) == 1
    assert stage.look("bank1", number)["finding"]["outcome"] == "confirmed"


def test_a_finding_about_no_case_is_buried_without_harm(stage: Stage, inside: Assembly) -> None:
    transport = inside.transport()
    transport.publish([finding_letter(stage, inside, "20200101-AAAAAAAA")])
    case = stage.look("bank1", stage.ask("bank1", changed(stage)), wait=30)
    transport.close()

    assert case["state"] == "answered"


def test_an_unknown_unit(stage: Stage) -> None:
    """Forwarding to a unit that is not there names the field; the case stays where it was."""
    number = stage.ask("bank1", stage.sheet["questions"]["two_clerks"])
    stage.until_state("police1", number, "at_desk")
    response = stage.call("police1", "POST", f"/cases/{number}/forward", {"unit": "atlantis", "note": "x"}, locale="en")

    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "unit")
    assert stage.look("police1", number)["holder"] == "police"


def test_a_reply_from_a_stranger_is_not_answered(stage: Stage) -> None:
    stage.reply("+8613911112222", "1234 1")
    stage.next_beat()

    assert stage.texts("+8613911112222") == []


def test_a_question_letter_with_a_fault_is_told_field_by_field(stage: Stage, inside: Assembly) -> None:
    """A unit's own system may post into `requests`; one letter sent twice opens one case."""
    good = Letter.post("request", "requests", "", {"unit": "bank-binjiang", "key": "r1", "question": changed(stage)}, stage.now())
    twin = Letter.post("request", "requests", "", {"unit": "bank-binjiang", "key": "r1", "question": changed(stage)}, stage.now())
    bad = Letter.post("request", "requests", "", {"unit": "bank-binjiang", "key": "r2", "question": {}}, stage.now())
    count = len(stage.call("bank1", "GET", "/cases?limit=200").json()["cases"])
    transport = inside.transport()
    transport.publish([good, twin, bad])
    stage.until("one more case", lambda: len(stage.call("bank1", "GET", "/cases?limit=200").json()["cases"]) == count + 1)
    stage.next_beat()
    transport.close()

    assert len(stage.call("bank1", "GET", "/cases?limit=200").json()["cases"]) == count + 1


def test_other_units_see_nothing(stage: Stage) -> None:
    number = stage.ask("bank1", changed(stage))
    for who in ("court1", "civil1", "keeper"):
        assert stage.call(who, "GET", f"/cases/{number}").status_code == 404
        assert stage.call(who, "POST", f"/cases/{number}/withdraw", {}).status_code in (403, 404)


def test_without_a_key_nobody_gets_in(stage: Stage) -> None:
    for headers in ({}, {"Authorization": "Bearer hk_no_thing"}, {"Authorization": "Basic x"}):
        response = requests.get(f"{stage.url}/api/v1/cases", headers=headers, timeout=10)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_an_unsigned_callback_changes_nothing(stage: Stage) -> None:
    for path in ("/sms/status", "/sms/inbound"):
        response = requests.post(stage.url + path, {"From": "+8613900000107", "Body": "1"}, timeout=10)
        assert response.status_code == 403
