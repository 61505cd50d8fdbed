"""The directory for programs: by words and class, with what replaces each certificate for this unit."""

from datetime import timedelta

from cases.documents.id_numbers import ResidentId
from tests.rooms.requesters.certificates.counter import Counter
from tests.routes import SON


def test_certificates_are_found_by_words_and_class(bank: Counter) -> None:
    client = bank.doors.client("asker")
    every = client.get("/api/v1/certificates").json()
    assert len(every["certificates"]) >= 60
    assert every["more"] == 0
    first = client.get("/api/v1/certificates?q=15位").json()["certificates"][0]
    assert (first["code"], first["class"], first["since"], first["items"]) == ("id_number", "not_needed", "2016-09-01", [])
    assert "21号" in first["document"]
    cancelled = client.get("/api/v1/certificates?class=cancelled&limit=5").json()
    assert {one["class"] for one in cancelled["certificates"]} == {"cancelled"}
    assert (len(cancelled["certificates"]), cancelled["more"] > 0) == (5, True)
    assert client.get("/api/v1/certificates?class=gone").status_code == 422


def test_what_replaces_it_says_for_which_matters_this_unit_may_ask(bank: Counter) -> None:
    one = bank.doors.client("asker").get("/api/v1/certificates/kinship_certificate").json()
    assert one["items"] == [{"code": "kinship", "matters": ["close_relative_card"]}]
    other = bank.doors.client("other").get("/api/v1/certificates/kinship_certificate").json()
    assert other["items"] == [{"code": "kinship", "matters": []}]
    right = bank.doors.client("asker").get("/api/v1/certificates/inheritance_right").json()
    assert right["bundle"] == {"code": "deposit_of_deceased", "allowed": False}
    assert bank.doors.client("asker").get("/api/v1/certificates/no_such").status_code == 404
    assert bank.doors.client("clerk").get("/api/v1/certificates").status_code == 403
    assert bank.doors.client().get("/api/v1/certificates").status_code == 401


def test_what_a_programme_asks_although_it_is_not_needed_is_counted_once_for_a_key(bank: Counter) -> None:
    bank.grant("identity_change", "close_relative_card")
    client = bank.doors.client("asker")
    asked = {"item": "identity_change", "matter": "close_relative_card", "purpose": "核对", "reference": "N-1",
             "subjects": {"person": {"name": "吴一", "id_number": SON}},
             "details": {"former_number": ResidentId(SON).old_number}}  # fmt: skip
    counts = []
    for reference, key in (("N-1", "k1"), ("N-1", "k1"), ("N-2", "k2"), ("N-3", ""), ("N-4", "")):
        headers = {"Idempotency-Key": key} if key else {}
        assert client.post("/api/v1/cases", json={**asked, "reference": reference}, headers=headers).status_code == 422
        counts.append(bank.stopped()[0].count)
    assert counts == [1, 1, 2, 3, 3], "sent again it is the same request; without a key the question itself says so"
    assert client.post("/api/v1/cases", json={**asked, "purpose": ""}).status_code == 422
    assert bank.stopped()[0].count == 3, "what is refused for another reason is not counted"
    bank.doors.now += timedelta(days=40)
    assert client.post("/api/v1/cases", json=asked, headers={"Idempotency-Key": "k1"}).status_code == 422
    assert [one.count for one in bank.stopped()] == [1], "a month later somebody asks for it again"
