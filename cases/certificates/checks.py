"""Whether a certificate fits together: its class and what that class needs, the items and the bundle that it names."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from cases.certificates.certificate import MOST_ITEMS, MOST_KEYWORDS, Certificate, CertificateClass
from cases.commitments.terms import check_faults, read_terms
from cases.rulebook import Rulebook
from storage.problem import N_, FieldFault, Problem, faults_of

NO_CLASS = N_("There is no such class. There are: not needed, cancelled, commitment, query, check.")
NO_DOCUMENT = N_("Name the document by which this was decided.")
NO_SINCE = N_("Say from which day on it is cancelled.")
NO_CLAUSE = N_("Say what proves it instead, or why nobody asks for it any more, in both languages.")
NO_ITEMS = N_("Name the item or the bundle that replaces it.")
NO_ITEM = N_("There is no such item in the catalogue.")
NOT_ASKED_SO = N_(
    "This gives back no fields of a record: {names}. Name what can be asked as a direct query, or choose departmental check."
)
NO_BUNDLE = N_("There is no such bundle.")
NO_TEXT = N_("Write the text of the commitment: what is stated, what follows if it is not true, and who may check it.")
NOT_HERE = N_("Only a certificate of the class commitment has such a text.")
TOO_MANY = N_("At most {most} may stand here.")
TOO_LONG = N_("Each word may have at most {most} characters.")
LONGEST_KEYWORD = 40
IN_WORDS = frozenset({CertificateClass.NOT_NEEDED, CertificateClass.CANCELLED})  # nothing is asked: words alone say why
BY_ITEM = frozenset({CertificateClass.QUERY, CertificateClass.CHECK})


def checked(values: Mapping[str, Any], rulebook: Rulebook) -> Certificate:
    """The certificate of these values. Raises Problem with every fault."""
    try:
        certificate = Certificate.model_validate(values)
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
    if faults := list(faults_in(certificate, rulebook)):
        raise Problem(faults)
    return certificate


def faults_in(certificate: Certificate, rulebook: Rulebook) -> Iterator[FieldFault]:
    """What does not fit together in it."""
    yield from _keyword_faults(certificate.keywords)
    yield from _named_faults(certificate, rulebook)
    if certificate.certificate_class not in ("", *CertificateClass):
        yield FieldFault("certificate_class", "unknown", NO_CLASS)
    elif certificate.certificate_class:
        yield from _class_faults(certificate, CertificateClass(certificate.certificate_class))
        if certificate.certificate_class == CertificateClass.QUERY:
            yield from _query_faults(certificate, rulebook)
    if certificate.commitment:
        yield from _text_faults(certificate.commitment, rulebook)


def _keyword_faults(keywords: list[str]) -> Iterable[FieldFault]:
    if len(keywords) > MOST_KEYWORDS:
        yield FieldFault("keywords", "too_many", TOO_MANY, {"most": MOST_KEYWORDS})
    if any(len(word) > LONGEST_KEYWORD for word in keywords):
        yield FieldFault("keywords", "too_long", TOO_LONG, {"most": LONGEST_KEYWORD})


def _named_faults(certificate: Certificate, rulebook: Rulebook) -> Iterable[FieldFault]:
    if len(certificate.items) > MOST_ITEMS:
        yield FieldFault("items", "too_many", TOO_MANY, {"most": MOST_ITEMS})
    if any(code not in rulebook.catalogue.items for code in certificate.items):
        yield FieldFault("items", "unknown_item", NO_ITEM)
    if certificate.bundle and certificate.bundle not in rulebook.bundles:
        yield FieldFault("bundle", "unknown_bundle", NO_BUNDLE)


def _class_faults(certificate: Certificate, of: CertificateClass) -> Iterable[FieldFault]:
    if not certificate.document:
        yield FieldFault("document", "missing", NO_DOCUMENT)
    if of == CertificateClass.CANCELLED and certificate.since is None:
        yield FieldFault("since", "missing", NO_SINCE)
    if of in IN_WORDS:
        silent = [name for name in ("clause_zh", "clause_en") if not getattr(certificate, name)]
        yield from (FieldFault(name, "missing", NO_CLAUSE) for name in silent)
    if of in BY_ITEM and not certificate.items and not certificate.bundle:
        yield FieldFault("items", "missing", NO_ITEMS)
    if (of == CertificateClass.COMMITMENT) != bool(certificate.commitment):
        missing = not certificate.commitment
        yield FieldFault("commitment", *(("missing", NO_TEXT) if missing else ("not_here", NOT_HERE)))


def _query_faults(certificate: Certificate, rulebook: Rulebook) -> Iterable[FieldFault]:
    """Whoever is led to a direct query gets fields of a record, or compares with them: items that know only outcomes do not fit."""
    known = rulebook.catalogue.items
    if wrong := [code for code in certificate.items if code in known and not known[code].is_query]:
        yield FieldFault("items", "not_a_query", NOT_ASKED_SO, {"names": ", ".join(wrong)})
    bundle = rulebook.bundles.get(certificate.bundle)
    if bundle and not any(one.item in known and known[one.item].is_query for one in bundle.questions):
        yield FieldFault("bundle", "not_a_query", NOT_ASKED_SO, {"names": bundle.code})


def _text_faults(text: Mapping[str, Any], rulebook: Rulebook) -> Iterable[FieldFault]:
    if not text.get("states"):
        yield FieldFault("commitment.states", "missing", NO_TEXT)
        return
    try:
        yield from check_faults(read_terms(text), rulebook.catalogue)
    except Problem as problem:
        yield from problem.faults
