"""Choosing what to ask without a word: items, matters and bundles that are granted, and those asked about lately."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from access.principal import Principal
from cases.bundles.bundle_kind import BundleKind
from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.item import Item
from cases.catalogue.matter import Matter
from cases.catalogue.search import search

LOOKED_BACK = 200
OFTEN_SHOWN = 5
Pair = tuple[str, str]  # item, matter


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be asked."""

    items: Sequence[Item]
    matters: Sequence[Matter]
    bundles: Sequence[BundleKind] = ()


def may_ask(kind: BundleKind, pairs: Collection[Pair]) -> bool:
    """Whether a unit with these granted pairs may ask what this kind of bundle always asks."""
    return all((question.item, kind.matter) in pairs for question in kind.questions if question.ask == "always")


def choose(catalogue: Catalogue, pairs: set[Pair], matter: str, locale: str, kinds: Collection[BundleKind] = ()) -> Choice:
    """All of these granted (item, matter) pairs and kinds of bundles, by their titles; with a matter given, only what is its own.

    What fits somebody's words: hits.py.
    """
    items = catalogue.search("", locale, {item for item, about in pairs if matter in ("", about)})
    matters = [] if matter else catalogue.search_matters("", locale, {about for _, about in pairs})
    ours = [kind for kind in kinds if matter in ("", kind.matter) and may_ask(kind, pairs)]
    return Choice(items, matters, search(ours, "", locale))


def often_asked(session: Session, principal: Principal, pairs: set[Pair]) -> list[Pair]:
    """What this person asked most often among their last questions, as far as it is granted still."""
    mine = select(Case.item, Case.matter).where(Case.unit == principal.unit, Case.asked_by == principal.username)
    last = session.exec(mine.order_by(col(Case.asked_at).desc()).limit(LOOKED_BACK))
    counts = Counter(pair for pair in last if pair in pairs)
    return [pair for pair, _ in counts.most_common(OFTEN_SHOWN)]
