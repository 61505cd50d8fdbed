"""A bank's counter with the packaged directory, in a browser and for programs."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from access.units import Units
from cases.certificates.certificate import Certificate
from cases.certificates.directory import all_certificates
from cases.certificates.loading import fill_directory
from cases.certificates.stopped import CertificateStopped, stopped_between
from cases.grants.grants import Grant
from requesters.ask import ask_pages, questions_api
from requesters.ask.hits import Search, Shelves, search_all
from requesters.certificates import certificate_pages, certificates_api
from requesters.certificates.ways import Allowed
from storage.database import Database
from storage.first_rows import FirstRows
from tests.routes import RULEBOOK, Doors, open_doors
from web.templates import PageRenderer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ROUTERS = (questions_api.router, certificates_api.router, certificate_pages.router, ask_pages.router)


@dataclass
class Counter:
    """The house at whose counter certificates are asked for."""

    doors: Doors

    def grant(self, item: str, *matters: str) -> None:
        """The bank may ask this item for these matters."""
        with self.doors.database.write() as session:
            session.add_all(Grant(unit="bank", item=item, matter=matter, until=date(2030, 12, 31)) for matter in matters)

    def add(self, *certificates: Certificate) -> None:
        """More certificates in the directory."""
        with self.doors.database.write() as session:
            session.add_all(certificates)

    def browser(self, language: str = "en") -> TestClient:
        """The bank's clerk, signed in."""
        client = self.doors.client(language=language)
        with self.doors.database.write() as session:
            account = session.get_one(Account, "asker")
            account.locale = language
            opened = open_session(session, account, self.doors.now)
        client.cookies.set("hecha", opened.token)
        client.headers["X-CSRF-Token"] = opened.csrf
        client.headers["Accept"] = "text/html"
        return client

    def stopped(self) -> list[CertificateStopped]:
        """What was counted this month."""
        with self.doors.database.read() as session:
            return stopped_between(session, self.doors.now.date(), self.doors.now.date())


def counter(database: Database) -> Counter:
    """The counter; the bank may ask kinship for closing a card."""
    doors = open_doors(database, NOW, ROUTERS)
    doors.app.state.context = replace(doors.app.state.context, page=PageRenderer())
    with database.write() as session:
        fill_directory(session, RULEBOOK, (), NOW)
    return Counter(doors)


def found(
    database: Database, words: str, pairs: Collection[tuple[str, str]] = (), locale: str = "zh", matter: str = ""
) -> FirstRows[object]:
    """What the one search finds in the packaged directory, as (title, address)."""
    allowed = Allowed(pairs, RULEBOOK.bundles)
    with database.read() as session:
        certificates = all_certificates(session)
    hits = search_all(Shelves(RULEBOOK.catalogue, allowed, certificates, Units()), Search(words, locale, matter))
    rows: FirstRows[object] = FirstRows((hit.title, hit.address) for hit in hits)
    rows.more = hits.more
    return rows
