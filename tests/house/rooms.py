"""The rooms as files: what the tests about the house look at."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
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
AT_THE_TOP = re.compile(r'\A"""(?:[^"\\]|\\.|"(?!""))*"""(?=\s*(?:\n|\Z))', re.DOTALL)


def files(*folders: str) -> Iterator[tuple[str, str]]:
    """Path and text of each Python file in these folders, migrations left out; by default of every room."""
    for folder in folders or ROOMS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(GENERATED):
                yield name, _text_of(path)


@cache
def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def trees(word: str = "") -> Iterator[tuple[str, ast.Module]]:
    """Path and syntax tree of each Python file of the rooms in which this word stands; parsing the others would show nothing."""
    for name, text in files():
        if word in text:
            yield name, ast.parse(text)


def docstring_of(text: str) -> str:
    """What a Python file says of itself, empty where it says nothing. It stands at the top: the rest is not parsed for it."""
    top = AT_THE_TOP.match(text)
    return inspect.cleandoc(ast.literal_eval(top[0])) if top else ast.get_docstring(ast.parse(text)) or ""


def module_of(name: str) -> str:
    """The module that stands in this file."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
