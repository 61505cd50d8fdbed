"""XML parts of an XLSX file: unzipped and parsed as a stream, without external entities."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from posixpath import basename, dirname, join, normpath
from typing import Protocol
from xml.parsers import expat

from storage.sheets import limits
from storage.sheets.limits import Budget, not_a_sheet, too_large

PIECE = 64 * 1024
PACKINGS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # others may ask for gigabytes before the first byte
ENCODINGS = (None, "utf-8", "utf-16", "us-ascii", "iso-8859-1")


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
        if len(infos) > limits.MOST_PARTS or sum(info.file_size for info in infos) > limits.MOST_UNPACKED:
            raise too_large()
        if any(info.compress_type not in PACKINGS for info in infos):
            raise not_a_sheet()
        self._infos = {_plain(info.filename): info for info in infos}
        self._left = limits.MOST_UNPACKED

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._infos

    def listen(self, name: str, listener: Listener) -> None:
        """Lets the listener hear a part. A document type is refused: no office program writes one, and entities hide behind it."""
        names: dict[str, str] = {}
        parser = expat.ParserCreate(namespace_separator=" ", intern=names)
        parser.buffer_text = True
        ears = _Ears(listener)
        parser.StartElementHandler, parser.EndElementHandler = ears.start, ears.end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = listener.text, _refuse
        parser.XmlDeclHandler = _check_encoding
        given = heard = 0
        for piece in self._pieces(name):
            given += len(piece)
            parser.Parse(piece)
            self._budget.elements(ears.heard - heard)
            heard = ears.heard
            if given - max(parser.CurrentByteIndex, 0) > limits.MOST_TOKEN or len(names) > limits.MOST_NAMES:
                raise not_a_sheet()
        parser.Parse(b"", True)

    def _pieces(self, name: str) -> Iterator[bytes]:
        if name not in self:
            raise not_a_sheet()
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


class _Ears:
    """Between parser and listener: takes namespaces off the names, counts, and refuses what goes in too deep."""

    def __init__(self, listener: Listener) -> None:
        self.heard = 0
        self._depth = 0
        self._local: dict[str, str] = {}
        self._start, self._end = listener.start, listener.end

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.heard += 1
        self._depth += 1
        if self._depth > limits.MOST_DEPTH:
            raise not_a_sheet()
        if name not in self._local:
            self._local[name] = name.rpartition(" ")[2]
        self._start(self._local[name], attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._end(self._local[name])


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
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, expat.ExpatError) as error:
        raise not_a_sheet() from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding.lower() if encoding else None) not in ENCODINGS:
        raise not_a_sheet()


def _refuse(*_: object) -> None:
    raise not_a_sheet()
