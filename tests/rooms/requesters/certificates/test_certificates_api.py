"""The directory for programs: by words and class, with what replaces each certificate for this unit."""

from tests.rooms.requesters.certificates.counter import Counter


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
