"""Passwords: length, hashing and comparison."""

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlmodel import Session

from access.accounts import Account
from storage.late_modules import Late
from storage.unseen_signs import is_unseen

if TYPE_CHECKING:
    import pwdlib
else:
    pwdlib = Late("pwdlib")  # only those parts need it at whose door people sign in

SHORTEST, LONGEST = 10, 200  # characters; the fewest without what nobody sees: see shown_length
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b2dWRWJTmaaI+BYpYtEdRxyWlI"


@lru_cache(maxsize=1)
def hasher() -> "pwdlib.PasswordHash":
    """Who hashes passwords (argon2id): the same at each call."""
    return pwdlib.PasswordHash.recommended()


def shown_length(secret: str) -> int:
    """How many characters a chosen password or passphrase has; blanks and signs that nobody sees count for nothing."""
    return sum(not sign.isspace() and not is_unseen(sign) for sign in secret)


def digest(secret: str) -> str:
    """SHA-256 of a random secret: these have 256 bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_password(password: str, hashed: str) -> bool:
    """Whether this is the password behind the hash. Without a hash it takes as long and is never one.

    Takes a tenth of a second on purpose: call it where no transaction waits.
    """
    return hasher().verify(password, hashed or _NOBODY)


def hash_of(session: Session, username: str) -> str:
    """The hash of this name's password; empty where there is no such name or no password yet."""
    account = session.get(Account, username)
    return account.password_hash if account else ""
