"""Validation of the administrators' forms for units, webhooks and accounts."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from access.accounts import ROLES
from access.units import Unit
from access.webhooks.webhook_urls import callable_address
from contacts.phone_numbers import normalise, takes_sms
from storage.json import Json
from storage.problem import N_, FieldFault, RosterProblem
from web.form_data import FormData

CODE_FORM = N_("Two to 32 lower-case letters, digits and hyphens; the first is a letter or a digit.")
NAME_FORM = N_("Two to 64 lower-case letters, digits, dots, hyphens and underscores; the first is a letter or a digit.")
NO_NUMBER = N_("This is not a telephone number that can be dialled.")
NO_MOBILE = N_("This number gets no texts. Give a mobile number.")
NO_ADDRESS = N_("Give an address that begins with https://")
NOTHING_TO_DO = N_("Say what this unit does: it asks, answers or supervises.")
STATION_ASKS = N_("A station neither asks nor supervises: grants stay with its unit.")
NO_ROLE = N_("Choose at least one role.")
DOES = ("asks", "answers", "supervises")
FITTING = {
    "asker": ("asks", N_("This unit does not ask. Let the unit ask first, or choose another role.")),
    "clerk": ("answers", N_("This unit does not answer. Let the unit answer first, or choose another role.")),
    "supervisor": ("supervises", N_("This unit does not supervise. Let the unit supervise first, or choose another role.")),
}


def _wrong(code: str, words: str) -> PydanticCustomError:
    return PydanticCustomError(code, words)


def _formed(pattern: str, words: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise _wrong("wrong_form", words)
        return value

    return AfterValidator(check)


def _dialled(value: str) -> str:
    try:
        return normalise(value)
    except RosterProblem:
        raise _wrong("no_number", NO_NUMBER) from None


def _texted(value: str) -> str:
    number = _dialled(value)
    if number and not takes_sms(number):
        raise _wrong("no_mobile", NO_MOBILE)
    return number


def _called(value: str) -> str:
    if value and not callable_address(value):
        raise _wrong("no_address", NO_ADDRESS)
    return value


class Entry(BaseModel):
    """Anything typed: blanks around it are no part of it."""

    model_config = ConfigDict(str_strip_whitespace=True)


class UnitEntry(Entry):
    """A unit as it is typed."""

    unit_code: Annotated[str, _formed(r"[a-z0-9][a-z0-9-]{1,31}", CODE_FORM)]
    name_zh: str = Field(min_length=1, max_length=64)
    name_en: str = Field(min_length=1, max_length=96)
    asks: bool = False
    answers: bool = False
    supervises: bool = False
    station_of: str = Field(default="", max_length=32)
    window_phone: Annotated[str, Field(max_length=32), AfterValidator(_dialled)] = ""

    def row(self) -> Json:
        """The fields of the table."""
        fields = self.model_dump()
        return {"code": fields.pop("unit_code"), "parent": fields.pop("station_of"), **fields}


class WebhookEntry(Entry):
    """Where a unit's own system listens; empty where it does not."""

    webhook: Annotated[str, Field(max_length=300), AfterValidator(_called)] = ""


class AccountEntry(Entry):
    """An account as it is typed."""

    username: Annotated[str, _formed(r"[a-z0-9][a-z0-9._-]{1,63}", NAME_FORM)]
    name: str = Field(min_length=1, max_length=64)
    unit: str = Field(min_length=1, max_length=32)
    roles: list[Literal["asker", "envoy", "clerk", "keeper", "supervisor", "reformer", "monitor", "inspector", "admin"]]
    phone: Annotated[str, Field(max_length=20), AfterValidator(_texted)] = ""
    locale: Literal["zh", "en"] = "zh"
    sign_on: str = Field(default="", max_length=128)


def unit_of(form_data: FormData, code: str = "") -> UnitEntry:
    """The unit in a form; `code` is that of a unit that is there already. Raises ValidationError."""
    texts = _texts(form_data, "unit_code", "name_zh", "name_en", "window_phone", "station_of")
    ticks = {name: name in form_data for name in DOES}
    return UnitEntry.model_validate({**texts, **ticks, "unit_code": code or texts["unit_code"].strip().lower()})


def account_of(form_data: FormData, username: str = "") -> AccountEntry:
    """The account in a form; `username` is that of an account that is there already. Raises ValidationError."""
    roles = [role for role in ROLES if f"role_{role}" in form_data]
    known = {"username": username} if username else {}
    texts = _texts(form_data, "username", "name", "unit", "phone", "locale", "sign_on")
    return AccountEntry.model_validate({**texts, "username": texts["username"].strip().lower(), "roles": roles, **known})


def _texts(form_data: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: form_data.get(name, "") for name in names}


def unit_faults(entry: UnitEntry) -> list[FieldFault]:
    """What is wrong with a unit as a whole."""
    if entry.station_of and (entry.asks or entry.supervises):
        return [FieldFault("asks", "station", STATION_ASKS)]
    does = entry.station_of or any(getattr(entry, does) for does in DOES)  # a station that is switched off does nothing
    return [] if does else [FieldFault("asks", "nothing_to_do", NOTHING_TO_DO)]


def role_faults(entry: AccountEntry, unit: Unit) -> list[FieldFault]:
    """The roles that this unit has no work for."""
    if not entry.roles:
        return [FieldFault("roles", "missing", NO_ROLE)]
    wrong = [FITTING[role][1] for role in entry.roles if role in FITTING and not getattr(unit, FITTING[role][0])]
    return [FieldFault("roles", "not_fitting", words) for words in wrong]
