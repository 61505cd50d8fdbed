"""Roster sheets: areas and contacts from XLSX or CSV, checked and turned into a plan, then written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.sql.expression import bindparam
from sqlmodel import Session, col, select

from cases.names import comparison_form
from contacts.phone_numbers import normalise
from contacts.roster import areas as area_book
from contacts.roster import roster
from contacts.roster.namesakes import Who, match_rows, who_of
from contacts.roster.roster import Area, AreaKind, Contact, ContactEntry, Role
from storage.json import Json
from storage.problem import RosterProblem
from storage.sheets.cells import Column, Kind
from storage.sheets.rows import Row, RowFault, SheetKind, repeated

N_ = str
NAMED_ANYWAY = ("area", "code", "name")  # every line of a preview says these
KINDS = {AreaKind.TOWN.value: ("镇街", "街道", "镇"), AreaKind.COMMUNITY.value: ("社区", "村")}
ROLES = {
    Role.SECRETARY.value: ("书记",), Role.DIRECTOR.value: ("主任",), Role.DEPUTY.value: ("副主任", "副书记", "副职"),
    Role.MEMBER.value: ("委员", "成员"),
}  # fmt: skip
# No county's code begins with a zero: a number cell has lost nothing of it.
AREAS = SheetKind("areas", "区域", "Areas", (
    Column("code", "区域代码", "Area code", Kind.CODE, True, N_("The county's code, such as 330782001001."),
           most=32, from_number=True),
    Column("name", "区域名称", "Area name", required=True, most=64),
    Column("parent", "上级区域代码", "Code of the area above", Kind.CODE, hint=N_("Empty for a town."), default=None,
           most=32, from_number=True, empty_says_nothing=True),
    Column("kind", "区域类型", "Kind of area", Kind.CHOICE, default="community", choices=KINDS, empty_says_nothing=True),
), ("code",))  # fmt: skip
CONTACTS = SheetKind("contacts", "联系人", "Contacts", (
    Column("area", "区域", "Area", Kind.CODE, True, N_("The code of the area, or its name."), most=64, from_number=True),
    Column("name", "姓名", "Name", required=True, most=64),
    Column("role", "职务", "Role", Kind.CHOICE, default="secretary", choices=ROLES, empty_says_nothing=True),
    Column("phone", "电话", "Phone", Kind.PHONE, hint=N_("A mobile takes texts; a landline is only rung."), most=32,
           empty_says_nothing=True),
    Column("place_in_order", "顺序", "Place in order", Kind.WHOLE, hint=N_("1 is asked first."), default=1,
           empty_says_nothing=True),
    Column("note", "备注", "Note", most=500, empty_says_nothing=True),
    Column("left_on", "离任日期", "Left on", Kind.DAY, default=None, empty_says_nothing=True),
    Column("away_until", "休假至", "Away until", Kind.DAY, default=None, empty_says_nothing=True),
), ("area", "name"))  # fmt: skip

NO_AREA = N_("The roster has no such area.")
TWO_AREAS = N_("Several areas have this name; write the code.")
ODD_PLACE = N_("This must be a whole number from 1 to {most}.")
RETIRED = N_("This area was retired. Bring it back first.")
ODD_CODE = N_("An area's code has letters, digits and hyphens, among them at least one digit.")


@dataclass
class RosterPlan:
    """What an import would do; `rows` says it row by row for the preview, `unchanged` which rows say nothing new."""

    new_areas: list[dict[str, Any]] = field(default_factory=list)
    changed_areas: list[dict[str, Any]] = field(default_factory=list)
    adds: list[ContactEntry] = field(default_factory=list)
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    removes: list[int] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    unchanged: list[tuple[str, int]] = field(default_factory=list)

    @property
    def same(self) -> int:
        """How many rows say what the roster says already."""
        return len(self.unchanged)

    def summary(self) -> Json:
        """The figures and the rows of a preview."""
        added, changed = len(self.adds) + len(self.new_areas), len(self.changes) + len(self.changed_areas)
        return {"added": added, "changed": changed, "removed": len(self.removes), "same": self.same, "rows": self.rows}

    def without(self, faults: Iterable[RowFault]) -> None:
        """Leaves out the rows that have a fault: a row is told as one thing alone."""
        bad = {(fault.sheet, fault.row) for fault in faults}
        self.rows = [line for line in self.rows if (line["sheet"], line["row"]) not in bad]
        self.unchanged = [row for row in self.unchanged if row not in bad]


def plan(
    session: Session, areas: Sequence[Row], contacts: Sequence[Row], complete: bool = False
) -> tuple[RosterPlan, list[RowFault]]:
    """What these rows would change, and what is wrong with them. Two queries for any number of rows.

    With `complete` the sheet holds everybody of the areas that it names: whoever is missing there is taken off the roster.
    """
    made = RosterPlan()
    faults = [*repeated(areas, AREAS.key)]
    known = {area.code: area for area in session.exec(select(Area))}
    faults += _plan_areas(made, areas, known)
    used = [area for area in known.values() if area.retired_at is None]
    names = _codes_by_name([*used, *(Area(**row.values) for row in areas)])
    misplaced = {id(row): fault for row in contacts if (fault := _place(row, names))}
    placed = [row for row in contacts if id(row) not in misplaced]
    faults += [*misplaced.values(), *_plan_contacts(made, session, placed, complete)]
    made.without(faults)
    return made, faults


def _plan_areas(made: RosterPlan, rows: Sequence[Row], known: Mapping[str, Area]) -> Iterable[RowFault]:
    codes = {*known, *(row.values["code"] for row in rows)}
    for row in rows:
        values, old = row.values, known.get(row.values["code"])
        if not area_book.CODE.fullmatch(values["code"]):
            yield row.fault("code", ODD_CODE)
        if old is not None and old.retired_at is not None:
            yield row.fault("code", RETIRED)
        if values.get("parent") and (values["parent"] not in codes or values["parent"] == values["code"]):
            yield row.fault("parent", NO_AREA)
        if old is None:
            made.new_areas.append({"parent": None, "kind": "community", **values})
            made.rows.append(_line(row, "add", _new(row)))
        elif changed := {name: value for name, value in values.items() if getattr(old, name) != value}:
            made.changed_areas.append({**old.model_dump(), **values})
            made.rows.append(_line(row, "change", {name: (getattr(old, name), value) for name, value in changed.items()}))
        else:
            made.unchanged.append((row.sheet, row.number))


def _codes_by_name(areas: Iterable[Area]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for area in areas:
        names.setdefault(area.code, set()).add(area.code)
        names.setdefault(area.name, set()).add(area.code)
    return names


def _place(row: Row, names: Mapping[str, set[str]]) -> RowFault | None:
    """Puts the area's code in place of its name."""
    found = names.get(row.values["area"], set())
    if len(found) != 1:
        return row.fault("area", TWO_AREAS if found else NO_AREA)
    row.values["area"] = next(iter(found))
    return None


