"""A contradicted commitment through the pages of those it concerns: the unit, the supervisor, and a second one."""

import re
from datetime import timedelta
from pathlib import Path

from cases.commitments.commitment import Commitment
from cases.rechecks.listed import Listed
from tests.rooms.cases.attachments.hostile_pictures import face, saved
from tests.rooms.cases.rechecks.test_hearings import texts
from tests.rooms.cases.test_amendments import done, reasoned
from tests.rooms.committed import NO, Committed
from tests.rooms.county import CLERK as POLICE
from tests.rooms.office import Desk, Office, faults_in
from tests.rooms.requesters.test_receipts import told
from tests.routes import FATHER, SON

PICTURE = saved(face(), "JPEG")


def found_false(office: Office) -> tuple[Committed, str]:
    committed = Committed.settle(office.county)
    return committed, committed.checked(NO)


def object_to(desk: Desk, number: str, words: str, picture: bytes = PICTURE) -> int:
    sent = {"files": {"file": ("p.jpg", picture, "image/jpeg")}} if picture else {}
    answer = desk.web.post(f"/rechecks/{number}/objection", data={"csrf": desk.csrf, "words": words}, **sent)
    return int(answer.status_code)


def test_from_found_false_to_the_list_and_off_it(office: Office) -> None:
    committed, number = found_false(office)
    bank = office.client("asker")
    assert number in bank.get("/rechecks")
    page = bank.get(f"/rechecks/{number}")
    assert "Wu Da is my father." in page
    assert FATHER not in page
    assert "The person objects" not in page, "nobody objects before the letter is there"
    assert "The person is texted" in page
    with office.county.database.write() as session:
        session.get_one(Commitment, number).phone = ""
    assert "No text goes to the person" in bank.get(f"/rechecks/{number}")
    assert len(office.lines("hearing_look")) == 2

    assert faults_in(bank.post(f"/rechecks/{number}/told").text) == ["how"]
    assert bank.post(f"/rechecks/{number}/told", how="handed").status_code == 303
    assert object_to(bank, number, "户口簿登错了", b"") == 422
    assert committed.state(number) == "found_false"
    assert object_to(bank, number, "户口簿登错了") == 303
    assert "户口簿登错了" in bank.get(f"/rechecks/{number}")
    photo = bank.web.get(f"/rechecks/{number}/photo/1.jpg")
    assert (photo.status_code, photo.content[:2]) == (200, b"\xff\xd8")
    assert bank.web.get(f"/rechecks/{number}/photo/2.jpg").status_code == 404

    above, second = office.client("supervisor"), office.client("second-supervisor")
    assert number in above.get("/held/commitments")
    assert "户口簿登错了" in above.get(f"/held/commitments/{number}")
    assert above.web.get(f"/held/commitments/{number}/photo/1.jpg").status_code == 200
    assert faults_in(above.post(f"/held/commitments/{number}/decide").text) == ["decision"]
    assert faults_in(above.post(f"/held/commitments/{number}/decide", decision="stands").text) == ["reason"]
    assert above.post(f"/held/commitments/{number}/decide", decision="stands", reason="登记为他人").status_code == 303
    assert "登记为他人" in bank.get(f"/rechecks/{number}")
    (again,) = committed.sign(state="drafted", signed_at=None)
    shown = bank.get(f"/commitments/{again}")
    assert "登记为他人" in shown, "the next commitment of the same person shows it, with the reason"
    assert "decided on" in shown
    assert [line.number for line in office.lines("list_look")] == [again]
    (stranger,) = committed.sign(state="drafted", signed_at=None, person={"name": "吴大", "id_number": FATHER})
    assert "登记为他人" not in bank.get(f"/commitments/{stranger}")
    assert above.post(f"/held/commitments/{number}/decide", decision="falls", reason="x").status_code == 422

    assert above.post(f"/held/commitments/{number}/off", reason="公证书").status_code == 303
    assert above.post(f"/held/commitments/{number}/off/settle", decision="confirm").status_code == 403
    assert "Waits for a second supervisor" in second.get("/held/commitments")
    assert second.post(f"/held/commitments/{number}/off/settle", decision="confirm").status_code == 303
    assert office.one(Listed, number).state == "off"
    assert "公证书" in second.get(f"/held/commitments/{number}")


