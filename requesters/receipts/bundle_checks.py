"""Whether the pages of a bundle's paper belong together: what their seals say of their bundle and place. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from storage.problem import N_

# What the seals say: a cover its number, a page its own number, its bundle's, its place and how many pages there are.
COVER = re.compile(r"\S+ (?P<bundle>\S+)")
PAGE = re.compile(r"\S+ (?P<number>\S+) · (?P<bundle>\S+) (?P<place>\d{1,3})/(?P<pages>\d{1,3})")
PART_TITLE = ("部分核查结果", "Partial result")  # what the cover's seal calls it
A_PART = N_(
    "This is a part only, made before every question had its answer: not to be taken for the whole. "
    "Its number shows what stands now."
)
ALIEN = N_("Page {page} in this file is of another bundle: {bundle}.")
ALONE = N_("Page {page} in this file is a receipt of its own and of no bundle.")
SEVERAL = N_("Pages of several bundles are put together in this file: {bundles}.")
TWICE = N_("Page {place} of bundle {bundle} is in this file more than once.")
LEFT_OUT = N_("Of bundle {bundle} with {pages} pages, page {place} is not in this file.")
MOVED = N_("The pages in this file are not in their order.")


class Sealed(Protocol):
    """What a seal says it is on."""

    @property
    def about(self) -> str:
        """Kind and number."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not belong together: an English sentence with its parameters."""

    words: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: bundle, place (the cover is 1), and of how many."""

    bundle: str
    place: int
    pages: int


def place_of(sealed: Sealed | None) -> Place | None:
    """The place that the page's seal names; None where it names none."""
    found = PAGE.fullmatch(sealed.about) if sealed else None
    return Place(found["bundle"], int(found["place"]), int(found["pages"])) if found else None


def is_part(cover: Sealed | None) -> bool:
    """Whether the cover was made before every question of its bundle had its answer."""
    return cover is not None and cover.about.startswith(f"{PART_TITLE[0]} ")


def misfits(cover: Sealed | None, pages: Sequence[Sealed | None]) -> list[Misfit]:
    """Why these genuine pages are not one paper. `cover` is None where the whole is not genuine; so is a page that is not."""
    places = [place_of(page) for page in pages]
    named = COVER.fullmatch(cover.about) if cover else None
    own = named["bundle"] if named else ""
    found = [Misfit(ALIEN, {"page": str(n), "bundle": p.bundle}) for n, p in enumerate(places, 2) if own and p and p.bundle != own]
    found += [Misfit(ALONE, {"page": str(n)}) for n, page in enumerate(pages, 2) if page and not place_of(page)]
    known = [place for place in places if place]
    bundles = sorted({place.bundle for place in known})
    if len(bundles) > 1:
        found.append(Misfit(SEVERAL, {"bundles": ", ".join(bundles)}))
    for bundle in bundles:
        found += _of_bundle(bundle, [place for place in known if place.bundle == bundle], complete=None not in places)
    return found


def _of_bundle(bundle: str, places: Sequence[Place], complete: bool) -> list[Misfit]:
    counts, pages = Counter(place.place for place in places), max(place.pages for place in places)
    found: list[Misfit] = [Misfit(TWICE, {"bundle": bundle, "place": str(n)}) for n, many in counts.items() if many > 1]
    if complete:  # a page that is not genuine may be the one that seems to be missing
        gone = [n for n in range(2, pages + 1) if n not in counts]
        found += [Misfit(LEFT_OUT, {"bundle": bundle, "place": str(n), "pages": str(pages)}) for n in gone]
    order = [place.place for place in places]
    return [*found, *([Misfit(MOVED)] if order != sorted(order) else [])]
