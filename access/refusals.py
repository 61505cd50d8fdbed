"""The errors of authentication: not signed in, not allowed, out of the key's scope, forged form (CSRF)."""

from collections.abc import Collection


class NotSignedIn(Exception):
    """Nobody is known behind this request."""


class NotAllowed(Exception):
    """This person has no business here."""


class PasswordGiven(Exception):
    """They came in by a password that somebody else knows, and have to choose one of their own before anything else."""


class NotInScope(Exception):
    """A system's key is not for this. Says which scopes would be."""

    def __init__(self, scopes: Collection[str]) -> None:
        self.scopes = sorted(scopes)
        super().__init__()


class Forged(Exception):
    """A form came without the token of the page it should come from."""
