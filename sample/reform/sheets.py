"""What two units of the sample city have answered to the survey: one fits the other, and has an open point all the same."""

from datetime import datetime

from sqlmodel import Session

from access.principal import Principal
from cases.rulebook import Rulebook
from reform.survey.answer import SheetOf
from reform.survey.names import name_form
from reform.survey.taking_in import replace_answers
from storage.json import Json

TAKEN, ISSUED = SheetOf.TAKEN.value, SheetOf.ISSUED.value
ANSWERS: dict[str, dict[str, list[Json]]] = {
    "social": {TAKEN: [], ISSUED: [{"name": "社会保险参保缴费证明", "purpose": "学校、随迁子女入学报名", "volume": 430}]},
    "education": {
        TAKEN: [
            {"name": "社会保险参保缴费证明", "purpose": "随迁子女入学报名", "issuer": "社会保险中心", "volume": 420},
            {"name": "居住证明", "purpose": "随迁子女入学报名", "issuer": "村（社区）", "volume": 610},
            {"name": "暂缓入学情况证明", "purpose": "适龄儿童延缓入学", "issuer": "村（社区）", "volume": 35},
        ],
        ISSUED: [],
    },
}  # fmt: skip


def fill_sheets(session: Session, principal: Principal, now: datetime, rulebook: Rulebook) -> None:
    """Takes their sheets in."""
    files = [{"file": f"survey-{unit}.xlsx", "unit": unit, "sheets": {of: _rows(rows) for of, rows in sheets.items()}}
             for unit, sheets in ANSWERS.items()]  # fmt: skip
    replace_answers(session, files, principal, now, rulebook)


def _rows(rows: list[Json]) -> list[Json]:
    return [{"issuer": "", "form": name_form(row["name"]), "row": place, **row} for place, row in enumerate(rows, 4)]
