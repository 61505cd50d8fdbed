"""How a person wants the pages: light or dark, roomy or dense, remembered with the account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import DENSITIES, THEMES, Account
from access.authentication import Door
from access.principal import Visitor
from storage.problem import N_, FieldFault, Problem
from web.context import house_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, Depends(Door())]
NO_CHOICE = N_("Choose one of the given values.")


@router.post("/me/preferences")
def keep_preferences(request: Request, visitor: Anybody, typed: FormTyped) -> Response:
    """Keeps `theme` and `density`; one that is left out stays as it was."""
    theme, density = typed.get("theme", visitor.theme), typed.get("density", visitor.density)
    faults = [FieldFault(name, "unknown", NO_CHOICE) for name, bad in _wrong(theme, density).items() if bad]
    if faults:
        raise Problem(faults)
    with house_of(request).database.write() as session:
        account = session.get_one(Account, visitor.username)
        account.theme, account.density = theme, density
    return RedirectResponse("/me?said=preferences", 303)


def _wrong(theme: str, density: str) -> dict[str, bool]:
    return {"theme": theme not in THEMES, "density": density not in DENSITIES}
