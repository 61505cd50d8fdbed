"""The OpenAPI description: FastAPI's own, completed with errors, API keys and the forms of moves."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from cases.actions import Action
from web.downloads import XLSX

Described = dict[str, Any]
WORDS = {
    400: "The request cannot be read",
    401: "No valid key, and nobody signed in",
    403: "Not for this key or person",
    404: "There is no such thing, or it is another unit's",
    409: "Not now: the case, the sheet or the answer is not there yet or has moved on",
    413: "Too large",
    422: "Something in it is wrong; each field is named",
    429: "Too many at once; Retry-After says how many seconds to wait",
    503: "Something this process needs, such as the database, is away; Retry-After says how many seconds to wait",
}
EVERY = (400, 401, 403, 404, 409, 413, 422, 429, 503)
BY_PATH = {"/healthz": (), "/readyz": (503,), "/metrics": (403,)}
BINARY = {".xlsx": XLSX, ".pdf": "application/pdf", ".jpg": "image/jpeg", "/metrics": "text/plain"}
MOVE = "/api/v1/cases/{number}/{move}"
ERROR = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": "A dotted path; empty where no single field is wrong"},
        "code": {"type": "string", "description": "Stable: programs go by it"},
        "message": {"type": "string", "description": "For people, in the language asked for"},
    },
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": ERROR},
        "state": {"type": "string", "description": "With a refused move: the state of the case"},
        "open_moves": {"type": "array", "items": {"type": "string"}, "description": "With a refused move: what could be done"},
    },
}


def describe(app: FastAPI, doings: tuple[Action, ...]) -> None:
    """Lets the app give this description of itself; `doings` are the moves that people make."""

    def description() -> Described:
        if app.openapi_schema is None:
            plain = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _completed(plain, doings)
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]  # FastAPI's own way of extending it


def _completed(plain: Described, doings: tuple[Action, ...]) -> Described:
    parts = plain.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    shapes["Problem"] = PROBLEM
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "A unit's key"}}
    for path, operation in _operations(plain):
        statuses = BY_PATH.get(path, EVERY)
        operation["responses"] |= {str(status): _problem(status) for status in statuses}
        if path.startswith("/api/"):
            operation["security"] = [{"key": []}]
        _type_answer(path, operation)
        _hoist(operation, shapes)
    _describe_moves(plain, shapes, doings)
    for unused in ("HTTPValidationError", "ValidationError"):
        shapes.pop(unused, None)
    return plain


def _operations(plain: Described) -> Iterator[tuple[str, Described]]:
    for path, methods in plain["paths"].items():
        for operation in methods.values():
            yield path, operation


def _problem(status: int) -> Described:
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    wait = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"}} if status in (429, 503) else {}
    return {"description": WORDS[status], "content": {"application/problem+json": shape}, **({"headers": wait} if wait else {})}


def _type_answer(path: str, operation: Described) -> None:
    """A file is described as one and not as JSON."""
    for end, media_type in BINARY.items():
        if path.endswith(end):
            operation["responses"]["200"]["content"] = {media_type: {"schema": {"type": "string", "format": "binary"}}}


def _hoist(operation: Described, shapes: Described) -> None:
    """Shapes that a body brought along stand with the others, where references look for them."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        shapes |= content["schema"].pop("$defs", {})


def _describe_moves(plain: Described, shapes: Described, doings: tuple[Action, ...]) -> None:
    operation = plain["paths"].get(MOVE, {}).get("post")
    if operation is None:
        return
    for form in {action.form for action in doings}:
        shape = form.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= {**shape.pop("$defs", {}), form.__name__: shape}
    forms = sorted({action.form.__name__ for action in doings})
    told = {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in forms]}
    operation["requestBody"] = {"content": {"application/json": {"schema": told}}, "required": False}
    names = sorted({action.move for action in doings})
    for parameter in operation["parameters"]:
        if parameter["name"] == "move":
            parameter["schema"] = {"type": "string", "enum": names}
