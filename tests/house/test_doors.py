"""Every route has a door, and every room's routes are in the house."""

import shutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Mount

from access.authentication import Authenticated, Public
from deploy.app import create_app
from deploy.assembly import assemble
from deploy.settings import Settings
from tests.house.rooms import files, module_of, trees

DESCRIPTIONS = {"/openapi.json"}  # the form of the API and nothing else


@pytest.fixture(scope="module")
def routes(sqlite_pattern: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Every route of the house."""
    home = tmp_path_factory.mktemp("home")
    shutil.copy(sqlite_pattern, home / "hecha.sqlite")
    house = assemble(Settings(home=home))
    found = list(flat(create_app(house).routes))
    house.database.close()
    return found


def flat(routes: Sequence[Any]) -> Iterator[Any]:
    """The routes, those of included routers in their place."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from flat(inner.routes)


def calls(dependant: Dependant) -> Iterator[Any]:
    """Every dependency of a route, those of dependencies included."""
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


def has_door(route: APIRoute) -> bool:
    """Whether somebody asks at this route who comes."""
    return any(isinstance(call, Authenticated | Public) for call in calls(route.dependant))


def test_every_route_has_a_door(routes: list[Any]) -> None:
    open_to_all = [
        f"{sorted(route.methods or ())} {route.path}" for route in routes if isinstance(route, APIRoute) and not has_door(route)
    ]

    assert open_to_all == []
    assert len([route for route in routes if isinstance(route, APIRoute)]) > 10


def test_what_is_not_a_route_of_ours_is_a_static_file_or_the_description_of_the_api(routes: list[Any]) -> None:
    others = {route.path for route in routes if not isinstance(route, APIRoute)}

    assert {path for path in others if not path.startswith("/static")} == DESCRIPTIONS
    assert all(isinstance(route, Mount) for route in routes if route.path.startswith("/static"))


def test_the_routes_of_every_room_are_in_the_house(routes: list[Any]) -> None:
    here = {(route.path, method) for route in routes if isinstance(route, APIRoute) for method in route.methods or ()}
    missing = {module: left for module, router in routers() if (left := ways_of(router) - here)}

    assert missing == {}


def routers() -> Iterator[tuple[str, APIRouter]]:
    """Every module of ours that has a `router`."""
    for name, tree in trees("router"):
        assigned = {ast_name for node in tree.body for ast_name in names_of(node)}
        if "router" in assigned and not name.startswith("sample/phones/"):
            yield module_of(name), import_module(module_of(name)).router


def names_of(node: Any) -> list[str]:
    """The names that this statement assigns."""
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    return [target.id for target in targets if hasattr(target, "id")]


def ways_of(router: APIRouter) -> set[tuple[str, str]]:
    """Path and method of each route of a router."""
    return {(route.path, method) for route in flat(router.routes) if isinstance(route, APIRoute) for method in route.methods or ()}


def test_a_route_without_a_door_would_be_seen(tmp_path: Path) -> None:
    router = APIRouter()
    router.add_api_route("/open", lambda: str(tmp_path))

    assert not has_door(next(route for route in router.routes if isinstance(route, APIRoute)))


def test_the_address_of_a_stranger_is_read_in_one_place() -> None:
    """Whatever is counted by address counts networks: one person has all addresses of an IPv6 one."""
    assert [name for name, text in files() if "request.client" in text] == ["web/sign_in/sign_in_flow.py"]
