"""The sealed pages attached to a bundle's paper, found by the bytes around them: no PDF reader sees what nobody sealed."""

import re
from collections.abc import Sequence

MOST_PAGES = 120  # of one paper
# As the typesetter writes an attached file. Stored as it is: its bytes stand in the file as they stand alone.
ATTACHED = re.compile(rb"<</Length (\d{1,7})/Type/EmbeddedFile/Subtype/application#2Fpdf/[^>]{0,200}>>>>\nstream\n")
END = b"\nendstream"
Span = tuple[int, int]


def spans(pdf: bytes) -> Sequence[Span]:
    """Where attached files begin and end, one after the other; what lies inside another is none of this file's."""
    found: list[Span] = []
    after = 0
    while len(found) < MOST_PAGES and (begun := ATTACHED.search(pdf, after)):
        start = begun.end()
        end = start + int(begun.group(1))
        whole = pdf.startswith(END, end)
        found += [(start, end)] if whole else []
        after = end if whole else start
    return found


def attached_pages(pdf: bytes) -> Sequence[bytes]:
    """The attached files as they were put in."""
    return [pdf[start:end] for start, end in spans(pdf)]


def outside(pdf: bytes) -> bytes:
    """The file with blanks in place of what is attached; as long as before."""
    blank = bytearray(pdf)
    for start, end in spans(pdf):
        blank[start:end] = b" " * (end - start)
    return bytes(blank)
