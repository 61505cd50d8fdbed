"""An electronic certificate 电子证明: the fields of a record on the answering unit's paper, what it shows, and until when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from cases.case import Case
from cases.catalogue.headline import valid_until
from cases.catalogue.item import Item
from cases.catalogue.record_field import RecordField
from cases.catalogue.record_table import record_table
from requesters.receipts.paper import Pair, Paper, Row

NAME = ("电子证明", "Electronic certificate")  # of items that give their paper no name of its own
EMPTY = ("登记中为空", "empty on record")
PERIOD, SHOWS = ("查询期间", "Period searched"), ("证明范围", "What it shows")


def with_record(paper: Paper, case: Case, item: Item) -> Paper:
    """The paper of an item of class query: with its last day, and where a record was asked for and found, as its certificate."""
    paper = replace(paper, until=valid_until(item, case.stands_since))
    finding: Mapping[str, Any] = case.finding or {}
    table = record_table(item, case.wanted, finding.get("records") or [])
    shows: list[Row] = [(SHOWS, (item.shows.zh, item.shows.en))] if item.shows else []
    found = [*_period(case, finding), *paper.found, *shows]
    if not table:
        return replace(paper, found=found)
    title = (item.paper.zh, item.paper.en) if item.paper else NAME
    card = [(_label(field), _value(field, value)) for field, value in table.card]
    lines = [[_value(field, value) for field, value in zip(table.columns, row, strict=True)] for row in table.rows]
    columns = [_label(field) for field in table.columns] if lines else []
    return replace(paper, title=title, found=found, record=card, columns=columns, lines=lines)


def has_expired(case: Case, item: Item, today: date) -> bool:
    """Whether the fields of this answer are not shown any more."""
    until = valid_until(item, case.stands_since) if item.is_query else None
    return until is not None and until < today


def _period(case: Case, finding: Mapping[str, Any]) -> list[Row]:
    """The time in which a machine looked; of what a person found in the archive its volume says where."""
    evidence = finding.get("evidence") or {}
    since, as_of = evidence.get("electronic_from"), evidence.get("as_of")
    if not (since and as_of):
        return []
    return [(PERIOD, (f"{case.year}年", str(case.year)) if case.year else (f"{since}年 — {as_of}", f"{since} — {as_of}"))]


def _label(field: RecordField) -> Pair:
    return field.label.zh, field.label.en


def _value(field: RecordField, value: str) -> Pair:
    return (field.said(value, "zh"), field.said(value, "en")) if value else EMPTY
