"""How many certificates of the directory have which class, and how many papers of a year they are."""

from dataclasses import dataclass

from sqlmodel import Session

from cases.certificates.certificate import CertificateClass
from cases.certificates.directory import all_certificates


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many certificates have this class ('': none yet), and the papers of a year as far as somebody has said how many."""

    certificate_class: str
    certificates: int
    papers: int


def class_counts(session: Session) -> tuple[ClassCount, ...]:
    """Of each class in its order; those not classified yet come last."""
    there = all_certificates(session)
    found = []
    for code in (*(one.value for one in CertificateClass), ""):
        of = [one for one in there if one.certificate_class == code]
        found.append(ClassCount(code, len(of), sum(one.yearly_volume for one in of)))
    return tuple(found)
