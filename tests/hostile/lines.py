"""The lines of matrix.txt: for each route who gets in, with which things in its path and what is sent."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.ground import (
    BATCH,
    BUNDLES,
    FATHER,
    PICTURE,
    ROSTER_SHEET,
    SON,
    SOURCE_SHEET,
    SURVEY,
    VISITORS,
    card,
    kinship,
    promise,
)
from tests.hostile.wire import FORM, JSON, multipart

TABLE = Path(__file__).with_name("matrix.txt")
SAFE = frozenset({"GET", "HEAD"})
GROUPS = {"all": frozenset(VISITORS), "signed": frozenset(VISITORS) - {"nobody"}, "none": frozenset[str]()}
ASKED = ("matter=close_relative_card&purpose=x&reference=B-9&subjects.person.name=%E5%90%B4%E4%B8%80"
         "&subjects.relative.name=%E5%90%B4%E5%A4%A7"
         f"&subjects.person.id_number={SON}&subjects.relative.id_number={FATHER}&details.relation=mother")  # fmt: skip
QUESTION = json.dumps(kinship("吴", "B-8", (SON, FATHER), "x"))
CARD = json.dumps(card("吴", "B-8", (SON, FATHER), "x"))
SHEETS = {"@bundles": multipart({"kind": "close_relative_card", "ask": "true"}, "b.xlsx", BUNDLES),
          "@batch": multipart({"item": "kinship"}, "b.xlsx", BATCH), "@roster": multipart({}, "r.xlsx", ROSTER_SHEET),
          "@sources": multipart({}, "s.xlsx", SOURCE_SHEET),
          "@survey": multipart({}, "s.xlsx", SURVEY),
          "@picture": multipart({"caption": "caption-sent"}, "p.jpg", PICTURE)}  # fmt: skip
ASKED_CARD = ("purpose=x&reference=B-9&ticks=yes&people.relative.0.details.relation=father"
              f"&people.holder.0.who=%E5%90%B4%E4%B8%80{SON}&people.relative.0.who=%E5%90%B4%E5%A4%A7{FATHER}")  # fmt: skip
STRANGER = {"name": "吴一", "id_number": "330725198001010015"}
PROMISED = ("matter=close_relative_card&reference=B-9&stated.income=3200&subjects.person.name=%E5%90%B4%E4%B8%80"
            "&subjects.person.id_number=330725198001010015&language=zh")  # fmt: skip
SHEETS["@objection"] = multipart({"words": "objection-sent"}, "p.jpg", PICTURE)
BODIES = {
    **SHEETS,
    "@promise": (JSON, json.dumps(promise(reference="B-9", purpose="", person=STRANGER)).encode()),
    "@promised": (FORM, PROMISED.encode()),
    "@signature": multipart({"how": "paper", "witness": "w", "witnessed": "yes"}, "p.jpg", PICTURE),
    "@card": (FORM, ASKED_CARD.encode()),
    "@question": (JSON, QUESTION.encode()),
    "@bundle": (JSON, CARD.encode()),
    "@asked": (FORM, ASKED.encode()),
}


@dataclass(frozen=True)
class Line:
    """One line: who of the principals gets in where."""

    method: str
    path: str
    things: Mapping[str, str]
    who: frozenset[str]
    sent: str
    wrong: frozenset[int] = frozenset()  # the statuses that come where what is sent is deliberately wrong, for some or for all

    @property
    def route(self) -> tuple[str, str]:
        """Method and path as the app knows them."""
        return self.method, self.path

    def address(self, things: Mapping[str, str]) -> str:
        """The path with the things in it, of a GET with its query. Raises KeyError for a part that the line does not name."""
        named = {part: things.get(thing, thing) for part, thing in self.things.items()}
        path = re.sub(r"{(\w+)(:\w+)?}", lambda part: named[part[1]], self.path)
        return f"{path}?{self._told(things)}" if self.method in SAFE and self.sent else path

    def body(self, things: Mapping[str, str]) -> tuple[str, bytes]:
        """Content type and body."""
        if self.sent in BODIES:
            return BODIES[self.sent]
        if self.sent.startswith("{"):
            return JSON, self.sent.encode()
        return (FORM, self._told(things).encode()) if self.method not in SAFE else ("", b"")

    def _told(self, things: Mapping[str, str]) -> str:
        return re.sub(r"{([\w:]+)}", lambda thing: things[thing[1]], self.sent)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {' '.join(f'{part}={thing}' for part, thing in self.things.items())}".strip()


def read_lines(text: str = "") -> list[Line]:
    """Every line of the table."""
    return list(_lines(text or TABLE.read_text(encoding="utf-8")))


def _lines(text: str) -> Iterator[Line]:
    for row in text.splitlines():
        if row.strip() and not row.startswith("#"):
            where, who, sent = (part.strip() for part in row.split("|", 2))
            method, path, *things = where.split()
            named = dict(thing.partition("=")[::2] for thing in things)
            people = frozenset[str]().union(*(GROUPS.get(one, {one}) for one in who.split()))
            told = re.match(r"(\d{3}(?:,\d{3})*)( |$)", sent)
            wrong = frozenset(map(int, told[1].split(","))) if told else frozenset[int]()
            yield Line(method, path, named, people, sent[told.end() :] if told else sent, wrong)
