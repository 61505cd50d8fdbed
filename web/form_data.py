"""The fields of a submitted HTML form, as a FastAPI dependency."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

PAGE_ONLY = frozenset({"csrf", "area_shown"})
FormData = dict[str, str]


async def _read(request: Request) -> FormData:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


FormTyped = Annotated[FormData, Depends(_read)]


def whole_number(text: str) -> int | None:
    """The whole number that a form sent, of nine digits at most; None where it is anything else, or nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def seen_version(form_data: Mapping[str, str]) -> int:
    """The version (`seen`) of what somebody looked at before they sent the form; 0, which nothing has, where it is no number."""
    return whole_number(form_data.get("seen", "")) or 0


def filled(form_data: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold something; a form sends its empty ones too."""
    return {name: value for name, value in form_data.items() if value.strip() and name not in PAGE_ONLY}