def _plan_contacts(made: RosterPlan, session: Session, rows: Sequence[Row], complete: bool) -> Iterable[RowFault]:
    areas = {row.values["area"] for row in rows}
    there = session.exec(select(Contact).where(col(Contact.area).in_(areas), col(Contact.active))).all()
    good = []
    for row in rows:
        try:
            if "phone" in row.values:
                row.values["phone"] = normalise(row.values["phone"])
        except RosterProblem as wrong:
            yield row.fault(wrong.field, wrong.message, **wrong.params)
            continue
        if not 1 <= row.values.get("place_in_order", 1) <= roster.MOST_PLACE:
            yield row.fault("place_in_order", ODD_PLACE, most=roster.MOST_PLACE)
            continue
        good.append(row)
    unclear, matches = {who_of(row) for row in rows} - {who_of(row) for row in good}, match_rows(good, there)
    for row, about in matches:
        if isinstance(about, RowFault):
            unclear.add(who_of(row))
            yield about
        else:
            _plan_contact(made, row, about)
    if complete:
        staying = {about.id for _, about in matches if isinstance(about, Contact)}
        _plan_removes(made, [contact for contact in there if contact.id not in staying], unclear)


def _plan_removes(made: RosterPlan, gone: Sequence[Contact], unclear: Collection[Who]) -> None:
    for contact in gone:
        if (contact.area, comparison_form(contact.name)) not in unclear:
            made.removes.append(contact.id or 0)
            fields = {"role": (contact.role, None), "phone": (contact.phone, None)}
            made.rows.append(_line(Row("", 0, {"area": contact.area, "name": contact.name}), "remove", fields))


def _plan_contact(made: RosterPlan, row: Row, old: Contact | None) -> None:
    if old is None:
        made.adds.append(ContactEntry.model_validate(row.values))
        made.rows.append(_line(row, "add", _new(row)))
    elif changed := {name: value for name, value in row.values.items() if getattr(old, name) != value}:
        made.changes[old.id or 0] = changed
        made.rows.append(_line(row, "change", {name: (getattr(old, name), value) for name, value in changed.items()}))
    else:
        made.unchanged.append((row.sheet, row.number))


def _new(row: Row) -> dict[str, tuple[object, object]]:
    return {name: (None, value) for name, value in row.values.items() if value not in (None, "") and name not in NAMED_ANYWAY}


def _line(row: Row, what: str, fields: Mapping[str, tuple[object, object]]) -> Json:
    shown = {name: {"before": _shown(before), "after": _shown(after)} for name, (before, after) in fields.items()}
    area = row.values.get("area") or row.values.get("code")
    return {
        "sheet": row.sheet,
        "row": row.number,
        "what": what,
        "area": area,
        "name": row.values["name"],
        "fields": shown,
        "of": "area" if "code" in row.values else "contact",
    }


def _shown(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def apply(session: Session, made: RosterPlan, who: str, now: datetime) -> None:
    """Writes a plan without faults, each change of an area or a contact noted."""
    area_book.note_sheet(session, (), made.changed_areas, who, now)
    if made.new_areas:
        # Parents may stand further down in the sheet, or have a parent themselves: first all rows, then who belongs to whom.
        session.execute(insert(Area), [{**area, "parent": None} for area in made.new_areas])
    moved = [*made.changed_areas, *(area for area in made.new_areas if area["parent"])]
    if moved:
        rows = [{"b_code": a["code"], **{name: a[name] for name in ("name", "parent", "kind")}} for a in moved]
        session.connection().execute(update(Area).where(col(Area.code) == bindparam("b_code")), rows)
    area_book.note_sheet(session, made.new_areas, (), who, now)
    if made.adds:
        roster.add_all(session, made.adds, who, now)
    if made.changes:
        roster.change_all(session, made.changes, who, now)
    if made.removes:
        roster.remove_all(session, made.removes, who, now)
