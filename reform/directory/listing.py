"""The list of certificates: found by words, class, issuer and the unit that takes them; and which one is classified next."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from pydantic import BaseModel, Field
from sqlmodel import Session, col, select

from cases.certificates.certificate import Certificate
from cases.certificates.directory import all_certificates
from cases.certificates.history import CertificateChange, ChangeState
from cases.certificates.taking import CertificateTaking
from cases.names import comparison_form
from reform.directory.class_words import NOT_CLASSIFIED

ALL, WAITING, SWITCHED_OFF = "", "waiting", "off"


class Wanted(BaseModel):
    """What somebody looks for; what is empty narrows nothing. `of_class` may be NOT_CLASSIFIED, WAITING or SWITCHED_OFF, too."""

    words: str = Field("", alias="q", max_length=120)
    of_class: str = Field(ALL, alias="class", max_length=16)
    issuer: str = Field("", max_length=120)
    unit: str = Field("", max_length=32)
    page: int = Field(1, ge=1, le=1000)


def found(session: Session, wanted: Wanted, waiting: Collection[str]) -> list[Certificate]:
    """The certificates that fit, those with the most papers first. `waiting`: codes with a proposal that is not decided."""
    taken = _taken_by(session, wanted.unit) if wanted.unit else None
    words = comparison_form(wanted.words) if wanted.words else ""
    fitting = [
        one
        for one in all_certificates(session, switched_off=wanted.of_class == SWITCHED_OFF)
        if _has_class(one, wanted.of_class, waiting)
        and (not words or _bears(one, words))
        and (not wanted.issuer or one.issuer == wanted.issuer)
        and (taken is None or one.code in taken)
    ]
    return sorted(fitting, key=_order)


def issuers(session: Session) -> list[str]:
    """Who issued the certificates of the directory, in words, each once."""
    return sorted({one.issuer for one in all_certificates(session) if one.issuer})


def proposed(session: Session) -> set[str]:
    """The codes of certificates with a proposal that waits for its second person."""
    open_ones = CertificateChange.state == ChangeState.PROPOSED.value
    return set(session.exec(select(CertificateChange.certificate).where(open_ones)))


def unclassified(session: Session, waiting: Collection[str]) -> list[Certificate]:
    """Those without a class for which nobody has proposed one, those with the most papers first."""
    return sorted((one for one in all_certificates(session) if not one.certificate_class and one.code not in waiting), key=_order)


def following(queue: Sequence[Certificate], after: Certificate | None) -> Certificate | None:
    """The next of these after that one, also where it is not among them any more; the first after the last."""
    later = (one for one in queue if after is not None and _order(one) > _order(after))
    return next(later, next((one for one in queue if after is None or one.code != after.code), None))


def _order(one: Certificate) -> tuple[int, str]:
    return -one.yearly_volume, one.code


def _taken_by(session: Session, unit: str) -> set[str]:
    return set(session.exec(select(CertificateTaking.certificate).where(col(CertificateTaking.unit) == unit).distinct()))


def _has_class(one: Certificate, wanted: str, waiting: Collection[str]) -> bool:
    if wanted == WAITING:
        return one.code in waiting
    if wanted == SWITCHED_OFF:
        return not one.active
    return wanted == ALL or one.certificate_class == ("" if wanted == NOT_CLASSIFIED else wanted)


def _bears(one: Certificate, words: str) -> bool:
    return any(words in _form(word) for word in (one.code, one.zh, one.en, one.issuer, *one.keywords) if word)


@lru_cache(maxsize=20_000)  # the words of a large directory: made out once
def _form(word: str) -> str:
    return comparison_form(word)
