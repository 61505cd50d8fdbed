"""First passwords of accounts that have none: generated, hashed on all cores, written once to a private file."""

import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlmodel import Session, col, select

from access.accounts import Account
from access.passwords import hasher
from storage.private_files import write_privately
from storage.sheets.harmless_csv import csv_of
from storage.sheets.rows import Row

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read for something else


def without_password(session: Session, rows: Sequence[Row]) -> list[str]:
    """The user names in these rows who could not sign in yet."""
    names = [row.values["username"] for row in rows if row.values.get("active", True)]
    with_one = set(session.exec(select(Account.username).where(col(Account.password_hash) != "")))
    return [name for name in names if name not in with_one]


def new_password() -> str:
    """Three groups of five letters: 74 bits, easy to type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))


def make_passwords(names: Sequence[str], tick: Callable[[], object]) -> dict[str, tuple[str, str]]:
    """For each name a password and its hash; `tick` is called once for each. Takes about 0.1 s of a core each."""
    passwords = [new_password() for _ in names]

    def hashed(password: str) -> str:
        value = hasher().hash(password)
        tick()
        return value

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # argon2 works outside the interpreter's lock
        hashes = list(pool.map(hashed, passwords))
    return {name: pair for name, *pair in zip(names, passwords, hashes, strict=True)}  # type: ignore[misc]  # a pair it is


def write_passwords(file: Path, rows: Sequence[Row], made: dict[str, tuple[str, str]]) -> None:
    """Writes name and password, readable to the owner alone. Raises FileExistsError rather than write over a list."""
    theirs = [row.values for row in rows if row.values["username"] in made]
    lines = [[one["username"], one["name"], one["unit"], made[one["username"]][0]] for one in theirs]
    if not write_privately(file, csv_of([["username", "name", "unit", "password"], *lines]), anew=True):
        raise FileExistsError(file)
