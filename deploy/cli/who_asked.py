"""`hecha who-asked`: tells a person who asked about them, what, when and for which purpose, and who has looked since.

The number is typed or piped in and stands nowhere: not among the arguments, which others on the machine can read, and not in a log.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from access.units import Units, all_units
from cases.case import Case
from cases.case_search import subject_keys
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment, commitments_named, is_commitment
from cases.documents.countries import country_of
from cases.documents.id_numbers import BadNumber
from cases.documents.known_kinds import KINDS, documents_of, kinds_of, read_document
from cases.question import Question, Subject
from cases.retention import UNVEILED
from cases.subject_index import numbers_of
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from deploy.assembly import Assembly
from deploy.cli.joining import joined
from deploy.cli.starting import settings_or_exit
from storage.bulk_rows import among
from storage.office_time import office_time
from storage.problem import N_
from web.languages import say
from web.words.words import ACTIONS

MOST = 100_000
LOOKS = ("look", "follow", "attachment_look", "receipt", "verify", "search", "who_asked")
PROMPT = N_("ID number or credit code of the person or enterprise (not shown)")
NO_NUMBER = N_(
    "This is no number of a person's document and no credit code. Before a passport's number write its country: USA E12345678."
)
NOBODY = N_("Nobody has asked about this person or enterprise in the time that is kept.")
COUNT = N_("{count} cases name this person or enterprise. Those deleted after their time are not among them.")
ASKED = N_("{number}: asked on {at} by {unit}")
ABOUT = N_("  what: {item} (as: {role})")
PURPOSE = N_("  for: {matter}; {purpose}")
ANSWERED = N_("  answered on {at} by {unit}")
OPEN = N_("  not answered yet")
SIGNED = N_("  a commitment that was signed")
OWN_WORD = N_("who commits")
SEEN = N_("  seen by:")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw the case: when, which unit, doing what."""

    at: datetime
    unit: str
    what: str


@dataclass(frozen=True, slots=True)
class Asking:
    """One case that names the person, without anybody else who is named in it."""

    number: str
    asked_at: datetime
    asked_by: str
    as_what: str
    item: str
    matter: str
    purpose: str
    answered_by: str
    answered_at: datetime | None
    looks: Sequence[Look]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to know: the keys by which the index knows them, and the country of a passport."""

    keys: frozenset[str]
    country: str = ""

    def fits(self, subject: Subject) -> bool:
        """Whether it is this person or enterprise, and not the bearer of another country's passport with the same number."""
        return subject.key in self.keys and self.country == ((subject.document and subject.document.country) or "")

    def is_of_another(self, case: Question) -> bool:
        """Whether a case names the number and only bearers from other countries."""
        named = [subject for subject in case.subjects.values() if subject.key in self.keys]
        return bool(named) and not any(map(self.fits, named))


def who_asked(
    reference: Annotated[str, typer.Option(help="File number of the person's own application, for the trail")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON instead of text")] = False,
    lang: Annotated[str, typer.Option(help="zh or en")] = "",
) -> None:
    """Who asked about a person or enterprise, what, when and why. The number is asked for, or read from standard input."""
    assembly = joined(settings_or_exit())
    locale = lang or assembly.settings.locale
    form_data = typer.prompt(say(locale, PROMPT), hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    wanted = read_number(str(form_data))
    if wanted is None:
        typer.echo(say(locale, NO_NUMBER))
        raise typer.Exit(2)
    askings = tell(assembly, wanted, reference, locale)
    assembly.database.close()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in askings], ensure_ascii=False, indent=2, default=as_text))
        return
    typer.echo(say(locale, COUNT, count=len(askings)) if askings else say(locale, NOBODY))
    for one in askings:
        typer.echo("\n".join(["", *_lines(one, locale)]))


def read_number(entered: str, today: date | None = None) -> Wanted | None:
    """Who has the number that was entered: an ID number, another document's, a passport's after its country (USA E12345678), or a
    credit code. None where it is none, and for a passport's number without its country, which others may have, too.
    """
    country, _, number = entered.strip().partition(" ")
    if issuer := country_of(country):
        try:
            return Wanted(frozenset({read_document("passport", number, issuer, today).key}), issuer)
        except BadNumber:
            return None
    if kinds_of(entered):
        keys = [one.key for one in documents_of(entered, today) if not KINDS[one.kind].has_country]
    else:
        keys = subject_keys(entered, today)
    return Wanted(frozenset(keys)) if keys else None


