"""What all administration pages share: access check, template frame, unknown entries (404)."""

from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.responses import Response

from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.sign_in.reauthentication import Reauthenticated

T = TypeVar("T")
PAGE_SIZE = 50


class AuthenticatedAdministrator(Authenticated):
    """Lets in administrators who signed in themselves: a system with a key never administers."""

    async def __call__(self, request: Request) -> Principal:
        """The principal. Raises NotSignedIn, NotAllowed or Forged."""
        principal = await super().__call__(request)
        if not principal.csrf:
            raise NotAllowed
        return principal


Admin = Annotated[Principal, Depends(AuthenticatedAdministrator("admin"))]
Proven = Annotated[
    Principal, Depends(Reauthenticated("admin"))
]  # who showed lately who they are: for what lets others in or shuts them out


def show(request: Request, principal: Principal, name: str, **values: object) -> Response:
    """The page `administrators/<name>.html`; 422 where `faults` among the values holds any."""
    status = 422 if values.setdefault("faults", ()) else 200
    return context_of(request).page(request, f"administrators/{name}.html", status=status, principal=principal, **values)


def known(thing: T | None, field: str, message: str) -> T:
    """What an address names. Raises a Problem with status 404 where there is nothing."""
    if thing is None:
        raise unknown(field, message)
    return thing


def unknown(field: str, message: str) -> Problem:
    """What to raise where an address names nothing."""
    return Problem([FieldFault(field, "unknown", message)], 404)
