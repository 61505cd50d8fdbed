"""What all pages of the reform office share: who gets in, the frame of a page, addresses that name nothing."""

from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.responses import Response

from access.authentication import Authenticated
from access.principal import Principal
from storage.problem import FieldFault, Problem
from web.context import context_of

T = TypeVar("T")
Reformer = Annotated[Principal, Depends(Authenticated("reformer"))]


def show(request: Request, principal: Principal, name: str, **values: object) -> Response:
    """The page `reform/<name>.html`; 422 where `faults` among the values holds any."""
    status = 422 if values.setdefault("faults", ()) else 200
    return context_of(request).page(request, f"reform/{name}.html", status=status, principal=principal, **values)


def known(thing: T | None, field: str, message: str) -> T:
    """What an address names. Raises a Problem with status 404 where there is nothing."""
    if thing is None:
        raise Problem([FieldFault(field, "unknown", message)], 404)
    return thing
