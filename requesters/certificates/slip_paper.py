"""The slip about a certificate that nobody needs: one page, a half for the citizen and a half for whoever asked for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from access.units import Unit
from cases.catalogue.part import Text
from cases.certificates.certificate import Certificate, CertificateClass
from cases.rulebook import Rulebook
from requesters.receipts.typesetting import typeset
from storage.json import Json

DRAWING = Path(__file__).with_name("slip.typ")
Both = tuple[str, str]
TITLES = {
    CertificateClass.NOT_NEEDED: ("无需证明告知单", "No certificate needed"),
    CertificateClass.CANCELLED: ("证明已取消告知单", "Certificate cancelled"),
}
HALVES = {
    "citizen": ("交办事群众", "For you"),
    "unit": ("交索要证明的单位", "For whoever asked for the certificate"),
}
ASKED: Both = (
    "您不必为此再去开具证明。请把下半联交给索要证明的单位。",
    "You need not fetch a certificate for this. Please hand the lower half to whoever asked for one.",
)
TOLD: Both = (
    "请不要再向群众索要这项证明。如认为确有依据，请与出具本单的单位联系。",
    "Please do not ask citizens for it any more. If you think a rule demands it, talk to the unit that made out this slip.",
)
LIMIT: Both = (
    "本单只说明证明目录当日的规定，不证明任何人的情况，不含个人信息。",
    "This slip says what the directory of certificates says on this day. It proves nothing about anybody and names nobody.",
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip is made of: the certificate, the unit that makes it out, and the day at the offices."""

    certificate: Certificate
    unit: Unit
    day: date


def make_slip(slip: Slip, rulebook: Rulebook, now: datetime) -> bytes:
    """The PDF. Raises Problem where a character is in no font, or the words are too many for a page."""
    return typeset(DRAWING, slip_data(slip, rulebook), now)


def slip_data(slip: Slip, rulebook: Rulebook) -> Json:
    """Everything that stands on it, each in Chinese and English."""
    title = TITLES[CertificateClass(slip.certificate.certificate_class)]
    halves = [{"whose": HALVES["citizen"], "words": ASKED}, {"whose": HALVES["unit"], "words": TOLD}]
    unit: Both = (slip.unit.name_zh, slip.unit.name_en)
    return {
        "title": title,
        "name": (slip.certificate.zh, slip.certificate.en),
        "rows": [{"label": label, "value": value} for label, value in _rows(slip.certificate, rulebook)],
        "halves": halves,
        "unit": unit,
        "day": day_of(slip.day),
        "limit": LIMIT,
    }


def day_of(day: date) -> Both:
    """A day as both languages write it."""
    return f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B} {day.year}"


def _rows(certificate: Certificate, rulebook: Rulebook) -> Iterator[tuple[Both, Both]]:
    cancelled = certificate.certificate_class == CertificateClass.CANCELLED
    yield ("说明", "Why" if cancelled else "What proves it"), (certificate.clause.zh, certificate.clause.en)
    if certificate.since:
        yield ("取消日期" if cancelled else "自何日起", "Cancelled since" if cancelled else "Since"), day_of(certificate.since)
    yield ("文件", "By which document"), (certificate.document, "")
    if certificate.legal_basis and certificate.legal_basis != certificate.document:
        yield ("法定依据", "Legal basis"), (certificate.legal_basis, "")
    if instead := list(_instead(certificate, rulebook)):
        yield ("改为", "In its place"), ("；".join(one.zh for one in instead), "; ".join(one.en for one in instead))


def _instead(certificate: Certificate, rulebook: Rulebook) -> Iterator[Text]:
    if certificate.bundle in rulebook.bundles:
        yield rulebook.bundles[certificate.bundle].title
    yield from (rulebook.catalogue.items[one].title for one in certificate.items if one in rulebook.catalogue.items)
