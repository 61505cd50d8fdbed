"""Loads the sample city into an empty house: units, people, roster, grants, record stores, sheet of sign-ins."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime, timedelta

from rich.console import Console
from sqlalchemy import insert
from sqlmodel import Session, select

from access.accounts import Account
from access.api_keys import new_key
from access.passwords import hasher
from access.units import Unit
from cases.catalogue.catalogue import Catalogue
from cases.certificates.loading import fill_directory
from cases.duty.standing_order import Duty
from cases.grants.grants import Grant
from cases.grants.pledges import Pledged
from cases.stations.rules import StationRule
from contacts.roster.roster import Area, Contact, ContactEntry, add_all
from deploy.assembly import Assembly
from deploy.settings import Settings
from sample.city import directory
from sample.city.archives import write_archives
from sample.city.bundle_stories import BundleStory, bundle_stories
from sample.city.city import build
from sample.city.query_stories import query_stories
from sample.city.stories import Story, stories
from sample.reform.filling import fill_reform
from sample.survey import write_survey
from storage.json import Json
from storage.office_time import office_date
from storage.private_files import write_privately

SHEET = "sample.json"
SINCE = (400, 380, 350, 310, 300, 270, 240, 60, 20, 230)  # days ago, for one community after the other
CHECKED = {0: 12, 1: 25, 2: 40, 3: 66, 4: 90, 5: 121, 6: 150}
WINDOW_PHONE = "0579-8555 0{:03d}"  # nobody answers there


def load_if_empty(assembly: Assembly, console: Console) -> bool:
    """Loads the city when the house has no units yet; True when it did."""
    with assembly.database.read() as session:
        if session.exec(select(Unit).limit(1)).first() is not None:
            return False
    with console.status("Building the sample city (20,000 invented people) ..."):
        load_city(assembly)
    return True


def load_city(assembly: Assembly) -> Json:
    """Everything of the sample city; returns what was written to the sheet. All or nothing in the database."""
    city = build()
    write_archives(city, assembly.settings.record_folder, min(city.today, office_date(assembly.now())))
    write_survey(assembly.settings.home)
    passwords = {account.username: secrets.token_urlsafe(9) for account in directory.accounts()}
    with ThreadPoolExecutor(2) as pool:
        hashes = dict(zip(passwords, pool.map(hasher().hash, passwords.values()), strict=True))
    with assembly.database.write() as session:
        _add_units(session)
        _add_people(session, hashes)
        fill_directory(session, assembly.rulebook, assembly.settings.city_folders, assembly.now())
        _add_pledges(session, assembly)
        _add_roster(session, assembly)
        _add_grants(session, assembly.rulebook.catalogue, assembly.now().date())
        session.add_all(StationRule(**asdict(rule)) for rule in directory.station_rules())
        fill_reform(session, assembly)
        keys = {username: new_key(session, username, date(assembly.now().year + 1, 12, 31)) for username in passwords}
    told = {**stories(city), **query_stories(city)}
    sheet = sheet_of(passwords, keys, told, bundle_stories(city, told.values()))
    write_privately(assembly.settings.home / SHEET, json.dumps(sheet, ensure_ascii=False, indent=2) + "\n")
    return sheet


def _add_units(session: Session) -> None:
    rows = [
        {**asdict(unit), "window_phone": WINDOW_PHONE.format(n), "webhook": ""} for n, unit in enumerate(directory.units(), 201)
    ]
    session.execute(insert(Unit), rows)


def _add_people(session: Session, hashes: dict[str, str]) -> None:
    for one in directory.accounts():
        plain = {"username": one.username, "name": one.name, "unit": one.unit, "roles": list(one.roles), "phone": one.phone}
        session.add(Account.model_validate({**plain, "password_hash": hashes[one.username], "password_alone": True}))
    session.flush()
    session.add_all(Duty(username=a.username, unit=a.unit, place=a.place, leader=a.leader) for a in directory.accounts() if a.place)


def _add_pledges(session: Session, assembly: Assembly) -> None:
    """The city's people have signed what they pledge; whoever is added later signs before the first question."""
    pledge = assembly.rulebook.pledge
    askers = [one.username for one in directory.accounts() if "asker" in one.roles] if pledge else []
    session.add_all(
        Pledged(username=one, version=pledge.version, digest=pledge.digest, at=assembly.now()) for one in askers if pledge
    )


def _add_roster(session: Session, assembly: Assembly) -> None:
    rows = [{"code": a.code, "name": a.name, "kind": a.kind, "parent": a.parent or None} for a in directory.areas()]
    session.execute(insert(Area), rows)
    entries = [
        ContactEntry(area=c.area, name=c.name, role=c.role, phone=c.phone, place_in_order=c.order) for c in directory.contacts()
    ]
    for place, contact in enumerate(add_all(session, entries, "sample", assembly.now())):
        _age_number(contact, place // 2 % 10, assembly.now())


def _age_number(contact: Contact, kind: int, now: datetime) -> None:
    """A roster that has been kept for a while: most numbers were checked in the last months, some never, some long ago."""
    contact.phone_since = now - timedelta(days=SINCE[kind])
    contact.verified_at = now - timedelta(days=CHECKED[kind]) if kind in CHECKED and contact.takes_sms else None


def _add_grants(session: Session, catalogue: Catalogue, today: date) -> None:
    session.execute(insert(Grant), [{**asdict(grant), "pledged_by": ""} for grant in directory.grants(catalogue, today)])


def sheet_of(passwords: dict[str, str], keys: dict[str, str], told: dict[str, Story], bundles: dict[str, BundleStory]) -> Json:
    """For each account its sign-in, unit and key; for each story a ready request body and what will become of it."""
    people = {a.username: {"username": a.username, "password": passwords[a.username], "unit": a.unit, "roles": list(a.roles),
                           "name": a.name, "phone": a.phone, "key": keys[a.username]} for a in directory.accounts()}  # fmt: skip
    facts = {name: _facts(story) for name, story in told.items()}
    facts |= {name: {"asker": story.asker, "area": story.area} for name, story in bundles.items()}
    questions, asked = {name: story.question for name, story in told.items()}, {name: one.asked for name, one in bundles.items()}
    return {"accounts": people, "questions": questions, "bundles": asked, "stories": facts}


def _facts(story: Story) -> Json:
    page = f"{story.page.volume}-{story.page.page}" if story.page else ""
    told = {"unit": story.unit, "holder": story.holder, "machine": story.machine, "refused": story.refused}
    return {**told, "area": story.area, "page": page}


def print_signs(settings: Settings, console: Console, phones: bool) -> None:
    """Addresses and sample sign-ins, for somebody who has just typed `make run`."""
    path = settings.home / SHEET
    console.print(f"\nHecha is at {settings.public}", highlight=False)
    if phones:
        console.print(f"The phones are at {settings.sms_url}", highlight=False)
    if path.exists():
        people = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        for username in ("bank1", "police1", "keeper", "supervisor"):
            console.print(
                f"  sign in as {username:12} {people[username]['password']:14} {people[username]['unit']}", highlight=False
            )
        console.print(f"Keys and ready questions stand in {path}\n", highlight=False)
