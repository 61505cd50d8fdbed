"""The way of a certificate: the first screen that is of use to whoever was asked for it. Its class decides, nobody chooses it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from cases.bundles.bundle_kind import BundleKind
from cases.certificates.certificate import Certificate, CertificateClass
from requesters.ask.item_choice import may_ask

Pair = tuple[str, str]  # item, matter


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a unit may ask: granted (item, matter) pairs, and the kinds of bundles there are."""

    pairs: Collection[Pair]
    bundles: Mapping[str, BundleKind]

    def matters(self, item: str) -> list[str]:
        """For which matters this item may be asked."""
        return sorted(about for code, about in self.pairs if code == item)


def way_of(certificate: Certificate, allowed: Allowed, matter: str = "") -> str:
    """The address: the commitment's form, the form of the bundle or item that replaces it, or the page that says what holds.

    Where a matter is given it is kept; where only one is allowed for the item it is chosen.
    """
    own = f"/ask/certificates/{certificate.code}"
    if certificate.certificate_class == CertificateClass.COMMITMENT:
        return "/commitments/new?" + urlencode({"certificate": certificate.code, **({"matter": matter} if matter else {})})
    if certificate.certificate_class in (CertificateClass.QUERY, CertificateClass.CHECK):
        return _bundle_way(certificate, allowed, matter) or _item_way(certificate, allowed, matter) or own
    return own


def item_address(item: str, allowed: Allowed, matter: str = "") -> str:
    """The form of an item for this matter, or for the only one that is allowed; '' where the unit may not ask it."""
    matters = allowed.matters(item)
    chosen = matter if matter in matters else matters[0] if len(matters) == 1 else ""
    return (f"/ask/{item}?matter={chosen}" if chosen else f"/ask/{item}") if matters else ""


def bundle_address(bundle: str, allowed: Allowed, matter: str = "") -> str:
    """The form of a bundle; '' where the unit may not ask it, or it is not for this matter."""
    kind = allowed.bundles.get(bundle)
    fits = kind is not None and matter in ("", kind.matter) and may_ask(kind, allowed.pairs)
    return f"/ask/bundles/{bundle}" if fits else ""


def _bundle_way(certificate: Certificate, allowed: Allowed, matter: str) -> str:
    return bundle_address(certificate.bundle, allowed, matter) if certificate.bundle else ""


def _item_way(certificate: Certificate, allowed: Allowed, matter: str) -> str:
    ways = [way for item in certificate.items if (way := item_address(item, allowed, matter))]
    exact = [way for way in ways if matter and way.endswith(f"?matter={matter}")]
    return next(iter([*exact, *ways]), "")
