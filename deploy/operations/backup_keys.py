"""The keys in a backup: all of HOME/keys, encrypted with a passphrase (scrypt, RFC 7914, and AES-256-GCM)."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storage.private_files import write_privately

HEAD = b"hecha keys 1\n"
COST = 1 << 17  # 128 MB and about half a second for each guess (OWASP's figure for scrypt)
SALT, NONCE = 16, 12
SHORTEST = 12  # characters


class WrongPassphrase(Exception):
    """The passphrase does not open the keys, or they were changed."""


class WrongFolder(Exception):
    """The keys would be written outside their folder."""


def seal_keys(keys: Mapping[str, bytes], passphrase: str, cost: int = COST) -> bytes:
    """Files by their path under HOME/keys, encrypted."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    plain = json.dumps({name: base64.b64encode(content).decode() for name, content in keys.items()}).encode()
    head = HEAD + cost.to_bytes(4, "big")
    return head + salt + nonce + AESGCM(_key(passphrase, salt, cost)).encrypt(nonce, plain, head)


def open_keys(sealed: bytes, passphrase: str) -> dict[str, bytes]:
    """The files again. Raises WrongPassphrase."""
    head, rest = sealed[: len(HEAD) + 4], sealed[len(HEAD) + 4 :]
    cost = int.from_bytes(head[len(HEAD) :], "big")
    if not head.startswith(HEAD) or cost.bit_count() != 1 or not 1 < cost <= COST:
        raise WrongPassphrase
    salt, nonce, kept = rest[:SALT], rest[SALT : SALT + NONCE], rest[SALT + NONCE :]
    try:
        plain = AESGCM(_key(passphrase, salt, cost)).decrypt(nonce, kept, head)
    except (InvalidTag, ValueError):
        raise WrongPassphrase from None
    return {name: base64.b64decode(content) for name, content in json.loads(plain).items()}


def read_folder(folder: Path) -> dict[str, bytes]:
    """All files under this folder, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes these files into the folder, for their owner alone; none that is there is touched.

    Raises WrongFolder, FileExistsError.
    """
    for name, content in files.items():
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts:
            raise WrongFolder
        if not write_privately(folder / inside, content, anew=True):
            raise FileExistsError(folder / inside)


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
