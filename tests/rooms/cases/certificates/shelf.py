"""A few certificates, and the two people of the reform office who keep them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlmodel import col, select

from cases.certificates.certificate import Certificate
from cases.certificates.changes import Editor
from cases.trail.trail import Trail
from tests.rooms.county import County
from tests.routes import RULEBOOK


class Officer:
    """Somebody of the reform office."""

    def __init__(self, username: str) -> None:
        self.username, self.unit = username, "reform-office"


FIRST, SECOND = Officer("reform1"), Officer("reform2")
NOT_NEEDED = {
    "certificate_class": "not_needed",
    "since": date(2026, 1, 5),
    "document": "改字〔2026〕1号（示例）",
    "clause_zh": "身份证记载出生日期。",
    "clause_en": "The ID card states the day of birth.",
}
BIRTH_DAY = {
    "code": "birth_day",
    "zh": "出生日期证明",
    "en": "Certificate of the day of birth",
    "keywords": ["出生日期", "csrq"],
    "issuer": "派出所",
    "yearly_volume": 120,
}
TEXT = {
    "fields": [{"code": "income", "label": {"zh": "月收入", "en": "Monthly income"}, "kind": "money"}],
    "states": [{"zh": "本人月收入为{income}。", "en": "My monthly income is {income}."}],
}


@contextmanager
def editing(county: County, by: Officer = FIRST) -> Iterator[Editor]:
    """One transaction of this officer."""
    with county.database.write() as session:
        yield Editor(session, by, county.now, RULEBOOK)


def shelved(county: County, *more: Mapping[str, Any]) -> None:
    """The certificate of the day of birth and these, not classified yet, added by the first officer."""
    with editing(county) as editor:
        for values in (BIRTH_DAY, *more):
            editor.add(values)


def stands(county: County, code: str = "birth_day") -> Certificate:
    """The certificate as it stands in the database."""
    with county.database.read() as session:
        return session.get_one(Certificate, code)


def proposed(county: County, by: Officer = FIRST, code: str = "birth_day", **values: Any) -> int:
    """The number of a proposal with the way `not_needed`, or other values."""
    with editing(county, by) as editor:
        made = editor.propose(code, values or NOT_NEEDED, reason="清单第三项")
        assert made.id is not None
        return made.id


def lines(county: County) -> list[tuple[str, str]]:
    """What the trail says about certificates: what was done, by whom."""
    with county.database.read() as session:
        found = session.exec(select(Trail).where(col(Trail.action).startswith("certificate_")).order_by(col(Trail.id)))
        return [(line.action, line.who) for line in found]
