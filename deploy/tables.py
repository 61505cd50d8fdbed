"""Every table of every room, in one metadata: what migrations are compared with."""

from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel

WITH_TABLES = (
    "broker.dead",
    "broker.holds",
    "broker.inbox",
    "broker.letter_keys",
    "broker.outbox",
    "cases.absence",
    "cases.accounts",
    "cases.applications",
    "cases.attempts",
    "cases.case",
    "cases.checkpoints",
    "cases.devices",
    "cases.duty",
    "cases.freezes",
    "cases.grants",
    "cases.heads",
    "cases.held_findings",
    "cases.machines",
    "cases.named",
    "cases.pace",
    "cases.pledges",
    "cases.proofs",
    "cases.ratings",
    "cases.seals",
    "cases.steps",
    "cases.totp",
    "cases.trail",
    "cases.units",
    "contacts.alerts",
    "contacts.areas",
    "contacts.calls",
    "contacts.history",
    "contacts.number_checks",
    "contacts.receipts",
    "contacts.roster",
    "contacts.roster_imports",
    "contacts.statements",
    "contacts.throttle",
    "deploy.administration.changes",
    "deploy.beats",
    "requesters.batches",
    "requesters.issued",
    "requesters.results",
    "requesters.submit",
    "requesters.unread",
    "responders.drafts",
    "responders.ladders",
    "responders.presence",
)


def all_tables() -> MetaData:
    """The metadata with every room's tables in it; a house test finds files with tables that are not named above."""
    for name in WITH_TABLES:
        import_module(name)
    return SQLModel.metadata
