"""The sample survey: what three units of the city wrote into their sheets, as files that can be taken in under /reform/survey."""

from pathlib import Path

from reform.survey.survey_sheets import ISSUED, ONE_A_ROW, TAKEN, WHOSE
from sample.city.directory import units
from storage.private_files import write_privately
from storage.sheets.blank_sheets import workbook
from web.languages import say

FOLDER = "survey"
NEW = "外地户籍婚姻情况证明"  # what the directory does not know yet
UNUSED = "农户养殖规模情况证明"  # what nobody takes
ROWS: dict[str, tuple[list[dict[str, object]], list[dict[str, object]]]] = {
    "bank-binjiang": (
        [
            {"name": "亲属关系证明", "purpose": "注销近亲属银行卡", "issuer": "佛堂镇人民政府", "volume": 200},
            {"name": NEW, "purpose": "住房按揭贷款", "issuer": "民政局", "legal_basis": "本行贷款操作规程第12条", "volume": 260},
            {"name": "单身证明", "purpose": "住房按揭贷款", "issuer": "民政局", "volume": 300},
        ],
        [],
    ),
    "fotang-town": (
        [],
        [
            {"name": "亲属关系证明", "purpose": "银行、公证处", "volume": 900},
            {"name": UNUSED, "purpose": "农户", "volume": 45},
        ],
    ),
    "court": (
        [
            {"name": "直系亲属关系的证明", "purpose": "立案", "issuer": "佛堂镇人民政府", "volume": 120},
            {"name": "居住地证明", "purpose": "立案", "issuer": "社区", "volume": 640},
        ],
        [],
    ),
}  # fmt: skip


def survey_files() -> dict[str, bytes]:
    """The workbook of each of these units, by the name of its file."""
    names = {unit.code: unit.name_zh for unit in units()}
    return {
        f"survey-{code}.xlsx": workbook(
            [(TAKEN, taken), (ISSUED, issued)],
            "zh",
            say,
            titles=[say("zh", WHOSE, name=names[code], code=code), say("zh", ONE_A_ROW)],
        )
        for code, (taken, issued) in ROWS.items()
    }


def write_survey(home: Path) -> None:
    """Puts the files into a folder of the house's, to be taken in by whoever tries it."""
    (home / FOLDER).mkdir(exist_ok=True)
    for name, data in survey_files().items():
        write_privately(home / FOLDER / name, data)
