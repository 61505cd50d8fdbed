"""Reading a source's file: TOML, secrets, keys, its item; every fault of it is named, with what would be right."""

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from cases.catalogue.item import Item
from responders.sources.fault_words import SourceProblem, said
from responders.sources.item_checks import check_item
from responders.sources.opening import missing
from responders.sources.secrets import NoSecret, filled
from responders.sources.source_file import FRESHNESS, SourceFile

WANTED = {
    "string": "文字 / text", "int": "整数 / a whole number", "float": "数 / a number", "bool": "true、false / true or false",
    "date": "日期，如 2004-01-01 / a day like 2004-01-01", "dict": "一个表 / a table", "tuple": "一个列表 / a list",
    "model": "一个表 / a table", "list": "一个列表 / a list",
}  # fmt: skip
BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "≥", "max_length": "≤"}


def read_source(path: Path, items: Mapping[str, Item], environment: Mapping[str, str]) -> SourceFile:
    """The file, checked beside the item whose name it has. Raises SourceProblem."""
    item = items.get(path.stem)
    if item is None:
        near = get_close_matches(path.stem, items, 1, 0.6)
        raise problem(path, [("", said("no_item", item=path.stem, near=f" ({near[0]}?)" if near else ""))])
    plain = _plain(path)
    try:
        file = SourceFile.model_validate(filled(plain, environment))
    except NoSecret as secret:
        raise problem(path, [("", said("no_secret", name=secret))]) from None
    except ValidationError as error:  # its own words may hold what stands in the file: a password, for one
        raise problem(path, [_fault(one, plain) for one in error.errors(include_url=False, include_input=False)]) from None
    if faults := check_item(file, item):
        raise problem(path, faults)
    if without := missing(file):
        raise problem(path, [("connection", without)])
    return file


def problem(path: Path, faults: Sequence[tuple[str, str]]) -> SourceProblem:
    """That this file cannot be used: a line for each fault."""
    return SourceProblem("\n".join(f"{path}: {': '.join(filter(None, fault))}" for fault in faults))


def _plain(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise problem(path, [("", said("unreadable", why=error.strerror))]) from None
    except UnicodeDecodeError:
        raise problem(path, [("", said("not_utf8"))]) from None
    except tomllib.TOMLDecodeError as error:
        raise problem(path, [("", said("not_toml", why=error))]) from None


def _fault(error: Any, plain: Mapping[str, Any]) -> tuple[str, str]:
    place = [str(part) for part in error["loc"]]
    if place[:1] == ["connection"] and place[1:2] and place[1] in FRESHNESS:  # the kind stands there, which is no key
        place.pop(1)
    key, kind, context = ".".join(place), error["type"], error.get("ctx", {})
    if kind == "source":
        return key, str(context["words"])
    if kind == "extra_forbidden":
        known = keys_at(place[:-1], plain)
        near = get_close_matches(place[-1], known, 1, 0.6)
        return key, said("unknown_key", known=", ".join(known), near=f" ({near[0]}?)" if near else "")
    key = f"{key}.kind" if kind.startswith("union_tag") else key
    if kind in ("missing", "union_tag_not_found"):
        return key, said("missing_key")
    return key, said("wrong_value", wanted=_wanted(kind, context))


def _wanted(kind: str, context: Mapping[str, Any]) -> str:
    if "expected" in context or "expected_tags" in context:
        return str(context.get("expected") or context["expected_tags"])
    bounds = ", ".join(f"{BOUNDS[name]} {value}" for name, value in context.items() if name in BOUNDS)
    return bounds or WANTED.get(kind.partition("_")[0], kind)


def keys_at(place: Sequence[str], plain: Mapping[str, Any]) -> list[str]:
    """The keys that a table of the file may have."""
    model: Any = SourceFile
    for part in place:
        field = next((one for name, one in model.model_fields.items() if part in (name, one.alias)), None)
        kinds = _models(field.annotation) if field else [model]  # the name of a fact, the place in a list
        if part == "connection":
            kinds = [one for one in kinds if plain["connection"]["kind"] in get_args(one.model_fields["kind"].annotation)]
        if not kinds:
            return []
        model = kinds[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]
