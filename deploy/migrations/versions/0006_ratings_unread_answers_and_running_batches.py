"""Ratings, unread answers, and batches that run by themselves."""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "rating",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("timeliness", sa.Integer(), nullable=False),
        sa.Column("usefulness", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("rated_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_holder", ["holder", "at"], unique=False)
        batch_op.create_index("ix_rating_item", ["item", "at"], unique=False)

    op.create_table(
        "unread",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("unread", schema=None) as batch_op:
        batch_op.create_index("ix_unread_asker", ["unit", "asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_unread_at"), ["at"], unique=False)

    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("good", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("bad", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("asked", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_batch_recent", ["unit", "made_at"], unique=False)
        batch_op.create_index(
            "ix_batch_running",
            ["confirmed_at"],
            unique=False,
            sqlite_where=sa.text("confirmed_at IS NOT NULL AND done_at IS NULL"),
            postgresql_where=sa.text("confirmed_at IS NOT NULL AND done_at IS NULL"),
        )

    with op.batch_alter_table("batch_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("cells", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cases_reference", ["unit", "reference"], unique=False, postgresql_ops={"reference": "text_pattern_ops"}
        )
