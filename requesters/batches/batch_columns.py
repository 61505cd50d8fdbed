"""The columns of a batch of an item's questions: which there are, a row as a question, and a row as somebody typed it."""

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from cases.catalogue.catalogue import Catalogue
from cases.catalogue.detail import Detail
from cases.catalogue.item import Item
from cases.catalogue.role import Role
from cases.documents.known_kinds import KINDS, RESIDENT
from storage.json import Json
from storage.problem import N_
from storage.sheets.cells import Column, Kind
from storage.sheets.rows import SheetKind
from storage.sheets.table import Cell, Spoilt, Table
from web.words.document_words import read_country

DETAIL_KINDS = {"text": Kind.TEXT, "choice": Kind.CHOICE, "year": Kind.CODE, "date": Kind.DAY, "number": Kind.CODE}
DETAIL_KINDS |= {"money": Kind.CODE, "id": Kind.CODE}
MODES = {"query": ("查询登记内容", "the fields on record"), "compare": ("比对所填内容", "compare what is stated")}
MODE_HINT = N_("Whether you want the fields on record, or to compare what you state.")
NUMBERS = {"id_number": (Kind.ID, "身份证号", "ID number"), "credit_code": (Kind.CODE, "统一社会信用代码", "credit code")}
WHY = Column(
    "why", "为什么不能提问", "Why it cannot be asked", most=4000
)  # stands in the sheet of bad rows; what is in it is not read
KIND_HINT = N_("Which document the number is of. Empty: a resident ID card.")
COUNTRY_HINT = N_("Of a passport: the country that issued it, by three letters such as USA or by its name.")
IN_COLUMN = N_("{column}: {what}")


def batch_kind(item: Item, catalogue: Catalogue, granted: Container[tuple[str, str]] | None = None) -> SheetKind:
    """The sheet of questions about this item. A column's field is the path of the question's field.

    With `granted`, the (item, matter) pairs that a unit may ask, it offers no other matters.
    """
    asked = [m for m in catalogue.matters.values() if catalogue.allows(m.code, item.code)]
    matters = {m.code: (m.title.zh, m.title.en) for m in asked if granted is None or (item.code, m.code) in granted}
    columns = [
        Column("matter", "办理事项", "Matter", Kind.CHOICE, True, choices=matters),
        Column("purpose", "用途", "Purpose", required=True, most=200),
        Column("reference", "业务编号", "Reference", required=True, hint=N_("The file number of your own case."), most=64),
        *([Column("mode", "查询方式", "How", Kind.CHOICE, hint=MODE_HINT, choices=MODES)] if item.is_query else []),
        *(column for role in item.subjects for column in _role_columns(role)),
        *(_detail_column(detail) for detail in item.details),
        Column("year", "年份", "Year", Kind.WHOLE, hint=N_("When the asked fact is said to have happened."), default=None),
        *(column for role in item.subjects if role.takes_others for column in _other_columns(role)),
    ]
    return SheetKind(item.code, item.title.zh, item.title.en, columns, ())


def _role_columns(role: Role) -> list[Column]:
    kind, zh, en = NUMBERS[role.number_field]
    path, label = f"subjects.{role.role}", role.label
    name = Column(f"{path}.name", f"{label.zh}姓名" if kind == Kind.ID else f"{label.zh}名称", f"{label.en}: name",
                  required=role.required, most=64)  # fmt: skip
    number = Column(f"{path}.{role.number_field}", f"{label.zh}{zh}", f"{label.en}: {en}", kind, role.required)
    return [name, number]


def _other_columns(role: Role) -> list[Column]:
    """What a person without a resident ID card needs beside the number. Sheets without these columns are as right as before."""
    path, label = f"subjects.{role.role}", role.label
    kinds = {code: (KINDS[code].title.zh, KINDS[code].title.en) for code in role.documents}
    return [
        Column(f"{path}.document.kind", f"{label.zh}证件种类", f"{label.en}: document", Kind.CHOICE, hint=KIND_HINT, choices=kinds),
        Column(f"{path}.document.country", f"{label.zh}签发国家", f"{label.en}: country", hint=COUNTRY_HINT, most=64),
        Column(f"{path}.other_name", f"{label.zh}其他文字姓名", f"{label.en}: name in other letters", most=64),
    ]


def _detail_column(detail: Detail) -> Column:
    choices = {choice.code: (choice.zh, choice.en) for choice in detail.choices}
    kind, label = DETAIL_KINDS[detail.kind], detail.label
    counts = detail.kind in ("year", "number", "money")
    path = f"details.{detail.name}"
    return Column(path, label.zh, label.en, kind, detail.required, most=200, from_number=counts, choices=choices)


def question_in(values: Json, item: Item) -> Json:
    """A row's values as a question in plain data: paths become groups, blank cells are left out."""
    question: dict[str, Any] = {"item": item.code, "subjects": {}, "details": {}}
    for path, value in values.items():
        if value in ("", None) or path == WHY.field:
            continue
        *groups, name = path.split(".")
        place = question
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value if isinstance(value, int | str) else str(value)
    question["subjects"] = {role: with_document(subject) for role, subject in question["subjects"].items()}
    return question


def with_document(subject: Json) -> Json:
    """A number beside which another kind of document stands is of that document."""
    document = dict(subject.get("document", {}))
    if not document.get("kind") or document["kind"] == RESIDENT:
        return {name: value for name, value in subject.items() if name != "document" or document.get("country")}
    country = {"country": read_country(document["country"])} if document.get("country") else {}
    rest = {name: value for name, value in subject.items() if name not in ("id_number", "document")}
    return {**rest, "document": {**document, **country, "number": subject.get("id_number", "")}}


def typed_cells(table: Table, kind: SheetKind, rows: Iterable[int]) -> dict[int, dict[str, str]]:
    """The cells of these rows as somebody typed them, by row and field: for a sheet of rows to be put right."""
    fields = [next((column.field for column in kind.columns if column.named(head)), "") for head in table.header]
    wanted = set(rows)
    return {n: {f: _as_typed(cell) for f, cell in zip(fields, cells, strict=False) if f} for n, cells in table.rows if n in wanted}


def _as_typed(cell: Cell) -> str:
    if isinstance(cell, Spoilt):
        return ""  # somebody must say what belongs there; the reason stands beside it
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else str(int(cell) if whole and isinstance(cell, float) else cell)[:4000]


def people_in(cells: Mapping[str, str], kind: SheetKind) -> str:
    """Whom a row that could not be asked was about, as somebody typed it: what tells it from the rows beside it."""
    names = (cells.get(column.field, "") for column in kind.columns if column.field.endswith(".name"))
    return "、".join(filter(None, names))


def reasons_in(faults: Iterable[Json], kind: SheetKind, say: Callable[..., str], locale: str) -> str:
    """Why a row was not asked, each reason with the heading of its column."""
    titles = {column.field: column.title(locale) for column in kind.columns}
    titles |= {field.replace(".id_number", ".document.number"): title for field, title in titles.items()}  # one column for both
    told = ((titles.get(fault["field"], ""), say(locale, fault["message"], **fault["params"])) for fault in faults)
    return " ".join(say(locale, IN_COLUMN, column=column, what=what) if column else what for column, what in told)
