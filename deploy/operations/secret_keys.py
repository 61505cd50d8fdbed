"""The vault's secret keys: from HECHA_SECRET_KEYS, or from a file that the first start makes."""

from pathlib import Path

from deploy.settings import Settings
from storage.private_files import write_privately
from storage.vault import Keys, Vault, WrongKeys

FILE = "secret.keys"
WRONG_KEYS = "Wrong key file"
HEAD = "# Whoever has this file can read the database. Keep a copy apart from the backups of the database. First key: current.\n"


class WrongKeyFile(Exception):
    """The key file cannot be read; names the file and never what stands in it."""


def open_vault(settings: Settings) -> Vault:
    """The vault of this house; makes its keys where there are none. Raises WrongKeyFile."""
    keys = house_keys(settings)
    return Vault(keys, None if settings.secret_keys else KeyWatch(key_file(settings)))


def house_keys(settings: Settings) -> Keys:
    """The keys of the settings, or of the file at home, made where there is none. Raises WrongKeyFile."""
    if settings.secret_keys:
        return Keys.read(settings.secret_keys)
    path = key_file(settings)
    if not path.exists():
        write_keys(path, Keys.make(), anew=True)  # another process may start beside us
    try:
        return Keys.read(path.read_text(encoding="utf-8"))
    except (WrongKeys, UnicodeDecodeError) as wrong:
        raise WrongKeyFile(f"{path}: {wrong if isinstance(wrong, WrongKeys) else 'expected UTF-8'}") from None


class KeyWatch:
    """Gives the keys of a file when it was written anew: `hecha encrypt --new-key` needs no part to be started again."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, _stamp(path)

    def __call__(self) -> Keys | None:
        """The keys where they changed since the last call. A file that is away or wrong changes nothing."""
        stamp = _stamp(self._path)
        if stamp in (None, self._seen):
            return None
        try:
            keys = Keys.read(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        self._seen = stamp
        return keys


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def key_file(settings: Settings) -> Path:
    """Where the keys stand unless they are given by HECHA_SECRET_KEYS."""
    return settings.home / "keys" / FILE


def write_keys(path: Path, keys: Keys, anew: bool = False) -> None:
    """Puts these keys into the file; with `anew` only where there is none: the keys of who was first stand."""
    write_privately(path, HEAD + keys.text(), anew)
