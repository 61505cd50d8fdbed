"""Days as people type them and registers hold them, read in one place for every page, interface, sheet and source."""

import re
from datetime import date
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from storage.problem import DAY, N_

NO_DAY = DAY
NO_SUCH_DAY = N_("There is no such day in the calendar.")
TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
APART = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*([-/.月])\s*(\d{1,2})\s*(日|号)?", re.ASCII)
BREADTH = str.maketrans("。．／－—–‐", "../----")  # what an input method makes of the signs between


class NotADay(ValueError):
    """No day, or one that no calendar has; `message` is an English msgid."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def read_day(text: str) -> date:
    """The day in 2026-09-01, 2026-9-1, 20260901, 2026/9/1, 2026.9.1 or 2026年9月1日, also in full width. Raises NotADay."""
    plain = normalize("NFKC", text).translate(BREADTH).strip()
    together, apart = TOGETHER.fullmatch(plain), APART.fullmatch(plain)
    parts = together.groups() if together else apart.group(1, 3, 5) if apart else None
    if parts is None or (apart and not _agree(apart)):
        raise NotADay(NO_DAY)
    try:
        return date(*map(int, parts))
    except ValueError:
        raise NotADay(NO_SUCH_DAY) from None


def _agree(found: re.Match[str]) -> bool:
    first, second, end = found.group(2, 4, 6)
    return (first, second) == ("年", "月") or (first == second and first in "-/." and not end)


def _typed(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        return read_day(value if isinstance(value, str) else "")
    except NotADay as wrong:
        raise PydanticCustomError("wrong_kind", wrong.message) from None


TypedDay = Annotated[date, BeforeValidator(_typed)]