def test_the_letter_says_what_was_found_and_what_can_be_done_and_decides_nothing(office: Office, tmp_path: Path) -> None:
    _, number = found_false(office)
    letter = office.client("asker").web.get(f"/rechecks/{number}/letter.pdf")
    assert letter.status_code == 200
    text = re.sub(r"[\s\u200b]", "", told(letter.content, tmp_path)[1])
    for words in ("吴大是本人的父亲。", "目前尚未作出任何认定", "10个工作日内", "吴一", "不会因为提出异议而对你不利"):
        assert words in text, words
    assert SON not in text
    assert FATHER not in text
    assert b"/Sig" in letter.content
    assert len(office.lines("letter_printed")) == 1


def test_after_the_decision_the_letter_says_what_was_decided_and_why(office: Office, tmp_path: Path) -> None:
    committed, number = found_false(office)
    bank, above, address = office.client("asker"), office.client("supervisor"), f"/rechecks/{number}/letter.pdf"
    bank.post(f"/rechecks/{number}/told", how="handed")
    object_to(bank, number, "户口簿登错了")
    assert bank.web.get(address).status_code == 409, "the time to object, of which it tells, is over"
    above.post(f"/held/commitments/{number}/decide", decision="stands", reason="登记为他人")

    assert address in bank.get(f"/rechecks/{number}")
    text = re.sub(r"[\s\u200b]", "", told(bank.web.get(address).content, tmp_path)[1])
    for words in ("认定：该承诺不实", "登记为他人", "列入不实承诺名单", "吴大是本人的父亲。"):
        assert words in text, words
    for words in ("尚未作出任何认定", "10个工作日内"):
        assert words not in text, words

    above.post(f"/held/commitments/{number}/off", reason="公证书")
    office.client("second-supervisor").post(f"/held/commitments/{number}/off/settle", decision="confirm")
    text = re.sub(r"[\s\u200b]", "", told(bank.web.get(address).content, tmp_path)[1])
    assert "从名单中移除" in text
    assert "列入不实承诺名单" not in text
    assert committed.state(number) == "corrected"


def test_who_was_told_is_told_that_it_does_not_stand_any_more(office: Office, tmp_path: Path) -> None:
    committed, number = found_false(office)
    address = f"/rechecks/{number}/letter.pdf"
    office.client("asker").post(f"/rechecks/{number}/told", how="handed")
    committed.at(committed.hearing(number).due_at + timedelta(minutes=1))  # type: ignore[operator]  # it was told
    bank = office.client("asker")
    assert "Why it comes late" in bank.get(f"/rechecks/{number}")
    done(committed.county, reasoned(committed.check(number).case_number, "withdraw_answer", POLICE))
    committed.read()
    committed.chores()
    assert texts(committed)[-1] == ("person", number, "person_letter")
    assert address in bank.get(f"/rechecks/{number}")
    text = re.sub(r"[\s\u200b]", "", told(bank.web.get(address).content, tmp_path)[1])
    assert "现已不成立" in text
    assert "尚未作出任何认定" not in text


def test_nobody_of_another_unit_finds_it(office: Office) -> None:
    _, number = found_false(office)
    other = office.client("other")
    assert number not in other.get("/rechecks")
    for address in (f"/rechecks/{number}", f"/rechecks/{number}/letter.pdf", f"/rechecks/{number}/photo/1.jpg"):
        assert other.web.get(address).status_code == 404
    assert other.post(f"/rechecks/{number}/told", how="handed").status_code == 404


def test_what_could_not_be_asked_stands_on_the_pages(office: Office) -> None:
    committed = Committed.settle(office.county)
    (number,) = committed.sign()
    committed.calm(days=7)
    committed.chores()
    for who, address in (("asker", "/rechecks"), ("supervisor", "/held/commitments")):
        page = office.client(who).get(address)
        assert number in page
        assert "has no permission to ask this item for checking commitments" in page
    assert "commitments that bank took are not checked" in office.client("admin").get("/admin/health")
