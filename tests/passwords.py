"""Passwords in tests: hashed in the house's way, with its cost taken out of it."""

from typing import Any

from argon2 import PasswordHasher, profiles

from access.passwords import hasher

_ours: Any = hasher().current_hasher
_DEAR = _ours._hasher


def hash_cheaply() -> None:
    """From now on this process hashes at the lowest cost: at the house's own each password takes a quarter of a second."""
    _ours._hasher = PasswordHasher.from_parameters(profiles.CHEAPEST)


def hash_dearly(password: str) -> str:
    """This password's hash as the house makes it, where the time it takes is what is looked at."""
    return str(_DEAR.hash(password))
