"""A county that is surveyed: certificates in its directory, people of the reform office, sheets as units send them back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import select

from access.accounts import Account
from access.units import Unit
from cases.certificates.certificate import Certificate
from reform.survey.answer import SheetOf
from reform.survey.points import SurveyPoint
from tests.rooms.county import MONDAY
from tests.rooms.office import Desk, Office
from tests.sheets import xlsx

TAKEN_HEADER = ["证明名称*", "用于办理事项*", "由谁出具", "设定依据", "年收取量（份）"]
ISSUED_HEADER = ["证明名称", "出具给谁、用于什么", "出具依据", "年出具量（份）"]
SHEETS = {SheetOf.TAKEN: ("收取的证明", TAKEN_HEADER), SheetOf.ISSUED: ("出具的证明", ISSUED_HEADER)}
Rows = Sequence[Sequence[Any]]


def open_office(office: Office) -> tuple[Desk, Desk]:
    """Two people of the reform office, and three certificates in the directory; their browsers."""
    with office.county.database.write() as session:
        session.add(Unit(code="reform-office", name_zh="改革办", name_en="Reform Office"))
        session.flush()
        for name in ("reform1", "reform2"):
            session.add(Account(username=name, name=f"{name}甲", unit="reform-office", roles=["reformer"]))
        session.add(Certificate(code="kinship", zh="亲属关系证明", en="Proof of kinship", keywords=["亲属证明"], yearly_volume=900))
        session.add(Certificate(code="single", zh="单身证明", en="Proof of being single", yearly_volume=300))
        made = {"certificate_class": "check", "document": "义政发1号", "since": MONDAY.date(), "items": ["kinship"]}
        session.add(Certificate(code="address", zh="居住证明", en="Proof of address", issuer="居委会", **made))
    return office.client("reform1"), office.client("reform2")


def sheet(unit: str, taken: Rows | None = (), issued: Rows | None = ()) -> bytes:
    """The workbook of a unit as it comes back; None leaves a sheet out, '' as the unit leaves its name out."""
    rows: Mapping[SheetOf, Rows | None] = {SheetOf.TAKEN: taken, SheetOf.ISSUED: issued}
    above = [[f"填报单位：{unit}（{unit}）"], ["每行填一种证明。"]] if unit else []
    return xlsx({SHEETS[of][0]: [*above, SHEETS[of][1], *given] for of, given in rows.items() if given is not None})


def send(desk: Desk, *files: tuple[str, bytes], unit: str = "") -> str:
    """Sends these files; the address of what is shown then."""
    answer = desk.web.post("/reform/survey/uploads", data={"csrf": desk.csrf, "unit": unit}, files=[("file", one) for one in files])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def take_in(desk: Desk, *files: tuple[str, bytes]) -> None:
    """Sends these files and takes in what is good."""
    assert desk.post(f"{send(desk, *files)}/take").status_code == 303


def points_in(office: Office) -> dict[tuple[str, str, str], str]:
    """The state of every point, by kind, unit and certificate."""
    with office.county.database.read() as session:
        return {one.key: one.state for one in session.exec(select(SurveyPoint))}
