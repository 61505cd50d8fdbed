"""Cleaning: whatever is sent is refused with a reason or comes out as pixels alone, within bounds of memory and time."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cases.attachments import cleaner, cleaning
from cases.attachments.cleaner import MEMORY, SIDE, THUMB_SIDE
from cases.attachments.cleaning import CLEANER, MOST_BYTES, WALL_SECONDS, CleanFile, clean, unpacked
from storage.problem import Problem
from tests.rooms.cases.attachments.hostile_documents import DOCUMENTS
from tests.rooms.cases.attachments.hostile_pictures import CLEAN, PICTURES, SECRET, exif, face, jpeg, saved

ALL = (*PICTURES, *DOCUMENTS)
PEAK = """
import os, re, runpy, sys
try:
    runpy.run_path(sys.argv[1], run_name="__main__")
finally:
    told = open("/proc/self/status").read()
    os.write(2, re.search(r"VmHWM:\\s+(\\d+) kB", told)[1].encode())
"""
PLAIN = {0xC0, 0xC4, 0xDB, 0xDA, 0xE0}  # the parts of a JPEG that hold pixels, and its name


def measured(data: bytes) -> tuple[bytes, int]:
    """What the cleaner says of this file, and how many bytes of memory it had at its highest; 0 where it was ended."""
    command = [sys.executable, "-I", "-c", PEAK, str(CLEANER)]
    done = subprocess.run(command, input=data, capture_output=True, env={}, cwd="/", timeout=WALL_SECONDS * 3, check=False)
    return done.stdout if done.returncode == 0 else b"", int(
        done.stderr[-12:].split(b"\n")[-1] or 0
    ) * 1024 if not done.returncode else 0


def segments(data: bytes) -> list[int]:
    """The markers of a JPEG up to its pixels."""
    found, at = [], 2
    while not found or found[-1] != 0xDA:
        assert data[at] == 0xFF
        found.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return found


def check_pixels_alone(made: CleanFile) -> None:
    for page in made.pages:
        for picture, side in ((page.picture, SIDE), (page.small, THUMB_SIDE)):
            assert picture.startswith(b"\xff\xd8\xff\xe0")
            assert set(segments(picture)) <= PLAIN
            assert picture.endswith(b"\xff\xd9"), "nothing stands behind it"
            assert picture.count(b"\xff\xd9") == 1
            assert SECRET not in picture
            with Image.open(io.BytesIO(picture)) as opened:
                opened.load()
                assert max(opened.size) <= side
                assert dict(opened.getexif()) == {}
                assert "icc_profile" not in opened.info


def ended(make: Callable[[], bytes]) -> tuple[str, CleanFile | None, int]:
    data = make()
    try:
        if not data or len(data) > MOST_BYTES:
            return CLEAN, clean(data), 0
        told, peak = measured(data)
        return CLEAN, unpacked(told, data), peak
    except Problem as problem:
        (fault,) = problem.faults
        return f"{fault.field}: {fault.code}", None, 0


def test_there_are_more_than_sixty_no_two_alike_and_both_halves_know_the_same_bound() -> None:
    assert cleaner.MOST_PAGES == cleaning.MOST_PAGES
    assert len({name for name, _, _ in ALL}) == len(ALL) >= 60


@pytest.mark.parametrize(("make", "ends"), [row[1:] for row in ALL], ids=[row[0] for row in ALL])
def test_it_is_refused_or_cleaned_within_bounds(make: Callable[[], bytes], ends: tuple[str, ...]) -> None:
    began = time.monotonic()
    how, made, peak = ended(make)

    assert how in {end if end == CLEAN else f"file: {end}" for end in ends}
    assert peak <= MEMORY
    assert time.monotonic() - began < WALL_SECONDS * 3
    if made is not None:
        check_pixels_alone(made)
        assert made.size < 16 * 1024 * 1024


def colour(made: CleanFile, x: int, y: int) -> tuple[int, ...]:
    with Image.open(io.BytesIO(made.pages[0].picture)) as opened:
        found = opened.convert("RGB").getpixel((x, y))
        assert isinstance(found, tuple)
        return found


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "PDF"])
def test_what_is_on_it_stays(kind: str) -> None:
    picture = Image.new("RGB", (400, 300), "white")
    picture.paste((200, 30, 40), (0, 0, 400, 150))
    made = clean(saved(picture, kind))
    page = made.pages[0]

    assert made.kind == kind.lower()
    assert near(colour(made, page.width // 2, page.height // 4), (200, 30, 40))
    assert near(colour(made, page.width // 2, page.height * 3 // 4), (255, 255, 255))


def test_print_colours_and_what_one_sees_through_look_as_they_are_meant() -> None:
    assert near(colour(clean(saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG")), 20, 20), (255, 0, 0))
    assert near(colour(clean(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")), 20, 20), (255, 255, 255))
    assert near(colour(clean(saved(Image.new("I;16", (40, 40), 32768), "PNG")), 20, 20), (128, 128, 128))


def test_a_telephone_held_upright_gives_an_upright_picture() -> None:
    page = clean(jpeg(exif=exif(6))).pages[0]

    assert (page.width, page.height) == (200, 320)


def test_pages_stay_in_their_order_and_a_large_picture_stays_legible() -> None:
    pages = clean(saved(face("RGB", (100, 90)), "TIFF", save_all=True, append_images=[face("RGB", (101, 90))])).pages
    large = clean(saved(face("L", (6000, 4000)), "JPEG")).pages[0]

    assert [page.width for page in pages] == [100, 101]
    assert (large.width, large.height) == (SIDE, 1600)


def test_the_cleaner_has_no_keys_no_settings_and_writes_no_file(tmp_path: Path) -> None:
    """It imports nothing of the house, and what the house was started with does not reach it."""
    text = CLEANER.read_text(encoding="utf-8")
    assert not {
        line for line in text.splitlines() if line.strip().startswith(("from cases", "from storage", "import cases", "from access"))
    }
    write = f"open({str(tmp_path / 'x')!r}, 'wb', 0).write(b'x')"
    probe = (
        f"import os, runpy, sys; m = runpy.run_path(sys.argv[1]); m['confine'](); print(sorted(os.environ), flush=True); {write}"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe, str(CLEANER)], env={}, cwd="/", capture_output=True, check=False)

    assert done.stdout.startswith((b"['LC_CTYPE']", b"[]"))
    assert done.returncode != 0, "a file was written"
