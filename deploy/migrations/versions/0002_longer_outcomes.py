"""Longer outcome columns, for identity_mismatch."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("cases", "outcome_notice")


def upgrade() -> None:
    """Forward."""
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.alter_column(table, "outcome", type_=sa.String(length=32), existing_nullable=False)
        return
    # SQLite keeps text of any length under any declared one: only the declaration changes, by the way its manual gives for changes
    # that leave the rows alone (sqlite.org/lang_altertable.html). Copying the table would cost an hour in a large house.
    op.execute("PRAGMA writable_schema=ON")
    for table in TABLES:
        op.execute(
            sa.text(
                "UPDATE sqlite_master SET sql = replace(sql, 'outcome VARCHAR(16)', 'outcome VARCHAR(32)') "
                "WHERE type = 'table' AND name = :name"
            ).bindparams(name=table)
        )
    op.execute("PRAGMA writable_schema=RESET")
