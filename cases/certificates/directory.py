"""Reading the directory: all certificates, or one. Remembered for half a second, and read anew at once after a change here."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel, col

from cases.certificates.certificate import Certificate
from cases.certificates.taking import takings_of as takings_of
from storage.problem import N_, FieldFault, Problem
from storage.remembered import INFO, Memory, remembered

NO_CERTIFICATE = N_("There is no such certificate in the directory.")
_made: WeakKeyDictionary[Memory, tuple[tuple[Any, ...], Mapping[str, Certificate]]] = WeakKeyDictionary()


def directory(session: Session) -> Mapping[str, Certificate]:
    """Every certificate by code, in the order of the codes, those switched off too. Others read the same objects."""
    return remembered(session, "certificates", ("certificate",), [""], lambda _: {"": _read(session)})[""]


def all_certificates(session: Session, switched_off: bool = False) -> list[Certificate]:
    """The certificates in use, in the order of their codes; `switched_off`: the others as well. To be read, not changed."""
    return [one for one in directory(session).values() if one.active or switched_off]


def certificate_of(session: Session, code: str, in_use: bool = False) -> Certificate:
    """The certificate of this code, be it switched off unless `in_use`. To be read, not changed. Raises Problem (404)."""
    found = directory(session).get(code)
    if found is None or (in_use and not found.active):
        raise Problem([FieldFault("certificate", "unknown_certificate", NO_CERTIFICATE)], 404)
    return found


def _read(session: Session) -> Mapping[str, Certificate]:
    """In objects of their own that belong to no session: several threads look at them.

    Making them takes longer than reading them. So whoever only looks is given those made before, while no certificate came or has
    another version: every change makes that one more.
    """
    memory: Memory | None = session.info.get(INFO)
    if memory is None or not session.get_bind().get_execution_options().get("hecha_reading"):
        return _made_now(session)
    stamp = tuple(session.execute(select(func.count(), func.sum(col(Certificate.version))).select_from(Certificate)).one())
    known = _made.get(memory)
    if known is None or known[0] != stamp:
        known = _made[memory] = (stamp, _made_now(session))
    return known[1]


def _made_now(session: Session) -> dict[str, Certificate]:
    table = SQLModel.metadata.tables["certificate"]
    rows = session.execute(select(table).order_by(col(Certificate.code))).mappings()
    return {row["code"]: Certificate(**row) for row in rows}
