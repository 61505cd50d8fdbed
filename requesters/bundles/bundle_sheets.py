"""Sheets of bundles: one row a person, a customer number joins rows; the columns, and rows as bundles.

Purpose and file number stand in the first row of a customer, or in each alike.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.bundles.bundle_kind import BundleKind, BundleRole
from cases.bundles.loading import documents_of, field_detail
from cases.catalogue.catalogue import Catalogue
from cases.documents.known_kinds import CITIZENS, KINDS
from cases.rulebook import Rulebook
from requesters.ask.submit import OWN_KEYS
from requesters.batches.batch_columns import COUNTRY_HINT, DETAIL_KINDS, KIND_HINT, with_document
from requesters.batches.batches import Sender, Sheet
from requesters.bundles.opening import BundleSubmission, read_request
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.sheets.cells import BadCell, Column, Kind, read_cell
from storage.sheets.rows import Row, SheetKind

OTHER_WORDS = N_("This row says something else here than row {first} of the same customer.")
NOT_OF_ROLE = N_("Somebody in this role has no such field.")
PERSON = ("name", "id_number", "credit_code", "other_name")
CUSTOMER = "customer"
WHOLE = ("purpose", "reference")  # what holds for all rows of a customer


def bundle_sheet_kind(kind: BundleKind, catalogue: Catalogue) -> SheetKind:
    """The sheet of bundles of this kind."""
    roles = {role.role: (role.label.zh, role.label.en) for role in kind.roles}
    kinds = {role.kind for role in kind.roles}
    numbers = [Column("id_number", "身份证号", "ID number", Kind.ID)] if "person" in kinds else []
    numbers += [Column("credit_code", "统一社会信用代码", "Credit code", Kind.CODE)] if "enterprise" in kinds else []
    columns = [
        Column(CUSTOMER, "客户号", "Customer", required=True, hint=N_("Rows with the same number are one bundle."), most=64),
        Column("role", "角色", "Role", Kind.CHOICE, True, choices=roles),
        Column("name", "姓名或名称", "Name", required=True, most=64),
        *numbers,
        *_document_columns(kind, catalogue),
        *_field_columns(kind, catalogue),
        Column("purpose", "用途", "Purpose", hint=N_("Needed in the first row of each customer."), most=200),
        Column(
            "reference",
            "业务编号",
            "Reference",
            hint=N_("The file number of your own case; in the first row of each customer."),
            most=64,
        ),
    ]
    return SheetKind(kind.code, kind.title.zh, kind.title.en, columns, ())


def _document_columns(kind: BundleKind, catalogue: Catalogue) -> Iterable[Column]:
    """What people without a resident ID card need beside the number, where some role of the bundle takes them."""
    taken = dict.fromkeys(code for role in kind.roles for code in documents_of(kind, role.role, catalogue))
    if set(taken) <= set(CITIZENS):
        return
    kinds = {code: (KINDS[code].title.zh, KINDS[code].title.en) for code in taken}
    yield Column("document.kind", "证件种类", "Document", Kind.CHOICE, hint=KIND_HINT, choices=kinds)
    yield Column("document.country", "签发国家", "Country", hint=COUNTRY_HINT, most=64)
    yield Column("other_name", "其他文字姓名", "Name in other letters", most=64)


def _field_columns(kind: BundleKind, catalogue: Catalogue) -> Iterable[Column]:
    """One column for each field of a role; a field of that name in several roles has one for each."""
    for role in kind.roles:
        for field in role.fields:
            detail = field_detail(kind, role.role, field, catalogue)
            choices = {choice.code: (choice.zh, choice.en) for choice in detail.choices}
            counts, label = detail.kind in ("year", "number"), field.label
            zh, en = f"{role.label.zh}：{label.zh}", f"{role.label.en}: {label.en}"
            yield Column(
                f"details.{role.role}.{field.name}",
                zh,
                en,
                DETAIL_KINDS[detail.kind],
                most=200,
                from_number=counts,
                choices=choices,
            )


@dataclass(frozen=True, slots=True)
class Customer:
    """The rows of one customer as a bundle in plain data, and in which row each person stands."""

    number: str
    first: int
    rows: Sequence[int]
    data: Json
    places: Mapping[str, int]  # row by person: `heir.1`


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One fault of a sheet: in which row, of which customer, which field and why."""

    row: int
    customer: str
    fault: FieldFault


def customers_of(rows: Iterable[Row], kind: BundleKind) -> tuple[list[Customer], list[SheetFault]]:
    """The rows joined by customer number, in the order of their first rows, and where rows of a customer contradict each other."""
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        by_number.setdefault(str(row.values[CUSTOMER]), []).append(row)
    customers, faults = list[Customer](), list[SheetFault]()
    for number, mine in by_number.items():
        wrong = [*_contradicting(number, mine), *_misplaced(number, mine, kind)]
        faults += wrong
        if not wrong:
            customers.append(_customer(number, mine, kind))
    return customers, faults


