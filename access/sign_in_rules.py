"""Sign-in rules of the settings: which roles need a second step, idle time, and the single sign-on's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

IDLE = timedelta(hours=1)
FRESH = timedelta(minutes=10)  # so long after somebody showed who they are they need not do it again for a dangerous act


@dataclass(frozen=True, slots=True)
class SignInRules:
    """`totp_roles` need a second step; `idle` ends a session that nobody uses; `sign_on` names the city's sign-on, if any."""

    totp_roles: frozenset[str] = frozenset({"supervisor", "admin"})
    idle: timedelta = IDLE
    sign_on: str = ""

    def needs_totp(self, roles: Iterable[str], password_alone: bool) -> bool:
        """Whether somebody with these roles must have an authenticator."""
        return bool(self.totp_roles.intersection(roles)) and not password_alone
