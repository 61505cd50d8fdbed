"""Automatic handlers: one file per item. A handler is a module with `find(records, questions) -> findings`."""

import sqlite3
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from cases.question import Finding, Question


class RecordsAway(Exception):
    """The records cannot be asked now, or look emptied: questions wait and are tried again. Its words name nobody and no entry."""


class Handler(Protocol):
    """What a handler file offers.

    It may also have `TABLES`, the tables of the SQLite file that it reads and that are never empty while the records are whole; or,
    where its records are no SQLite file, `open_records(path: str)`. Then it looks after them itself and raises RecordsAway.
    """

    def find(self, records: Any, questions: Sequence[Question]) -> list[Finding]:
        """One finding per question, in the same order; a constant number of queries whatever the batch."""


def load(folders: Sequence[Path] = ()) -> dict[str, Handler]:
    """Every handler by item: those of this package, then those of the folders, which win over them.

    A file `<item>.py` with a function `find` is a handler; files that start with `_` and files without `find` are not.
    Whatever a file raises while it is read comes through: an agent must not start with half its handlers.
    """
    handlers: dict[str, Handler] = {}
    for folder in (Path(__file__).parent, *folders):
        for path in sorted(folder.glob("[!_]*.py")):
            module = _read(path)
            if callable(getattr(module, "find", None)):
                handlers[path.stem] = cast(Handler, module)
    return handlers


def open_records(handler: Handler, path: Path) -> Any:
    """The handler's records: by its own `open_records`, else the SQLite file, for reading only. Raises whatever that raises."""
    opener = getattr(handler, "open_records", None)
    if opener is not None:
        return opener(str(path))
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _read(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"responders.handlers.{path.stem}", path)
    assert spec is not None  # a .py file always has a spec and a loader
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
