"""`${NAME}` in a source's file: what must not stand in it comes from the environment of whoever runs the agent."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class NoSecret(Exception):
    """The environment does not have this name."""


def filled(plain: Any, environment: Mapping[str, str], key: str = "") -> Any:
    """The same data with every `${NAME}` replaced. Raises NoSecret.

    In an address, what stands beside other signs is written in percent-encoding: a password may hold `@` or `/`.
    """
    if isinstance(plain, Mapping):
        return {name: filled(value, environment, name) for name, value in plain.items()}
    if isinstance(plain, list):
        return [filled(value, environment, key) for value in plain]
    return _text(plain, environment, key) if isinstance(plain, str) else plain


def _text(text: str, environment: Mapping[str, str], key: str) -> str:
    def value(found: re.Match[str]) -> str:
        if not (said := environment.get(found[1])):
            raise NoSecret(found[1])
        return quote(said, safe="") if key == "address" and found[0] != text else said

    return NAME.sub(value, text)
