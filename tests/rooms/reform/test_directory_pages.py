"""The directory in the browser of the reform office: found, put right, classified by two people, one after the other."""

import re

from cases.certificates.certificate import Certificate
from tests.rooms.office import Desk, Office, faults_in, on_both
from tests.rooms.reform.surveying import open_office

WAY = {"certificate_class": "query", "item_0": "marriage_record", "document": "改字〔2026〕3号", "since": "2026-03-01", "seen": "1"}
PLAIN = {"zh": "单身证明", "en": "Proof of being single", "seen": "1", "active": "yes"}


def names_in(page: str) -> list[str]:
    """The certificates of a list, in its order."""
    return re.findall(r'<td data-label="Certificate"><a href="/reform/certificates/(\w+)"', page)


def propose(desk: Desk, code: str = "single", **changed: str) -> str:
    """Proposes a class, having seen before and after; where it leads."""
    answer = desk.post(f"/reform/certificates/{code}/class", **{**WAY, **changed}, confirmed="yes")
    assert answer.status_code == 303, faults_in(answer.text)
    return str(answer.headers["location"])


def proposal_in(page: str) -> str:
    """The number of the first proposal on the page."""
    return re.findall(r'id="p-(\d+)"', page)[0]


def test_the_list_is_searched_and_narrowed(office: Office) -> None:
    desk, _ = open_office(office)

    assert names_in(desk.get("/reform/certificates")) == ["kinship", "single", "address"]
    for asked, found in (
        ("q=亲属证明", ["kinship"]), ("q=being", ["single"]), ("q=居委", ["address"]), ("class=none", ["kinship", "single"]),
        ("class=check", ["address"]), ("issuer=居委会", ["address"]), ("unit=bank", []), ("class=off", []), ("q=没有", []),
    ):  # fmt: skip
        assert names_in(desk.get(f"/reform/certificates?{asked}")) == found, asked
    with office.county.database.write() as session:
        single = session.get_one(Certificate, "single")
        single.active, single.version = False, 2
    assert names_in(desk.get("/reform/certificates?class=off")) == ["single"]
    assert names_in(desk.get("/reform/certificates")) == ["kinship", "address"]
    desk.get("/reform/certificates?page=0", 422)


@on_both
def test_a_class_counts_once_a_second_person_has_confirmed_it(office: Office) -> None:
    desk, other = open_office(office)
    seen = desk.post("/reform/certificates/single/class", **WAY)
    assert seen.status_code == 200
    assert "Look once more" in seen.text
    pair = r'data-label="Before the change">\s*–\s*</td><td data-label="After the change"><strong>\s*Direct query'
    assert re.search(pair, seen.text)
    assert office.lines("certificate_propose") == [], "a look at before and after proposes nothing"
    assert propose(desk) == "/reform/next/certificate?after=single&flash=class_proposed"

    number = proposal_in(desk.get("/reform/proposals"))
    own = desk.post(f"/reform/proposals/{number}/confirm")
    assert own.status_code == 422
    assert "a colleague decides" in own.text
    assert office.one(Certificate, "single").certificate_class == ""
    assert re.search(r"<b>1</b><span>Changes of class for you to confirm", other.get("/reform"))
    assert other.post(f"/reform/proposals/{number}/confirm").status_code == 303
    done = office.one(Certificate, "single")
    assert (done.certificate_class, done.document, str(done.since), done.items) == (
        "query",
        WAY["document"],
        "2026-03-01",
        ["marriage_record"],
    )
    history = desk.get("/reform/certificates/single").partition('id="history"')[2]
    assert "Confirmed by a second person" in history
    assert WAY["document"] in history
    assert "reform1甲" in history
    assert "reform2甲" in history


def test_a_proposal_is_declined_with_a_reason_or_taken_back(office: Office) -> None:
    desk, other = open_office(office)
    propose(desk)
    number = proposal_in(other.get("/reform/proposals"))
    silent = other.post(f"/reform/proposals/{number}/decline", note=" ")
    assert (silent.status_code, silent.text.count('class="fault"')) == (422, 1)
    assert other.post(f"/reform/proposals/{number}/decline", note="文件未写明").status_code == 303
    assert "文件未写明" in desk.get("/reform/certificates/single")
    late = other.post(f"/reform/proposals/{number}/confirm")
    assert "decided already" in late.text
    propose(desk)
    again = proposal_in(desk.get("/reform/proposals"))
    assert desk.post(f"/reform/proposals/{again}/take_back").status_code == 303
    assert other.post(f"/reform/proposals/{again}/steal").status_code == 404
    assert office.one(Certificate, "single").certificate_class == ""


def test_what_a_class_needs_is_named_beside_its_field_and_nothing_typed_is_lost(office: Office) -> None:
    desk, _ = open_office(office)
    address = "/reform/certificates/single/class"
    assert faults_in(desk.post(address, seen="1").text) == ["certificate_class", "since"]
    nothing = desk.post(address, certificate_class="cancelled", document="改字3号", since="三月", seen="1")
    assert (nothing.status_code, faults_in(nothing.text)) == (422, ["since"])
    assert 'value="三月"' in nothing.text
    assert faults_in(desk.post(address, **{**WAY, "certificate_class": "cancelled"}).text) == ["clause_zh", "clause_en"]
    assert faults_in(desk.post(address, **{**WAY, "item_0": ""}).text) == ["items"]
    assert faults_in(desk.post(address, **{**WAY, "document": ""}).text) == ["document"]
    kinship = desk.post(address, **{**WAY, "item_0": "kinship"})
    assert (faults_in(kinship.text), "no fields of a record: kinship" in kinship.text) == (["items"], True)
    odd = desk.post(address, **{**WAY, "certificate_class": "commitment"}, states_zh="一\n二", states_en="one")
    assert faults_in(odd.text) == ["states_en"]


