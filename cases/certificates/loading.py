"""Certificates from TOML files into the directory: those that it does not know yet. What it knows is kept in the browser."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, SQLModel, select

from cases.catalogue.catalogue import OURS, CatalogueProblem, read_all
from cases.certificates.certificate import Certificate, plain
from cases.certificates.certificate_file import CertificateFile
from cases.certificates.checks import checked
from cases.certificates.history import ChangeState
from cases.certificates.taking import ANYBODY
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import insert_rows
from storage.json import Json
from storage.problem import Problem

WHO = "load"


def read_certificates(rulebook: Rulebook, folders: Sequence[Path] = ()) -> dict[str, CertificateFile]:
    """The packaged files and those in `certificates` of each folder, by code; a city's takes the place of ours. Raises
    CatalogueProblem.

    They may lie in folders of any names within `certificates`.
    """
    files = _files(OURS)
    for folder in folders:
        files |= _files(folder)
    for file, one in files.values():
        if faults := [*_row_faults(one, rulebook), *_matter_faults(one, rulebook.catalogue.matters)]:
            raise CatalogueProblem(file, *faults)
    return {code: one for code, (_, one) in files.items()}


def _files(place: Path) -> dict[str, tuple[Path, CertificateFile]]:
    """Those of `certificates` in this place and of the folders in it, by code."""
    found: dict[str, tuple[Path, CertificateFile]] = {}
    root = place / "certificates"
    for folder in [root, *sorted(one for one in root.rglob("*") if one.is_dir())]:
        for code, (file, one) in read_all([folder], ".", CertificateFile).items():
            if code in found and found[code][0] != file:
                raise CatalogueProblem(file, ("code", f"is taken by {found[code][0]}; choose another"))
            found[code] = (file, one)
    return found


def _row_faults(one: CertificateFile, rulebook: Rulebook) -> list[tuple[str, str]]:
    try:
        checked(one.row(), rulebook)
    except Problem as problem:
        return [(fault.field, fault.words()) for fault in problem.faults]
    return []


def _matter_faults(one: CertificateFile, known: Collection[str]) -> Iterator[tuple[str, str]]:
    for code in one.matters:
        if code not in known:
            yield "matters", f'there is no matter "{code}"; known are {", ".join(sorted(known))}'


def fill_directory(session: Session, rulebook: Rulebook, folders: Sequence[Path], now: datetime) -> list[str]:
    """Adds the certificates of the files that are not in the directory; their codes. Raises CatalogueProblem.

    A few statements for any number. A file that changes later changes nothing: what the reform office decided since then stays.
    """
    files = read_certificates(rulebook, folders)
    there = set(session.exec(select(Certificate.code)))
    new = [one for code, one in files.items() if code not in there]
    if new:
        tables, rows = SQLModel.metadata.tables, [checked(one.row(), rulebook) for one in new]
        insert_rows(session, tables["certificate"], [row.model_dump() for row in rows])
        takings = [
            {"certificate": one.code, "unit": ANYBODY, "matter": matter, "yearly_volume": 0}
            for one in new
            for matter in one.matters
        ]
        insert_rows(session, tables["certificate_taking"], takings)
        insert_rows(session, tables["certificate_change"], [_first_change(row, now) for row in rows])
        details = {"certificates": len(new)}
        trail.write(session, [TrailLine(now, "load", "person", WHO, details=details)])
    return [one.code for one in new]


def _first_change(row: Certificate, now: datetime) -> Json:
    told = {name: value for name, value in row.model_dump(exclude={"version", "code"}).items() if value}
    fixed: Json = {"before": {}, "reason": "", "decided_by": "", "decided_at": None, "decided_note": ""}
    of = {"certificate": row.code, "state": ChangeState.MADE.value, "who": WHO, "at": now}
    return {**of, **fixed, "after": plain(told), "document": row.document}
