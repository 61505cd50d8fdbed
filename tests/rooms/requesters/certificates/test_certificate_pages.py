"""The page of a certificate and its slip; a question about 15 and 18 digits of one person is stopped at the form and counted."""

import io
import re

import pypdfium2
import pytest
from sqlmodel import col, select

from broker.outbox import Outgoing
from cases.case import Case
from tests.rooms.county import counted
from tests.rooms.requesters.certificates.counter import Counter
from tests.routes import SON

OLD = SON[:6] + SON[8:17]  # the 15 digits from which SON's number was made
ASKED = {
    "subjects.person.name": "吴一",
    "subjects.person.id_number": SON,
    "details.former_number": OLD,
    "matter": "close_relative_card",
    "purpose": "销卡",
    "reference": "B-1",
}


def words_of(pdf: bytes) -> list[str]:
    """The text of each page, without blanks."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def test_not_needed_says_the_clause_the_document_and_offers_the_slip(bank: Counter) -> None:
    page = bank.browser().get("/ask/certificates/id_number").text

    assert "Not needed: do not ask for it" in page
    assert "公通字〔2016〕21号" in page
    assert "GB 11643-1999" in page
    assert 'action="/ask/certificates/id_number/slip"' in page
    assert bank.stopped() == [], "looking counts nothing"


def test_the_slip_is_one_page_with_a_half_for_each_names_nobody_and_is_counted(bank: Counter) -> None:
    browser = bank.browser("zh")
    for _ in range(2):
        reply = browser.post("/ask/certificates/id_number/slip")
        assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    (page,) = words_of(reply.content)
    assert page.count("公民身份号码证明（15位升18位）") == 2
    for words in ("交办事群众", "交索要证明的单位", "公通字〔2016〕21号", "2016年9月1日", "2026年3月2日", "bank单位"):
        assert words in page, words
    assert "asker" not in page
    assert [(one.certificate, one.unit, one.count) for one in bank.stopped()] == [("id_number", "bank", 2)]


def test_cancelled_says_since_when_by_what_and_what_takes_its_place(bank: Counter) -> None:
    bank.grant("death", "deposit_of_deceased")
    bank.grant("kinship", "deposit_of_deceased")
    page = bank.browser().get("/ask/certificates/inheritance_right").text

    assert "Cancelled since 2020-07-01" in page
    assert "全市证明事项取消清单（示例）" in page
    assert "民发〔2020〕20号" in page
    assert 'href="/ask/bundles/deposit_of_deceased"' in page
    assert bank.browser().post("/ask/certificates/inheritance_right/slip").status_code == 200


def test_there_is_a_slip_only_of_what_nobody_may_ask_for(bank: Counter) -> None:
    for code in ("kinship_certificate", "income"):
        assert bank.browser().post(f"/ask/certificates/{code}/slip").status_code == 409
    assert bank.browser().get("/ask/certificates/no_such").status_code == 404
    assert bank.stopped() == []


def test_what_may_not_be_asked_says_so_and_how_to_apply(bank: Counter) -> None:
    page = bank.browser().get("/ask/certificates/no_crime").text

    assert "Your unit has no permission for what replaces it yet." in page
    assert "/permissions/new" in page


def test_the_search_names_classes_and_says_what_fits_nothing(bank: Counter) -> None:
    page = bank.browser().get("/ask?q=15+digits").text
    assert 'href="/ask/certificates/id_number"' in page
    assert "Not needed" in page
    assert "Nothing fits these words." in bank.browser().get("/ask?q=xyzzy").text


@pytest.mark.parametrize("typed", [{}, {"details.former_name": "吴一"}, {"purpose": ""}])
def test_15_and_18_digits_of_one_person_are_stopped_at_the_form_nothing_is_sent_and_it_is_counted(bank: Counter, typed) -> None:
    bank.grant("identity_change", "close_relative_card")
    reply = bank.browser().post("/ask/identity_change", data={**ASKED, **typed})

    assert reply.status_code == 422
    assert 'href="/ask/certificates/id_number?counted=yes"' in reply.text
    assert "Both are one number" in reply.text
    assert OLD in reply.text, "nothing of what was typed is lost"
    assert [(one.certificate, one.unit, one.count) for one in bank.stopped()] == [("id_number", "bank", 1)]
    with bank.doors.database.read() as session:
        assert session.exec(select(Case)).all() == []
        assert session.exec(select(Outgoing).where(col(Outgoing.kind) == "question")).all() == []


def test_what_was_stopped_is_counted_once_though_it_is_sent_again_and_a_slip_is_printed(bank: Counter) -> None:
    bank.grant("identity_change", "close_relative_card")
    browser = bank.browser()
    first = browser.post("/ask/identity_change", data=ASKED).text
    mark = re.findall(r'name="counted" value="(\w+)"', first)[0]
    assert 'href="/ask/certificates/id_number?counted=yes"' in first
    browser.post("/ask/identity_change", data={**ASKED, "purpose": "销卡二", "counted": mark})
    page = browser.get("/ask/certificates/id_number?counted=yes").text
    assert 'name="counted" value="yes"' in page
    assert "has counted it" in page
    assert browser.post("/ask/certificates/id_number/slip", data={"counted": "yes"}).status_code == 200
    assert [one.count for one in bank.stopped()] == [1]

    other = {**ASKED, "subjects.person.name": "吴二", "counted": mark}
    assert browser.post("/ask/identity_change", data=other).status_code == 422
    assert [one.count for one in bank.stopped()] == [2], "about somebody else it is another question"
    browser.post("/ask/certificates/id_number/slip")
    assert [one.count for one in bank.stopped()] == [3], "a slip alone counts"


def test_it_is_said_while_the_form_is_filled_in(bank: Counter) -> None:
    bank.grant("identity_change", "close_relative_card")
    numbers = {name: value for name, value in ASKED.items() if name.startswith(("subjects", "details"))}
    browser = bank.browser()

    assert "Both are one number" in browser.post("/ask/identity_change/check", data=numbers).text
    other = {**numbers, "details.former_number": "330725193607120013"}
    assert "Both are one number" not in browser.post("/ask/identity_change/check", data=other).text
    assert bank.stopped() == [], "nothing was asked yet"


@pytest.mark.parametrize(
    "change", [{"details.former_number": "330725360712001"}, {"details.former_name": "吴二"}, {"details.former_number": "15位"}]
)
def test_another_number_or_another_name_is_asked_as_before(bank: Counter, change: dict[str, str]) -> None:
    bank.grant("identity_change", "close_relative_card")
    reply = bank.browser().post("/ask/identity_change", data={**ASKED, **change}, follow_redirects=False)

    assert reply.status_code == 303, reply.text
    assert bank.stopped() == []


def test_programs_are_stopped_by_the_same_rule(bank: Counter) -> None:
    bank.grant("identity_change", "close_relative_card")
    people = {"person": {"name": "吴一", "id_number": SON}}
    body = {"item": "identity_change", "matter": "close_relative_card", "purpose": "销卡", "reference": "B-1", "subjects": people}
    reply = bank.doors.client("asker").post("/api/v1/cases", json={**body, "details": {"former_number": OLD}})

    assert reply.status_code == 422
    assert [(one["field"], one["code"]) for one in reply.json()["errors"]] == [("details.former_number", "not_needed")]


def test_the_pages_read_the_directory_in_few_statements(bank: Counter) -> None:
    browser = bank.browser()
    for path in ("/ask?q=证明", "/ask/certificates/id_number", "/ask/certificates/inheritance_right"):
        with counted(bank.doors.database) as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) <= 8, (path, statements)
