"""Takings: the table of which unit takes which certificate for which matter, and how often a year."""

from collections.abc import Collection

from sqlmodel import Field, Session, SQLModel, col, func, select

ANYBODY = ""  # in place of a unit: whoever handles the matter


class CertificateTaking(SQLModel, table=True):
    """This unit takes this certificate for this matter. `matter` is a code of the catalogue, or words where it has none."""

    __tablename__ = "certificate_taking"

    certificate: str = Field(primary_key=True, foreign_key="certificate.code", max_length=40)
    unit: str = Field(default=ANYBODY, primary_key=True, max_length=32)
    matter: str = Field(primary_key=True, max_length=64)
    yearly_volume: int = Field(default=0, ge=0)


def takings_of(session: Session, codes: Collection[str]) -> dict[str, list[CertificateTaking]]:
    """Who takes each of these certificates for what, the most frequent first; one query."""
    found: dict[str, list[CertificateTaking]] = {code: [] for code in codes}
    order = (col(CertificateTaking.yearly_volume).desc(), col(CertificateTaking.unit), col(CertificateTaking.matter))
    for taking in session.exec(select(CertificateTaking).where(col(CertificateTaking.certificate).in_(codes)).order_by(*order)):
        found[taking.certificate].append(taking)
    return found


def yearly_of(session: Session) -> dict[str, int]:
    """By certificate how many papers a year the units say they take, as far as they say it; one query."""
    taking = CertificateTaking
    said = select(taking.certificate, func.sum(taking.yearly_volume)).where(taking.unit != ANYBODY)
    return {code: int(many) for code, many in session.exec(said.group_by(col(taking.certificate))) if many}
