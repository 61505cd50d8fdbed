"""Certificates from loaded sheets: what is wrong with a row, what is written, and what waits for a second person.

A new certificate is written with its class. What replaces one that is known already is not changed by a sheet: where a row says
otherwise a change is proposed, in the name of the load, and somebody of the reform office confirms or declines it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from cases.certificates.certificate import DECIDED, Certificate, plain
from cases.certificates.changes import Editor
from cases.certificates.checks import checked
from cases.certificates.history import CertificateChange, ChangeState
from cases.certificates.taking import CertificateTaking
from cases.rulebook import Rulebook
from deploy.load.certificate_columns import CERTIFICATES, TAKINGS
from deploy.load.merging import Merged, ValueChange, merge
from deploy.load.sheets import Sheets
from storage.bulk_rows import insert_rows, update_rows
from storage.json import Json
from storage.problem import N_, Problem
from storage.sheets.rows import Row, RowFault, repeated

WHO = "load"
LISTS = ("keywords", "items")
NO_CERTIFICATE = N_("There is no such certificate, neither in the directory nor in these sheets.")
WAITS = N_("What replaces this certificate is not changed by a sheet: the change waits for somebody of the reform office.")
WAITS_ALREADY = N_("Another change of this certificate waits for its second person. What this row says was left out.")
NO_UNIT = N_("There is no such unit, neither in the house nor in these sheets.")
FROM_A_SHEET = N_("From a sheet")


@dataclass(frozen=True, slots=True)
class Loader:
    """Who acts in the history for a load."""

    username: str = WHO
    unit: str = ""


@dataclass
class Told:
    """What was done with the rows; `notes`: rows of which something waits for a second person."""

    merged: Merged
    notes: list[RowFault] = field(default_factory=list)


def row_of(values: Mapping[str, Any]) -> Json:
    """A row of the sheet as the table has it; a column that the sheet does not have is not named."""
    lists = {name: [word for word in re.split(r"[,，;；、|\n]+", values[name]) if word.strip()] for name in LISTS if name in values}
    return {**values, **{name: [word.strip() for word in words] for name, words in lists.items()}}


def check_certificates(session: Session, sheets: Sheets, units: Collection[str], rulebook: Rulebook) -> Iterator[RowFault]:
    """Every fault of the rows about certificates. One query; `units` are those of the house and these sheets."""
    rows, takings = sheets["certificates"], sheets["certificate_takings"]
    yield from repeated(rows, CERTIFICATES.key)
    yield from repeated(takings, TAKINGS.key)
    if not rows and not takings:
        return
    there = _known(session)
    for row in rows:
        try:
            checked(_whole(row, there), rulebook)
        except Problem as problem:
            yield from (row.fault(one.field.partition(".")[0], one.message, **one.params) for one in problem.faults)
    codes = {*there, *(row.values["code"] for row in rows)}
    for row in takings:
        if row.values["certificate"] not in codes:
            yield row.fault("certificate", NO_CERTIFICATE)
        if row.values["unit"] not in units:
            yield row.fault("unit", NO_UNIT)


def _known(session: Session) -> dict[str, Json]:
    return {one.code: one.model_dump() for one in session.exec(select(Certificate))}


def _whole(row: Row, there: Mapping[str, Json]) -> Json:
    return {**there.get(row.values["code"], {}), **row_of(row.values)}


def write_certificates(session: Session, rows: Sequence[Row], rulebook: Rulebook, now: datetime) -> Told:
    """Writes checked rows; a few statements, and a few for each certificate of which something is proposed."""
    there, told = _known(session) if rows else {}, Told(Merged(0, 0, 0))
    new, changes, proposals = [], dict[str, tuple[Json, Json]](), list[tuple[Row, Json]]()
    for row in rows:
        wished, before = checked(_whole(row, there), rulebook).model_dump(), there.get(row.values["code"])
        if before is None:
            new.append(wished)
            continue
        differing = {name: wished[name] for name in row_of(row.values) if wished[name] != before[name]}
        if any(name in DECIDED for name in differing):
            proposals.append((row, differing))
        elif differing:
            changes[row.values["code"]] = (before, differing)
    _insert(session, new, now)
    _update(session, changes, now)
    told.notes = _propose(session, proposals, rulebook, now)
    values = [
        ValueChange(code, name, before[name], value) for code, (before, after) in changes.items() for name, value in after.items()
    ]
    told.merged = Merged(len(new), len(changes), len(rows) - len(new) - len(changes), values)
    return told


def _insert(session: Session, new: Sequence[Json], now: datetime) -> None:
    insert_rows(session, SQLModel.metadata.tables["certificate"], new)
    nothing: Json = {}
    added = [(nothing, {name: value for name, value in row.items() if value and name not in ("code", "version")}) for row in new]
    _note(session, {row["code"]: change for row, change in zip(new, added, strict=True)}, now)


def _update(session: Session, changes: Mapping[str, tuple[Json, Json]], now: datetime) -> None:
    names = sorted({name for _, after in changes.values() for name in after})
    rows = [
        {"b_code": code, **{name: after.get(name, before[name]) for name in names}, "version": before["version"] + 1}
        for code, (before, after) in changes.items()
    ]
    update_rows(session, SQLModel.metadata.tables["certificate"], {"code": "b_code"}, rows)
    _note(session, {code: ({name: before[name] for name in after}, after) for code, (before, after) in changes.items()}, now)


def _note(session: Session, changes: Mapping[str, tuple[Json, Json]], now: datetime) -> None:
    fixed = {"state": ChangeState.MADE.value, "who": WHO, "at": now, "reason": FROM_A_SHEET}
    undecided = {"decided_by": "", "decided_at": None, "decided_note": ""}
    rows = [
        {
            **fixed,
            **undecided,
            "certificate": code,
            "before": plain(before),
            "after": plain(after),
            "document": after.get("document", ""),
        }
        for code, (before, after) in changes.items()
    ]
    insert_rows(session, SQLModel.metadata.tables["certificate_change"], rows)


def _propose(session: Session, wished: Sequence[tuple[Row, Json]], rulebook: Rulebook, now: datetime) -> list[RowFault]:
    """What one may change alone is changed, the rest proposed as a whole."""
    if not wished:
        return []
    session.flush()
    waiting = set(
        session.exec(select(CertificateChange.certificate).where(col(CertificateChange.state) == ChangeState.PROPOSED.value))
    )
    notes, editor = [], Editor(session, Loader(), now, rulebook)
    for row, differing in wished:
        code = row.values["code"]
        if code in waiting:
            notes.append(row.fault("certificate_class", WAITS_ALREADY))
            continue
        editor.save(code, differing, reason=FROM_A_SHEET)
        notes.append(row.fault("certificate_class", WAITS))
    return notes


def write_takings(session: Session, rows: Sequence[Row]) -> Merged:
    """Who takes which certificate for what."""
    return merge(session, CertificateTaking, [row.values for row in rows])
