"""The plan of the house: every room is in it, folders are small and say what stands in them, and README's map says the same."""

import re
import tomllib

from tests.file_index import DOCUMENT, written
from tests.house.rooms import ROOMS, ROOT, docstring_of

MOST_FILES = 25
BESIDE = {"docs", "scripts", "tests", "var"}
GENERATED = {"deploy/migrations/versions"}


def folders() -> list[str]:
    """Every folder of the rooms, and the tests' too, as far as anything in it is kept."""
    tops = (ROOT / top for top in (*ROOMS, "tests", "docs", "scripts"))
    found = (path for top in tops for path in (top, *top.rglob("*")) if path.is_dir() and path.name != "__pycache__")
    return [path.relative_to(ROOT).as_posix() for path in found]


def sentence_of(folder: str) -> str:
    """What the folder says of itself; empty where it holds no code."""
    init = ROOT / folder / "__init__.py"
    return docstring_of(init.read_text(encoding="utf-8")) if init.exists() else ""


def test_nothing_stands_outside_the_plan() -> None:
    plan = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(one for one in plan["tool"]["importlinter"]["contracts"] if one["type"] == "layers")["layers"]
    planned = {room.strip() for layer in layers for room in layer.split("|")}
    beside = {path for path in ROOT.iterdir() if path.name not in BESIDE and not path.name.startswith(".")}
    here = {path.name for path in beside if path.is_dir() and any(path.rglob("*.py"))}

    assert here == planned == set(ROOMS)
    assert planned == set(plan["tool"]["importlinter"]["root_packages"])
    assert planned == set(plan["tool"]["mypy"]["packages"]) == set(plan["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def test_no_folder_is_larger_than_one_can_take_in() -> None:
    counts = {name: sum(1 for path in (ROOT / name).iterdir() if path.is_file()) for name in folders()}

    assert {name: count for name, count in counts.items() if count > MOST_FILES and name not in GENERATED} == {}


def test_every_folder_with_code_says_what_stands_in_it() -> None:
    with_code = [name for name in folders() if name.split("/")[0] in ROOMS and any((ROOT / name).glob("*.py"))]
    silent = [name for name in with_code if not sentence_of(name) and not name.startswith("deploy/migrations")]

    assert silent == []


def test_the_map_in_readme_is_what_the_rooms_say() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    map_of_readme = text.partition("<!-- map -->\n")[2].partition("<!-- /map -->")[0]

    assert map_of_readme == "".join(f"- `{room}/`: {sentence_of(room)}\n" for room in reversed(ROOMS))


def test_where_everything_is_is_true() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = text.partition("<!-- where -->\n")[2].partition("<!-- /where -->")[0].splitlines()[2:]
    named = [path for row in rows for path in re.findall(r"`([\w./]+/[\w./]*)`", row.split("|")[2])]

    assert len(rows) >= 30
    assert len(named) >= len(rows)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_file_has_its_line_in_contributing() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert written(document) == document, "run .venv/bin/python -m tests.file_index"
