"""Errands: eight people in a few small requests, each a case with whose errand it is, by whom, and the paper that allows it."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from httpx2 import Response
from sqlmodel import select

from access.accounts import Account
from access.units import Unit
from cases.attachments import aside, attaching
from cases.attachments.attachment import MANDATE, Attachment, attachments_of
from cases.case import Case
from cases.documents.id_numbers import bridge
from cases.errands.errand import Errand, errand_of
from cases.grants.grants import Grant
from cases.grants.pledges import Pledged
from cases.retention import block
from deploy.operations.retention import wipe
from requesters.errands import rounds
from requesters.errands.rounds import ErrandPerson, ErrandRound, people_of
from requesters.errands.typed_people import read_lines
from requesters.receipts.paper import Paper
from requesters.receipts.receipt_paper import on_errand
from storage.encrypted_columns import EncryptedColumn
from tests.rooms.cases.attachments.hostile_pictures import jpeg
from tests.rooms.county import counted
from tests.rooms.office import Desk, Office, on_both
from tests.sheets import xlsx

TODAY, WHAT, ROUND = date(2026, 3, 2), "social_insurance/pension_claim", "0123456789abcdef"
EIGHT = [(f"吴{'一二三四五六七八'[n]}", bridge(f"33072550030{n + 1}00{n + 1}")) for n in range(8)]
LINES = "\n".join(f"{name} {number}" for name, number in EIGHT)
KIB = 1024


@pytest.fixture
def envoy(office: Office) -> Desk:
    pledge = office.assembly.rulebook.pledge
    assert pledge is not None
    with office.county.database.write() as session:
        account = session.get_one(Account, "asker")
        account.roles = ["asker", "envoy"]
        account.name = "代办员朱"
        session.add(Unit(code="social", name_zh="社保", name_en="social", answers=True))
        session.add(Grant(unit="bank", item="social_insurance", matter="pension_claim", until=date(2030, 1, 1)))
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2030, 1, 1)))
        session.add(Pledged(username="asker", version=pledge.version, digest=pledge.digest, at=office.county.now))
    return office.client("asker")


def begin(envoy: Desk) -> Response:
    return envoy.post("/errands", key=ROUND, what=WHAT, purpose="代办养老认证", reference="DB-1")


def put(envoy: Desk, lines: str, form: str = "f1") -> Response:
    return envoy.post(f"/errands/{ROUND}/people", people=lines, form=form)


def paper(envoy: Desk, place: int = 0, file: bytes = b"") -> Response:
    data = {"csrf": envoy.csrf, "place": str(place)}
    return envoy.web.post(f"/errands/{ROUND}/paper", data=data, files={"file": ("x.jpg", file or jpeg())})


def send(envoy: Desk) -> Response:
    return envoy.post(f"/errands/{ROUND}/send")


def people(office: Office) -> list[ErrandPerson]:
    with office.county.database.read() as session:
        return list(people_of(session, ROUND))


def sent(office: Office, envoy: Desk, lines: str = LINES) -> list[str]:
    """The cases of a list that was sent."""
    for reply in (begin(envoy), put(envoy, lines), paper(envoy), send(envoy)):
        assert reply.status_code == 303, reply.text[-2000:]
    return [one.number for one in people(office)]


@on_both
def test_eight_people_are_eight_cases_on_their_errands_with_their_paper(office: Office, envoy: Desk) -> None:
    numbers = sent(office, envoy)
    assert len({*numbers} - {""}) == 8
    with office.county.database.read() as session:
        for number, (name, id_number) in zip(numbers, EIGHT, strict=True):
            case, errand = session.get_one(Case, number), errand_of(session, number)
            (mandate,) = attachments_of(session, number)
            assert errand is not None
            assert (case.item, case.matter, case.purpose, case.reference) == (*WHAT.split("/"), "代办养老认证", "DB-1")
            assert (case.subjects["person"].name, case.subjects["person"].id_number) == (name, id_number)
            assert (errand.name, errand.id_number, errand.agent, errand.agent_name) == (name, id_number, "asker", "代办员朱")
            assert (mandate.id, mandate.use) == (errand.mandate, MANDATE)
        assert isinstance(session.connection().execute(select(Errand.name)).scalars().first(), EncryptedColumn)
    assert [line.number for line in office.lines("errand")] == numbers
    page = envoy.get(f"/errands/{ROUND}")
    assert all(number in page for number in numbers)
    assert {line.number for line in office.lines("look")} == set(numbers), "and to read the results is to look"


@on_both
def test_whatever_is_sent_twice_is_done_once(office: Office, envoy: Desk) -> None:
    """The line drops after each request: the telephone sends it again."""
    for step in (begin, begin, lambda one: put(one, LINES), lambda one: put(one, LINES), paper, paper, send, send):
        assert step(envoy).status_code == 303
    with office.county.database.read() as session:
        assert len(session.exec(select(Case)).all()) == 8
        assert len(session.exec(select(Errand)).all()) == 8
        assert len(session.exec(select(ErrandRound)).all()) == 1


def test_what_was_typed_wrong_comes_back_and_the_others_are_kept(office: Office, envoy: Desk) -> None:
    begin(envoy)
    wrong = EIGHT[1][1][:-1] + ("0" if EIGHT[1][1][-1] != "0" else "1")
    reply = put(envoy, f"{EIGHT[0][0]} {EIGHT[0][1]}\n{EIGHT[1][0]} {wrong}\n只有名字")

    assert reply.status_code == 422
    assert [one.name for one in people(office)] == [EIGHT[0][0]]
    assert f"{EIGHT[1][0]} {wrong}\n只有名字</textarea>" in reply.text
    assert ("Line 1:" in reply.text, "Line 2: On each line" in reply.text) == (True, True)


def test_a_form_sent_again_with_more_people_loses_none_of_them(office: Office, envoy: Desk) -> None:
    """The line drops, the agent goes back, types on and sends the same form once more."""
    begin(envoy)
    put(envoy, LINES.splitlines()[0])
    assert put(envoy, LINES).status_code == 303
    assert [(one.name, one.id_number) for one in people(office)] == EIGHT


@pytest.mark.parametrize("at_once", [True, False], ids=["in one form", "in two"])
def test_one_number_under_two_names_is_said_and_not_dropped(office: Office, envoy: Desk, at_once: bool) -> None:
    begin(envoy)
    line, other = LINES.splitlines()[0], f"别名 {EIGHT[0][1]}"
    if not at_once:
        put(envoy, line)
    reply = put(envoy, f"{line}\n只有名字\n{other}" if at_once else other, "f2")

    assert [one.name for one in people(office)] == [EIGHT[0][0]]
    assert reply.status_code == 422
    assert f"Line {2 if at_once else 1}: This ID number stands on the list under another name" in reply.text
    assert f"{other}</textarea>" in reply.text


def test_a_long_purpose_is_refused_and_not_cut(office: Office, envoy: Desk) -> None:
    reply = envoy.post("/errands", key=ROUND, what=WHAT, purpose="代" * 201, reference="x" * 65)
    assert (reply.status_code, "代" * 201 in reply.text, "x" * 65 in reply.text) == (422, True, True)
    assert office.one(ErrandRound, ROUND) is None


def test_who_has_another_document_is_sent_on_at_the_field(office: Office, envoy: Desk) -> None:
    begin(envoy)
    assert "passport or a permit" in envoy.get(f"/errands/{ROUND}")
    assert "With another document people are asked about at the window" in put(envoy, "John Smith AB123456").text


def test_a_sheet_of_people_is_read_too(office: Office, envoy: Desk) -> None:
    begin(envoy)
    sheet = xlsx({"名单": [["姓名", "身份证号"], *map(list, EIGHT)]})
    data = {"csrf": envoy.csrf, "people": "", "form": "f1"}
    good = envoy.web.post(f"/errands/{ROUND}/people", data=data, files={"sheet": ("a.xlsx", sheet)})
    bad = envoy.web.post(f"/errands/{ROUND}/people", data={**data, "form": "f2"}, files={"sheet": ("a.xlsx", b"MZ")})

    assert (good.status_code, bad.status_code) == (303, 422)
    assert [(one.name, one.id_number) for one in people(office)] == EIGHT


@pytest.mark.parametrize("line", ["吴一 {}", "吴一，{}", "{}\t吴一", "  吴一  {}  ", "吴一、{}", "１. 吴一 {}"])
def test_a_line_is_read_as_it_is_copied(line: str) -> None:
    assert list(read_lines(line.format(EIGHT[0][1]), TODAY).people) == [EIGHT[0]]


def test_without_the_paper_nobody_is_asked_about_unless_the_city_says_so(office: Office, envoy: Desk) -> None:
    begin(envoy)
    put(envoy, LINES)
    paper(envoy, place=1)
    refused = send(envoy)
    assert refused.status_code == 422
    assert "missing for 7 people" in refused.text
    assert {one.number for one in people(office)} == {""}

    context = office.app.state.context
    office.app.state.context = replace(context, rulebook=replace(context.rulebook, mandates=False))
    assert send(envoy).status_code == 303
    with office.county.database.read() as session:
        papers = {number: len(attachments_of(session, number)) for number in [one.number for one in people(office)]}
    assert sorted(papers.values()) == [0] * 7 + [1]


def test_who_cannot_be_asked_about_stays_on_the_list_with_the_reason(office: Office, envoy: Desk) -> None:
    begin(envoy)
    put(envoy, LINES)
    paper(envoy)
    with office.county.database.write() as session:
        session.delete(session.get_one(Grant, ("bank", "social_insurance", "pension_claim")))
    assert send(envoy).status_code == 303
    assert "Your unit has no grant" in envoy.get(f"/errands/{ROUND}")
    assert {one.number for one in people(office)} == {""}


def test_an_agent_asks_on_errands_alone(office: Office, envoy: Desk) -> None:
    head = {"X-CSRF-Token": envoy.csrf}
    assert envoy.web.get("/ask/kinship").status_code == 403
    assert envoy.web.post("/ask/kinship", headers=head).status_code == 403
    assert envoy.web.post("/api/v1/cases", json={}, headers=head).status_code == 403
    assert envoy.web.post("/batches", headers=head).status_code == 403
    assert envoy.web.get("/ask/bundles/deposit").status_code == 403
    assert envoy.web.post("/api/v1/bundles", json={}, headers=head).status_code == 403
    assert "kinship" not in envoy.get("/errands"), "that takes two people"
    assert office.client("other").web.get("/errands").status_code == 403


def test_both_stand_on_the_case_for_both_sides_and_on_the_paper(office: Office, envoy: Desk) -> None:
    (number,) = sent(office, envoy, LINES.splitlines()[0])
    name, id_number = EIGHT[0]
    page = envoy.get(f"/cases/{number}")
    told = office.client("supervisor").get(f"/board/{number}")
    with office.county.database.read() as session:
        errand = errand_of(session, number)
    row = on_errand(Paper(number, ("", ""), [], (("", ""), ("", "")), [], "", "", ""), errand).asked

    for text in (page, told):
        assert "On the errand of" in text
        assert "by their agent 代办员朱" in text
        assert "Paper that allows the errand" in text
    assert [value for _, (value, _) in row] == [f"{name}  {id_number[:3]}{'*' * 11}{id_number[14:]}", "代办员朱"]


def test_a_large_paper_for_all_is_copied_in_pieces_and_within_what_the_unit_may_keep(
    office: Office, envoy: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(envoy)
    put(envoy, LINES)
    paper(envoy)
    with office.county.database.read() as session:
        (kept,) = session.exec(select(Attachment)).all()
    monkeypatch.setattr(attaching, "MOST_OF_UNIT", kept.size * 8)
    assert "as many attachments as it may" in send(envoy).text
    assert {one.number for one in people(office)} == {""}, "nobody is asked about without it"

    monkeypatch.setattr(attaching, "MOST_OF_UNIT", kept.size * 9)
    monkeypatch.setattr(aside, "IN_HAND", kept.size * 2)
    with counted(office.county.database) as statements:
        assert send(envoy).status_code == 303
    written = [one for one in statements if "INTO attachment_page" in one]
    assert len(written) == 4
    with office.county.database.read() as session:
        assert [len(attachments_of(session, one.number)) for one in people(office)] == [1] * 8


def test_the_paper_that_allows_it_cannot_be_taken_away_again(office: Office, envoy: Desk) -> None:
    (number,) = sent(office, envoy, LINES.splitlines()[0])
    with office.county.database.read() as session:
        (mandate,) = attachments_of(session, number)
    assert "/remove" not in envoy.get(f"/attachments/{number}/{mandate.id}")
    assert envoy.post(f"/attachments/{number}/{mandate.id}/remove").status_code == 409
    with office.county.database.read() as session:
        assert [one.id for one in attachments_of(session, number)] == [mandate.id]


def test_nobody_else_opens_the_list_and_what_is_not_sent_goes(office: Office, envoy: Desk) -> None:
    begin(envoy)
    put(envoy, LINES)
    with office.county.database.write() as session:
        session.get_one(Account, "other").roles = ["asker", "envoy"]
    assert office.client("other").web.get(f"/errands/{ROUND}").status_code == 404
    assert office.client("other").post("/errands", key=ROUND, what=WHAT, purpose="x", reference="y").status_code in (404, 422)
    for days, left in ((2, 8), (4, 0)):
        with office.county.database.write() as session:
            rounds.forget(session, office.county.now + timedelta(days=days))
        assert len(people(office)) == left


@on_both
def test_it_goes_with_the_case(office: Office, envoy: Desk) -> None:
    numbers = sent(office, envoy)
    with office.county.database.write() as session:
        for number in numbers:
            session.get_one(Case, number).closed_at = office.county.now
        session.flush()
        block(session, numbers, office.county.now)
    with office.county.database.read() as session:
        assert errand_of(session, numbers[0]) is None
    assert EIGHT[0][0] not in envoy.get(f"/cases/{numbers[0]}")
    with office.county.database.write() as session:
        wipe(session, numbers, office.county.now)
    with office.county.database.read() as session:
        assert [session.exec(select(table)).all() for table in (Errand, ErrandPerson, Attachment)][:2] == [[], []]


@on_both
def test_eight_people_take_as_many_statements_as_two(office: Office, envoy: Desk) -> None:
    counts = []
    for lines in (LINES.splitlines()[:2], LINES.splitlines()):
        with office.county.database.write() as session:
            for table in (ErrandPerson, ErrandRound):
                for row in session.exec(select(table)).all():
                    session.delete(row)
        begin(envoy)
        put(envoy, "\n".join(lines))
        paper(envoy)
        with counted(office.county.database) as statements:
            send(envoy)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2


def test_a_full_list_weighs_no_more_and_each_person_has_their_forms_when_asked_for(office: Office, envoy: Desk) -> None:
    begin(envoy)
    put(envoy, "\n".join(f"吴某 {bridge(f'330725500{n // 28 + 1}{n % 28 + 1:02d}{n + 1:03d}')}" for n in range(rounds.MOST_PEOPLE)))
    assert len(people(office)) == rounds.MOST_PEOPLE
    assert len(envoy.get(f"/errands/{ROUND}").encode()) < 30 * KIB
    page = envoy.get(f"/errands/{ROUND}?at=50")
    assert len(page.encode()) < 30 * KIB
    assert page.count("/remove") == 1
    assert f"/errands/{ROUND}/people/50/remove" in page
    assert paper(envoy, place=50).status_code == 303
    assert people(office)[-1].mandate


def test_a_list_of_eight_weighs_less_than_30_kb_without_pictures_and_wants_no_script(office: Office, envoy: Desk) -> None:
    sent(office, envoy)
    for address in ("/errands", f"/errands/{ROUND}"):
        text = envoy.get(address)
        linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
        weight = sum(_transferred(envoy, one) for one in (address, *linked))
        assert {one.rpartition("/")[2] for one in linked} == {"errand.css", "theme.js"}
        assert weight < 30 * KIB, weight


def _transferred(envoy: Desk, address: str) -> int:
    """Bytes of the body on the wire, as the house compresses it, and half a kilobyte for its headers."""
    with envoy.web.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as reply:
        assert reply.status_code == 200
        return sum(map(len, reply.iter_raw())) + 512
