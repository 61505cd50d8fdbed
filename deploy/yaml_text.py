"""Plain data as YAML, without a library: JSON scalars, block lists and maps, long texts as literal blocks."""

import json
import re
from collections.abc import Iterator
from typing import Any

PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$./-]*")


def yaml_of(data: Any) -> str:
    """The data as a YAML document; maps keep their order."""
    return "\n".join(_lines(data, "")) + "\n"


def _lines(data: Any, indent: str) -> Iterator[str]:
    rows = data.items() if isinstance(data, dict) else ((None, value) for value in data)
    for key, value in rows:
        head = f"{indent}-" if key is None else f"{indent}{_key(key)}:"
        if isinstance(value, dict | list) and value:
            yield from _nested(head, value, indent + "  ")
        elif isinstance(value, str) and "\n" in value:
            yield f"{head} |-"
            yield from (f"{indent}  {line}".rstrip() for line in value.splitlines())
        else:
            yield f"{head} {json.dumps(value, ensure_ascii=False)}"


def _nested(head: str, value: Any, deeper: str) -> Iterator[str]:
    lines = list(_lines(value, deeper))
    if head.endswith("-"):  # the first line of an item stands beside its dash
        yield f"{head} {lines[0].lstrip()}"
        yield from lines[1:]
    else:
        yield head
        yield from lines


def _key(key: Any) -> str:
    return str(key) if PLAIN_KEY.fullmatch(str(key)) else json.dumps(key, ensure_ascii=False)
