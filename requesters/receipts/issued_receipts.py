"""Issued receipts: the table of hashes of all sealed PDF files that left the house."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel


class IssuedReceipt(SQLModel, table=True):
    """One file by its SHA-256; kept for good, it says nothing about anybody."""

    __tablename__ = "issued_receipt"

    sha256: str = Field(primary_key=True, max_length=64)
    number: str = Field(max_length=32, index=True)
    serial: str = Field(max_length=40)  # of the certificate it was sealed with
    at: datetime
    answered_at: datetime  # since when the answer on it stood: another one may have taken its place since


def find_issued(session: Session, sha256: str) -> IssuedReceipt | None:
    """The entry of this file, if it is one of ours."""
    return session.get(IssuedReceipt, sha256)
