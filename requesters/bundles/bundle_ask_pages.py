"""/ask/bundles/{code}: one form for everything that one matter needs about its people; read back, then sent."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.principal import Principal
from access.units import all_units
from cases.bundles.bundle import NO_KIND
from cases.bundles.bundle_kind import BundleKind
from cases.bundles.loading import field_detail
from requesters.ask.asking_for_oneself import AskingForOneself
from requesters.ask.item_choice import may_ask
from requesters.ask.pledge_pages import pledge_first
from requesters.ask.questions_api import granted_pairs
from requesters.ask.submit import NOT_GRANTED
from requesters.bundles.bundle_form import bundle_data, chosen_of, echoes, form_faults, print_of, rows_of
from requesters.bundles.opening import BundleRequest, BundleSubmission, asking, open_bundle, read_request, refusals
from requesters.bundles.own_bundles import bundle_look, own_bundle
from requesters.bundles.proposals import proposals
from requesters.bundles.same_people import same_people
from requesters.bundles.sentences import is_long_list, sentences
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(AskingForOneself("asker"))]


@dataclass
class Sheet:
    """The form as it is shown: empty or with what was typed, what is wrong with it, and whether it is read back first."""

    kind: BundleKind
    form_data: FormData = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    key: str = ""
    reading: bool = False


@router.get("/ask/bundles/{code}")
def show_form(request: Request, code: str, principal: Asker, same: str = "") -> Response:
    """The form of a bundle, with a purpose, or also with the people of the bundle `same`. Nothing is sent by itself."""
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    kind = granted_kind(context, principal, code)
    form_data = _people_of(context, principal, same, kind) if same else {}
    form_data["purpose"] = kind.title.say(context.locale(request, principal))
    return form_page(request, context, principal, Sheet(kind, form_data))


def _people_of(context: Context, principal: Principal, number: str, kind: BundleKind) -> FormData:
    """Who stands in one of the unit's bundles, for the form of this kind; it shows who they are, so the look is recorded."""
    with context.database.read() as session:
        one = own_bundle(session, number, principal, context.rulebook)
    bundle_look(context, one, principal)
    return same_people(one, kind)


def granted_kind(context: Context, principal: Principal, code: str) -> BundleKind:
    """The kind of bundle of this code, if this unit may ask what it always asks. Raises Problem."""
    kinds = context.rulebook.bundles
    if code not in kinds:
        raise Problem([FieldFault("kind", "unknown_kind", NO_KIND)], 404)
    if not may_ask(kinds[code], granted_pairs(context, principal)):
        raise Problem([FieldFault("kind", "not_granted", NOT_GRANTED)], 403)
    return kinds[code]


def form_page(request: Request, context: Context, principal: Principal, sheet: Sheet) -> Response:
    """The form as it stands; it is read back where `sheet.reading`."""
    with context.database.read() as session:
        units = all_units(session)
    values = {**shown(context, sheet.kind, sheet.form_data, context.locale(request, principal)), "units": units}
    more = {"faults": sheet.faults, "key": sheet.key or secrets.token_urlsafe(12), "reading": sheet.reading}
    status = 422 if sheet.faults else 200
    return context.page(request, "requesters/ask_bundle.html", status=status, principal=principal, **values, **more)


def shown(context: Context, kind: BundleKind, form_data: FormData, locale: str) -> Json:
    """What can be said of the form as it stands: its rows, what their numbers say, and what will be asked."""
    catalogue, chosen = context.rulebook.catalogue, chosen_of(kind, form_data)
    rows = rows_of(kind, form_data, catalogue)
    ticked = [one.code for one in kind.questions if one.ask == "offered" and one.ticked] if chosen is None else chosen
    details = {role.role: [field_detail(kind, role.role, one, catalogue) for one in role.fields] for role in kind.roles}
    known: dict[str, Any] = {"kind": kind, "catalogue": catalogue, "form_data": form_data, "rows": rows, "chosen": ticked}
    spare = {role.role for role in kind.roles if role.min == 0}
    reads, guard = sentences(kind, rows, chosen, catalogue, locale), context.rulebook.fishing_guard
    return {
        **known,
        "if_named": [one.code for one in kind.questions if spare & set(one.subjects.values())],
        "fields_of": details,
        "echoes": echoes(rows, context.today()),
        "reads": reads,
        "show_in": guard.spot_check_days if is_long_list(reads, guard.tries) else 0,
        "read_print": print_of(form_data),
    }


def with_proposals(context: Context, kind: BundleKind, form_data: Mapping[str, str]) -> tuple[FormData, FormData]:
    """What was typed with the proposals where nothing was chosen, and the proposals alone."""
    catalogue = context.rulebook.catalogue
    proposed = proposals(kind, rows_of(kind, form_data, catalogue), catalogue)
    fresh = {name: value for name, value in proposed.items() if not form_data.get(name, "").strip()}
    return {**form_data, **fresh}, fresh


@router.post("/ask/bundles/{code}/check")
def check_form(request: Request, code: str, principal: Asker, form_data: FormTyped) -> Response:
    """What can be said of a form that is still being filled in, with the relations that the numbers suggest."""
    context = context_of(request)
    kind = granted_kind(context, principal, code)
    told, fresh = with_proposals(context, kind, form_data)
    values = shown(context, kind, told, context.locale(request, principal))
    return context.page(request, "requesters/ask_bundle_check.html", principal=principal, proposed=fresh, **values)


@router.post("/ask/bundles/{code}")
def send_bundle(request: Request, code: str, principal: Asker, form_data: FormTyped) -> Response:
    """Opens the bundle and goes to it, where all that is sent was read back; else it is read back first.

    With faults the form comes back as it was typed. Sent twice, it opens one bundle.
    """
    context = context_of(request)
    kind, key = granted_kind(context, principal, code), form_data.get("key", "")[:128]
    if form_data.get("more") in kind.by_role:
        return form_page(request, context, principal, Sheet(kind, form_data, key=key))
    told, fresh = with_proposals(context, kind, form_data)
    try:
        asked = read_request(bundle_data(kind, told, context.rulebook.catalogue), context.now(), context.rulebook)
        submission = BundleSubmission(asked, principal.unit, principal.username, key)
        if fresh or form_data.get("read") != print_of(form_data):
            _refuse(context, submission, asked)
            return form_page(request, context, principal, Sheet(kind, told, key=key, reading=True))
        with context.database.write() as session:
            number = open_bundle(session, submission, context.now(), context.rulebook)
    except Problem as problem:
        # A key that was used for another bundle would refuse this one for ever: the form gets a new one.
        faults = form_faults(kind, form_data, problem.faults, context.rulebook.catalogue)
        return form_page(request, context, principal, Sheet(kind, form_data, faults))
    return RedirectResponse(f"/bundles/{number}?flash=asked", 303)


def _refuse(context: Context, submission: BundleSubmission, asked: BundleRequest) -> None:
    """What would be refused is said before it is read back. Raises Problem; writes nothing."""
    ready = asking(asked, context.now(), context.rulebook)
    with context.database.read() as session:
        found = refusals(session, {0: (submission, ready)}, context.now(), context.rulebook)
    if 0 in found:
        raise found[0]
