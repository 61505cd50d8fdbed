"""What units say they take becomes what stands in the directory: who takes which certificate for which matter, and how often."""

from collections.abc import Mapping

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from cases.certificates.taking import CertificateTaking
from cases.rulebook import Rulebook
from reform.survey.answer import SheetOf, SurveyAnswer, SurveyReturn
from reform.survey.names import SurveyName, name_form

LONGEST = 64


def renew_takings(session: Session, rulebook: Rulebook) -> None:
    """Writes the takings of every unit that has answered anew, from its own words; those of others stay. Three statements.

    A matter that the catalogue has under these words is named by its code.
    """
    of, matters = SurveyAnswer, _matters(rulebook)
    named = select(of.unit, SurveyName.certificate, of.purpose, of.volume).join(SurveyName, col(SurveyName.form) == col(of.form))
    said = session.exec(named.where(of.sheet == SheetOf.TAKEN.value, col(SurveyName.certificate) != "")).all()
    volumes: dict[tuple[str, str, str], int] = {}
    for unit, certificate, purpose, volume in said:
        key = certificate, unit, matters.get(name_form(purpose), purpose[:LONGEST])
        volumes[key] = volumes.get(key, 0) + (volume or 0)
    answered = select(SurveyReturn.unit).where(SurveyReturn.sheet == SheetOf.TAKEN.value)
    session.execute(delete(CertificateTaking).where(col(CertificateTaking.unit).in_(answered)))
    rows = [{"certificate": c, "unit": u, "matter": m, "yearly_volume": volume} for (c, u, m), volume in volumes.items()]
    if rows:
        session.execute(insert(CertificateTaking), rows)


def _matters(rulebook: Rulebook) -> Mapping[str, str]:
    """The codes of the catalogue's matters by the form of their names."""
    return {name_form(name): code for code, one in rulebook.catalogue.matters.items() for name in (one.title.zh, one.title.en)}
