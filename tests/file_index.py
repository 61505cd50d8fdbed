"""The index of files at the end of CONTRIBUTING, from each file's own first line; `python -m tests.file_index` writes it."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.house.rooms import ROOT, docstring_of, files

DOCUMENT = ROOT / "CONTRIBUTING.md"
PLACE = re.compile(r"(<!-- files -->\n).*?(<!-- /files -->)", re.DOTALL)
SCRIPTS = ROOT / "web" / "static"


def index() -> str:
    """A line for each folder, with what its `__init__` says, and under it one for each file."""
    lines = sorted([*_modules(), *_scripts()], key=lambda line: (_folder(line[0]), line[0]))
    return "".join(_part(folder, list(part)) for folder, part in groupby(lines, lambda line: _folder(line[0])))


def _folder(name: str) -> str:
    return str(Path(name).parent)


def _modules() -> Iterator[tuple[str, str]]:
    for name, text in files():
        yield name, docstring_of(text).partition("\n")[0]


def _scripts() -> Iterator[tuple[str, str]]:
    for path in SCRIPTS.glob("*.js"):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("// ")


def _part(folder: str, lines: list[tuple[str, str]]) -> str:
    said = {Path(name).name: words for name, words in lines}
    head = said.pop("__init__.py", "")
    return f"**`{folder}/`** {head}\n\n" + "".join(f"- `{name}` {words}\n" for name, words in said.items()) + "\n"


def written(document: str) -> str:
    """CONTRIBUTING with the index as it is now."""
    return PLACE.sub(lambda found: found[1] + index() + found[2], document)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
