"""open cases are counted from indexes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OPEN = "state IN ('asked', 'at_desk', 'returned', 'with_contact')"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        for name, columns, rows in (
            ("ix_cases_open_due", ["due_at", "overdue_at"], OPEN),
            ("ix_cases_wake", ["wake_at", "wake_for"], "wake_at IS NOT NULL"),
        ):
            batch_op.drop_index(name)
            batch_op.create_index(name, columns, unique=False, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
        rows = f"{OPEN} AND wake_at IS NULL"
        batch_op.create_index(
            "ix_cases_forgotten", ["wake_at", "number"], unique=False, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows)
        )
