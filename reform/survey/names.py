"""Names of the survey: the table of which certificate each name means, decided once for all units and all later sheets."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import case, insert
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.certificates.certificate import Certificate
from cases.names import comparison_form
from reform.survey.answer import SheetOf, SurveyAnswer
from reform.survey.survey_sheets import MOST_VOLUME
from storage.first_rows import FirstRows

LONGEST = 100
LONG_ENOUGH = 4  # characters of a keyword that names a certificate by itself: shorter ones fit several
ALIKE = 0.4  # share of pairs of characters in common from which on a certificate is proposed
PROPOSED = 3
_BY_MACHINE = ""


class SurveyName(SQLModel, table=True):
    """A name that units use, and the certificate it means; '' where nobody has said so yet.

    `who` decided it; '' where the name is that of the certificate, or a keyword of it alone.
    """

    __tablename__ = "survey_name"

    form: str = Field(primary_key=True, max_length=LONGEST)
    name: str = Field(max_length=LONGEST)
    certificate: str = Field(default="", max_length=40, index=True)
    who: str = Field(default=_BY_MACHINE, max_length=64)
    at: datetime


class NameInUse(NamedTuple):
    """A name with what the units that use it say: how many, how often it is taken and issued, whose names they are."""

    name: SurveyName
    units: int
    taken: int
    issued: int


def name_form(name: str) -> str:
    """The form in which names of certificates are compared: blanks, brackets and breadth of signs make no difference."""
    return comparison_form(name).replace(" ", "")[:LONGEST]


def known_forms(certificates: Iterable[Certificate]) -> dict[str, set[str]]:
    """For each form of a name or of a keyword long enough the codes of the certificates that bear it."""
    forms: dict[str, set[str]] = {}
    for one in certificates:
        words = [word for word in one.keywords if len(word) >= LONG_ENOUGH and not word.isascii()]
        for word in (one.zh, one.en, *words):
            forms.setdefault(name_form(word), set()).add(one.code)
    return forms


def note_names(session: Session, names: Mapping[str, str], certificates: Sequence[Certificate], now: datetime) -> None:
    """Keeps names (by form) that were never seen before, those that mean one certificate clearly joined to it. Two statements."""
    seen = set(session.exec(select(SurveyName.form).where(col(SurveyName.form).in_(names))))
    forms = known_forms(certificates)
    rows = [
        {"form": form, "name": name, "certificate": _only(forms.get(form, ())), "who": _BY_MACHINE, "at": now}
        for form, name in names.items()
        if form not in seen
    ]
    if rows:
        session.execute(insert(SurveyName), rows)


def _only(codes: Iterable[str]) -> str:
    one, *more = [*codes, ""][:2]
    return "" if more and more != [""] else one


def names_in_use(session: Session, joined: bool, at_most: int, skip: int = 0) -> FirstRows[NameInUse]:
    """The names that stand in sheets and mean a certificate (`joined`), or not yet; those with the most papers first."""
    taken, issued = (
        func.coalesce(func.sum(case((col(SurveyAnswer.sheet) == sheet.value, SurveyAnswer.volume), else_=0)), 0)
        for sheet in (SheetOf.TAKEN, SheetOf.ISSUED)
    )
    found = (
        sql_select(SurveyName, func.count(col(SurveyAnswer.unit).distinct()), taken, issued, func.count().over())
        .join(SurveyAnswer, col(SurveyAnswer.form) == col(SurveyName.form))
        .where((col(SurveyName.certificate) != "") if joined else (col(SurveyName.certificate) == ""))
        .group_by(*SurveyName.__table__.columns)  # type: ignore[attr-defined]  # of a mapped class
        .order_by((taken + issued).desc(), col(SurveyName.form))
    )
    rows = session.execute(found.offset(skip).limit(at_most)).all()
    shown: FirstRows[NameInUse] = FirstRows(NameInUse(name, int(u), int(t), int(i)) for name, u, t, i, _ in rows)
    shown.more = rows[0][4] - skip - len(rows) if rows else 0
    return shown


def volumes_of(session: Session, forms: Collection[str]) -> dict[str, int]:
    """Of these names (forms) the papers of a year as the sheets say it: taken or issued, whichever is more. One query."""
    said = select(SurveyAnswer.form, SurveyAnswer.sheet, func.sum(SurveyAnswer.volume)).where(col(SurveyAnswer.form).in_(forms))
    found: dict[str, int] = {}
    for form, _sheet, volume in session.exec(said.group_by(col(SurveyAnswer.form), col(SurveyAnswer.sheet))) if forms else ():
        found[form] = min(MOST_VOLUME, max(found.get(form, 0), int(volume or 0)))
    return found


def joined_forms(session: Session, forms: Iterable[str]) -> dict[str, str]:
    """Which certificate (code) these names mean, by form; names that mean none are left out. One query."""
    meant = col(SurveyName.form).in_(set(forms)), col(SurveyName.certificate) != ""
    return dict(session.exec(select(SurveyName.form, SurveyName.certificate).where(*meant)).all())


def proposals(name: str, certificates: Iterable[Certificate]) -> list[Certificate]:
    """The certificates whose names or keywords are most like this name, the likest first; at most three, often none."""
    pairs = _pairs(name)
    scored = [(max(_alike(pairs, word) for word in (one.zh, *one.keywords)), one) for one in certificates]
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].code))
    return [one for _, one in best[:PROPOSED]]


@lru_cache(maxsize=20_000)  # the words of a large directory: made out once, for all names and all pages
def _pairs(word: str) -> frozenset[str]:
    form = name_form(word)
    kept = form.removesuffix("证明") or form
    return frozenset(kept[n : n + 2] for n in range(max(1, len(kept) - 1)))


def _alike(pairs: frozenset[str], word: str) -> float:
    """Twice what both have in common, as a share of all that both have (Dice's coefficient)."""
    others = _pairs(word)
    return 2 * len(pairs & others) / (len(pairs) + len(others))
