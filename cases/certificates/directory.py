"""Reading the directory: all certificates, or one. Remembered for half a second, and read anew at once after a change here."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from cases.certificates.certificate import Certificate
from cases.certificates.taking import takings_of as takings_of
from storage.problem import N_, FieldFault, Problem
from storage.remembered import remembered

NO_CERTIFICATE = N_("There is no such certificate in the directory.")


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


def _read(session: Session) -> dict[str, Certificate]:
    """In objects of their own that belong to no session: several threads look at them."""
    table = SQLModel.metadata.tables["certificate"]
    rows = session.execute(select(table).order_by(col(Certificate.code))).mappings()
    return {row["code"]: Certificate(**row) for row in rows}
