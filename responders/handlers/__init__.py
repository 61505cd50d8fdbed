"""Automatic handlers: one file per item. A handler is a module with `find(records, questions) -> findings`."""

import sqlite3
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any, Protocol, cast

from cases.question import Finding, Question

OURS = Path(__file__).parent  # what is packaged; everything else is the department's own


class RecordsAway(Exception):
    """The records cannot be asked now, or look emptied: questions wait and are tried again. Its words name nobody and no entry."""


class HandlerProblem(Exception):
    """A handler file that cannot be used: names it, the line and what would be right."""


class Handler(Protocol):
    """What a handler file offers.

    It may also have `TABLES`, the tables of the SQLite file that it reads and that are never empty while the records are whole; or,
    where its records are no SQLite file, `open_records(path: str)`. Then it looks after them itself and raises RecordsAway.

    Such a handler may say by `look(records, now)` how many entries they have (`rows`, or None) and of which day they are (`as_of`,
    ISO); with `STAYS_OPEN` they are opened once, and looked at after `EVERY` seconds though nobody asks.

    `DOCUMENTS`, if it has it, are the kinds of document (cases/documents/kinds) by which it finds people; without it resident ID
    cards alone. Questions that name somebody by another kind are not put to it: a person looks.
    """

    def find(self, records: Any, questions: Sequence[Question]) -> list[Finding]:
        """One finding per question, in the same order; a constant number of queries whatever the batch."""


def load(folders: Sequence[Path] = ()) -> dict[str, Handler]:
    """Every handler by item: those of this package, then those of the folders, which win over them.

    A file `<item>.py` with a function `find` is a handler; files that start with `_` and files without `find` are not.
    Raises HandlerProblem where one cannot be read: an agent must not start with half its handlers.
    """
    handlers: dict[str, Handler] = {}
    for folder in (OURS, OURS / "queries", *folders):
        for path in sorted(folder.glob("[!_]*.py")):
            module = _read_or_name(path)
            if callable(getattr(module, "find", None)):
                handlers[path.stem] = cast(Handler, module)
    return handlers


def misnamed(folders: Sequence[Path], items: Collection[str]) -> list[str]:
    """A sentence for each handler file of these folders that answers no item, because no item is called so or it has no `find`."""
    files = [path for folder in folders for path in sorted(folder.glob("[!_]*.py"))]
    told = []
    for path in files:
        answers = callable(getattr(_read_or_name(path), "find", None))
        if answers and path.stem not in items:
            near = get_close_matches(path.stem, items, 1, 0.6)
            told.append(f"{path}: there is no item `{path.stem}`" + (f"; call it {near[0]}.py" if near else ""))
        elif not answers and path.stem in items:
            told.append(f"{path}: must have a function `find(records, questions)`")
    return told


def open_records(handler: Handler, path: Path) -> Any:
    """The handler's records: by its own `open_records`, else the SQLite file, for reading only. Raises whatever that raises."""
    opener = getattr(handler, "open_records", None)
    if opener is not None:
        return opener(str(path))
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _read_or_name(path: Path) -> ModuleType:
    try:
        return _read(path)
    except Exception as error:  # a stranger's code may raise anything
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == str(path)]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        where = f", line {line}" if line else ""
        raise HandlerProblem(f"{path}{where}: cannot be read: {type(error).__name__}: {error}") from error


def _read(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"responders.handlers.{path.stem}", path)
    assert spec is not None  # a .py file always has a spec and a loader
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
