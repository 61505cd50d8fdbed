"""The web apps of tests, of which a run makes hundreds."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, FastAPI

from deploy.app import ROUTERS, create_app
from deploy.assembly import Assembly

_known: dict[tuple[str, int], Any] = {}


def app_of(assembly: Assembly) -> FastAPI:
    """The whole house's app."""
    app = create_app(assembly)
    share_routes(app, ROUTERS)
    return app


def share_routes(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Gives the app what an app of this title had before it for these routers.

    FastAPI works out the routes at an app's first request, which takes a fifth of a second for the whole house. They are the
    same in each: whose app it is stands in the request.
    """
    lasting = {id(router) for router in routers}
    for place, route in enumerate(app.router.routes):
        router = id(getattr(route, "original_router", None))
        if router in lasting:
            app.router.routes[place] = _known.setdefault((app.title, router), route)
