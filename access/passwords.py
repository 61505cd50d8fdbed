"""Passwords: length, hashing and comparison."""

import hashlib

from pwdlib import PasswordHash
from sqlmodel import Session

from access.accounts import Account
from storage.unseen_signs import is_unseen

SHORTEST, LONGEST = 10, 200  # characters; the fewest without what nobody sees: see shown_length
HASHER = PasswordHash.recommended()  # argon2id
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b2dWRWJTmaaI+BYpYtEdRxyWlI"


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
    return HASHER.verify(password, hashed or _NOBODY)


def hash_of(session: Session, username: str) -> str:
    """The hash of this name's password; empty where there is no such name or no password yet."""
    account = session.get(Account, username)
    return account.password_hash if account else ""
