"""seals receipts are sealed with, issued receipts, and what is blocked and deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "issued_receipt",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    with op.batch_alter_table("issued_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issued_receipt_number"), ["number"], unique=False)

    op.create_table(
        "seal_certificate",
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("pem", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("serial"),
    )
    with op.batch_alter_table("seal_certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seal_certificate_unit"), ["unit"], unique=False)
        batch_op.create_index(
            "ix_seal_root", ["unit"], unique=True, sqlite_where=sa.text("unit = ''"), postgresql_where=sa.text("unit = ''")
        )

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_cases_blocked",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("blocked_at IS NOT NULL AND deleted_at IS NULL"),
            postgresql_where=sa.text("blocked_at IS NOT NULL AND deleted_at IS NULL"),
        )
        batch_op.create_index(
            "ix_cases_kept",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL AND blocked_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL AND blocked_at IS NULL"),
        )
