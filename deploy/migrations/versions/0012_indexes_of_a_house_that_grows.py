"""indexes that keep accepting, lists and searches as quick among millions of cases as among thousands."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# On PostgreSQL built before this migration, while everybody goes on writing: see deploy/migrate.py.
BESIDE = {
    "ix_named_number": "named (number)",
    "ix_cases_delivered": "cases (unit, asked_at, number) WHERE state = 'answered'",
    "ix_cases_unit_item": "cases (unit, item, asked_at, number)",
    "ix_cases_number_begins": "cases (number text_pattern_ops)",
}


def upgrade() -> None:
    """Forward. What was built before is there already."""
    op.create_index("ix_named_number", "named", ["number"], if_not_exists=True)
    delivered = sa.text("state = 'answered'")
    columns = ["unit", "asked_at", "number"]
    op.create_index("ix_cases_delivered", "cases", columns, if_not_exists=True, sqlite_where=delivered, postgresql_where=delivered)
    op.create_index("ix_cases_unit_item", "cases", ["unit", "item", "asked_at", "number"], if_not_exists=True)
    begins = {"number": "text_pattern_ops"}
    op.create_index("ix_cases_number_begins", "cases", ["number"], if_not_exists=True, postgresql_ops=begins)
