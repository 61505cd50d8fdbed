"""Cleaning: an untrusted file goes to the cleaner, a process without our keys, and comes back as fresh pictures, or refused."""

import hashlib
import json
import subprocess  # nosec B404  # runs our own cleaner
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from storage.problem import N_, FieldFault, Problem

MOST_PAGES = 10  # of one file; the cleaner, which imports nothing of ours, says the same
MOST_BYTES = 8 * 1024 * 1024  # of one file
WALL_SECONDS = 20  # the cleaner's own limit counts its work alone
AT_ONCE, PATIENCE = 2, 20  # cleaners side by side, and how many seconds one more file waits for its turn
CLEANER = Path(__file__).with_name("cleaner.py")
NO_FILE = N_("Choose a file.")
TOO_LARGE = N_("The file is larger than {most} MB.")
BUSY = N_("Other files are being read just now. Send yours again in a moment.")
TOO_COSTLY = N_("Reading this file takes more time or memory than any photograph needs. Send a photograph or a scan of it.")
REFUSALS = {
    "wrong_kind": N_(
        "Only photographs (JPEG, PNG, WebP), scans (TIFF) and PDF are taken. What the file holds counts, not its name."
    ),
    "heic": N_("This is a photograph of the kind HEIC or AVIF. Save it as JPEG and send that."),
    "animated": N_("This picture moves. Send one that stands still."),
    "unreadable": N_("The file cannot be read to its end: it is damaged or was cut short. Photograph or scan it once more."),
    "too_many_pixels": N_("The picture has more pixels than can be read here. Send a smaller one."),
    "too_many_pages": N_("There are more than {most} pages in it. Send it in parts."),
    "odd_colours": N_("The colours of this picture are of a kind that cannot be shown. Save it as JPEG and send that."),
    "encrypted": N_("The PDF is locked with a password. Send it unlocked."),
    "script": N_("The PDF holds a script. Print it into a new PDF, or send a photograph of it."),
    "embedded": N_("Other files lie in this PDF, which would be lost. Send each by itself."),
    "form": N_("The PDF is a form that only its own program can draw (XFA). Print it into a new PDF and send that."),
    "too_costly": TOO_COSTLY,
}
_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class CleanPage:
    """One page: a JPEG without anything beside its pixels, and a small one for lists. Sizes in pixels."""

    width: int
    height: int
    picture: bytes
    small: bytes


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What was made of a file. `kind` says what it was; `digest` is the SHA-256 of what was sent, in hexadecimal."""

    kind: str
    pages: tuple[CleanPage, ...]
    digest: str

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return sum(len(page.picture) + len(page.small) for page in self.pages)


def clean(data: bytes) -> CleanFile:
    """The file's pages as fresh pictures. Raises Problem that names the field `file` and says what to do instead."""
    if not data:
        raise _refused("missing", NO_FILE)
    if len(data) > MOST_BYTES:
        raise _refused("too_large", TOO_LARGE, most=MOST_BYTES // 1024 // 1024)
    return unpacked(_run(data), data)


def unpacked(told: bytes, data: bytes) -> CleanFile:
    """What the cleaner said of this file. Raises Problem as `clean` does."""
    head, _, rest = told.partition(b"\n")
    made = json.loads(head or b'{"refused": "too_costly"}')  # nothing said: it was ended for what it took
    if code := made.get("refused"):
        raise _refused(code, REFUSALS[code], most=MOST_PAGES)
    return CleanFile(made["kind"], _pages(made["pages"], rest), hashlib.sha256(data).hexdigest())


def _run(data: bytes) -> bytes:
    """What the cleaner says of these bytes; nothing where it was ended. Raises Problem."""
    if not _turns.acquire(timeout=PATIENCE):
        raise Problem([FieldFault("file", "busy", BUSY)], 503)
    command = [sys.executable, "-I", str(CLEANER)]
    try:
        # Without our environment, in which keys may stand; its words about the file are read by nobody.
        done = subprocess.run(  # noqa: S603  # nosec B603  # no shell, and the words are ours
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    finally:
        _turns.release()
    return done.stdout if done.returncode == 0 else b""


def _pages(sizes: list[list[int]], rest: bytes) -> tuple[CleanPage, ...]:
    pages, at = [], 0
    for width, height, large, small in sizes:
        pages.append(CleanPage(width, height, rest[at : at + large], rest[at + large : at + large + small]))
        at += large + small
    return tuple(pages)


def _refused(code: str, message: str, **params: int) -> Problem:
    return Problem([FieldFault("file", code, message, params)])
