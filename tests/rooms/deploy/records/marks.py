"""Marked records: every field of every item of class query holds a mark of its own, so that it is known wherever it turns up."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from access.units import Unit
from broker.letter import Letter
from broker.transports.embedded import EmbeddedTransport
from cases.catalogue.catalogue import Item
from cases.catalogue.record_field import RecordField
from cases.opening import ask, open_cases
from cases.question import Finding, Question
from deploy.tables import all_tables
from responders.agent.agent import Agent
from responders.agent.record_stores import RecordPlace
from responders.handlers.findings import recorded
from tests.rooms.county import MONDAY, County
from tests.routes import RULEBOOK

CATALOGUE = RULEBOOK.catalogue
PERSON, FIRM = {"name": "吴一", "id_number": "330725196205140015"}, {"name": "丹溪公司", "credit_code": "91330782MA2E00001P"}
ITEMS = [item for item in CATALOGUE.items.values() if item.is_query]
PLACES = {(item.code, name): place for place, (item, name) in enumerate((item, name) for item in ITEMS for name in item.by_field)}


@dataclass(frozen=True)
class Wish:
    """One way of asking: item, matter, mode; and the case that was opened for it."""

    item: Item
    matter: str
    mode: str
    number: str

    @property
    def wanted(self) -> set[str]:
        """The fields that this matter gets, or compares."""
        return set(CATALOGUE.matter(self.matter).listed(self.item.code, self.mode))

    def beyond(self) -> set[str]:
        """The marks that must turn up nowhere: of the fields that were not asked for; of a compare all."""
        return {mark for name, mark in marks_of(self.item).items() if self.mode == "compare" or name not in self.wanted}

    def within(self) -> set[str]:
        """The marks that the asker gets."""
        return set(marks_of(self.item).values()) - self.beyond()


def marks_of(item: Item) -> dict[str, str]:
    """By field, what is on record; a choice has none, for the code of one says nothing by itself."""
    return {name: mark_of(item, field) for name, field in item.by_field.items() if field.kind != "choice"}


def mark_of(item: Item, field: RecordField) -> str:
    """A value of the field's kind that stands nowhere else."""
    place = PLACES[item.code, field.name]
    if field.kind == "date":
        return f"17{place // 28 % 100:02d}-11-{place % 28 + 1:02d}"
    if field.kind in ("number", "money"):
        return f"77{place:03d}77" + (".00" if field.kind == "money" else "")
    return f"QM{place:03d}Q"


def row_of(item: Item) -> dict[str, str]:
    """A whole record."""
    chosen = {name: field.choices[0].code for name, field in item.by_field.items() if field.choices}
    return {**marks_of(item), **chosen}


def hostile(item: Item) -> Any:
    """A handler that gives whatever it has, in every place of a finding."""

    def find(_records: object, questions: Sequence[Question]) -> list[Finding]:
        row = row_of(item)
        said = {"words": " ".join(row.values()), "values": {name: row[name] for name in row}, "evidence": {**row, "near": "all"}}
        return [recorded([row]).model_copy(update=said) for _ in questions]

    return SimpleNamespace(find=find, open_records=lambda _path: None)


def wishes() -> Iterator[tuple[Item, str, str, Question]]:
    """Every item with every matter that may ask it, in every way in which it may."""
    for item in ITEMS:
        for matter in CATALOGUE.matters.values():
            for mode in matter.modes_of(item.code):
                yield item, matter.code, mode, question(item, matter.code, mode)


def question(item: Item, matter: str, mode: str) -> Question:
    """A good question; of a compare with other values than are on record."""
    people = {role.role: PERSON if role.kind == "person" else FIRM for role in item.subjects if role.required}
    stated = {name: other_value(item.by_field[name]) for name in CATALOGUE.matter(matter).listed(item.code, "compare")}
    plain = {"item": item.code, "matter": matter, "mode": mode, "purpose": "x", "reference": "B-1", "subjects": people}
    return Question.model_validate({**plain, "details": stated if mode == "compare" else {}})


def other_value(field: RecordField) -> str:
    """What nobody's record says."""
    known = {"date": "1666-01-01", "number": "5", "money": "5.00", "choice": field.choices[-1].code if field.choices else ""}
    return known.get(field.kind, "nobody")


def opened(county: County) -> list[Wish]:
    """A case for each wish."""
    asked = [(item, matter, mode, ask(one, "bank", "asker", county.now)) for item, matter, mode, one in wishes()]
    with county.database.write() as session:
        known = {unit for (unit,) in session.execute(select(SQLModel.metadata.tables["unit"].c.code))}
        holders = {item.holder for item in ITEMS} - known
        session.add_all(Unit(code=code, name_zh=code, name_en=code, answers=True) for code in holders)
        session.flush()
        open_cases(session, [one for *_, one in asked], county.now, RULEBOOK)
    return [Wish(item, matter, mode, one.number) for item, matter, mode, one in asked]


def answers_of_agents(county: County, folder: Path) -> tuple[list[bytes], list[Letter]]:
    """What the agents of all holders send to these questions: as it lies at the transport, and as letters."""
    asked = [Letter.model_validate_json(_wire(one)) for one in county.letters("question")]
    post = EmbeddedTransport(f"embedded://{folder / 'letters.sqlite'}")
    try:
        post.declare(["findings", *{one.to for one in asked}])
        post.publish(asked)
        for unit in sorted({one.to.partition(".")[2] for one in asked}):
            _answer(unit, folder)
        deliveries = post.receive("findings", 1000, 0)
        post.ack(deliveries)
    finally:
        post.close()
    sent = [(one.wire, one.letter) for one in deliveries if one.letter and one.letter.kind == "finding"]
    return [wire for wire, _ in sent], [letter for _, letter in sent]


def _wire(one: Any) -> bytes:
    return Letter(id=one.id, kind=one.kind, to=one.to_queue, about=one.about, body=_body(one), posted_at=one.posted_at).wire()


def _body(one: Any) -> dict[str, Any]:
    return dict(json.loads(one.body))


def _answer(unit: str, folder: Path) -> None:
    handlers = {item.code: hostile(item) for item in ITEMS if item.holder == unit}
    connect = lambda: EmbeddedTransport(f"embedded://{folder / 'letters.sqlite'}")  # noqa: E731
    agent = Agent(unit, connect, handlers, RecordPlace(folder), lambda: MONDAY)
    try:
        for _ in range(20):
            agent.answer_once()
    finally:
        agent.close()


def rows_of(session: Session) -> Iterator[tuple[str, str]]:
    """Every row of every table of the house, opened: what is encrypted on the disk as well."""
    own = all_tables().tables.keys()  # tests of other rooms have tables of their own
    mappers = [one for one in SQLModel._sa_registry.mappers if one.local_table.key in own]
    for mapper in sorted(mappers, key=lambda one: one.class_.__name__):
        names = [one.key for one in mapper.column_attrs]
        for row in session.execute(select(mapper.class_)).scalars():
            yield mapper.class_.__name__, repr([getattr(row, name) for name in names])


def text_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF, without blanks and places to break."""
    tool = shutil.which("pdftotext")
    assert tool, "poppler-utils reads the receipts in these tests"
    (folder / "one.pdf").write_bytes(pdf)
    text = subprocess.run([tool, "-raw", str(folder / "one.pdf"), "-"], capture_output=True, check=True, text=True).stdout
    return "".join(text.replace("\u200b", "").split())
