"""A unit's own letter keys on its machine: their file, the envelope, making and following them, how long old ones hold."""

import errno
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from broker.crypto.key_file import KeyFile
from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys, PublicKey, WrongKey
from broker.crypto.signing import LIFE, SignedEnvelope
from deploy.agent.settings import AgentSettings

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")  # it names a file: nothing of it may lead elsewhere
MOST_DAYS = 3650  # after which a key may begin
LEAD = timedelta(days=7)  # a key that follows another begins so much later: meanwhile the others are told of it
OVERLAP = LIFE + timedelta(days=4)  # and the one before is believed so much longer: letters of its time are still on their way


def key_file(settings: AgentSettings, owner: str) -> Path:
    """Where the private letter keys of this owner stand on this machine. Raises WrongKey for what is no unit's code."""
    if owner != HOUSE and not CODE.fullmatch(owner):
        raise WrongKey("expected the code of a unit: small letters, digits and hyphens")
    return settings.home / "keys" / "letters" / ("house.json" if owner == HOUSE else f"unit-{owner}.json")


def unit_envelope(path: Path, unit: str, now: Callable[[], datetime]) -> SignedEnvelope:
    """Seals and opens one unit's letters, by its key file alone."""

    def load() -> Keys:
        held = read_key_file(path)
        if held.owner != unit:
            raise WrongKey(f"{path}: these are not the keys of {unit}")
        return held.keys()

    return SignedEnvelope(KeyRing(load), now)


def read_key_file(path: Path) -> KeyFile:
    """What stands in it, read anew when it has changed."""
    found = path.stat()
    if not os.access(path, os.R_OK):  # what was read before it was taken from us does not count
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return _parsed(path, found.st_mtime_ns, found.st_size, found.st_ino)


@lru_cache(maxsize=64)
def _parsed(path: Path, _changed: int, _size: int, _inode: int) -> KeyFile:
    return KeyFile.read(path)


def make_pair(path: Path, owner: str, now: datetime) -> KeyPair:
    """The first pair of this owner. Raises WrongKey where there is a file already."""
    pair = KeyPair.make(owner, now)
    if not KeyFile(owner, [pair]).write(path, anew=True):
        raise WrongKey(f"{path}: there are keys already; `keys rotate` adds one that follows them")
    return pair


def add_pair(path: Path, begins: datetime, now: datetime) -> KeyPair:
    """A pair that follows those in the file, which end some time after it began; what ended long ago is taken out."""
    held = KeyFile.read(path)
    pair = KeyPair.make(held.owner, begins)
    kept = [_until(one, begins + OVERLAP) for one in held.pairs if (one.public.valid_until or now) > now - OVERLAP]
    KeyFile(held.owner, [*kept, pair], held.house).write(path)
    return pair


def _until(pair: KeyPair, at: datetime) -> KeyPair:
    ends = min(pair.public.valid_until or at, at)
    return replace(pair, public=replace(pair.public, valid_until=ends))


def tell_unit(path: Path, assembly: Sequence[PublicKey]) -> str:
    """A unit's key file knows the house by these keys from now on; says whose file it is."""
    held = KeyFile.read(path)
    KeyFile(held.owner, held.pairs, assembly).write(path)
    return held.owner


def units_here(settings: AgentSettings) -> list[str]:
    """The units whose letter keys are on this machine."""
    return [path.stem.removeprefix("unit-") for path in key_file(settings, "x").parent.glob("unit-*.json")]
