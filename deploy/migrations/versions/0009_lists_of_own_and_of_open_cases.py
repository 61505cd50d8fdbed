"""lists of own and of open cases."""

import sqlalchemy as sa
from alembic import op


revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_asked_by", ["unit", "asked_by", "asked_at", "number"], unique=False)
        batch_op.create_index(
            "ix_cases_open_unit",
            ["unit", "asked_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact')"),
            postgresql_where=sa.text("state IN ('asked', 'at_desk', 'returned', 'with_contact')"),
        )
