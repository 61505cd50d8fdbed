"""Cases: columns for first holder, first source and first answer, with indexes for the statistics."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_of", sa.String(length=32), server_default="", nullable=False))
        batch_op.add_column(sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("first_source", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("first_holder", sa.String(length=32), server_default="", nullable=False))
        batch_op.drop_index(batch_op.f("ix_cases_answered"), sqlite_where=sa.text("answered_at IS NOT NULL"))
        batch_op.create_index(
            "ix_cases_first_answered",
            ["first_answered_at"],
            unique=False,
            sqlite_where=sa.text("first_answered_at IS NOT NULL"),
            postgresql_where=sa.text("first_answered_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_cases_taken",
            ["taken_by"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact') AND taken_by != ''"),
            postgresql_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact') AND taken_by != ''"),
        )
    op.execute("UPDATE cases SET asked_of = holder")
    op.execute(
        "UPDATE cases SET first_answered_at = answered_at, first_source = source, first_holder = holder"
        " WHERE answered_at IS NOT NULL"
    )
