"""Table of amendments, columns of cases for amended answers, and unread marks by reader."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
UNSETTLED = "unseen IS {true} OR proposed_at IS NOT NULL OR decide_by IS NOT NULL"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "amendment",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", "version"),
    )
    op.create_index("ix_amendment_at", "amendment", ["at", "holder"], unique=False)
    waits = sa.text("state = 'proposed'")
    op.create_index("ix_amendment_proposed", "amendment", ["holder"], unique=False, sqlite_where=waits, postgresql_where=waits)
    op.add_column("cases", sa.Column("amended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("unseen", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cases", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("late_disputed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_cases_unsettled",
        "cases",
        ["wake_at", "number"],
        unique=False,
        sqlite_where=sa.text(UNSETTLED.format(true="1")),
        postgresql_where=sa.text(UNSETTLED.format(true="true")),
    )
    op.add_column("outcome_notice", sa.Column("amended_at", sa.DateTime(timezone=True), nullable=True))
    _a_mark_for_each_reader()


def _a_mark_for_each_reader() -> None:
    """The key of a mark was its case; now it is the case and whose mark it is."""
    op.create_table(
        "unread_mark",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", "asked_by"),
    )
    op.execute("INSERT INTO unread_mark (number, unit, asked_by, at) SELECT number, unit, asked_by, at FROM unread")
    op.drop_table("unread")
    op.rename_table("unread_mark", "unread")
    op.create_index("ix_unread_asker", "unread", ["unit", "asked_by"], unique=False)
    op.create_index(op.f("ix_unread_at"), "unread", ["at"], unique=False)
