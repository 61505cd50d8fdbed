"""A file sent along with a question: attached to its case, and not lost where the form comes back."""

import re
from datetime import date

import pytest
from httpx2 import Response
from sqlmodel import select

from cases.attachments.attachment import Attachment, attachments_of
from cases.case import Case
from cases.grants.grants import Grant
from cases.grants.pledges import Pledged
from tests.rooms.cases.attachments.hostile_pictures import jpeg
from tests.rooms.office import Desk, Office, faults_in, on_both
from tests.routes import FATHER, SON

TYPED = {
    "key": "k-1", "matter": "close_relative_card", "purpose": "销卡", "reference": "B-9", "caption": "户口簿",
    "subjects.person.name": "吴一", "subjects.person.id_number": SON, "subjects.relative.name": "吴大",
    "subjects.relative.id_number": FATHER, "details.relation": "father",
}  # fmt: skip


@pytest.fixture
def asker(office: Office) -> Desk:
    pledge = office.assembly.rulebook.pledge
    assert pledge is not None
    with office.county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 1, 1)))
        session.add(Pledged(username="asker", version=pledge.version, digest=pledge.digest, at=office.county.now))
    return office.client("asker")


def send(asker: Desk, file: bytes = b"", **change: str) -> Response:
    files = {"file": ("x.jpg", file)} if file else {"file": ("", b"")}
    return asker.web.post("/ask/kinship", data={"csrf": asker.csrf, **TYPED, **change}, files=files)


def attached(office: Office) -> dict[str, list[str]]:
    with office.county.database.read() as session:
        return {number: [one.caption for one in attachments_of(session, number)] for number in session.exec(select(Case.number))}


@on_both
def test_it_is_attached_to_the_case_and_once_however_often_the_form_is_sent(office: Office, asker: Desk) -> None:
    first = send(asker, jpeg())
    again = send(asker, jpeg())

    assert (first.status_code, again.headers["location"]) == (303, first.headers["location"])
    assert list(attached(office).values()) == [["户口簿"]]
    assert [line.action for line in office.lines("attach")] == ["attach"]


def test_without_a_file_the_question_goes_as_before(office: Office, asker: Desk) -> None:
    assert send(asker).status_code == 303
    assert list(attached(office).values()) == [[]]


def test_a_form_that_comes_back_has_kept_the_file(office: Office, asker: Desk) -> None:
    back = send(asker, jpeg(), reference="")
    kept = re.search(r'name="attached" value="(\w+)"', back.text)

    assert back.status_code == 422
    assert faults_in(back.text) == ["reference"]
    assert kept is not None
    assert "户口簿" in back.text
    assert send(asker, attached=kept[1], caption="").status_code == 303
    assert list(attached(office).values()) == [["户口簿"]]


def test_a_file_that_is_refused_stops_the_question_and_loses_nothing(office: Office, asker: Desk) -> None:
    back = send(asker, b"<svg onload='x'/>")

    assert (back.status_code, faults_in(back.text), attached(office)) == (422, ["file"], {})
    assert all(value in back.text for value in ("吴一", SON, "销卡", "B-9", "户口簿"))


def test_nobody_attaches_what_somebody_else_keeps(office: Office, asker: Desk) -> None:
    send(asker, jpeg(), reference="")
    with office.county.database.write() as session:
        one = session.exec(select(Attachment)).one()
        one.by = "other"
    send(asker, attached=one.id)

    assert list(attached(office).values()) == [[]]
