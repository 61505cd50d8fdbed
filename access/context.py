"""What authentication needs of the application: database, clock, sign-in rules and public address."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, cast

from fastapi import Request

from access.sign_in_rules import SignInRules
from storage.database import Database


class AccessContext(Protocol):
    """The part of the application context (web/context.py) that stands below the web."""

    @property
    def database(self) -> Database:
        """Where accounts, sessions and keys are."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock of the house."""

    @property
    def access(self) -> SignInRules:
        """Who signs in how, and for how long."""

    @property
    def public_url(self) -> str:
        """Under which address people reach the house."""


def access_context_of(request: Request) -> AccessContext:
    """That of the house this request came to."""
    return cast(AccessContext, request.app.state.context)