def test_a_commitment_is_proposed_with_its_text(office: Office) -> None:
    desk, other = open_office(office)
    text = {"states_zh": "本人单身。\n以上属实。", "states_en": "I am single.\nThis is true."}
    text |= {"consequences_zh": "退回。", "consequences_en": "Back."}
    propose(desk, **text, certificate_class="commitment")
    other.post(f"/reform/proposals/{proposal_in(other.get('/reform/proposals'))}/confirm")

    kept = office.one(Certificate, "single").commitment
    assert kept["states"] == [{"zh": "本人单身。", "en": "I am single."}, {"zh": "以上属实。", "en": "This is true."}]
    assert "I am single.\nThis is true." in desk.get("/reform/certificates/single/class")
    propose(desk, seen="2")
    assert "–" in desk.get("/reform/proposals")


def test_a_commitment_needs_no_consequences_of_its_own(office: Office) -> None:
    desk, other = open_office(office)
    text = {**WAY, "certificate_class": "commitment", "states_zh": "本人单身。", "states_en": "I am single."}
    seen = desk.post("/reform/certificates/single/class", **text)
    assert seen.status_code == 200
    assert "I am single." in seen.text
    propose(desk, **text)
    assert "I am single." in other.get("/reform/proposals")
    other.post(f"/reform/proposals/{proposal_in(other.get('/reform/proposals'))}/confirm")
    assert "I am single." in desk.get("/reform/certificates/single")


def test_one_goes_on_to_the_next_and_document_and_day_are_there_already(office: Office) -> None:
    desk, other = open_office(office)
    first = desk.web.get("/reform/next/certificate").headers["location"]
    assert first == "/reform/certificates/kinship/class", "the one with the most papers of a year"
    skipped = desk.web.get("/reform/next/certificate?after=kinship").headers["location"]
    assert skipped == "/reform/certificates/single/class"
    propose(desk, "kinship")
    following = desk.web.get("/reform/next/certificate?after=kinship&flash=class_proposed").headers["location"]
    assert following == "/reform/certificates/single/class?flash=class_proposed"
    page = desk.get(following)
    assert f'value="{WAY["document"]}"' in page
    assert 'value="2026-03-01"' in page
    assert f'value="{WAY["document"]}"' not in other.get(following), "as this person wrote them, and nobody else"
    propose(desk)
    assert desk.web.get("/reform/next/certificate").headers["location"] == "/reform/certificates?flash=all_classified"


@on_both
def test_plain_fields_are_put_right_by_one_and_two_at_once_are_told(office: Office) -> None:
    """What decides what askers see waits for another person; the rest of the same form counts at once."""
    desk, other = open_office(office)
    with office.county.database.write() as session:
        session.get_one(Certificate, "single").sample_volume = True
    good = desk.post("/reform/certificates/single", **{**PLAIN, "keywords": "未婚，单身 ; dszm", "yearly_volume": "320"})
    assert good.headers["location"] == "/reform/certificates/single?flash=certificate_saved"
    one = office.one(Certificate, "single")
    assert (one.keywords, one.yearly_volume, one.sample_volume, one.version) == (["未婚", "单身", "dszm"], 320, False, 2)
    late = other.post("/reform/certificates/single", **{**PLAIN, "en": "Single", "yearly_volume": "320"})
    assert late.status_code == 422
    assert "Somebody has changed this certificate in the meantime" in late.text
    assert 'value="Single"' in late.text
    bad = desk.post("/reform/certificates/single", **{**PLAIN, "zh": "", "yearly_volume": "many", "seen": "2"})
    assert "yearly_volume" in faults_in(bad.text)
    off = {
        **PLAIN,
        "active": "",
        "en": "Being single",
        "keywords": "未婚",
        "yearly_volume": "320",
        "item_0": "marriage",
        "seen": "2",
    }
    waits = desk.post("/reform/certificates/single", **{name: text for name, text in off.items() if name != "active"})
    assert waits.headers["location"] == "/reform/certificates/single?flash=certificate_waits"
    one = office.one(Certificate, "single")
    assert (one.en, one.items, one.active) == ("Being single", [], True)
    assert other.post(f"/reform/proposals/{proposal_in(other.get('/reform/proposals'))}/confirm").status_code == 303
    one = office.one(Certificate, "single")
    assert (one.items, one.active) == (["marriage"], False)
    desk.get("/reform/certificates/nothing", 404)
    assert desk.post("/reform/certificates/nothing", **PLAIN).status_code == 404


def test_a_new_certificate_is_one_form_and_goes_on_to_its_class(office: Office) -> None:
    desk, _ = open_office(office)
    new = {"code": " Lost_card ", "zh": "遗失证明", "en": "Proof of loss", "item_0": "kinship"}
    assert desk.post("/reform/new/certificate", **new, then="classify").headers["location"] == (
        "/reform/certificates/lost_card/class?flash=certificate_added"
    )
    assert office.one(Certificate, "lost_card").certificate_class == ""
    taken = desk.post("/reform/new/certificate", **new)
    assert (taken.status_code, faults_in(taken.text)) == (422, ["code"])
    assert "code" in faults_in(desk.post("/reform/new/certificate", **{**new, "code": "遗失"}).text)
    assert 'value="祖宅"' in desk.get("/reform/new/certificate?name=祖宅")
