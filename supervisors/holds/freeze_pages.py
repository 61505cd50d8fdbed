"""/held/frozen: freezing and unfreezing a unit or an account, each with a reason."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from access.freezes import ACCOUNT, UNIT
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from cases.actions import ActionContext
from cases.safeguards import held_findings
from storage.problem import FieldFault, Problem
from supervisors.holds.freezing import LONGEST, NO_KIND, NO_REASON, do_freeze, do_thaw, freeze_faults, held_list
from web.context import context_of
from web.form_data import FormData, FormTyped
from web.sign_in.reauthentication import Reauthenticated

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Principal, Depends(Reauthenticated("supervisor", "admin"))]


@router.get("/held/frozen")
def show_frozen(
    request: Request, principal: Watcher, unit: str = "", account: str = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Response:
    """What is frozen and what waits for it; a unit or account in the address stands in the form already."""
    return _page(request, principal, {"unit": unit[:32], "account": account[:64]}, page=page)


def _page(
    request: Request, principal: Principal, form_data: FormData, faults: Sequence[FieldFault] = (), page: int = 1
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        held = held_list(session, context.locale(request, principal), held_findings.counts(session), page)
        units = all_units(session)
    values = {"held": held, "following": page + 1, "units": units, "form_data": form_data, "faults": faults}
    return context.page(request, "supervisors/frozen.html", status=422 if faults else 200, principal=principal, **values)


@router.post("/held/frozen")
def freeze_one(request: Request, principal: Watcher, form_data: FormTyped) -> Response:
    """Freezes the account that is named, or else the unit that is chosen, from this moment on."""
    context, now = context_of(request), context_of(request).now()
    account, reason = form_data.get("account", "").strip().lower()[:64], form_data.get("reason", "").strip()[:LONGEST]
    kind, subject = (ACCOUNT, account) if account else (UNIT, form_data.get("unit", ""))
    with context.database.write() as session:
        faults = freeze_faults(session, principal, kind, subject, reason)
        if not faults:
            do_freeze(ActionContext(session, principal, now, context.rulebook), kind, subject, reason)
    return _page(request, principal, form_data, faults) if faults else RedirectResponse("/held/frozen?flash=frozen", 303)


@router.post("/held/frozen/{kind}/{subject}/thaw")
def thaw_one(request: Request, kind: str, subject: str, principal: Watcher, form_data: FormTyped) -> Response:
    """Lets a unit or an account go; letters that were held leave at once."""
    context, now, reason = context_of(request), context_of(request).now(), form_data.get("reason", "").strip()[:LONGEST]
    if kind not in (UNIT, ACCOUNT):
        raise Problem([FieldFault("kind", "unknown", NO_KIND)], 404)
    if not reason:
        return _page(request, principal, {"thaw": f"{kind}/{subject}"}, [FieldFault("reason", "missing", NO_REASON)])
    if subject == (principal.username if kind == ACCOUNT else principal.unit):
        raise NotAllowed
    with context.database.write() as session:
        thawed = do_thaw(session, principal, kind, subject, reason, now)
    return RedirectResponse(f"/held/frozen?flash={'thawed' if thawed else 'not_frozen'}", 303)
