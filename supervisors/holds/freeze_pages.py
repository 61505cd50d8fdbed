"""What is frozen, in the browser: a unit or an account is cut off in one act, and let go again, each with a reason."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.freezes import ACCOUNT, UNIT
from access.principal import Visitor
from access.refusals import NotAllowed
from access.units import all_units
from cases import held_findings
from storage.problem import FieldFault, Problem
from supervisors.holds.freezing import LONGEST, NO_REASON, do_freeze, do_thaw, freeze_faults, held_list
from web.context import house_of
from web.form_data import FormTyped, Typed
from web.sign_in.reauthentication import ProvenDoor

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Visitor, Depends(ProvenDoor("supervisor", "admin"))]


@router.get("/held/frozen")
def show_frozen(request: Request, visitor: Watcher, unit: str = "", account: str = "") -> Response:
    """What is frozen and what waits for it; a unit or account in the address stands in the form already."""
    return _page(request, visitor, {"unit": unit[:32], "account": account[:64]})


def _page(request: Request, visitor: Visitor, typed: Typed, faults: Sequence[FieldFault] = ()) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        held = held_list(session, house.locale(request, visitor), held_findings.counts(session))
        units = all_units(session)
    values = {"held": held, "units": units, "typed": typed, "faults": faults}
    return house.page(request, "supervisors/frozen.html", status=422 if faults else 200, visitor=visitor, **values)


@router.post("/held/frozen")
def freeze_one(request: Request, visitor: Watcher, typed: FormTyped) -> Response:
    """Freezes the account that is named, or else the unit that is chosen, from this moment on."""
    house, now = house_of(request), house_of(request).now()
    account, reason = typed.get("account", "").strip().lower()[:64], typed.get("reason", "").strip()[:LONGEST]
    kind, subject = (ACCOUNT, account) if account else (UNIT, typed.get("unit", ""))
    with house.database.write() as session:
        faults = freeze_faults(session, visitor, kind, subject, reason)
        if not faults:
            do_freeze(session, visitor, kind, subject, reason, now)
    return _page(request, visitor, typed, faults) if faults else RedirectResponse("/held/frozen?said=frozen", 303)


@router.post("/held/frozen/{kind}/{subject}/thaw")
def thaw_one(request: Request, kind: str, subject: str, visitor: Watcher, typed: FormTyped) -> Response:
    """Lets a unit or an account go; letters that were held leave at once."""
    house, now, reason = house_of(request), house_of(request).now(), typed.get("reason", "").strip()[:LONGEST]
    if kind not in (UNIT, ACCOUNT):
        raise Problem([FieldFault("kind", "unknown", NO_REASON)], 404)
    if not reason:
        return _page(request, visitor, {"thaw": f"{kind}/{subject}"}, [FieldFault("reason", "missing", NO_REASON)])
    if subject == (visitor.username if kind == ACCOUNT else visitor.unit):
        raise NotAllowed
    with house.database.write() as session:
        do_thaw(session, visitor, kind, subject, reason, now)
    return RedirectResponse("/held/frozen?said=thawed", 303)
