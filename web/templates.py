"""Page rendering: the Jinja templates of all rooms in the reader's language; how telephone and ID numbers are written there."""

from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

from access.principal import Principal
from cases.catalogue.headline import given_of, short_label, stated_facts, verdicts_of
from cases.catalogue.record_table import fields_of, record_table
from cases.documents.id_numbers import ResidentId
from cases.documents.known_kinds import KINDS
from storage.office_time import office_time
from web.languages import LOCALES, say, translations
from web.problems import locale_of
from web.words import recheck_words, words
from web.words.document_words import country_name, document_words

ROOT = Path(__file__).parent.parent
ROOMS = ("contacts", "requesters", "responders", "supervisors", "reform", "administrators")


def open_templates() -> Environment:
    """The environment; `requesters/ask.html` stands in a folder `pages` of that room, what all share in those of the web."""
    loader = ChoiceLoader([_pages("web"), PrefixLoader({room: _pages(room) for room in ROOMS})])
    extensions = ["jinja2.ext.i18n"]
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, extensions=extensions, trim_blocks=True)
    environment.filters.update(
        office_time=office_time, old_form=old_form, phone=phone, document=document_words, country=country_name
    )
    environment.globals.update(
        words=words,
        checked_words=recheck_words,
        document_kinds=KINDS,
        short_label=short_label,
        stated_facts=stated_facts,
        given_of=given_of,
        verdicts_of=verdicts_of,
        record_table=record_table,
        fields_of=fields_of,
    )
    environment.policies["ext.i18n.trimmed"] = True
    return environment


def _pages(room: str) -> FileSystemLoader:
    return FileSystemLoader(sorted((ROOT / room).rglob("pages")))


@cache
def templates_in(locale: str) -> Environment:
    """The environment of a language, made once for the whole process: its pages are compiled once, however many apps show them."""
    environment = open_templates()
    environment.filters["tr"] = partial(say, locale)  # for words that a page is given; escapes what people wrote
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    return environment


def old_form(number: str) -> str:
    """The 15-digit form under which an old archive may keep this person; empty where there was none."""
    return (ResidentId(number).old_number or "") if len(number) == 18 else ""


def phone(number: str) -> str:
    """A telephone number as people here dial it: without the country, in groups."""
    digits = number.removeprefix("+86")
    mobile = len(digits) == 11 and digits.startswith("1")
    groups = (digits[:3], digits[3:7], digits[7:]) if mobile else (f"0{digits[:3]}", digits[3:])
    return " ".join(groups) if number.startswith("+86") else number


class PageRenderer:
    """Renders pages: one environment a language."""

    def __init__(self) -> None:
        self._by_locale = {locale: templates_in(locale) for locale in LOCALES}

    def __call__(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The rendered page; `principal` may be among the values, and `locale` for a piece that is shared by its readers."""
        principal = values.setdefault("principal", None)
        locale = values.pop("locale", None) or self.locale(request, principal)
        known = {"request": request, "locale": locale, "now": request.app.state.context.now(), "path": request.url.path}
        text = self._by_locale[locale].get_template(template).render(**known, **values)
        return HTMLResponse(text, status)

    def locale(self, request: Request, principal: Principal | None = None) -> str:
        """The language this reader reads: the one chosen in this browser, the account's, or what the browser asks for."""
        locale = request.cookies.get("lang") or (principal.locale if principal else locale_of(request))
        return locale if locale in self._by_locale else "zh"
