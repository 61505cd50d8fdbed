"""Provisioning RabbitMQ from the list of units: accounts, passwords, permissions, queues, exchanges.

Works with `rabbitmqctl` alone, which Debian's server has: the management plugin is not needed. What each account needs to
connect is kept in a file of its own, mode 600; a password that stands there stays, so that running it again disturbs nobody.
"""

import json
import secrets
import subprocess  # nosec B404  # rabbitmqctl is a program
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from deploy.rabbitmq.definitions import (
    HOUSE_ACCOUNT,
    TAG,
    VHOST,
    DeclaredUnit,
    definitions_of,
    exchange_of,
    house_account,
    password_hash,
)
from storage.private_files import write_privately

PATIENCE = 120.0  # seconds for rabbitmqctl, which takes two
PASSWORD_BYTES = 24


NO_LIST = (
    "rabbitmqctl list_users: expected the accounts as JSON, and got {count} characters of something else. Does --rabbitmqctl call "
    "the rabbitmqctl of a RabbitMQ 3.8 or later, with nothing around it that writes too?"
)


class NotProvisioned(Exception):
    """rabbitmqctl could not be run, or refused; says what it said."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The files of accounts: `police.url` holds the address with which the police's agent connects."""

    folder: Path
    server: str  # amqps://HOST:PORT, as units reach it

    def file(self, name: str) -> Path:
        """Where the address of this account stands."""
        return self.folder / f"{name}.url"

    def password(self, name: str, anew: bool = False) -> str:
        """The password of this account, made where there is none or `anew`."""
        path = self.file(name)
        if path.exists() and not anew:
            return urlsplit(path.read_text(encoding="utf-8").strip()).password or ""
        return secrets.token_urlsafe(PASSWORD_BYTES)

    def keep(self, name: str, password: str) -> None:
        """Writes the address down."""
        scheme, _, host = self.server.partition("://")
        fragment = "" if name == HOUSE_ACCOUNT else f"#{exchange_of(name)}"
        write_privately(self.file(name), f"{scheme}://{quote(name)}:{password}@{host}/{VHOST}{fragment}\n")


@dataclass(frozen=True, slots=True)
class Control:
    """`rabbitmqctl`, for this node or one named."""

    command: Sequence[str] = ("rabbitmqctl",)
    env: Mapping[str, str] | None = None

    def run(self, *words: str, told: str = "") -> str:
        """What it prints. Raises NotProvisioned."""
        try:
            done = subprocess.run(  # noqa: S603  # nosec B603  # no shell, and the words are ours
                [*self.command, "-q", *words],
                input=told,
                env=self.env,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotProvisioned(f"rabbitmqctl: {type(error).__name__}") from None
        if done.returncode:
            raise NotProvisioned(f"rabbitmqctl {words[0]}: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def accounts(self) -> set[str]:
        """The accounts that follow the list of units."""
        said = self.run("list_users", "--formatter", "json")
        try:
            return {user["user"] for user in json.loads(said) if TAG in user["tags"]}
        except (ValueError, TypeError, LookupError):
            raise NotProvisioned(NO_LIST.format(count=len(said))) from None


def provision(
    known: Sequence[DeclaredUnit],
    writers: Collection[str],
    accounts: Accounts,
    control: Control,
    anew: Collection[str] = (),
    house: bool = False,
) -> tuple[list[str], list[str]]:
    """Makes it so; gives back the units with accounts, and the accounts that were taken away.

    `anew`: who gets a new password; `house`: the house's own account is made too, else it is left as it is. Raises
    NotProvisioned; run it again then: every step may be repeated.
    """
    names = [unit.code for unit in known if unit.holds or unit.code in writers]
    if HOUSE_ACCOUNT in names:
        raise NotProvisioned(f"a unit with an account must not be called {HOUSE_ACCOUNT}: that is the house's own account")
    if strangers := sorted(set(anew) - {HOUSE_ACCOUNT, *names}):
        raise NotProvisioned(f"{', '.join(strangers)}: there is no such unit with an account. Nothing was changed")
    passwords = {name: accounts.password(name, name in anew) for name in ([HOUSE_ACCOUNT] if house else []) + names}
    for name, password in passwords.items():  # first: a password that is set and nowhere written down locks everybody out
        accounts.keep(name, password)
    control.run("import_definitions", told=definitions_text(known, writers, passwords))
    gone = sorted(control.accounts() - set(names))
    for name in gone:
        control.run("delete_user", name)
        accounts.file(name).unlink(missing_ok=True)
    return names, gone


def definitions_text(known: Sequence[DeclaredUnit], writers: Collection[str], passwords: Mapping[str, str]) -> str:
    """Everything as `rabbitmqctl import_definitions` reads it, passwords as hashes."""
    hashed = {name: password_hash(password) for name, password in passwords.items()}
    whole = definitions_of(known, hashed, writers)
    own = house_account(hashed[HOUSE_ACCOUNT]) if HOUSE_ACCOUNT in hashed else {}
    return json.dumps({**whole, **{name: [*whole[name], *own[name]] for name in own}})
