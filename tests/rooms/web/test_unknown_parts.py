"""An address of a form that names a kind, step or move there is none of: the answer names that part, and says nothing of others."""

from tests.rooms.office import Office

NO_KIND = "Only a unit or an account is frozen and let go: the address must name one of the two."
UNKNOWN = {
    ("supervisor", "/held/frozen/house/court/thaw"): ("kind", NO_KIND),
    ("asker", "/permissions/1/sing"): ("step", "There is no such step."),
    ("clerk", "/desk/2026-1/sing"): ("move", "There is no such move."),
    ("clerk", "/desk/2026-1/draft/sing"): ("move", "There is no such move."),
    ("asker", "/cases/2026-1/sing"): ("move", "There is no such move."),
    ("supervisor", "/board/2026-1/sing"): ("move", "There is no such move."),
}


def test_the_part_that_is_unknown_is_named(office: Office) -> None:
    clerks = {who: office.client(who) for who, _ in UNKNOWN}
    found = {}
    for who, address in UNKNOWN:
        sent = {"data": {"csrf": clerks[who].csrf}, "headers": {"Accept": "application/json"}}
        answer = clerks[who].web.post(address, **sent)
        assert answer.status_code == 404, address
        (fault,) = answer.json()["errors"]
        found[who, address] = fault["field"], fault["message"]

    assert found == UNKNOWN
