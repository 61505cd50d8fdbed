"""The sources of a unit: every file `sources/UNIT/ITEM.toml` in a city's folders."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cases.catalogue.item import Item
from responders.sources.fault_words import said
from responders.sources.handler import SourceHandler
from responders.sources.reading import problem, read_source

FOLDER = "sources"


def files_of(folders: Sequence[Path], unit: str) -> list[Path]:
    """The files of this unit. Raises SourceProblem for one that stands outside of any unit's folder, or is called otherwise."""
    for place in (folder / FOLDER for folder in folders):
        if outside := [path for path in sorted(place.glob("*")) if path.is_file() and not path.name.startswith((".", "_"))]:
            raise problem(outside[0], [("", said("no_unit"))])
    there = [path for folder in folders for path in sorted((folder / FOLDER / unit).glob("*"))]
    found = [path for path in there if not path.name.startswith((".", "_"))]
    if strange := [path for path in found if path.suffix != ".toml"]:
        raise problem(strange[0], [("", said("not_a_source"))])
    return found


def odd_sources(folders: Sequence[Path], items: Mapping[str, Item]) -> list[str]:
    """A sentence for each file from which nobody is answered: its folder is of another unit than its item is asked of."""
    files = [path for folder in folders for path in sorted((folder / FOLDER).glob("*/*.toml")) if path.stem in items]
    asked = [(path, items[path.stem].holder) for path in files]
    return [f"{path}: {said('other_unit', holder=holder)}" for path, holder in asked if path.parent.name != holder]


def load_sources(
    folders: Sequence[Path], unit: str, items: Mapping[str, Item], environment: Mapping[str, str]
) -> dict[str, SourceHandler]:
    """A handler for each file of this unit, by item. Raises SourceProblem: an agent must not start with half its registers."""
    handlers: dict[str, SourceHandler] = {}
    for path in files_of(folders, unit):
        programs = [file for folder in folders if (file := folder / "handlers" / f"{path.stem}.py").exists()]
        if programs or path.stem in handlers:
            raise problem(path, [("", said("two_answer", other=programs[0] if programs else path.stem))])
        source = read_source(path, items, environment)
        handlers[path.stem] = SourceHandler(items[path.stem], source)
    return handlers
