"""The parts of an XLSX file, unpacked and parsed piece by piece: nothing is ever held whole, and nothing outside is asked for."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from posixpath import basename, dirname, join, normpath
from typing import Any, Protocol
from xml.parsers import expat

from storage.sheets.limits import MOST_PARTS, MOST_TOKEN, MOST_UNPACKED, NOT_A_SHEET, BadFile, Budget, too_large

PIECE = 64 * 1024


class Listener(Protocol):
    """Hears the elements of a part by their local names: prefixes and the two namespaces of spreadsheets make no difference."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Characters between two tags, perhaps not all of them."""


class Parts:
    """The parts of one file."""

    def __init__(self, packed: zipfile.ZipFile, budget: Budget) -> None:
        self._packed, self._budget = packed, budget
        infos = packed.infolist()
        if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise too_large()
        self._infos = {_plain(info.filename): info for info in infos}
        self._left = MOST_UNPACKED

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._infos

    def listen(self, name: str, listener: Listener) -> None:
        """Lets the listener hear a part. A document type is refused: no office program writes one, and entities hide behind it."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        local: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            self._budget.element()
            listener.start(local.get(name) or local.setdefault(name, name.rpartition(" ")[2]), attributes)

        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: listener.end(local[name])
        parser.CharacterDataHandler = listener.text
        parser.StartDoctypeDeclHandler = _refuse
        given = 0
        for piece in self._pieces(name):
            given += len(piece)
            parser.Parse(piece)
            if given - max(parser.CurrentByteIndex, 0) > MOST_TOKEN:
                raise BadFile(NOT_A_SHEET)
        parser.Parse(b"", True)

    def _pieces(self, name: str) -> Iterator[bytes]:
        if name not in self:
            raise BadFile(NOT_A_SHEET)
        with self._packed.open(self._infos[_plain(name)]) as part:
            while piece := part.read(PIECE):
                self._left -= len(piece)
                if self._left < 0:  # many sheets may be one and the same part
                    raise too_large()
                yield piece

    def related(self, name: str = "") -> dict[str, tuple[str, str]]:
        """What a part (none: the whole file) refers to: by id the kind of part and its name."""
        relations = _Relations()
        place = join(dirname(name), "_rels", basename(name) + ".rels")
        if place in self:
            self.listen(place, relations)
        folder = join("/", dirname(name))
        return {one: (kind, normpath(join(folder, target)).lstrip("/")) for one, kind, target in relations.found}


class _Relations:
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found.append((attributes.get("Id", ""), kind, attributes.get("Target", "").replace("\\", "/")))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


@contextmanager
def open_parts(data: bytes, budget: Budget) -> Iterator[Parts]:
    """The parts of a file; whatever is wrong with zip or XML, then or later, raises BadFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield Parts(packed, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadFile(NOT_A_SHEET) from error
    except (expat.ExpatError, LookupError, OverflowError) as error:
        raise BadFile(NOT_A_SHEET) from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse(*_: Any) -> None:
    raise BadFile(NOT_A_SHEET)
