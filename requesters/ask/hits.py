"""One search over certificates, items, matters and bundles: what fits the words, in one order, each with its right address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from access.units import Unit
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.search import ranked
from cases.certificates.certificate import Certificate, CertificateClass
from requesters.certificates.ways import Allowed, bundle_address, item_address, way_of
from storage.first_rows import FirstRows
from storage.problem import N_

SHOWN = 24
# At the same nearness a certificate goes first: it alone knows what replaces it. Then what asks, then what only narrows.
CERTIFICATE, ITEM, BUNDLE, MATTER = range(4)
KINDS = {ITEM: N_("Item"), BUNDLE: N_("Everything at once"), MATTER: N_("Matter")}
NO_PERMISSION = N_("Your unit has no permission for what replaces it yet.")
BEFORE = N_("Not classified yet: it is asked for as before.")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and in which language."""

    words: str
    locale: str
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. `kind` is one of KINDS, or that of a certificate, which has its class in `found`."""

    kind: int
    title: str
    address: str
    words: str = ""  # in the reader's language,
    note: str = ""  # or an English msgid
    found: Any = None


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where is looked: what there is, and what this unit may ask of it."""

    catalogue: Catalogue
    allowed: Allowed
    certificates: Iterable[Certificate]
    units: Mapping[str, Unit]


def search_all(shelves: Shelves, search: Search) -> FirstRows[Hit]:
    """Everything that fits these words, the best first; at most SHOWN, and how many more."""
    scored = [*_certificates(shelves, search), *_items(shelves, search), *_bundles(shelves, search), *_matters(shelves, search)]
    scored.sort(key=lambda pair: (-pair[0], pair[1].kind, pair[1].title))
    shown: FirstRows[Hit] = FirstRows(hit for _, hit in scored[:SHOWN])
    shown.more = max(len(scored) - SHOWN, 0)
    return shown


def _certificates(shelves: Shelves, search: Search) -> Iterable[tuple[int, Hit]]:
    for score, one in ranked(shelves.certificates, search.words, search.locale):
        address, title = way_of(one, shelves.allowed, search.matter), one.title.say(search.locale)
        yield score, Hit(CERTIFICATE, title, address, _led_to(one, address, shelves, search), _note(one, address), one)


def _led_to(one: Certificate, address: str, shelves: Shelves, search: Search) -> str:
    """What stands below its name: the clause, or the name of what is asked in its place."""
    if address.startswith("/ask/bundles/"):
        return shelves.allowed.bundles[one.bundle].title.say(search.locale)
    asked = [code for code in one.items if address.partition("?")[0] == f"/ask/{code}"]
    return shelves.catalogue.items[asked[0]].title.say(search.locale) if asked else one.clause.say(search.locale)


def _note(one: Certificate, address: str) -> str:
    if not one.certificate_class:
        return BEFORE
    by_asking = one.certificate_class in (CertificateClass.QUERY, CertificateClass.CHECK)
    return NO_PERMISSION if by_asking and address.startswith("/ask/certificates/") else ""


def _items(shelves: Shelves, search: Search) -> Iterable[tuple[int, Hit]]:
    allowed = shelves.allowed
    granted = {item for item, about in allowed.pairs if search.matter in ("", about)}
    items = [item for item in shelves.catalogue.items.values() if item.code in granted]
    for score, one in ranked(items, search.words, search.locale):
        address = item_address(one.code, allowed, search.matter)
        yield score, Hit(ITEM, one.title.say(search.locale), address, one.help.say(search.locale), found=shelves.units[one.holder])


def _bundles(shelves: Shelves, search: Search) -> Iterable[tuple[int, Hit]]:
    for score, one in ranked(shelves.allowed.bundles.values(), search.words, search.locale):
        if address := bundle_address(one.code, shelves.allowed, search.matter):
            yield score, Hit(BUNDLE, one.title.say(search.locale), address, one.help.say(search.locale))


def _matters(shelves: Shelves, search: Search) -> Iterable[tuple[int, Hit]]:
    granted = {about for _, about in shelves.allowed.pairs} if not search.matter else set()
    matters = [matter for matter in shelves.catalogue.matters.values() if matter.code in granted]
    for score, one in ranked(matters, search.words, search.locale):
        yield score, Hit(MATTER, one.title.say(search.locale), f"/ask?matter={one.code}")
