"""The house's letter key file on this machine, its key ring, and what the first start makes for local agents.

`keys/letters/house.json` is the same on every machine of the house. A unit whose agent runs elsewhere makes its keys there and
sends the public half; only on one machine does the first start make them all.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from broker.crypto.key_file import KeyFile
from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys, PublicKey
from broker.crypto.letter_keys import known_keys, learn
from broker.crypto.signing import SignedEnvelope
from broker.transports.transport import Unreachable
from deploy.agent.unit_keys import key_file, read_key_file
from deploy.settings import Settings
from storage.database import Database

FIRST_START = "first start"


class KeysElsewhere(Unreachable):
    """The house has letter keys, and they are not on this machine; says what to do."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing, and the house has letter keys: copy that file from the machine that has it, "
            "or, if it is lost, make new ones with `hecha keys make house`"
        )


def read_house(settings: Settings) -> bool:
    """True where this process can read the house's keys, or there are none yet. Raises OSError, WrongKey."""
    path = key_file(settings, HOUSE)
    return not path.exists() or bool(read_key_file(path).pairs)


def house_envelope(settings: Settings, database: Database, now: Callable[[], datetime]) -> SignedEnvelope:
    """Seals and opens the house's letters."""
    path = key_file(settings, HOUSE)

    def load() -> Keys:
        with database.read() as session:
            return Keys(HOUSE, read_key_file(path).pairs, known_keys(session))

    return SignedEnvelope(KeyRing(load), now)


def settle_keys(settings: Settings, database: Database, answering: Iterable[str], now: datetime) -> None:
    """Makes the letter keys that are missing and this machine's to make, and writes their public halves into the database.

    `answering`: codes of the units that answer. Raises KeysElsewhere, WrongKey.
    """
    with database.read() as session:
        known = known_keys(session)
    assembly = _house_pairs(settings, known, now)
    new = [pair.public for pair in assembly if not any(key.kid == pair.kid for key in known)]
    public = _house_public(assembly, known, now)
    for unit in answering:
        new += _settle_unit(settings, unit, public, [key for key in known if key.owner == unit], now)
    if new:
        with database.write() as session:
            learn(session, new, FIRST_START, now)


def _house_pairs(settings: Settings, known: Sequence[PublicKey], now: datetime) -> Sequence[KeyPair]:
    path = key_file(settings, HOUSE)
    if not path.exists():
        if any(key.owner == HOUSE and key.counts(now) for key in known):
            raise KeysElsewhere(path)
        KeyFile(HOUSE, [KeyPair.make(HOUSE, now)]).write(path, anew=True)
    return read_key_file(path).pairs


def _house_public(pairs: Sequence[KeyPair], known: Sequence[PublicKey], now: datetime) -> list[PublicKey]:
    """The house's keys as units shall know them: what the database says of a key goes before what the file says."""
    keys = {pair.kid: pair.public for pair in pairs} | {key.kid: key for key in known if key.owner == HOUSE}
    return [key for key in keys.values() if key.revoked_at is None and not (key.valid_until and key.valid_until <= now)]


def _settle_unit(
    settings: Settings, unit: str, assembly: Sequence[PublicKey], known: Sequence[PublicKey], now: datetime
) -> list[PublicKey]:
    """The public keys of a unit that the database does not know yet."""
    path = key_file(settings, unit)
    if not path.exists():
        if known or not is_local(settings, unit):
            return []
        KeyFile(unit, [KeyPair.make(unit, now)], assembly).write(path, anew=True)
    held = read_key_file(path)
    if list(map(PublicKey.plain, held.house)) != list(map(PublicKey.plain, assembly)):
        KeyFile(held.owner, held.pairs, assembly).write(path)
    return [pair.public for pair in held.pairs if not any(key.kid == pair.kid for key in known)]


def is_local(settings: Settings, unit: str) -> bool:
    """Whether the unit's agent runs on this machine: its records are here, or the post office is this machine's own."""
    return settings.broker.startswith("embedded") or (settings.record_folder / f"{unit}.sqlite").exists()
