"""Ready sentences for a class: what is most often said, in both languages, to be changed where it does not fit."""

from cases.certificates.certificate import CertificateClass

# 公通字〔2016〕21号: what the resident's identity card and the household book prove by themselves, for which nothing is issued.
READY: dict[str, list[tuple[str, str]]] = {
    CertificateClass.NOT_NEEDED: [
        ("居民身份证即可证明，无需另开证明。", "The resident identity card proves it; no certificate is needed."),
        ("居民户口簿即可证明，无需另开证明。", "The household book proves it; no certificate is needed."),
        ("居民身份证和居民户口簿即可证明，无需另开证明。", "Identity card and household book prove it; nothing else is needed."),
        (
            "由当事人出示相应证照即可证明，无需另开证明。",
            "The licence that the person has proves it; no certificate is needed.",
        ),
    ],
    CertificateClass.CANCELLED: [
        (
            "设定该证明的规定已废止，任何单位不得再索要。",
            "The rule behind it was repealed; no unit may ask for it any more.",
        ),
        ("没有法律法规依据，任何单位不得再索要。", "No law or regulation demands it; no unit may ask for it any more."),
    ],
}
