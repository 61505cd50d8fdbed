"""What is typed about a certificate: the plain fields, and what replaces it. What is wrong with it says cases/certificates."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from cases.certificates.certificate import CODE, Certificate, CertificateClass
from reform.personal_numbers import PERSONAL, names_a_person
from storage.days import NotADay, read_day
from storage.problem import N_, FieldFault
from web.form_data import FormData

MOST_PLACES = 8  # of items
WHOLE = N_("This must be a whole number.")
CODE_FORM = N_("Two to 40 small letters, digits and underscores; the first is a letter.")
CHOOSE = N_("Choose one of the five classes.")
NO_DAY = N_("Say from which day on it has this class.")
BOTH = N_("As many sentences in one language as in the other: each line is one.")
WORDS = re.compile(r"[,，;；、\n]+")
NEW_TEXTS = ("zh", "en", "issuer", "issuer_unit", "legal_basis")
TEXTS = (*NEW_TEXTS, "clause_zh", "clause_en", "bundle")
SENTENCES = ("states", "consequences")


def typed_of(certificate: Certificate) -> FormData:
    """The form's fields as the certificate has them."""
    typed = {name: str(getattr(certificate, name)) for name in TEXTS}
    typed |= {"keywords": "，".join(certificate.keywords), "yearly_volume": str(certificate.yearly_volume)}
    typed |= {f"item_{place}": code for place, code in enumerate(certificate.items)}
    return {**typed, **({"active": "yes"} if certificate.active else {}), "seen": str(certificate.version)}


def plain_values(form_data: FormData, new: bool = False) -> tuple[dict[str, Any], list[FieldFault]]:
    """The values of a form of plain fields, and what cannot be read in it. `new`: with the code, and without what replaces it: that
    is proposed together with a class.
    """
    values: dict[str, Any] = {name: form_data.get(name, "").strip() for name in (NEW_TEXTS if new else TEXTS)}
    values |= {"keywords": words_in(form_data.get("keywords", ""))}
    named = ("zh", "en", "keywords")  # everybody reads them, at the counts that are open strangers too
    faults = [FieldFault(name, "personal", PERSONAL) for name in named if names_a_person(form_data.get(name, ""))]
    volume = form_data.get("yearly_volume", "").strip() or "0"
    if re.fullmatch(r"\d{1,9}", volume, re.ASCII):
        values["yearly_volume"] = int(volume)
    else:
        faults.append(FieldFault("yearly_volume", "wrong_kind", WHOLE))
    if not new:
        return {**values, "items": items_in(form_data), "active": "active" in form_data}, faults
    code = form_data.get("code", "").strip().lower()
    if not re.fullmatch(CODE, code):
        faults.append(FieldFault("code", "wrong_form", CODE_FORM))
    return {**values, "code": code}, faults


def words_in(text: str) -> list[str]:
    """The words of a list as people type it, each once."""
    return list(dict.fromkeys(word for part in WORDS.split(text) if (word := part.strip())))


def items_in(form_data: FormData) -> list[str]:
    """The items chosen, the first first, each once."""
    chosen = (form_data.get(f"item_{place}", "").strip() for place in range(MOST_PLACES))
    return list(dict.fromkeys(code for code in chosen if code))


def class_values(form_data: FormData, certificate: Certificate) -> tuple[dict[str, Any], list[FieldFault]]:
    """What is proposed: the class with what that class needs, and nothing of what belongs to another one."""
    of, values, faults = form_data.get("certificate_class", ""), dict[str, Any](), list[FieldFault]()
    if of not in set(CertificateClass):
        faults.append(FieldFault("certificate_class", "missing", CHOOSE))
    values |= {"certificate_class": of, "document": form_data.get("document", "").strip(), "since": None}
    try:
        values["since"] = _day(form_data.get("since", ""))
        faults += [] if values["since"] else [FieldFault("since", "missing", NO_DAY)]
    except NotADay as wrong:
        faults.append(FieldFault("since", "not_a_day", wrong.message))
    if of in (CertificateClass.NOT_NEEDED, CertificateClass.CANCELLED):
        values |= {name: form_data.get(name, "").strip() for name in ("clause_zh", "clause_en")}
    if of in (CertificateClass.QUERY, CertificateClass.CHECK):
        values |= {"items": items_in(form_data), "bundle": form_data.get("bundle", "").strip()}
    text, odd = _commitment(form_data, certificate) if of == CertificateClass.COMMITMENT else ({}, [])
    return {**values, "commitment": text}, faults + odd


def _day(text: str) -> date | None:
    return read_day(text.strip()) if text.strip() else None


def _commitment(form_data: FormData, certificate: Certificate) -> tuple[dict[str, Any], list[FieldFault]]:
    """The text as the directory keeps it; what the form does not ask for (fields, own check, times) stays as it is."""
    kept = {name: value for name, value in certificate.commitment.items() if name not in SENTENCES}
    told, faults = dict[str, Any](), list[FieldFault]()
    for name in SENTENCES:
        chinese, english = (_lines(form_data.get(f"{name}_{language}", "")) for language in ("zh", "en"))
        if len(chinese) != len(english):
            faults.append(FieldFault(f"{name}_en", "not_as_many", BOTH))
        told[name] = [{"zh": zh, "en": en} for zh, en in zip(chinese, english, strict=False)]
    return {**kept, **{name: sentences for name, sentences in told.items() if sentences}}, faults


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def typed_commitment(text: Mapping[str, Any]) -> FormData:
    """The form's fields of a text as the directory keeps it; empty for none."""
    both = [(name, language) for name in SENTENCES for language in ("zh", "en")] if text else []
    return {f"{name}_{language}": "\n".join(one[language] for one in text.get(name, ())) for name, language in both}
