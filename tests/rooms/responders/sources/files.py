"""Files of sources for tests: the register of vehicles of an invented county, in whichever form it is kept."""

import tomllib
from pathlib import Path
from typing import Any

from cases.catalogue.catalogue import load
from cases.question import Finding, Question
from responders.sources.handler import SourceHandler
from responders.sources.loading import load_sources
from tests.rooms.responders.agent.letters import NOW
from tests.rooms.responders.agent.stores import BRIDE, DAUGHTER, FATHER, MOTHER, NAMES, SON, YOUTH, number, old

ITEMS = load().items
UNIT = "transport"
COMMON = """
[columns]
number = "SFZHM"
name = "XM"
from = "DJRQ"
until = "ZXRQ"

[values]
plate = "HPHM"

[facts.registered]
held = true

[facts.this_one]
held = true
value = "plate"
detail = "plate"
kind = "id"

[coverage]
keeps = "past"
electronic_from = 1996
complete_since = 1996-01-01
from_age = 18

[checks]
rows_at_least = 40
"""
DATABASE = """
[connection]
kind = "database"
address = "{address}"
table = "clxx"

[freshness]
as_of = "live"
"""
HEADINGS = ("SFZHM", "XM", "HPHM", "DJRQ", "ZXRQ")
Row = tuple[str | None, ...]
OTHERS: list[Row] = [(number("19800101", 101 + 2 * at), "赵一", f"浙GB{at:04d}", "2010-01-01", "9999-12-31") for at in range(40)]
# As such tables are: days in three forms, an old number, blanks in a name, a number that ends in a small x, two names under one.
KNOWN: list[Row] = [
    (SON, "王建国", "浙G·A0001", "2010/1/1", None),
    (old(MOTHER), "陈 珠凤", "浙GA0002", "19980506", ""),
    (YOUTH, NAMES[YOUTH], "浙GA0003", "2020-01-01 00:00:00", "2024年5月5日"),
    (DAUGHTER, NAMES[DAUGHTER], "浙GA0004", "2010-01-01", None),
    (DAUGHTER, "李平", "浙GA0005", "2010-01-01", None),
    (BRIDE, "", "浙GA0006", "2010-01-01", None),
]
SMALL = next(one for at in range(200, 400) if (one := number("19850101", at)).endswith("X"))
NAMES_TOO = {SMALL: "钱小", FATHER: NAMES[FATHER]}
ROWS: list[Row] = [*OTHERS, *KNOWN, (SMALL.lower(), "钱小", "浙GA0007", "2010-01-01", None)]


def write(folder: Path, text: str, item: str = "vehicle", unit: str = UNIT) -> Path:
    """Writes a source's file into a city's folder."""
    path = folder / "sources" / unit / f"{item}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    tomllib.loads(text)  # a test's own slip is no fault of the file
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, item: str = "vehicle", **environment: str) -> SourceHandler:
    """The handler of this item."""
    return load_sources([folder], UNIT, ITEMS, environment)[item]


class Asked:
    """A source that was opened, and is asked as the agent asks."""

    def __init__(self, handler: SourceHandler) -> None:
        self.handler, self.records = handler, handler.open_records("")

    def ask(self, *questions: Question) -> list[Finding]:
        """Looks, asks, and looks again."""
        self.handler.look(self.records, NOW)
        found = self.handler.find(self.records, questions)
        self.handler.look(self.records, NOW)
        return found

    def outcomes(self, *questions: Question) -> list[Any]:
        """The outcomes alone."""
        return [one.outcome for one in self.ask(*questions)]
