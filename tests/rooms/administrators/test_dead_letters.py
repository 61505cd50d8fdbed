"""Dead letters in the browser: seen without what they say, put back once, dropped with a reason."""

import json

import pytest

from administrators.running.dead_letter_pages import AT_MOST
from administrators.running.letter_outline import outline
from broker import dead_letters
from broker.dead_letters import DeadLetter
from broker.letter import Letter
from broker.transports.transport import DEAD, Delivery
from tests.rooms.buried import signed
from tests.rooms.county import MONDAY
from tests.rooms.office import Desk, Office, faults_in, on_both
from tests.routes import kinship

ID_NUMBER, NAME = "330725196205140015", "吴一"


def bury(
    office: Office, count: int = 1, reason: str = "KeyError", queue: str = "questions.police", clear: bool = False
) -> list[str]:
    """The numbers of so many buried questions about somebody; of `NotSigned` ones the letter lies there in clear."""
    body = {"number": "20260302-ABCDEFGH", "question": kinship(), "due_at": None}
    letters = [Letter.post("question", queue, "20260302-ABCDEFGH", body, MONDAY) for _ in range(count)]
    with office.county.database.write() as session:
        dead_letters.keep(
            session,
            [
                Delivery(DEAD, one.wire() if clear or reason == "NotSigned" else signed(one), one, 1, reason, queue)
                for one in letters
            ],
            MONDAY,
        )
    with office.county.database.read() as session:
        return [str(one.id) for one in dead_letters.waiting(session, 1000) if one.reason == reason and one.queue == queue]


def waiting(office: Office) -> list[str]:
    with office.county.database.read() as session:
        return [str(one.id) for one in dead_letters.waiting(session, 1000)]


def in_queue(office: Office, queue: str = "questions.police") -> int:
    transport = office.assembly.transport()
    try:
        return transport.depth(queue)
    finally:
        transport.close()


@pytest.fixture(autouse=True)
def queues(office: Office) -> None:
    office.assembly.declare()


def test_neither_the_list_nor_the_letters_page_says_what_is_in_it(office: Office, desk: Desk) -> None:
    [number] = bury(office, clear=True)
    pages = desk.get("/admin/dead") + desk.get(f"/admin/dead/{number}")

    assert ID_NUMBER not in pages
    assert NAME not in pages
    assert "close a card" not in pages
    assert "close_relative_card" in pages, "codes of the house's own are shown"
    assert "(18 characters)" in pages
    assert [line.details["subject"] for line in office.lines("dead_look")] == [number]


@on_both
def test_the_ticked_letters_go_back_once(office: Office, desk: Desk) -> None:
    first, second, third = bury(office, 3)
    assert desk.post("/admin/dead/replay", [first, second]).headers["location"] == "/admin/dead?flash=letters_replayed"
    desk.post("/admin/dead/replay", [first, second])

    assert in_queue(office) == 2
    assert waiting(office) == [third]
    assert office.acts() == [("dead_replay", first), ("dead_replay", second)]
    settled = office.one(DeadLetter, int(first))
    assert (settled.settled_how, settled.settled_by) == ("put back", "admin")


@on_both
def test_a_whole_group_goes_back_and_no_other(office: Office, desk: Desk) -> None:
    bury(office, 60)
    [other] = bury(office, 1, "Unreadable")
    page = desk.get("/admin/dead")
    assert '<td class="count" data-label="Letters">60</td>' in page
    desk.post("/admin/dead/replay", group_queue="questions.police", group_reason="KeyError")

    assert in_queue(office) == 60
    assert waiting(office) == [other]


@on_both
def test_letters_are_dropped_only_with_a_reason(office: Office, desk: Desk) -> None:
    [first] = bury(office)
    assert faults_in(desk.post("/admin/dead/drop", [first], note=" ").text) == ["note"]
    assert faults_in(desk.post("/admin/dead/drop", note="x").text) == ["picked"]
    desk.post("/admin/dead/drop", [first], note="sent by a test")

    assert waiting(office) == []
    assert in_queue(office) == 0
    assert office.one(DeadLetter, int(first)).settled_how == "dropped: sent by a test"
    assert "sent by a test" in desk.get("/admin/dead?settled=true")
    [line] = office.lines("dead_drop")
    assert (line.note, line.who) == ("sent by a test", "admin")


@pytest.mark.parametrize("way", ["replay", "drop"])
def test_a_tick_that_cannot_be_read_is_said_and_nothing_is_done(office: Office, desk: Desk, way: str) -> None:
    letters = bury(office, 2)
    for bad in (["x"], ["9" * 30], ["²"], ["1"] * AT_MOST):
        said = desk.post(f"/admin/dead/{way}", [*letters, *bad], note="sent by a test").text
        assert faults_in(said) == ["picked"]
        assert "Nothing was done" in said
    assert waiting(office) == letters
    assert office.acts() == []


@pytest.mark.parametrize("way", ["replay", "drop"])
def test_letters_that_somebody_decided_about_before_are_said_so(office: Office, desk: Desk, way: str) -> None:
    [first] = bury(office)
    desk.post("/admin/dead/drop", [first], note="sent by a test")

    assert desk.post(f"/admin/dead/{way}", [first], note="again").headers["location"] == "/admin/dead?flash=letters_decided"


def test_where_the_queue_is_gone_nothing_is_put_back(office: Office, desk: Desk) -> None:
    [first] = bury(office, queue="questions.nobody")
    answer = desk.post("/admin/dead/replay", [first])

    assert faults_in(answer.text) == ["picked"]
    assert waiting(office) == [first]
    assert office.acts() == []


@on_both
def test_letters_are_listed_a_page_at_a_time_newest_first(office: Office, desk: Desk) -> None:
    numbers = bury(office, 60)
    page = desk.get("/admin/dead")

    assert f"/admin/dead/{numbers[-1]}" in page
    assert f'/admin/dead/{numbers[9]}"' not in page
    assert f'/admin/dead/{numbers[9]}"' in desk.get(f"/admin/dead?before={numbers[10]}")
    assert desk.get("/admin/dead/999999", 404)


def test_an_outline_shows_shapes_and_never_what_people_are_called() -> None:
    body = {"unit": "police", "year": int(ID_NUMBER), "code": ID_NUMBER, NAME: 1, "list": ["a", 2.5, None, True]}
    wire = json.dumps(body).encode()
    text = outline(wire)

    assert '"unit": "police"' in text
    assert "330725196205140015" not in text
    assert NAME not in text
    assert '"(1 characters)"' in text
    assert f'"({len(NAME)} characters)": ' in text
    assert outline(b"\xff\xfe") == "(2 bytes)"
    assert outline(b"[" * 100_000) == "(100000 bytes)"
    assert len(outline(b'{"unit": "%s"}' % (b"x" * 90_000))) < 200
