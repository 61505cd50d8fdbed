"""Words of the classes: what each means for the clerk at the window, in one sentence, and how it is coloured. English msgids."""

from cases.certificates.certificate import CertificateClass
from storage.problem import N_
from web.words import certificate_words

NOT_CLASSIFIED = "none"  # in an address, where an empty word would mean all
MEANINGS = {
    CertificateClass.NOT_NEEDED: N_("The clerk asks for nothing: a card or book that the person has proves it already."),
    CertificateClass.CANCELLED: N_("Nobody may ask for it any more, and nothing takes its place."),
    CertificateClass.COMMITMENT: N_("The person states it and signs; the clerk is the witness, and it is checked later."),
    CertificateClass.QUERY: N_("The clerk looks it up: as many fields of the record come back as the matter needs."),
    CertificateClass.CHECK: N_("The clerk asks the department that knows; it answers whether it is so, and shows no record."),
}
TONES = certificate_words.TONES
EFFECTS = {
    CertificateClass.NOT_NEEDED: N_("The clerk's search leads to the sentence below and to a slip to print; each slip is counted."),
    CertificateClass.CANCELLED: N_("The clerk's search leads to the sentence below and to a slip to print; each slip is counted."),
    CertificateClass.COMMITMENT: N_("The clerk's search leads to the text below, to be signed."),
    CertificateClass.QUERY: N_("The clerk's search leads to the item below."),
    CertificateClass.CHECK: N_("The clerk's search leads to the item below."),
}
CERTIFICATE_FIELDS = {
    "code": N_("Code"),
    "zh": N_("Chinese name"),
    "en": N_("English name"),
    "keywords": N_("Words by which it is found"),
    "issuer": N_("Issued by"),
    "issuer_unit": N_("Issuing unit of this house"),
    "legal_basis": N_("Legal basis"),
    "yearly_volume": N_("Papers a year"),
    "sample_volume": N_("The figure is an example"),
    "certificate_class": N_("Class"),
    "since": N_("In force since"),
    "document": N_("By which document"),
    "clause_zh": N_("What proves it, or why nobody asks (Chinese)"),
    "clause_en": N_("What proves it, or why nobody asks (English)"),
    "items": N_("Items that replace it"),
    "bundle": N_("Bundle that replaces it"),
    "commitment": N_("Text of the commitment"),
    "active": N_("In use"),
}
