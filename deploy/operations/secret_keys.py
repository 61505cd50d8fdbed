"""Where the vault's keys are: in HECHA_SECRET_KEYS, or in a file at home that the first start makes."""

import os
from pathlib import Path
from uuid import uuid4

from deploy.settings import Settings
from storage.vault import Keys, Vault, WrongKeys

FILE = "secret.keys"
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
        _make(path)
    try:
        return Keys.read(path.read_text(encoding="utf-8"))
    except (WrongKeys, UnicodeDecodeError) as wrong:
        raise WrongKeyFile(f"{path}: {wrong if isinstance(wrong, WrongKeys) else 'expected UTF-8'}") from None


class KeyWatch:
    """Gives the keys of a file when it was written anew: `hecha seal --new-key` needs no part to be started again."""

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


def write_keys(path: Path, keys: Keys) -> None:
    """Puts these keys into the file, whole or not at all."""
    scratch = _written_beside(path, HEAD + keys.text())
    scratch.replace(path)
    _settle_folder(path.parent)


def _make(path: Path) -> None:
    """New keys, unless another process that starts beside us was first: its keys stand."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = _written_beside(path, HEAD + Keys.make().text())
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
    _settle_folder(path.parent)


def _written_beside(path: Path, text: str) -> Path:
    scratch = path.with_name(f".{path.name}.{uuid4().hex}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return scratch


def _settle_folder(folder: Path) -> None:
    # The name of a file is on the disk only when its folder is.
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
