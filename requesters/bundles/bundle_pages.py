"""/bundles/{number}: one bundle of the asking unit, live: its joined result, its picture, and every question."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from access.units import Units, all_units
from cases.bundles.bundle import ReadBundle
from cases.bundles.people import person_key
from cases.catalogue.headline import short_label
from cases.safeguards.spot_checks import wanted_among
from cases.view import finding_view
from cases.views import record_following_all
from requesters.ask.item_choice import may_ask
from requesters.ask.questions_api import granted_pairs
from requesters.bundles.cover import masked, may_be_printed
from requesters.bundles.own_bundles import bundle_look, own_bundle
from requesters.bundles.picture import SIGNS, picture
from requesters.bundles.told_questions import Told, cards_and_lines, grade_of, told_questions
from requesters.receipts.watermarks import mark_for
from storage.json import Json
from storage.problem import N_
from web.context import Context, context_of
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
SHOWS = N_("Who stands in this bundle, and what was asked about them; the list beside it says the same.")


@router.get("/bundles/{number}")
def show_bundle(request: Request, number: str, principal: Asker) -> Response:
    """One bundle of one's own unit. The look is recorded for each of its cases."""
    context, locale = context_of(request), context_of(request).locale(request, principal)
    with context.database.read() as session:
        one = own_bundle(session, number, principal, context.rulebook)
        values = bundle_values(session, context, one, locale)
    pairs = granted_pairs(context, principal)
    others = [kind for kind in context.rulebook.bundles.values() if kind.code != one.bundle.kind and may_ask(kind, pairs)]
    bundle_look(context, one, principal)
    more = {"others": others, "mark": mark_for(principal, values["units"], context.now()), "live": False}
    return context.page(request, "requesters/bundle.html", principal=principal, **values, **more)


def bundle_values(session: Session, context: Context, one: ReadBundle, locale: str) -> Json:
    """Everything that the page says of it."""
    catalogue, units = context.rulebook.catalogue, all_units(session)
    told = told_questions(one, catalogue)
    people = {person_key(role, n): person for role, named in one.people.items() for n, person in enumerate(named)}
    known: dict[str, Any] = {"bundle": one.bundle, "kind": one.kind, "people": one.people, "joined": one.joined, "told": told}
    cards, lines = cards_and_lines(one.kind, one.people, told, lambda each: state_words(context, each, units, locale), locale)
    return {
        **known,
        "catalogue": catalogue,
        "units": units,
        "names": {key: person.name for key, person in people.items()},
        "masked": {key: masked(person) for key, person in people.items()},
        "answered": sum(each.answered for each in told),
        "wanted": sum(each.answered for each in told) + len(one.joined.missing),
        "lacking": [each for each in told if each.planned.place in one.joined.missing],
        "printable": may_be_printed(one.joined, told),
        "findings": _findings(context, told),
        "to_show": wanted_among(session, [case.number for case in one.cases.values()]),
        "drawing": picture(cards, lines, context.say(locale, SHOWS)),
        "signs": SIGNS,
        "grade_of": grade_of,
    }


def _findings(context: Context, told: Sequence[Told]) -> Json:
    """What was found, by place, where an answer stands; without the fields of a record whose last day is past."""
    answered = [(one.planned.place, one.case) for one in told if one.case and one.answered]
    return {place: finding_view(case, context.rulebook.catalogue, context.now()) for place, case in answered}


def state_words(context: Context, one: Told, units: Units, locale: str) -> str:
    """What became of a question, as in the list."""
    if one.words:
        return context.say(locale, one.words, unit=units[one.unit].name(locale))
    if one.case is None:
        return ""
    return f"{short_label(one.item, one.case.outcome, one.case.source).say(locale)} · {context.say(locale, grade_of(one.case))}"


@router.get("/bundles/{number}/live")
def follow_bundle(request: Request, number: str, principal: Asker) -> Response:
    """The living part of the page, sent again whenever one of the cases changes or is added; colleagues who watch share it."""
    context, locale = context_of(request), context_of(request).locale(request, principal)

    def piece() -> str:
        with context.database.read() as session:
            values = bundle_values(session, context, own_bundle(session, number, principal, context.rulebook), locale)
        return context.piece(request, "requesters/bundle_live.html", locale=locale, live=True, **values)

    with context.database.read() as session:
        one = own_bundle(session, number, principal, context.rulebook)
    numbers = sorted(case.number for case in one.cases.values())
    record_following_all(context.database, numbers, principal, context.now())
    # A question that is asked later has no key yet: the unit's has it, and it is listened to only where one may come.
    keys = [f"case:{case}" for case in numbers] + ([f"unit:{principal.unit}"] if one.joined.waiting or one.joined.due else [])
    return live(context, keys, piece, Shared(("bundle", one.bundle.number, principal.unit, locale)))


@router.post("/bundles/{number}/seen")
def note_seen(request: Request, number: str, principal: Asker) -> Response:
    """Answers arrived on an open page: that they were seen is recorded, and the page gets its reader's watermark."""
    context = context_of(request)
    with context.database.read() as session:
        one, units = own_bundle(session, number, principal, context.rulebook), all_units(session)
    bundle_look(context, one, principal)
    return context.page(request, "requesters/case_mark.html", principal=principal, mark=mark_for(principal, units, context.now()))