def tell(assembly: Assembly, wanted: Wanted, reference: str, locale: str) -> list[Asking]:
    """What is told, the newest case first; that it was told stands on the trail of each case and, without a number, by itself."""
    now = assembly.now()
    with assembly.database.read() as session:
        session.info[UNVEILED] = True  # what is blocked for everybody else is still the person's own
        numbers = numbers_of(session, *wanted.keys, at_most=MOST)
        askings = _askings(session, assembly, numbers, (wanted, locale))
    line = TrailLine(now, "who_asked", "person", "hecha who-asked", note=reference)
    with assembly.database.write() as session:
        told = [one.number for one in askings]
        trail.write(session, [line._replace(details={"cases": len(told)}), *(line._replace(number=one) for one in told)])
    return askings


def _askings(session: Session, assembly: Assembly, numbers: Sequence[str], asked: tuple[Wanted, str]) -> list[Asking]:
    if not numbers:
        return []
    wanted, locale = asked
    units, looks = all_units(session), _looks(session, numbers, locale)
    cases = session.exec(select(Case).where(among(session, col(Case.number), list(numbers))).order_by(col(Case.asked_at).desc()))
    asked_about = [
        _asking(case, assembly, units, (wanted, locale, looks[case.number])) for case in cases if not wanted.is_of_another(case)
    ]
    taken = commitments_named(session, numbers)
    known = {code: one.title.say(locale) for code, one in directory(session).items()} if taken else {}
    return asked_about + [_taken(one, assembly, units, known, (wanted, locale, looks[one.number])) for one in taken]


def _taken(
    one: Commitment, assembly: Assembly, units: Units, known: Mapping[str, str], about: tuple[Wanted, str, list[Look]]
) -> Asking:
    """A commitment that the person signed, told as what was asked of them."""
    _, locale, looks = about
    matter = assembly.rulebook.catalogue.matters.get(one.matter)
    return Asking(
        number=one.number, asked_at=one.signed_at or one.drafted_at, asked_by=units[one.unit].name(locale),
        as_what=say(locale, OWN_WORD), item=known.get(one.certificate, one.certificate),
        matter=matter.title.say(locale) if matter else one.matter, purpose=one.purpose, answered_by="",
        answered_at=None, looks=looks,
    )  # fmt: skip


def _asking(case: Case, assembly: Assembly, units: Units, about: tuple[Wanted, str, list[Look]]) -> Asking:
    wanted, locale, looks = about
    items, matters = assembly.rulebook.catalogue.items, assembly.rulebook.catalogue.matters
    item, matter = items.get(case.item), matters.get(case.matter)
    role = role_of(case, wanted)
    return Asking(
        number=case.number,
        asked_at=case.asked_at,
        asked_by=units[case.unit].name(locale),
        as_what=item.roles[role].label.say(locale) if item and role in item.roles else role,
        item=item.title.say(locale) if item else case.item,
        matter=matter.title.say(locale) if matter else case.matter,
        purpose=case.purpose,
        answered_by=units.named(case.holder, case.told_station, locale) if case.answered_at else "",
        answered_at=case.answered_at,
        looks=looks,
    )


def role_of(case: Question, wanted: Wanted) -> str:
    """As what a case names this person; empty where a correction took it out."""
    return next((role for role, who in case.subjects.items() if wanted.fits(who)), "")


def _looks(session: Session, numbers: Sequence[str], locale: str) -> dict[str, list[Look]]:
    units = all_units(session)
    looked = select(Trail).where(among(session, col(Trail.number), list(numbers)), col(Trail.action).in_(LOOKS))
    found: dict[str, list[Look]] = defaultdict(list)
    for line in session.exec(looked.order_by(col(Trail.at))):
        unit = units[line.unit].name(locale) if line.unit in units else line.unit
        found[line.number].append(Look(line.at, unit, say(locale, ACTIONS[line.action])))
    return found


def _lines(one: Asking, locale: str) -> list[str]:
    answered = (
        say(locale, ANSWERED, at=office_time(one.answered_at), unit=one.answered_by) if one.answered_at else say(locale, OPEN)
    )
    if is_commitment(one.number):
        answered = say(locale, SIGNED)
    return [
        say(locale, ASKED, number=one.number, at=office_time(one.asked_at), unit=one.asked_by),
        say(locale, ABOUT, item=one.item, role=one.as_what),
        say(locale, PURPOSE, matter=one.matter, purpose=one.purpose),
        answered,
        *([say(locale, SEEN)] if one.looks else []),
        *(f"    {office_time(look.at)} {look.unit}  {look.what}" for look in one.looks),
    ]


def as_text(value: object) -> str:
    """A value that JSON does not know, as text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
