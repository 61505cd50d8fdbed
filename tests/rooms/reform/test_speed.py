"""A large directory and a large survey: no page asks the database more often, nor takes long, for there being much in it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event, insert

from access.units import Unit
from cases.certificates.certificate import Certificate
from reform.survey.answer import SurveyAnswer, SurveyReturn
from reform.survey.names import SurveyName, name_form
from reform.survey.reconciling import reconcile
from storage import remembered
from tests.rooms.office import Desk, Office
from tests.rooms.reform.surveying import open_office
from tests.routes import RULEBOOK

CERTIFICATES, UNITS, ROWS = 300, 60, 40
SECONDS = 0.1  # of the processor, the best of five: other tests run beside this one
MOST = 17  # statements of a page that remembers nothing: both BEGINs and the session's own are among them
PAGES = (
    "/reform", "/reform/certificates", "/reform/certificates?q=第7号&issuer=居委会&unit=u1", "/reform/certificates/c7",
    "/reform/certificates/c7/class", "/reform/proposals", "/reform/survey", "/reform/survey/units/u1", "/reform/survey/names",
    "/reform/survey/names?which=joined", "/reform/survey/points", "/reform/survey/wall",
)  # fmt: skip


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements that the database is asked while the block runs."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(office.county.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(office.county.database.engine, "before_cursor_execute", note)


def fill(office: Office) -> Desk:
    """300 certificates, and 60 units that say what they take and issue; a third of the names mean nothing yet."""
    desk, _ = open_office(office)
    names = [f"第{n}号事项办理证明" for n in range(CERTIFICATES)]
    now = office.county.now
    with office.county.database.write() as session:
        rows = [{"code": f"c{n}", "zh": name, "en": name, "keywords": [f"k{n}", f"{n}号"], "issuer": "居委会", "yearly_volume": n}
                for n, name in enumerate(names)]  # fmt: skip
        session.add_all(Certificate(**row) for row in rows)
        session.add_all(Unit(code=f"u{n}", name_zh=f"第{n}局", name_en=f"Bureau {n}") for n in range(UNITS))
        session.flush()
        said = [(f"u{unit}", sheet, names[(unit * 7 + row * 3) % CERTIFICATES] + "甲" * (row % 3 == 0), row)
                for unit in range(UNITS) for sheet in ("taken", "issued") for row in range(ROWS)]  # fmt: skip
        session.execute(insert(SurveyAnswer), [
            {"unit": unit, "sheet": sheet, "name": name, "form": name_form(name), "purpose": f"事项{row}", "issuer": "居委会",
             "legal_basis": "", "volume": row * 9, "row": row} for unit, sheet, name, row in said
        ])  # fmt: skip
        codes = {name: f"c{n}" for n, name in enumerate(names)}
        forms = {name_form(name): name for _, _, name, _ in said}
        session.execute(insert(SurveyName), [
            {"form": form, "name": name, "certificate": codes.get(name, ""), "who": "", "at": now} for form, name in forms.items()
        ])  # fmt: skip
        session.add_all(SurveyReturn(unit=f"u{n}", sheet=s, rows=ROWS, who="reform1", at=now, file="x") for n in range(UNITS - 9)
                        for s in ("taken", "issued"))  # fmt: skip
        session.flush()
        reconcile(session, now, RULEBOOK)
    return desk


def measured(office: Office, desk: Desk, pages: Sequence[str]) -> tuple[dict[str, int], dict[str, float]]:
    """The pages that ask too many statements, and those that take too long, each with how much. Best of five, most of five."""
    many, slow = {}, {}
    for address in pages:
        asked, taken = [], []
        for _ in range(5):
            with counted(office) as statements:
                began = time.process_time()
                desk.get(address)
                taken.append(time.process_time() - began)
            asked.append(len(statements))
        print(f"{address}: {max(asked)} statements, {min(taken) * 1000:.0f} ms")
        if max(asked) > MOST:
            many[address] = max(asked)
        if min(taken) > SECONDS:
            slow[address] = min(taken)
    return many, slow


@pytest.mark.timeout(300)
def test_every_page_asks_few_statements_and_is_quick_with_much_in_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = fill(office)
    monkeypatch.setattr(remembered, "SECONDS", 0)  # as for whoever comes after a while: nothing is remembered

    assert measured(office, desk, PAGES) == ({}, {})
