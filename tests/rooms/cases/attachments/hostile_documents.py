"""Hostile PDFs and everything that is neither picture nor PDF, made here: each with how it must end."""

import io
import os

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tests.rooms.cases.attachments.hostile_pictures import BAD, CLEAN, SCRIPT, SECRET, Row, face, frames, jpeg, saved, zeros, zipped

WORDS = b"BT /F1 18 Tf 60 700 Td (To whom it may concern) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def bound(objects: list[bytes], root: int = 1) -> bytes:
    """A PDF of these objects, numbered from one."""
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    at = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(made + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, at))


def pdf(root: bytes = b"", page: bytes = b"", *more: bytes, content: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    """One page; `root` and `page` stand in the catalogue and in the page, `more` are objects from the sixth on."""
    whole = content or stream(WORDS)
    used = b"/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >>"
    sheet = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R " + used + b" %s >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return bound([b"<< /Type /Catalog /Pages 2 0 R %s >>" % root, tree, sheet % (box, page), whole, FONT, *more])


def script(words: bytes = SCRIPT) -> bytes:
    """An action that runs one."""
    return b"<< /S /JavaScript /JS (%s) >>" % words.replace(b"(", b"\\(").replace(b")", b"\\)")


def packed(megabytes: int, more: bytes = b"") -> bytes:
    """A stream that unfolds to so much."""
    data = zeros(megabytes)
    return stream(data, b"/Filter /FlateDecode " + more)


def many_pages(count: int) -> bytes:
    """So many pages."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(count))
    pages = [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"] * count
    return bound([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count), *pages])


def deep_tree(depth: int) -> bytes:
    """A page under so many others."""
    tree = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 3) for n in range(depth)]
    return bound([b"<< /Type /Catalog /Pages 2 0 R >>", *tree, b"<< /Type /Page /MediaBox [0 0 200 200] >>"])


def locked() -> bytes:
    """A PDF with a password."""
    writer, made = copy_into_new_writer(PdfFileReader(io.BytesIO(many_pages(1)))), io.BytesIO()
    writer.encrypt("owner", "reader")
    writer.write(made)
    return made.getvalue()


def image(width: int, height: int, megabytes: int) -> bytes:
    """A page with one picture of so many pixels."""
    told = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (width, height)
    return pdf(b"", b"", packed(megabytes, told), content=stream(b"q 500 0 0 500 40 200 cm /X Do Q"))


INSIDE = b"/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>"
FILE = b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>"
PINNED = b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 20 20] /FS 6 0 R >>]"
LINK = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 500 800] /A << /S /URI /URI (http://" + SECRET + b".example/) >> >>]"
LAUNCH = b"/OpenAction << /S /Launch /F (" + SECRET + b".exe) >>"
SUBMIT = b"/AcroForm << /Fields [6 0 R] >>"
FIELD = b"<< /FT /Btn /T (b) /Ff 65536 /A << /S /SubmitForm /F (http://" + SECRET + b".example/) >> >>"
MEDIA = b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 99 99] /Contents (" + SECRET + b") >>]"
XFA = b"/AcroForm << /Fields [] /XFA 6 0 R >>"
AGAIN = stream(b"/X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << /XObject << /X 6 0 R >> >>")
COSTLY = b"0 0 m 595 842 l 0 842 l 595 0 l B " * 200_000
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>'
DOCUMENTS: tuple[Row, ...] = (
    ("pdf", pdf, (CLEAN,)),
    ("pdf that runs a script when opened", lambda: pdf(b"/OpenAction " + script()), (CLEAN, "script")),
    ("pdf with a script by name", lambda: pdf(b"/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", b"", script()), ("script",)),
    ("pdf whose page runs a script", lambda: pdf(b"", b"/AA << /O " + script() + b" >>"), (CLEAN, "script")),
    ("pdf with a file inside", lambda: pdf(INSIDE, b"", FILE, stream(b"MZ" + SECRET)), ("embedded",)),
    ("pdf with a file pinned to its page", lambda: pdf(b"", PINNED, FILE, stream(b"MZ" + SECRET)), ("embedded",)),
    ("pdf that starts a program", lambda: pdf(LAUNCH), (CLEAN,)),
    ("pdf with a link", lambda: pdf(b"", LINK), (CLEAN,)),
    ("pdf that sends a form", lambda: pdf(SUBMIT, b"", FIELD), (CLEAN,)),
    ("pdf with a film", lambda: pdf(b"", MEDIA), (CLEAN,)),
    ("pdf form of its own program", lambda: pdf(XFA, b"", stream(b"<xdp:xdp>" + SECRET)), ("form",)),
    ("pdf with a password", locked, ("encrypted",)),
    ("pdf of ten pages", lambda: many_pages(10), (CLEAN,)),
    ("pdf of eleven pages", lambda: many_pages(11), ("too_many_pages",)),
    ("pdf of no page", lambda: many_pages(0), BAD),
    ("pdf of 30,000 pages", lambda: many_pages(30_000), ("too_many_pages",)),
    ("pdf whose page lies 2,000 deep", lambda: deep_tree(2000), (CLEAN, "unreadable")),
    (
        "pdf whose tree bites itself",
        lambda: bound([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
        BAD,
    ),
    ("pdf that draws itself", lambda: pdf(b"", b"", AGAIN, content=stream(b"/X Do")), (CLEAN,)),
    ("pdf whose page unfolds to 500 MB", lambda: pdf(content=packed(500)), (CLEAN, "unreadable", "too_costly")),
    ("pdf with a picture of 144 megapixels", lambda: image(12_000, 12_000, 144), (CLEAN, "unreadable", "too_costly")),
    ("pdf with a picture that lies", lambda: image(60_000, 60_000, 1), (CLEAN, "unreadable", "too_costly")),
    ("pdf as large as a field", lambda: pdf(box=b"0 0 200000 300000"), (CLEAN,)),
    ("pdf of no size", lambda: pdf(box=b"0 0 0 0"), (CLEAN, "unreadable")),
    ("pdf that draws 800,000 lines", lambda: pdf(content=stream(COSTLY)), (CLEAN, "too_costly")),
    ("pdf of 100,000 brackets", lambda: pdf(b"/X " + b"[" * 100_000 + b"]" * 100_000), (CLEAN, "unreadable", "too_costly")),
    ("pdf cut in half", lambda: pdf()[: len(pdf()) // 3], (CLEAN, "unreadable")),
    ("pdf of its first bytes", lambda: b"%PDF-1.7\n" + SECRET, BAD),
    ("pdf that is a ZIP too", lambda: pdf() + zipped("a.class"), (CLEAN,)),
    ("pdf that is a page first", lambda: b"<html>" + SCRIPT + pdf(), ("wrong_kind",)),
    ("pdf with a picture of a telephone", lambda: saved(face(), "PDF"), (CLEAN,)),
    ("svg with a script", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", ("wrong_kind",)),
    ("svg that unfolds", lambda: ENTITIES, ("wrong_kind",)),
    ("page called a picture", lambda: b"<!doctype html>" + SCRIPT, ("wrong_kind",)),
    ("gif that moves", lambda: frames("GIF", 3), ("wrong_kind",)),
    ("gif that is an archive too", lambda: saved(face(), "GIF") + zipped("a.class"), ("wrong_kind",)),
    ("bmp", lambda: saved(face(), "BMP"), ("wrong_kind",)),
    ("icon", lambda: saved(face(), "ICO"), ("wrong_kind",)),
    ("heic", lambda: b"\x00\x00\x00\x18ftypheic" + SECRET * 30, ("heic",)),
    ("avif", lambda: b"\x00\x00\x00\x1cftypavif" + SECRET * 30, ("heic",)),
    ("archive", lambda: zipped("a.jpg"), ("wrong_kind",)),
    ("archive that unfolds to 100 MB", lambda: zipped() + zeros(100), ("wrong_kind",)),
    ("written document", lambda: zipped("[Content_Types].xml", "word/vbaProject.bin"), ("wrong_kind",)),
    ("program", lambda: b"MZ" + SECRET * 50, ("wrong_kind",)),
    ("program of another kind", lambda: b"\x7fELF" + SECRET * 50, ("wrong_kind",)),
    ("page description", lambda: b"%!PS-Adobe-3.0\n(" + SECRET + b") show", ("wrong_kind",)),
    ("nothing but zeros", lambda: bytes(1_000_000), ("wrong_kind",)),
    ("noise", lambda: b"\x00" + os.urandom(1_000_000), ("wrong_kind",)),
    ("noise behind the first bytes of a picture", lambda: jpeg()[:200] + os.urandom(500_000), (CLEAN, "unreadable")),
    ("a sentence", lambda: b"hello", ("wrong_kind",)),
    ("nothing", bytes, ("missing",)),
    ("8 MB and one byte", lambda: b"\xff\xd8\xff" + bytes(8 * 1024 * 1024 - 2), ("too_large",)),
    ("100 MB", lambda: b"\xff\xd8\xff" + bytes(100_000_000), ("too_large",)),
)
