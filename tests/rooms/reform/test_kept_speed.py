"""Sources, monitoring points, documents and savings with two years of figures and 300 certificates: few statements, and quick."""

from datetime import date

import pytest

from access.accounts import Account
from access.units import Unit
from cases.certificates.stopped import CertificateStopped
from reform.monitoring.sighting import MonthReport, Sighting
from reform.revisions.revision import Revision
from reform.savings.month_count import MonthCount
from reform.savings.saving_rule import SavingRule
from reform.sources.source import RegisterSource
from storage import remembered
from tests.rooms.office import Office
from tests.rooms.reform.test_speed import CERTIFICATES, UNITS, fill, measured

MONTHS = [date(2024 + (3 + n) // 12, (3 + n) % 12 + 1, 1) for n in range(24)]  # until March 2026
PAGES = (
    "/reform", "/reform/sources", "/reform/sources/1", "/reform/monitoring", "/reform/revisions", "/reform/revisions/1",
    "/reform/savings", "/reform/savings?by=subject", "/reform/savings?by=unit", "/reform/savings/rules",
)  # fmt: skip


def keep(office: Office) -> None:
    """Thirty points, a hundred registers and documents, and counts of each month for 60 units and 300 certificates."""
    now = office.county.now
    with office.county.database.write() as session:
        session.add_all(Unit(code=f"t{n}", name_zh=f"第{n}镇", name_en=f"Town {n}") for n in range(30))
        session.flush()
        session.add_all(Account(username=f"monitor{n}", name="周一", unit=f"t{n}", roles=["monitor"]) for n in range(30))
        told = {"month": MONTHS[-1], "what": "asked_for", "by": "x", "at": now}
        session.add_all(
            Sighting(unit=f"t{n % 30}", certificate=f"c{n}", state="to_tell", asked_by="bank", **told) for n in range(100)
        )
        session.add_all(MonthReport(unit=f"t{n}", month=MONTHS[-3], none_seen=True, by="x", at=now) for n in range(25))
        session.add_all(
            RegisterSource(unit=f"u{n % UNITS}", name=f"第{n}库", items=["kinship"], changed_at=now) for n in range(100)
        )
        session.add_all(
            Revision(title=f"第{n}号办法", unit="u1", certificate="c1", due_on=MONTHS[-4], changed_at=now) for n in range(150)
        )
        session.add_all(
            MonthCount(month=month, unit=f"u{n % UNITS}", matter=f"m{n % 9}", way="commitment", subject=f"c{n}", count=9, trips=9)
            for month in MONTHS for n in range(CERTIFICATES)
        )  # fmt: skip
        session.add_all(
            CertificateStopped(certificate=f"c{n}", unit=f"u{n % UNITS}", month=month, count=7)
            for month in MONTHS
            for n in range(100)
        )
        worth = {"journeys": 1, "papers": 1, "days": 2, "document": "x", "by": "reform1", "at": now}
        session.add_all(SavingRule(kind="certificate", code=f"c{n}", since=MONTHS[0], **worth) for n in range(100))


@pytest.mark.timeout(300)
def test_pages_with_two_years_of_figures_ask_few_statements_and_are_quick(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = fill(office)
    keep(office)
    monkeypatch.setattr(remembered, "SECONDS", 0)

    assert measured(office, desk, PAGES) == ({}, {})
