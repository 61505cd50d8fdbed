"""commitments."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "commitment",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("matter", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(length=64), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.JSON(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_how", sa.String(length=8), nullable=False),
        sa.Column("witness", sa.String(length=64), nullable=False),
        sa.Column("witness_name", sa.String(length=64), nullable=False),
        sa.Column("counts_until", sa.Date(), nullable=True),
        sa.Column("check_item", sa.String(length=40), nullable=False),
        sa.Column("check_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_days", sa.Integer(), nullable=False),
        sa.Column("listed_months", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("put_off_reason", sa.Text(), nullable=False),
        sa.Column("paper_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_how", sa.String(length=8), nullable=False),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_for", sa.String(length=16), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commitment_check",
            ["check_due"],
            unique=False,
            sqlite_where=sa.text("check_due IS NOT NULL"),
            postgresql_where=sa.text("check_due IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_commitment_kept",
            ["settled_at"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NOT NULL"),
            postgresql_where=sa.text("settled_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_commitment_look",
            ["look_at"],
            unique=False,
            sqlite_where=sa.text("look_at IS NOT NULL"),
            postgresql_where=sa.text("look_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_commitment_paper",
            ["unit", "paper", "due_on"],
            unique=False,
            sqlite_where=sa.text("due_on IS NOT NULL"),
            postgresql_where=sa.text("due_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_commitment_reference", ["unit", "reference"], unique=False, postgresql_ops={"reference": "text_pattern_ops"}
        )
        batch_op.create_index("ix_commitment_signed", ["signed_at", "number"], unique=False)
        batch_op.create_index("ix_commitment_unit", ["unit", "drafted_at", "number"], unique=False)
