"""Hostile and odd pictures, made here: each with how it must end, cleaned or refused with one of these codes."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, PngImagePlugin

SECRET = b"SECRET-MARK-330782"  # stands hidden in files that are cleaned, and in nothing that comes out
CLEAN = "clean"
SCRIPT = b"<script>alert('" + SECRET + b"')</script>"
Row = tuple[str, Callable[[], bytes], tuple[str, ...]]


def face(mode: str = "RGB", size: tuple[int, int] = (320, 200)) -> Image.Image:
    """A picture with something on it."""
    return Image.linear_gradient("L").resize(size).convert(mode)


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    """As a file."""
    made = io.BytesIO()
    picture.save(made, kind, **how)
    return made.getvalue()


def jpeg(**how: Any) -> bytes:
    """A JPEG."""
    return saved(face(), "JPEG", **how)


def exif(turn: int = 1) -> bytes:
    """Where it was taken, by whom, with a remark."""
    told = Image.Exif()
    told[0x0112], told[0x010E], told[0x013B] = turn, SECRET.decode(), "photographer"
    told.get_ifd(0x8825).update({1: "N", 2: (29.0, 18.0, 21.5), 3: "E", 4: (120.0, 4.0, 30.0)})
    return told.tobytes()


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_with(*chunks: bytes) -> bytes:
    """A PNG with these after its header."""
    plain = saved(face(), "PNG")
    return plain[:33] + b"".join(chunks) + plain[33:]


def png_of(width: int, height: int, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG that unfolds to so many pixels of nothing."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    packer, line = zlib.compressobj(9), bytes(1 + (width * depth + 7) // 8)
    packed = b"".join(packer.compress(line) for _ in range(min(height, 3000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zeros(megabytes: int) -> bytes:
    """So much of nothing, packed."""
    packer, block = zlib.compressobj(9), bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def zipped(*names: str) -> bytes:
    """A ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, SECRET * 100)
    return made.getvalue()


def frames(kind: str, count: int, **how: Any) -> bytes:
    """Several pictures in one file."""
    many = [face("RGB", (100 + n, 90)) if kind == "TIFF" else face("RGB", (100, 90)).rotate(n * 3) for n in range(count)]
    return saved(many[0], kind, save_all=True, append_images=many[1:], **how)


def patched_size(width: int, height: int) -> bytes:
    """A small JPEG whose header says it is a large one."""
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def looped_tiff() -> bytes:
    """A TIFF whose only directory says that the next one is itself."""
    data = bytearray(saved(face("L"), "TIFF"))
    at = struct.unpack("<I", data[4:8])[0]
    entries = struct.unpack("<H", data[at : at + 2])[0]
    end = at + 2 + entries * 12
    data[end : end + 4] = struct.pack("<I", at)
    return bytes(data)


def with_text() -> bytes:
    """A PNG with words beside its pixels."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", SCRIPT.decode())
    return saved(face(), "PNG", pnginfo=told)


BAD = ("unreadable",)
PICTURES: tuple[Row, ...] = (
    ("jpeg with a position", lambda: jpeg(exif=exif()), (CLEAN,)),
    ("jpeg that lies on its side", lambda: jpeg(exif=exif(6)), (CLEAN,)),
    ("jpeg with a broken exif", lambda: jpeg(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + SECRET), (CLEAN,)),
    ("jpeg with a script as comment", lambda: jpeg(comment=SCRIPT), (CLEAN,)),
    ("jpeg with a colour profile", lambda: jpeg(icc_profile=SECRET * 900), (CLEAN,)),
    ("jpeg that is a ZIP too", lambda: jpeg() + zipped("a.class"), (CLEAN,)),
    ("jpeg that is a page too", lambda: jpeg() + b"<html>" + SCRIPT, (CLEAN,)),
    ("jpeg with a second one behind", lambda: saved(face(), "MPO", save_all=True, append_images=[face()]), (CLEAN,)),
    ("jpeg of print colours", lambda: saved(face("CMYK"), "JPEG"), (CLEAN,)),
    ("jpeg in grey", lambda: saved(face("L"), "JPEG"), (CLEAN,)),
    ("jpeg cut in half", lambda: jpeg(quality=100)[:2500], BAD),
    ("jpeg of its first bytes", lambda: b"\xff\xd8\xff\xe0" + SECRET, BAD),
    ("jpeg that claims 4 gigapixels", lambda: patched_size(65500, 65500), ("too_many_pixels",)),
    ("jpeg that claims 200 megapixels", lambda: patched_size(16000, 12500), (CLEAN, "unreadable", "too_costly")),
    ("png with a script", with_text, (CLEAN,)),
    ("png with a position", lambda: saved(face(), "PNG", exif=exif()), (CLEAN,)),
    ("png of 900 megapixels", lambda: png_of(30000, 30000, 1), ("too_many_pixels",)),
    ("png one pixel too large", lambda: png_of(6400, 6400), ("too_many_pixels",)),
    ("png of 30 megapixels", lambda: png_of(6000, 3000), (CLEAN,)),
    ("png whose profile unfolds to 100 MB", lambda: png_with(chunk(b"iCCP", b"x\x00\x00" + zeros(100))), (CLEAN, "unreadable")),
    ("png whose words unfold to 100 MB", lambda: png_with(chunk(b"zTXt", b"x\x00\x00" + zeros(100))), (CLEAN, "unreadable")),
    ("png with a page behind", lambda: saved(face(), "PNG") + SCRIPT, (CLEAN,)),
    ("png that moves", lambda: frames("PNG", 5), ("animated",)),
    ("png of 16 bits", lambda: saved(face("I;16"), "PNG"), (CLEAN,)),
    ("png one sees through", lambda: saved(face("RGBA"), "PNG"), (CLEAN,)),
    ("png grey and one sees through", lambda: saved(face("LA"), "PNG"), (CLEAN,)),
    ("png of a palette", lambda: saved(face().convert("P"), "PNG", transparency=3), (CLEAN,)),
    ("png black and white", lambda: saved(face("1"), "PNG"), (CLEAN,)),
    ("png with a wrong sum", lambda: saved(face(), "PNG").replace(b"IDAT", b"IDAX"), BAD),
    ("png cut in half", lambda: saved(face("RGB", (900, 900)).rotate(33), "PNG")[:3000], BAD),
    ("png thin as a thread", lambda: png_of(20000, 1), (CLEAN,)),
    ("png of no width", lambda: png_of(0, 10), (*BAD, "wrong_kind")),
    ("webp that moves", lambda: frames("WEBP", 4), ("animated",)),
    ("webp with a position", lambda: saved(face(), "WEBP", exif=exif(), xmp=SECRET), (CLEAN,)),
    ("webp cut short", lambda: saved(face(), "WEBP", quality=100)[:120], BAD),
    ("tiff of three pages", lambda: frames("TIFF", 3), (CLEAN,)),
    ("tiff of eleven pages", lambda: frames("TIFF", 11), ("too_many_pages",)),
    ("tiff that follows itself", looped_tiff, (CLEAN, "unreadable", "too_many_pages")),
    ("tiff of fax", lambda: saved(face("1", (1700, 2400)), "TIFF", compression="group4"), (CLEAN,)),
    ("tiff of print colours", lambda: saved(face("CMYK"), "TIFF"), (CLEAN,)),
    ("tiff of 16 bits", lambda: saved(face("I;16"), "TIFF"), (CLEAN,)),
    ("tiff of fractions", lambda: saved(face("F"), "TIFF"), ("odd_colours",)),
    ("tiff of its first bytes", lambda: b"II*\x00" + SECRET, BAD),
)
