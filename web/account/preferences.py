"""A person's display settings: theme and density, kept with the account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import DENSITIES, THEMES, Account
from access.authentication import Authenticated
from access.principal import Principal
from storage.problem import N_, FieldFault, Problem
from web.context import context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Principal, Depends(Authenticated())]
NO_CHOICE = N_("Choose one of the given values.")


@router.post("/me/preferences")
def keep_preferences(request: Request, principal: Anybody, form_data: FormTyped) -> Response:
    """Keeps `theme` and `density`; one that is left out stays as it was."""
    theme, density = form_data.get("theme", principal.theme), form_data.get("density", principal.density)
    faults = [FieldFault(name, "unknown", NO_CHOICE) for name, bad in _wrong(theme, density).items() if bad]
    if faults:
        raise Problem(faults)
    with context_of(request).database.write() as session:
        account = session.get_one(Account, principal.username)
        account.theme, account.density = theme, density
    return RedirectResponse("/me?flash=preferences", 303)


def _wrong(theme: str, density: str) -> dict[str, bool]:
    return {"theme": theme not in THEMES, "density": density not in DENSITIES}
