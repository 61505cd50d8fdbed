"""What was changed is said in words: no code of ours where there is a name for it, in either language."""

import re

import pytest

from administrators.changes import Change
from tests.rooms.administrators.test_dead_letters import bury, queues
from tests.rooms.office import Office

__all__ = ["queues"]  # a fixture


@pytest.mark.parametrize("address", ["/admin", "/admin/changes"])
def test_an_application_the_clock_and_a_permission_are_named(office: Office, address: str) -> None:
    """The Chinese page once said `application: 1 · clock`."""
    with office.county.database.write() as session:
        about = {"at": office.county.now, "changed": {}, "note": ""}
        session.add(Change(who="clock", kind="application", subject="1", action="apply_overdue", **about))
        session.add(Change(who="admin", kind="grant", subject="bank · kinship · close_relative_card", action="grant_give", **about))
    shown = re.sub("<[^>]+>", "", office.client(locale="zh").get(address))

    assert [word for word in ("application", "· clock", "kinship", "close_relative") if word in shown] == []
    assert "申请：1 · 系统" in re.sub(r"\s+", " ", shown)


def test_a_programs_fault_is_told_in_a_sentence(office: Office) -> None:
    bury(office, reason="LookupError")
    shown = office.client(locale="zh").get("/admin/dead")

    assert "程序处理该信件时出错（LookupError）。" in shown
    assert '<td data-label="种类">question' not in shown
