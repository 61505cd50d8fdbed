"""The rooms as files: what the tests about the house look at."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "storage",
    "broker",
    "access",
    "cases",
    "web",
    "contacts",
    "requesters",
    "responders",
    "supervisors",
    "reform",
    "administrators",
    "deploy",
    "sample",
)
GENERATED = "deploy/migrations/versions/"


def files(*folders: str) -> Iterator[tuple[str, str]]:
    """Path and text of each Python file in these folders, migrations left out; by default of every room."""
    for folder in folders or ROOMS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(GENERATED):
                yield name, path.read_text(encoding="utf-8")


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of each Python file in these folders; by default of every room."""
    for name, text in files(*folders):
        yield name, ast.parse(text)


def module_of(name: str) -> str:
    """The module that stands in this file."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
