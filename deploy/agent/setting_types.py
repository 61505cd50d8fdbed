"""How an address of the broker and folders are written as settings; what is wrong is refused and never repeated."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from broker.transports.addresses import split

BROKERS = "embedded:///FILE, redis://:PASSWORD@HOST:PORT/0 or amqp://USER:PASSWORD@HOST:PORT/VHOST"
SIGNS = "#/?@%:[]"
WRITTEN = " ".join(f"%{ord(sign):02X}" for sign in SIGNS)
HOW = f"in user and password write {' '.join(SIGNS)} as {WRITTEN}, and other signs than ASCII letters and digits likewise"
PERSON = re.compile(r"(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*", re.ASCII)  # user and password, as RFC 3986 lets them be written
PLACE = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d{1,5})?(,(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d{1,5})?)*", re.ASCII)
PEM = "a file of certificates in PEM (-----BEGIN CERTIFICATE-----): whoever signed the broker's"
WHY = {
    FileNotFoundError: "there is no such file",
    IsADirectoryError: "it is a folder",
    NotADirectoryError: "it is no folder, or lies in none",
    PermissionError: "it may not be read by whoever runs this",
}
OF_A_CITY = ("items", "fields", "matters", "ladders", "bundles", "certificates", "handlers", "sources", "pledge.toml")


def _read_one(path: Path) -> None:
    with path.open("rb") as file:
        file.read(1)


def check_server(address: str) -> bool:
    """Whether `SCHEME://USER:PASSWORD@HOST:PORT/REST` is written so that everybody reads the same in it.

    A `/`, `?` or `#` of a password would end it there, and what follows would be taken, and told, as port, path or exchange.
    """
    authority, *rest = re.split(r"(?=[/?#])", address.partition("://")[2], maxsplit=1)
    if "@" in "".join(rest):
        return False  # the password ended before its end
    person, _, place = authority.rpartition("@")
    return bool(PERSON.fullmatch(person) and PLACE.fullmatch(place)) and is_readable(address)


def is_readable(address: str) -> bool:
    """Whether it can be taken apart as an address at all."""
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def expect(pattern: str, wanted: str) -> AfterValidator:
    """A check that a text has this form; else it says what was expected, and nothing of what stands there."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"expected {wanted}")
        return value

    return AfterValidator(check)


def server(wanted: str) -> AfterValidator:
    """A check of addresses of servers, with commas between them."""

    def check(value: str) -> str:
        if not all(check_server(one) for one in split(value) if "://" in one and not one.startswith(("sqlite", "embedded"))):
            raise ValueError(f"expected {wanted}; {HOW}")
        return value

    return AfterValidator(check)


def in_file(wanted: str, look: Callable[[Path], object] = _read_one, later: bool = False) -> AfterValidator:
    """A check that a file is there, can be read, and is what `look` looks for; else it says what was expected, and no path: where a
    path is awaited, people paste the key itself. `later`: it may be missing, for it is made later, or waited for.
    """

    def check(path: Path | None) -> Path | None:
        try:
            if path is not None:
                look(path)
        except (OSError, ValueError) as error:
            if not (later and isinstance(error, FileNotFoundError)):
                raise ValueError(f"{_why(error)}; expected {wanted}") from None
        return path

    return AfterValidator(check)


def in_folder(wanted: str) -> AfterValidator:
    """A check that no file stands where a folder is named; the folder itself is made, or waited for, where it is missing."""
    return in_file(wanted, lambda path: next(path.iterdir(), None), later=True)


def _why(error: Exception) -> str:
    for kind, words in WHY.items():
        if isinstance(error, kind):
            return words
    return "it is something else"


def _certificates(path: Path) -> None:
    _read_one(path)
    import_module("ssl").create_default_context(cafile=path)  # loaded by those who name one


def _own_folders(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    for folder in folders:
        if not _is_folder(folder):
            raise ValueError(f"there is no folder {folder}; expected folders with {', '.join(OF_A_CITY)} in them, by colons")
        if not any((folder / name).exists() for name in OF_A_CITY):
            raise ValueError(f"{folder} holds none of {', '.join(OF_A_CITY)}; expected the folder that they stand in")
    return folders


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no path at all
        return False


BrokerUrl = Annotated[str, expect(r"|embedded:///.+|rediss?://.+|(kombu\+)?amqps?://.+", BROKERS), server(BROKERS)]
Certificates = Annotated[Path | None, in_file(PEM, _certificates)]
Folders = Annotated[
    tuple[Path, ...],
    BeforeValidator(lambda v: tuple(filter(None, v.split(":"))) if isinstance(v, str) else v),
    AfterValidator(_own_folders),
]
