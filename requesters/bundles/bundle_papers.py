"""/bundles/{number}/paper.pdf: the joined result under the data office's seal, each answer under that of the unit that gave it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import Units, all_units
from cases.bundles.bundle import ReadBundle
from cases.catalogue.part import Text
from cases.seals import Seal
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.bundles.cover import Asked, Say, cover_of, may_be_printed
from requesters.bundles.own_bundles import own_bundle
from requesters.bundles.told_questions import Told, told_questions
from requesters.receipts.bundle_paper import BundlePaper, Page, seal_bundle, sealing_unit
from requesters.receipts.issued_receipts import IssuedReceipt
from requesters.receipts.receipt_paper import receipt_paper
from requesters.receipts.receipts import BLOCKED
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.downloads import download
from web.reader_mark import reader_mark

router = APIRouter(prefix="/api/v1", tags=["bundles"])
NOTHING_YET = N_("There is no result yet that a paper could show, nor a part of it that can be used.")


@router.get("/bundles/{number}/paper.pdf", response_class=Response)
def fetch_paper(request: Request, number: str, principal: Annotated[Principal, Depends(Authenticated(scope="read"))]) -> Response:
    """The paper of a bundle, for the asking unit and supervisors. Who fetched it stands on every page and on the trail.

    One that is not complete is headed as a part on every page; without an answer that can be used there is none (409).
    """
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        one = own_bundle(session, number, principal, context.rulebook, supervised=True)
        units = all_units(session)
    told = told_questions(one, context.rulebook.catalogue)
    if one.blocked:
        raise Problem([FieldFault("number", "blocked", BLOCKED)], 409)
    if not may_be_printed(one.joined, told):
        raise Problem([FieldFault("number", "not_answered", NOTHING_YET)], 409)
    paper, seals = make_paper(context, one, told, units, principal, now)
    _record(context, one, told, (paper, seals), principal, now)
    return download(paper.pdf, "application/pdf", f"{one.bundle.number}.pdf")


def make_paper(
    context: Context, one: ReadBundle, told: list[Told], units: Units, principal: Principal, now: datetime
) -> tuple[BundlePaper, list[Seal]]:
    """The sealed paper, and whose seals are on it: the cover's first. Raises SealMissing, NoGlyph, TooLong."""
    catalogue, bundle = context.rulebook.catalogue, one.bundle
    mark, where = reader_mark(principal, units, now), f"{context.public_url}/verify"
    matter = catalogue.matter(bundle.matter).title
    asked = Asked(
        bundle.number, one.kind, Text(zh=matter.zh, en=matter.en), units[bundle.unit], bundle.reference, bundle.purpose, one.people
    )
    office = sealing_unit(list(units.values()))
    seals = [context.seals.seal_of(office, now)]
    holders = {each.case.holder for each in told if each.case and each.answered}
    theirs = {holder: context.seals.seal_of(units[holder], now) for holder in sorted(holders)}
    pages = [page for each in told if (page := _page(context, each, units, (mark, where), theirs))]
    cover = cover_of(asked, one.joined, told, (mark, where), _named(context, units))
    return seal_bundle(cover, office, seals[0], pages, now), [*seals, *(page.seal for page in pages)]


def _named(context: Context, units: Units) -> Say:
    """Translates; a unit is called by its name in the language of the sentence."""

    def say(locale: str, words: str, unit: str = "") -> str:
        return context.say(locale, words, unit=units[unit].name(locale) if unit else "")

    return say


def _page(context: Context, each: Told, units: Units, marks: tuple[str, str], seals: Mapping[str, Seal]) -> Page | None:
    case = each.case
    if case is None or not each.answered:
        return None
    catalogue = context.rulebook.catalogue
    kinds = (each.item, catalogue.matter(case.matter))
    paper = receipt_paper(case, kinds, units, *marks, context.say)
    return Page(paper, seals[case.holder], (each.item.title.zh, each.item.title.en), each.about("zh"))


def _record(
    context: Context, one: ReadBundle, told: list[Told], made: tuple[BundlePaper, list[Seal]], principal: Principal, now: datetime
) -> None:
    """Before anybody gets it: that these files are ours, and who fetched them."""
    paper, seals = made
    cases = [each.case for each in told if each.case is not None and each.answered]
    stood = max((case.stands_since or now for case in cases), default=now)
    files = [(one.bundle.number, paper.pdf, stood)]
    files += [(case.number, page, case.stands_since or now) for case, page in zip(cases, paper.pages, strict=True)]
    prints = [hashlib.sha256(file).hexdigest() for _, file, _ in files]
    rows = [
        IssuedReceipt(sha256=print_, number=number, serial=seal.serial, at=now, answered_at=since)
        for print_, (number, _, since), seal in zip(prints, files, seals, strict=True)
    ]
    lines = [
        TrailLine.of_person(principal, now, "receipt", number, details={"sha256": print_, "bundle": one.bundle.number})
        for print_, (number, _, _) in list(zip(prints, files, strict=True))[1:]
    ]
    with context.database.write() as session:
        session.add_all(rows)
        trail.write(session, lines)
