"""The fields of a submitted HTML form, as a FastAPI dependency."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

PAGE_ONLY = frozenset({"csrf", "area_shown"})
FormData = dict[str, str]


async def _read(request: Request) -> FormData:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


FormTyped = Annotated[FormData, Depends(_read)]


def filled(form_data: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold something; a form sends its empty ones too."""
    return {name: value for name, value in form_data.items() if value.strip() and name not in PAGE_ONLY}