def _contradicting(number: str, rows: Sequence[Row]) -> Iterable[SheetFault]:
    for name in WHOLE:
        said = [(row.number, row.values[name]) for row in rows if row.values.get(name)]
        for place, value in said[1:]:
            if value != said[0][1]:
                yield SheetFault(place, number, FieldFault(name, "other_words", OTHER_WORDS, {"first": said[0][0]}))


def _misplaced(number: str, rows: Sequence[Row], kind: BundleKind) -> Iterable[SheetFault]:
    for row in rows:
        for path, value in row.values.items():
            if value and path.startswith("details.") and path.split(".")[1] != row.values["role"]:
                yield SheetFault(row.number, number, FieldFault(path, "unknown_field", NOT_OF_ROLE))


def _customer(number: str, rows: Sequence[Row], kind: BundleKind) -> Customer:
    people, places = dict[str, list[Json]](), dict[str, int]()
    for row in rows:
        role = kind.by_role[row.values["role"]]
        named = people.setdefault(role.role, [])
        places[f"{role.role}.{len(named)}"] = row.number
        named.append(_person(row, role))
    whole = {name: next((row.values[name] for row in rows if row.values.get(name)), "") for name in WHOLE}
    data = {"kind": kind.code, "people": people, **whole}
    return Customer(number, rows[0].number, [row.number for row in rows], data, places)


def _person(row: Row, role: BundleRole) -> Json:
    told: dict[str, Any] = {name: row.values[name] for name in PERSON if row.values.get(name)}
    document = {name: row.values[f"document.{name}"] for name in ("kind", "country") if row.values.get(f"document.{name}")}
    told = with_document(told | ({"document": document} if document else {}))
    fields = {field.name: row.values.get(f"details.{role.role}.{field.name}") for field in role.fields}
    return told | {"details": {name: str(value) for name, value in fields.items() if value not in ("", None)}}


def read_customers(
    customers: Iterable[Customer], sheet: str, sender: Sender, now: datetime, rulebook: Rulebook
) -> tuple[dict[str, BundleSubmission], list[SheetFault]]:
    """By customer number what is to be asked, and what is wrong with the others."""
    good, faults = dict[str, BundleSubmission](), list[SheetFault]()
    for one in customers:
        try:
            request = read_request(one.data, now, rulebook)
        except Problem as problem:
            faults += faults_in(one, problem)
            continue
        good[one.number] = BundleSubmission(request, sender.unit, sender.username, key_for(sheet, one), sheet)
    return good, faults


def faults_in(one: Customer, problem: Problem) -> list[SheetFault]:
    """What is wrong with a customer, each fault in the row of the person whom it is about."""
    found = list[SheetFault]()
    for fault in problem.faults:
        parts = fault.field.split(".")
        row = one.places.get(".".join(parts[1:3]), one.first) if parts[0] == "people" else one.first
        found.append(SheetFault(row, one.number, fault))
    return found


def digest_of(content: bytes, unit: str, kind: str) -> str:
    """By what a sheet is known: the same file sent again by the same unit is the same sheet."""
    return hashlib.sha256(b"\0".join([unit.encode(), kind.encode(), content])).hexdigest()[:32]


def key_for(sheet: str, one: Customer) -> str:
    """The key of a customer's bundle: a sheet that is sent again asks nothing twice."""
    told = hashlib.sha256(one.number.encode()).hexdigest()[:32]
    return f"{OWN_KEYS}{sheet}:{told}"


def cell_faults(sheet: Sheet, kind: SheetKind) -> list[SheetFault]:
    """Cells that could not be read and rows that were not, each with the customer as far as the row names one."""
    column = next(column for column in kind.columns if column.field == CUSTOMER)
    nameless = {one.row for one in sheet.faults if one.field == CUSTOMER}
    found = list[SheetFault]()
    for one in sheet.faults:
        customer = "" if one.row in nameless else _customer_in(sheet.cells.get(one.row, {}), column)
        found.append(SheetFault(one.row, customer, FieldFault(one.field, "bad_cell", one.message, one.params)))
    return [*found, *(SheetFault(one.row, "", FieldFault("", "not_read", one.message, one.params)) for one in sheet.left_out)]


def _customer_in(cells: Mapping[str, str], column: Column) -> str:
    try:
        return str(read_cell(cells.get(CUSTOMER, ""), column))
    except BadCell:
        return ""
